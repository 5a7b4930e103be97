//! The gate: one pure function that narrows a reading to what may flow. It stands before the buffer, before the wire,
//! and over the buffer when a policy changes. DESIGN section 3, invariants 2 and 3.
//!
//! Spacing: a row of a policy names the closest spacing of two samples. Polls jitter, so a sample may come early by an
//! eighth of the spacing (at most a second), and what it came early is owed by the next one: over time no more samples
//! pass than the spacing allows. What has passed once passes again under the same policy: a shorter history
//! is never stricter.

use super::Granted;
use super::view::{OfDevice, Window, closest};
use crate::reading::Reading;
use riversync_protocol::ids::{DeviceId, MetricName};
use riversync_protocol::v1::{Column, Event, Group};
use std::collections::HashMap;
use std::sync::Arc;

/// Longest time a sample may come early, milliseconds.
const MAX_SLACK_MS: i64 = 1_000;
/// Groups looked up before all are forgotten; they are looked up again as they are met.
const MAX_KNOWN: usize = 4_096;
/// The same for the ways in which one group was narrowed.
const MAX_NARROWED: usize = 256;

/// Samples that did not pass, by reason. Which metrics they were is nobody's business.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Denied {
    /// Not granted for the time they were taken, or no longer now.
    pub not_granted: u64,
    /// Closer to the one before than the grant allows.
    pub too_close: u64,
}

impl Denied {
    /// Samples denied for any reason.
    pub fn total(&self) -> u64 {
        self.not_granted + self.too_close
    }
}

/// A gate with what it must remember: the times it let pass, and what it has looked up about the groups it met.
#[derive(Debug, Default)]
pub struct Gate {
    passed: Vec<Option<Passed>>,
    places: HashMap<DeviceId, HashMap<MetricName, usize>>,
    /// By the address of the group, which is kept so that it cannot come to mean another.
    known: HashMap<usize, Known>,
    denied: Denied,
}

/// A group under the policy it was last met with: names are looked up once, not for each value.
#[derive(Debug)]
struct Known {
    group: Arc<Group>,
    rows: Option<Arc<OfDevice>>,
    columns: Vec<Lookup>,
    narrowed: Vec<Narrowed>,
}

/// One column of a group.
#[derive(Debug)]
struct Lookup {
    windows: Vec<Window>,
    /// Where the time of its last sample is kept.
    place: usize,
}

#[derive(Debug)]
struct Narrowed {
    columns: Vec<usize>,
    interval_ms: u32,
    group: Arc<Group>,
}

#[derive(Clone, Copy, Debug)]
struct Passed {
    at_ms: i64,
    due_ms: i64,
}

impl Passed {
    /// Whether a sample at `at_ms` keeps the spacing; if so it is remembered.
    fn admit(before: Option<Self>, at_ms: i64, spacing_ms: u32) -> Option<Self> {
        let spacing = i64::from(spacing_ms);
        let next = |due: i64| Self { at_ms, due_ms: due.max(at_ms).saturating_add(spacing) };
        match before {
            // Time went back by a whole spacing: the clock was set, and another count begins.
            Some(before) if at_ms > before.at_ms.saturating_sub(spacing.max(1)) => {
                let slack = (spacing / 8).min(MAX_SLACK_MS);
                (at_ms >= before.due_ms.saturating_sub(slack)).then(|| next(before.due_ms))
            }
            _ => Some(next(at_ms)),
        }
    }
}

impl Gate {
    /// What of `reading` may flow at `now_ms`, or nothing.
    pub fn pass(&mut self, granted: &Granted, reading: Reading, now_ms: i64) -> Option<Reading> {
        if reading.cells.len() != reading.group.columns.len() {
            self.denied.not_granted += reading.cells.len() as u64;
            return None;
        }
        let key = self.look_up(granted, &reading.group);
        let known = self.known.get_mut(&key)?;
        let mut columns = Vec::with_capacity(known.columns.len());
        let mut interval_ms = reading.group.interval_ms;
        for (index, column) in known.columns.iter().enumerate() {
            let Some(spacing_ms) = closest(&column.windows, reading.at_ms, now_ms) else {
                self.denied.not_granted += 1;
                continue;
            };
            if spacing_ms > 0 && !keeps_distance(&mut self.passed, column.place, reading.at_ms, spacing_ms) {
                self.denied.too_close += 1;
                continue;
            }
            interval_ms = interval_ms.max(spacing_ms);
            columns.push(index);
        }
        if columns.is_empty() {
            return None;
        }
        if columns.len() == reading.cells.len() && interval_ms == reading.group.interval_ms {
            return Some(reading);
        }
        let group = known.narrowed(&columns, interval_ms);
        let mut keep = columns.into_iter().peekable();
        let kept = |(index, cell)| keep.next_if_eq(&index).map(|_| cell);
        let cells = reading.cells.into_iter().enumerate().filter_map(kept).collect();
        Some(Reading { group, at_ms: reading.at_ms, cells })
    }

