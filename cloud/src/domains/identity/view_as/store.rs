//! SQL of looking on.

use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx, query};

/// A look.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(in super::super) struct View {
    pub(in super::super) id: String,
    pub(in super::super) staff_tenant_id: String,
    pub(in super::super) person_id: String,
    pub(in super::super) tenant_id: String,
    pub(in super::super) until_ms: i64,
}

/// The look of this session that was not ended.
pub(super) async fn open(tx: &mut Tx, session_sha256: &[u8]) -> Result<Option<View>, DbError> {
    query(
        "SELECT id, staff_tenant_id, person_id, tenant_id, until_ms FROM view_as
         WHERE session_sha256 = $1 AND ended_ms IS NULL ORDER BY from_ms DESC, id DESC LIMIT 1",
    )
    .bind(session_sha256)
    .optional(tx)
    .await
}

#[derive(sqlx::FromRow)]
pub(super) struct Known {
    pub(super) person_name: String,
    pub(super) tenant_name: String,
}

/// Somebody of an organisation in the scope's own program who can sign in there; staff is in nobody's program.
pub(super) async fn in_program(
    tx: &mut Tx,
    scope: &Scope,
    (person_id, tenant_id): (&str, &str),
) -> Result<Option<Known>, DbError> {
    query(
        "SELECT p.name AS person_name, t.name AS tenant_name
         FROM membership m JOIN person p ON p.id = m.person_id JOIN tenant t ON t.id = m.tenant_id
         WHERE m.person_id = $2 AND m.tenant_id = $3 AND m.disabled_ms IS NULL AND p.disabled_ms IS NULL
           AND EXISTS (SELECT 1 FROM tenant_capability c WHERE c.tenant_id = m.tenant_id AND c.vendor_id = $1)
           AND NOT EXISTS (SELECT 1 FROM tenant_capability v WHERE v.tenant_id = m.tenant_id AND v.capability = 'vendor')",
    )
    .bind(scope.tenant_id())
    .bind(person_id)
    .bind(tenant_id)
    .optional(tx)
    .await
}

/// Begins a look of the scope's person in this session; an earlier one of the session ends with it.
pub(super) async fn begin(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    session_sha256: &[u8],
    (person_id, tenant_id): (&str, &str),
    reason: &str,
    (from_ms, until_ms): (i64, i64),
) -> Result<(), DbError> {
    query("UPDATE view_as SET ended_ms = $2 WHERE session_sha256 = $1 AND ended_ms IS NULL")
        .bind(session_sha256)
        .bind(from_ms)
        .execute(tx)
        .await?;
    query(
        "INSERT INTO view_as (id, session_sha256, staff_id, staff_tenant_id, person_id, tenant_id, reason, from_ms,
             until_ms, ended_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL)",
    )
    .bind(id)
    .bind(session_sha256)
    .bind(scope.person_id())
    .bind(scope.tenant_id())
    .bind(person_id)
    .bind(tenant_id)
    .bind(reason)
    .bind(from_ms)
    .bind(until_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// Ends a look. Of two that try at once exactly one gets `true`.
pub(super) async fn end(tx: &mut Tx, id: &str, now_ms: i64) -> Result<bool, DbError> {
    let rows = query("UPDATE view_as SET ended_ms = $2 WHERE id = $1 AND ended_ms IS NULL")
        .bind(id)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}
