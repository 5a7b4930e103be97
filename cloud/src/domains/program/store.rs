//! The rows of a program: what is switched in it.

use crate::domains::identity;
use crate::platform::access::{PartnerTier, Scope};
use crate::platform::db::{DbError, Tx, query};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, Version};

/// How the partner module of the scope's own program stands.
#[derive(sqlx::FromRow)]
pub(super) struct Module {
    pub(super) module_on: i64,
    pub(super) partners: i64,
    pub(super) channel_manager_funnel: i64,
}

impl Module {
    /// Their version: what is switched; never how many partners there are.
    pub(super) fn version(&self) -> Version {
        Version::of(&(self.module_on, self.channel_manager_funnel))
    }
}

/// The modules that whoever acts means, taken until the commit.
///
/// # Errors
/// 404 for who has no program, 412 when somebody switched meanwhile.
pub(super) async fn meant(tx: &mut Tx, allowed: &Allowed, of: (&'static str, &str)) -> Result<(), Error> {
    identity::take_turn(tx, allowed.scope.tenant_id()).await?;
    let module = module(tx, &allowed.scope).await?.ok_or(Error::NotFound)?;
    allowed.believed.holds(of, &module.version())
}

pub(super) async fn module(tx: &mut Tx, scope: &Scope) -> Result<Option<Module>, DbError> {
    query(
        "SELECT v.module_on, v.channel_manager_funnel, (SELECT CAST(COUNT(*) AS BIGINT) FROM tenant_capability c
                              WHERE c.vendor_id = v.tenant_id AND c.capability = 'partner') AS partners
         FROM tenant_capability v WHERE v.tenant_id = $1 AND v.capability = 'vendor'",
    )
    .bind(scope.tenant_id())
    .optional(tx)
    .await
}

/// Switches it; whether it stood the other way before.
pub(super) async fn set_module(tx: &mut Tx, scope: &Scope, on: bool) -> Result<bool, DbError> {
    let text = "UPDATE tenant_capability SET module_on = $2
                WHERE tenant_id = $1 AND capability = 'vendor' AND module_on <> $2";
    switch(tx, scope, text, on).await
}

/// Lets channel managers run the funnel, or no more; whether it stood the other way before.
pub(super) async fn set_channel_manager_funnel(
    tx: &mut Tx,
    scope: &Scope,
    on: bool,
) -> Result<bool, DbError> {
    let text = "UPDATE tenant_capability SET channel_manager_funnel = $2
                WHERE tenant_id = $1 AND capability = 'vendor' AND channel_manager_funnel <> $2";
    switch(tx, scope, text, on).await
}

async fn switch(tx: &mut Tx, scope: &Scope, text: &'static str, on: bool) -> Result<bool, DbError> {
    Ok(query(text).bind(scope.tenant_id()).bind(on).execute(tx).await? == 1)
}

/// The distributors of the scope's own program, by id.
pub(super) async fn distributors(tx: &mut Tx, scope: &Scope) -> Result<Vec<String>, DbError> {
    let rows: Vec<Distributor> = query(
        "SELECT tenant_id FROM tenant_capability
         WHERE vendor_id = $1 AND capability = 'partner' AND subtype = 'distributor' ORDER BY tenant_id",
    )
    .bind(scope.tenant_id())
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| row.tenant_id).collect())
}

#[derive(sqlx::FromRow)]
struct Distributor {
    tenant_id: String,
}

#[derive(sqlx::FromRow)]
struct Somebody {
    person_id: String,
}

/// Everybody whom the module concerns: the owner's own people and those of the partners.
pub(super) async fn people(tx: &mut Tx, scope: &Scope) -> Result<Vec<String>, DbError> {
    let rows: Vec<Somebody> = query(
        "SELECT DISTINCT m.person_id FROM membership m JOIN tenant_capability c ON c.tenant_id = m.tenant_id
         WHERE c.tenant_id = $1 OR (c.vendor_id = $1 AND c.capability = 'partner')",
    )
    .bind(scope.tenant_id())
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| row.person_id).collect())
}

#[derive(sqlx::FromRow)]
struct Tier {
    partner_tier: Option<String>,
}

/// The tier of a reseller of the scope's own program; `None` for who is none, or is suspended.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn tier_of(tx: &mut Tx, scope: &Scope, reseller_id: &str) -> Result<Option<PartnerTier>, DbError> {
    let row: Option<Tier> = query(
        "SELECT partner_tier FROM tenant_capability WHERE vendor_id = $1 AND tenant_id = $2 AND capability = 'partner'
             AND subtype = 'reseller' AND suspended_ms IS NULL",
    )
    .bind(scope.tenant_id())
    .bind(reseller_id)
    .optional(tx)
    .await?;
    let tier = |row: Tier| row.partner_tier.as_deref().and_then(PartnerTier::parse);
    Ok(row.map(|row| tier(row).unwrap_or(PartnerTier::Authorized)))
}

#[derive(sqlx::FromRow)]
struct Reseller {
    id: String,
    name: String,
    partner_tier: Option<String>,
}

/// The resellers of the scope's own program that are not suspended, with their tiers, by name.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn resellers(tx: &mut Tx, scope: &Scope) -> Result<Vec<(String, String, PartnerTier)>, DbError> {
    let rows: Vec<Reseller> = query(
        "SELECT t.id, t.name, c.partner_tier FROM tenant_capability c JOIN tenant t ON t.id = c.tenant_id
         WHERE c.vendor_id = $1 AND c.capability = 'partner' AND c.subtype = 'reseller' AND c.suspended_ms IS NULL
         ORDER BY t.name, t.id",
    )
    .bind(scope.tenant_id())
    .all(tx)
    .await?;
    let tier = |stored: Option<String>| stored.as_deref().and_then(PartnerTier::parse);
    let told = |row: Reseller| (row.id, row.name, tier(row.partner_tier).unwrap_or(PartnerTier::Authorized));
    Ok(rows.into_iter().map(told).collect())
}

/// The newest tier that was granted: since when, Unix milliseconds, and why.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Granted {
    pub(super) from_ms: i64,
    pub(super) reason: String,
}

/// How the scope's reseller came to its tier; `None` when it began with it.
pub(super) async fn granted(tx: &mut Tx, scope: &Scope) -> Result<Option<Granted>, DbError> {
    query(
        "SELECT from_ms, reason FROM tier_grant WHERE tenant_id = $1 AND vendor_id = $2 ORDER BY position DESC LIMIT 1",
    )
    .bind(scope.tenant_id())
    .bind(scope.vendor_id())
    .optional(tx)
    .await
}
