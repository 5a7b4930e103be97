//! Minimum, maximum, mean and count of each column and five minutes: what a chart of a day reads instead of points.

use super::codec::FrameError;
use super::frame::Frame;
use super::numbers::{compress, decompress};
use crate::platform::base::MINUTE_MS;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Width of a slot.
pub(in crate::domains::telemetry) const SLOT_MS: i64 = 5 * MINUTE_MS;
/// Slots in one frame, over all its columns, before anything is allocated.
const MAX_SLOTS: u32 = 1 << 20;

/// Five minutes of one metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::domains::telemetry) struct Slot {
    /// Its start, Unix milliseconds.
    pub(in crate::domains::telemetry) at_ms: i64,
    /// Samples with a value.
    pub(in crate::domains::telemetry) count: u32,
    pub(in crate::domains::telemetry) min: f64,
    pub(in crate::domains::telemetry) max: f64,
    pub(in crate::domains::telemetry) mean: f64,
}

/// The slots of a frame, by metric.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::domains::telemetry) struct Stats {
    pub(in crate::domains::telemetry) metrics: BTreeMap<String, Vec<Slot>>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    metrics: Vec<(String, u32)>,
    at: Vec<u8>,
    count: Vec<u8>,
    min: Vec<u8>,
    max: Vec<u8>,
    mean: Vec<u8>,
}

impl Stats {
    /// The statistics of a frame. Samples without a value and words are not counted.
    pub(in crate::domains::telemetry) fn of(frame: &Frame) -> Self {
        let mut metrics: BTreeMap<String, BTreeMap<i64, Slot>> = BTreeMap::new();
        for column in &frame.columns {
            let slots = metrics.entry(column.described.metric.as_str().to_owned()).or_default();
            for sample in column.samples.iter().filter(|sample| sample.quality.has_value()) {
                if let Some(number) = sample.raw.physical(&column.described).number() {
                    let at_ms = sample.at_ms.div_euclid(SLOT_MS) * SLOT_MS;
                    let one = Slot { at_ms, count: 1, min: number, max: number, mean: number };
                    slots.entry(at_ms).and_modify(|slot| slot.add(&one)).or_insert(one);
                }
            }
        }
        let metrics = metrics.into_iter().map(|(metric, slots)| (metric, slots.into_values().collect()));
        Self { metrics: metrics.collect() }
    }

    /// Its bytes.
    pub(in crate::domains::telemetry) fn encode(&self) -> Result<Vec<u8>, FrameError> {
        let all = || self.metrics.values().flatten();
        let length = |slots: &Vec<Slot>| u32::try_from(slots.len()).map_err(|_| FrameError::Count);
        let metrics: Result<Vec<_>, FrameError> =
            self.metrics.iter().map(|(m, s)| Ok((m.clone(), length(s)?))).collect();
        let stored = Stored {
            metrics: metrics?,
            at: compress(&all().map(|s| s.at_ms / SLOT_MS).collect::<Vec<_>>())?,
            count: compress(&all().map(|s| s.count).collect::<Vec<_>>())?,
            min: compress(&all().map(|s| s.min).collect::<Vec<_>>())?,
            max: compress(&all().map(|s| s.max).collect::<Vec<_>>())?,
            mean: compress(&all().map(|s| s.mean).collect::<Vec<_>>())?,
        };
        Ok(postcard::to_stdvec(&stored)?)
    }

    /// Reads them.
    pub(in crate::domains::telemetry) fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        let stored: Stored = postcard::from_bytes(bytes)?;
        let total = stored.metrics.iter().fold(0u32, |sum, (_, n)| sum.saturating_add(*n));
        if total > MAX_SLOTS {
            return Err(FrameError::Count);
        }
        let total = usize::try_from(total).map_err(|_| FrameError::Count)?;
        let at: Vec<i64> = decompress(&stored.at, total)?;
        let count: Vec<u32> = decompress(&stored.count, total)?;
        let min: Vec<f64> = decompress(&stored.min, total)?;
        let max: Vec<f64> = decompress(&stored.max, total)?;
        let mean: Vec<f64> = decompress(&stored.mean, total)?;
        let mut slots =
            at.into_iter().zip(count).zip(min).zip(max).zip(mean).map(|((((at, count), min), max), mean)| {
                Slot { at_ms: at.saturating_mul(SLOT_MS), count, min, max, mean }
            });
        let mut metrics = BTreeMap::new();
        for (metric, length) in stored.metrics {
            let length = usize::try_from(length).map_err(|_| FrameError::Count)?;
            metrics.insert(metric, slots.by_ref().take(length).collect());
        }
        Ok(Self { metrics })
    }
}

impl Slot {
    /// Takes in another one.
    pub(in crate::domains::telemetry) fn add(&mut self, other: &Self) {
        let (a, b) = (f64::from(self.count), f64::from(other.count));
        if other.count == 0 {
            return;
        }
        self.mean = (self.mean * a + other.mean * b) / (a + b);
        self.count = self.count.saturating_add(other.count);
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }
}
