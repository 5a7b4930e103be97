//! The rows of this room. Every reader's statement binds the tenant of its scope or the agent it is for.

use super::model::{Agreement, Move};
use super::model::{Coverage, Device, Grant, Metric, MetricKind, ServiceLevel, Window};
use crate::platform::base::Money;
use crate::platform::db::{DbError, Query, Tx, query};
use std::collections::BTreeMap;

/// Whose devices are meant.
#[derive(Clone, Copy)]
pub(super) enum Of<'a> {
    /// The devices of this owner; one of them, or all.
    Owner(&'a str, Option<&'a str>),
    /// The devices that this partner covers now or later; one of them, or all.
    Partner(&'a str, i64, Option<&'a str>),
    /// The devices on this gateway.
    Agent(&'a str),
}

impl<'a> Of<'a> {
    /// The values of `devices_of!`, in its order.
    fn bound(self, text: &'static str) -> Query {
        let (owner, partner, agent, now_ms, device) = match self {
            Self::Owner(id, one) => (Some(id), None, None, 0, one),
            Self::Partner(id, now_ms, one) => (None, Some(id), None, now_ms, one),
            Self::Agent(id) => (None, None, Some(id), 0, None),
        };
        query(text).bind(owner).bind(partner).bind(agent).bind(now_ms).bind(device)
    }
}

/// Selects the devices of an [`Of`]: $1 owner, $2 partner, $3 agent, $4 now, $5 one device.
macro_rules! devices_of {
    () => {
        "(SELECT d.id FROM device d WHERE ($1 IS NULL OR d.tenant_id = $1) AND ($3 IS NULL OR d.agent_id = $3)
          AND ($5 IS NULL OR d.id = $5)
          AND ($2 IS NULL OR EXISTS (SELECT 1 FROM coverage k WHERE k.device_id = d.id AND k.partner_id = $2
                                     AND k.until_ms > $4)))"
    };
}

#[derive(sqlx::FromRow)]
struct DeviceRow {
    id: String,
    name: String,
    model_id: String,
    model_label: String,
    customer_id: String,
    customer_name: String,
    site: String,
    serial: String,
    agent_id: Option<String>,
    last_seen_ms: Option<i64>,
}

pub(super) async fn devices(tx: &mut Tx, of: Of<'_>) -> Result<Vec<Device>, DbError> {
    let rows: Vec<DeviceRow> = of
        .bound(concat!(
            "SELECT d.id, d.name, d.model_id, m.label AS model_label, d.tenant_id AS customer_id,
                    t.name AS customer_name, d.site, d.serial, d.agent_id, a.last_seen_ms
             FROM device d JOIN device_model m ON m.id = d.model_id JOIN tenant t ON t.id = d.tenant_id
             LEFT JOIN agent a ON a.id = d.agent_id WHERE d.id IN ",
            devices_of!(),
            " ORDER BY t.name, d.id"
        ))
        .all(tx)
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| Device {
            id: r.id,
            name: r.name,
            model_id: r.model_id,
            model_label: r.model_label,
            customer_id: r.customer_id,
            customer_name: r.customer_name,
            site: r.site,
            serial: r.serial,
            agent_id: r.agent_id,
            last_seen_ms: r.last_seen_ms,
        })
        .collect())
}

#[derive(sqlx::FromRow)]
struct CoverageRow {
    device_id: String,
    partner_id: String,
    partner_name: String,
    agreement_id: String,
    from_ms: i64,
    until_ms: i64,
}

/// All coverage of these devices, by whomever, with the names of the partners.
pub(super) async fn coverage(
    tx: &mut Tx,
    of: Of<'_>,
) -> Result<(Vec<Coverage>, BTreeMap<String, String>), DbError> {
    let rows: Vec<CoverageRow> = of
        .bound(concat!(
            "SELECT c.device_id, c.partner_id, p.name AS partner_name, c.agreement_id, c.from_ms, c.until_ms
             FROM coverage c JOIN tenant p ON p.id = c.partner_id WHERE c.device_id IN ",
            devices_of!(),
            " ORDER BY c.device_id, c.from_ms"
        ))
        .all(tx)
        .await?;
    let names = rows.iter().map(|r| (r.partner_id.clone(), r.partner_name.clone())).collect();
    let coverage = rows.into_iter().map(|r| Coverage {
        device_id: r.device_id,
        partner_id: r.partner_id,
        agreement_id: r.agreement_id,
        window: Window { from_ms: r.from_ms, until_ms: r.until_ms },
    });
    Ok((coverage.collect(), names))
}

#[derive(sqlx::FromRow)]
struct GrantRow {
    grant_id: String,
    revision: i64,
    customer_id: String,
    partner_id: String,
    purpose: String,
    min_interval_ms: i64,
    from_ms: i64,
    until_ms: i64,
    revoked_ms: Option<i64>,
    made_ms: i64,
    device_id: Option<String>,
    metric: Option<String>,
}

