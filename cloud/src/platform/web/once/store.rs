//! SQL of kept answers.

use crate::platform::db::{DbError, Tx, query};

/// A request that was begun under a key, and its answer once there is one.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Kept {
    pub(super) request_sha256: Vec<u8>,
    pub(super) status: Option<i64>,
    pub(super) content_type: Option<String>,
    pub(super) body: Option<Vec<u8>>,
}

/// Takes a key. Of those that try at once exactly one gets `true`.
pub(super) async fn claim(
    tx: &mut Tx,
    tenant_id: &str,
    key: &str,
    request_sha256: &[u8],
    now_ms: i64,
) -> Result<bool, DbError> {
    let rows = query(
        "INSERT INTO api_answer (tenant_id, idempotency_key, request_sha256, at_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, idempotency_key) DO NOTHING",
    )
    .bind(tenant_id)
    .bind(key)
    .bind(request_sha256)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

pub(super) async fn kept(tx: &mut Tx, tenant_id: &str, key: &str) -> Result<Option<Kept>, DbError> {
    query(
        "SELECT request_sha256, status, content_type, body FROM api_answer
         WHERE tenant_id = $1 AND idempotency_key = $2",
    )
    .bind(tenant_id)
    .bind(key)
    .optional(tx)
    .await
}

/// Keeps status, content type and body of the answer.
pub(super) async fn keep(
    tx: &mut Tx,
    tenant_id: &str,
    key: &str,
    (status, content_type, body): (i64, Option<&str>, &[u8]),
) -> Result<(), DbError> {
    query(
        "UPDATE api_answer SET status = $3, content_type = $4, body = $5
         WHERE tenant_id = $1 AND idempotency_key = $2",
    )
    .bind(tenant_id)
    .bind(key)
    .bind(status)
    .bind(content_type)
    .bind(body)
    .execute(tx)
    .await?;
    Ok(())
}

/// Gives a key back: nothing was done under it.
pub(super) async fn release(tx: &mut Tx, tenant_id: &str, key: &str) -> Result<(), DbError> {
    query("DELETE FROM api_answer WHERE tenant_id = $1 AND idempotency_key = $2 AND status IS NULL")
        .bind(tenant_id)
        .bind(key)
        .execute(tx)
        .await?;
    Ok(())
}

pub(super) async fn forget_older(tx: &mut Tx, than_ms: i64) -> Result<(), DbError> {
    query("DELETE FROM api_answer WHERE at_ms < $1").bind(than_ms).execute(tx).await?;
    Ok(())
}
