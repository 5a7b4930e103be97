//! Records of the store to one upload: the second gate, the directory, the columns.
//!
//! The directory holds every group met since the policy last changed, in one order, so that the schema and its hash stay
//! the same from batch to batch and travel once. A group with a metric that may not flow now is left out of it.

use crate::clock::Clock;
use crate::grant::{Denied, Gate, Granted, may_leave};
use crate::reading::{Cell, Raw, Reading};
use riversync_protocol::pack::{Batch, PackError, Rows, Values, pack};
use riversync_protocol::v1::schema::{MAX_COLUMNS, MAX_GROUPS};
use riversync_protocol::v1::{
    Content, Event, Group, PackedBatch, Quality, QualityReason, QualityRun, Schema, SchemaError, SchemaHash,
    SeqRange,
};
use std::sync::Arc;

/// Why records do not become an upload.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError {
    /// The columns do not pack.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The directory is not one.
    #[error(transparent)]
    Schema(#[from] SchemaError),
}

/// The groups that this gateway sends, in one order.
#[derive(Debug, Default)]
pub struct Directory {
    epoch: u64,
    schema: Option<(Arc<Schema>, SchemaHash)>,
    groups: Vec<Arc<Group>>,
    gate: Gate,
}

/// Telemetry that may leave now.
#[derive(Debug)]
pub struct Assembled {
    /// The columns.
    pub batch: PackedBatch,
    /// Their directory.
    pub schema: Arc<Schema>,
    /// Samples the second gate held back.
    pub denied: Denied,
}

impl Directory {
    /// The schema of this hash, when it is the newest.
    pub fn schema(&self, hash: SchemaHash) -> Option<Arc<Schema>> {
        self.schema.as_ref().filter(|(_, own)| *own == hash).map(|(schema, _)| Arc::clone(schema))
    }

    /// What of `readings` may leave at `now_ms`, in columns; nothing when nothing may.
    ///
    /// # Errors
    /// [`AssembleError`] when what is left cannot be put into columns.
    pub fn assemble(
        &mut self,
        granted: &Granted,
        readings: Vec<Reading>,
        now_ms: i64,
    ) -> Result<Option<Assembled>, AssembleError> {
        if granted.epoch() != self.epoch {
            self.forget(granted.epoch());
        }
        // Each batch is thinned by itself: live and backlog come in another order than they were read.
        self.gate.begin_anew();
        let pass = |reading| self.gate.pass(granted, reading, now_ms);
        let readings: Vec<Reading> = readings.into_iter().filter_map(pass).collect();
        let denied = self.gate.take_denied();
        if readings.is_empty() {
            return Ok(None);
        }
        self.learn(granted, &readings, now_ms);
        let (schema, hash) = self.current()?;
        let batch = pack(&schema, hash, &columns(&schema, &self.groups, readings))?;
        Ok(Some(Assembled { batch, schema, denied }))
    }

    fn forget(&mut self, epoch: u64) {
        *self = Self { epoch, ..Self::default() };
    }

    fn learn(&mut self, granted: &Granted, readings: &[Reading], now_ms: i64) {
        let open = |group: &Arc<Group>| {
            group.columns.iter().all(|c| granted.allows(&group.device, &c.metric, now_ms, now_ms).is_some())
        };
        let before = self.groups.len();
        self.groups.retain(open);
        let mut changed = self.groups.len() != before;
        let new = unknown(&self.groups, readings);
        let width = |groups: &[Arc<Group>]| groups.iter().map(|g| g.columns.len()).sum::<usize>();
        if self.groups.len() + new.len() > MAX_GROUPS || width(&self.groups) + width(&new) > MAX_COLUMNS {
            self.groups.clear();
            self.groups = unknown(&[], readings);
            changed = true;
        } else if !new.is_empty() {
            self.groups.extend(new);
            changed = true;
        }
        if changed {
            self.groups.sort_by(|a, b| key(a).cmp(&key(b)));
            self.schema = None;
        }
    }

    fn current(&mut self) -> Result<(Arc<Schema>, SchemaHash), SchemaError> {
        if let Some((schema, hash)) = &self.schema {
            return Ok((Arc::clone(schema), *hash));
        }
        let schema = Schema { groups: self.groups.iter().map(|group| Group::clone(group)).collect() };
        schema.check()?;
        let hash = schema.hash()?;
        let schema = Arc::new(schema);
        self.schema = Some((Arc::clone(&schema), hash));
        Ok((schema, hash))
    }
}

/// Gives samples that were taken while the clock was not believed the time that they really had, where it is known by
/// now, and takes the doubt from them (EDGE fault 22). It stands before the second gate, which then judges the truth.
pub fn correct(readings: &mut [Reading], clock: &dyn Clock) {
    let doubted = Quality::uncertain(QualityReason::ClockUntrusted);
    for reading in readings.iter_mut().filter(|reading| reading.cells.iter().any(|c| c.quality == doubted)) {
        let Some(at_ms) = clock.corrected(reading.at_ms) else { continue };
        reading.at_ms = at_ms;
        for cell in reading.cells.iter_mut().filter(|cell| cell.quality == doubted) {
            cell.quality = Quality::GOOD;
        }
    }
}

