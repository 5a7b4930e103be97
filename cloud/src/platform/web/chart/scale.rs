//! Round numbers and round times for axes, and fewer points than pixels. Pure.

use super::number::{share, short};
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS, Reader, start_of_day_ms};

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
        short(value, step)
    }

    /// How far below the top a value lies, from 0 to 1.
    pub(super) fn down(&self, value: f64) -> f64 {
        share(self.high - value, self.high - self.low)
    }
}

/// About four round ticks around what was measured, with room above and below.
pub(super) fn value_ticks(low: f64, high: f64) -> Scale {
    if !low.is_finite() || !high.is_finite() {
        return Scale { low: 0.0, high: 1.0, ticks: Vec::new() };
    }
    let (low, high) = (low.clamp(-1e150, 1e150), high.clamp(-1e150, 1e150));
    // What differs only in its last digits is drawn as the same: a step between would vanish in rounding.
    let differs = high - low > low.abs().max(high.abs()) * 1e-9 && high - low > 1e-12;
    let pad = if differs { (high - low) * 0.06 } else { (high.abs() * 0.02).max(0.5) };
    let (low, high) = (low - pad, high + pad);
    ticks_within(low, high)
}

/// The same from zero on, for what is drawn as a length.
pub(super) fn bar_ticks(low: f64, high: f64) -> Scale {
    let (low, high) = (low.min(0.0), high.max(0.0));
    if high - low < 1e-12 {
        return Scale { low: 0.0, high: 1.0, ticks: vec![0.0] };
    }
    let above = if high > 0.0 { (high - low) * 0.12 } else { 0.0 };
    let below = if low < 0.0 { (high - low) * 0.12 } else { 0.0 };
    ticks_within(low - below, high + above)
}

fn ticks_within(low: f64, high: f64) -> Scale {
    let rough = (high - low) / 5.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|s| s * power).find(|s| *s >= rough).unwrap_or(power * 10.0);
    let first = (low / step).ceil();
    let ticks = (0..12).map(|n| (first + f64::from(n)) * step).take_while(|t| *t <= high).collect();
    Scale { low, high, ticks }
}

/// Steps between ticks of time.
const STEPS_MS: [i64; 18] = [
    5_000,
    10_000,
    15_000,
    30_000,
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

/// Instants that have a calendar day.
const DAYS: std::ops::Range<i64> = -60_000_000_000_000..250_000_000_000_000;

/// At most seven round instants of the reader's zone, with their labels; none so near an edge that its label would be cut.
pub(super) fn time_ticks(from_ms: i64, until_ms: i64, reader: Reader) -> Vec<(i64, String)> {
    if until_ms <= from_ms || !DAYS.contains(&from_ms) || !DAYS.contains(&until_ms) {
        return Vec::new();
    }
    let span = until_ms - from_ms;
    let step =
        STEPS_MS.into_iter().find(|step| span / step <= 6).unwrap_or(DAY_MS * ((span / DAY_MS + 6) / 7));
    let midnight = start_of_day_ms(reader.civil(from_ms).date(), reader.zone.key());
    let first = midnight + (from_ms - midnight).div_euclid(step) * step;
    (0..)
        .map(|n| first + n * step)
        .take_while(|at| *at <= until_ms)
        .filter(|at| at - from_ms > span / 25 && until_ms - at > span / 25)
        .map(|at| (at, label(at, step, span, reader)))
        .collect()
}

fn label(at_ms: i64, step: i64, span: i64, reader: Reader) -> String {
    let at = reader.civil(at_ms);
    let is_midnight = at.hour() == 0 && at.minute() == 0;
    match step {
        _ if span > 370 * DAY_MS => reader.short_month(at.date()),
        // Where a day begins its name says more than 00:00.
        _ if step >= DAY_MS || (is_midnight && step >= MINUTE_MS) => reader.short_date(at.date()),
        MINUTE_MS.. => reader.clock(at_ms),
        _ => at.strftime("%H:%M:%S").to_string(),
    }
}
