//! A partner asks the owner of a device it services for metrics that it does not see; the owner grants or declines.
//!
//! Invariants: asking shows nothing; one question is open per partner and device; it is answered once, by the owner,
//! and both logs have the question and the answer; what is granted is exactly what was asked.

mod actions;
mod model;
mod store;
#[cfg(test)]
mod tests;
mod views;

pub use actions::{approve, ask, decline};
pub use model::{AccessRequest, Answer, NewRequest, REQUEST_MONTHS};
pub use views::{open_requests, own_request, request};
