//! What the people who run the service see of the queue, and what they do about it.

use super::{Counts, Job};
use crate::platform::db::{DbError, Tx, query};
use crate::platform::web::Version;

/// A job as it stands.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Seen {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: String,
    /// When it was asked for, Unix milliseconds.
    pub created_ms: i64,
    /// Not before; while it is worked at, when its lease ends.
    pub due_ms: i64,
    /// How often it was begun.
    pub attempts: i64,
    /// Who works at it.
    pub worker: Option<String>,
    /// When the last attempt began.
    pub taken_ms: Option<i64>,
    /// How far that is.
    pub step: i64,
    /// Of how many; 0 while it has not said.
    pub steps: i64,
    /// Why it failed last; may be empty.
    pub error: String,
    /// When it was given up.
    pub dead_ms: Option<i64>,
    /// The request behind it; empty for what the schedule asked for.
    pub correlation_id: String,
}

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Somebody works at it.
    Running,
    /// Its worker is gone; it is taken again at once.
    Abandoned,
    /// It failed and comes again.
    Resting,
    /// It was not begun yet.
    Waiting,
    /// It was given up.
    Dead,
}

impl Seen {
    /// Its version: what its workers and people do about it, never what time does.
    pub fn version(&self) -> Version {
        Version::of(&(&self.id, self.attempts, &self.worker, self.taken_ms, self.dead_ms))
    }

    /// How it stands at `now_ms`.
    pub fn state(&self, now_ms: i64) -> State {
        match (self.dead_ms, &self.worker) {
            (Some(_), _) => State::Dead,
            (None, Some(_)) if self.due_ms > now_ms => State::Running,
            (None, Some(_)) => State::Abandoned,
            (None, None) if self.attempts > 0 => State::Resting,
            (None, None) => State::Waiting,
        }
    }
}

/// A line of the schedule, as its newest run tells.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Line {
    /// The kind of its jobs.
    pub name: String,
    /// How often, milliseconds.
    pub every_ms: i64,
    /// The newest due time that was asked for.
    pub due_ms: i64,
    /// Its job; `None` when it is done.
    pub open: Option<String>,
    /// When its job was given up.
    pub dead_ms: Option<i64>,
}

impl Line {
    /// When it comes next; what was missed comes at once.
    pub fn next_ms(&self) -> i64 {
        self.due_ms.saturating_add(self.every_ms)
    }
}

/// How many rows a list shows.
pub const SHOWN: i64 = 100;

/// The jobs that are not done, those that are due first at the top; at most [`SHOWN`].
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn queue(tx: &mut Tx) -> Result<Vec<Seen>, DbError> {
    let text = "SELECT id, kind, created_ms, due_ms, attempts, worker, taken_ms, step, steps, error, dead_ms, correlation_id
         FROM job WHERE dead_ms IS NULL
         ORDER BY CASE WHEN worker IS NULL THEN 1 ELSE 0 END, due_ms, id LIMIT $1";
    query(text).bind(SHOWN).all(tx).await
}

/// One job, whether it is done with or not.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn one(tx: &mut Tx, id: &str) -> Result<Option<Seen>, DbError> {
    let text = "SELECT id, kind, created_ms, due_ms, attempts, worker, taken_ms, step, steps, error, dead_ms, correlation_id
         FROM job WHERE id = $1";
    query(text).bind(id).optional(tx).await
}

/// Keeps workers and others from changing a job until the end of this transaction.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn hold(tx: &mut Tx, id: &str) -> Result<(), DbError> {
    query("UPDATE job SET kind = kind WHERE id = $1").bind(id).execute(tx).await?;
    Ok(())
}

/// A job that was given up and not tried again since, with what it says.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn ended(tx: &mut Tx, id: &str) -> Result<Option<Job>, DbError> {
    let text =
        "SELECT id, kind, body, attempts, correlation_id FROM job WHERE id = $1 AND dead_ms IS NOT NULL";
    query(text).bind(id).optional(tx).await
}

/// The jobs that were given up, newest first; at most [`SHOWN`].
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn dead_letters(tx: &mut Tx) -> Result<Vec<Seen>, DbError> {
    let text = "SELECT id, kind, created_ms, due_ms, attempts, worker, taken_ms, step, steps, error, dead_ms, correlation_id
         FROM job WHERE dead_ms IS NOT NULL ORDER BY dead_ms DESC, id DESC LIMIT $1";
    query(text).bind(SHOWN).all(tx).await
}

/// The schedule.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn schedule(tx: &mut Tx) -> Result<Vec<Line>, DbError> {
    let text =
        "SELECT r.name, r.every_ms, r.due_ms, j.id AS open, j.dead_ms FROM job_run r LEFT JOIN job j ON j.id = r.job_id
         WHERE r.due_ms = (SELECT MAX(n.due_ms) FROM job_run n WHERE n.name = r.name) ORDER BY r.name";
    query(text).all(tx).await
}

/// How many jobs wait and how many were given up.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn counts(tx: &mut Tx) -> Result<Counts, DbError> {
    let text = "SELECT CAST(COUNT(*) - COUNT(dead_ms) AS BIGINT) AS waiting, CAST(COUNT(dead_ms) AS BIGINT) AS dead FROM job";
    query(text).one(tx).await
}

#[derive(sqlx::FromRow)]
struct Kind {
    kind: String,
}

/// Lets a job that rests or was given up be tried at once, from its first attempt; its kind. `None` when there is no
/// such job, or somebody works at it.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn retry(tx: &mut Tx, id: &str, now_ms: i64) -> Result<Option<String>, DbError> {
    let text = "UPDATE job SET dead_ms = NULL, due_ms = $2, attempts = 0 WHERE id = $1 AND worker IS NULL
         AND (dead_ms IS NOT NULL OR attempts > 0) RETURNING kind";
    let changed: Option<Kind> = query(text).bind(id).bind(now_ms).optional(tx).await?;
    Ok(changed.map(|job| job.kind))
}

/// Ends a job for good, also one that somebody works at: its worker hears it within a second and stops. It stays as a
/// dead letter that says `why`; its kind. `None` when there is no such job, or it ended before.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn cancel(tx: &mut Tx, id: &str, now_ms: i64, why: &str) -> Result<Option<String>, DbError> {
    let text = "UPDATE job SET worker = NULL, dead_ms = $2, error = $3 WHERE id = $1 AND dead_ms IS NULL RETURNING kind";
    let changed: Option<Kind> = query(text).bind(id).bind(now_ms).bind(why).optional(tx).await?;
    Ok(changed.map(|job| job.kind))
}
