//! The organisations of a program, as its owner looks after them: who they are, their people, suspending and
//! reinstating, and bringing a new one in (OA-2, OA-3).
//!
//! Invariants: a vendor reaches organisations of its own program only; everything it does to one stands in both logs; a
//! suspended partner loses its app at the next request, open streams included, and keeps everything else.

mod actions;
mod api;
mod contacts;
mod create;
mod letters;
mod pages;
mod sessions_api;
mod store;
mod terms;
#[cfg(test)]
mod tests;
mod tier;
mod words;

pub use api::ApiDoc;
pub use terms::{ApiDoc as TermsApiDoc, commission_bp};

use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx};
use crate::platform::web::Routes;

/// This sub-room's routes.
pub fn routes() -> Routes {
    pages::routes()
        .merge(contacts::routes())
        .merge(create::routes())
        .merge(terms::routes())
        .merge(tier::routes())
        .merge(api::routes())
}

/// What an organisation of the scope's program is called; `None`: for the asker there is none of this id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn organisation_name(tx: &mut Tx, scope: &Scope, id: &str) -> Result<Option<String>, DbError> {
    Ok(store::organisations(tx, scope, Some(id)).await?.pop().map(|found| found.name))
}
