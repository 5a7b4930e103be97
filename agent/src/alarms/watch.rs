//! One rule with what is known of it.

use super::cause;
use super::delay::{Delays, Phase, Verdict, goes_on, step};
use super::rate::Window;
use crate::profile::{AlarmRule, Condition, Limit, Profile};
use crate::reading::{Cell, Raw};
use crate::sources::Link;
use riversync_protocol::ids::{DeviceId, MetricName};
use riversync_protocol::v1::{Alarm, AlarmState, Column, QualityReason};
use std::time::Duration;

/// When something is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    /// Unix milliseconds, by whom the sample says.
    pub at_ms: i64,
    /// The same by the clock that never jumps.
    pub monotonic: Duration,
}

/// A rule and its state.
#[derive(Debug)]
pub(super) struct Watch {
    pub rule: AlarmRule,
    phase: Phase,
    window: Window,
    /// The newest look: what time it was by the sample and by the clock.
    seen: Option<Now>,
    /// The newest sample had no value: nobody knows whether a delay goes on.
    blind: bool,
    /// The newest sample with a value, or when the watching began.
    heard: Option<Duration>,
    /// Metrics that an alarm about the whole device may be told by, in the order of the profile.
    of_device: Vec<MetricName>,
    unit: String,
}

impl Watch {
    /// `raised` is what is remembered from before.
    pub(super) fn new(rule: AlarmRule, profile: &Profile, raised: Option<bool>) -> Self {
        let unit =
            rule.metric.as_ref().and_then(|name| profile.metric(name)).map(|metric| metric.unit.clone());
        let of_device = match rule.metric {
            Some(_) => Vec::new(),
            None => profile.metrics.iter().map(|metric| metric.name.clone()).collect(),
        };
        let phase = match raised {
            None => Phase::Unknown,
            Some(true) => Phase::Raised,
            Some(false) => Phase::Clear,
        };
        let (window, unit) = (Window::default(), unit.unwrap_or_default());
        Self { rule, phase, window, seen: None, blind: false, heard: None, of_device, unit }
    }

    /// The metric it watches, if it watches one.
    pub(super) fn metric(&self) -> Option<&MetricName> {
        self.rule.metric.as_ref()
    }

    /// The metric it is told by: its own, or the first of the device that is granted.
    pub(super) fn told_by(&self, is_granted: impl Fn(&MetricName) -> bool) -> Option<MetricName> {
        let own = self.rule.metric.as_ref().into_iter();
        own.chain(&self.of_device).find(|metric| is_granted(metric)).cloned()
    }

    /// Starts from nothing.
    pub(super) fn forget(&mut self) {
        (self.phase, self.seen, self.blind, self.heard) = (Phase::Unknown, None, false, None);
        self.window.clear();
    }

    /// A sample of its metric.
    pub(super) fn on_cell(
        &mut self,
        device: &DeviceId,
        column: &Column,
        cell: &Cell,
        now: Now,
    ) -> Option<Alarm> {
        if self.seen.is_some_and(|seen| now.at_ms < seen.at_ms) {
            return None;
        }
        let fresh = cell.quality.has_value() && cell.quality.reason != QualityReason::Retained;
        if !fresh {
            self.blind = true;
            return None;
        }
        (self.blind, self.heard) = (false, Some(now.monotonic));
        let value = number(&cell.raw).map(|raw| column.physical(raw));
        let verdict = match (self.rule.condition, value) {
            (Condition::Threshold { limit, clear }, Some(value)) => threshold(limit, clear, value),
            (Condition::Rate { by, within_ms }, Some(value)) => {
                let (rises, bound) = match by {
                    Limit::Above(bound) => (true, bound),
                    Limit::Below(bound) => (false, bound),
                };
                let moved = self.window.moved(rises, within_ms, now.at_ms, value);
                if moved > bound { Verdict::Alarming } else { Verdict::Normal }
            }
            (Condition::Silent(_), _) => Verdict::Normal,
            (Condition::Threshold { .. } | Condition::Rate { .. }, None)
            | (Condition::LinkDown | Condition::WrongDevice, _) => return None,
        };
        self.look(device, &column.metric, verdict, "", now)
    }

