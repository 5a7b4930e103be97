//! Reads one `[[metric]]` of a profile.

use super::address::{TABLES, looks_like_reference, reference, table};
use super::value::NAMES;
use super::{Metric, Order, Place, RegisterAt, ReportPolicy, Table, ValueType, message, report};
use crate::config::fault::did_you_mean;
use crate::config::section::{Found, Section};
use crate::config::units::ratio;
use riversync_protocol::ids::MetricName;
use riversync_protocol::v1::Scale;

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
}

/// Reads one metric; `None` when something is wrong with it, which is then noted.
pub(super) fn read(mut section: Section<'_>, defaults: &Defaults) -> Option<Metric> {
    let name = name(&mut section, "name");
    let label = section.text("label").map(|found| found.value);
    let unit = section.text("unit").map(|found| found.value).unwrap_or_default();
    let interval = section.duration_ms("interval", 10..=86_400_000);
    let said_ms = interval.and_then(|found| u32::try_from(found.value).ok()).or(defaults.interval_ms);
    let stale_after = section.duration_ms("stale_after", 100..=604_800_000);
    let value = value(&mut section);
    let (scale, offset) = scale(&mut section, value);
    let not_available = section.integer("not_available", i64::MIN..=i64::MAX).map(|found| found.value);
    let counter = counter(&mut section, value);
    let report = section.table("report").and_then(|section| report::read(section, value));
    let place = place(&mut section, value);
    if let (Some(value), Some(Place::Register(at))) = (value, &place)
        && at.table.is_bits()
        && value != ValueType::Bool
    {
        section.fault_here("stands in a table of bits, so its type can only be \"bool\"");
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

fn value(section: &mut Section<'_>) -> Option<ValueType> {
    let bit = section.integer("bit", 0..=15);
    let bits = section.integer("bits", 1..=16);
    let Some(found) = section.text("type") else {
        section
            .missing_unless_faulty("type", "say how the value is coded, such as \"uint16\" or \"float32\"");
        return None;
    };
    let Some(value) = ValueType::parse(&found.value) else {
        let hint = did_you_mean(&found.value, NAMES);
        section.fault(&found.span, "type", format!("\"{}\" is not a type{hint}", found.value));
        return None;
    };
    let byte = |found: &Option<Found<i64>>| found.as_ref().and_then(|found| u8::try_from(found.value).ok());
    let (first, count) = (byte(&bit), byte(&bits));
    match value {
        ValueType::Bit(_) => Some(ValueType::Bit(first.unwrap_or(0))),
        ValueType::Bits { .. } => {
            let (first, count) = (first.unwrap_or(0), count.unwrap_or(1));
            if first + count > 16 {
                section.fault_here("the bits pass the end of the word: bit + bits is at most 16");
            }
            Some(ValueType::Bits { first, count })
        }
        other => {
            if let Some(found) = bit.or(bits) {
                section.fault(&found.span, "bit", "means something only for the types \"bit\" and \"bits\"");
            }
            Some(other)
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
    let register = section.text("register");
    let message = message::read(section);
    let address = section.integer("address", 0..=65_535);
    let reference = section.text("ref");
    let words = section.integer("words", 1..=i64::from(MAX_WORDS));
    let order = order(section, value, words.as_ref().map(|found| found.value));
    if let Some((key, message)) = message {
        for (other, found) in [
            ("register", register.map(|f| f.span)),
            ("address", address.map(|f| f.span)),
            ("ref", reference.map(|f| f.span)),
        ] {
            if let Some(span) = found {
                let message =
                    format!("cannot stand beside {key}: a metric is read over Modbus or over MQTT, not both");
                section.fault(&span, other, message);
            }
        }
        return message.map(Place::Message);
    }
    let (table, address) = location(section, register, address, reference)?;
    let count = count(section, value?, table, words)?;
    if u32::from(address) + u32::from(count) > 65_536 {
        section.fault_here(format!(
            "begins at address {address} and takes {count}, which passes the last address 65535; is {address} a datasheet reference? Then write it as ref"
        ));
        return None;
    }
    Some(Place::Register(RegisterAt { table, address, count, order }))
}

pub(super) fn location(
    section: &Section<'_>,
    register: Option<Found<String>>,
    address: Option<Found<i64>>,
    written: Option<Found<String>>,
) -> Option<(Table, u16)> {
    let named = register.as_ref().and_then(|found| {
        let table = table(&found.value);
        if table.is_none() {
            let hint = did_you_mean(&found.value, TABLES);
            section.fault(
                &found.span,
                "register",
                format!("\"{}\" is not a table of registers{hint}", found.value),
            );
        }
        table
    });
    match (address, written) {
        (Some(_), Some(written)) => {
            section.fault(
                &written.span,
                "ref",
                "stands beside address; give one of them, they count differently",
            );
            None
        }
        (None, None) => {
            section.missing_unless_faulty(
                "address",
                "give the 0-based address, or ref = \"40001\" as the datasheet prints it",
            );
            None
        }
        (Some(address), None) => {
            if register.is_none() {
                section.missing_unless_faulty(
                    "register",
                    "name the table: holding, input, coil or discrete_input",
                );
            }
            let (table, at) = (named?, u16::try_from(address.value).ok()?);
            if looks_like_reference(table, at) {
                let message = format!(
                    "{at} may mean address {at} or reference {at} (address {}); write ref = \"{at}\" for the reference, or ref = \"{}{:05}\" for the address",
                    at % 10_000 - 1,
                    at / 10_000,
                    u32::from(at) + 1
                );
                section.fault(&address.span, "address", message);
                return None;
            }
            Some((table, at))
        }
        (None, Some(written)) => match reference(&written.value) {
            Ok((table, at)) => {
                if named.is_some_and(|named| named != table) {
                    let message = format!(
                        "\"{}\" lies in table {}, but register names another",
                        written.value,
                        table.name()
                    );
                    section.fault(&written.span, "ref", message);
                }
                Some((table, at))
            }
            Err(message) => {
                section.fault(&written.span, "ref", message);
                None
            }
        },
    }
}

fn count(section: &Section<'_>, value: ValueType, table: Table, words: Option<Found<i64>>) -> Option<u16> {
    match (value.words(), words) {
        (_, Some(_)) if table.is_bits() => {
            section.fault_here("stands in a table of bits and takes one; drop words");
            None
        }
        (None, Some(words)) => u16::try_from(words.value).ok(),
        (None, None) => {
            section
                .missing_unless_faulty("words", "say how many registers the text takes, two characters each");
            None
        }
        (Some(fixed), Some(words)) if i64::from(fixed) != words.value => {
            section.fault(&words.span, "words", format!("this type takes {fixed}; drop words"));
            None
        }
        (Some(fixed), _) => Some(fixed),
    }
}

fn order(section: &mut Section<'_>, value: Option<ValueType>, text_words: Option<i64>) -> Order {
    let order = section.text("order");
    let word_order = section.text("word_order");
    let byte_order = section.text("byte_order");
    let words = value.and_then(ValueType::words).unwrap_or(if text_words.is_some() { 1 } else { 0 });
    if let Some(order) = order {
        if let Some(flag) = word_order.or(byte_order) {
            section.fault(&flag.span, "order", "stands beside word_order or byte_order; give one form");
        }
        return Order::parse(&order.value, words.max(1)).unwrap_or_else(|| {
            let usual = match words {
                2 => "ABCD, CDAB, BADC or DCBA",
                4 => "ABCDEFGH, GHEFCDAB, BADCFEHG, HGFEDCBA or the four-letter forms",
                _ => "AB or BA",
            };
            section.fault(
                &order.span,
                "order",
                format!("\"{}\" does not name each byte once; use {usual}", order.value),
            );
            Order::BIG
        });
    }
    let little = |found: Option<Found<String>>, key: &str| match found {
        None => false,
        Some(found) => match found.value.to_ascii_lowercase().as_str() {
            "little" => true,
            "big" => false,
            other => {
                section.fault(
                    &found.span,
                    key,
                    format!("\"{other}\" is not an order; use \"big\" or \"little\""),
                );
                false
            }
        },
    };
    let flags = (little(word_order, "word_order"), little(byte_order, "byte_order"));
    Order::of_flags(words.max(1), flags.0, flags.1).unwrap_or(Order::BIG)
}
