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

use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx};
use crate::platform::web::Routes;

/// The routes of terms.
pub(super) fn routes() -> Routes {
    page::routes().merge(api::routes())
}

/// The commission share that the scope's program has agreed with a partner, hundredths of a percent; nothing while
/// nothing is agreed.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn commission_bp(tx: &mut Tx, scope: &Scope, partner_id: &str) -> Result<i64, DbError> {
    Ok(store::terms(tx, scope, partner_id).await?.map_or(0, |terms| terms.commission_bp))
}
