//! Report by exception: which samples of a metric are worth keeping (EDGE section 1.2).
//!
//! ```toml
//! [metric.report]            # or [report] for all metrics of the profile
//! on_change = true           # another value than the one reported last; or
//! deadband = 0.5             # further than this from it, in physical units; or
//! deadband = "2%"            # further than this share of it; or
//! swinging_door = 0.2        # so that the line through what is reported misses no sample by more
//! debounce = "2s"            # a change must last this long first
//! min_interval = "1s"        # reports lie this far apart; a change is held, never dropped
//! max_interval = "5m"        # the first sample after so long without a report is reported
//! ```
//! What it means exactly is in `crate::values::report` and in `tests/vectors/report.toml`.

use super::ValueType;
use crate::config::section::{Found, Section};

/// Which samples are worth reporting.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportPolicy {
    /// What a change is.
    pub change: Change,
    /// How long a change must last first, milliseconds.
    pub debounce_ms: u32,
    /// How far reports lie apart at least, milliseconds.
    pub min_interval_ms: u32,
    /// After how long without one the next sample is reported whatever it is, milliseconds.
    pub max_interval_ms: Option<u32>,
}

/// What a change is, measured from the value that was reported last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// Every sample.
    Any,
    /// Another value.
    Value,
    /// Further away than this, in physical units.
    Absolute(f64),
    /// Further away than this share of it, in hundredths.
    Percent(f64),
    /// A sample that the line from the last report can no longer pass within this distance, in physical units.
    SwingingDoor(f64),
}

impl ReportPolicy {
    /// The policy as it applies to values of this type: what is no number changes or does not.
    #[must_use]
    pub(super) fn for_value(mut self, value: ValueType) -> Self {
        if !value.is_number() && !matches!(self.change, Change::Any) {
            self.change = Change::Value;
        }
        self
    }
}

/// Reads a `report` table; `value` is the metric's type, when it is about one.
pub(super) fn read(mut section: Section<'_>, value: Option<ValueType>) -> Option<ReportPolicy> {
    let on_change = section.flag("on_change").filter(|found| found.value);
    let deadband = section.decimal("deadband");
    let door = section.number("swinging_door");
    let debounce = section.duration_ms("debounce", 0..=3_600_000);
    let least = section.duration_ms("min_interval", 0..=86_400_000);
    let most = section.duration_ms("max_interval", 1_000..=604_800_000);
    let deadband = match deadband {
        Some(found) => Some((self::deadband(&section, &found)?, found.span)),
        None => None,
    };
    let door = match door {
        Some(found) if found.value < 0.0 => {
            section.fault(&found.span, "swinging_door", "is a distance, so it is not below 0");
            return None;
        }
        door => door.map(|found| (Change::SwingingDoor(found.value), found.span)),
    };
    let said: Vec<_> =
        [on_change.map(|found| (Change::Value, found.span)), deadband, door].into_iter().flatten().collect();
    if let [_, (_, span), ..] = said.as_slice() {
        section.fault(span, "report", "says twice what a change is: on_change, deadband or swinging_door");
        return None;
    }
    let change = said.first().map_or(Change::Any, |(change, _)| *change);
    if let (Some((change, span)), Some(value)) = (said.first(), value)
        && !value.is_number()
        && !matches!(change, Change::Value)
    {
        section.fault(span, "report", "means something only for numbers; use on_change");
    }
    let policy = ReportPolicy {
        change,
        debounce_ms: ms(debounce.as_ref()),
        min_interval_ms: ms(least.as_ref()),
        max_interval_ms: most.as_ref().map(|found| ms(Some(found))),
    };
    check(&section, &policy, most.as_ref());
    section.finish();
    Some(policy)
}

fn ms(found: Option<&Found<u64>>) -> u32 {
    found.map_or(0, |found| u32::try_from(found.value).unwrap_or(u32::MAX))
}

fn deadband(section: &Section<'_>, found: &Found<String>) -> Option<Change> {
    let (digits, is_percent) = match found.value.trim().strip_suffix('%') {
        Some(digits) => (digits.trim(), true),
        None => (found.value.trim(), false),
    };
    match digits.replace('_', "").parse::<f64>() {
        Ok(size) if size.is_finite() && size >= 0.0 => {
            Some(if is_percent { Change::Percent(size) } else { Change::Absolute(size) })
        }
        _ => {
            let message = format!("\"{}\" is not a distance such as 0.5 or \"2%\"", found.value);
            section.fault(&found.span, "deadband", message);
            None
        }
    }
}

fn check(section: &Section<'_>, policy: &ReportPolicy, most: Option<&Found<u64>>) {
    if let (Change::Any, Some(most)) = (policy.change, most) {
        let message =
            "means nothing while every sample is reported; add on_change, deadband or swinging_door";
        section.fault(&most.span, "max_interval", message);
    }
    if policy.max_interval_ms.is_some_and(|most| most < policy.min_interval_ms)
        && let Some(most) = most
    {
        section.fault(&most.span, "max_interval", "is shorter than min_interval");
    }
    if matches!(policy.change, Change::Any) && policy.debounce_ms > 0 {
        section.fault_here("has a debounce, which needs to know what a change is; add on_change or deadband");
    }
    if matches!(policy.change, Change::SwingingDoor(_))
        && (policy.debounce_ms, policy.min_interval_ms) != (0, 0)
    {
        section.fault_here("has a swinging_door, which decides itself when; drop debounce and min_interval");
    }
}
