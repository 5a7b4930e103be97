//! When a device is alarming, as its profile says it.
//!
//! ```toml
//! [[alarm]]
//! code = "too_hot"           # with the device it names the alarm
//! metric = "temp"            # what it watches; link_down and wrong_device need none
//! above = 80                 # exactly one of: above, below, rises, falls, silent, link_down, wrong_device
//! clear = 75                 # the value at which it is over (above, below); between the two nothing changes
//! for = "10s"                # how long it must hold before it is raised
//! clear_for = "1m"           # how long it must be over before it is cleared
//! severity = "critical"      # info, warning, critical
//! text = "Too hot."          # for people; it carries no value
//! ```
//! `rises = 5` with `within = "10m"`: more than 5 up within any ten minutes; `falls` mirrors it. `silent = "5m"`: no
//! sample with a value for so long. `link_down = true`: the device, its bus or its broker does not answer.
//! `wrong_device = true`: another device answers at its address.

use super::Metric;
use super::metric::name;
use crate::config::fault::did_you_mean;
use crate::config::section::{Found, Section};
use riversync_protocol::ids::MetricName;
use riversync_protocol::v1::{Kind, Severity};

/// When a device is alarming.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmRule {
    /// Names the alarm on its device.
    pub code: MetricName,
    /// The metric it watches; none when it is about the device as a whole.
    pub metric: Option<MetricName>,
    /// What is alarming.
    pub condition: Condition,
    /// How long it must hold first, milliseconds.
    pub for_ms: u32,
    /// How long it must be over before it is cleared, milliseconds.
    pub clear_for_ms: u32,
    /// How bad.
    pub severity: Severity,
    /// The sentence for people; carries no value.
    pub text: String,
}

/// What is alarming.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Condition {
    /// A value beyond a limit.
    Threshold {
        /// Above or below what, in physical units.
        limit: Limit,
        /// The physical value at which it is over; between it and the limit nothing changes.
        clear: f64,
    },
    /// A value that changes fast.
    Rate {
        /// By more than this, in physical units; `Above` when it rises, `Below` when it falls.
        by: Limit,
        /// Within any span of this length, milliseconds.
        within_ms: u32,
    },
    /// No sample with a value for so long, milliseconds.
    Silent(u32),
    /// The device, its bus or its broker does not answer.
    LinkDown,
    /// Another device answers at its address.
    WrongDevice,
}

/// A threshold, in physical units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// Alarming when greater.
    Above(f64),
    /// Alarming when less.
    Below(f64),
}

const CONDITIONS: &str = "give exactly one of above, below, rises, falls, silent, link_down and wrong_device";

pub(super) fn read_all(section: &mut Section<'_>, metrics: &[Metric]) -> Vec<AlarmRule> {
    let mut rules: Vec<AlarmRule> = Vec::new();
    for table in section.tables("alarm") {
        let (span, path) = (table.span(), table.path_of("code"));
        let Some(rule) = read(table, metrics) else { continue };
        if rules.iter().any(|earlier| earlier.code == rule.code) {
            section.fault_at(&span, &path, format!("\"{}\" is the code of an earlier alarm", rule.code));
        } else {
            rules.push(rule);
        }
    }
    rules
}

fn read(mut section: Section<'_>, metrics: &[Metric]) -> Option<AlarmRule> {
    let code = name(&mut section, "code");
    let condition = condition(&mut section);
    let metric = metric(&mut section, condition, metrics);
    let wait = section.duration_ms("for", 0..=86_400_000);
    let calm = section.duration_ms("clear_for", 0..=86_400_000);
    let severity = severity(&mut section);
    let text = section.text("text");
    if text.is_none() {
        section.missing_unless_faulty("text", "write the sentence people read; it must carry no value");
    }
    section.finish();
    Some(AlarmRule {
        code: code?,
        metric: metric.ok()?,
        condition: condition?,
        for_ms: ms(wait),
        clear_for_ms: ms(calm),
        severity: severity?,
        text: text?.value,
    })
}

fn ms(found: Option<Found<u64>>) -> u32 {
    found.map_or(0, |found| u32::try_from(found.value).unwrap_or(u32::MAX))
}

