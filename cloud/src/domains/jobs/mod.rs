//! Work for later, as the people who run the service see it: what waits, what runs and how far it is, what failed and
//! why, and what comes again by itself.
//!
//! Invariants: only the organisation that runs the service has it, since a job may be anybody's; letting a job be tried
//! again and cancelling one are rows of its log. The cause of a failure is what the program or another server said, as it
//! stands in the service's own log, and so in English.

mod actions;
mod api;
mod pages;
#[cfg(test)]
mod tests;
mod words;

pub use api::ApiDoc;

use crate::platform::access::{Action, Item};
use crate::platform::web::Routes;
use axum::routing::{get, post};

/// The room's routes.
pub fn routes() -> Routes {
    let change = Action::Change(Item::Jobs);
    Routes::new()
        .get("/admin/jobs", Action::See(Item::Jobs), get(pages::page))
        .post("/admin/jobs/{id}/retry", change, post(pages::retry))
        .post("/admin/jobs/{id}/cancel", change, post(pages::cancel))
        .merge(api::routes())
}
