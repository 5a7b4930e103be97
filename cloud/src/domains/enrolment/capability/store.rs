//! SQL of capabilities.

use super::model::{Capability, Held, Subtype};
use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx, query};

#[derive(sqlx::FromRow)]
struct HeldRow {
    capability: String,
    subtype: Option<String>,
    since_ms: i64,
    suspended_ms: Option<i64>,
}

fn held(row: HeldRow) -> Option<Held> {
    let capability = match (row.capability.as_str(), row.subtype.as_deref().and_then(Subtype::parse)) {
        ("customer", _) => Capability::Customer,
        ("partner", Some(subtype)) => Capability::Partner(subtype),
        _ => return None,
    };
    Some(Held { capability, since_ms: row.since_ms, suspended_ms: row.suspended_ms })
}

/// What the scope's own organisation has, a vendor's own capability left out.
pub(super) async fn own(tx: &mut Tx, scope: &Scope) -> Result<Vec<Held>, DbError> {
    of_tenant(tx, scope.tenant_id()).await
}

/// The same of an organisation that the caller has the right to.
pub(in super::super) async fn of_tenant(tx: &mut Tx, tenant_id: &str) -> Result<Vec<Held>, DbError> {
    let rows: Vec<HeldRow> = query(
        "SELECT capability, subtype, since_ms, suspended_ms FROM tenant_capability
         WHERE tenant_id = $1 AND capability <> 'vendor' ORDER BY capability",
    )
    .bind(tenant_id)
    .all(tx)
    .await?;
    Ok(rows.into_iter().filter_map(held).collect())
}

#[derive(sqlx::FromRow)]
pub(in super::super) struct TenantRow {
    pub(in super::super) verified_ms: Option<i64>,
}

pub(in super::super) async fn tenant(tx: &mut Tx, tenant_id: &str) -> Result<Option<TenantRow>, DbError> {
    query("SELECT verified_ms FROM tenant WHERE id = $1").bind(tenant_id).optional(tx).await
}

#[derive(sqlx::FromRow)]
struct Vendor {
    id: Option<String>,
}

/// The vendor of whose program this organisation is part, else the one whose program is open.
pub(in super::super) async fn vendor_of(tx: &mut Tx, tenant_id: &str) -> Result<Option<String>, DbError> {
    let vendor: Vendor = query(
        "SELECT COALESCE(
            (SELECT MIN(c.vendor_id) FROM tenant_capability c WHERE c.tenant_id = $1),
            (SELECT MIN(v.tenant_id) FROM tenant_capability v WHERE v.capability = 'vendor' AND v.module_on = 1)
         ) AS id",
    )
    .bind(tenant_id)
    .one(tx)
    .await?;
    Ok(vendor.id)
}

/// Adds a capability; whether it was not there yet. A partner of the other subtype stays what it is.
pub(super) async fn add(
    tx: &mut Tx,
    tenant_id: &str,
    vendor_id: &str,
    capability: Capability,
    now_ms: i64,
) -> Result<bool, DbError> {
    let rows = query(
        "INSERT INTO tenant_capability (tenant_id, capability, subtype, partner_tier, module_on, since_ms, vendor_id)
         VALUES ($1, $2, $3, $4, 0, $5, $6) ON CONFLICT (tenant_id, capability) DO NOTHING",
    )
    .bind(tenant_id)
    .bind(capability.key())
    .bind(capability.subtype())
    .bind(capability.first_tier())
    .bind(now_ms)
    .bind(vendor_id)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// Takes a capability from the scope's own organisation; whether it was there.
pub(super) async fn remove(tx: &mut Tx, scope: &Scope, capability: Capability) -> Result<bool, DbError> {
    let rows = query("DELETE FROM tenant_capability WHERE tenant_id = $1 AND capability = $2")
        .bind(scope.tenant_id())
        .bind(capability.key())
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

#[derive(sqlx::FromRow)]
struct Verified {
    verified_ms: Option<i64>,
}

/// Whether the acting person has proved the own address (PORTAL C18).
pub(in super::super) async fn person_is_verified(tx: &mut Tx, scope: &Scope) -> Result<bool, DbError> {
    let person: Option<Verified> =
        query("SELECT verified_ms FROM person WHERE id = $1").bind(scope.person_id()).optional(tx).await?;
    Ok(person.is_some_and(|person| person.verified_ms.is_some()))
}

#[derive(sqlx::FromRow)]
struct Member {
    person_id: String,
}

pub(super) async fn members(tx: &mut Tx, tenant_id: &str) -> Result<Vec<String>, DbError> {
    let rows: Vec<Member> =
        query("SELECT person_id FROM membership WHERE tenant_id = $1").bind(tenant_id).all(tx).await?;
    Ok(rows.into_iter().map(|row| row.person_id).collect())
}
