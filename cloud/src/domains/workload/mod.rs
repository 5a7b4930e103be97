//! One queue of everything that waits for a partner: tickets, alarms and visits over all customers it covers, ordered
//! by what was promised to whom (PAR-2).
//!
//! Invariants: an item is seen by those who cover its device at the moment of reading, an alarm only while its metric is
//! granted to them; a report of a gateway counts once, however often it is delivered; every change is written to the
//! customer's log as well as the partner's.
//!
//! The queue is read whole and cut here, not by the database: what is due when follows from the service level that the
//! agreement of this moment has, over a calendar of working hours and holidays, and how it stands from the time of
//! reading; an alarm is in it only while a grant of this moment names its metric. No index has that order. What is open is
//! bounded by what people leave undone.

mod actions;
mod alarms;
mod api;
mod calendar;
mod cells;
mod holidays;
mod item;
mod model;
mod pages;
mod queue;
mod rules;
#[cfg(test)]
mod rules_tests;
mod split;
mod store;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod version_tests;
mod views;
mod wire;
mod words;

use crate::platform::web::Routes;
pub use actions::{acknowledge, assign_to_me, convert_to_ticket, resolve};
pub use alarms::{AlarmReport, on_alarm};
pub use api::{ApiDoc, item_json};
pub use model::{Kind, Order, Severity, Standing, Target};
pub use rules::Promise;
pub use views::{Happened, WorkItem, history, item, queue};

/// The room's routes.
pub fn routes() -> Routes {
    pages::routes().merge(api::routes())
}