    /// Samples denied since the last call.
    pub fn take_denied(&mut self) -> Denied {
        std::mem::take(&mut self.denied)
    }

    /// Forgets what has passed: the next sample of every metric is as good as the first.
    pub fn begin_anew(&mut self) {
        self.passed.fill(None);
    }

    /// Makes `group` known under what is granted now; tells under which key.
    fn look_up(&mut self, granted: &Granted, group: &Arc<Group>) -> usize {
        let key = Arc::as_ptr(group) as usize;
        let rows = granted.of_device(&group.device);
        if self.known.get(&key).is_some_and(|known| same(known.rows.as_ref(), rows)) {
            return key;
        }
        // A narrowed group does not depend on the policy that asked for it.
        let narrowed = self.known.remove(&key).map_or_else(Vec::new, |known| known.narrowed);
        if self.known.len() >= MAX_KNOWN {
            self.known.clear();
        }
        let (places, passed) = (self.places.entry(group.device.clone()).or_default(), &mut self.passed);
        let columns = group.columns.iter().map(|column| Lookup {
            windows: rows.and_then(|rows| rows.get(&column.metric)).cloned().unwrap_or_default(),
            place: *places.entry(column.metric.clone()).or_insert_with(|| {
                passed.push(None);
                passed.len() - 1
            }),
        });
        let known = Known {
            columns: columns.collect(),
            group: Arc::clone(group),
            rows: rows.map(Arc::clone),
            narrowed,
        };
        self.known.insert(key, known);
        key
    }
}

/// Whether both are the very same: the one that is kept keeps its address its own.
fn same(before: Option<&Arc<OfDevice>>, now: Option<&Arc<OfDevice>>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => Arc::ptr_eq(before, now),
        (None, None) => true,
        _ => false,
    }
}

/// Whether a sample keeps its distance from the one before; if so it is remembered.
fn keeps_distance(passed: &mut [Option<Passed>], place: usize, at_ms: i64, spacing_ms: u32) -> bool {
    let Some(before) = passed.get_mut(place) else { return false };
    let admitted = Passed::admit(*before, at_ms, spacing_ms);
    if admitted.is_some() {
        *before = admitted;
    }
    admitted.is_some()
}

impl Known {
    /// One group for all readings narrowed alike: the batch and the store compare groups by address first.
    fn narrowed(&mut self, columns: &[usize], interval_ms: u32) -> Arc<Group> {
        if let Some(same) =
            self.narrowed.iter().find(|n| n.columns == columns && n.interval_ms == interval_ms)
        {
            return Arc::clone(&same.group);
        }
        let of = &self.group;
        let pick: Vec<Column> = columns.iter().filter_map(|at| of.columns.get(*at)).cloned().collect();
        let group = Arc::new(Group { device: of.device.clone(), interval_ms, columns: pick });
        if self.narrowed.len() >= MAX_NARROWED {
            self.narrowed.clear();
        }
        self.narrowed.push(Narrowed { columns: columns.to_vec(), interval_ms, group: Arc::clone(&group) });
        group
    }
}

/// Whether `event` may leave at `now_ms`. Only alarms speak of a metric; the rest says nothing about a device.
pub fn may_leave(granted: &Granted, event: &Event, now_ms: i64) -> bool {
    match event {
        Event::Alarm(alarm) => granted.allows(&alarm.device, &alarm.metric, alarm.at_ms, now_ms).is_some(),
        Event::Gap(_) | Event::Receipt(_) | Event::Health(_) | Event::Purged => true,
    }
}
