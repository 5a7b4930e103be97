//! What a person may know about devices now. Evaluated at each read, so nothing depends on a nightly job.

use super::model::{
    Agreement, Coverage, CoveredDevice, Device, DeviceMetric, DeviceView, Grant, Metric, Move,
    PartnerSharing, SharedDevice, SharedGrant, Standing, VisibleMetric, Window,
};
use super::{rules, store};
use crate::platform::access::{Party, Scope};
use crate::platform::db::{DbError, Tx};
use std::collections::BTreeMap;
use store::Of;

/// Everything that rules need about some devices.
struct Facts {
    devices: Vec<Device>,
    /// By device, in the order of time.
    coverage: BTreeMap<String, Vec<Coverage>>,
    names: BTreeMap<String, String>,
    grants: Vec<Grant>,
    metrics: BTreeMap<String, Vec<Metric>>,
    agreements: BTreeMap<String, Agreement>,
}

/// About one device, or about all that the scope knows of.
async fn facts(tx: &mut Tx, scope: &Scope, one: Option<&str>, now_ms: i64) -> Result<Facts, DbError> {
    let of = match scope.party() {
        Party::Customer => Of::Owner(scope.tenant_id(), one),
        // A distributor or the vendor covers nothing, so this finds nothing.
        Party::Reseller | Party::Distributor | Party::Vendor => Of::Partner(scope.tenant_id(), now_ms, one),
    };
    let devices = store::devices(tx, of).await?;
    let (rows, names) = store::coverage(tx, of).await?;
    let mut coverage: BTreeMap<String, Vec<Coverage>> = BTreeMap::new();
    for row in rows {
        coverage.entry(row.device_id.clone()).or_default().push(row);
    }
    let grants = store::grants(tx, of).await?;
    let metrics = store::metrics(tx).await?;
    let agreements = store::agreements(tx, scope.tenant_id()).await?;
    Ok(Facts { devices, coverage, names, grants, metrics, agreements })
}

impl Facts {
    fn metrics_of(&self, device: &Device) -> &[Metric] {
        self.metrics.get(&device.model_id).map_or(&[], Vec::as_slice)
    }

    fn coverage_of(&self, device_id: &str) -> &[Coverage] {
        self.coverage.get(device_id).map_or(&[], Vec::as_slice)
    }

    /// The coverage row of `partner` that holds now, else its next one.
    fn row_of(&self, device_id: &str, partner_id: &str, now_ms: i64) -> Option<&Coverage> {
        let mine = || self.coverage_of(device_id).iter().filter(|c| c.partner_id == partner_id);
        mine()
            .find(|c| c.window.holds(now_ms))
            .or_else(|| mine().filter(|c| c.window.from_ms > now_ms).min_by_key(|c| c.window.from_ms))
    }

    fn step(&self, to: &Coverage, at_ms: i64) -> Move {
        let partner_name = self.names.get(&to.partner_id).cloned().unwrap_or_default();
        Move { partner_id: to.partner_id.clone(), partner_name, at_ms }
    }

    fn standing(&self, row: &Coverage, now_ms: i64) -> Standing {
        let all = self.coverage_of(&row.device_id);
        let others = || all.iter().filter(|c| c.partner_id != row.partner_id);
        if row.window.holds(now_ms) {
            let next = others().find(|c| c.window.from_ms >= row.window.until_ms);
            let own_again =
                all.iter().any(|c| c.partner_id == row.partner_id && c.window.from_ms == row.window.until_ms);
            let moving_to = next.filter(|_| !own_again).map(|to| self.step(to, to.window.from_ms));
            return Standing::Covered { moving_to };
        }
        let from = others().find(|c| c.window.holds(now_ms)).map(|c| self.step(c, c.window.until_ms));
        Standing::Arriving { from, at_ms: row.window.from_ms }
    }

    fn visible_to(
        &self,
        partner_id: &str,
        device: &Device,
        metric: &Metric,
        now_ms: i64,
    ) -> Option<VisibleMetric> {
        let coverage = self.coverage_of(&device.id);
        let windows = rules::readable(coverage, &self.grants, partner_id, &device.id, &metric.name, now_ms);
        let until_ms = Some(rules::ends_ms(&windows, now_ms)?);
        let spacing = |g: &&Grant| {
            g.partner_id == partner_id && g.is_active(now_ms) && g.names(&device.id, &metric.name)
        };
        let min_interval_ms =
            self.grants.iter().filter(spacing).map(|g| g.min_interval_ms).min().unwrap_or(0);
        Some(VisibleMetric { metric: metric.clone(), windows, until_ms, min_interval_ms })
    }