/// Groups of `readings` that are not in `known`, each once.
fn unknown(known: &[Arc<Group>], readings: &[Reading]) -> Vec<Arc<Group>> {
    let mut new: Vec<Arc<Group>> = Vec::new();
    for reading in readings {
        if index_of(known, &reading.group).is_none() && index_of(&new, &reading.group).is_none() {
            new.push(Arc::clone(&reading.group));
        }
    }
    new
}

fn index_of(groups: &[Arc<Group>], group: &Arc<Group>) -> Option<usize> {
    let same = groups.iter().position(|own| Arc::ptr_eq(own, group));
    same.or_else(|| groups.iter().position(|own| own == group))
}

fn key(group: &Group) -> (&str, u32, Vec<(&str, &str)>) {
    let columns = group.columns.iter().map(|c| (c.metric.as_str(), c.unit.as_str())).collect();
    (group.device.as_str(), group.interval_ms, columns)
}

/// Rows per group, in the order of the directory.
fn columns(schema: &Schema, groups: &[Arc<Group>], readings: Vec<Reading>) -> Batch {
    let mut rows: Vec<Option<Rows>> = schema.groups.iter().map(|_| None).collect();
    let mut quality = Vec::new();
    let mut last: Option<(Arc<Group>, usize)> = None;
    for reading in readings {
        let known = last.as_ref().filter(|(group, _)| Arc::ptr_eq(group, &reading.group)).map(|(_, at)| *at);
        let Some(at) = known.or_else(|| index_of(groups, &reading.group)) else { continue };
        last = Some((Arc::clone(&reading.group), at));
        let (Some(slot), Ok(group)) = (rows.get_mut(at), u16::try_from(at)) else { continue };
        let rows = slot.get_or_insert_with(|| Rows {
            group,
            times_ms: Vec::new(),
            columns: reading.group.columns.iter().map(|column| Values::empty(column.kind)).collect(),
        });
        let row = u32::try_from(rows.times_ms.len()).unwrap_or(u32::MAX);
        rows.times_ms.push(reading.at_ms);
        for (column, (cell, values)) in reading.cells.into_iter().zip(&mut rows.columns).enumerate() {
            if cell.quality != Quality::GOOD {
                extend(&mut quality, group, u16::try_from(column).unwrap_or(u16::MAX), row, cell.quality);
            }
            push(values, cell);
        }
    }
    Batch { groups: rows.into_iter().flatten().collect(), quality }
}

/// Lengthens the newest run of the column when it goes on, or begins another.
fn extend(runs: &mut Vec<QualityRun>, group: u16, column: u16, row: u32, quality: Quality) {
    let of_column = runs.iter_mut().rev().find(|run| run.group == group && run.column == column);
    match of_column {
        Some(run) if run.quality == quality && run.start + run.len == row => run.len += 1,
        _ => runs.push(QualityRun { group, column, start: row, len: 1, quality }),
    }
}

/// Appends the raw value; a bad sample repeats the value before it, which costs nothing.
fn push(values: &mut Values, cell: Cell) {
    fn one<T: Clone + Default>(values: &mut Vec<T>, value: Option<T>) {
        let value = value.or_else(|| values.last().cloned()).unwrap_or_default();
        values.push(value);
    }
    let raw = cell.quality.has_value().then_some(cell.raw);
    match values {
        Values::Int(v) => one(v, raw.and_then(|raw| if let Raw::Int(x) = raw { Some(x) } else { None })),
        Values::UInt(v) => one(v, raw.and_then(|raw| if let Raw::UInt(x) = raw { Some(x) } else { None })),
        Values::Float32(v) => {
            one(v, raw.and_then(|raw| if let Raw::Float32(x) = raw { Some(x) } else { None }))
        }
        Values::Float64(v) => {
            one(v, raw.and_then(|raw| if let Raw::Float64(x) = raw { Some(x) } else { None }))
        }
        Values::Bool(v) => one(v, raw.and_then(|raw| if let Raw::Bool(x) = raw { Some(x) } else { None })),
        Values::Text(v) => one(v, raw.and_then(|raw| if let Raw::Text(x) = raw { Some(x) } else { None })),
    }
}

/// One event per number of `range`; what is gone or may not leave is [`Event::Purged`].
pub fn events(granted: &Granted, records: Vec<(u64, Event)>, range: SeqRange, now_ms: i64) -> Content {
    let mut records = records.into_iter().peekable();
    let all = (range.first..=range.last).map(|seq| match records.next_if(|(own, _)| *own == seq) {
        Some((_, event)) if may_leave(granted, &event, now_ms) => event,
        _ => Event::Purged,
    });
    Content::Events(all.collect())
}
