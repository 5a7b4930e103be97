//! How the agent is: sums ([`Counters`]), one picture of them ([`Status`]), and who is told.

mod counters;
pub mod listener;
pub(crate) mod metrics;
pub mod report;
mod status;

pub use counters::{Counters, LinkState, Totals};
pub use status::{BufferStatus, ConfigStatus, DeviceStatus, GrantStatus, Status, Watcher};
