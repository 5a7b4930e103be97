//! A device as the API shows it, without its values: the same for who asks and for who is told by a webhook.

use super::model::{Agreement, CoveredDevice, Device, DeviceView, Metric, Standing, VisibleMetric};
use super::views;
use crate::platform::access::Scope;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::json_value;
use serde::Serialize;
use utoipa::ToSchema;

/// What the API shows `scope` of a device; `None`: for it there is none.
///
/// # Errors
/// When it cannot be read.
pub async fn device_json(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    now_ms: i64,
) -> Result<Option<serde_json::Value>, Error> {
    let found = views::device(tx, scope, id, now_ms).await?;
    found.map(|found| json_value(&DeviceJson::from(found))).transpose()
}

/// Coverage that begins, or passes to somebody else.
#[derive(Serialize, ToSchema)]
pub struct StandingJson {
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
pub struct AgreementJson {
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
pub struct MetricJson {
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
pub struct ReadableJson {
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
pub struct DeviceJson {
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