    /// A reading of its device says whether it is the right one.
    pub(super) fn on_identity(
        &mut self,
        device: &DeviceId,
        metric: &MetricName,
        wrong: bool,
        has_value: bool,
        now: Now,
    ) -> Option<Alarm> {
        let verdict = match (self.rule.condition, wrong, has_value) {
            (Condition::WrongDevice, true, _) => Verdict::Alarming,
            (Condition::WrongDevice, false, true) => Verdict::Normal,
            _ => return None,
        };
        self.look(device, metric, verdict, "", now)
    }

    /// Time passes; `metric` is what it may be told by.
    pub(super) fn on_tick(
        &mut self,
        device: &DeviceId,
        metric: &MetricName,
        (link, why): (Link, &'static str),
        now: Now,
    ) -> Option<Alarm> {
        match self.rule.condition {
            Condition::LinkDown => {
                let verdict = match link {
                    Link::Down => Verdict::Alarming,
                    Link::Up => Verdict::Normal,
                    Link::Idle => return None,
                };
                self.look(device, metric, verdict, why, now)
            }
            Condition::Silent(ms) => {
                let heard = *self.heard.get_or_insert(now.monotonic);
                let silent = now.monotonic.saturating_sub(heard) >= Duration::from_millis(ms.into());
                if silent { self.look(device, metric, Verdict::Alarming, "", now) } else { None }
            }
            Condition::Threshold { .. } | Condition::Rate { .. } | Condition::WrongDevice => {
                let (seen, verdict) = (self.seen?, goes_on(self.phase).filter(|_| !self.blind)?);
                let since = now.monotonic.saturating_sub(seen.monotonic);
                let passed_ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
                let at = Now { at_ms: seen.at_ms.saturating_add(passed_ms), ..now };
                let change = step(self.delays(), self.phase, verdict, at.at_ms);
                self.phase = change.0;
                change.1.map(|state| self.alarm(device, metric, state, "", at.at_ms))
            }
        }
    }

    fn look(
        &mut self,
        device: &DeviceId,
        metric: &MetricName,
        verdict: Verdict,
        why: &str,
        now: Now,
    ) -> Option<Alarm> {
        self.seen = Some(now);
        let (phase, change) = step(self.delays(), self.phase, verdict, now.at_ms);
        self.phase = phase;
        change.map(|state| self.alarm(device, metric, state, why, now.at_ms))
    }

    fn delays(&self) -> Delays {
        Delays { raise_ms: self.rule.for_ms, clear_ms: self.rule.clear_for_ms }
    }

    fn alarm(
        &self,
        device: &DeviceId,
        metric: &MetricName,
        state: AlarmState,
        why: &str,
        at_ms: i64,
    ) -> Alarm {
        Alarm {
            device: device.clone(),
            metric: metric.clone(),
            code: self.rule.code.clone(),
            state,
            severity: self.rule.severity,
            at_ms,
            text: cause::text(&self.rule, state, &self.unit, why),
        }
    }
}

fn threshold(limit: Limit, clear: f64, value: f64) -> Verdict {
    let (passed, normal) = match limit {
        Limit::Above(limit) => (value > limit, value <= clear),
        Limit::Below(limit) => (value < limit, value >= clear),
    };
    match (passed, normal) {
        (true, _) => Verdict::Alarming,
        (false, true) => Verdict::Normal,
        (false, false) => Verdict::Between,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a limit is a decimal; 53 bits are more than it needs")]
fn number(raw: &Raw) -> Option<f64> {
    match raw {
        Raw::Int(value) => Some(*value as f64),
        Raw::UInt(value) => Some(*value as f64),
        Raw::Float32(value) => Some(f64::from(*value)),
        Raw::Float64(value) => Some(*value),
        Raw::Bool(value) => Some(f64::from(u8::from(*value))),
        Raw::Text(_) => None,
    }
}
