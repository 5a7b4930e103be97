//! Reads a profile file, strictly: every fault in one run.

use super::address::{TABLES, table};
use super::identity;
use super::metric::{self, is_pointer, name};
use super::{AlarmRule, Limit, Place, Profile, Quirks, Region};
use crate::config::fault::{Document, Fault, did_you_mean};
use crate::config::section::{Section, parse};
use riversync_protocol::ids::MetricName;
use riversync_protocol::v1::{Kind, Severity};
use std::collections::BTreeSet;

/// Most metrics of one profile; a schema of one device must fit the wire's bound.
const MAX_METRICS: usize = 4_096;

/// Reads the text of a profile that is called `file`.
///
/// # Errors
/// All faults, in the order of the text.
pub(crate) fn read(file: &str, text: &str) -> Result<Profile, Vec<Fault>> {
    let document = Document::new(file, text);
    let profile = parse(&document, profile).flatten();
    match (profile, document.into_faults()) {
        (Some(profile), faults) if faults.is_empty() => Ok(profile),
        (_, faults) => Err(faults),
    }
}

fn profile(mut section: Section<'_>) -> Option<Profile> {
    let name = section.text("name").map(|found| found.value);
    if name.is_none() {
        section.missing_unless_faulty("name", "give the name devices use, such as \"rs-pump\"");
    }
    let version = section.integer("version", 1..=i64::from(u32::MAX));
    if version.is_none() {
        section.missing_unless_faulty("version", "begin with 1 and count up with each change");
    }
    let interval = section.duration_ms("interval", 10..=86_400_000).map_or(1_000, |found| found.value);
    let time_pointer = section.text("time_pointer");
    if let Some(pointer) = time_pointer.as_ref().filter(|found| !is_pointer(&found.value)) {
        section.fault(&pointer.span, "time_pointer", "is not a JSON pointer; write \"/ts\"");
    }
    let interval = u32::try_from(interval).unwrap_or(u32::MAX);
    let metrics = metrics(&mut section, interval);
    let quirks = section.table("quirks").map_or_else(Quirks::default, |mut table| {
        let quirks = Quirks::read(&mut table);
        table.finish();
        quirks
    });
    let gap_ok: Vec<_> = section.tables("gap_ok").into_iter().filter_map(region).collect();
    let identity = section.table("identity").and_then(|table| identity::read(table, &gap_ok));
    let alarms = alarms(&mut section, &metrics);
    check_sources(&section, &metrics, time_pointer.is_some(), !gap_ok.is_empty());
    section.finish();
    Some(Profile {
        name: name?,
        version: u32::try_from(version?.value).ok()?,
        metrics,
        gap_ok,
        alarms,
        quirks,
        identity,
        time_pointer: time_pointer.map(|found| found.value),
    })
}

fn metrics(section: &mut Section<'_>, interval_ms: u32) -> Vec<super::Metric> {
    let mut metrics: Vec<super::Metric> = Vec::new();
    let mut seen = BTreeSet::new();
    for table in section.tables("metric") {
        let (span, path) = (table.span(), table.path_of("name"));
        if let Some(metric) = metric::read(table, interval_ms) {
            if seen.insert(metric.name.clone()) {
                metrics.push(metric);
            } else {
                section.fault_at(
                    &span,
                    &path,
                    format!("\"{}\" is the name of an earlier metric", metric.name),
                );
            }
        }
    }
    if metrics.len() > MAX_METRICS {
        section.fault_here(format!("has {} metrics; at most {MAX_METRICS} fit one profile", metrics.len()));
    }
    metrics
}

fn check_sources(section: &Section<'_>, metrics: &[super::Metric], has_time: bool, has_gaps: bool) {
    let modbus = metrics.iter().filter(|metric| matches!(metric.place, Place::Register(_))).count();
    if metrics.is_empty() {
        section.missing_unless_faulty("metric", "a profile needs at least one [[metric]]");
    } else if modbus != 0 && modbus != metrics.len() {
        section.fault_here("mixes metrics with register and metrics with pointer; make two profiles");
    } else if modbus == 0 && has_gaps {
        section.fault_here("has gap_ok regions, which mean something only for registers; drop them");
    } else if modbus != 0 && has_time {
        section.fault_here("has time_pointer, which means something only for messages; drop it");
    }
}

