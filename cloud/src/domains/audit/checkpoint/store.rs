//! Checkpoints in the database.

use super::text::Checkpoint;
use super::trust::Mark;
use crate::platform::db::{DbError, Tx, query};

#[derive(sqlx::FromRow)]
struct Row {
    number: i64,
    at_ms: i64,
    body: String,
    signature: Vec<u8>,
}

impl From<Row> for Checkpoint {
    fn from(row: Row) -> Self {
        Self { number: row.number, at_ms: row.at_ms, body: row.body, signature: row.signature }
    }
}

/// All after `number`, in order.
pub(super) async fn after(tx: &mut Tx, number: i64) -> Result<Vec<Checkpoint>, DbError> {
    let rows: Vec<Row> = query(
        "SELECT number, at_ms, body, signature FROM audit_checkpoint WHERE number > $1 ORDER BY number",
    )
    .bind(number)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(Checkpoint::from).collect())
}

/// The newest.
pub(super) async fn newest(tx: &mut Tx) -> Result<Option<Checkpoint>, DbError> {
    let text = "SELECT number, at_ms, body, signature FROM audit_checkpoint ORDER BY number DESC LIMIT 1";
    let row: Option<Row> = query(text).optional(tx).await?;
    Ok(row.map(Checkpoint::from))
}

pub(super) async fn insert(tx: &mut Tx, checkpoint: &Checkpoint) -> Result<(), DbError> {
    query("INSERT INTO audit_checkpoint (number, at_ms, body, signature) VALUES ($1, $2, $3, $4)")
        .bind(checkpoint.number)
        .bind(checkpoint.at_ms)
        .bind(&checkpoint.body)
        .bind(checkpoint.signature.clone())
        .execute(tx)
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Head {
    tenant_id: String,
    seq: i64,
    hash: Vec<u8>,
}

/// Where every chain stands now, by organisation.
pub(super) async fn heads(tx: &mut Tx) -> Result<Vec<Mark>, DbError> {
    let heads: Vec<Head> =
        query("SELECT tenant_id, seq, hash FROM audit_head ORDER BY tenant_id").all(tx).await?;
    let mark = |head: Head| Mark { tenant_id: head.tenant_id, seq: head.seq, hash: head.hash, number: 0 };
    Ok(heads.into_iter().map(mark).collect())
}
