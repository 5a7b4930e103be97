//! Values of a table that hold several: lists, and names by number.

use super::section::{Found, Section, Value};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use toml::de::DeValue;

/// A number or a text, as it was written.
pub(crate) enum Scalar<'a> {
    /// A whole number and its radix.
    Integer(&'a str, u32),
    /// Any other number.
    Float(&'a str),
    /// A text.
    Text(&'a str),
}

impl Section<'_> {
    /// A list of texts.
    pub(crate) fn texts(&mut self, key: &'static str) -> Option<Found<Vec<String>>> {
        self.parsed(key, "a list of texts", |value| match value {
            Value::Toml(value) => match value.get_ref() {
                DeValue::Array(items) => items
                    .iter()
                    .map(|item| match item.get_ref() {
                        DeValue::String(text) => Some(text.to_string()),
                        _ => None,
                    })
                    .collect(),
                _ => None,
            },
            Value::Env(text) => Some(text.split(',').map(|part| part.trim().to_owned()).collect()),
        })
    }

    /// A list of whole numbers within `range`.
    pub(crate) fn integers(
        &mut self,
        key: &'static str,
        range: RangeInclusive<i64>,
    ) -> Option<Found<Vec<i64>>> {
        let wanted = format!("a list of whole numbers from {} to {}", range.start(), range.end());
        self.parsed(key, &wanted, |value| match value {
            Value::Toml(value) => match value.get_ref() {
                DeValue::Array(items) => items
                    .iter()
                    .map(|item| whole_number(item.get_ref()).filter(|number| range.contains(number)))
                    .collect(),
                _ => None,
            },
            Value::Env(_) => None,
        })
    }

    /// One value or a list of them, each as `parse` understands it.
    pub(crate) fn scalars<T>(
        &mut self,
        key: &'static str,
        wanted: &str,
        parse: impl Fn(&Scalar<'_>) -> Option<T>,
    ) -> Option<Found<Vec<T>>> {
        let one = |value: &DeValue<'_>| {
            parse(&match value {
                DeValue::Integer(number) => Scalar::Integer(number.as_str(), number.radix()),
                DeValue::Float(number) => Scalar::Float(number.as_str()),
                DeValue::String(text) => Scalar::Text(text),
                _ => return None,
            })
        };
        self.parsed(key, wanted, |value| match value {
            Value::Toml(value) => match value.get_ref() {
                DeValue::Array(items) => items.iter().map(|item| one(item.get_ref())).collect(),
                single => one(single).map(|value| vec![value]),
            },
            Value::Env(_) => None,
        })
    }

    /// Texts by whole numbers, such as `{ 0 = "off", 1 = "on" }`.
    pub(crate) fn labels(&mut self, key: &'static str) -> Option<Found<BTreeMap<i64, String>>> {
        self.parsed(key, "names by number, such as { 0 = \"off\", 1 = \"on\" }", |value| match value {
            Value::Toml(value) => match value.get_ref() {
                DeValue::Table(table) => table
                    .iter()
                    .map(|(number, name)| match name.get_ref() {
                        DeValue::String(name) => Some((number.get_ref().parse().ok()?, name.to_string())),
                        _ => None,
                    })
                    .collect(),
                _ => None,
            },
            Value::Env(_) => None,
        })
    }
}

/// The number, if it is a whole one.
pub(super) fn whole_number(value: &DeValue<'_>) -> Option<i64> {
    match value {
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    }
}
