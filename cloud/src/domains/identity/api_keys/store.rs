//! SQL of API keys. What a signed-in person asks about is bound to the organisation acted for; only the secret itself finds
//! a key without one.

use super::model::ApiKey;
use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx, query};

/// The key of a secret, whether it is the current one or the one before.
pub(super) async fn by_secret(tx: &mut Tx, sha256: &[u8]) -> Result<Option<ApiKey>, DbError> {
    query(
        "SELECT k.id, k.tenant_id, k.person_id, p.name AS person_name, k.of_tenant, k.name, k.secret_sha256,
                k.former_until_ms, k.items, k.read_only, k.addresses, k.created_ms, k.life_ms, k.expires_ms, k.used_ms,
                k.used_ip, k.refused_ms, k.revoked_ms
         FROM api_key k JOIN person p ON p.id = k.person_id
         WHERE k.secret_sha256 = $1 OR k.former_sha256 = $1",
    )
    .bind(sha256)
    .optional(tx)
    .await
}

/// The keys of the organisation that were not revoked, the newest first.
pub(super) async fn of_tenant(tx: &mut Tx, scope: &Scope) -> Result<Vec<ApiKey>, DbError> {
    query(
        "SELECT k.id, k.tenant_id, k.person_id, p.name AS person_name, k.of_tenant, k.name, k.secret_sha256,
                k.former_until_ms, k.items, k.read_only, k.addresses, k.created_ms, k.life_ms, k.expires_ms, k.used_ms,
                k.used_ip, k.refused_ms, k.revoked_ms
         FROM api_key k JOIN person p ON p.id = k.person_id
         WHERE k.tenant_id = $1 AND k.revoked_ms IS NULL ORDER BY k.created_ms DESC, k.id DESC",
    )
    .bind(scope.tenant_id())
    .all(tx)
    .await
}

pub(super) async fn add(tx: &mut Tx, key: &ApiKey) -> Result<(), DbError> {
    query(
        "INSERT INTO api_key (id, tenant_id, person_id, of_tenant, name, secret_sha256, items, read_only, addresses,
             created_ms, life_ms, expires_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(&key.id)
    .bind(&key.tenant_id)
    .bind(&key.person_id)
    .bind(key.of_tenant)
    .bind(&key.name)
    .bind(key.secret_sha256.clone())
    .bind(&key.items)
    .bind(key.read_only)
    .bind(&key.addresses)
    .bind(key.created_ms)
    .bind(key.life_ms)
    .bind(key.expires_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// A new secret; the current one becomes the former. Whoever does it answers for the key from then on.
pub(super) async fn rotate(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    sha256: &[u8],
    (former_until_ms, expires_ms): (i64, i64),
) -> Result<bool, DbError> {
    let rows = query(
        "UPDATE api_key SET former_sha256 = secret_sha256, former_until_ms = $4, secret_sha256 = $3, expires_ms = $5,
             person_id = $6
         WHERE tenant_id = $1 AND id = $2 AND revoked_ms IS NULL",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .bind(sha256)
    .bind(former_until_ms)
    .bind(expires_ms)
    .bind(scope.person_id())
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

pub(super) async fn revoke(tx: &mut Tx, scope: &Scope, id: &str, now_ms: i64) -> Result<bool, DbError> {
    let text = "UPDATE api_key SET revoked_ms = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_ms IS NULL";
    Ok(query(text).bind(scope.tenant_id()).bind(id).bind(now_ms).execute(tx).await? == 1)
}

pub(super) async fn used(tx: &mut Tx, id: &str, ip: &str, now_ms: i64) -> Result<(), DbError> {
    let text = "UPDATE api_key SET used_ms = $2, used_ip = $3 WHERE id = $1";
    query(text).bind(id).bind(now_ms).bind(ip).execute(tx).await?;
    Ok(())
}

/// Notes that a refusal is being written into the log, unless one was since `before_ms`.
pub(super) async fn refused(tx: &mut Tx, id: &str, before_ms: i64, now_ms: i64) -> Result<bool, DbError> {
    let text =
        "UPDATE api_key SET refused_ms = $3 WHERE id = $1 AND (refused_ms IS NULL OR refused_ms <= $2)";
    Ok(query(text).bind(id).bind(before_ms).bind(now_ms).execute(tx).await? == 1)
}
