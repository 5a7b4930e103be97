//! The outbox.

use super::Event;
use crate::platform::db::{DbError, Tx, query};

/// How often an event may fail before the later ones of its organisation no longer wait for it.
const HOLDS_UP: i64 = 12;

/// The next events that are due, none whose organisation has an earlier one that still waits.
///
/// Whoever asks is alone until the end of `tx`: two at once would take one organisation's events in any order. On
/// PostgreSQL another instance gets none meanwhile; SQLite has one writer anyway.
pub(super) async fn due(tx: &mut Tx, now_ms: i64, limit: i64) -> Result<Vec<Event>, DbError> {
    if !tx.alone("events").await? {
        return Ok(Vec::new());
    }
    // Who waits is found first and once. Asked for each event that is due, it made a backlog quadratic.
    let text = "WITH waits AS MATERIALIZED (
             SELECT tenant_id, MIN(id) AS id FROM outbox
             WHERE handled_ms IS NULL AND attempts > 0 AND attempts < $3 AND not_before_ms > $1
             GROUP BY tenant_id)
         SELECT outbox.id, at_ms, outbox.tenant_id, kind, correlation_id, body, object_kind, object_id, actor_id,
             concerns, attempts
         FROM outbox LEFT JOIN waits ON waits.tenant_id = outbox.tenant_id AND waits.id < outbox.id
         WHERE handled_ms IS NULL AND not_before_ms <= $1 AND waits.id IS NULL
         ORDER BY outbox.id LIMIT $2";
    query(text).bind(now_ms).bind(limit).bind(HOLDS_UP).all(tx).await
}

#[derive(sqlx::FromRow)]
struct Found {
    #[expect(dead_code, reason = "only whether there is a row counts")]
    id: String,
}

/// Whether anything is due, without taking the writer.
pub(super) async fn is_due(tx: &mut Tx, now_ms: i64) -> Result<bool, DbError> {
    let found: Option<Found> =
        query("SELECT id FROM outbox WHERE handled_ms IS NULL AND not_before_ms <= $1 LIMIT 1")
            .bind(now_ms)
            .optional(tx)
            .await?;
    Ok(found.is_some())
}

pub(super) async fn handled(tx: &mut Tx, id: &str, now_ms: i64) -> Result<(), DbError> {
    query("UPDATE outbox SET handled_ms = $2 WHERE id = $1").bind(id).bind(now_ms).later(tx).await
}

pub(super) async fn postponed(tx: &mut Tx, id: &str, not_before_ms: i64) -> Result<(), DbError> {
    query("UPDATE outbox SET attempts = attempts + 1, not_before_ms = $2 WHERE id = $1")
        .bind(id)
        .bind(not_before_ms)
        .execute(tx)
        .await?;
    Ok(())
}

pub(super) async fn forget(tx: &mut Tx, before_ms: i64) -> Result<u64, DbError> {
    query("DELETE FROM outbox WHERE handled_ms < $1").bind(before_ms).execute(tx).await
}

#[derive(sqlx::FromRow)]
struct Counted {
    counted: i64,
}

/// How many events were not handled yet.
pub(super) async fn waiting(tx: &mut Tx) -> Result<i64, DbError> {
    let text = "SELECT CAST(COUNT(*) AS BIGINT) AS counted FROM outbox WHERE handled_ms IS NULL";
    Ok(query(text).one::<Counted>(tx).await?.counted)
}
