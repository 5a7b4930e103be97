//! SQL of organisations, as the owner of a program sees them. Every statement binds the vendor of the scope.

use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx, query};
use crate::platform::web::Version;

/// An organisation of the program.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Organisation {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) created_ms: i64,
    pub(super) verified_ms: Option<i64>,
    /// Its place in the channel: `reseller`, `distributor`, or none.
    pub(super) subtype: Option<String>,
    pub(super) partner_tier: Option<String>,
    pub(super) partner_since_ms: Option<i64>,
    pub(super) suspended_ms: Option<i64>,
    /// Since when it is a customer.
    pub(super) customer_since_ms: Option<i64>,
    /// People who are not switched off.
    pub(super) people: i64,
}

impl Organisation {
    /// Its version: what the program's owner decides about it; never how many people it has.
    pub(super) fn version(&self) -> Version {
        let partner = (&self.subtype, &self.partner_tier, self.partner_since_ms, self.suspended_ms);
        Version::of(&(&self.id, &self.name, self.verified_ms, partner, self.customer_since_ms))
    }
}

/// The organisations of the scope's program by name, or the one of this id.
pub(super) async fn organisations(
    tx: &mut Tx,
    scope: &Scope,
    id: Option<&str>,
) -> Result<Vec<Organisation>, DbError> {
    query(
        "SELECT t.id, t.name, t.created_ms, t.verified_ms, p.subtype, p.partner_tier, p.since_ms AS partner_since_ms,
                p.suspended_ms, c.since_ms AS customer_since_ms,
                (SELECT CAST(COUNT(*) AS BIGINT) FROM membership m WHERE m.tenant_id = t.id AND m.disabled_ms IS NULL)
                    AS people
         FROM tenant t
         LEFT JOIN tenant_capability p
             ON p.tenant_id = t.id AND p.capability = 'partner' AND p.vendor_id = $1
         LEFT JOIN tenant_capability c
             ON c.tenant_id = t.id AND c.capability = 'customer' AND c.vendor_id = $1
         WHERE (p.tenant_id IS NOT NULL OR c.tenant_id IS NOT NULL) AND ($2 IS NULL OR t.id = $2)
         ORDER BY t.name, t.id",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .all(tx)
    .await
}

/// Takes the partner's app away for a time, or gives it back; whether it was the other way before.
pub(super) async fn set_suspended(
    tx: &mut Tx,
    scope: &Scope,
    tenant_id: &str,
    suspended_ms: Option<i64>,
) -> Result<bool, DbError> {
    let rows = query(
        "UPDATE tenant_capability SET suspended_ms = $3
         WHERE tenant_id = $2 AND capability = 'partner' AND vendor_id = $1
           AND ((suspended_ms IS NULL AND $3 IS NOT NULL) OR (suspended_ms IS NOT NULL AND $3 IS NULL))",
    )
    .bind(scope.tenant_id())
    .bind(tenant_id)
    .bind(suspended_ms)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// Notes that an organisation which [`organisations`] gave was looked at; whether it was not before.
pub(super) async fn verify(tx: &mut Tx, seen: &Organisation, now_ms: i64) -> Result<bool, DbError> {
    let rows = query("UPDATE tenant SET verified_ms = $2 WHERE id = $1 AND verified_ms IS NULL")
        .bind(&seen.id)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// Writes a new organisation.
pub(super) async fn insert(
    tx: &mut Tx,
    (id, name): (&str, &str),
    verified_ms: Option<i64>,
    now_ms: i64,
) -> Result<(), DbError> {
    query("INSERT INTO tenant (id, name, created_ms, verified_ms) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(name)
        .bind(now_ms)
        .bind(verified_ms)
        .execute(tx)
        .await?;
    Ok(())
}

/// A tier that is given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tier<'a> {
    pub(super) key: &'static str,
    pub(super) from_ms: i64,
    pub(super) reason: &'a str,
    pub(super) by: &'a str,
}

/// Gives a reseller that [`organisations`] gave another tier, and notes it for ever.
pub(super) async fn set_tier(
    tx: &mut Tx,
    scope: &Scope,
    tenant_id: &str,
    given: &Tier<'_>,
) -> Result<(), DbError> {
    query(
        "UPDATE tenant_capability SET partner_tier = $3
         WHERE tenant_id = $2 AND capability = 'partner' AND vendor_id = $1",
    )
    .bind(scope.tenant_id())
    .bind(tenant_id)
    .bind(given.key)
    .execute(tx)
    .await?;
    query(
        "INSERT INTO tier_grant (tenant_id, vendor_id, position, tier, from_ms, reason, granted_by)
         SELECT $2, $1, COALESCE(MAX(position), 0) + 1, $3, $4, $5, $6 FROM tier_grant
         WHERE tenant_id = $2 AND vendor_id = $1",
    )
    .bind(scope.tenant_id())
    .bind(tenant_id)
    .bind(given.key)
    .bind(given.from_ms)
    .bind(given.reason)
    .bind(given.by)
    .execute(tx)
    .await?;
    Ok(())
}
