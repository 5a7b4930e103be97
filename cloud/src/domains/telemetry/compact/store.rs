//! Rows of compaction: batches out, frames in.

use crate::platform::base::{DAY_MS, HOUR_MS};
use crate::platform::db::{DbError, Tx, query};

/// A batch waiting to be folded.
#[derive(sqlx::FromRow)]
pub(super) struct BatchRow {
    pub(super) id: i64,
    pub(super) schema_hash: Vec<u8>,
    pub(super) body: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct AgentRow {
    agent_id: String,
}

/// The agents that have batches received before `before_ms`.
pub(super) async fn agents(tx: &mut Tx, before_ms: i64) -> Result<Vec<String>, DbError> {
    let rows: Vec<AgentRow> = query(
        "SELECT DISTINCT agent_id FROM batch WHERE fault IS NULL AND received_ms < $1 ORDER BY agent_id",
    )
    .bind(before_ms)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| row.agent_id).collect())
}

/// The oldest batches of an agent received before `before_ms`.
pub(super) async fn batches(
    tx: &mut Tx,
    agent_id: &str,
    before_ms: i64,
    limit: i64,
) -> Result<Vec<BatchRow>, DbError> {
    query(
        "SELECT id, schema_hash, body FROM batch WHERE agent_id = $1 AND fault IS NULL AND received_ms < $2
         ORDER BY id LIMIT $3",
    )
    .bind(agent_id)
    .bind(before_ms)
    .bind(limit)
    .all(tx)
    .await
}

/// Sets a batch aside.
pub(super) async fn set_aside(tx: &mut Tx, id: i64, fault: &str) -> Result<(), DbError> {
    query("UPDATE batch SET fault = $2 WHERE id = $1").bind(id).bind(fault).execute(tx).await?;
    Ok(())
}

/// Removes a batch that was folded; false when somebody else did so first.
pub(super) async fn remove_batch(tx: &mut Tx, id: i64) -> Result<bool, DbError> {
    Ok(query("DELETE FROM batch WHERE id = $1 AND fault IS NULL").bind(id).execute(tx).await? == 1)
}

/// Removes a frame that was joined; false when somebody else did so first.
pub(super) async fn remove_frame(tx: &mut Tx, id: i64) -> Result<bool, DbError> {
    Ok(query("DELETE FROM frame WHERE id = $1").bind(id).execute(tx).await? == 1)
}

/// A frame to be stored.
pub(super) struct NewFrame {
    pub(super) id: i64,
    pub(super) device_id: String,
    pub(super) day_ms: i64,
    pub(super) hour: i64,
    pub(super) first_ms: i64,
    pub(super) last_ms: i64,
    pub(super) points: i64,
    pub(super) stats: Vec<u8>,
    pub(super) body: Vec<u8>,
}

pub(super) async fn put_frame(tx: &mut Tx, frame: NewFrame) -> Result<(), DbError> {
    query(
        "INSERT INTO frame (id, device_id, day_ms, hour, first_ms, last_ms, points, stats, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(frame.id)
    .bind(frame.device_id)
    .bind(frame.day_ms)
    .bind(frame.hour)
    .bind(frame.first_ms)
    .bind(frame.last_ms)
    .bind(frame.points)
    .bind(frame.stats)
    .bind(frame.body)
    .execute(tx)
    .await?;
    Ok(())
}

/// Frames that belong together: the parts of an hour, or the hours of a day.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Pile {
    pub(super) device_id: String,
    pub(super) day_ms: i64,
    pub(super) hour: i64,
}

/// What is due: hours with more than `parts` parts, closed hours with more than one, and days that closed.
pub(super) async fn due(tx: &mut Tx, now_ms: i64, parts: i64, grace_ms: i64) -> Result<Vec<Pile>, DbError> {
    let mut piles: Vec<Pile> = query(
        "SELECT device_id, day_ms, -1 AS hour FROM frame WHERE hour >= 0 AND day_ms + $1 < $2
         GROUP BY device_id, day_ms ORDER BY day_ms, device_id LIMIT 200",
    )
    .bind(DAY_MS + HOUR_MS)
    .bind(now_ms)
    .all::<PileRow>(tx)
    .await?
    .into_iter()
    .map(|row| Pile { device_id: row.device_id, day_ms: row.day_ms, hour: -1 })
    .collect();
    let hours: Vec<Pile> = query(
        "SELECT device_id, day_ms, hour FROM frame WHERE hour >= 0 AND day_ms + $1 >= $2
         GROUP BY device_id, day_ms, hour
         HAVING COUNT(*) > $3 OR (COUNT(*) > 1 AND day_ms + (hour + 1) * $4 + $5 < $2)
         ORDER BY day_ms, hour, device_id LIMIT 200",
    )
    .bind(DAY_MS + HOUR_MS)
    .bind(now_ms)
    .bind(parts)
    .bind(HOUR_MS)
    .bind(grace_ms)
    .all(tx)
    .await?;
    piles.extend(hours);
    Ok(piles)
}

#[derive(sqlx::FromRow)]
struct PileRow {
    device_id: String,
    day_ms: i64,
}

/// A frame to be joined.
#[derive(sqlx::FromRow)]
pub(super) struct FrameRow {
    pub(super) id: i64,
    pub(super) body: Vec<u8>,
}

/// The frames of a pile, oldest first; a day's frames are all of that day.
pub(super) async fn frames(tx: &mut Tx, pile: &Pile) -> Result<Vec<FrameRow>, DbError> {
    query(
        "SELECT id, body FROM frame WHERE device_id = $1 AND day_ms = $2 AND ($3 = -1 OR hour = $3)
         ORDER BY id",
    )
    .bind(&pile.device_id)
    .bind(pile.day_ms)
    .bind(pile.hour)
    .all(tx)
    .await
}
