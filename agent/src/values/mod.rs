//! From what was read to what is kept: doubts are flagged, silence is told, and what says nothing new is left out.
//!
//! Stands behind the gate, so it only ever sees and remembers what is granted, and forgets it with the grant. Alarms look
//! at what `check` lets through, the store gets what `report` thinks worth it.
//!
//! Held back in memory is only a change that waits for its time (`debounce`, `min_interval`, `swinging_door`): it is
//! flushed when the agent stops; a power cut may take it, and the first sample after any start is reported.
//!
//! | EDGE fault | provoked by |
//! |---|---|
//! | 18 NaN, infinite, −0, denormals | `tests::what_is_no_number_is_bad_and_breaks_no_deadband`, `sources::modbus::decode`, `sources::mqtt::message` |
//! | 19 beyond 2^53, counter wrap, overflow | `tests::numbers_beyond_two_to_the_53_are_told_apart`, `tests::a_counter_that_falls_is_flagged_once`, `tests::a_scale_that_overflows_is_bad` |
//! | 22 clock | `crate::clock::steady`, `crate::uplink::tests::assemble` |

mod door;
pub mod report;
#[cfg(test)]
mod tests;

use crate::clock::Stamp;
use crate::config::{Changes, Config};
use crate::grant::Granted;
use crate::profile::Metric;
use crate::reading::{Cell, Raw, Reading};
use crate::sources::{Link, SourceStatus};
use report::{Sample, State};
use riversync_protocol::ids::DeviceId;
use riversync_protocol::v1::{Column, Group, Quality, QualityReason};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Groups whose division is remembered before all are forgotten; they are divided anew as they are met.
const MAX_DIVIDED: usize = 4_096;

/// What is known of the values of all devices.
#[derive(Debug)]
pub struct Values {
    devices: HashMap<DeviceId, Device>,
    divided: Vec<(Arc<Group>, Division)>,
}

#[derive(Debug, Default)]
struct Device {
    slots: Vec<Slot>,
    sessions: u64,
}

/// A metric that is more than handed on.
#[derive(Debug)]
struct Slot {
    metric: Metric,
    /// The metric alone: it is told at times of its own.
    group: Arc<Group>,
    state: State,
    heard: Option<Duration>,
    is_stale: bool,
    /// The last value of a counter and its time.
    counted: Option<(i64, Raw)>,
}

/// How a group is divided: what is handed on together, and what goes its own way.
#[derive(Debug)]
struct Division {
    rest: Option<(Arc<Group>, Vec<usize>)>,
    /// Column and slot.
    apart: Vec<(usize, usize)>,
}

impl Values {
    /// Nothing is known yet.
    pub fn new(config: &Config) -> Self {
        let devices = config.devices.iter().map(|device| (device.id.clone(), Device::new(device)));
        Self { devices: devices.collect(), divided: Vec::new() }
    }

    /// Takes over a new configuration: what is known of a device that changes or goes is forgotten, and what was held
    /// back of it comes out, as far as it is granted.
    pub fn adopt(
        &mut self,
        config: &Config,
        changes: &Changes,
        granted: &Granted,
        now_ms: i64,
    ) -> Vec<Reading> {
        let mut out = Vec::new();
        let ends = |id: &DeviceId| !changes.kept.contains(id);
        for (_, mut device) in self.devices.extract_if(|id, _| ends(id)) {
            device.slots.iter_mut().for_each(|slot| slot.restart(&mut out));
        }
        for device in &config.devices {
            self.devices.entry(device.id.clone()).or_insert_with(|| Device::new(device));
        }
        // A division names slots by their place.
        self.divided.clear();
        out.retain(|reading| may_flow(granted, reading, now_ms));
        out
    }

    /// Flags what must be doubted: a value that overflows with its scale is none, a counter that fell says so.
    pub fn check(&mut self, mut reading: Reading, now: Duration) -> Reading {
        for (column, cell) in reading.group.columns.iter().zip(&mut reading.cells) {
            if overflows(column, cell) {
                *cell = Cell::none(column.kind, Quality::bad(QualityReason::Overflow));
            }
        }
        let Some(device) = self.devices.get_mut(&reading.group.device) else { return reading };
        for slot in &mut device.slots {
            let Some(index) = reading.group.columns.iter().position(|column| slot.is_of(column)) else {
                continue;
            };
            if let Some(cell) = reading.cells.get_mut(index) {
                slot.look(reading.at_ms, cell, now);
            }
        }
        reading
    }

