//! A profile in the making: what an importer or a scan has found out, as the text of a profile file.
//!
//! The text is the contract, not our own types: it is read back by [`super::read()`] before anybody gets it, so what
//! is written is a profile, with the same checks as one that a person wrote.

use super::{Profile, Table, read};
use crate::config::fault::Fault;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Longest name of a profile or metric that is made.
const MAX_NAME: usize = 64;

/// A profile in the making.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// Its name; see [`name_of`].
    pub name: String,
    /// Lines of the comment at its head.
    pub about: Vec<String>,
    /// How often metrics are read, milliseconds.
    pub interval_ms: Option<u64>,
    /// In the order of the source.
    pub metrics: Vec<DraftMetric>,
}

/// A metric in the making.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DraftMetric {
    /// Its name; made unique within the profile when it is written.
    pub name: String,
    /// For people, where it says more than the name.
    pub label: Option<String>,
    /// Such as `kW`.
    pub unit: Option<String>,
    /// Its table.
    pub table: Option<Table>,
    /// 0-based protocol address.
    pub address: u16,
    /// Registers, for text only.
    pub words: Option<u16>,
    /// Name of a type of EDGE section 7.
    pub kind: String,
    /// Lowest bit, for `bit` and `bits`.
    pub bit: Option<u8>,
    /// How many bits, for `bits`.
    pub bits: Option<u8>,
    /// `CDAB` and the like, where it is not most significant first.
    pub order: Option<String>,
    /// A number or a fraction, as [`crate::config::units::ratio`] reads it; 1 when nothing is said.
    pub scale: Option<String>,
    /// Added after scaling.
    pub offset: Option<f64>,
    /// The raw value that means "not available".
    pub not_available: Option<i64>,
    /// How often, milliseconds, where it is not the profile's.
    pub interval_ms: Option<u64>,
}

impl Draft {
    /// The text of the profile and the profile that it reads as.
    ///
    /// # Errors
    /// What is wrong with it, with places in the text that is not given out.
    pub fn finish(&self) -> Result<(String, Profile), Vec<Fault>> {
        let text = self.text();
        let profile = read(&format!("{}.toml", self.name), &text)?;
        Ok((text, profile))
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for line in &self.about {
            // A comment of TOML holds no control characters but the tab.
            let _infallible = writeln!(text, "# {}", line.replace(char::is_control, " "));
        }
        let _infallible = write!(text, "name = {}\nversion = 1\n", quoted(&self.name));
        if let Some(ms) = self.interval_ms {
            let _infallible = writeln!(text, "interval = \"{}\"", duration(ms));
        }
        let mut names = BTreeSet::new();
        for metric in &self.metrics {
            metric.write(&unique(&metric.name, &mut names), &mut text);
        }
        text
    }
}

impl DraftMetric {
    fn write(&self, name: &str, text: &mut String) {
        let mut pair = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                let _infallible = writeln!(text, "{key} = {value}");
            }
        };
        pair("\n[[metric]]\nname", Some(quoted(name)));
        pair("label", self.label.as_deref().map(quoted));
        let table = self.table.unwrap_or(Table::Holding);
        pair("register", Some(quoted(table.name())));
        // An address that might be a datasheet's reference is written as one (EDGE fault 20).
        if super::address::five_digit_reference(table, self.address).is_some() {
            pair("ref", Some(quoted(&super::address::written(table, self.address))));
        } else {
            pair("address", Some(self.address.to_string()));
        }
        pair("words", self.words.map(|words| words.to_string()));
        pair("type", Some(quoted(&self.kind)));
        pair("bit", self.bit.map(|bit| bit.to_string()));
        pair("bits", self.bits.map(|bits| bits.to_string()));
        pair("order", self.order.as_deref().map(quoted));
        pair("scale", self.scale.as_deref().map(quoted));
        pair("offset", self.offset.map(|offset| format!("{offset:?}")));
        pair("not_available", self.not_available.map(|raw| raw.to_string()));
        pair("unit", self.unit.as_deref().map(quoted));
        pair("interval", self.interval_ms.map(|ms| quoted(&duration(ms))));
    }
}

/// A name that grants can say, made of whatever a tool called it: `Voltage L1-N` becomes `voltage_l1_n`.
pub(crate) fn name_of(text: &str) -> String {
    let mut name = String::new();
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            name.push(letter.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        if name.len() == MAX_NAME - 4 {
            break; // room for a number that makes it unique
        }
    }
    let name = name.trim_end_matches('_');
    match name.bytes().next() {
        None => "value".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("m{name}"),
        Some(_) => name.to_owned(),
    }
}

fn unique(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = wanted.to_owned();
    let mut number = 1;
    while !taken.insert(name.clone()) {
        number += 1;
        name = format!("{wanted}_{number}");
    }
    name
}

fn duration(ms: u64) -> String {
    if ms.is_multiple_of(1_000) { format!("{}s", ms / 1_000) } else { format!("{ms}ms") }
}

/// A basic string of TOML (section "String").
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            letter if letter.is_control() => {
                let _infallible = write!(out, "\\u{:04X}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Place;
    use proptest::prelude::*;

    #[test]
    fn names_are_made_of_anything() {
        for (text, name) in [
            ("Voltage L1-N", "voltage_l1_n"),
            ("  ΔT (°C) ", "t_c"),
            ("", "value"),
            ("400001", "m400001"),
            ("__x__", "x"),
        ] {
            assert_eq!(name_of(text), name);
        }
        assert!(name_of(&"x".repeat(500)).len() <= MAX_NAME);
    }

    #[test]
    fn what_would_be_ambiguous_is_written_as_a_reference() {
        let metric =
            |address| DraftMetric { name: "m".into(), address, kind: "uint16".into(), ..Default::default() };
        let draft =
            Draft { name: "p".into(), metrics: vec![metric(40_071), metric(40_071)], ..Draft::default() };
        let (text, profile) = draft.finish().unwrap();
        assert!(text.contains("ref = \"440072\""), "{text}");
        assert_eq!(profile.metrics[1].name.as_str(), "m_2");
        let Place::Register(at) = &profile.metrics[0].place else { panic!("{text}") };
        assert_eq!(at.address, 40_071);
    }

    proptest! {
        #[test]
        fn whatever_people_call_things_the_text_is_a_profile(
            name in ".{0,80}", label in ".{0,40}", unit in ".{0,10}", about in ".{0,40}", address in 0_u16..60_000,
        ) {
            let metric = DraftMetric {
                name: name_of(&name), label: Some(label.clone()), unit: Some(unit.clone()), address,
                kind: "float32".into(), order: Some("CDAB".into()), scale: Some("1/3".into()), offset: Some(-0.5),
                table: Some(Table::Input), ..Default::default()
            };
            let draft = Draft {
                name: name_of(&name), about: vec![about], interval_ms: Some(1_500), metrics: vec![metric.clone(), metric],
            };
            let (text, profile) = draft.finish().map_err(|faults| TestCaseError::fail(format!("{faults:?}\n{}", draft.text())))?;
            prop_assert_eq!(&profile.metrics[0].label, &label, "{}", text);
            prop_assert_eq!(&profile.metrics[1].unit, &unit);
            prop_assert_eq!(profile.metrics[0].interval_ms, 1_500);
        }
    }
}
