//! The latest value of each metric that may be seen now.

use super::super::compact::{Column, columns_of, decode_frame};
use super::super::sample::Value;
use super::{shown, store};
use crate::domains::coverage::VisibleMetric;
use crate::platform::db::{DbError, Tx};
use riversync_protocol::v1::Quality;
use std::collections::BTreeMap;

/// Batches looked into: a gateway sends one in a few seconds, so this is about a minute.
const BATCHES: i64 = 12;
/// Frames looked into when no batch has the metric.
const FRAMES: i64 = 3;

/// The newest sample of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Latest {
    /// Which.
    pub metric: String,
    /// When it was measured, Unix milliseconds.
    pub at_ms: i64,
    /// Its value; `None` when the sample is bad.
    pub value: Option<Value>,
    /// How far to believe it.
    pub quality: Quality,
}

/// The newest sample of each of `visible`, in their order; a metric that was never heard is missing.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn latest(tx: &mut Tx, visible: &[VisibleMetric], device_id: &str) -> Result<Vec<Latest>, DbError> {
    let mut found: BTreeMap<String, Latest> = BTreeMap::new();
    let of = |name: &str| visible.iter().find(|v| v.metric.name == name);
    for (schema, batch) in store::newest_batches(tx, device_id, BATCHES).await? {
        columns_of(
            &schema,
            &batch,
            |device, described| device == device_id && of(described.metric.as_str()).is_some(),
            |_, described, samples| {
                let column = Column { described: described.clone(), samples };
                if let Some(visible) = of(described.metric.as_str()) {
                    keep(&mut found, column, visible);
                }
            },
        );
    }
    if found.len() < visible.len() {
        for bytes in store::newest_frames(tx, device_id, FRAMES).await? {
            let missing: Vec<&VisibleMetric> =
                visible.iter().filter(|v| !found.contains_key(&v.metric.name)).collect();
            let wanted = |described: &riversync_protocol::v1::Column| {
                missing.iter().any(|v| v.metric.name == described.metric.as_str())
            };
            let Ok(frame) = decode_frame(&bytes, wanted) else { continue };
            for column in frame.columns {
                if let Some(visible) = of(column.described.metric.as_str()) {
                    keep(&mut found, column, visible);
                }
            }
        }
    }
    Ok(visible.iter().filter_map(|v| found.remove(&v.metric.name)).collect())
}

fn keep(found: &mut BTreeMap<String, Latest>, column: Column, visible: &VisibleMetric) {
    let Some(sample) = shown(column.samples, visible).into_iter().max_by_key(|sample| sample.at_ms) else {
        return;
    };
    let name = &visible.metric.name;
    if found.get(name).is_some_and(|known| known.at_ms >= sample.at_ms) {
        return;
    }
    let value = sample.quality.has_value().then(|| sample.raw.physical(&column.described));
    let latest = Latest { metric: name.clone(), at_ms: sample.at_ms, value, quality: sample.quality };
    found.insert(name.clone(), latest);
}
