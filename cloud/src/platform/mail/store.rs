//! The outbox of mails.

use super::Letter;
use crate::app::App;
use crate::platform::db::{Tx, query};
use crate::platform::error::Error;

/// A mail as the outbox keeps it, without what it said once that was sent.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Kept {
    /// To whom.
    pub to_email: String,
    /// Its subject.
    pub subject: String,
    /// The plain alternative; empty once it was sent.
    pub body: String,
    /// When it was written, Unix milliseconds.
    pub created_ms: i64,
    /// When the server took it, Unix milliseconds.
    pub sent_ms: Option<i64>,
}

/// Writes `letter` to `to` into the outbox. Whatever it says is gone after `keep_until_ms`, sent or not.
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
    let (text, html) = letter
        .text()
        .and_then(|text| Ok((text, letter.html()?)))
        .map_err(|cause| Error::Internal(cause.into()))?;
    let now_ms = app.clock.now_ms();
    query("DELETE FROM mail_outbox WHERE keep_until_ms < $1").bind(now_ms).execute(tx).await?;
    query(
        "INSERT INTO mail_outbox (id, to_email, subject, body, html, created_ms, keep_until_ms, sent_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)",
    )
    .bind(app.ids.next("mail"))
    .bind(to)
    .bind(&letter.subject)
    .bind(text)
    .bind(html)
    .bind(now_ms)
    .bind(keep_until_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// The newest mails.
///
/// # Errors
/// When they cannot be read.
pub async fn kept(tx: &mut Tx) -> Result<Vec<Kept>, Error> {
    let text =
        "SELECT to_email, subject, body, created_ms, sent_ms FROM mail_outbox ORDER BY id DESC LIMIT 100";
    Ok(query(text).all(tx).await?)
}