    /// What of a checked reading is worth keeping, and held samples whose time has come. `sessions` counts the
    /// connections to its device: after a new one the next sample is reported whatever it says.
    pub fn report(&mut self, reading: Reading, now: Duration, sessions: u64) -> Vec<Reading> {
        let device_id = reading.group.device.clone();
        let Some(device) = self.devices.get_mut(&device_id) else { return vec![reading] };
        if device.slots.iter().all(|slot| slot.metric.report.is_none()) {
            return vec![reading];
        }
        let mut out = Vec::new();
        if std::mem::replace(&mut device.sessions, sessions) != sessions {
            device.slots.iter_mut().for_each(|slot| slot.restart(&mut out));
        }
        let division = divide(&mut self.divided, &reading.group, &device.slots);
        for (column, slot) in &division.apart {
            let (Some(cell), Some(slot)) = (reading.cells.get(*column), device.slots.get_mut(*slot)) else {
                continue;
            };
            slot.step(Sample { at_ms: reading.at_ms, cell: cell.clone() }, now, &mut out);
        }
        match &division.rest {
            Some(_) if division.apart.is_empty() => out.push(reading),
            Some((group, columns)) => {
                let cells = columns.iter().filter_map(|index| reading.cells.get(*index).cloned()).collect();
                out.push(Reading { group: Arc::clone(group), at_ms: reading.at_ms, cells });
            }
            None => {}
        }
        out
    }

    /// Time passes: what nothing is heard of turns stale, and held samples whose time has come are told. Only what is
    /// granted now comes out.
    pub fn tick(
        &mut self,
        granted: &Granted,
        sources: &SourceStatus,
        at: Stamp,
        now: Duration,
    ) -> Vec<Reading> {
        let mut out = Vec::new();
        if granted.epoch() == 0 {
            return out;
        }
        for (id, device) in &mut self.devices {
            let link = sources.device(id).map_or(Link::Idle, |status| status.link().0);
            for slot in &mut device.slots {
                if granted.allows(id, &slot.metric.name, at.at_ms, at.at_ms).is_none() {
                    slot.forget();
                    continue;
                }
                if slot.turns_stale(now) {
                    let reason =
                        if link == Link::Down { QualityReason::LinkDown } else { QualityReason::Silent };
                    let cell = Cell::none(slot.metric.kind(), Quality::stale(reason));
                    slot.step(Sample { at_ms: at.at_ms, cell }, now, &mut out);
                }
                slot.due(now, &mut out);
            }
        }
        out.retain(|reading| may_flow(granted, reading, at.at_ms));
        out
    }

    /// What is held back, because the agent stops.
    pub fn flush(&mut self, granted: &Granted, now_ms: i64) -> Vec<Reading> {
        let mut out = Vec::new();
        self.devices
            .values_mut()
            .flat_map(|device| &mut device.slots)
            .for_each(|slot| slot.restart(&mut out));
        out.retain(|reading| may_flow(granted, reading, now_ms));
        out
    }

    /// Something that was reported was not stored: the next samples are reported whatever they say.
    pub fn not_stored(&mut self) {
        for slot in self.devices.values_mut().flat_map(|device| &mut device.slots) {
            slot.state = State::default();
        }
    }

    /// Forgets what is no longer granted at `now_ms`, values and all.
    pub fn forget_ungranted(&mut self, granted: &Granted, now_ms: i64) {
        for (id, device) in &mut self.devices {
            for slot in &mut device.slots {
                if granted.allows(id, &slot.metric.name, now_ms, now_ms).is_none() {
                    slot.forget();
                }
            }
        }
    }
}

impl Device {
    fn new(device: &crate::config::Device) -> Self {
        let special =
            |metric: &&Metric| metric.counter || metric.report.is_some() || metric.stale_after_ms.is_some();
        let slots = device.profile.metrics.iter().filter(special).map(|metric| Slot::new(&device.id, metric));
        Self { slots: slots.collect(), sessions: 0 }
    }
}

impl Slot {
    /// Whether `column` is this metric as its profile has it now: a reading that was on its way while the profile
    /// changed is handed on as it is.
    fn is_of(&self, column: &Column) -> bool {
        self.group.columns.first() == Some(column)
    }

    fn new(device: &DeviceId, metric: &Metric) -> Self {
        let interval_ms = metric.report.as_ref().and_then(|policy| policy.max_interval_ms).unwrap_or(0);
        let group = Group { device: device.clone(), interval_ms, columns: vec![metric.column()] };
        let (state, metric) = (State::default(), metric.clone());
        Self { metric, group: Arc::new(group), state, heard: None, is_stale: false, counted: None }
    }

    fn forget(&mut self) {
        (self.state, self.heard, self.is_stale, self.counted) = (State::default(), None, false, None);
    }

