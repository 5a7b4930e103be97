//! Work for later: sending mails, and whatever must not keep a person waiting. An action writes its job in its own
//! transaction; a worker performs it afterwards, at least once.
//!
//! Invariants: a job is there if and only if its action was committed; it is worked at by one worker at a time, also
//! with several instances on PostgreSQL; a worker that is killed loses nothing, its lease ends and another takes over;
//! what recurs is asked for once per due time, however many processes there are, and not while the run before it is
//! still open; what is cancelled ends within a second;
//! what fails comes again after a growing, jittered pause; what fails for good stays, with its error, as a dead letter.
//! A job must bear being performed twice: a worker may be killed between doing and writing down.

pub mod desk;
mod rules;
mod schedule;
mod store;
#[cfg(test)]
mod tests;
mod worker;

use crate::app::App;
use crate::platform::base::correlation;
use crate::platform::db::{DbError, Tx};
use crate::platform::error::Error;
use crate::platform::live::Notice;
pub use schedule::{Recurring, TIDY, tidy};
use serde::Serialize;
use std::pin::Pin;
pub use store::Counts;
pub use worker::{run, work_due};

/// Which workers a job is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lane {
    /// Our own work.
    #[default]
    Own,
    /// What waits for strangers' servers, however slow they are: nobody's sign-in link waits behind it.
    Outside,
}

impl Lane {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Own, Self::Outside];

    /// Its key in storage.
    fn key(self) -> &'static str {
        match self {
            Self::Own => "",
            Self::Outside => "outside",
        }
    }
}

/// One piece of work.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Job {
    /// Its id; the same each time it comes.
    pub id: String,
    /// What, such as `mail.send`.
    pub kind: String,
    /// JSON.
    pub body: String,
    /// How often it was begun, this time included.
    pub attempts: i64,
    /// The request behind it; empty for what a schedule asked for.
    pub correlation_id: String,
}

impl Job {
    /// What it says.
    ///
    /// # Errors
    /// [`Failed::ForGood`] when it does not read as one of this kind.
    pub fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T, Failed> {
        serde_json::from_str(&self.body)
            .map_err(|error| Failed::ForGood(format!("the job does not read as {}: {error}", self.kind)))
    }
}

/// Why a job was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// It may work later.
    #[error("{0}")]
    ForNow(String),
    /// It never will.
    #[error("{0}")]
    ForGood(String),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::ForNow(format!("{:#}", anyhow::anyhow!(error)))
    }
}

impl From<crate::platform::db::DbError> for Failed {
    fn from(error: crate::platform::db::DbError) -> Self {
        Self::ForNow(error.to_string())
    }
}

/// Who performs what. The service's list is `work.rs`.
pub trait Work: Send + Sync + 'static {
    /// Performs `job`, which may come again.
    fn perform<'a>(
        &'a self,
        app: &'a App,
        job: &'a Job,
    ) -> Pin<Box<dyn Future<Output = Result<(), Failed>> + Send + 'a>>;

    /// Told that `job` is given up, in the transaction that says so: whoever waits for it is told in turn. Names what open
    /// pages should read again.
    fn given_up<'a>(
        &'a self,
        _tx: &'a mut Tx,
        _job: &'a Job,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Notice>, DbError>> + Send + 'a>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// What comes again and again by itself.
    fn recurring(&self) -> &'static [Recurring] {
        &[]
    }
}

/// Says how far the running `job` is: `step` of `steps`.
///
/// # Errors
/// [`Failed::ForNow`] when it is no longer the caller's, who then stops: somebody cancelled it, or its lease ended.
pub async fn progress(app: &App, job: &Job, step: usize, steps: usize) -> Result<(), Failed> {
    let [step, steps] = [step, steps].map(|count| i64::try_from(count).unwrap_or(i64::MAX));
    let mut tx = app.db.write().await?;
    let held = store::progress(&mut tx, job, step, steps).await?;
    tx.commit().await?;
    app.hub.tell(Notice::Jobs);
    if held { Ok(()) } else { Err(Failed::ForNow("it is no longer this worker's".to_owned())) }
}

/// Writes a job down in the caller's transaction, due at once. Its body holds ids, never secrets.
///
/// # Errors
/// When it cannot be written; the action must then fail too.
pub async fn enqueue(app: &App, tx: &mut Tx, kind: &'static str, body: &impl Serialize) -> Result<(), Error> {
    enqueue_at(app, tx, (kind, Lane::Own), body, app.clock.now_ms()).await
}

/// The same, unless one of the kind waits already: for work that takes all there is when it comes.
///
/// # Errors
/// When it cannot be written; the action must then fail too.
pub async fn enqueue_one(app: &App, tx: &mut Tx, kind: &'static str) -> Result<(), Error> {
    if store::waits(tx, kind, app.clock.now_ms()).await? {
        return Ok(());
    }
    enqueue(app, tx, kind, &()).await
}

/// The same for the workers of a lane, due at `due_ms`.
///
/// # Errors
/// When it cannot be written; the action must then fail too.
pub async fn enqueue_at(
    app: &App,
    tx: &mut Tx,
    (kind, lane): (&'static str, Lane),
    body: &impl Serialize,
    due_ms: i64,
) -> Result<(), Error> {
    let body = serde_json::to_string(body).map_err(|cause| Error::Internal(cause.into()))?;
    let (id, kind, correlation_id) = (app.ids.next("job"), kind.to_owned(), correlation::current());
    let job = Job { id, kind, body, attempts: 0, correlation_id };
    store::add(tx, &job, lane, (app.clock.now_ms(), due_ms)).await?;
    Ok(())
}
