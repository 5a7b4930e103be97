//! The outbox.

use super::Event;
use crate::platform::db::{DbError, Tx, query};

/// The next events that are due. On PostgreSQL another instance's are passed over; SQLite has one writer anyway.
pub(super) async fn due(tx: &mut Tx, now_ms: i64, limit: i64) -> Result<Vec<Event>, DbError> {
    let text = match tx {
        Tx::Sqlite(_) => {
            "SELECT id, at_ms, tenant_id, kind, correlation_id, body, attempts FROM outbox
             WHERE handled_ms IS NULL AND not_before_ms <= $1 ORDER BY id LIMIT $2"
        }
        Tx::Postgres(_) => {
            "SELECT id, at_ms, tenant_id, kind, correlation_id, body, attempts FROM outbox
             WHERE handled_ms IS NULL AND not_before_ms <= $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED"
        }
    };
    query(text).bind(now_ms).bind(limit).all(tx).await
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
    query("UPDATE outbox SET handled_ms = $2 WHERE id = $1").bind(id).bind(now_ms).execute(tx).await?;
    Ok(())
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