    fn metrics_for(&self, scope: &Scope, device: &Device, now_ms: i64) -> Vec<DeviceMetric> {
        let visible = |metric: &Metric| match scope.party() {
            Party::Customer => Some(VisibleMetric {
                metric: metric.clone(),
                windows: vec![Window { from_ms: i64::MIN, until_ms: i64::MAX }],
                until_ms: None,
                min_interval_ms: 0,
            }),
            _ => self.visible_to(scope.tenant_id(), device, metric, now_ms),
        };
        self.metrics_of(device)
            .iter()
            .map(|metric| DeviceMetric { metric: metric.clone(), visible: visible(metric) })
            .collect()
    }

    fn covered(&self, scope: &Scope, device: &Device, now_ms: i64) -> Option<CoveredDevice> {
        let row = self.row_of(&device.id, scope.tenant_id(), now_ms)?;
        let standing = self.standing(row, now_ms);
        let mut device = device.clone();
        if matches!(standing, Standing::Arriving { .. }) {
            device.last_seen_ms = None;
        }
        let granted =
            self.metrics_for(scope, &device, now_ms).into_iter().filter_map(|m| m.visible).collect();
        let agreement = self.agreements.get(&row.agreement_id)?.clone();
        Some(CoveredDevice { device, standing, agreement, coverage: row.window, granted })
    }
}

/// The devices a partner covers now or will cover, by customer and id. Nobody else gets any.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn covered_devices(tx: &mut Tx, scope: &Scope, now_ms: i64) -> Result<Vec<CoveredDevice>, DbError> {
    if scope.party() != Party::Reseller {
        return Ok(Vec::new());
    }
    let facts = facts(tx, scope, None, now_ms).await?;
    Ok(facts.devices.iter().filter_map(|device| facts.covered(scope, device, now_ms)).collect())
}

/// One of [`covered_devices`].
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn covered_device(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    now_ms: i64,
) -> Result<Option<CoveredDevice>, DbError> {
    if scope.party() != Party::Reseller {
        return Ok(None);
    }
    let facts = facts(tx, scope, Some(id), now_ms).await?;
    Ok(facts.devices.first().and_then(|device| facts.covered(scope, device, now_ms)))
}

/// One device as its owner or its partner may know it; `None` means that for the asker it does not exist.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn device(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    now_ms: i64,
) -> Result<Option<DeviceView>, DbError> {
    let facts = facts(tx, scope, Some(id), now_ms).await?;
    let Some(device) = facts.devices.iter().find(|device| device.id == id) else { return Ok(None) };
    if scope.party() == Party::Customer {
        return Ok(Some(owners_view(&facts, scope, device, now_ms)));
    }
    let Some(covered) = facts.covered(scope, device, now_ms) else { return Ok(None) };
    let metrics = facts.metrics_for(scope, device, now_ms);
    let (standing, agreement) = (Some(covered.standing), Some(covered.agreement));
    Ok(Some(DeviceView { device: covered.device, standing, agreement, metrics }))
}

fn owners_view(facts: &Facts, scope: &Scope, device: &Device, now_ms: i64) -> DeviceView {
    let row = facts.coverage_of(&device.id).iter().find(|c| c.window.holds(now_ms));
    DeviceView {
        device: device.clone(),
        standing: None,
        agreement: row.and_then(|c| facts.agreements.get(&c.agreement_id)).cloned(),
        metrics: facts.metrics_for(scope, device, now_ms),
    }
}

/// The metrics of a device that may be read now; empty when the device does not exist for the asker.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn visible_metrics(
    tx: &mut Tx,
    scope: &Scope,
    device_id: &str,
    now_ms: i64,
) -> Result<Vec<VisibleMetric>, DbError> {
    let view = device(tx, scope, device_id, now_ms).await?;
    Ok(view.map_or_else(Vec::new, |view| view.metrics.into_iter().filter_map(|m| m.visible).collect()))
}

