//! Points that a profile takes from others, and what it says differently.
//!
//! ```toml
//! name = "eastron-sdm630"
//! version = 2
//! points_from = ["eastron-sdm630"]   # the one that was shipped: a profile never means itself
//! drop = ["neutral_current"]         # not wired here
//!
//! [[metric]]                         # a metric of the library that only says more: patched
//! name = "power"
//! interval = "5s"
//! ```
//! A library that is not there or has nothing is an error, never a profile without points (EDGE section 1.2).

use super::{Metric, Profile, coding, metric, report};
use crate::config::section::Section;
use riversync_protocol::ids::MetricName;
use std::sync::Arc;

/// Finds a library by name: why there is none, or `None` when its own faults are noted elsewhere.
pub(crate) type Points<'a> = dyn FnMut(&str) -> Result<Option<Arc<Profile>>, String> + 'a;

/// Keys of a metric that say what it is and not only how it is shown or how often it is read.
const WHAT_IT_IS: [&str; 10] =
    ["type", "register", "fc", "address", "ref", "words", "pointer", "plain", "topic", "sparkplug"];

/// Reads `points_from` and `drop`: the metrics, regions and alarms that come from elsewhere, as one profile.
pub(super) fn read(section: &mut Section<'_>, points: &mut Points<'_>) -> Option<Profile> {
    let from = section.texts("points_from");
    let drop = section.texts("drop");
    let Some(from) = from else {
        if let Some(drop) = drop {
            section.fault(&drop.span, "drop", "means something only beside points_from");
        }
        return None;
    };
    let mut base: Option<Profile> = None;
    for name in &from.value {
        match points(name) {
            Ok(Some(library)) => match &mut base {
                None => base = Some(Profile::clone(&library)),
                Some(base) => join(base, &library, section, &from.span),
            },
            // Its faults are told where they are; without it there is nothing to say about this profile.
            Ok(None) => {
                section.fault(
                    &from.span,
                    "points_from",
                    format!("\"{name}\" has faults, which are told for its file"),
                );
                return None;
            }
            Err(why) => section.fault(&from.span, "points_from", why),
        }
    }
    if from.value.is_empty() {
        section.fault(&from.span, "points_from", "names no library; drop it or name one");
    }
    let mut base = base?;
    for name in drop.iter().flat_map(|drop| &drop.value) {
        let before = base.metrics.len();
        base.metrics.retain(|metric| metric.name.as_str() != name);
        base.alarms.retain(|alarm| !watches(alarm, name));
        if base.metrics.len() == before
            && let Some(drop) = &drop
        {
            section.fault(&drop.span, "drop", format!("\"{name}\" is not a metric of the library"));
        }
    }
    Some(base)
}

fn watches(alarm: &super::AlarmRule, name: &str) -> bool {
    alarm.metric.as_ref().is_some_and(|metric| metric.as_str() == name)
}

fn join(base: &mut Profile, library: &Profile, section: &Section<'_>, span: &std::ops::Range<usize>) {
    for metric in &library.metrics {
        if base.metrics.iter().any(|known| known.name == metric.name) {
            let message = format!(
                "\"{}\" has a metric \"{}\" that an earlier library has, too",
                library.name, metric.name
            );
            section.fault(span, "points_from", message);
        } else {
            base.metrics.push(metric.clone());
        }
    }
    base.gap_ok.extend(library.gap_ok.iter().copied());
    for alarm in &library.alarms {
        if !base.alarms.iter().any(|known| known.code == alarm.code) {
            base.alarms.push(alarm.clone());
        }
    }
}

/// The alarms of the libraries and of the file: one with the same code replaces.
pub(super) fn alarms(base: &[super::AlarmRule], own: Vec<super::AlarmRule>) -> Vec<super::AlarmRule> {
    let kept = base.iter().filter(|old| !own.iter().any(|new| new.code == old.code)).cloned();
    kept.collect::<Vec<_>>().into_iter().chain(own).collect()
}

/// Whether a `[[metric]]` only says more of a metric of the library.
pub(super) fn is_patch(section: &Section<'_>) -> bool {
    !WHAT_IT_IS.iter().any(|key| section.has(key))
}

/// The metric of the library that a `[[metric]]` patches, patched.
pub(super) fn patch(mut section: Section<'_>, base: &[Metric]) -> Option<Metric> {
    let name: MetricName = metric::name(&mut section, "name")?;
    let mut metric = base.iter().find(|known| known.name == name)?.clone();
    if let Some(label) = section.text("label") {
        metric.label = label.value;
    }
    if let Some(unit) = section.text("unit") {
        metric.unit = unit.value;
    }
    if let Some(interval) = section.duration_ms("interval", 10..=86_400_000) {
        metric.interval_ms = u32::try_from(interval.value).unwrap_or(u32::MAX);
    }
    let (has_scale, has_offset) = (section.has("scale"), section.has("offset"));
    let (scale, offset) = metric::scale(&mut section, Some(metric.value));
    metric.scale = if has_scale { scale } else { metric.scale };
    metric.offset = if has_offset { offset } else { metric.offset };
    if let Some(patterns) = coding::own_patterns(&mut section, Some(metric.value)) {
        metric.not_available = patterns;
    }
    if let Some(stale) = section.duration_ms("stale_after", 100..=604_800_000) {
        metric.stale_after_ms = u32::try_from(stale.value).ok();
    }
    if let Some(policy) =
        section.table("report").and_then(|section| report::read(section, Some(metric.value)))
    {
        metric.report = Some(policy.for_value(metric.value));
    }
    section.finish();
    Some(metric)
}
