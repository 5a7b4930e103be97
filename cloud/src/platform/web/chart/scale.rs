//! Round numbers and round times for axes, and fewer points than pixels. Pure.

use super::Point;
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS, in_zone, start_of_day_ms};

/// A value axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) ticks: Vec<f64>,
}

impl Scale {
    /// A tick with just the digits that tell it from its neighbours.
    pub(super) fn say(&self, value: f64) -> String {
        let step = match self.ticks.as_slice() {
            [a, b, ..] => (b - a).abs(),
            _ => 1.0,
        };
        let digits = if step >= 1.0 { 0 } else { decimals(step) };
        let text = format!("{value:.digits$}");
        if text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.') {
            text.trim_start_matches('-').to_owned()
        } else {
            text
        }
    }
}

fn decimals(step: f64) -> usize {
    (0..9)
        .find(|digits| (step * 10_f64.powi(*digits)).round() >= 1.0)
        .map_or(9, |d| d.unsigned_abs() as usize)
}

/// About four round ticks around what was measured, with room above and below.
pub(super) fn value_ticks(low: f64, high: f64) -> Scale {
    if !low.is_finite() || !high.is_finite() {
        return Scale { low: 0.0, high: 1.0, ticks: Vec::new() };
    }
    let pad = if high > low { (high - low) * 0.06 } else { (high.abs() * 0.02).max(0.5) };
    let (low, high) = (low - pad, high + pad);
    let rough = (high - low) / 5.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|s| s * power).find(|s| *s >= rough).unwrap_or(power * 10.0);
    let first = (low / step).ceil();
    let ticks = (0..12).map(|n| (first + f64::from(n)) * step).take_while(|t| *t <= high).collect();
    Scale { low, high, ticks }
}

/// Steps between ticks of time.
const STEPS_MS: [i64; 14] = [
    MINUTE_MS,
    2 * MINUTE_MS,
    3 * MINUTE_MS,
    5 * MINUTE_MS,
    10 * MINUTE_MS,
    15 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    2 * HOUR_MS,
    3 * HOUR_MS,
    4 * HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
    DAY_MS,
];

/// At most seven round instants of `zone`, with their labels; none so near an edge that its label would be cut.
pub(super) fn time_ticks(from_ms: i64, until_ms: i64, zone: &str) -> Vec<(i64, String)> {
    let span = until_ms - from_ms;
    if span <= 0 {
        return Vec::new();
    }
    let step =
        STEPS_MS.into_iter().find(|step| span / step <= 6).unwrap_or(DAY_MS * (span / DAY_MS / 6).max(1));
    let midnight = start_of_day_ms(in_zone(from_ms, zone).date(), zone);
    let first = midnight + (from_ms - midnight).div_euclid(step) * step;
    let format = if step >= DAY_MS { "%-d %b" } else { "%H:%M" };
    (0..)
        .map(|n| first + n * step)
        .take_while(|at| *at <= until_ms)
        .filter(|at| at - from_ms > span / 25 && until_ms - at > span / 25)
        .map(|at| (at, in_zone(at, zone).strftime(format).to_string()))
        .collect()
}

/// At most `most` points: neighbours are joined, their extremes kept.
pub fn thin(points: &[Point], most: usize) -> Vec<Point> {
    let per = points.len().div_ceil(most.max(1)).max(1);
    points
        .chunks(per)
        .filter_map(|part| {
            let last = part.last()?;
            let min = part.iter().map(|p| p.min).fold(f64::INFINITY, f64::min);
            let max = part.iter().map(|p| p.max).fold(f64::NEG_INFINITY, f64::max);
            Some(Point { at_ms: last.at_ms, min, max, value: last.value })
        })
        .collect()
}
