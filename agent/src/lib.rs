//! The gateway agent: sources -> grant filter -> buffer -> uplink.
#![warn(clippy::indexing_slicing)]

pub mod agent;
pub mod alarms;
pub mod buffer;
pub mod cli;
pub mod clock;
pub mod config;
pub mod enrolment;
pub(crate) mod files;
pub mod grant;
pub mod health;
pub mod lifecycle;
pub mod pipeline;
pub mod profile;
pub mod reading;
pub mod reload;
pub mod sources;
pub mod sunspec;
pub mod uplink;
pub mod values;
pub mod watchdog;

#[cfg(test)]
pub(crate) mod testing;
