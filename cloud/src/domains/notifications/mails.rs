//! Sending what is to be mailed: at once, when quiet hours end, and as the digest of the day. All three are the same: what
//! is due for a person is one mail, looked at again when it is written.

use super::letters;
use super::say::Reader;
use super::store::{self, Due};
use crate::app::App;
use crate::domains::identity;
use crate::platform::base::{DAY_MS, MINUTE_MS};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::jobs::{self, Failed, Recurring};
use crate::platform::mail::{self, NEWS_LIFE_MS};

/// Sends what has become due: digests and ends of quiet hours stand on full hours of their zone.
pub const SEND: Recurring = Recurring { name: "notifications.send", every_ms: 15 * MINUTE_MS };
/// Forgets what is a quarter of a year old.
pub const TIDY: Recurring = Recurring { name: "notifications.tidy", every_ms: DAY_MS };
/// Notifications are kept this long.
const KEEP_MS: i64 = 90 * DAY_MS;
/// People whose mails one look finds.
const BATCH: i64 = 200;

/// Lets a worker send what is due as soon as the transaction is committed.
pub(super) async fn soon(app: &App, tx: &mut Tx) -> Result<(), Error> {
    jobs::enqueue_one(app, tx, SEND.name).await
}

/// Performs [`SEND`]: one mail per person and organisation, each in a transaction with the note that it was written.
///
/// # Errors
/// When the database does not do it.
pub async fn send(app: &App) -> Result<(), Failed> {
    loop {
        let mut tx = app.db.read().await?;
        let due = store::due(&mut tx, app.clock.now_ms(), BATCH).await?;
        drop(tx);
        if due.is_empty() {
            return Ok(());
        }
        for whom in &due {
            write(app, whom).await?;
        }
    }
}

async fn write(app: &App, whom: &Due) -> Result<(), Failed> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let rows = store::to_mail(&mut tx, whom, now_ms).await?;
    // Another worker was faster, or there is nothing to mail any more.
    if !store::settle(&mut tx, whom, now_ms).await? {
        return Ok(());
    }
    if let Some((actor, to)) = identity::reader(&mut tx, &whom.person_id, &whom.tenant_id).await? {
        let (mut lines, mut reader) = (Vec::new(), Reader::new(&actor, now_ms));
        for row in &rows {
            lines.extend(reader.line(&mut tx, to.language, row).await?);
        }
        if !lines.is_empty() {
            let letter = letters::news(&to, &actor.tenant_name, &lines, &app.config.public_url);
            mail::queue(app, &mut tx, &actor.email, &letter, now_ms + NEWS_LIFE_MS).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Performs [`TIDY`].
///
/// # Errors
/// When the database does not do it.
pub async fn tidy(app: &App) -> Result<(), Failed> {
    let mut tx = app.db.write().await?;
    let gone = store::forget(&mut tx, app.clock.now_ms() - KEEP_MS).await?;
    tx.commit().await?;
    tracing::debug!(gone, "old notifications were forgotten");
    Ok(())
}
