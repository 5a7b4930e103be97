//! The values of a device for a range of time: gathered once, shown as charts, JSON and CSV. What may be seen was
//! decided by coverage; a partner's look stands in the owner's log before anything is shown.

use super::words::Words;
use crate::app::App;
use crate::domains::coverage::{DeviceView, MetricKind, VisibleMetric, Window};
use crate::domains::telemetry::{self, Latest, Range, Series, Value};
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS, Reader};
use crate::platform::error::Error;
use crate::platform::web::chart::{Heat, LineChart, Point, Series as Line, Shape};
use crate::platform::web::layout::View;
use crate::platform::web::{Allowed, query_value};
use std::collections::BTreeMap;

/// Buckets of a chart: what a table can still show.
const BUCKETS: u32 = 180;

/// The ranges of the picker: key and length.
pub(super) const RANGES: [(&str, i64); 4] =
    [("15m", 15 * MINUTE_MS), ("1h", HOUR_MS), ("24h", DAY_MS), ("7d", 7 * DAY_MS)];

/// No stretch of time is shorter than this on a chart: a point a second has some width then.
const SHORTEST_MS: i64 = MINUTE_MS;
/// None is longer.
const LONGEST_MS: i64 = 31 * DAY_MS;

/// The stretch of time that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from_ms: i64,
    pub(super) until_ms: i64,
    /// Its key when it ends now and moves on; none when it stands still.
    pub(super) range: Option<&'static str>,
}

/// `?range=24h`, or `?from=…&to=…` as Unix milliseconds or as the zone's own time, moved by `?move=earlier`; the last
/// quarter of an hour, which moves while one looks, when none was asked for.
pub(super) fn stretch(view: &View) -> Stretch {
    let asked = |name| view.get(name).and_then(|text| instant(text, view.zone()));
    let Some(from_ms) = asked("from") else {
        let key = view.get("range").unwrap_or("15m");
        let (key, ms) = RANGES.iter().find(|(of, ..)| *of == key).unwrap_or(&RANGES[0]);
        return Stretch { from_ms: view.now_ms - ms, until_ms: view.now_ms, range: Some(key) };
    };
    let until_ms = asked("to").unwrap_or(view.now_ms);
    let span = until_ms.saturating_sub(from_ms).clamp(SHORTEST_MS, LONGEST_MS);
    let (later, longer) = match view.get("move") {
        Some("earlier") => (-span, span),
        Some("later") => (span, span),
        Some("closer") => (-span / 4, span / 2),
        Some("wider") => (span / 2, span.saturating_mul(2)),
        _ => (0, span),
    };
    let span = longer.clamp(SHORTEST_MS, LONGEST_MS);
    let until_ms = until_ms.saturating_add(later).min(view.now_ms).max(LONGEST_MS);
    Stretch { from_ms: until_ms - span, until_ms, range: None }
}

fn instant(text: &str, zone: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        let zone = jiff::tz::TimeZone::get(zone).ok()?;
        let at: jiff::civil::DateTime = text.parse().ok()?;
        Some(at.to_zoned(zone).ok()?.timestamp().as_millisecond())
    })
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
    let Stretch { from_ms, until_ms, .. } = stretch(&allowed.view);
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
pub(super) fn say(visible: &VisibleMetric, value: &Value, words: Words) -> String {
    let metric = &visible.metric;
    match value {
        Value::Number(number) if metric.kind == MetricKind::Bool => words.switch(*number >= 0.5).to_owned(),
        Value::Number(number) => {
            let number = format!("{number:.*}", usize::from(metric.decimals));
            if metric.unit.is_empty() { number } else { format!("{number} {}", metric.unit) }
        }
        Value::Bool(on) => words.switch(*on).to_owned(),
        Value::Text(text) => text.clone(),
    }
}

impl Reading {
    /// As a chart; a metric of words has none. `csv` is where this reader may take all of it along.
    pub(super) fn chart(&self, view: &View, of: &Readings, csv: Option<&str>) -> Option<LineChart> {
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
        let csv = csv.map(|csv| {
            let and = if csv.contains('?') { '&' } else { '?' };
            format!("{csv}{and}metric={}", query_value(&metric.name))
        });
        Some(LineChart {
            id: format!("chart-{}", metric.name),
            label: metric.label.clone(),
            unit: metric.unit.clone(),
            shape,
            from_ms: of.from_ms,
            until_ms: of.until_ms,
            series: vec![Line {
                name: metric.label.clone(),
                join_ms: join_ms(&points, self.series.step_ms),
                points,
            }],
            limits: Vec::new(),
            // What is now has no place in a time that has passed.
            latest: latest.filter(|(at_ms, _)| of.from_ms <= *at_ms && *at_ms <= of.until_ms),
            stale: None,
            reader: view.reader,
            csv,
            zooms: true,
        })
    }

