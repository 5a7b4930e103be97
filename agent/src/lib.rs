//! The gateway agent: sources -> grant filter -> buffer -> uplink.
#![warn(clippy::indexing_slicing)]

pub mod alarms;
pub mod buffer;
pub mod cli;
pub mod clock;
pub mod config;
pub(crate) mod files;
pub mod grant;
pub mod profile;
pub mod reading;
pub mod sources;
pub mod uplink;

#[cfg(test)]
pub(crate) mod testing;
