//! The pages of the log: the customer's log of use, the partner's activity, `RiverSync`'s audit; and whether a chain is
//! as it was written (PAR-5b, PORTAL 6.4).
//!
//! Invariants: everybody reads their own organisation's chain; only `RiverSync`'s auditors open another one, and that
//! is a row of it; a list, its CSV and its filters are one query.

mod api;
mod check;
mod csv;
mod detail;
mod filters;
mod page;
mod place;
mod say;
#[cfg(test)]
mod tests;
mod words;

pub use api::ApiDoc;

use crate::platform::access::{Action, Item};
use crate::platform::web::Routes;
use axum::routing::{get, post};

/// The room's routes.
pub fn routes() -> Routes {
    let (usage, activity) = (Action::See(Item::UsageLog), Action::See(Item::ActivityLog));
    let audit = Action::See(Item::Audit);
    Routes::new()
        .get("/portal/log", usage, get(page::page))
        .get("/portal/log.csv", usage, get(csv::csv))
        .get("/partners/log", activity, get(page::page))
        .get("/partners/log.csv", activity, get(csv::csv))
        .get("/admin/audit", audit, get(page::page))
        .get("/admin/audit.csv", audit, get(csv::csv))
        .get("/admin/audit/chains", audit, get(check::page))
        .post("/admin/audit/checkpoint", Action::Change(Item::Audit), post(check::checkpoint))
        .merge(api::routes())
}
