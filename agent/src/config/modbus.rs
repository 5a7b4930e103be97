//! Reads `[device.modbus]`: which line, which unit, what is odd about it.

use super::fault::did_you_mean;
use super::section::Section;
use super::{Bus, Line, Modbus, line};
use crate::profile::{Place, Profile, Quirks, Table};
use std::path::Path;
use std::sync::Arc;

/// Keys that say where a line leads; beside `bus` they say it twice.
const LINE_KEYS: [&str; 9] =
    ["transport", "host", "port", "serial", "baud", "parity", "stop_bits", "server_name", "tls"];

/// Reads one table. `profile` is checked against the limits that are set here.
pub(super) fn read(
    mut section: Section<'_>,
    profile: Option<&Profile>,
    buses: &[Bus],
    base: &Path,
) -> Option<Modbus> {
    let bus = section.text("bus");
    let line = match &bus {
        None => line::read(&mut section, base).map(Arc::new),
        Some(named) => {
            let twice: Vec<_> = LINE_KEYS.into_iter().filter(|key| section.has(key)).collect();
            for key in twice {
                section.know(key);
                section.fault(
                    &named.span,
                    key,
                    "belongs to the [[bus]] that this device names; drop it here",
                );
            }
            let found = buses.iter().find(|known| known.id == named.value);
            if found.is_none() {
                let hint = did_you_mean(&named.value, buses.iter().map(|known| known.id.as_str()));
                section.fault(&named.span, "bus", format!("there is no bus \"{}\"{hint}", named.value));
            }
            found.map(|found| Arc::clone(&found.line))
        }
    };
    let is_serial = line.as_deref().is_some_and(|line| matches!(line, Line::Serial(_)));
    // Over a serial line 0 is everybody and 248 to 255 are nobody (Modbus over serial line 1.02, section 2.2).
    let unit = section.integer("unit", if is_serial { 1..=247 } else { 0..=255 });
    let timeout_ms = section.duration_ms("timeout", 10..=60_000).map_or(1_000, |found| found.value);
    let late_ms = section.duration_ms("late_replies", 0..=60_000).map_or(timeout_ms, |found| found.value);
    let limits = section.span();
    let own = Quirks::read(&mut section);
    let quirks = profile.map_or_else(|| own.clone(), |profile| own.clone().or(&profile.quirks));
    if let Some(profile) = profile {
        check(&section, &limits, profile, &quirks);
    }
    section.finish();
    Some(Modbus {
        line: line?,
        unit: unit.map_or(Some(1), |found| u8::try_from(found.value).ok())?,
        timeout_ms,
        late_ms,
        quirks,
    })
}

fn check(section: &Section<'_>, span: &std::ops::Range<usize>, profile: &Profile, quirks: &Quirks) {
    let registers = || {
        profile.metrics.iter().filter_map(|metric| match &metric.place {
            Place::Register(at) => Some((metric, at)),
            Place::Message(_) => None,
        })
    };
    let widest = registers().filter(|(_, at)| !at.table.is_bits()).max_by_key(|(_, at)| at.count);
    if let Some((metric, at)) = widest
        && at.count > quirks.max_words()
    {
        let message = format!(
            "is {}, but metric \"{}\" takes {} registers at once",
            quirks.max_words(),
            metric.name,
            at.count
        );
        section.fault(&section.place("max_words").unwrap_or_else(|| span.clone()), "max_words", message);
    }
    let furthest = registers().filter(|(_, at)| at.table == Table::Coil).max_by_key(|(_, at)| at.address);
    if let Some((metric, at)) = furthest
        && quirks.coils_from_zero == Some(true)
        && u32::from(at.address) + 1 > u32::from(quirks.max_bits())
    {
        let message = format!(
            "cannot reach metric \"{}\" at {}: a request from 0 to it has more than {} bits",
            metric.name,
            at.address,
            quirks.max_bits()
        );
        section.fault(
            &section.place("coils_from_zero").unwrap_or_else(|| span.clone()),
            "coils_from_zero",
            message,
        );
    }
}
