//! Reads a profile file, strictly: every fault in one run.

use super::address::{TABLES, table};
use super::message::is_pointer;
use super::metric::{self, Defaults};
use super::points::{self, Points};
use super::{Metric, Profile, Quirks, Region, Wire, alarm, coding, identity, report};
use crate::config::fault::{Document, Fault, did_you_mean};
use crate::config::section::{Section, parse};
use std::collections::BTreeSet;

/// Most metrics of one profile; a schema of one device must fit the wire's bound.
const MAX_METRICS: usize = 4_096;

/// Reads the text of a profile that is called `file`.
///
/// # Errors
/// All faults, in the order of the text.
pub(crate) fn read(file: &str, text: &str) -> Result<Profile, Vec<Fault>> {
    read_with(file, text, &mut |name| Err(format!("there is no library \"{name}\" here")))
}

/// Like [`read()`], with a way to the profiles that it takes points from.
///
/// # Errors
/// All faults, in the order of the text.
pub(crate) fn read_with(file: &str, text: &str, points: &mut Points<'_>) -> Result<Profile, Vec<Fault>> {
    let document = Document::new(file, text);
    let profile = parse(&document, |section| profile(section, points)).flatten();
    match (profile, document.into_faults()) {
        (Some(profile), faults) if faults.is_empty() => Ok(profile),
        (_, faults) => Err(faults),
    }
}

fn profile(mut section: Section<'_>, points: &mut Points<'_>) -> Option<Profile> {
    let name = section.text("name").map(|found| found.value);
    if name.is_none() {
        section.missing_unless_faulty("name", "give the name devices use, such as \"rs-pump\"");
    }
    let version = section.integer("version", 1..=i64::from(u32::MAX));
    if version.is_none() {
        section.missing_unless_faulty("version", "begin with 1 and count up with each change");
    }
    let defaults = defaults(&mut section);
    let time_pointer = section.text("time_pointer");
    if let Some(pointer) = time_pointer.as_ref().filter(|found| !is_pointer(&found.value)) {
        section.fault(&pointer.span, "time_pointer", "is not a JSON pointer; write \"/ts\"");
    }
    let base = points::read(&mut section, points);
    let metrics = metrics(&mut section, &defaults, base.as_ref().map_or(&[], |base| &base.metrics));
    let quirks = section.table("quirks").map_or_else(Quirks::default, |mut table| {
        let quirks = Quirks::read(&mut table);
        table.finish();
        quirks
    });
    let quirks = base.as_ref().map_or_else(|| quirks.clone(), |base| quirks.clone().or(&base.quirks));
    let mut gap_ok = base.as_ref().map(|base| base.gap_ok.clone()).unwrap_or_default();
    gap_ok.extend(section.tables("gap_ok").into_iter().filter_map(region));
    let identity = match section.table("identity") {
        Some(table) => identity::read(table, &gap_ok),
        None => base.as_ref().and_then(|base| base.identity.clone()),
    };
    let own = alarm::read_all(&mut section, &metrics);
    let alarms = points::alarms(base.as_ref().map_or(&[], |base| &base.alarms), own);
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

/// What holds for each metric that says nothing else.
fn defaults(section: &mut Section<'_>) -> Defaults {
    let interval = section.duration_ms("interval", 10..=86_400_000);
    let stale_after = section.duration_ms("stale_after", 100..=604_800_000);
    Defaults {
        interval_ms: interval.and_then(|found| u32::try_from(found.value).ok()),
        stale_after_ms: stale_after.and_then(|found| u32::try_from(found.value).ok()),
        report: section.table("report").and_then(|section| report::read(section, None)),
        not_available: coding::defaults(section),
    }
}

/// The metrics of the file over those of its libraries, `base`: a name that is known is patched or replaced.
fn metrics(section: &mut Section<'_>, defaults: &Defaults, base: &[Metric]) -> Vec<Metric> {
    let mut metrics = base.to_vec();
    let mut seen = BTreeSet::new();
    for mut table in section.tables("metric") {
        let (span, path) = (table.span(), table.path_of("name"));
        let named = table
            .text("name")
            .and_then(|found| metrics.iter().position(|known| known.name.as_str() == found.value));
        let metric = match named {
            Some(_) if points::is_patch(&table) => points::patch(table, base),
            _ => metric::read(table, defaults),
        };
        if let Some(metric) = metric {
            if seen.insert(metric.name.clone()) {
                match named.and_then(|index| metrics.get_mut(index)) {
                    Some(known) => *known = metric,
                    None => metrics.push(metric),
                }
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

fn check_sources(section: &Section<'_>, metrics: &[Metric], has_time: bool, has_gaps: bool) {
    let Some(wire) = metrics.first().map(|metric| metric.place.wire()) else {
        return section.missing_unless_faulty("metric", "a profile needs at least one [[metric]]");
    };
    if let Some(other) = metrics.iter().map(|metric| metric.place.wire()).find(|other| *other != wire) {
        section.fault_here(format!(
            "mixes metrics for {} and metrics for {}; make two profiles",
            wire.name(),
            other.name()
        ));
    } else if wire != Wire::Modbus && has_gaps {
        section.fault_here("has gap_ok regions, which mean something only for registers; drop them");
    } else if wire != Wire::Mqtt && has_time {
        section.fault_here("has time_pointer, which means something only for JSON messages; drop it");
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
