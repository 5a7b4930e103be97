//! Which job is whose. One line per kind; what is done is the room's own, and must bear being done twice.

use crate::app::App;
use crate::domains::webhooks::{self, Sender};
use crate::domains::{audit, coverage, funnel, identity, notifications, search, telemetry};
use crate::platform::db::{DbError, Tx};
use crate::platform::jobs::{self, Failed, Job, Recurring, Work};
use crate::platform::live::Notice;
use crate::platform::mail::{self, Courier};
use std::pin::Pin;

/// The list, with what its jobs need.
#[derive(Clone, Debug)]
pub struct Jobs {
    /// Carries mails out.
    pub courier: Courier,
    /// Carries webhooks out.
    pub sender: Sender,
}

impl Work for Jobs {
    fn perform<'a>(
        &'a self,
        app: &'a App,
        job: &'a Job,
    ) -> Pin<Box<dyn Future<Output = Result<(), Failed>> + Send + 'a>> {
        Box::pin(async move {
            match job.kind.as_str() {
                mail::SEND => mail::send(app, &self.courier, job).await,
                kind if kind == jobs::TIDY.name => jobs::tidy(app).await,
                kind if kind == audit::CHECKPOINT.name => audit::checkpoint(app).await,
                kind if kind == coverage::REMIND.name => coverage::remind(app).await,
                kind if kind == funnel::EXPIRE.name => funnel::expire(app).await,
                kind if kind == telemetry::COMPACT.name => telemetry::compact(app, job).await,
                notifications::TELL => notifications::tell(app).await,
                kind if kind == notifications::SEND.name => notifications::send(app).await,
                kind if kind == notifications::TIDY.name => notifications::tidy(app).await,
                kind if kind == search::REINDEX.name => search::perform(app, job).await,
                webhooks::DELIVER => webhooks::deliver(app, &self.sender, job).await,
                kind if kind == webhooks::TIDY.name => webhooks::tidy(app).await,
                identity::SEND_LINK => identity::send_link(app, job).await,
                kind => Err(Failed::ForGood(format!("nobody knows how to do {kind}"))),
            }
        })
    }
    fn given_up<'a>(
        &'a self,
        tx: &'a mut Tx,
        job: &'a Job,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Notice>, DbError>> + Send + 'a>> {
        Box::pin(async move {
            match job.kind.as_str() {
                webhooks::DELIVER => webhooks::on_given_up(tx, job).await,
                _ => Ok(Vec::new()),
            }
        })
    }
    fn recurring(&self) -> &'static [Recurring] {
        &[
            jobs::TIDY,
            audit::CHECKPOINT,
            coverage::REMIND,
            funnel::EXPIRE,
            telemetry::COMPACT,
            search::REINDEX,
            notifications::SEND,
            notifications::TIDY,
            webhooks::TIDY,
        ]
    }
}
