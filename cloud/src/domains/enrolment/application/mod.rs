//! Applying to become a partner, and deciding it (ENR-A, ENR-UPG): the same gate as partner onboarding.
//!
//! Invariants: one open application per organisation; every attempt and every step of it stay; only the program's owner
//! decides, and the applicant never decides for itself; an approval adds the capability in its own transaction, to the
//! same organisation; a document is read by the applicant and by the reviewers, by nobody else.

mod actions;
mod api;
mod desk;
mod documents;
mod form;
mod letters;
mod model;
mod pages;
mod review;
pub mod rules;
mod store;
#[cfg(test)]
mod tests;
mod words;

pub use api::{ApiDoc, application_json};
pub use model::{Status, Summary};

use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx};
use crate::platform::web::Routes;

/// This sub-room's routes.
pub fn routes() -> Routes {
    pages::routes().merge(desk::routes()).merge(api::routes())
}

/// How the newest application of the scope's own organisation stands.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn newest(tx: &mut Tx, scope: &Scope) -> Result<Option<Summary>, DbError> {
    store::newest(tx, scope).await
}
