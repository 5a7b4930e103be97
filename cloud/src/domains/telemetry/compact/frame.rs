//! The points of one device in columns: pure regrouping, from batches and from other frames.

use super::super::sample::Sample;
use riversync_protocol::pack::{Batch, Values, unpack};
use riversync_protocol::v1::{Column as Described, PackedBatch, Quality, QualityLevel, Schema};
use std::collections::{BTreeMap, HashSet};

/// The samples of one metric under one description, by rising time, each time once.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::domains::telemetry) struct Column {
    pub(in crate::domains::telemetry) described: Described,
    pub(in crate::domains::telemetry) samples: Vec<Sample>,
}

/// The columns of one device, metrics in alphabetical order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::domains::telemetry) struct Frame {
    pub(in crate::domains::telemetry) columns: Vec<Column>,
}

impl Frame {
    /// Samples in it.
    pub(in crate::domains::telemetry) fn points(&self) -> usize {
        self.columns.iter().map(|column| column.samples.len()).sum()
    }

    /// Times of its first and last sample.
    pub(in crate::domains::telemetry) fn span_ms(&self) -> Option<(i64, i64)> {
        let first = self.columns.iter().filter_map(|c| c.samples.first()).map(|s| s.at_ms).min()?;
        let last = self.columns.iter().filter_map(|c| c.samples.last()).map(|s| s.at_ms).max()?;
        Some((first, last))
    }

    /// Brings any columns into the order and uniqueness that a frame has. Of two samples of one metric and time the
    /// better one stays; of two equally good ones the later in `columns`.
    pub(in crate::domains::telemetry) fn of(columns: impl IntoIterator<Item = Column>) -> Self {
        let mut by_metric: BTreeMap<String, Vec<Column>> = BTreeMap::new();
        for column in columns {
            let of_metric = by_metric.entry(column.described.metric.as_str().to_owned()).or_default();
            match of_metric.iter_mut().find(|known| known.described == column.described) {
                Some(known) => known.samples.extend(column.samples),
                None => of_metric.push(column),
            }
        }
        let columns = by_metric.into_values().flat_map(collapse).filter(|column| !column.samples.is_empty());
        Self { columns: columns.collect() }
    }
}

/// Sorts the columns of one metric and leaves each time in one of them once.
fn collapse(columns: Vec<Column>) -> Vec<Column> {
    let alone = columns.len() == 1;
    let mut taken = HashSet::new();
    // The newest description comes last and wins where two name the same time.
    let mut out: Vec<Column> = columns
        .into_iter()
        .rev()
        .map(|mut column| {
            column.samples.sort_by_key(|sample| sample.at_ms);
            column.samples.dedup_by(|later, earlier| {
                let same = later.at_ms == earlier.at_ms;
                if same && rank(later.quality) <= rank(earlier.quality) {
                    std::mem::swap(later, earlier);
                }
                same
            });
            if !alone {
                column.samples.retain(|sample| taken.insert(sample.at_ms));
            }
            column
        })
        .collect();
    out.reverse();
    out
}

fn rank(quality: Quality) -> u8 {
    match quality.level {
        QualityLevel::Good => 0,
        QualityLevel::Uncertain => 1,
        QualityLevel::Stale => 2,
        QualityLevel::Bad => 3,
    }
}

/// A stored batch in the clear. Its outline was checked when it came in, its points were not: here they must keep to
/// the time that the batch was admitted for.
pub(in crate::domains::telemetry) fn open(schema: &Schema, body: &[u8]) -> Result<Batch, String> {
    let packed: PackedBatch = postcard::from_bytes(body).map_err(|error| error.to_string())?;
    let batch = unpack(schema, &packed).map_err(|error| error.to_string())?;
    let mut times = batch.groups.iter().flat_map(|rows| &rows.times_ms);
    if times.all(|at_ms| (packed.first_ms..=packed.last_ms).contains(at_ms)) {
        Ok(batch)
    } else {
        Err("it holds samples of other times than it announced".to_owned())
    }
}

/// Hands each column of a batch to `take`: device, description, samples.
pub(in crate::domains::telemetry) fn columns_of(
    schema: &Schema,
    batch: &Batch,
    mut wanted: impl FnMut(&str, &Described) -> bool,
    mut take: impl FnMut(&str, &Described, Vec<Sample>),
) {
    for rows in &batch.groups {
        let Some(group) = schema.groups.get(usize::from(rows.group)) else { continue };
        for (at, (described, values)) in group.columns.iter().zip(&rows.columns).enumerate() {
            if !wanted(group.device.as_str(), described) {
                continue;
            }
            let quality = qualities(batch, rows.group, at, rows.times_ms.len());
            let samples = samples(&rows.times_ms, values, &quality);
            take(group.device.as_str(), described, samples);
        }
    }
}

fn qualities(batch: &Batch, group: u16, column: usize, rows: usize) -> Vec<Quality> {
    let mut out = vec![Quality::GOOD; rows];
    for run in batch.quality.iter().filter(|run| run.group == group && usize::from(run.column) == column) {
        let start = usize::try_from(run.start).unwrap_or(usize::MAX);
        let end = start.saturating_add(usize::try_from(run.len).unwrap_or(usize::MAX));
        if let Some(slots) = out.get_mut(start..end.min(rows)) {
            slots.fill(run.quality);
        }
    }
    out
}

pub(super) fn samples(times_ms: &[i64], values: &Values, quality: &[Quality]) -> Vec<Sample> {
    use super::super::sample::Raw;
    let sample = |(at, (at_ms, quality)): (usize, (&i64, &Quality))| {
        Some(Sample { at_ms: *at_ms, raw: Raw::of(values, at)?, quality: *quality })
    };
    times_ms.iter().zip(quality).enumerate().filter_map(sample).collect()
}