fn grants_of(rows: Vec<GrantRow>) -> Vec<Grant> {
    let mut grants: Vec<Grant> = Vec::new();
    for row in rows {
        if grants.last().is_none_or(|last| last.id != row.grant_id) {
            grants.push(Grant {
                id: row.grant_id,
                revision: row.revision,
                customer_id: row.customer_id,
                partner_id: row.partner_id,
                purpose: row.purpose,
                min_interval_ms: u32::try_from(row.min_interval_ms).unwrap_or(u32::MAX),
                window: Window { from_ms: row.from_ms, until_ms: row.until_ms },
                revoked_ms: row.revoked_ms,
                made_ms: row.made_ms,
                items: Vec::new(),
            });
        }
        if let (Some(last), Some(device), Some(metric)) = (grants.last_mut(), row.device_id, row.metric) {
            last.items.push((device, metric));
        }
    }
    grants
}

/// The grants that hold or held on these devices, each in its newest revision. A grant by somebody who does not own
/// the device names nothing.
pub(super) async fn grants(tx: &mut Tx, of: Of<'_>) -> Result<Vec<Grant>, DbError> {
    let rows: Vec<GrantRow> = of.bound(
        concat!(
            "SELECT g.grant_id, g.revision, g.customer_id, g.partner_id, g.purpose, g.min_interval_ms, g.from_ms,
                    g.until_ms, g.revoked_ms, g.made_ms, i.device_id, i.metric
             FROM grant_revision g
             JOIN grant_item i ON i.grant_id = g.grant_id AND i.revision = g.revision
             JOIN device o ON o.id = i.device_id AND o.tenant_id = g.customer_id
             WHERE i.device_id IN ",
            devices_of!(),
            " AND ($2 IS NULL OR g.partner_id = $2)
              AND NOT EXISTS (SELECT 1 FROM grant_revision n WHERE n.grant_id = g.grant_id AND n.revision > g.revision)
              ORDER BY g.grant_id, i.device_id, i.metric"
        )
    )
    .all(tx)
    .await?;
    Ok(grants_of(rows))
}

/// The newest revision of each grant of a customer, also those that name no device any more.
pub(super) async fn grants_of_customer(
    tx: &mut Tx,
    customer_id: &str,
    grant_id: Option<&str>,
) -> Result<Vec<Grant>, DbError> {
    let rows: Vec<GrantRow> = query(
        "SELECT g.grant_id, g.revision, g.customer_id, g.partner_id, g.purpose, g.min_interval_ms, g.from_ms,
                g.until_ms, g.revoked_ms, g.made_ms, i.device_id, i.metric
         FROM grant_revision g LEFT JOIN grant_item i ON i.grant_id = g.grant_id AND i.revision = g.revision
         WHERE g.customer_id = $1 AND ($2 IS NULL OR g.grant_id = $2)
           AND NOT EXISTS (SELECT 1 FROM grant_revision n WHERE n.grant_id = g.grant_id AND n.revision > g.revision)
         ORDER BY g.grant_id, i.device_id, i.metric",
    )
    .bind(customer_id)
    .bind(grant_id)
    .all(tx)
    .await?;
    Ok(grants_of(rows))
}

/// The grants in force that end after `now_ms` and until `until_ms`, each in its newest revision, without their items.
pub(super) async fn ending_grants(tx: &mut Tx, now_ms: i64, until_ms: i64) -> Result<Vec<Grant>, DbError> {
    let rows: Vec<GrantRow> = query(
        "SELECT g.grant_id, g.revision, g.customer_id, g.partner_id, g.purpose, g.min_interval_ms, g.from_ms,
                g.until_ms, g.revoked_ms, g.made_ms, NULL AS device_id, NULL AS metric
         FROM grant_revision g
         WHERE g.revoked_ms IS NULL AND g.until_ms > $1 AND g.until_ms <= $2
           AND NOT EXISTS (SELECT 1 FROM grant_revision n WHERE n.grant_id = g.grant_id AND n.revision > g.revision)
         ORDER BY g.grant_id",
    )
    .bind(now_ms)
    .bind(until_ms)
    .all(tx)
    .await?;
    Ok(grants_of(rows))
}

/// Notes that it is told that a grant ends in `days`; `false` when it was before, or the grant changed meanwhile.
pub(super) async fn note_reminder(
    tx: &mut Tx,
    grant: &Grant,
    days: i64,
    now_ms: i64,
) -> Result<bool, DbError> {
    let text = "INSERT INTO grant_reminder (grant_id, until_ms, days, told_ms)
         SELECT g.grant_id, g.until_ms, $3, $4 FROM grant_revision g
         WHERE g.grant_id = $1 AND g.revision = $2
           AND NOT EXISTS (SELECT 1 FROM grant_revision n WHERE n.grant_id = $1 AND n.revision > $2)
         ON CONFLICT (grant_id, until_ms, days) DO NOTHING";
    let query = query(text).bind(&grant.id).bind(grant.revision).bind(days).bind(now_ms);
    Ok(query.execute(tx).await? == 1)
}

