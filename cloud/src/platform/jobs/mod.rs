//! Work for later: sending mails, and whatever must not keep a person waiting. An action writes its job in its own
//! transaction; a worker performs it afterwards, at least once.
//!
//! Invariants: a job is there if and only if its action was committed; it is worked at by one worker at a time, also
//! with several instances on PostgreSQL; a worker that is killed loses nothing, its lease ends and another takes over;
//! what fails comes again after a growing, jittered pause; what fails for good stays, with its error, as a dead letter.
//! A job must bear being performed twice: a worker may be killed between doing and writing down.

mod rules;
mod store;
#[cfg(test)]
mod tests;
mod worker;

use crate::app::App;
use crate::platform::base::correlation;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use serde::Serialize;
use std::pin::Pin;
pub use store::{Counts, DeadLetter, counts, dead_letters};
pub use worker::{run, work_due};

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
}

/// Writes a job down in the caller's transaction, due at once. Its body holds ids, never secrets.
///
/// # Errors
/// When it cannot be written; the action must then fail too.
pub async fn enqueue(app: &App, tx: &mut Tx, kind: &'static str, body: &impl Serialize) -> Result<(), Error> {
    let body = serde_json::to_string(body).map_err(|cause| Error::Internal(cause.into()))?;
    let (id, kind, correlation_id) = (app.ids.next("job"), kind.to_owned(), correlation::current());
    store::add(tx, &Job { id, kind, body, attempts: 0, correlation_id }, app.clock.now_ms()).await?;
    Ok(())
}