/// A customer's own devices, by id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn my_devices(tx: &mut Tx, scope: &Scope, now_ms: i64) -> Result<Vec<DeviceView>, DbError> {
    if scope.party() != Party::Customer {
        return Ok(Vec::new());
    }
    let facts = facts(tx, scope, None, now_ms).await?;
    Ok(facts.devices.iter().map(|device| owners_view(&facts, scope, device, now_ms)).collect())
}

/// Who can see a customer's devices: one line per partner with its grants and when it last looked.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn sharing(tx: &mut Tx, scope: &Scope, now_ms: i64) -> Result<Vec<PartnerSharing>, DbError> {
    if scope.party() != Party::Customer {
        return Ok(Vec::new());
    }
    let facts = facts(tx, scope, None, now_ms).await?;
    let mut grants = store::grants_of_customer(tx, scope.tenant_id(), None).await?;
    grants.sort_by_key(|grant| std::cmp::Reverse(grant.made_ms));
    let mut lines = Vec::new();
    for (partner, last_read_ms) in store::partners_of(tx, scope.tenant_id()).await? {
        let of_partner = grants.iter().filter(|grant| grant.partner_id == partner.partner_id);
        lines.push(PartnerSharing {
            grants: of_partner.map(|grant| facts.shared(grant, now_ms)).collect(),
            partner_id: partner.partner_id,
            partner_name: partner.partner_name,
            last_read_ms,
        });
    }
    Ok(lines)
}

/// A grant to the partner who looks, in its newest revision, and who made it; of its devices those that the partner
/// services now or will. `None`: for the asker there is none.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn granted(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    now_ms: i64,
) -> Result<Option<(SharedGrant, String)>, DbError> {
    if scope.party() != Party::Reseller {
        return Ok(None);
    }
    let facts = facts(tx, scope, None, now_ms).await?;
    let Some(grant) = facts.grants.iter().find(|grant| grant.id == id) else { return Ok(None) };
    let owner = facts.devices.iter().find(|device| device.customer_id == grant.customer_id);
    let owner = owner.map(|device| device.customer_name.clone()).unwrap_or_default();
    Ok(Some((facts.shared(grant, now_ms), owner)))
}

impl Facts {
    fn shared(&self, grant: &Grant, now_ms: i64) -> SharedGrant {
        let device = |device: &Device| {
            let metrics: Vec<Metric> = self
                .metrics_of(device)
                .iter()
                .filter(|m| grant.names(&device.id, &m.name))
                .cloned()
                .collect();
            let covered = self
                .coverage_of(&device.id)
                .iter()
                .any(|c| c.partner_id == grant.partner_id && c.window.holds(now_ms));
            SharedDevice { id: device.id.clone(), name: device.name.clone(), metrics, covered }
        };
        SharedGrant {
            devices: self.devices.iter().map(device).filter(|device| !device.metrics.is_empty()).collect(),
            active: grant.is_active(now_ms),
            upcoming: grant.revoked_ms.is_none() && grant.window.from_ms > now_ms,
            grant: grant.clone(),
        }
    }
}

/// The agreements that the asker is a side of: a customer's, or a reseller's. Their values are for roles that may
/// see money; the caller decides what it shows.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn agreements(tx: &mut Tx, scope: &Scope) -> Result<Vec<Agreement>, DbError> {
    let mine = |a: &Agreement| match scope.party() {
        Party::Customer => a.customer_id == scope.tenant_id(),
        _ => a.partner_id == scope.tenant_id(),
    };
    Ok(store::agreements(tx, scope.tenant_id()).await?.into_values().filter(mine).collect())
}

/// Exactly what one agent may let out, now and in the future.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn policy_rows(
    tx: &mut Tx,
    agent_id: &str,
    now_ms: i64,
) -> Result<Vec<riversync_protocol::v1::PolicyRow>, DbError> {
    let (coverage, _) = store::coverage(tx, Of::Agent(agent_id)).await?;
    let grants = store::grants(tx, Of::Agent(agent_id)).await?;
    Ok(super::compile::rows(&coverage, &grants, now_ms))
}

/// The ids of the devices on one agent.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn devices_of_agent(tx: &mut Tx, agent_id: &str) -> Result<Vec<Device>, DbError> {
    store::devices(tx, Of::Agent(agent_id)).await
}
