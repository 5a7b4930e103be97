//! The customer's side of access: who can see my devices, grant, narrow, revoke (PAR-1e, PAR-1f).
//!
//! Invariants: an owner always finds who sees what, until when, and when it was last used, on one page; taking access
//! away takes two presses and no knowledge; nothing here widens anything without the owner's words.

mod api;
#[cfg(test)]
mod api_tests;
mod change;
mod grant_form;
mod overview;
mod requests;
#[cfg(test)]
mod tests;
mod told;
mod words;

pub use api::ApiDoc;
pub use told::{grant_json, request_json};

use crate::platform::access::{Action, Item};
use crate::platform::web::Routes;
use axum::routing::{get, post};

/// The room's routes.
pub fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Sharing), Action::Change(Item::Sharing));
    Routes::new()
        .get("/portal/sharing", see, get(overview::page))
        .get("/portal/sharing/new", change, get(grant_form::page))
        .post_fresh("/portal/sharing/new", change, post(grant_form::send))
        .get("/portal/sharing/{grant}/narrow", change, get(change::narrow_page))
        .post("/portal/sharing/{grant}/narrow", change, post(change::narrow))
        .post("/portal/sharing/{grant}/revoke", change, post(change::revoke))
        .post_fresh("/portal/sharing/requests/{request}/approve", change, post(requests::approve))
        .post("/portal/sharing/requests/{request}/decline", change, post(requests::decline))
        .merge(api::routes())
}
