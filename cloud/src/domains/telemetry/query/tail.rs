//! The points that one new batch brings to an open page. The page asks coverage again for each notice, so that a stream
//! ends with the grant.

use super::super::compact::columns_of;
use super::super::sample::Value;
use super::{shown, store};
use crate::domains::coverage::VisibleMetric;
use crate::platform::db::{DbError, Tx};
use riversync_protocol::v1::Quality;

/// One new point.
#[derive(Clone, Debug, PartialEq)]
pub struct LivePoint {
    /// Which metric.
    pub metric: String,
    /// When it was measured, Unix milliseconds.
    pub at_ms: i64,
    /// Its value; `None` when the sample is bad.
    pub value: Option<Value>,
    /// How far to believe it.
    pub quality: Quality,
}

/// The points of `device_id` in the batch of a [`crate::platform::live::Notice::Telemetry`] that may be seen now, by
/// time. A batch that was folded in the meantime brings nothing: the chart has it.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn tail(
    tx: &mut Tx,
    batch_id: i64,
    visible: &[VisibleMetric],
    device_id: &str,
) -> Result<Vec<LivePoint>, DbError> {
    if visible.is_empty() {
        return Ok(Vec::new());
    }
    let Some((schema, batch)) = store::batch_of(tx, batch_id, device_id).await? else {
        return Ok(Vec::new());
    };
    let of = |name: &str| visible.iter().find(|v| v.metric.name == name);
    let mut points = Vec::new();
    columns_of(
        &schema,
        &batch,
        |device, described| device == device_id && of(described.metric.as_str()).is_some(),
        |_, described, samples| {
            let Some(visible) = of(described.metric.as_str()) else { return };
            points.extend(shown(samples, visible).into_iter().map(|sample| LivePoint {
                metric: visible.metric.name.clone(),
                at_ms: sample.at_ms,
                value: sample.quality.has_value().then(|| sample.raw.physical(described)),
                quality: sample.quality,
            }));
        },
    );
    points.sort_by_key(|point| point.at_ms);
    Ok(points)
}
