//! Webhooks: an organisation's own programs are told of what happens (PORTAL X-6, NI-8), by the headers and signatures
//! of Standard Webhooks (standardwebhooks.com, version 1).
//!
//! Invariants: what is sent goes through the receiver's lens, the same types as the API's, as an administrator of the
//! organisation sees it *when it is sent*: what was masked, revoked or suspended meanwhile does not go out, and no
//! payload is kept anywhere; an event becomes one delivery per endpoint, however often it is handed out, and a delivery
//! has one message id, however often it is sent; the signing secret is shown once and is not in the database; only
//! public addresses are reached, judged after the name was resolved and at the address that is then dialled, no redirect
//! is followed and no answer is read; a receiver that hangs keeps nobody else waiting.
//!
//! Words: an *endpoint* is an address with a secret and the facts it is told of; a *delivery* is one event on its way to
//! one endpoint.

mod actions;
mod address;
mod api;
mod catalog;
mod deliver;
mod emit;
mod failure;
mod lens;
mod letters;
mod model;
mod pages;
mod rows;
mod rules;
mod sender;
mod sign;
mod store;
#[cfg(test)]
mod tests;
mod tidy;
mod words;

pub use api::ApiDoc;
pub use deliver::{DELIVER, deliver, on_cancelled, on_given_up};
pub use emit::on_event;
pub use sender::Sender;
pub use tidy::{TIDY, tidy};

use crate::platform::web::Routes;

/// The room's routes.
pub fn routes() -> Routes {
    pages::routes().merge(api::routes())
}
