//! The front door for readers: records through the lens of whoever asks.

use super::lens::{Deal, look};
use super::list::Wanted;
use super::stages::Stage;
use super::store::{self, Part, Row};
use crate::domains::program;
use crate::platform::access::{PartnerTier, Scope};
use crate::platform::base::{Money, Total};
use crate::platform::db::{DbError, Tx};
use crate::platform::error::{Error, FieldError};
use crate::platform::web::{Asked, Piece, Place};
use crate::platform::words::Sentence;

/// Records that are fetched at once where all are wanted.
const AT_ONCE: usize = 1_000;

/// A piece of what `scope` sees of what is wanted, and where in the list it begins.
///
/// # Errors
/// 422 when the cursor is of another list, order or organisation; [`DbError`] from the engine.
pub(super) async fn listed(
    tx: &mut Tx,
    scope: &Scope,
    wanted: &Wanted<'_>,
    asked: &Asked,
) -> Result<(Piece<Deal>, u64), Error> {
    let order = wanted.stamp();
    let list = ["funnel", scope.tenant_id(), order.as_str()];
    let place = asked.place(&list)?;
    let rows = after(tx, scope, wanted, place.as_ref(), asked.fetch()).await?;
    let piece = asked.piece_of(&list, place.as_ref(), rows, |row| store::place_after(row, wanted));
    let items = piece.items.into_iter().filter_map(|row| look(scope, row)).collect();
    Ok((Piece { items, next: piece.next }, place.map_or(0, |place| place.shown)))
}

/// Those that show what they are ordered by, then those that hide it.
async fn after(
    tx: &mut Tx,
    scope: &Scope,
    wanted: &Wanted<'_>,
    place: Option<&Place>,
    limit: i64,
) -> Result<Vec<Row>, Error> {
    let (part, keys) = match place.map(|place| place.keys.as_slice()) {
        None => (Part::Shown, [].as_slice()),
        Some([mark, keys @ ..]) if mark == "shown" => (Part::Shown, keys),
        Some([mark, keys @ ..]) if mark == "hidden" => (Part::Hidden, keys),
        Some(_) => return Err(no_cursor()),
    };
    let mut rows = Vec::new();
    if part == Part::Shown {
        rows = store::records(tx, scope, wanted, (part, keys), limit).await?.ok_or_else(no_cursor)?;
    }
    let left = limit - i64::try_from(rows.len()).unwrap_or(limit);
    if left > 0 && (part == Part::Hidden || wanted.first().key.may_hide()) {
        let keys = if part == Part::Hidden { keys } else { &[] };
        let hidden = store::records(tx, scope, wanted, (Part::Hidden, keys), left).await?;
        rows.extend(hidden.ok_or_else(no_cursor)?);
    }
    Ok(rows)
}

fn no_cursor() -> Error {
    let text = Sentence::english("This is no cursor of ours. Begin again without a cursor.");
    Error::Invalid(vec![FieldError { field: "cursor", text }])
}

/// Every record that is wanted, piece by piece.
///
/// # Errors
/// [`DbError`] from the engine.
pub(super) async fn every(tx: &mut Tx, scope: &Scope, wanted: &Wanted<'_>) -> Result<Vec<Deal>, Error> {
    let (mut found, mut asked) = (Vec::new(), Asked::first(AT_ONCE));
    loop {
        let (piece, _) = listed(tx, scope, wanted, &asked).await?;
        found.extend(piece.items);
        match piece.next {
            Some(cursor) => asked = asked.next(&cursor),
            None => return Ok(found),
        }
    }
}

/// What `scope` sees of which more is to come.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn open_deals(tx: &mut Tx, scope: &Scope, now_ms: i64) -> Result<Vec<Deal>, Error> {
    let all = every(tx, scope, &Wanted::all(Stage::ALL, now_ms)).await?;
    Ok(all.into_iter().filter(|deal| !deal.core().state.is_over()).collect())
}

/// How many records there are, and what they come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// How many.
    pub count: usize,
    /// What the shown amounts come to.
    pub total: Total,
}

/// How many records `scope` sees on each of these rungs.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn rungs(
    tx: &mut Tx,
    scope: &Scope,
    stages: impl Into<Vec<Stage>>,
    now_ms: i64,
) -> Result<Vec<(Stage, Sums)>, DbError> {
    let wanted = Wanted::all(stages, now_ms);
    let rows = store::sums(tx, scope, &wanted).await?;
    let of = |stage: Stage| summed(rows.iter().filter(|row| row.stage == stage.key()));
    Ok(wanted.stages.iter().map(|stage| (*stage, of(*stage))).collect())
}

/// How many records `scope` sees of what is wanted.
///
/// # Errors
/// [`DbError`] from the engine.
pub(super) async fn sums(tx: &mut Tx, scope: &Scope, wanted: &Wanted<'_>) -> Result<Sums, DbError> {
    Ok(summed(store::sums(tx, scope, wanted).await?.iter()))
}

fn summed<'a>(rows: impl Iterator<Item = &'a store::Sum>) -> Sums {
    let mut sums = Sums::default();
    for row in rows {
        let records = usize::try_from(row.records).unwrap_or_default();
        sums.count += records;
        match &row.currency {
            Some(currency) => sums.total.add_sum(Money::new(row.amount_cents, currency.clone())),
            None if row.money == 0 => sums.total.add_hidden(records),
            None => {}
        }
    }
    sums
}

/// One line of a record's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// What, such as `deal.registered`.
    pub kind: String,
    /// Which organisation did it; empty where the reader is not told.
    pub by: String,
    /// What was said with it; empty for all but `RiverSync` and the reseller's people who see all of the record.
    pub note: String,
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
    let wanted = Wanted { id: Some(id), ..Wanted::all(Stage::ALL, now_ms) };
    let found = store::records(tx, scope, &wanted, (Part::Shown, &[]), 1).await?;
    let Some(row) = found.and_then(|mut rows| rows.pop()) else { return Ok(None) };
    let Some(deal) = look(scope, row) else { return Ok(None) };
    let history = store::history(tx, &deal.core().id).await?;
    let names = !deal.core().title.is_hidden();
    let notes = !matches!(deal, Deal::Distributor(_)) && !deal.core().value.is_hidden();
    let told = |event: store::EventRow| {
        // A lead may have passed through the hands of another reseller: nobody reads of whose, nor what was said there.
        let is_anothers = matches!(deal, Deal::Reseller(_))
            && event
                .tenant_id
                .as_deref()
                .is_some_and(|by| by != scope.tenant_id() && Some(by) != scope.vendor_id());
        Happened {
            at_ms: event.at_ms,
            by: if names && !is_anothers { event.tenant_name } else { String::new() },
            note: if notes && !is_anothers { event.note } else { String::new() },
            kind: event.kind,
        }
    };
    // Before there is a channel there is nothing for a distributor (PORTAL 3.2).
    let is_early =
        |event: &store::EventRow| event.kind.starts_with("lead.") || event.kind.starts_with("opportunity.");
    let seen = history.into_iter().filter(|event| !matches!(deal, Deal::Distributor(_)) || !is_early(event));
    let history = seen.map(told).collect();
    Ok(Some((deal, history)))
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
