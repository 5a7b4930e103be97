//! What a person reads: a chart's buckets, the latest values, the points of one new batch. Everything starts from the
//! metrics that coverage lets the person see *now*; nothing else is decoded for them, and nothing outside their windows
//! or closer than their grant's spacing is shown.

mod latest;
mod reads;
mod series;
mod store;
mod tail;
#[cfg(test)]
mod tests;

pub use latest::{Latest, latest};
pub use reads::note_read;
pub use series::{Bucket, GapSpan, Range, Series, Work, series};
pub use tail::{LivePoint, tail};

use super::sample::Sample;
use crate::domains::coverage::VisibleMetric;

/// What of `samples`, which are in order, may be shown.
fn shown(samples: Vec<Sample>, visible: &VisibleMetric) -> Vec<Sample> {
    let mut last_ms = i64::MIN;
    let spacing_ms = i64::from(visible.min_interval_ms);
    samples
        .into_iter()
        .filter(|sample| {
            let far_enough = last_ms == i64::MIN || sample.at_ms - last_ms >= spacing_ms;
            let passes = visible.holds(sample.at_ms) && far_enough;
            if passes {
                last_ms = sample.at_ms;
            }
            passes
        })
        .collect()
}
