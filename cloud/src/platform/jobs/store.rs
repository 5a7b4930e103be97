//! The queue.

use super::{Job, Lane};
use crate::platform::db::{DbError, Tx, query};

/// Writes down `job` at `now_ms`, due at `due_ms`.
pub(super) async fn add(
    tx: &mut Tx,
    job: &Job,
    lane: Lane,
    (now_ms, due_ms): (i64, i64),
) -> Result<(), DbError> {
    let text = "INSERT INTO job (id, kind, body, correlation_id, created_ms, due_ms, lane)
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    query(text)
        .bind(&job.id)
        .bind(&job.kind)
        .bind(&job.body)
        .bind(&job.correlation_id)
        .bind(now_ms)
        .bind(due_ms)
        .bind(lane.key())
        .execute(tx)
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Found {
    #[expect(dead_code, reason = "only whether there is a row counts")]
    id: String,
}

/// Whether anything is due, without taking the writer.
pub(super) async fn is_due(tx: &mut Tx, lane: Lane, now_ms: i64) -> Result<bool, DbError> {
    let text = "SELECT id FROM job WHERE dead_ms IS NULL AND due_ms <= $1 AND lane = $2 LIMIT 1";
    let found: Option<Found> = query(text).bind(now_ms).bind(lane.key()).optional(tx).await?;
    Ok(found.is_some())
}

/// Whether a job of `kind` is due and nobody's. It stays so until the end of the transaction: on PostgreSQL whoever is taking
/// it now is waited for, and then it counts as taken, since its work may have begun before what is written here is seen.
pub(super) async fn waits(tx: &mut Tx, kind: &str, now_ms: i64) -> Result<bool, DbError> {
    let text = match tx {
        Tx::Sqlite(_) => {
            "SELECT id FROM job WHERE kind = $1 AND worker IS NULL AND dead_ms IS NULL AND due_ms <= $2 LIMIT 1"
        }
        Tx::Postgres(_) => {
            "SELECT id FROM job WHERE kind = $1 AND worker IS NULL AND dead_ms IS NULL AND due_ms <= $2 LIMIT 1
             FOR UPDATE"
        }
    };
    let found: Option<Found> = query(text).bind(kind).bind(now_ms).optional(tx).await?;
    Ok(found.is_some())
}

/// Takes up to `limit` due jobs of `lane` for `worker` until `lease_until_ms`. On PostgreSQL those that another instance is
/// taking right now are passed over; SQLite has one writer anyway.
pub(super) async fn claim(
    tx: &mut Tx,
    (worker, lane): (&str, Lane),
    now_ms: i64,
    lease_until_ms: i64,
    limit: i64,
) -> Result<Vec<Job>, DbError> {
    let text = match tx {
        Tx::Sqlite(_) => {
            "SELECT id, kind, body, attempts + 1 AS attempts, correlation_id FROM job
             WHERE dead_ms IS NULL AND due_ms <= $1 AND lane = $3 ORDER BY due_ms, id LIMIT $2"
        }
        Tx::Postgres(_) => {
            "SELECT id, kind, body, attempts + 1 AS attempts, correlation_id FROM job
             WHERE dead_ms IS NULL AND due_ms <= $1 AND lane = $3 ORDER BY due_ms, id LIMIT $2 FOR UPDATE SKIP LOCKED"
        }
    };
    let jobs: Vec<Job> = query(text).bind(now_ms).bind(limit).bind(lane.key()).all(tx).await?;
    for job in &jobs {
        let text = "UPDATE job SET worker = $2, attempts = $3, due_ms = $4, taken_ms = $5, step = 0, steps = 0 WHERE id = $1";
        query(text)
            .bind(&job.id)
            .bind(worker)
            .bind(job.attempts)
            .bind(lease_until_ms)
            .bind(now_ms)
            .execute(tx)
            .await?;
    }
    Ok(jobs)
}

/// The job is done. `false` when the lease was lost to another worker, who will do it again.
pub(super) async fn done(tx: &mut Tx, worker: &str, job: &Job) -> Result<bool, DbError> {
    let rows = query("DELETE FROM job WHERE id = $1 AND worker = $2 AND attempts = $3")
        .bind(&job.id)
        .bind(worker)
        .bind(job.attempts)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// The job comes again at `due_ms`.
pub(super) async fn postpone(
    tx: &mut Tx,
    worker: &str,
    job: &Job,
    due_ms: i64,
    error: &str,
) -> Result<(), DbError> {
    query("UPDATE job SET worker = NULL, due_ms = $4, error = $5 WHERE id = $1 AND worker = $2 AND attempts = $3")
        .bind(&job.id)
        .bind(worker)
        .bind(job.attempts)
        .bind(due_ms)
        .bind(error)
        .execute(tx)
        .await?;
    Ok(())
}

/// The job is given up; `false` when it was no longer this worker's.
pub(super) async fn bury(
    tx: &mut Tx,
    worker: &str,
    job: &Job,
    now_ms: i64,
    error: &str,
) -> Result<bool, DbError> {
    let text = "UPDATE job SET worker = NULL, dead_ms = $4, error = $5 WHERE id = $1 AND worker = $2 AND attempts = $3";
    let query = query(text).bind(&job.id).bind(worker).bind(job.attempts).bind(now_ms).bind(error);
    Ok(query.execute(tx).await? == 1)
}

/// Whether `worker` still has the job: nobody cancelled it, and its lease did not end.
pub(super) async fn holds(tx: &mut Tx, worker: &str, job: &Job) -> Result<bool, DbError> {
    let text = "SELECT id FROM job WHERE id = $1 AND worker = $2 AND attempts = $3 AND dead_ms IS NULL";
    let found: Option<Found> = query(text).bind(&job.id).bind(worker).bind(job.attempts).optional(tx).await?;
    Ok(found.is_some())
}

/// The job belongs to `worker` until `lease_until_ms`, if it still does.
pub(super) async fn renew(
    tx: &mut Tx,
    worker: &str,
    job: &Job,
    lease_until_ms: i64,
) -> Result<bool, DbError> {
    let text =
        "UPDATE job SET due_ms = $4 WHERE id = $1 AND worker = $2 AND attempts = $3 AND dead_ms IS NULL";
    let query = query(text).bind(&job.id).bind(worker).bind(job.attempts).bind(lease_until_ms);
    Ok(query.execute(tx).await? == 1)
}

/// How far this attempt is; `false` when it is nobody's any more.
pub(super) async fn progress(tx: &mut Tx, job: &Job, step: i64, steps: i64) -> Result<bool, DbError> {
    let text = "UPDATE job SET step = $3, steps = $4 WHERE id = $1 AND attempts = $2 AND worker IS NOT NULL";
    Ok(query(text).bind(&job.id).bind(job.attempts).bind(step).bind(steps).execute(tx).await? == 1)
}

/// The last run of a line of the schedule.
#[derive(sqlx::FromRow)]
pub(super) struct LastRun {
    pub(super) due_ms: i64,
    /// Whether its job is still to be done: 1, else 0.
    pub(super) open: i64,
}

/// The last run of `name` that was asked for.
pub(super) async fn last_run(tx: &mut Tx, name: &str) -> Result<Option<LastRun>, DbError> {
    let text = "SELECT r.due_ms, CAST(CASE WHEN j.id IS NULL THEN 0 ELSE 1 END AS BIGINT) AS open
         FROM job_run r LEFT JOIN job j ON j.id = r.job_id AND j.dead_ms IS NULL
         WHERE r.name = $1 ORDER BY r.due_ms DESC LIMIT 1";
    query(text).bind(name).optional(tx).await
}

/// Notes the run of `name` at `due_ms`, in place of the runs before it; `false` when another process did.
pub(super) async fn note_run(
    tx: &mut Tx,
    (name, every_ms): (&str, i64),
    due_ms: i64,
    job_id: &str,
) -> Result<bool, DbError> {
    let text = "INSERT INTO job_run (name, due_ms, every_ms, job_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name, due_ms) DO NOTHING";
    let first = query(text).bind(name).bind(due_ms).bind(every_ms).bind(job_id).execute(tx).await? == 1;
    if first {
        let before = "DELETE FROM job_run WHERE name = $1 AND due_ms < $2";
        query(before).bind(name).bind(due_ms).execute(tx).await?;
    }
    Ok(first)
}

/// Gives back what `worker` still holds, as if it had not been begun, so that another need not wait for the lease.
pub(super) async fn give_back(tx: &mut Tx, worker: &str, now_ms: i64) -> Result<u64, DbError> {
    query("UPDATE job SET worker = NULL, due_ms = $2, attempts = attempts - 1 WHERE worker = $1 AND dead_ms IS NULL")
        .bind(worker)
        .bind(now_ms)
        .execute(tx)
        .await
}

/// Forgets dead letters and runs from before `before_ms`; how many.
pub(super) async fn forget(tx: &mut Tx, before_ms: i64) -> Result<u64, DbError> {
    let letters = query("DELETE FROM job WHERE dead_ms < $1").bind(before_ms).execute(tx).await?;
    let runs = query("DELETE FROM job_run WHERE due_ms < $1").bind(before_ms).execute(tx).await?;
    Ok(letters + runs)
}

/// How many jobs there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Counts {
    /// Not done yet, in progress included.
    pub waiting: i64,
    /// Given up.
    pub dead: i64,
}
