//! Facts that later rooms react to. An action writes its event in its own transaction; the dispatcher hands each to the
//! reactions afterwards, at least once, in the order of their making.
//!
//! Invariants: an event counts as handled in the transaction of its reactions, so neither is lost nor half done; a
//! reaction that fails comes again after a growing, jittered pause; until then, and for twelve failures, the later events of
//! the same organisation wait for it, and nobody else's do; of several instances on PostgreSQL one hands out at a time.

mod dispatcher;
mod store;
#[cfg(test)]
mod tests;

use crate::platform::db::{DbError, Tx};
pub use dispatcher::{React, dispatch_due, run};

/// How many events were not handled yet.
///
/// # Errors
/// When they cannot be counted.
pub async fn waiting(tx: &mut Tx) -> Result<i64, DbError> {
    store::waiting(tx).await
}

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Event {
    /// Its id; the same when it comes again.
    pub id: String,
    /// When it became true.
    pub at_ms: i64,
    /// The organisation that made it true.
    pub tenant_id: String,
    /// What, such as `alarm.raised`.
    pub kind: String,
    /// The request behind it.
    pub correlation_id: String,
    /// JSON.
    pub body: String,
    /// What kind of thing it is about, such as `deal`; empty for events of another time.
    pub object_kind: String,
    /// Which one.
    pub object_id: String,
    /// The person who did it; empty for gateways and the system.
    pub actor_id: String,
    /// The organisations whose log tells of it, with commas between them.
    pub concerns: String,
    /// How often a reaction has failed.
    pub attempts: i64,
}
