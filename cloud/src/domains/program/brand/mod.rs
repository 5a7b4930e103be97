//! How a program looks: its owner gives it a colour and a logo, and everybody who works in it sees them (OW-12).
//!
//! Invariants: whatever colour is chosen, what is written in it can be read (`platform/web/brand`); a logo is a picture
//! by its content, of which only what draws it is kept; both are served to people of that program and to nobody else.

mod actions;
mod api;
mod jpeg;
mod logo;
mod model;
mod pages;
mod png;
#[cfg(test)]
mod reader_tests;
mod serve;
mod store;
#[cfg(test)]
mod tests;
mod words;

pub use api::ApiDoc;
pub(super) use pages::{Card, card};

use crate::platform::web::Routes;

/// This sub-room's routes.
pub(super) fn routes() -> Routes {
    pages::routes().merge(serve::routes()).merge(api::routes())
}