    /// How much of the hour from `at_ms` on came, measured by the metric's fullest; nothing when the hour is not for
    /// this reader.
    fn came(&self, at_ms: i64) -> Option<f64> {
        let ours = |w: &Window| w.holds(at_ms) && w.holds(at_ms + HOUR_MS - 1);
        self.visible.windows.iter().any(ours).then_some(())?;
        let hour = |at_ms: i64| at_ms.div_euclid(HOUR_MS);
        let mut by_hour: BTreeMap<i64, f64> = BTreeMap::new();
        for bucket in &self.series.buckets {
            *by_hour.entry(hour(bucket.at_ms)).or_default() += f64::from(bucket.count);
        }
        let most = by_hour.values().copied().fold(1.0, f64::max);
        Some(by_hour.get(&hour(at_ms)).copied().unwrap_or(0.0) / most)
    }
}

impl Readings {
    /// What came in each hour, when days are looked at. Made of what is read for the charts anyway.
    pub(super) fn heat(&self, reader: Reader, takes: bool) -> Option<Heat> {
        let fits = |reading: &Reading| reading.series.step_ms <= HOUR_MS;
        let first = self.of.iter().filter_map(|r| r.series.buckets.first()).map(|b| b.at_ms).min()?;
        if self.until_ms - self.from_ms < 2 * DAY_MS || !self.of.iter().all(fits) {
            return None;
        }
        let hours = Heat::hours(self.from_ms.max(first), self.until_ms, reader.zone.key(), |at_ms| {
            let known: Vec<f64> = self.of.iter().filter_map(|reading| reading.came(at_ms)).collect();
            #[expect(clippy::cast_precision_loss, reason = "a mean of a few")]
            let mean = known.iter().sum::<f64>() / known.len() as f64;
            (!known.is_empty()).then_some(mean)
        });
        let words = Words(reader.language);
        Some(Heat {
            id: "heard".to_owned(),
            label: words.came_by_hour().to_owned(),
            full: words.by_fullest_hour().to_owned(),
            hours,
            takes,
            reader,
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
    use proptest::prelude::{any, proptest};

    fn asked(query: &str) -> Stretch {
        let (parts, ()) = axum::http::Request::get(format!("/x?{query}")).body(()).unwrap().into_parts();
        stretch(&View::of(&parts, NOW))
    }

    const NOW: i64 = 1_784_091_600_000;

    #[test]
    fn a_stretch_is_asked_for_by_name_by_instants_or_by_moving_on() {
        let last = |ms| (NOW - ms, NOW);
        let bounds = |query: &str| (asked(query).from_ms, asked(query).until_ms);
        assert_eq!((bounds(""), asked("").range), (last(15 * MINUTE_MS), Some("15m")));
        assert_eq!((bounds("range=7d"), asked("range=nonsense").range), (last(7 * DAY_MS), Some("15m")));
        let hour = format!("from={}&to={}", NOW - 3 * HOUR_MS, NOW - 2 * HOUR_MS);
        assert_eq!(bounds(&hour), (NOW - 3 * HOUR_MS, NOW - 2 * HOUR_MS));
        assert_eq!(
            bounds("from=2026-07-15T10:00&to=2026-07-15T11:00:00"),
            (NOW - 2 * HOUR_MS, NOW - HOUR_MS)
        );
        assert_eq!(bounds(&format!("{hour}&move=earlier")), (NOW - 4 * HOUR_MS, NOW - 3 * HOUR_MS));
        assert_eq!(bounds(&format!("{hour}&move=wider")), (NOW - 7 * HOUR_MS / 2, NOW - 3 * HOUR_MS / 2));
        let closer = (NOW - 11 * HOUR_MS / 4, NOW - 9 * HOUR_MS / 4);
        assert_eq!(bounds(&format!("{hour}&move=closer")), closer);
    }

    proptest! {
        #[test]
        fn whatever_is_asked_for_is_a_stretch_of_the_past(from in any::<i64>(), to in any::<i64>(), way in 0..5_usize) {
            let way = ["", "earlier", "later", "closer", "wider"][way];
            let Stretch { from_ms, until_ms, .. } = asked(&format!("from={from}&to={to}&move={way}"));
            assert!((SHORTEST_MS..=LONGEST_MS).contains(&(until_ms - from_ms)) && until_ms <= NOW, "{from_ms} {until_ms}");
        }
    }
}
