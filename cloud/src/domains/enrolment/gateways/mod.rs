//! The gateways at the customers' sites, for the program's staff: who is there, how they are, a code for a new one, and
//! the way out.
//!
//! Invariants: a gateway of another vendor's program is not there; a code is shown once; who is thrown out is told why
//! in the owner's log.

mod actions;
mod api;
mod pages;
#[cfg(test)]
mod tests;
mod words;

pub use api::{ApiDoc, gateway_json};

use crate::platform::web::Routes;

/// This sub-room's routes.
pub fn routes() -> Routes {
    pages::routes().merge(api::routes())
}
