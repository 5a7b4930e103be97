//! The rows that uploads become.

use crate::platform::db::{DbError, Tx, query};
use riversync_protocol::v1::{Alarm, AlarmState, Gap, GapReason, PackedBatch, Schema, SchemaHash, Severity};

#[derive(sqlx::FromRow)]
struct Body {
    body: Vec<u8>,
}

/// The schema of a hash.
pub(in crate::domains::telemetry) async fn schema(
    tx: &mut Tx,
    hash: SchemaHash,
) -> Result<Option<Schema>, DbError> {
    let row: Option<Body> =
        query("SELECT body FROM wire_schema WHERE hash = $1").bind(&hash.0[..]).optional(tx).await?;
    // It was encoded by us; a row that no longer decodes is as good as none, and the gateway sends it again.
    Ok(row.and_then(|row| postcard::from_bytes(&row.body).ok()))
}

/// Stores a schema, replacing a row that may have been damaged.
pub(super) async fn put_schema(
    tx: &mut Tx,
    hash: SchemaHash,
    body: Vec<u8>,
    now_ms: i64,
) -> Result<(), DbError> {
    query(
        "INSERT INTO wire_schema (hash, body, stored_ms) VALUES ($1, $2, $3)
         ON CONFLICT (hash) DO UPDATE SET body = excluded.body",
    )
    .bind(&hash.0[..])
    .bind(body)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(())
}

pub(super) async fn put_batch(
    tx: &mut Tx,
    id: i64,
    agent_id: &str,
    now_ms: i64,
    batch: &PackedBatch,
    body: Vec<u8>,
) -> Result<(), DbError> {
    query(
        "INSERT INTO batch (id, agent_id, received_ms, first_ms, last_ms, points, schema_hash, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id)
    .bind(agent_id)
    .bind(now_ms)
    .bind(batch.first_ms)
    .bind(batch.last_ms)
    .bind(i64::from(batch.points))
    .bind(&batch.schema.0[..])
    .bind(body)
    .execute(tx)
    .await?;
    Ok(())
}

/// The key of a severity in storage, events and API.
pub(super) fn severity_key(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Critical => "critical",
    }
}

/// Notes an alarm; whether that is news. A gateway that started anew cannot know what it said before: it raises once
/// more what still stands and clears what may have stood.
pub(super) async fn put_alarm(tx: &mut Tx, alarm: &Alarm, text: &str) -> Result<bool, DbError> {
    let statement = match alarm.state {
        AlarmState::Raised => query(
            "INSERT INTO edge_alarm (device_id, code, metric, severity, raised, raised_ms, times, text)
             VALUES ($1, $2, $3, $4, 1, $5, 1, $6)
             ON CONFLICT (device_id, code) DO UPDATE SET metric = excluded.metric, severity = excluded.severity,
                 raised = 1, raised_ms = excluded.raised_ms, cleared_ms = NULL, times = edge_alarm.times + 1,
                 text = excluded.text
             WHERE edge_alarm.raised = 0",
        ),
        AlarmState::Cleared => query(
            "UPDATE edge_alarm SET metric = $3, severity = $4, raised = 0, cleared_ms = $5, text = $6
             WHERE device_id = $1 AND code = $2 AND raised = 1",
        ),
    };
    let touched = statement
        .bind(alarm.device.as_str())
        .bind(alarm.code.as_str())
        .bind(alarm.metric.as_str())
        .bind(severity_key(alarm.severity))
        .bind(alarm.at_ms)
        .bind(text)
        .execute(tx)
        .await?;
    Ok(touched > 0)
}

pub(super) async fn put_gap(
    tx: &mut Tx,
    agent_id: &str,
    store_epoch: u64,
    seq: i64,
    gap: &Gap,
) -> Result<(), DbError> {
    let reason = match gap.reason {
        GapReason::DiskBound => "disk_bound",
        GapReason::DiskFull => "disk_full",
        GapReason::Corrupt => "corrupt",
        GapReason::StoreReplaced => "store_replaced",
        GapReason::Refused => "refused",
    };
    let int = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    query(
        "INSERT INTO telemetry_gap (agent_id, store_epoch, seq, from_ms, to_ms, records, points, reason, at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (agent_id, store_epoch, seq) DO NOTHING",
    )
    .bind(agent_id)
    .bind(store_epoch.cast_signed())
    .bind(seq)
    .bind(gap.from_ms)
    .bind(gap.to_ms)
    .bind(int(gap.records))
    .bind(int(gap.points))
    .bind(reason)
    .bind(gap.at_ms)
    .execute(tx)
    .await?;
    Ok(())
}
