//! The values of a device: what its page charts, from the same list with the same bounds (PORTAL C40: who only reads
//! gets what a screen can show, and carries no samples away).

use super::super::data;
use super::super::readings::{RANGES, Reading, Readings};
use crate::app::App;
use crate::domains::telemetry::{Bucket, Latest, Value};
use crate::platform::error::{Error, FieldError};
use crate::platform::web::{Allowed, Path, one_of};
use crate::platform::words::Sentence;
use axum::Json;
use axum::extract::State;
use riversync_protocol::v1::QualityLevel;
use serde::Serialize;
use utoipa::ToSchema;

pub(super) const VALUES: &str = "/api/v1/devices/{id}/values";

/// Some time of one metric.
#[derive(Serialize, ToSchema)]
struct PointJson {
    at_ms: i64,
    min: f64,
    max: f64,
    mean: f64,
    /// Samples in it.
    count: u32,
}

impl From<&Bucket> for PointJson {
    fn from(bucket: &Bucket) -> Self {
        let Bucket { at_ms, min, max, mean, count } = *bucket;
        Self { at_ms, min, max, mean, count }
    }
}

/// The newest sample of a metric.
#[derive(Serialize, ToSchema)]
struct LatestJson {
    at_ms: i64,
    /// A number, `true` or `false`, or a word; none when the sample is bad.
    #[schema(value_type = Option<Object>)]
    value: serde_json::Value,
    /// `good`, `uncertain`, `bad` or `stale`.
    quality: &'static str,
}

impl From<&Latest> for LatestJson {
    fn from(latest: &Latest) -> Self {
        let value = match &latest.value {
            Some(Value::Number(number)) => (*number).into(),
            Some(Value::Bool(on)) => (*on).into(),
            Some(Value::Text(text)) => text.as_str().into(),
            None => serde_json::Value::Null,
        };
        let quality = match latest.quality.level {
            QualityLevel::Good => "good",
            QualityLevel::Uncertain => "uncertain",
            QualityLevel::Bad => "bad",
            QualityLevel::Stale => "stale",
        };
        Self { at_ms: latest.at_ms, value, quality }
    }
}

#[derive(Serialize, ToSchema)]
struct MetricValuesJson {
    name: String,
    label: String,
    unit: String,
    /// Width of a point's time.
    step_ms: i64,
    points: Vec<PointJson>,
    latest: Option<LatestJson>,
}

impl From<&Reading> for MetricValuesJson {
    fn from(reading: &Reading) -> Self {
        let metric = &reading.visible.metric;
        Self {
            name: metric.name.clone(),
            label: metric.label.clone(),
            unit: metric.unit.clone(),
            step_ms: reading.series.step_ms,
            points: reading.series.buckets.iter().map(Into::into).collect(),
            latest: reading.latest.as_ref().map(Into::into),
        }
    }
}

/// What a device said, as far as you may read it.
#[derive(Serialize, ToSchema)]
pub(super) struct ValuesJson {
    device: String,
    from_ms: i64,
    until_ms: i64,
    metrics: Vec<MetricValuesJson>,
}

impl ValuesJson {
    fn new(device: String, readings: &Readings) -> Self {
        let metrics = readings.of.iter().map(Into::into).collect();
        Self { device, from_ms: readings.from_ms, until_ms: readings.until_ms, metrics }
    }
}

/// What a device said
///
/// At most 180 points for each metric. The owner reads in the log that you looked.
#[utoipa::path(
    get,
    path = "/api/v1/devices/{id}/values",
    tag = "Devices",
    params(("id" = String, Path, description = "Which device"), ("range" = Option<String>, Query, description = "How far back: 15m, 1h, 24h or 7d; 15m when nothing is said"), ("from" = Option<i64>, Query, description = "Instead of a range: the first instant, Unix milliseconds"), ("to" = Option<i64>, Query, description = "The last instant with it; now when nothing is said"), ("metric" = Option<Vec<String>>, Query, description = "Only these, `metric` repeated; everything that you may read when nothing is said")),
    responses((status = 200, description = "By metric.", body = ValuesJson)),
)]
pub(super) async fn read(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<ValuesJson>, Error> {
    let given = allowed.view.get("range");
    // Whether the device is there for the asker comes first, whatever else is asked.
    data::find(&app, &allowed, &id).await?;
    one_of("range", given, &RANGES, |(key, ..)| key)?;
    for field in ["from", "to"] {
        instant(field, allowed.view.get(field))?;
    }
    let (found, readings) = data::read(&app, &allowed, &id).await?;
    Ok(Json(ValuesJson::new(found.device.id, &readings)))
}

/// The page takes the zone's own time as well, which is no word for a program.
fn instant(field: &'static str, given: Option<&str>) -> Result<(), Error> {
    match given.map(str::parse::<i64>) {
        Some(Err(_)) => {
            let text = Sentence::english("Give it in milliseconds since 1 January 1970, UTC.");
            Err(Error::Invalid(vec![FieldError { field, text }]))
        }
        _ => Ok(()),
    }
}
