//! SQL of the first start. It comes before everybody, so there is no scope yet.

use crate::platform::access::Role;
use crate::platform::db::{DbError, Tx, query};

#[derive(sqlx::FromRow)]
struct Count {
    times: i64,
}

/// Whether the program has an administrator who is not switched off.
pub(super) async fn has_administrator(tx: &mut Tx) -> Result<bool, DbError> {
    let found: Count = query(
        "SELECT CAST(COUNT(*) AS BIGINT) AS times FROM membership m
         JOIN person p ON p.id = m.person_id
         JOIN tenant_capability c ON c.tenant_id = m.tenant_id AND c.capability = 'vendor'
         WHERE m.disabled_ms IS NULL AND p.disabled_ms IS NULL AND (',' || m.roles || ',') LIKE $1",
    )
    .bind(format!("%,{},%", Role::Administrator.key()))
    .one(tx)
    .await?;
    Ok(found.times > 0)
}

/// A new link; earlier ones that were not used are gone.
pub(super) async fn replace(tx: &mut Tx, sha256: Vec<u8>, now_ms: i64) -> Result<(), DbError> {
    query("DELETE FROM setup_link WHERE used_ms IS NULL").execute(tx).await?;
    query("INSERT INTO setup_link (token_sha256, made_ms, used_ms) VALUES ($1, $2, NULL)")
        .bind(sha256)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(())
}

/// Whether the link would work.
pub(super) async fn is_good(tx: &mut Tx, sha256: &[u8]) -> Result<bool, DbError> {
    let found: Count = query(
        "SELECT CAST(COUNT(*) AS BIGINT) AS times FROM setup_link WHERE token_sha256 = $1 AND used_ms IS NULL",
    )
    .bind(sha256)
    .one(tx)
    .await?;
    Ok(found.times == 1)
}

/// Uses the link up. Of two that try at once exactly one gets `true`.
pub(super) async fn take(tx: &mut Tx, sha256: &[u8], now_ms: i64) -> Result<bool, DbError> {
    let rows = query("UPDATE setup_link SET used_ms = $2 WHERE token_sha256 = $1 AND used_ms IS NULL")
        .bind(sha256)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// The organisation that owns the program, its partner module off (OA-1), and its first person.
pub(super) async fn found(
    tx: &mut Tx,
    (tenant_id, tenant_name): (&str, &str),
    (person_id, name, email): (&str, &str, &str),
    now_ms: i64,
) -> Result<(), DbError> {
    query(
        "INSERT INTO tenant (id, name, created_ms, verified_ms) VALUES ($1, $2, $3, $3)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name",
    )
    .bind(tenant_id)
    .bind(tenant_name)
    .bind(now_ms)
    .execute(tx)
    .await?;
    query(
        "INSERT INTO tenant_capability (tenant_id, capability, subtype, partner_tier, module_on, since_ms)
         VALUES ($1, 'vendor', NULL, NULL, 0, $2) ON CONFLICT (tenant_id, capability) DO NOTHING",
    )
    .bind(tenant_id)
    .bind(now_ms)
    .execute(tx)
    .await?;
    query(
        "INSERT INTO person (id, email, name, disabled_ms, created_ms, verified_ms) VALUES ($1, $2, $3, NULL, $4, $4)",
    )
    .bind(person_id)
    .bind(email)
    .bind(name)
    .bind(now_ms)
    .execute(tx)
    .await?;
    query("INSERT INTO membership (person_id, tenant_id, roles, since_ms) VALUES ($1, $2, $3, $4)")
        .bind(person_id)
        .bind(tenant_id)
        .bind(Role::Administrator.key())
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(())
}
