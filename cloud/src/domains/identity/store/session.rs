//! Sessions, kept as hashes.

use super::super::model::Session;
use crate::platform::db::{DbError, Tx, query};

pub(in super::super) async fn add_session(tx: &mut Tx, session: &Session) -> Result<(), DbError> {
    query(
        "INSERT INTO session (token_sha256, person_id, tenant_id, created_ms, seen_ms, ended_ms, user_agent,
             proved_ms, proved_by)
         VALUES ($1, $2, $3, $4, $5, NULL, $6, $7, $8)",
    )
    .bind(session.token_sha256.clone())
    .bind(&session.person_id)
    .bind(&session.tenant_id)
    .bind(session.created_ms)
    .bind(session.seen_ms)
    .bind(&session.user_agent)
    .bind(session.proved_ms)
    .bind(session.proved_by.clone())
    .execute(tx)
    .await?;
    Ok(())
}

pub(in super::super) async fn session(tx: &mut Tx, hash: &[u8]) -> Result<Option<Session>, DbError> {
    query(
        "SELECT token_sha256, person_id, tenant_id, created_ms, seen_ms, ended_ms, user_agent, proved_ms, proved_by
         FROM session WHERE token_sha256 = $1",
    )
    .bind(hash)
    .optional(tx)
    .await
}

/// The sessions of a person that were not ended, the one used last first.
pub(in super::super) async fn sessions(tx: &mut Tx, person_id: &str) -> Result<Vec<Session>, DbError> {
    query(
        "SELECT token_sha256, person_id, tenant_id, created_ms, seen_ms, ended_ms, user_agent, proved_ms, proved_by
         FROM session WHERE person_id = $1 AND ended_ms IS NULL ORDER BY seen_ms DESC, created_ms DESC",
    )
    .bind(person_id)
    .all(tx)
    .await
}

/// The sessions acting for an organisation that were not ended.
pub(in super::super) async fn sessions_in(tx: &mut Tx, tenant_id: &str) -> Result<Vec<Session>, DbError> {
    query(
        "SELECT token_sha256, person_id, tenant_id, created_ms, seen_ms, ended_ms, user_agent, proved_ms, proved_by
         FROM session WHERE tenant_id = $1 AND ended_ms IS NULL ORDER BY person_id, created_ms",
    )
    .bind(tenant_id)
    .all(tx)
    .await
}

pub(in super::super) async fn touch_session(tx: &mut Tx, hash: &[u8], now_ms: i64) -> Result<(), DbError> {
    query("UPDATE session SET seen_ms = $2 WHERE token_sha256 = $1 AND ended_ms IS NULL")
        .bind(hash)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(())
}

/// Ends it. Of two that try at once exactly one gets `true`.
pub(in super::super) async fn end_session(tx: &mut Tx, hash: &[u8], now_ms: i64) -> Result<bool, DbError> {
    let rows = query("UPDATE session SET ended_ms = $2 WHERE token_sha256 = $1 AND ended_ms IS NULL")
        .bind(hash)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}
