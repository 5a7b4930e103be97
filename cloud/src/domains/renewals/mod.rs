//! What is about to end: devices by days to the end of their agreement, and those that change partner (PAR-3).
//!
//! Invariants: read from coverage at each look; the side that gains a device knows that it comes, and nothing it
//! measures; inside of ninety days nobody may leave a renewal undecided; what a partner thinks of it stays the partner's.
//!
//! The list is read whole and cut here: a device stands in it by the end of its agreement, or by the move that the coverage
//! of others says (its band follows from the clock and the agreement's zone), and its heads count all of it in the same
//! look. It has a row for each device that is covered, no more.

mod actions;
mod api;
mod model;
mod months;
mod pages;
mod rules;
mod store;
#[cfg(test)]
mod tests;
mod views;
mod words;

use crate::platform::web::Routes;
pub use actions::set_outcome;
pub use api::{ApiDoc, renewal_json};
pub use model::{Outcome, Renewal};
pub use rules::{Band, band, days_until};
pub use views::{renewals, worth};

/// The room's routes.
pub fn routes() -> Routes {
    pages::routes().merge(api::routes())
}
