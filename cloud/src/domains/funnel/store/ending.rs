//! What ends by itself. These statements are the schedule's: they go over all programs, and nobody is shown what they find.

use crate::platform::db::{DbError, Tx, query};

/// A record whose time ends.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(in super::super) struct Ending {
    pub(in super::super) id: String,
    pub(in super::super) stage: String,
    pub(in super::super) status: String,
    pub(in super::super) vendor_id: Option<String>,
    pub(in super::super) reseller_id: Option<String>,
    /// Unix milliseconds.
    pub(in super::super) until_ms: i64,
}

impl Ending {
    /// Whether it is a deal whose protection ends, rather than a lead that nobody accepted.
    pub(in super::super) fn is_protection(&self) -> bool {
        self.stage == "deal"
    }
}

macro_rules! ending {
    ($and:literal) => {
        concat!(
            "SELECT id, stage, status, vendor_id, reseller_id, until_ms FROM (
                 SELECT id, stage, status, vendor_id, reseller_id, protected_until_ms AS until_ms FROM funnel_record
                 WHERE stage = 'deal' AND status = 'approved' AND protected_until_ms <= $1
                 UNION ALL
                 SELECT id, stage, status, vendor_id, reseller_id, accept_by_ms AS until_ms FROM funnel_record
                 WHERE stage = 'lead' AND status = 'shared' AND accept_by_ms <= $1
             ) e",
            $and,
            " ORDER BY until_ms, id"
        )
    };
}

/// What is over at `now_ms`, and the protections that end before `soon_ms`, by when that is.
pub(in super::super) async fn ending(tx: &mut Tx, now_ms: i64, soon_ms: i64) -> Result<Vec<Ending>, DbError> {
    let text = ending!(" WHERE until_ms <= $2 OR stage = 'deal'");
    query(text).bind(soon_ms).bind(now_ms).all(tx).await
}

/// Whether this record is over at `now_ms`, as it is now.
pub(in super::super) async fn ending_one(
    tx: &mut Tx,
    id: &str,
    now_ms: i64,
) -> Result<Option<Ending>, DbError> {
    query(ending!(" WHERE id = $2")).bind(now_ms).bind(id).optional(tx).await
}

/// Notes that both sides were told; whether this is the first time.
pub(in super::super) async fn note_reminder(
    tx: &mut Tx,
    one: &Ending,
    days: i64,
    now_ms: i64,
) -> Result<bool, DbError> {
    let rows = query(
        "INSERT INTO funnel_reminder (record_id, until_ms, days, told_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT (record_id, until_ms, days) DO NOTHING",
    )
    .bind(&one.id)
    .bind(one.until_ms)
    .bind(days)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}
