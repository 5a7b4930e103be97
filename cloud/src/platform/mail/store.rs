//! The outbox of mails.

use super::courier::Outgoing;
use crate::platform::base::correlation;
use crate::platform::db::{DbError, Tx, query};
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

/// The newest mails.
///
/// # Errors
/// When they cannot be read.
pub async fn kept(tx: &mut Tx) -> Result<Vec<Kept>, Error> {
    let text =
        "SELECT to_email, subject, body, created_ms, sent_ms FROM mail_outbox ORDER BY id DESC LIMIT 100";
    Ok(query(text).all(tx).await?)
}

/// Writes a mail down, and forgets those that nobody needs any more.
pub(super) async fn add(tx: &mut Tx, mail: &Outgoing) -> Result<(), DbError> {
    query("DELETE FROM mail_outbox WHERE keep_until_ms < $1").bind(mail.created_ms).execute(tx).await?;
    query(
        "INSERT INTO mail_outbox (id, to_email, subject, body, html, created_ms, keep_until_ms, sent_ms, correlation_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8)",
    )
    .bind(&mail.id)
    .bind(&mail.to_email)
    .bind(&mail.subject)
    .bind(&mail.body)
    .bind(&mail.html)
    .bind(mail.created_ms)
    .bind(mail.keep_until_ms)
    .bind(correlation::current())
    .execute(tx)
    .await?;
    Ok(())
}

/// A mail that was not sent yet.
pub(super) async fn unsent(tx: &mut Tx, id: &str) -> Result<Option<Outgoing>, DbError> {
    query(
        "SELECT id, to_email, subject, body, html, created_ms, keep_until_ms FROM mail_outbox
         WHERE id = $1 AND sent_ms IS NULL",
    )
    .bind(id)
    .optional(tx)
    .await
}

/// Notes that the mail went out.
pub(super) async fn sent(tx: &mut Tx, id: &str, now_ms: i64) -> Result<(), DbError> {
    query("UPDATE mail_outbox SET sent_ms = $2 WHERE id = $1").bind(id).bind(now_ms).execute(tx).await?;
    Ok(())
}

/// Takes out what the mail said.
pub(super) async fn empty(tx: &mut Tx, id: &str) -> Result<(), DbError> {
    query("UPDATE mail_outbox SET body = '', html = '' WHERE id = $1").bind(id).execute(tx).await?;
    Ok(())
}
