//! Setting up what the rules then run on: models, devices, agreements, coverage. Used by the demo world and, later, by
//! the operator's pages; nothing here is reachable for a partner.

use super::model::{Agreement, Coverage, Grant, Metric};
use super::store;
use crate::domains::enrolment::bump_policy;
use crate::platform::db::{DbError, Tx, query};

/// A model with its metrics in their order.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_model(tx: &mut Tx, id: &str, label: &str, metrics: &[Metric]) -> Result<(), DbError> {
    query("INSERT INTO device_model (id, label) VALUES ($1, $2)").bind(id).bind(label).execute(tx).await?;
    for (position, metric) in (0_i64..).zip(metrics) {
        query(
            "INSERT INTO model_metric (model_id, position, name, label, unit, decimals, kind)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(id)
        .bind(position)
        .bind(&metric.name)
        .bind(&metric.label)
        .bind(&metric.unit)
        .bind(i64::from(metric.decimals))
        .bind(metric.kind.key())
        .execute(tx)
        .await?;
    }
    Ok(())
}

/// A device that somebody owns.
#[derive(Clone, Copy, Debug)]
pub struct NewDevice<'a> {
    /// Its id.
    pub id: &'a str,
    /// As people call it.
    pub name: &'a str,
    /// Its model.
    pub model_id: &'a str,
    /// The owner.
    pub tenant_id: &'a str,
    /// Where.
    pub site: &'a str,
    /// The gateway it hangs on.
    pub agent_id: Option<&'a str>,
    /// Its serial number.
    pub serial: &'a str,
}

/// Adds a device.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_device(tx: &mut Tx, device: NewDevice<'_>) -> Result<(), DbError> {
    query(
        "INSERT INTO device (id, name, model_id, tenant_id, site, agent_id, serial)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(device.id)
    .bind(device.name)
    .bind(device.model_id)
    .bind(device.tenant_id)
    .bind(device.site)
    .bind(device.agent_id)
    .bind(device.serial)
    .execute(tx)
    .await?;
    Ok(())
}

/// Adds an agreement; the names in it are not stored.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_agreement(tx: &mut Tx, agreement: &Agreement) -> Result<(), DbError> {
    query(
        "INSERT INTO agreement (id, customer_id, partner_id, service_level, from_ms, until_ms, zone, value_cents,
             currency) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&agreement.id)
    .bind(&agreement.customer_id)
    .bind(&agreement.partner_id)
    .bind(agreement.service_level.key())
    .bind(agreement.window.from_ms)
    .bind(agreement.window.until_ms)
    .bind(&agreement.zone)
    .bind(agreement.value.cents)
    .bind(&agreement.value.currency)
    .execute(tx)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct OnAgent {
    agent_id: Option<String>,
}

/// Adds coverage and raises the policy of the agent it concerns.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_coverage(tx: &mut Tx, id: &str, coverage: &Coverage) -> Result<(), DbError> {
    query(
        "INSERT INTO coverage (id, device_id, partner_id, agreement_id, from_ms, until_ms)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(&coverage.device_id)
    .bind(&coverage.partner_id)
    .bind(&coverage.agreement_id)
    .bind(coverage.window.from_ms)
    .bind(coverage.window.until_ms)
    .execute(tx)
    .await?;
    bump_of_device(tx, &coverage.device_id).await
}

/// Adds a first revision as if its customer had made it. The demo world's; people use [`super::grant`].
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_grant(tx: &mut Tx, grant: &Grant, made_by: &str) -> Result<(), DbError> {
    store::insert_revision(tx, grant, made_by).await?;
    let mut devices: Vec<&str> = grant.items.iter().map(|(device, _)| device.as_str()).collect();
    devices.dedup();
    for device in devices {
        bump_of_device(tx, device).await?;
    }
    Ok(())
}

async fn bump_of_device(tx: &mut Tx, device_id: &str) -> Result<(), DbError> {
    let on: Option<OnAgent> =
        query("SELECT agent_id FROM device WHERE id = $1").bind(device_id).optional(tx).await?;
    match on.and_then(|on| on.agent_id) {
        Some(agent_id) => bump_policy(tx, &agent_id).await,
        None => Ok(()),
    }
}
