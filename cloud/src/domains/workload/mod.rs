//! One queue of everything that waits for a partner: tickets, alarms and visits over all customers it covers, ordered
//! by what was promised to whom (PAR-2).
//!
//! Invariants: an item is seen by those who cover its device at the moment of reading, an alarm only while its metric is
//! granted to them; a report of a gateway counts once, however often it is delivered; every change is written to the
//! customer's log as well as the partner's.

mod calendar;
mod holidays;
mod model;
mod rules;
#[cfg(test)]
mod rules_tests;

pub use model::{Kind, Order, Severity, Standing, Target};
