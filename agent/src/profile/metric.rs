//! Reads one `[[metric]]` of a profile.

use super::location::Written;
use super::not_available::Pattern;
use super::{Metric, Place, RegisterAt, ReportPolicy, ValueType, coding, message, report};
use crate::config::section::Section;
use crate::config::units::ratio;
use riversync_protocol::ids::MetricName;
use riversync_protocol::v1::Scale;
use std::collections::BTreeMap;

/// Most registers one request may read (Modbus specification 1.1b3, section 6.3).
pub(crate) const MAX_WORDS: u16 = 125;
/// Most bits one request may read (section 6.1).
pub(crate) const MAX_BITS: u16 = 2_000;

/// How often a metric is read when nothing is said, milliseconds.
const INTERVAL_MS: u32 = 1_000;
/// After how many intervals without a message a value is too old to believe, where an interval is said.
const SILENT_INTERVALS: u32 = 5;

/// What the profile says for all metrics.
pub(super) struct Defaults {
    pub(super) interval_ms: Option<u32>,
    pub(super) stale_after_ms: Option<u32>,
    pub(super) report: Option<ReportPolicy>,
    pub(super) not_available: BTreeMap<&'static str, Vec<Pattern>>,
}

/// Reads one metric; `None` when something is wrong with it, which is then noted.
pub(super) fn read(mut section: Section<'_>, defaults: &Defaults) -> Option<Metric> {
    let name = name(&mut section, "name");
    let label = section.text("label").map(|found| found.value);
    let unit = section.text("unit").map(|found| found.value).unwrap_or_default();
    let interval = section.duration_ms("interval", 10..=86_400_000);
    let said_ms = interval.and_then(|found| u32::try_from(found.value).ok()).or(defaults.interval_ms);
    let stale_after = section.duration_ms("stale_after", 100..=604_800_000);
    let value = coding::value(&mut section);
    let labels = coding::labels(&mut section, value);
    let (scale, offset) = scale(&mut section, value.filter(|_| labels.is_empty()));
    let not_available = coding::patterns(&mut section, value, &defaults.not_available);
    let counter = counter(&mut section, value);
    let report = section.table("report").and_then(|section| report::read(section, value));
    let place = place(&mut section, value);
    if let (Some(value), Some(Place::Register(at))) = (value, &place)
        && at.table.is_bits()
        && value != ValueType::Bool
    {
        section.fault_here("stands in a table of bits, so its type can only be \"bool\"");
    }
    if let (false, Some(Place::Message(_))) = (labels.is_empty(), &place) {
        section.fault_here("names its values, which means something only for registers");
    }
    section.finish();
    let (name, value, place) = (name?, value?, place?);
    let stale_after_ms =
        stale_after.and_then(|found| u32::try_from(found.value).ok()).or(defaults.stale_after_ms);
    // A poll says itself when it failed; only who waits to be told must notice that nothing comes.
    let speaks = matches!(place, Place::Message(_));
    let usual_ms = said_ms.filter(|_| speaks).map(|ms| ms.saturating_mul(SILENT_INTERVALS));
    Some(Metric {
        label: label.unwrap_or_else(|| name.to_string()),
        name,
        unit,
        interval_ms: said_ms.unwrap_or(INTERVAL_MS),
        scale,
        offset,
        labels,
        not_available,
        counter,
        stale_after_ms: stale_after_ms.or(usual_ms),
        report: report.or_else(|| defaults.report.clone()).map(|policy| policy.for_value(value)),
        value,
        place,
    })
}

fn counter(section: &mut Section<'_>, value: Option<ValueType>) -> bool {
    let Some(counter) = section.flag("counter") else { return false };
    if counter.value && value.is_some_and(|value| !value.is_number()) {
        section.fault(&counter.span, "counter", "means something only for numbers");
    }
    counter.value
}

/// A required name of a metric or an alarm.
pub(super) fn name(section: &mut Section<'_>, key: &'static str) -> Option<MetricName> {
    let Some(found) = section.text(key) else {
        section.missing_unless_faulty(key, "give it a short name such as \"power\"");
        return None;
    };
    match MetricName::new(found.value.as_str()) {
        Ok(name) => Some(name),
        Err(error) => {
            section.fault(&found.span, key, error.to_string());
            None
        }
    }
}

/// Raw to physical; a factor of one and nothing added when nothing is said.
pub(super) fn scale(section: &mut Section<'_>, value: Option<ValueType>) -> (Scale, f64) {
    let scale = section.decimal("scale");
    let offset = section.number("offset");
    if let (Some(value), Some(found)) =
        (value, scale.as_ref().map(|found| &found.span).or(offset.as_ref().map(|found| &found.span)))
        && !value.is_number()
    {
        section.fault(found, "scale", "means something only for numbers");
    }
    let ratio = scale.and_then(|found| {
        let ratio = ratio(&found.value);
        if ratio.is_none() {
            let wanted =
                "is not a number other than 0 with at most 18 digits, nor a fraction such as \"1/3\"";
            section.fault(&found.span, "scale", format!("\"{}\" {wanted}", found.value));
        }
        ratio
    });
    (ratio.unwrap_or(Scale::ONE), offset.map_or(0.0, |found| found.value))
}

fn place(section: &mut Section<'_>, value: Option<ValueType>) -> Option<Place> {
    let message = message::read(section);
    let written = Written::read(section);
    let words = section.integer("words", 1..=i64::from(MAX_WORDS));
    let order = coding::order(section, value);
    let characters = coding::characters(section, value);
    if let Some((key, message)) = message {
        for (other, span) in written.keys() {
            let message =
                format!("cannot stand beside {key}: a metric is read over Modbus or over MQTT, not both");
            section.fault(span, other, message);
        }
        return message.map(Place::Message);
    }
    let (table, address) = written.place(section)?;
    let count = coding::count(section, value?, table, words)?;
    if u32::from(address) + u32::from(count) > 65_536 {
        section.fault_here(format!(
            "begins at address {address} and takes {count}, which passes the last address 65535; is {address} a datasheet reference? Then write it as ref"
        ));
        return None;
    }
    Some(Place::Register(RegisterAt { table, address, count, order, characters }))
}
