//! What the program's owner has agreed with a partner: its default commission share, its tax form, its territories
//! (OA-2).
//!
//! Invariants: only the owner of the program writes them, with a fresh proof, because they say where money goes; each
//! change stands in both logs with what was before, the owner's notes left out; who reads no money reads no share.

mod api;
mod model;
mod page;
mod set;
mod store;
#[cfg(test)]
mod tests;
mod words;

pub use api::ApiDoc;
pub(super) use page::{Section, section};

use crate::platform::web::Routes;

/// The routes of terms.
pub(super) fn routes() -> Routes {
    page::routes().merge(api::routes())
}
