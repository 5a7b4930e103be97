//! The gateway agent: sources -> grant filter -> buffer -> uplink.
#![warn(clippy::indexing_slicing)]

pub mod clock;
pub mod grant;
pub mod reading;
