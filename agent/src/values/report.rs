//! Report by exception: a pure machine, `(state, sample, now) -> what to report`.
//!
//! * The first sample after a start, a reload or a reconnection is reported, and so is each change of quality or of its
//!   reason. What is held back is told before.
//! * A change is measured from the value *reported* last, so that drift is caught. It must last for `debounce`.
//! * Reports lie `min_interval` apart. A change that comes sooner is held and told when the time has come; a newer change
//!   takes its place, and what came after it is looked at again.
//! * The first sample that comes `max_interval` after the last report is reported: always a fresh one, never a repeated.
//! * A sample older than the newest one is history and is told as it is.
//!
//! `tests/vectors/report.toml` says all of it in examples that other implementations can run too.

use super::door::Door;
use crate::profile::{Change, ReportPolicy};
use crate::reading::{Cell, Raw};
use riversync_protocol::v1::Column;
use std::time::Duration;

/// One sample of one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// When it was taken, Unix milliseconds.
    pub at_ms: i64,
    /// What it says.
    pub cell: Cell,
}

/// What is known of one metric.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// What was reported last, and when.
    reported: Option<(Cell, Duration)>,
    newest_ms: Option<i64>,
    /// A change that has not lasted long enough: since when, and its newest sample.
    candidate: Option<(Duration, Sample)>,
    /// A change that came too soon after the last report.
    held: Option<Sample>,
    /// What came after it and is no change to what was reported.
    after: Option<Sample>,
    door: Option<Door>,
}

impl State {
    /// Takes a sample.
    pub fn step(
        &mut self,
        policy: &ReportPolicy,
        column: &Column,
        sample: Sample,
        now: Duration,
    ) -> Vec<Sample> {
        if self.newest_ms.is_some_and(|newest_ms| sample.at_ms < newest_ms) {
            return vec![sample];
        }
        self.newest_ms = Some(sample.at_ms);
        let goes_on = self.reported.as_ref().is_some_and(|(last, _)| {
            last.quality == sample.cell.quality && changed(policy.change, column, last, &sample.cell)
        });
        // A change that goes on is told by its newest sample; one that has lasted and is over by its own last.
        let mut out = if goes_on { self.release(policy, column, now) } else { self.due(policy, column, now) };
        let Some((last, at)) = self.reported.clone() else {
            self.report(policy, column, sample, now, &mut out);
            return out;
        };
        let is_due = policy.max_interval_ms.is_some_and(|most| now.saturating_sub(at) >= ms(most));
        if last.quality != sample.cell.quality {
            out.extend(self.take_waiting());
            self.report(policy, column, sample, now, &mut out);
        } else if let (Change::SwingingDoor(distance), Some(value)) =
            (policy.change, physical(column, &sample.cell))
        {
            self.swing(policy, column, (sample, value, distance), is_due, now, &mut out);
        } else if is_due {
            out.extend(self.held.take());
            self.report(policy, column, sample, now, &mut out);
        } else if changed(policy.change, column, &last, &sample.cell) {
            let since = self.candidate.as_ref().map_or(now, |(since, _)| *since);
            self.candidate = Some((since, sample));
            out.extend(self.due(policy, column, now));
        } else {
            self.candidate = None;
            self.after = self.held.as_ref().map(|_| sample);
        }
        out
    }

    /// What has waited long enough at `now`.
    pub fn due(&mut self, policy: &ReportPolicy, column: &Column, now: Duration) -> Vec<Sample> {
        let lasted = |since: Duration| now.saturating_sub(since) >= ms(policy.debounce_ms);
        if self.candidate.as_ref().is_some_and(|(since, _)| lasted(*since)) {
            self.held = self.candidate.take().map(|(_, sample)| sample);
            self.after = None;
        }
        self.release(policy, column, now)
    }

    /// Tells what is held, when reports lie far enough apart.
    fn release(&mut self, policy: &ReportPolicy, column: &Column, now: Duration) -> Vec<Sample> {
        let mut out = Vec::new();
        let apart = |at: Duration| now.saturating_sub(at) >= ms(policy.min_interval_ms);
        if self.reported.as_ref().is_some_and(|(_, at)| apart(*at))
            && let Some(held) = self.held.take()
        {
            let after = self.after.take();
            let cell = held.cell.clone();
            self.report(policy, column, held, now, &mut out);
            // It may have come back meanwhile, and nothing more may come: the way back is a change as well.
            self.held = after.filter(|sample| changed(policy.change, column, &cell, &sample.cell));
        }
        out
    }

    /// The next sample is reported whatever it says; what is held back is told now.
    pub fn restart(&mut self) -> Vec<Sample> {
        let out = self.take_waiting();
        *self = Self { newest_ms: self.newest_ms, ..Self::default() };
        out
    }

    /// What is held back, in order. A change that has not lasted is none.
    fn take_waiting(&mut self) -> Vec<Sample> {
        self.candidate = None;
        let door = self.door.take().and_then(|door| door.newest).map(|(sample, _)| sample);
        let waiting = [self.held.take(), self.after.take(), door];
        waiting.into_iter().flatten().collect()
    }

    fn report(
        &mut self,
        policy: &ReportPolicy,
        column: &Column,
        sample: Sample,
        now: Duration,
        out: &mut Vec<Sample>,
    ) {
        self.candidate = None;
        self.reported = Some((sample.cell.clone(), now));
        if let Change::SwingingDoor(_) = policy.change {
            self.door = physical(column, &sample.cell).map(|value| Door::at(sample.at_ms, value));
        }
        out.push(sample);
    }

    fn swing(
        &mut self,
        policy: &ReportPolicy,
        column: &Column,
        (sample, value, distance): (Sample, f64, f64),
        is_due: bool,
        now: Duration,
        out: &mut Vec<Sample>,
    ) {
        let Some(door) = &mut self.door else { return self.report(policy, column, sample, now, out) };
        if let Some(corner) = door.step(distance, sample.clone(), value) {
            self.reported = Some((corner.cell.clone(), now));
            out.push(corner);
        }
        if is_due && out.last() != Some(&sample) {
            self.report(policy, column, sample, now, out);
        }
    }
}

fn ms(ms: u32) -> Duration {
    Duration::from_millis(ms.into())
}

/// Whether a sample differs from what was reported by what the policy calls a change. Both have the same quality.
fn changed(change: Change, column: &Column, reported: &Cell, cell: &Cell) -> bool {
    if !cell.quality.has_value() {
        return matches!(change, Change::Any);
    }
    let moved = || match (physical(column, reported), physical(column, cell)) {
        (Some(from), Some(to)) => Some((from, (to - from).abs())),
        _ => None,
    };
    match change {
        Change::Any => true,
        Change::Value | Change::SwingingDoor(_) => reported.raw != cell.raw,
        Change::Absolute(band) => moved().is_none_or(|(_, moved)| moved > band),
        Change::Percent(band) => moved().is_none_or(|(from, moved)| moved > from.abs() * band / 100.0),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a deadband is a decimal; 53 bits are more than it needs")]
fn physical(column: &Column, cell: &Cell) -> Option<f64> {
    let raw = match &cell.raw {
        _ if !cell.quality.has_value() => return None,
        Raw::Int(value) => *value as f64,
        Raw::UInt(value) => *value as f64,
        Raw::Float32(value) => f64::from(*value),
        Raw::Float64(value) => *value,
        Raw::Bool(_) | Raw::Text(_) => return None,
    };
    Some(column.physical(raw))
}