    /// A sample came.
    fn look(&mut self, at_ms: i64, cell: &mut Cell, now: Duration) {
        (self.heard, self.is_stale) = (Some(now), false);
        if !self.metric.counter || !cell.quality.has_value() {
            return;
        }
        if self.counted.as_ref().is_some_and(|(before_ms, _)| at_ms < *before_ms) {
            return;
        }
        let fell = self.counted.as_ref().is_some_and(|(_, before)| is_less(&cell.raw, before));
        if fell && cell.quality == Quality::GOOD {
            cell.quality = Quality::uncertain(QualityReason::CounterFell);
        }
        self.counted = Some((at_ms, cell.raw.clone()));
    }

    fn turns_stale(&mut self, now: Duration) -> bool {
        let Some(after_ms) = self.metric.stale_after_ms else { return false };
        let heard = *self.heard.get_or_insert(now);
        let is_late = now.saturating_sub(heard) >= Duration::from_millis(after_ms.into());
        is_late && !std::mem::replace(&mut self.is_stale, is_late)
    }

    fn step(&mut self, sample: Sample, now: Duration, out: &mut Vec<Reading>) {
        let told = match (&self.metric.report, self.group.columns.first()) {
            (Some(policy), Some(column)) => self.state.step(policy, column, sample, now),
            _ => vec![sample],
        };
        self.tell(told, out);
    }

    fn due(&mut self, now: Duration, out: &mut Vec<Reading>) {
        let (Some(policy), Some(column)) = (&self.metric.report, self.group.columns.first()) else { return };
        let told = self.state.due(policy, column, now);
        self.tell(told, out);
    }

    fn restart(&mut self, out: &mut Vec<Reading>) {
        let told = self.state.restart();
        self.tell(told, out);
    }

    fn tell(&self, told: Vec<Sample>, out: &mut Vec<Reading>) {
        out.extend(told.into_iter().map(|sample| Reading {
            group: Arc::clone(&self.group),
            at_ms: sample.at_ms,
            cells: vec![sample.cell],
        }));
    }
}

/// The division of a group, remembered by the group object.
fn divide<'a>(
    known: &'a mut Vec<(Arc<Group>, Division)>,
    group: &Arc<Group>,
    slots: &[Slot],
) -> &'a Division {
    if known.len() >= MAX_DIVIDED {
        known.clear();
    }
    let at = known.iter().position(|(of, _)| Arc::ptr_eq(of, group)).unwrap_or_else(|| {
        known.push((Arc::clone(group), division(group, slots)));
        known.len() - 1
    });
    #[expect(clippy::indexing_slicing, reason = "the position was found, or pushed, a line ago")]
    &known[at].1
}

fn division(group: &Arc<Group>, slots: &[Slot]) -> Division {
    let slot_of =
        |column: &Column| slots.iter().position(|slot| slot.metric.report.is_some() && slot.is_of(column));
    let (mut apart, mut together) = (Vec::new(), Vec::new());
    for (index, column) in group.columns.iter().enumerate() {
        match slot_of(column) {
            Some(slot) => apart.push((index, slot)),
            None => together.push(index),
        }
    }
    let columns: Vec<Column> =
        together.iter().filter_map(|index| group.columns.get(*index)).cloned().collect();
    let rest = Group { device: group.device.clone(), interval_ms: group.interval_ms, columns };
    let rest = (!together.is_empty()).then(|| (Arc::new(rest), together));
    Division { rest, apart }
}

fn may_flow(granted: &Granted, reading: &Reading, now_ms: i64) -> bool {
    let allows = |column: &Column| {
        granted.allows(&reading.group.device, &column.metric, reading.at_ms, now_ms).is_some()
    };
    reading.group.columns.iter().all(allows)
}

/// Whether the physical value is beyond what a number can hold.
fn overflows(column: &Column, cell: &Cell) -> bool {
    let raw = match &cell.raw {
        Raw::Float32(value) => f64::from(*value),
        Raw::Float64(value) => *value,
        // Sixty-four bits times sixty-four bits stay far below the largest double.
        Raw::Int(_) | Raw::UInt(_) | Raw::Bool(_) | Raw::Text(_) => return false,
    };
    cell.quality.has_value() && !column.physical(raw).is_finite()
}

fn is_less(now: &Raw, before: &Raw) -> bool {
    match (now, before) {
        (Raw::Int(now), Raw::Int(before)) => now < before,
        (Raw::UInt(now), Raw::UInt(before)) => now < before,
        (Raw::Float32(now), Raw::Float32(before)) => now < before,
        (Raw::Float64(now), Raw::Float64(before)) => now < before,
        _ => false,
    }
}
