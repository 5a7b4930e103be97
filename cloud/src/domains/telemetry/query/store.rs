//! Rows that readers look into. Every statement names one device, or the agent it hangs on.

use super::super::compact::open as open_batch;
use super::super::ingest::schema;
use crate::platform::db::{DbError, Tx, query};
use riversync_protocol::pack::Batch;
use riversync_protocol::v1::{Schema, SchemaHash};

#[derive(sqlx::FromRow)]
struct BatchRow {
    schema_hash: Vec<u8>,
    body: Vec<u8>,
}

/// A batch in the clear; `None` when it does not unpack, which compaction will find and set aside.
async fn open(tx: &mut Tx, row: BatchRow) -> Result<Option<(Schema, Batch)>, DbError> {
    let Ok(hash) = <[u8; 16]>::try_from(row.schema_hash.as_slice()) else { return Ok(None) };
    let Some(schema) = schema(tx, SchemaHash(hash)).await? else { return Ok(None) };
    let batch = open_batch(&schema, &row.body).ok();
    Ok(batch.map(|batch| (schema, batch)))
}

/// The batches of a device's agent in a time, not folded yet, oldest first.
pub(super) async fn batches(
    tx: &mut Tx,
    device_id: &str,
    from_ms: i64,
    until_ms: i64,
) -> Result<Vec<(Schema, Batch)>, DbError> {
    let rows: Vec<BatchRow> = query(
        "SELECT schema_hash, body FROM batch
         WHERE agent_id = (SELECT agent_id FROM device WHERE id = $1) AND fault IS NULL AND last_ms >= $2
           AND first_ms < $3 ORDER BY first_ms, id",
    )
    .bind(device_id)
    .bind(from_ms)
    .bind(until_ms)
    .all(tx)
    .await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        out.extend(open(tx, row).await?);
    }
    Ok(out)
}

/// The newest batches of a device's agent, newest first.
pub(super) async fn newest_batches(
    tx: &mut Tx,
    device_id: &str,
    limit: i64,
) -> Result<Vec<(Schema, Batch)>, DbError> {
    let rows: Vec<BatchRow> = query(
        "SELECT schema_hash, body FROM batch
         WHERE agent_id = (SELECT agent_id FROM device WHERE id = $1) AND fault IS NULL
         ORDER BY last_ms DESC, id DESC LIMIT $2",
    )
    .bind(device_id)
    .bind(limit)
    .all(tx)
    .await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        out.extend(open(tx, row).await?);
    }
    Ok(out)
}

/// One batch, if it is of the agent that the device hangs on.
pub(super) async fn batch_of(
    tx: &mut Tx,
    id: i64,
    device_id: &str,
) -> Result<Option<(Schema, Batch)>, DbError> {
    let row: Option<BatchRow> = query(
        "SELECT schema_hash, body FROM batch
         WHERE id = $1 AND agent_id = (SELECT agent_id FROM device WHERE id = $2) AND fault IS NULL",
    )
    .bind(id)
    .bind(device_id)
    .optional(tx)
    .await?;
    match row {
        Some(row) => open(tx, row).await,
        None => Ok(None),
    }
}

#[derive(sqlx::FromRow)]
struct Bytes {
    bytes: Vec<u8>,
}

/// The statistics of a device's frames in a time.
pub(super) async fn stats(
    tx: &mut Tx,
    device_id: &str,
    from_ms: i64,
    until_ms: i64,
) -> Result<Vec<Vec<u8>>, DbError> {
    let rows: Vec<Bytes> =
        query("SELECT stats AS bytes FROM frame WHERE device_id = $1 AND last_ms >= $2 AND first_ms < $3 ORDER BY id")
            .bind(device_id)
            .bind(from_ms)
            .bind(until_ms)
            .all(tx)
            .await?;
    Ok(rows.into_iter().map(|row| row.bytes).collect())
}

/// The frames of a device in a time.
pub(super) async fn frames(
    tx: &mut Tx,
    device_id: &str,
    from_ms: i64,
    until_ms: i64,
) -> Result<Vec<Vec<u8>>, DbError> {
    let rows: Vec<Bytes> =
        query("SELECT body AS bytes FROM frame WHERE device_id = $1 AND last_ms >= $2 AND first_ms < $3 ORDER BY id")
            .bind(device_id)
            .bind(from_ms)
            .bind(until_ms)
            .all(tx)
            .await?;
    Ok(rows.into_iter().map(|row| row.bytes).collect())
}

/// The newest frames of a device, newest first.
pub(super) async fn newest_frames(tx: &mut Tx, device_id: &str, limit: i64) -> Result<Vec<Vec<u8>>, DbError> {
    let rows: Vec<Bytes> =
        query("SELECT body AS bytes FROM frame WHERE device_id = $1 ORDER BY last_ms DESC LIMIT $2")
            .bind(device_id)
            .bind(limit)
            .all(tx)
            .await?;
    Ok(rows.into_iter().map(|row| row.bytes).collect())
}

/// A forced loss on a device's gateway.
#[derive(sqlx::FromRow)]
pub(super) struct GapRow {
    pub(super) from_ms: i64,
    pub(super) to_ms: i64,
    pub(super) reason: String,
}

pub(super) async fn gaps(
    tx: &mut Tx,
    device_id: &str,
    from_ms: i64,
    until_ms: i64,
) -> Result<Vec<GapRow>, DbError> {
    query(
        "SELECT from_ms, to_ms, reason FROM telemetry_gap
         WHERE agent_id = (SELECT agent_id FROM device WHERE id = $1) AND to_ms >= $2 AND from_ms < $3
         ORDER BY from_ms LIMIT 1000",
    )
    .bind(device_id)
    .bind(from_ms)
    .bind(until_ms)
    .all(tx)
    .await
}
