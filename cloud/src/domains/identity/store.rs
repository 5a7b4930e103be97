//! SQL of the identity room. Sign-in happens before there is a scope, so these functions take the person or the
//! secret's hash instead; what a signed-in person asks about is always bound to that person's id.

use super::model::{Capability, Link, Mail, Membership, Person, Session};
use crate::platform::db::{DbError, Tx, query};

pub(super) async fn person_by_email(tx: &mut Tx, email: &str) -> Result<Option<Person>, DbError> {
    query("SELECT id, email, name, disabled_ms FROM person WHERE email = $1").bind(email).optional(tx).await
}

pub(super) async fn person(tx: &mut Tx, id: &str) -> Result<Option<Person>, DbError> {
    query("SELECT id, email, name, disabled_ms FROM person WHERE id = $1").bind(id).optional(tx).await
}

pub(super) async fn memberships(tx: &mut Tx, person_id: &str) -> Result<Vec<Membership>, DbError> {
    query(
        "SELECT m.tenant_id AS tenant_id, t.name AS tenant_name, m.roles AS roles
         FROM membership m JOIN tenant t ON t.id = m.tenant_id
         WHERE m.person_id = $1 ORDER BY m.since_ms, m.tenant_id",
    )
    .bind(person_id)
    .all(tx)
    .await
}

pub(super) async fn capabilities(tx: &mut Tx, tenant_id: &str) -> Result<Vec<Capability>, DbError> {
    query(
        "SELECT capability, subtype, partner_tier, module_on FROM tenant_capability
         WHERE tenant_id = $1 ORDER BY capability DESC",
    )
    .bind(tenant_id)
    .all(tx)
    .await
}

pub(super) async fn replace_links(tx: &mut Tx, link: &Link, now_ms: i64) -> Result<(), DbError> {
    query(
        "UPDATE magic_link SET replaced_ms = $3
         WHERE person_id = $1 AND purpose = $2 AND used_ms IS NULL AND replaced_ms IS NULL",
    )
    .bind(&link.person_id)
    .bind(&link.purpose)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(())
}

pub(super) async fn add_link(tx: &mut Tx, hash: Vec<u8>, link: &Link, now_ms: i64) -> Result<(), DbError> {
    query(
        "INSERT INTO magic_link (token_sha256, person_id, purpose, issued_ms, expires_ms, used_ms, replaced_ms)
         VALUES ($1, $2, $3, $4, $5, NULL, NULL)",
    )
    .bind(hash)
    .bind(&link.person_id)
    .bind(&link.purpose)
    .bind(now_ms)
    .bind(link.expires_ms)
    .execute(tx)
    .await?;
    Ok(())
}

pub(super) async fn link(tx: &mut Tx, hash: &[u8]) -> Result<Option<Link>, DbError> {
    query(
        "SELECT person_id, purpose, expires_ms, used_ms, replaced_ms FROM magic_link WHERE token_sha256 = $1",
    )
    .bind(hash)
    .optional(tx)
    .await
}

