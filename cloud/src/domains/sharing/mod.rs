//! The customer's side of access: who can see my devices, grant, narrow, revoke, and the log of every use
//! (PAR-1e, PAR-1f, PAR-5b).
//!
//! Invariants: an owner always finds who sees what, until when, and when it was last used, on one page; taking access
//! away takes two presses and no knowledge; nothing here widens anything without the owner's words.

mod change;
mod grant_form;
mod log;
mod overview;
mod requests;
mod say;
#[cfg(test)]
mod tests;

use crate::platform::access::{Action, Item};
use crate::platform::web::Routes;
use axum::routing::{get, post};

/// The room's routes.
pub fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Sharing), Action::Change(Item::Sharing));
    let log = Action::See(Item::UsageLog);
    Routes::new()
        .get("/portal/sharing", see, get(overview::page))
        .get("/portal/sharing/new", change, get(grant_form::page))
        .post_fresh("/portal/sharing/new", change, post(grant_form::send))
        .get("/portal/sharing/{grant}/narrow", change, get(change::narrow_page))
        .post("/portal/sharing/{grant}/narrow", change, post(change::narrow))
        .post("/portal/sharing/{grant}/revoke", change, post(change::revoke))
        .post("/portal/sharing/requests/{request}/approve", change, post(requests::approve))
        .post("/portal/sharing/requests/{request}/decline", change, post(requests::decline))
        .get("/portal/log", log, get(log::page))
        .get("/portal/log.csv", log, get(log::csv))
}
