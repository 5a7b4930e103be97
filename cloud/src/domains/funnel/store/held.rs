//! A record as whoever moves it holds it. Nothing of it is shown to anybody: what is shown comes through a lens.

use super::super::similar::key;
use super::super::stages::State;
use crate::platform::db::{DbError, Tx, query};

/// All of a record that a move may change or goes by.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(in super::super) struct Held {
    pub(in super::super) vendor_id: Option<String>,
    pub(in super::super) reseller_id: Option<String>,
    /// Never changes.
    pub(in super::super) referrer_id: Option<String>,
    pub(in super::super) owner_id: Option<String>,
    pub(in super::super) distributor_id: Option<String>,
    pub(in super::super) direct: Option<String>,
    pub(in super::super) customer_name: String,
    pub(in super::super) title: String,
    pub(in super::super) amount_cents: Option<i64>,
    pub(in super::super) currency: Option<String>,
    pub(in super::super) quote_number: Option<String>,
    pub(in super::super) quote_revision: Option<i64>,
    pub(in super::super) quote_valid_until_ms: Option<i64>,
    pub(in super::super) price_level: Option<String>,
    pub(in super::super) list_cents: Option<i64>,
    pub(in super::super) decide_by_ms: Option<i64>,
    pub(in super::super) protected_until_ms: Option<i64>,
    pub(in super::super) extended_ms: Option<i64>,
    pub(in super::super) accept_by_ms: Option<i64>,
    pub(in super::super) commission_bp: Option<i64>,
}

/// Takes a record until the commit: whoever comes after sees what this one made of it.
pub(in super::super) async fn hold(tx: &mut Tx, id: &str) -> Result<(), DbError> {
    query("UPDATE funnel_record SET revision = revision WHERE id = $1").bind(id).execute(tx).await?;
    Ok(())
}

/// What there is to a record. Ask only for one that a lens showed, or that a schedule found.
pub(in super::super) async fn held(tx: &mut Tx, seen: &str) -> Result<Held, DbError> {
    query(
        "SELECT vendor_id, reseller_id, referrer_id, owner_id, distributor_id, direct, customer_name, title, amount_cents, currency,
                quote_number, quote_revision, quote_valid_until_ms, price_level, list_cents, decide_by_ms,
                protected_until_ms, extended_ms, accept_by_ms, commission_bp
         FROM funnel_record WHERE id = $1",
    )
    .bind(seen)
    .one(tx)
    .await
}

/// Writes what a move made of it.
pub(in super::super) async fn keep(
    tx: &mut Tx,
    seen: &str,
    state: State,
    held: &Held,
    now_ms: i64,
) -> Result<(), DbError> {
    query(
        "UPDATE funnel_record SET revision = revision + 1, stage = $2, status = $3, updated_ms = $4, reseller_id = $5,
             owner_id = $6, distributor_id = $7, direct = $8, customer_name = $9, title = $10, amount_cents = $11,
             currency = $12, quote_number = $13, quote_revision = $14, quote_valid_until_ms = $15, price_level = $16,
             list_cents = $17, decide_by_ms = $18, protected_until_ms = $19, extended_ms = $20, accept_by_ms = $21,
             commission_bp = $22, customer_key = $23, title_key = $24
         WHERE id = $1",
    )
    .bind(seen)
    .bind(state.stage().key())
    .bind(state.status())
    .bind(now_ms)
    .bind(held.reseller_id.as_deref())
    .bind(held.owner_id.as_deref())
    .bind(held.distributor_id.as_deref())
    .bind(held.direct.as_deref())
    .bind(&held.customer_name)
    .bind(&held.title)
    .bind(held.amount_cents)
    .bind(held.currency.as_deref())
    .bind(held.quote_number.as_deref())
    .bind(held.quote_revision)
    .bind(held.quote_valid_until_ms)
    .bind(held.price_level.as_deref())
    .bind(held.list_cents)
    .bind(held.decide_by_ms)
    .bind(held.protected_until_ms)
    .bind(held.extended_ms)
    .bind(held.accept_by_ms)
    .bind(held.commission_bp)
    .bind(key(&held.customer_name))
    .bind(key(&held.title))
    .execute(tx)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Last {
    last: i64,
}

/// The next number of a quote of a program in a year.
pub(in super::super) async fn next_quote(tx: &mut Tx, vendor_id: &str, year: i64) -> Result<i64, DbError> {
    let next: Last = query(
        "INSERT INTO quote_sequence (vendor_id, year, last) VALUES ($1, $2, 1)
         ON CONFLICT (vendor_id, year) DO UPDATE SET last = quote_sequence.last + 1 RETURNING last",
    )
    .bind(vendor_id)
    .bind(year)
    .one(tx)
    .await?;
    Ok(next.last)
}
