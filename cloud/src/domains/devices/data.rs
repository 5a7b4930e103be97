//! The values of a device's page as JSON and as CSV: the same list, the same rights, nothing more.

use super::readings::{self, Readings};
use crate::app::App;
use crate::domains::coverage::{self, DeviceView};
use crate::platform::error::Error;
use crate::platform::web::parts::exact;
use crate::platform::web::{Allowed, Csv, Path};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

async fn read(app: &App, allowed: &Allowed, id: &str) -> Result<(DeviceView, Readings), Error> {
    let mut tx = app.db.read().await?;
    let found = coverage::device(&mut tx, &allowed.scope, id, allowed.view.now_ms).await?;
    drop(tx);
    let found = found.ok_or(Error::NotFound)?;
    let asked: Vec<&str> = allowed.view.all("metric").collect();
    if asked.iter().any(|name| !found.visible().any(|v| v.metric.name == *name)) {
        let text = format!("{} has not granted this metric to you.", found.device.customer_name);
        return Err(Error::Forbidden { code: "not_granted", text });
    }
    let readings = readings::gather(app, allowed, &found).await?;
    Ok((found, readings))
}

pub(super) async fn json(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let (found, readings) = read(&app, &allowed, &id).await?;
    let metrics = readings.of.iter().map(|reading| {
        let metric = &reading.visible.metric;
        let buckets = reading.series.buckets.iter();
        let points: Vec<Value> =
            buckets.map(|b| json!({ "at_ms": b.at_ms, "min": b.min, "max": b.max, "mean": b.mean, "count": b.count })).collect();
        json!({ "name": metric.name, "label": metric.label, "unit": metric.unit, "step_ms": reading.series.step_ms, "points": points })
    });
    Ok(Json(json!({
        "device": found.device.id,
        "from_ms": readings.from_ms,
        "until_ms": readings.until_ms,
        "metrics": metrics.collect::<Vec<_>>(),
    })))
}

pub(super) async fn csv(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (found, readings) = read(&app, &allowed, &id).await?;
    let mut csv = Csv::new(&["device", "metric", "unit", "time", "value", "lowest", "highest", "samples"]);
    for reading in &readings.of {
        let metric = &reading.visible.metric;
        for bucket in &reading.series.buckets {
            let shown = |value: f64| format!("{value:.*}", usize::from(metric.decimals));
            csv.row([
                found.device.id.as_str(),
                &metric.label,
                &metric.unit,
                &exact(bucket.at_ms, allowed.view.zone),
                &shown(bucket.mean),
                &shown(bucket.min),
                &shown(bucket.max),
                &bucket.count.to_string(),
            ]);
        }
    }
    Ok(csv.file(&found.device.id))
}