#[derive(sqlx::FromRow)]
struct MetricRow {
    model_id: String,
    name: String,
    label: String,
    unit: String,
    decimals: i64,
    kind: String,
}

/// The metrics of all models, in their order.
pub(super) async fn metrics(tx: &mut Tx) -> Result<BTreeMap<String, Vec<Metric>>, DbError> {
    let rows: Vec<MetricRow> = query(
        "SELECT model_id, name, label, unit, decimals, kind FROM model_metric ORDER BY model_id, position",
    )
    .all(tx)
    .await?;
    let mut metrics: BTreeMap<String, Vec<Metric>> = BTreeMap::new();
    for row in rows {
        metrics.entry(row.model_id).or_default().push(Metric {
            name: row.name,
            label: row.label,
            unit: row.unit,
            decimals: u8::try_from(row.decimals).unwrap_or(0),
            kind: MetricKind::parse(&row.kind),
        });
    }
    Ok(metrics)
}

#[derive(sqlx::FromRow)]
struct AgreementRow {
    id: String,
    customer_id: String,
    customer_name: String,
    partner_id: String,
    partner_name: String,
    service_level: String,
    from_ms: i64,
    until_ms: i64,
    zone: String,
    value_cents: i64,
    currency: String,
}

/// The agreements that a tenant is a side of.
pub(super) async fn agreements(tx: &mut Tx, tenant_id: &str) -> Result<BTreeMap<String, Agreement>, DbError> {
    let rows: Vec<AgreementRow> = query(
        "SELECT a.id, a.customer_id, c.name AS customer_name, a.partner_id, p.name AS partner_name, a.service_level,
                a.from_ms, a.until_ms, a.zone, a.value_cents, a.currency
         FROM agreement a JOIN tenant c ON c.id = a.customer_id JOIN tenant p ON p.id = a.partner_id
         WHERE a.customer_id = $1 OR a.partner_id = $1 ORDER BY a.id",
    )
    .bind(tenant_id)
    .all(tx)
    .await?;
    let agreement = |r: AgreementRow| Agreement {
        id: r.id,
        customer_id: r.customer_id,
        customer_name: r.customer_name,
        partner_id: r.partner_id,
        partner_name: r.partner_name,
        service_level: ServiceLevel::parse(&r.service_level),
        window: Window { from_ms: r.from_ms, until_ms: r.until_ms },
        zone: r.zone,
        value: Money::new(r.value_cents, r.currency),
    };
    Ok(rows.into_iter().map(|r| (r.id.clone(), agreement(r))).collect())
}

#[derive(sqlx::FromRow)]
struct Named {
    id: String,
    name: String,
    last_ms: Option<i64>,
}

/// The partners that a customer ever granted something or that cover its devices, with when they last read.
pub(super) async fn partners_of(tx: &mut Tx, customer_id: &str) -> Result<Vec<(Move, Option<i64>)>, DbError> {
    let rows: Vec<Named> = query(
        "SELECT t.id, t.name, (SELECT MAX(r.last_ms) FROM telemetry_read r JOIN device d ON d.id = r.device_id
                               WHERE r.partner_id = t.id AND d.tenant_id = $1) AS last_ms
         FROM tenant t
         WHERE t.id IN (SELECT g.partner_id FROM grant_revision g WHERE g.customer_id = $1)
            OR t.id IN (SELECT c.partner_id FROM coverage c JOIN device d ON d.id = c.device_id
                        WHERE d.tenant_id = $1)
         ORDER BY t.name",
    )
    .bind(customer_id)
    .all(tx)
    .await?;
    let named = |r: Named| (Move { partner_id: r.id, partner_name: r.name, at_ms: 0 }, r.last_ms);
    Ok(rows.into_iter().map(named).collect())
}

/// Writes a revision with its items.
pub(super) async fn insert_revision(tx: &mut Tx, grant: &Grant, made_by: &str) -> Result<(), DbError> {
    query(
        "INSERT INTO grant_revision (grant_id, revision, customer_id, partner_id, purpose, min_interval_ms, from_ms,
             until_ms, revoked_ms, made_ms, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(&grant.id)
    .bind(grant.revision)
    .bind(&grant.customer_id)
    .bind(&grant.partner_id)
    .bind(&grant.purpose)
    .bind(i64::from(grant.min_interval_ms))
    .bind(grant.window.from_ms)
    .bind(grant.window.until_ms)
    .bind(grant.revoked_ms)
    .bind(grant.made_ms)
    .bind(made_by)
    .execute(tx)
    .await?;
    for (device, metric) in &grant.items {
        query("INSERT INTO grant_item (grant_id, revision, device_id, metric) VALUES ($1, $2, $3, $4)")
            .bind(&grant.id)
            .bind(grant.revision)
            .bind(device)
            .bind(metric)
            .execute(tx)
            .await?;
    }
    Ok(())
}
