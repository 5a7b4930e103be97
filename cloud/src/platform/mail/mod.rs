//! Mails to people. A room writes a [`Letter`] in the person's language; [`queue`] keeps it, and the job that sends it,
//! in the transaction of the action it tells of, so that neither is there without the other.
//!
//! Invariants: a mail is one shape in text and HTML; a subject holds no secret and no value that somebody may not see;
//! what was sent, refused or outlived itself is not kept, because it may hold a link (the demo keeps it to show it). A
//! mail may come twice, with the same `Message-ID`, when the worker is killed between the server's yes and our note.

mod courier;
mod letter;
mod store;

use crate::app::App;
use crate::platform::base::DAY_MS;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::jobs::{self, Failed, Job};
pub use courier::Courier;
use courier::Outgoing;
pub use letter::{Button, Letter};
use serde::{Deserialize, Serialize};
pub use store::{Kept, kept};

/// News that is a week old helps nobody.
pub const NEWS_LIFE_MS: i64 = 7 * DAY_MS;

/// The job that sends a mail.
pub const SEND: &str = "mail.send";

#[derive(Serialize, Deserialize)]
struct Send {
    mail_id: String,
}

/// Writes `letter` to `to` into the outbox. After `keep_until_ms` it is of no use: it is then neither sent nor kept.
///
/// # Errors
/// When it cannot be written; the action must then fail too.
pub async fn queue(
    app: &App,
    tx: &mut Tx,
    to: &str,
    letter: &Letter,
    keep_until_ms: i64,
) -> Result<(), Error> {
    let ours = |cause: askama::Error| Error::Internal(cause.into());
    let mail = Outgoing {
        id: app.ids.next("mail"),
        to_email: to.to_owned(),
        subject: letter.subject.clone(),
        body: letter.text().map_err(ours)?,
        html: letter.html().map_err(ours)?,
        created_ms: app.clock.now_ms(),
        keep_until_ms,
    };
    store::add(tx, &mail).await?;
    jobs::enqueue(app, tx, SEND, &Send { mail_id: mail.id }).await
}

/// Performs the job [`SEND`].
///
/// # Errors
/// [`Failed`] when the mail did not go out.
pub async fn send(app: &App, courier: &Courier, job: &Job) -> Result<(), Failed> {
    let Send { mail_id } = job.read()?;
    let mut tx = app.db.read().await?;
    let mail = store::unsent(&mut tx, &mail_id).await?;
    drop(tx);
    // Sent before a worker was killed, or too old to be kept.
    let Some(mail) = mail else { return Ok(()) };
    let outcome = if app.clock.now_ms() >= mail.keep_until_ms {
        Err(Failed::ForGood("what it says was of no use any more before it could be sent".to_owned()))
    } else {
        courier.carry(&mail).await
    };
    if let Err(Failed::ForNow(_)) = outcome {
        return outcome;
    }
    let mut tx = app.db.write().await?;
    if outcome.is_ok() {
        store::sent(&mut tx, &mail.id, app.clock.now_ms()).await?;
    }
    if !courier.keeps() {
        store::empty(&mut tx, &mail.id).await?;
    }
    tx.commit().await?;
    outcome
}
