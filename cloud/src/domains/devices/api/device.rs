//! Devices without their values: what they are, who owns and who services them, and which of their metrics may be read.

use super::request::OwnRequestJson;
use crate::app::App;
use crate::domains::coverage::{
    self, Agreement, CoveredDevice, Device, DeviceView, Metric, Standing, VisibleMetric,
};
use crate::platform::access::{Action, Item};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::{Allowed, Asked, Path, Portion, Walk};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

pub(super) const ONE: &str = "/api/v1/devices/{id}";

/// Coverage that begins, or passes to somebody else.
#[derive(Serialize, ToSchema)]
pub(super) struct StandingJson {
    /// `covered`, `moving` to another partner, or `arriving`: then there are no values yet.
    state: &'static str,
    /// The other partner's name.
    partner: Option<String>,
    /// When it changes.
    at_ms: Option<i64>,
}

impl From<Standing> for StandingJson {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Covered { moving_to: None } => Self { state: "covered", partner: None, at_ms: None },
            Standing::Covered { moving_to: Some(to) } => {
                Self { state: "moving", partner: Some(to.partner_name), at_ms: Some(to.at_ms) }
            }
            Standing::Arriving { from, at_ms } => {
                Self { state: "arriving", partner: from.map(|from| from.partner_name), at_ms: Some(at_ms) }
            }
        }
    }
}

/// The agreement under which a device is serviced.
#[derive(Serialize, ToSchema)]
pub(super) struct AgreementJson {
    id: String,
    /// The servicing partner's name.
    partner: String,
    service_level: &'static str,
    from_ms: i64,
    until_ms: i64,
}

impl From<Agreement> for AgreementJson {
    fn from(agreement: Agreement) -> Self {
        Self {
            id: agreement.id,
            partner: agreement.partner_name,
            service_level: agreement.service_level.key(),
            from_ms: agreement.window.from_ms,
            until_ms: agreement.window.until_ms,
        }
    }
}

/// A metric of a device's model.
#[derive(Serialize, ToSchema)]
pub(super) struct MetricJson {
    name: String,
    /// As people read it.
    label: String,
    /// May be empty.
    unit: String,
    /// `numeric`, `bool` or `text`.
    kind: &'static str,
}

impl From<Metric> for MetricJson {
    fn from(metric: Metric) -> Self {
        Self { name: metric.name, label: metric.label, unit: metric.unit, kind: metric.kind.key() }
    }
}

/// A metric that you may read now.
#[derive(Serialize, ToSchema)]
pub(super) struct ReadableJson {
    #[serde(flatten)]
    metric: MetricJson,
    /// When that ends if nothing changes; none for the owner.
    until_ms: Option<i64>,
    /// Closest spacing of two samples that you get; 0 for every sample.
    min_interval_ms: u32,
}

impl From<VisibleMetric> for ReadableJson {
    fn from(visible: VisibleMetric) -> Self {
        Self {
            metric: visible.metric.into(),
            until_ms: visible.until_ms,
            min_interval_ms: visible.min_interval_ms,
        }
    }
}

/// A device, without its values.
#[derive(Serialize, ToSchema)]
pub(super) struct DeviceJson {
    id: String,
    name: String,
    model: String,
    serial: String,
    site: String,
    /// The owner's id.
    customer_id: String,
    /// The owner's name.
    customer: String,
    /// The gateway on which it hangs.
    gateway: Option<String>,
    /// When that was last heard.
    last_seen_ms: Option<i64>,
    /// None for the owner.
    standing: Option<StandingJson>,
    /// None when nobody services it.
    agreement: Option<AgreementJson>,
    /// What you may read now.
    readable: Vec<ReadableJson>,
}