fn condition(section: &mut Section<'_>) -> Option<Condition> {
    let numbers = ["above", "below", "rises", "falls"].map(|key| (key, section.number(key)));
    let silent = section.duration_ms("silent", 1_000..=604_800_000);
    let flags = ["link_down", "wrong_device"].map(|key| (key, section.flag(key)));
    let clear = section.number("clear");
    let within = section.duration_ms("within", 1_000..=86_400_000);
    let mut said: Vec<(&str, Found<f64>)> =
        numbers.into_iter().filter_map(|(key, found)| Some((key, found?))).collect();
    let silent = silent.map(|found| Found { value: ms(Some(found.clone())), span: found.span });
    let flags = flags.into_iter().filter_map(|(key, found)| Some((key, found?))).filter(|(_, f)| f.value);
    let others = silent.iter().map(|found| ("silent", found.span.clone()));
    let others: Vec<_> = others.chain(flags.map(|(key, found)| (key, found.span))).collect();
    match (said.len(), others.len()) {
        (0, 0) => {
            section.fault_here(format!("says nothing about when; {CONDITIONS}"));
            return None;
        }
        (1, 0) | (0, 1) => {}
        _ => {
            let spans = said.iter().map(|(key, found)| (*key, &found.span));
            if let Some((key, span)) = spans.chain(others.iter().map(|(key, span)| (*key, span))).nth(1) {
                section.fault(span, key, format!("stands beside another condition; {CONDITIONS}"));
            }
            return None;
        }
    }
    let number = said.pop();
    let key = number.as_ref().map(|(key, _)| *key);
    let (takes_clear, takes_within) =
        (matches!(key, Some("above" | "below")), matches!(key, Some("rises" | "falls")));
    for (key, found, fits) in [
        ("clear", clear.as_ref().map(|found| &found.span), takes_clear),
        ("within", within.as_ref().map(|found| &found.span), takes_within),
    ] {
        if let (Some(span), false) = (found, fits) {
            section.fault(span, key, "means nothing for this condition; drop it");
        }
    }
    match (number, others.first(), silent) {
        (Some(("above", limit)), ..) => threshold(section, Limit::Above(limit.value), clear),
        (Some(("below", limit)), ..) => threshold(section, Limit::Below(limit.value), clear),
        (Some((key, by)), ..) => rate(section, key, &by, within),
        (None, Some(("link_down", _)), _) => Some(Condition::LinkDown),
        (None, Some(("wrong_device", _)), _) => Some(Condition::WrongDevice),
        (None, _, silent) => silent.map(|found| Condition::Silent(found.value)),
    }
}

fn threshold(section: &Section<'_>, limit: Limit, clear: Option<Found<f64>>) -> Option<Condition> {
    let (Limit::Above(edge) | Limit::Below(edge)) = limit;
    if let Some(clear) = &clear {
        let inside = match limit {
            Limit::Above(above) => clear.value <= above,
            Limit::Below(below) => clear.value >= below,
        };
        if !inside {
            let message = "lies beyond the limit, so the alarm would clear while it holds";
            section.fault(&clear.span, "clear", message);
        }
    }
    Some(Condition::Threshold { limit, clear: clear.map_or(edge, |found| found.value) })
}

fn rate(section: &Section<'_>, key: &str, by: &Found<f64>, within: Option<Found<u64>>) -> Option<Condition> {
    if within.is_none() {
        section.missing_unless_faulty("within", "say within how long, such as \"10m\"");
    }
    if by.value <= 0.0 {
        section.fault(&by.span, key, "is by how much, so it is above 0");
        return None;
    }
    let by = if key == "rises" { Limit::Above(by.value) } else { Limit::Below(by.value) };
    Some(Condition::Rate { by, within_ms: ms(Some(within?)) })
}

/// The metric a rule watches, if it watches one; an error when it must and does not.
fn metric(
    section: &mut Section<'_>,
    condition: Option<Condition>,
    metrics: &[Metric],
) -> Result<Option<MetricName>, ()> {
    let of_device = matches!(condition, Some(Condition::LinkDown | Condition::WrongDevice));
    if of_device {
        if let Some(found) = section.text("metric") {
            section.fault(&found.span, "metric", "is not needed: this alarm is about the device as a whole");
        }
        return Ok(None);
    }
    let metric = name(section, "metric").ok_or(())?;
    match metrics.iter().find(|known| known.name == metric) {
        None => {
            let hint = did_you_mean(metric.as_str(), metrics.iter().map(|known| known.name.as_str()));
            section.fault_here(format!("watches \"{metric}\", which is not a metric of this profile{hint}"));
        }
        Some(known) if known.kind() == Kind::Text && !matches!(condition, Some(Condition::Silent(_))) => {
            section.fault_here(format!(
                "watches \"{metric}\", which is text; alarms watch numbers and switches"
            ));
        }
        Some(_) => {}
    }
    Ok(Some(metric))
}

fn severity(section: &mut Section<'_>) -> Option<Severity> {
    let Some(found) = section.text("severity") else {
        section.missing_unless_faulty("severity", "use \"info\", \"warning\" or \"critical\"");
        return None;
    };
    match found.value.as_str() {
        "info" => Some(Severity::Info),
        "warning" => Some(Severity::Warning),
        "critical" => Some(Severity::Critical),
        other => {
            let hint = did_you_mean(other, ["info", "warning", "critical"]);
            section.fault(&found.span, "severity", format!("\"{other}\" is not a severity{hint}"));
            None
        }
    }
}
