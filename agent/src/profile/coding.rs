//! Reads how a metric is coded: type, order, words, the names of its values, and what it says when it has none.

use super::not_available::Pattern;
use super::value::{Characters, NAMES};
use super::{Order, Table, ValueType};
use crate::config::fault::did_you_mean;
use crate::config::lists::Scalar;
use crate::config::section::{Found, Section};
use std::collections::BTreeMap;

/// Most names of one metric.
const MAX_LABELS: usize = 256;

/// The type.
pub(super) fn value(section: &mut Section<'_>) -> Option<ValueType> {
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
        ValueType::Bit(said) => Some(ValueType::Bit(first.unwrap_or(said))),
        ValueType::Bits { first: said, count: many } => {
            let (first, count) = (first.unwrap_or(said), count.unwrap_or(many));
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

/// How many registers or bits it takes.
pub(super) fn count(
    section: &Section<'_>,
    value: ValueType,
    table: Table,
    words: Option<Found<i64>>,
) -> Option<u16> {
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

/// The order of the bytes: by letters, or by the two flags that other tools call `endianness` and `word_order`.
pub(super) fn order(section: &mut Section<'_>, value: Option<ValueType>) -> Order {
    let order = section.text("order");
    let word_order = section.text("word_order");
    let (byte_order, endianness) = (section.text("byte_order"), section.text("endianness"));
    if let (Some(_), Some(twice)) = (&byte_order, &endianness) {
        section.fault(&twice.span, "endianness", "means the same as byte_order; give one of them");
    }
    let (byte_key, byte_order) = match byte_order {
        Some(found) => ("byte_order", Some(found)),
        None => ("endianness", endianness),
    };
    let words = value.and_then(ValueType::words).unwrap_or(1);
    if let Some(order) = order {
        if let Some(flag) = word_order.or(byte_order) {
            section.fault(&flag.span, "order", "stands beside word_order or byte_order; give one form");
        }
        return Order::parse(&order.value, words).unwrap_or_else(|| {
            let usual = match words {
                2 => "ABCD, CDAB, BADC or DCBA",
                3 => "ABCDEF, EFCDAB, BADCFE or FEDCBA",
                4 => "ABCDEFGH, GHEFCDAB, BADCFEHG, HGFEDCBA, CDABGHEF, EFGHABCD or the four-letter forms",
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
                let message = format!("\"{other}\" is not an order; use \"big\" or \"little\"");
                section.fault(&found.span, key, message);
                false
            }
        },
    };
    let flags = (little(word_order, "word_order"), little(byte_order, byte_key));
    Order::of_flags(words, flags.0, flags.1).unwrap_or(Order::BIG)
}

/// Which bytes of the words a text stands in.
pub(super) fn characters(section: &mut Section<'_>, value: Option<ValueType>) -> Characters {
    let wanted = "\"both\", \"upper\" or \"lower\"";
    let found = section.text_as("string_location", wanted, |text| match text {
        "both" => Some(Characters::Both),
        "upper" => Some(Characters::Upper),
        "lower" => Some(Characters::Lower),
        _ => None,
    });
    let Some(found) = found else { return Characters::Both };
    if value.is_some_and(|value| value != ValueType::Text) {
        section.fault(&found.span, "string_location", "means something only for the type \"string\"");
    }
    found.value
}

/// The names of its values, by value.
pub(super) fn labels(section: &mut Section<'_>, value: Option<ValueType>) -> BTreeMap<i64, String> {
    let Some(found) = section.labels("values") else { return BTreeMap::new() };
    if value.is_some_and(|value| !value.is_countable()) {
        section.fault(&found.span, "values", "names whole numbers; this type has none");
    }
    if found.value.len() > MAX_LABELS {
        section.fault(&found.span, "values", format!("has more than {MAX_LABELS} names"));
    }
    found.value
}

/// What it says when it has no value: its own patterns, or those of the profile for its type.
pub(super) fn patterns(
    section: &mut Section<'_>,
    value: Option<ValueType>,
    defaults: &BTreeMap<&'static str, Vec<Pattern>>,
) -> Vec<Pattern> {
    own_patterns(section, value)
        .unwrap_or_else(|| value.and_then(|value| defaults.get(value.name())).cloned().unwrap_or_default())
}

/// What a metric itself says about that.
pub(super) fn own_patterns(section: &mut Section<'_>, value: Option<ValueType>) -> Option<Vec<Pattern>> {
    let own = read_patterns(section, "not_available")?;
    if let Some(value) = value.filter(|value| own.value.iter().any(|pattern| !pattern.suits(*value))) {
        let message = format!("has a pattern that no \"{}\" can look like", value.name());
        section.fault(&own.span, "not_available", message);
    }
    Some(own.value)
}

/// The patterns that a profile says once for all metrics of a type.
pub(super) fn defaults(section: &mut Section<'_>) -> BTreeMap<&'static str, Vec<Pattern>> {
    let mut all = BTreeMap::new();
    let Some(mut table) = section.table("not_available") else { return all };
    for name in NAMES {
        let Some(found) = read_patterns(&mut table, name) else { continue };
        let Some(value) = ValueType::parse(name) else { continue };
        if found.value.iter().any(|pattern| !pattern.suits(value)) {
            table.fault(&found.span, name, format!("has a pattern that no \"{name}\" can look like"));
        }
        all.insert(value.name(), found.value);
    }
    table.finish();
    all
}

fn read_patterns(section: &mut Section<'_>, key: &'static str) -> Option<Found<Vec<Pattern>>> {
    let wanted = "a number, bits such as 0x8000, a text, or a list of them";
    section.scalars(key, wanted, |scalar| match scalar {
        Scalar::Integer(digits, 10) => digits.parse().ok().map(Pattern::Whole),
        Scalar::Integer(digits, radix) => u64::from_str_radix(digits, *radix).ok().map(Pattern::Bits),
        Scalar::Float(digits) => {
            digits.parse::<f64>().ok().filter(|none| none.is_finite()).map(Pattern::Number)
        }
        Scalar::Text(text) => Some(Pattern::Text((*text).to_owned())),
    })
}