/// Uses the link up. Of two that try at once exactly one gets `true`.
pub(super) async fn use_link(tx: &mut Tx, hash: &[u8], now_ms: i64) -> Result<bool, DbError> {
    let rows = query(
        "UPDATE magic_link SET used_ms = $2
         WHERE token_sha256 = $1 AND used_ms IS NULL AND replaced_ms IS NULL AND expires_ms > $2",
    )
    .bind(hash)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

#[derive(sqlx::FromRow)]
struct Asked {
    times: i64,
}

pub(super) async fn asked_by_email(tx: &mut Tx, email: &[u8], since_ms: i64) -> Result<i64, DbError> {
    let asked: Asked = query(
        "SELECT CAST(COUNT(*) AS BIGINT) AS times FROM sign_in_request WHERE email_sha256 = $1 AND at_ms > $2",
    )
    .bind(email)
    .bind(since_ms)
    .one(tx)
    .await?;
    Ok(asked.times)
}

pub(super) async fn asked_by_ip(tx: &mut Tx, ip: &str, since_ms: i64) -> Result<i64, DbError> {
    let asked: Asked =
        query("SELECT CAST(COUNT(*) AS BIGINT) AS times FROM sign_in_request WHERE ip = $1 AND at_ms > $2")
            .bind(ip)
            .bind(since_ms)
            .one(tx)
            .await?;
    Ok(asked.times)
}

/// Notes that somebody asked, and forgets who asked more than a day ago.
pub(super) async fn note_asking(
    tx: &mut Tx,
    id: &str,
    email: Vec<u8>,
    ip: &str,
    now_ms: i64,
    forget_before_ms: i64,
) -> Result<(), DbError> {
    query("DELETE FROM sign_in_request WHERE at_ms < $1").bind(forget_before_ms).execute(tx).await?;
    query("INSERT INTO sign_in_request (id, email_sha256, ip, at_ms) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(email)
        .bind(ip)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(())
}

pub(super) async fn add_mail(tx: &mut Tx, id: &str, mail: &Mail, keep_until_ms: i64) -> Result<(), DbError> {
    query("DELETE FROM mail_outbox WHERE keep_until_ms < $1").bind(mail.created_ms).execute(tx).await?;
    query(
        "INSERT INTO mail_outbox (id, to_email, subject, body, created_ms, keep_until_ms, sent_ms)
         VALUES ($1, $2, $3, $4, $5, $6, NULL)",
    )
    .bind(id)
    .bind(&mail.to_email)
    .bind(&mail.subject)
    .bind(&mail.body)
    .bind(mail.created_ms)
    .bind(keep_until_ms)
    .execute(tx)
    .await?;
    Ok(())
}

pub(super) async fn mails(tx: &mut Tx) -> Result<Vec<Mail>, DbError> {
    query("SELECT to_email, subject, body, created_ms FROM mail_outbox ORDER BY id DESC LIMIT 100")
        .all(tx)
        .await
}

pub(super) async fn add_session(tx: &mut Tx, session: &Session) -> Result<(), DbError> {
    query(
        "INSERT INTO session (token_sha256, person_id, tenant_id, created_ms, seen_ms, ended_ms, user_agent)
         VALUES ($1, $2, $3, $4, $5, NULL, $6)",
    )
    .bind(session.token_sha256.clone())
    .bind(&session.person_id)
    .bind(&session.tenant_id)
    .bind(session.created_ms)
    .bind(session.seen_ms)
    .bind(&session.user_agent)
    .execute(tx)
    .await?;
    Ok(())
}

pub(super) async fn session(tx: &mut Tx, hash: &[u8]) -> Result<Option<Session>, DbError> {
    query(
        "SELECT token_sha256, person_id, tenant_id, created_ms, seen_ms, ended_ms, user_agent
         FROM session WHERE token_sha256 = $1",
    )
    .bind(hash)
    .optional(tx)
    .await
}

pub(super) async fn sessions(tx: &mut Tx, person_id: &str) -> Result<Vec<Session>, DbError> {
    query(
        "SELECT token_sha256, person_id, tenant_id, created_ms, seen_ms, ended_ms, user_agent
         FROM session WHERE person_id = $1 AND ended_ms IS NULL ORDER BY seen_ms DESC, created_ms DESC",
    )
    .bind(person_id)
    .all(tx)
    .await
}

pub(super) async fn touch_session(tx: &mut Tx, hash: &[u8], now_ms: i64) -> Result<(), DbError> {
    query("UPDATE session SET seen_ms = $2 WHERE token_sha256 = $1 AND ended_ms IS NULL")
        .bind(hash)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(())
}

pub(super) async fn end_session(tx: &mut Tx, hash: &[u8], now_ms: i64) -> Result<bool, DbError> {
    let rows = query("UPDATE session SET ended_ms = $2 WHERE token_sha256 = $1 AND ended_ms IS NULL")
        .bind(hash)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}
