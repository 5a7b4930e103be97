//! The common case on the embedded database, in one round trip to it: an upload that follows the last one of its store,
//! under the policy that was admitted last. Whatever is not that is left to [`take`](super::take), which decides.
//!
//! Nothing is checked less. The batch is held against the grants here, as always; the statements do anything only while
//! the gateway's certificate stands and the policy epoch is the one the grants were read under (each change of grants
//! raises it in its own transaction); and the range must be new and follow the one before it.

use super::admit::Known;
use super::ranges::key;
use super::take::{Taken, new_id, stored};
use crate::app::App;
use crate::domains::enrolment::Agent;
use crate::platform::db::{DbError, query};
use riversync_protocol::v1::{Content, Upload};

/// Each statement does something only when the one before it did.
const SCRIPT: &str = "
    BEGIN IMMEDIATE;
    UPDATE agent SET last_seen_ms = $2,
        held_epoch = CASE WHEN $3 > held_epoch AND $3 <= policy_epoch THEN $3 ELSE held_epoch END
    WHERE id = $1 AND policy_epoch = $4 AND revoked_ms IS NULL AND ($5 IS NULL OR EXISTS (
        SELECT 1 FROM agent_certificate c WHERE c.fingerprint = $5 AND c.agent_id = $1 AND c.revoked_ms IS NULL));
    UPDATE stored_range SET last_seq = $9
    WHERE changes() = 1 AND agent_id = $1 AND store_epoch = $6 AND lane = $7 AND first_seq < $8 AND last_seq = $8 - 1
      AND NOT EXISTS (SELECT 1 FROM stored_range o WHERE o.agent_id = $1 AND o.store_epoch = $6 AND o.lane = $7
                      AND o.first_seq >= $8 AND o.first_seq <= $9 + 1);
    INSERT INTO batch (id, agent_id, received_ms, first_ms, last_ms, points, schema_hash, body)
    SELECT $10, $1, $2, $11, $12, $13, $14, $15 WHERE changes() = 1;
    COMMIT;
    SELECT changes() AS stored";

#[derive(sqlx::FromRow)]
struct Stored {
    stored: i64,
}

/// Stores the upload when it is the common case; `None`, and nothing stored, when it is not.
pub(super) async fn append(
    app: &App,
    known: &Known,
    agent: &Agent,
    upload: &Upload,
) -> Result<Option<Taken>, DbError> {
    let Content::Telemetry(batch) = &upload.content else { return Ok(None) };
    let (Ok(first), Ok(last)) = (i64::try_from(upload.first_seq), i64::try_from(upload.last_seq)) else {
        return Ok(None);
    };
    if upload.agent.as_str() != agent.id || first > last || last == i64::MAX {
        return Ok(None);
    }
    let now_ms = app.clock.now_ms();
    let Some((epoch, admitted)) = known.newest(&agent.id, batch.schema) else { return Ok(None) };
    let (Ok(()), Ok(body)) = (admitted.check(batch, now_ms), postcard::to_stdvec(batch)) else {
        return Ok(None);
    };
    let batch_id = new_id(app, now_ms);
    let script = query(SCRIPT)
        .bind(&agent.id)
        .bind(now_ms)
        .bind(i64::try_from(upload.policy_epoch).unwrap_or(i64::MAX))
        .bind(epoch)
        .bind(agent.certificate.map(Vec::from))
        .bind(upload.store_epoch.cast_signed())
        .bind(key(upload.lane()))
        .bind(first)
        .bind(last)
        .bind(batch_id)
        .bind(batch.first_ms)
        .bind(batch.last_ms)
        .bind(i64::from(batch.points))
        .bind(&batch.schema.0[..])
        .bind(body);
    let rows: Option<Vec<Stored>> = app.db.at_once(script).await?;
    let done = rows.is_some_and(|rows| rows.iter().any(|row| row.stored == 1));
    Ok(done.then(|| stored(agent, batch, batch_id, epoch)))
}