impl DeviceJson {
    fn new(
        device: Device,
        standing: Option<Standing>,
        agreement: Option<Agreement>,
        readable: impl IntoIterator<Item = VisibleMetric>,
    ) -> Self {
        Self {
            id: device.id,
            name: device.name,
            model: device.model_label,
            serial: device.serial,
            site: device.site,
            customer_id: device.customer_id,
            customer: device.customer_name,
            gateway: device.agent_id,
            last_seen_ms: device.last_seen_ms,
            standing: standing.map(Into::into),
            agreement: agreement.map(Into::into),
            readable: readable.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<&CoveredDevice> for DeviceJson {
    fn from(found: &CoveredDevice) -> Self {
        let found = found.clone();
        Self::new(found.device, Some(found.standing), Some(found.agreement), found.granted)
    }
}

impl From<DeviceView> for DeviceJson {
    fn from(found: DeviceView) -> Self {
        let readable = found.metrics.into_iter().filter_map(|metric| metric.visible);
        Self::new(found.device, found.standing, found.agreement, readable)
    }
}

#[derive(Serialize, ToSchema)]
pub(super) struct DeviceListJson {
    devices: Vec<DeviceJson>,
    /// How many there are in all.
    count: usize,
    /// The cursor of what follows; none at the end.
    next: Option<String>,
}

impl<T: Into<DeviceJson>> From<Portion<T>> for DeviceListJson {
    fn from(some: Portion<T>) -> Self {
        let devices = some.items.into_iter().map(Into::into).collect();
        Self { devices, count: some.count, next: some.next }
    }
}

/// The devices that you cover, now or soon
#[utoipa::path(
    get,
    path = "/api/v1/devices",
    tag = "Devices",
    params(("sort" = Option<String>, Query, description = "device, customer, level, seen or ends; falling with a minus before it"), ("customer" = Option<String>, Query, description = "Only this owner's"), ("values" = Option<String>, Query, description = "granted, none or moving"), ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "How many at once; 50 when nothing is said"), ("cursor" = Option<String>, Query, description = "What the last answer gave as `next`")),
    responses((status = 200, description = "By owner when no order is asked for.", body = DeviceListJson)),
)]
pub(super) async fn covered(allowed: Allowed, State(app): State<App>) -> Result<Json<DeviceListJson>, Error> {
    let mut tx = app.db.read().await?;
    let all = coverage::covered_devices(&mut tx, &allowed.scope, allowed.view.now_ms).await?;
    let some = super::super::covered::some(&allowed, &Asked::of(&allowed.view)?, &all)?;
    Ok(Json(some.into()))
}

/// Your devices
#[utoipa::path(
    get,
    path = "/api/v1/portal/devices",
    tag = "Devices",
    params(("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "How many at once; 50 when nothing is said"), ("cursor" = Option<String>, Query, description = "What the last answer gave as `next`")),
    responses((status = 200, description = "By id.", body = DeviceListJson)),
)]
pub(super) async fn mine(allowed: Allowed, State(app): State<App>) -> Result<Json<DeviceListJson>, Error> {
    let mut tx = app.db.read().await?;
    let all = coverage::my_devices(&mut tx, &allowed.scope, allowed.view.now_ms).await?;
    let (asked, list) = (Asked::of(&allowed.view)?, ["my-devices", allowed.scope.tenant_id()]);
    let walk = Walk::of(&asked, &list, allowed.view.now_ms)?;
    Ok(Json(asked.cut(&walk, all, |one| one.device.id.clone(), Ord::cmp)?.into()))
}

/// A device, and what of it you may not read.
#[derive(Serialize, ToSchema)]
pub(super) struct WholeDeviceJson {
    #[serde(flatten)]
    device: DeviceJson,
    /// Metrics that exist and are not granted to you.
    not_granted: Vec<MetricJson>,
    /// Your last question to the owner, answered or not.
    request: Option<OwnRequestJson>,
}

pub(super) async fn whole(tx: &mut Tx, allowed: &Allowed, id: &str) -> Result<Json<WholeDeviceJson>, Error> {
    let found =
        coverage::device(tx, &allowed.scope, id, allowed.view.now_ms).await?.ok_or(Error::NotFound)?;
    let request = match allowed.actor.can(Action::Change(Item::CoveredDevices)) {
        true => coverage::own_request(tx, &allowed.scope, id).await?,
        false => None,
    };
    let hidden = found.metrics.iter().filter(|metric| metric.visible.is_none());
    let not_granted = hidden.map(|hidden| hidden.metric.clone().into()).collect();
    Ok(Json(WholeDeviceJson { device: found.into(), not_granted, request: request.map(Into::into) }))
}

/// One device
#[utoipa::path(
    get,
    path = "/api/v1/devices/{id}",
    tag = "Devices",
    params(("id" = String, Path, description = "Which one")),
    responses((status = 200, description = "The device.", body = WholeDeviceJson)),
)]
pub(super) async fn one(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<WholeDeviceJson>, Error> {
    whole(&mut app.db.read().await?, &allowed, &id).await
}
