//! The values of a device for a range of time: gathered once, shown as charts, JSON and CSV. What may be seen was
//! decided by coverage; a partner's look stands in the owner's log before anything is shown.

use crate::app::App;
use crate::domains::coverage::{DeviceView, MetricKind, VisibleMetric};
use crate::domains::telemetry::{self, Latest, Range, Series, Value};
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::platform::error::Error;
use crate::platform::web::Allowed;
use crate::platform::web::chart::{LineChart, Point, Shape};
use crate::platform::web::layout::View;
use riversync_protocol::v1::{Quality, QualityLevel, QualityReason};

/// Buckets of a chart: what a table can still show.
const BUCKETS: u32 = 180;

/// The ranges of the picker: key, words, length.
pub(super) const RANGES: [(&str, &str, i64); 4] = [
    ("15m", "15 min", 15 * MINUTE_MS),
    ("1h", "1 h", HOUR_MS),
    ("24h", "24 h", DAY_MS),
    ("7d", "7 d", 7 * DAY_MS),
];

/// The range that was asked for; the last quarter of an hour, which moves while one looks, when none was.
pub(super) fn range_of(view: &View) -> (&'static str, i64) {
    let asked = view.get("range").unwrap_or("15m");
    RANGES.iter().find(|(key, _, _)| *key == asked).map_or(("15m", 15 * MINUTE_MS), |(key, _, ms)| (key, *ms))
}

/// One metric with its values.
pub(super) struct Reading {
    pub(super) visible: VisibleMetric,
    pub(super) series: Series,
    pub(super) latest: Option<Latest>,
}

/// Everything that may be seen of a device now.
pub(super) struct Readings {
    pub(super) from_ms: i64,
    pub(super) until_ms: i64,
    pub(super) of: Vec<Reading>,
}

/// Reads the range that the view asks for.
pub(super) async fn gather(app: &App, allowed: &Allowed, found: &DeviceView) -> Result<Readings, Error> {
    let until_ms = allowed.view.now_ms;
    let from_ms = until_ms - range_of(&allowed.view).1;
    let visible: Vec<VisibleMetric> = found.visible().cloned().collect();
    let names: Vec<&str> = visible.iter().map(|v| v.metric.name.as_str()).collect();
    telemetry::note_read(app, allowed, &found.device.id, &names).await?;
    let mut tx = app.db.read().await?;
    let latest = telemetry::latest(&mut tx, &visible, &found.device.id).await?;
    let mut of = Vec::new();
    for visible in visible {
        let range = Range { from_ms, until_ms: until_ms + 1, max_points: BUCKETS };
        let series = telemetry::series(&mut tx, &visible, &found.device.id, range).await?;
        let latest = latest.iter().find(|l| l.metric == visible.metric.name).cloned();
        of.push(Reading { visible, series, latest });
    }
    Ok(Readings { from_ms, until_ms, of })
}

/// A value as people read it.
pub(super) fn say(visible: &VisibleMetric, value: &Value) -> String {
    let metric = &visible.metric;
    match value {
        Value::Number(number) if metric.kind == MetricKind::Bool => {
            if *number >= 0.5 { "On" } else { "Off" }.to_owned()
        }
        Value::Number(number) => {
            let number = format!("{number:.*}", usize::from(metric.decimals));
            if metric.unit.is_empty() { number } else { format!("{number} {}", metric.unit) }
        }
        Value::Bool(on) => if *on { "On" } else { "Off" }.to_owned(),
        Value::Text(text) => text.clone(),
    }
}

/// Why the newest sample is not simply good, for people; nothing when it is.
pub(super) fn doubt(quality: Quality) -> Option<String> {
    let why = match quality.reason {
        QualityReason::None => "the gateway says no reason".to_owned(),
        QualityReason::Timeout => "the device did not answer in time".to_owned(),
        QualityReason::LinkDown => "the gateway has no connection to the device".to_owned(),
        QualityReason::Exception(code) => format!("the device refused to say it (Modbus exception {code})"),
        QualityReason::Malformed => "the device's answer could not be read".to_owned(),
        QualityReason::Missing => "the device's message did not have it".to_owned(),
        QualityReason::OutOfRange => "the device gave more than the value can be".to_owned(),
        QualityReason::ClockUntrusted => "the gateway's clock was not believed".to_owned(),
        QualityReason::NotAvailable => "the device says that it has none".to_owned(),
        QualityReason::IdentityMismatch => "another device answers in its place".to_owned(),
        QualityReason::CounterFell => "the counter began again".to_owned(),
        QualityReason::NotANumber => "the device gave something that is no number".to_owned(),
        QualityReason::Overflow => "the value is too large to be told".to_owned(),
        QualityReason::Silent => "nothing came from the device for too long".to_owned(),
        QualityReason::Retained => {
            "the site's broker had kept it; nobody knows when it was measured".to_owned()
        }
        QualityReason::DeviceClock => "the device's own clock was not believed".to_owned(),
        QualityReason::DeviceSays => "the device itself does not vouch for it".to_owned(),
        QualityReason::DeviceGone => "the device took its leave".to_owned(),
    };
    match quality.level {
        QualityLevel::Good => None,
        QualityLevel::Uncertain => Some(format!("Doubtful: {why}")),
        QualityLevel::Bad | QualityLevel::Stale => Some(format!("No value now: {why}")),
    }
}

impl Reading {
    /// As a chart; a metric of words has none.
    pub(super) fn chart(&self, view: &View, from_ms: i64, until_ms: i64) -> Option<LineChart> {
        let metric = &self.visible.metric;
        let shape = match metric.kind {
            MetricKind::Numeric => Shape::Line(metric.decimals),
            MetricKind::Bool => Shape::Steps,
            MetricKind::Text => return None,
        };
        let points: Vec<Point> = self
            .series
            .buckets
            .iter()
            .map(|b| Point { at_ms: b.at_ms, min: b.min, max: b.max, value: b.mean })
            .collect();
        let latest = self.latest.as_ref().and_then(|l| Some((l.at_ms, l.value.as_ref()?.number()?)));
        Some(LineChart {
            id: format!("chart-{}", metric.name),
            label: metric.label.clone(),
            unit: metric.unit.clone(),
            shape,
            from_ms,
            until_ms,
            join_ms: join_ms(&points, self.series.step_ms),
            points,
            latest,
            zone: view.zone,
        })
    }
}

/// Three times the usual distance: what lies further apart has a gap between.
fn join_ms(points: &[Point], step_ms: i64) -> i64 {
    let mut apart: Vec<i64> =
        points.windows(2).filter_map(|p| Some(p.last()?.at_ms - p.first()?.at_ms)).collect();
    apart.sort_unstable();
    let usual = apart.get(apart.len() / 2).copied().unwrap_or(step_ms);
    3 * usual.max(step_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_that_is_not_good_says_why() {
        assert_eq!(doubt(Quality::GOOD), None);
        let said = |quality| doubt(quality).unwrap_or_default();
        let timeout = Quality::bad(QualityReason::Timeout);
        assert_eq!(said(timeout), "No value now: the device did not answer in time");
        let silent = Quality::stale(QualityReason::Silent);
        assert_eq!(said(silent), "No value now: nothing came from the device for too long");
        let fell = Quality::uncertain(QualityReason::CounterFell);
        assert_eq!(said(fell), "Doubtful: the counter began again");
    }
}
