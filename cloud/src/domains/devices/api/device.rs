//! Devices without their values: what they are, who owns and who services them, and which of their metrics may be read.

use super::request::OwnRequestJson;
use crate::app::App;
use crate::domains::coverage::{self, DeviceJson, MetricJson};
use crate::platform::access::{Action, Item};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::{Allowed, Asked, Path, Portion, Walk};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

pub(super) const ONE: &str = "/api/v1/devices/{id}";

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
