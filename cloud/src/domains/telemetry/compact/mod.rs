//! Small and quick to read: batches are regrouped into frames by device, frames are joined as their hours and days
//! close, each with statistics beside it.
//!
//! Invariants: points in are points out, once each by (device, metric, time); frames and the batches they replace
//! change places in one transaction; what does not unpack is set aside with its error and stops nothing.

mod codec;
mod frame;
mod job;
mod numbers;
#[cfg(test)]
mod property_tests;
mod stats;
mod store;

pub(super) use codec::decode as decode_frame;
pub(super) use frame::{Column, Frame, columns_of, open};
pub use job::{COMPACT, Folded, compact, fold, join};
pub(super) use stats::{SLOT_MS, Slot, Stats};
