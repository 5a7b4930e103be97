//! The values of a device's page for the API and as CSV: the same list, the same rights, nothing more.

use super::readings::{self, Readings};
use crate::app::App;
use crate::domains::coverage::{self, DeviceView};
use crate::platform::error::Error;
use crate::platform::web::parts::exact;
use crate::platform::web::{Allowed, Csv, Path};
use crate::platform::words::said;
use axum::extract::State;
use axum::response::Response;

/// The device, if it is there for the asker.
pub(super) async fn find(app: &App, allowed: &Allowed, id: &str) -> Result<DeviceView, Error> {
    let mut tx = app.db.read().await?;
    coverage::device(&mut tx, &allowed.scope, id, allowed.view.now_ms).await?.ok_or(Error::NotFound)
}

/// What was asked of the device, or everything that may be read of it.
pub(super) async fn read(app: &App, allowed: &Allowed, id: &str) -> Result<(DeviceView, Readings), Error> {
    let mut found = find(app, allowed, id).await?;
    let asked: Vec<&str> = allowed.view.all("metric").collect();
    if asked.iter().any(|name| !found.visible().any(|v| v.metric.name == *name)) {
        let text = said! {
            en: "{customer} has not granted this metric to you.",
            th: "{customer} ยังไม่ได้ให้สิทธิ์ดูค่านี้แก่คุณ",
            customer = found.device.customer_name,
        };
        return Err(Error::Forbidden { code: "not_granted", text });
    }
    if !asked.is_empty() {
        found.metrics.retain(|metric| asked.contains(&metric.metric.name.as_str()));
    }
    let readings = readings::gather(app, allowed, &found).await?;
    Ok((found, readings))
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
                &exact(bucket.at_ms, allowed.view.zone()),
                &shown(bucket.mean),
                &shown(bucket.min),
                &shown(bucket.max),
                &bucket.count.to_string(),
            ]);
        }
    }
    Ok(csv.file(&found.device.id))
}
