//! A chart: at most so many buckets of minimum, maximum and mean. Buckets of five minutes and more come from statistics;
//! finer ones decode the asked column of the frames they need. Only what is not folded yet, a minute or two, is read
//! from batches.

use super::super::compact::{Column, Frame, SLOT_MS, Slot, Stats, columns_of, decode_frame};
use super::super::sample::Sample;
use super::{shown, store};
use crate::domains::coverage::VisibleMetric;
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::platform::db::{DbError, Tx};
use std::collections::BTreeMap;

/// What is asked for, Unix milliseconds; the end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// First instant.
    pub from_ms: i64,
    /// First instant after.
    pub until_ms: i64,
    /// Most buckets; a screen has about a thousand pixels.
    pub max_points: u32,
}

/// Some time of one metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// Its start, Unix milliseconds.
    pub at_ms: i64,
    /// Samples with a value in it.
    pub count: u32,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// The mean.
    pub mean: f64,
}

/// A time in which a bound on the gateway forced a loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapSpan {
    /// Earliest lost sample, Unix milliseconds.
    pub from_ms: i64,
    /// Latest lost sample, Unix milliseconds.
    pub to_ms: i64,
    /// Why: `disk_bound`, `disk_full`, `corrupt`, `store_replaced`, `refused`.
    pub reason: String,
}

/// What it took to answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Batches that were unpacked.
    pub batches: usize,
    /// Frames of which a column was decoded.
    pub frames: usize,
    /// Frames of which statistics were read.
    pub stats: usize,
}

/// A chart of one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Width of a bucket, milliseconds.
    pub step_ms: i64,
    /// Buckets that hold something, by time.
    pub buckets: Vec<Bucket>,
    /// Forced losses in the range.
    pub gaps: Vec<GapSpan>,
    /// What it took.
    pub work: Work,
}

const STEPS_MS: [i64; 17] = [
    1,
    100,
    1_000,
    2_000,
    5_000,
    10_000,
    30_000,
    MINUTE_MS,
    2 * MINUTE_MS,
    SLOT_MS,
    10 * MINUTE_MS,
    15 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    DAY_MS,
];

/// The smallest of our steps that needs no more than `max_points`.
fn step(range: Range) -> i64 {
    let width = range.until_ms.saturating_sub(range.from_ms).max(1);
    let most = i64::from(range.max_points.max(1));
    let needed = width.saturating_add(most - 1) / most;
    STEPS_MS.into_iter().find(|step| *step >= needed).unwrap_or_else(|| (needed / DAY_MS + 1) * DAY_MS)
}

/// The chart of one metric that may be seen now. The caller has it from [`crate::domains::coverage`].
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn series(
    tx: &mut Tx,
    visible: &VisibleMetric,
    device_id: &str,
    range: Range,
) -> Result<Series, DbError> {
    let step_ms = step(range);
    let mut work = Work::default();
    let (from_ms, until_ms) = (range.from_ms, range.until_ms);
    let mut buckets: BTreeMap<i64, Slot> = BTreeMap::new();
    // A grant of spaced samples is answered from samples: a minimum over all of them would tell of those between.
    let from_stats = step_ms % SLOT_MS == 0 && visible.min_interval_ms == 0;
    let mut columns: Vec<Column> = Vec::new();
    if from_stats {
        for bytes in store::stats(tx, device_id, from_ms, until_ms).await? {
            work.stats += 1;
            let Ok(stats) = Stats::decode(&bytes) else { continue };
            for slot in stats.metrics.get(&visible.metric.name).into_iter().flatten() {
                // A slot that a window cuts is left out: it knows more than may be shown.
                let whole = |w: &crate::domains::coverage::Window| {
                    w.holds(slot.at_ms) && w.holds(slot.at_ms + SLOT_MS - 1)
                };
                let inside = slot.at_ms >= from_ms.div_euclid(SLOT_MS) * SLOT_MS && slot.at_ms < until_ms;
                if inside && visible.windows.iter().any(whole) {
                    add(&mut buckets, step_ms, slot);
                }
            }
        }
    } else {
        for bytes in store::frames(tx, device_id, from_ms, until_ms).await? {
            work.frames += 1;
            let wanted =
                |described: &riversync_protocol::v1::Column| described.metric.as_str() == visible.metric.name;
            if let Ok(frame) = decode_frame(&bytes, wanted) {
                columns.extend(frame.columns);
            }
        }
    }
    for (schema, batch) in store::batches(tx, device_id, from_ms, until_ms).await? {
        work.batches += 1;
        columns_of(
            &schema,
            &batch,
            |device, described| device == device_id && described.metric.as_str() == visible.metric.name,
            |_, described, samples| columns.push(Column { described: described.clone(), samples }),
        );
    }
    for column in Frame::of(columns).columns {
        let in_range = |s: &Sample| from_ms <= s.at_ms && s.at_ms < until_ms && s.quality.has_value();
        let samples: Vec<Sample> = column.samples.into_iter().filter(in_range).collect();
        for sample in shown(samples, visible) {
            if let Some(number) = sample.raw.physical(&column.described).number() {
                let one = Slot { at_ms: sample.at_ms, count: 1, min: number, max: number, mean: number };
                add(&mut buckets, step_ms, &one);
            }
        }
    }
    let gaps = store::gaps(tx, device_id, from_ms, until_ms).await?.into_iter().map(|gap| GapSpan {
        from_ms: gap.from_ms,
        to_ms: gap.to_ms,
        reason: gap.reason,
    });
    let bucket = |s: Slot| Bucket { at_ms: s.at_ms, count: s.count, min: s.min, max: s.max, mean: s.mean };
    Ok(Series { step_ms, buckets: buckets.into_values().map(bucket).collect(), gaps: gaps.collect(), work })
}

fn add(buckets: &mut BTreeMap<i64, Slot>, step_ms: i64, slot: &Slot) {
    let at_ms = slot.at_ms.div_euclid(step_ms) * step_ms;
    let one = Slot { at_ms, ..*slot };
    buckets.entry(at_ms).and_modify(|bucket| bucket.add(&one)).or_insert(one);
}
