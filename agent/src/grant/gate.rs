//! The gate: one pure function that narrows a reading to what may flow. It stands before the buffer, before the wire,
//! and over the buffer when a policy changes. DESIGN section 3, invariants 2 and 3.
//!
//! Spacing: a row of a policy names the closest spacing of two samples. Polls jitter, so a sample may come early by an
//! eighth of the spacing (at most a second), and what it came early is owed by the next one: over time no more samples
//! pass than the spacing allows. What has passed once passes again under the same policy: a shorter history
//! is never stricter.

use super::Granted;
use crate::reading::Reading;
use riversync_protocol::ids::{DeviceId, MetricName};
use riversync_protocol::v1::{Column, Event, Group};
use std::collections::HashMap;
use std::sync::Arc;

/// Longest time a sample may come early, milliseconds.
const MAX_SLACK_MS: i64 = 1_000;
/// Narrowed groups kept before all are forgotten; they are rebuilt as they are met.
const MAX_NARROWED: usize = 4_096;

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

/// A gate with what it must remember: the times it let pass and the groups it has narrowed.
#[derive(Debug, Default)]
pub struct Gate {
    spacing: HashMap<DeviceId, HashMap<MetricName, Passed>>,
    narrowed: Vec<(Arc<Group>, Vec<Narrowed>)>,
    denied: Denied,
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
        let mut columns = Vec::with_capacity(reading.cells.len());
        let mut interval_ms = reading.group.interval_ms;
        if reading.cells.len() != reading.group.columns.len() {
            self.denied.not_granted += reading.cells.len() as u64;
            return None;
        }
        for (index, column) in reading.group.columns.iter().enumerate() {
            let device = &reading.group.device;
            let Some(spacing_ms) = granted.allows(device, &column.metric, reading.at_ms, now_ms) else {
                self.denied.not_granted += 1;
                continue;
            };
            if spacing_ms > 0 && !self.keeps_distance(device, &column.metric, reading.at_ms, spacing_ms) {
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
        let group = self.narrowed_group(&reading.group, &columns, interval_ms);
        let mut keep = columns.into_iter().peekable();
        let kept = |(index, cell)| keep.next_if_eq(&index).map(|_| cell);
        let cells = reading.cells.into_iter().enumerate().filter_map(kept).collect();
        Some(Reading { group, at_ms: reading.at_ms, cells })
    }

    /// Samples denied since the last call.
    pub fn take_denied(&mut self) -> Denied {
        std::mem::take(&mut self.denied)
    }

    fn keeps_distance(
        &mut self,
        device: &DeviceId,
        metric: &MetricName,
        at_ms: i64,
        spacing_ms: u32,
    ) -> bool {
        let before = self.spacing.get(device).and_then(|of| of.get(metric)).copied();
        let Some(passed) = Passed::admit(before, at_ms, spacing_ms) else { return false };
        match self.spacing.get_mut(device) {
            Some(of) => of.insert(metric.clone(), passed),
            None => self.spacing.entry(device.clone()).or_default().insert(metric.clone(), passed),
        };
        true
    }

    /// One group for all readings narrowed alike: the batch and the store compare groups by address first.
    fn narrowed_group(&mut self, of: &Arc<Group>, columns: &[usize], interval_ms: u32) -> Arc<Group> {
        if self.narrowed.len() >= MAX_NARROWED {
            self.narrowed.clear();
        }
        let at = self.narrowed.iter().position(|(group, _)| Arc::ptr_eq(group, of)).unwrap_or_else(|| {
            self.narrowed.push((Arc::clone(of), Vec::new()));
            self.narrowed.len() - 1
        });
        let pick = |columns: &[usize]| -> Vec<Column> {
            columns.iter().filter_map(|at| of.columns.get(*at)).cloned().collect()
        };
        let fresh = || Arc::new(Group { device: of.device.clone(), interval_ms, columns: pick(columns) });
        let Some((_, known)) = self.narrowed.get_mut(at) else { return fresh() };
        if let Some(same) = known.iter().find(|n| n.columns == columns && n.interval_ms == interval_ms) {
            return Arc::clone(&same.group);
        }
        let group = fresh();
        known.push(Narrowed { columns: columns.to_vec(), interval_ms, group: Arc::clone(&group) });
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
