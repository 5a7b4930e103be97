//! What is done about a job: one transaction with its row in the log.

use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact, Reason};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::jobs::desk;
use crate::platform::live::Notice;
use crate::platform::web::Allowed;
use serde_json::json;

/// What stands before the name of who cancelled a job, in the cause that is kept.
pub(super) const CANCELLED_BY: &str = "cancelled by ";

/// Lets a job that failed be tried at once.
///
/// # Errors
/// [`Error::NotFound`] when there is no such job, or it did not fail.
pub(super) async fn retry(app: &App, allowed: &Allowed, id: &str) -> Result<(), Error> {
    let mut tx = app.db.write().await?;
    meant(&mut tx, allowed, id).await?;
    let kind = desk::retry(&mut tx, id, app.clock.now_ms()).await?.ok_or(Error::NotFound)?;
    let entry = Entry::new(By::person(allowed), Fact::JobRetried, "job", id).with(json!({ "kind": kind }));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    app.hub.tell(Notice::Jobs);
    audit::announce(app, [allowed.scope.tenant_id()]);
    Ok(())
}

/// Whether the job is what whoever acts believes it to be; it is theirs until the commit.
async fn meant(tx: &mut Tx, allowed: &Allowed, id: &str) -> Result<(), Error> {
    desk::hold(tx, id).await?;
    let job = desk::one(tx, id).await?.ok_or(Error::NotFound)?;
    allowed.believed.holds(("job", id), &job.version())
}

/// Ends a job for good.
///
/// # Errors
/// [`Error::NotFound`] when there is no such job, or it has ended.
pub(super) async fn cancel(app: &App, allowed: &Allowed, id: &str, reason: &str) -> Result<(), Error> {
    let by = By::person(allowed);
    let why = match reason {
        "" => format!("{CANCELLED_BY}{}", by.name),
        reason => format!("{CANCELLED_BY}{}: {reason}", by.name),
    };
    let mut tx = app.db.write().await?;
    meant(&mut tx, allowed, id).await?;
    let kind = desk::cancel(&mut tx, id, app.clock.now_ms(), &why).await?.ok_or(Error::NotFound)?;
    let entry = Entry::new(by, Fact::JobCancelled, "job", id)
        .with(json!({ "kind": kind }))
        .because(Reason::typed(reason));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    app.hub.tell(Notice::Jobs);
    audit::announce(app, [allowed.scope.tenant_id()]);
    Ok(())
}
