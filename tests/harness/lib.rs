//! The testbed: a site that can be polled, a link that can be cut, real processes that can be killed, and
//! oracles outside all of them that know what was accepted.
//!
//! Reading order: [`site`] (devices and publishers), [`broker`] (MQTT, remembers what was acknowledged),
//! [`canary`] (what must be found nowhere), [`link`] (the wire between a gateway and the cloud),
//! [`process`] (start, kill, restart), [`wait`] (until, never for).

pub mod broker;
pub mod canary;
pub mod cloud;
pub mod gateway;
pub mod link;
pub mod machine;
pub mod parts;
pub mod person;
pub mod plant;
mod port;
pub mod process;
pub mod proof;
pub mod site;
pub mod stage;
pub mod synth;
pub mod unsaid;
pub mod wait;
pub mod wire;
