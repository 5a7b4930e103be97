//! Links, kept as hashes.

use super::super::model::{Invitation, Link, Purpose};
use super::count;
use crate::platform::db::{DbError, Tx, query};

/// Kills the older links of the same purpose: of the person, and for an invitation of the organisation too.
pub(in super::super) async fn replace_links(tx: &mut Tx, link: &Link, now_ms: i64) -> Result<(), DbError> {
    query(
        "UPDATE magic_link SET replaced_ms = $4
         WHERE person_id = $1 AND purpose = $2 AND (purpose <> 'invite' OR tenant_id = $3)
           AND used_ms IS NULL AND replaced_ms IS NULL",
    )
    .bind(&link.person_id)
    .bind(&link.purpose)
    .bind(&link.tenant_id)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// Whether a link of this id was made.
pub(in super::super) async fn has_link(tx: &mut Tx, id: &str) -> Result<bool, DbError> {
    let text = "SELECT CAST(COUNT(*) AS BIGINT) AS times FROM magic_link WHERE id = $1";
    Ok(count(query(text).bind(id), tx).await? > 0)
}

/// Writes a fresh link down, and forgets those that ended before `forget_before_ms`.
pub(in super::super) async fn add_link(
    tx: &mut Tx,
    token_sha256: Vec<u8>,
    link: &Link,
    forget_before_ms: i64,
) -> Result<(), DbError> {
    query("DELETE FROM magic_link WHERE expires_ms < $1").bind(forget_before_ms).execute(tx).await?;
    query(
        "INSERT INTO magic_link (id, token_sha256, purpose, person_id, tenant_id, email, roles, browser_sha256,
             code_sha256, issued_ms, expires_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(&link.id)
    .bind(token_sha256)
    .bind(&link.purpose)
    .bind(&link.person_id)
    .bind(&link.tenant_id)
    .bind(&link.email)
    .bind(&link.roles)
    .bind(link.browser_sha256.clone())
    .bind(link.code_sha256.clone())
    .bind(link.issued_ms)
    .bind(link.expires_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// The link of a token, if it is for `purpose`: a link of another purpose is none.
pub(in super::super) async fn link(
    tx: &mut Tx,
    token_sha256: &[u8],
    purpose: Purpose,
) -> Result<Option<Link>, DbError> {
    query(
        "SELECT id, purpose, person_id, tenant_id, email, roles, browser_sha256, code_sha256, tries, issued_ms,
             expires_ms, used_ms, replaced_ms
         FROM magic_link WHERE token_sha256 = $1 AND purpose = $2",
    )
    .bind(token_sha256)
    .bind(purpose.key())
    .optional(tx)
    .await
}

/// The newest link that this browser asked for, if `code_sha256` is its code.
pub(in super::super) async fn link_of_code(
    tx: &mut Tx,
    browser_sha256: &[u8],
    code_sha256: &[u8],
    purpose: Purpose,
) -> Result<Option<Link>, DbError> {
    query(
        "SELECT id, purpose, person_id, tenant_id, email, roles, browser_sha256, code_sha256, tries, issued_ms,
             expires_ms, used_ms, replaced_ms
         FROM magic_link WHERE browser_sha256 = $1 AND code_sha256 = $2 AND purpose = $3
         ORDER BY issued_ms DESC LIMIT 1",
    )
    .bind(browser_sha256)
    .bind(code_sha256)
    .bind(purpose.key())
    .optional(tx)
    .await
}

/// Uses the link up. Of two that try at once exactly one gets `true`.
pub(in super::super) async fn use_link(tx: &mut Tx, id: &str, now_ms: i64) -> Result<bool, DbError> {
    let rows = query(
        "UPDATE magic_link SET used_ms = $2
         WHERE id = $1 AND used_ms IS NULL AND replaced_ms IS NULL AND expires_ms > $2",
    )
    .bind(id)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// Counts a wrong confirmation.
pub(in super::super) async fn wrong_confirmation(tx: &mut Tx, id: &str) -> Result<(), DbError> {
    query("UPDATE magic_link SET tries = tries + 1 WHERE id = $1").bind(id).execute(tx).await?;
    Ok(())
}

/// How many links were mailed to people of the organisation since then; those that an operator made were not.
pub(in super::super) async fn issued_in(tx: &mut Tx, tenant_id: &str, since_ms: i64) -> Result<i64, DbError> {
    let text = "SELECT CAST(COUNT(*) AS BIGINT) AS times FROM magic_link
         WHERE tenant_id = $1 AND issued_ms > $2 AND (purpose <> 'sign_in' OR browser_sha256 IS NOT NULL)";
    count(query(text).bind(tenant_id).bind(since_ms), tx).await
}

/// The newest invitation of each person into the organisation.
pub(in super::super) async fn invitations(tx: &mut Tx, tenant_id: &str) -> Result<Vec<Invitation>, DbError> {
    query(
        "SELECT person_id, issued_ms AS sent_ms, expires_ms, used_ms AS accepted_ms FROM magic_link
         WHERE tenant_id = $1 AND purpose = 'invite' AND replaced_ms IS NULL ORDER BY person_id, issued_ms",
    )
    .bind(tenant_id)
    .all(tx)
    .await
}

/// How many links of the purpose were made for the person since then.
pub(in super::super) async fn issued_to(
    tx: &mut Tx,
    person_id: &str,
    purpose: Purpose,
    since_ms: i64,
) -> Result<i64, DbError> {
    let text = "SELECT CAST(COUNT(*) AS BIGINT) AS times FROM magic_link
         WHERE person_id = $1 AND purpose = $2 AND issued_ms > $3";
    count(query(text).bind(person_id).bind(purpose.key()).bind(since_ms), tx).await
}

/// The newest link of the purpose that this browser asked for.
pub(in super::super) async fn link_of_browser(
    tx: &mut Tx,
    browser_sha256: &[u8],
    purpose: Purpose,
) -> Result<Option<Link>, DbError> {
    query(
        "SELECT id, purpose, person_id, tenant_id, email, roles, browser_sha256, code_sha256, tries, issued_ms,
             expires_ms, used_ms, replaced_ms
         FROM magic_link WHERE browser_sha256 = $1 AND purpose = $2
         ORDER BY issued_ms DESC, id DESC LIMIT 1",
    )
    .bind(browser_sha256)
    .bind(purpose.key())
    .optional(tx)
    .await
}

/// Counts one more typed code. `false` when `most` had been typed already.
pub(in super::super) async fn try_link(tx: &mut Tx, id: &str, most: i64) -> Result<bool, DbError> {
    let rows = query("UPDATE magic_link SET tries = tries + 1 WHERE id = $1 AND tries < $2")
        .bind(id)
        .bind(most)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}
