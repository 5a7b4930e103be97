//! The gateway agent: sources -> grant filter -> buffer -> uplink.
#![warn(clippy::indexing_slicing)]

pub mod clock;
pub(crate) mod files;
pub mod grant;
pub mod reading;

#[cfg(test)]
pub(crate) mod testing;
