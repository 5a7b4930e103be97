//! The front door for readers: records through the lens of whoever asks.

use super::lens::{Deal, look};
use super::store;
use crate::domains::program;
use crate::platform::access::{PartnerTier, Scope};
use crate::platform::db::{DbError, Tx};

/// All that `scope` sees, newest change first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn deals(tx: &mut Tx, scope: &Scope, now_ms: i64) -> Result<Vec<Deal>, DbError> {
    let rows = store::records(tx, scope, None, now_ms).await?;
    Ok(rows.into_iter().filter_map(|row| look(scope, row)).collect())
}

/// What `scope` sees of which more is to come.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn open_deals(tx: &mut Tx, scope: &Scope, now_ms: i64) -> Result<Vec<Deal>, DbError> {
    let all = deals(tx, scope, now_ms).await?;
    Ok(all.into_iter().filter(|deal| !deal.core().state.is_over()).collect())
}

/// One line of a record's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// What, such as `deal.registered`.
    pub kind: String,
    /// Which organisation did it; empty for those who see the status only.
    pub by: String,
}

/// One record and its history; `None`: for the asker it does not exist.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn deal(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    now_ms: i64,
) -> Result<Option<(Deal, Vec<Happened>)>, DbError> {
    let mut rows = store::records(tx, scope, Some(id), now_ms).await?;
    let Some(deal) = rows.pop().and_then(|row| look(scope, row)) else { return Ok(None) };
    let history = store::history(tx, &deal.core().id).await?;
    let names = !deal.core().title.is_hidden();
    let told = |event: store::EventRow| Happened {
        at_ms: event.at_ms,
        kind: event.kind,
        by: if names { event.tenant_name } else { String::new() },
    };
    Ok(Some((deal, history.into_iter().map(told).collect())))
}

/// How many open registered deals a reseller has, and how many its tier allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// Open now.
    pub taken: u32,
    /// Allowed; `None` for any number.
    pub cap: Option<u32>,
    /// The next tier with more, as people read it.
    pub more_at: Option<&'static str>,
}

/// The reseller's places for open deals.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn places(tx: &mut Tx, scope: &Scope) -> Result<Places, DbError> {
    let tier = scope.partner_tier().unwrap_or(PartnerTier::Authorized);
    let cap = program::entitlements(&program::MAP, tier).open_deals;
    let taken = store::places_taken(tx, scope).await?;
    let more =
        |of: &program::Entitlements| of.open_deals.is_none_or(|more| cap.is_some_and(|cap| more > cap));
    Ok(Places {
        taken: u32::try_from(taken).unwrap_or(u32::MAX),
        cap,
        more_at: program::unlocks_at(&program::MAP, tier, more).map(PartnerTier::label),
    })
}