fn region(mut section: Section<'_>) -> Option<Region> {
    let register = section.text("register");
    let from = section.integer("from", 0..=65_535);
    let to = section.integer("to", 0..=65_535);
    let named = register.as_ref().and_then(|found| table(&found.value));
    match &register {
        None => section
            .missing_unless_faulty("register", "name the table: holding, input, coil or discrete_input"),
        Some(found) if named.is_none() => {
            let hint = did_you_mean(&found.value, TABLES);
            section.fault(
                &found.span,
                "register",
                format!("\"{}\" is not a table of registers{hint}", found.value),
            );
        }
        Some(_) => {}
    }
    for (key, found) in [("from", &from), ("to", &to)] {
        if found.is_none() {
            section.missing_unless_faulty(key, "give the first and the last 0-based address");
        }
    }
    if let (Some(from), Some(to)) = (&from, &to)
        && from.value > to.value
    {
        section.fault(&to.span, "to", format!("{} lies before from = {}", to.value, from.value));
    }
    section.finish();
    Some(Region { table: named?, from: u16::try_from(from?.value).ok()?, to: u16::try_from(to?.value).ok()? })
}

fn alarms(section: &mut Section<'_>, metrics: &[super::Metric]) -> Vec<AlarmRule> {
    let mut rules: Vec<AlarmRule> = Vec::new();
    for table in section.tables("alarm") {
        let (span, path) = (table.span(), table.path_of("code"));
        let Some(rule) = alarm(table, metrics) else { continue };
        if rules.iter().any(|earlier| earlier.code == rule.code) {
            section.fault_at(&span, &path, format!("\"{}\" is the code of an earlier alarm", rule.code));
        } else {
            rules.push(rule);
        }
    }
    rules
}

fn alarm(mut section: Section<'_>, metrics: &[super::Metric]) -> Option<AlarmRule> {
    let code = name(&mut section, "code");
    let metric = name(&mut section, "metric");
    let limit = limit(&mut section);
    let clear = section.number("clear");
    let wait = section.duration_ms("for", 0..=86_400_000).map_or(0, |found| found.value);
    let severity = severity(&mut section);
    let text = section.text("text");
    if text.is_none() {
        section.missing_unless_faulty("text", "write the sentence people read; it must carry no value");
    }
    if let Some(metric) = &metric {
        check_metric(&section, metric, metrics);
    }
    if let (Some(limit), Some(clear)) = (limit, &clear) {
        let inside = match limit {
            Limit::Above(above) => clear.value <= above,
            Limit::Below(below) => clear.value >= below,
        };
        if !inside {
            section.fault(
                &clear.span,
                "clear",
                "lies beyond the limit, so the alarm would clear while it holds",
            );
        }
    }
    section.finish();
    let limit = limit?;
    let (Limit::Above(edge) | Limit::Below(edge)) = limit;
    Some(AlarmRule {
        code: code?,
        metric: metric?,
        limit,
        clear: clear.map_or(edge, |found| found.value),
        for_ms: u32::try_from(wait).ok()?,
        severity: severity?,
        text: text?.value,
    })
}

fn check_metric(section: &Section<'_>, metric: &MetricName, metrics: &[super::Metric]) {
    match metrics.iter().find(|known| known.name == *metric) {
        None => {
            let hint = did_you_mean(metric.as_str(), metrics.iter().map(|known| known.name.as_str()));
            section.fault_here(format!("watches \"{metric}\", which is not a metric of this profile{hint}"));
        }
        Some(known) if known.kind() == Kind::Text => {
            section.fault_here(format!(
                "watches \"{metric}\", which is text; alarms watch numbers and switches"
            ));
        }
        Some(_) => {}
    }
}

fn limit(section: &mut Section<'_>) -> Option<Limit> {
    let above = section.number("above");
    let below = section.number("below");
    match (above, below) {
        (Some(above), None) => Some(Limit::Above(above.value)),
        (None, Some(below)) => Some(Limit::Below(below.value)),
        (None, None) => {
            section.missing_unless_faulty("above", "give the limit as above or below");
            None
        }
        (Some(_), Some(below)) => {
            section.fault(&below.span, "below", "stands beside above; make two alarms");
            None
        }
    }
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
