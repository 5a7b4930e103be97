//! Who asked for a sign-in link, known here or not.

use super::super::model::Asking;
use super::count;
use crate::platform::db::{DbError, Tx, query};

pub(in super::super) async fn asked_by_email(
    tx: &mut Tx,
    email_sha256: &[u8],
    since_ms: i64,
) -> Result<i64, DbError> {
    let text = "SELECT CAST(COUNT(*) AS BIGINT) AS times FROM sign_in_request WHERE email_sha256 = $1 AND at_ms > $2";
    count(query(text).bind(email_sha256).bind(since_ms), tx).await
}

pub(in super::super) async fn asked_by_ip(tx: &mut Tx, ip: &str, since_ms: i64) -> Result<i64, DbError> {
    let text = "SELECT CAST(COUNT(*) AS BIGINT) AS times FROM sign_in_request WHERE ip = $1 AND at_ms > $2";
    count(query(text).bind(ip).bind(since_ms), tx).await
}

/// Notes that somebody asked, and forgets who asked before `forget_before_ms`.
pub(in super::super) async fn note_asking(
    tx: &mut Tx,
    id: &str,
    asking: &Asking,
    forget_before_ms: i64,
) -> Result<(), DbError> {
    query("DELETE FROM sign_in_request WHERE at_ms < $1").bind(forget_before_ms).execute(tx).await?;
    query(
        "INSERT INTO sign_in_request (id, email_sha256, ip, at_ms, browser_sha256) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(&asking.email_sha256[..])
    .bind(&asking.ip)
    .bind(asking.at_ms)
    .bind(&asking.browser_sha256[..])
    .execute(tx)
    .await?;
    Ok(())
}

/// What the browser asked for.
pub(in super::super) async fn asking(tx: &mut Tx, browser_sha256: &[u8]) -> Result<Option<Asking>, DbError> {
    query(
        "SELECT email_sha256, ip, at_ms, browser_sha256 FROM sign_in_request
         WHERE browser_sha256 = $1 ORDER BY at_ms DESC LIMIT 1",
    )
    .bind(browser_sha256)
    .optional(tx)
    .await
}

/// Counts one more typed code of this browser. `false` when it had typed `most` already.
pub(in super::super) async fn try_code(
    tx: &mut Tx,
    browser_sha256: &[u8],
    most: i64,
) -> Result<bool, DbError> {
    let rows = query("UPDATE sign_in_request SET tries = tries + 1 WHERE browser_sha256 = $1 AND tries < $2")
        .bind(browser_sha256)
        .bind(most)
        .execute(tx)
        .await?;
    Ok(rows > 0)
}
