//! Strict reading of one TOML table: every key that is asked for is known, every other one is refused by name.
//!
//! Works on the spanned tree of the parser and not on serde, because serde stops at the first error and loses
//! the place of keys inside tagged tables; here all faults of a file are collected in one run.

use super::fault::{Document, Fault, did_you_mean};
use super::lists::whole_number;
use super::units;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Settings from the environment, by name.
pub(crate) type Env = BTreeMap<String, String>;

/// A value with the place it came from, for faults that are found later.
#[derive(Clone, Debug)]
pub(crate) struct Found<T> {
    /// What was written.
    pub value: T,
    /// Where: bytes of the document.
    pub span: Range<usize>,
}

/// One table being read.
pub(crate) struct Section<'a> {
    document: &'a Document,
    table: &'a DeTable<'a>,
    span: Range<usize>,
    path: String,
    env: Option<(&'a Env, String)>,
    asked: BTreeSet<&'static str>,
}

/// Parses the document and reads its root; `None` after notes on every place that is not TOML.
pub(crate) fn parse<T>(document: &Document, read: impl FnOnce(Section<'_>) -> T) -> Option<T> {
    let (root, errors) = DeTable::parse_recoverable(document.text());
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        document.fault(&span, "", format!("is not TOML here: {}", error.message()));
    }
    errors.is_empty().then(|| read(Section::new(document, root.get_ref(), 0..0, "")))
}

/// One value, as text where the kinds do not matter.
pub(super) enum Value<'a> {
    /// From the file.
    Toml(&'a Spanned<DeValue<'a>>),
    /// From the environment.
    Env(&'a str),
}

impl<'a> Section<'a> {
    /// The table at `path`, which begins at `span`.
    pub(crate) fn new(
        document: &'a Document,
        table: &'a DeTable<'a>,
        span: Range<usize>,
        path: impl Into<String>,
    ) -> Self {
        Self { document, table, span, path: path.into(), env: None, asked: BTreeSet::new() }
    }

    /// Lets `PREFIX_KEY` in the environment stand before what the file says.
    pub(crate) fn with_env(mut self, env: &'a Env, prefix: &str) -> Self {
        self.env = Some((env, prefix.to_owned()));
        self
    }

    /// The dotted path of a key of this table.
    pub(crate) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Where this table begins.
    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Notes that the value at `span` is wrong.
    pub(crate) fn fault(&self, span: &Range<usize>, key: &str, message: impl Into<String>) {
        self.document.fault(span, &self.path_of(key), message);
    }

    /// Notes that something at a place of its own is wrong.
    pub(crate) fn fault_at(&self, span: &Range<usize>, path: &str, message: impl Into<String>) {
        self.document.fault(span, path, message);
    }

    /// Notes that something about the whole table is wrong.
    pub(crate) fn fault_here(&self, message: impl Into<String>) {
        self.document.fault(&self.span, &self.path, message);
    }

    /// Notes a key that must be there.
    pub(crate) fn missing(&self, key: &str, hint: &str) {
        self.fault(&self.span, key, format!("is missing; {hint}"));
    }

    /// Notes a key that must be there, unless it is there and its fault was noted already.
    pub(crate) fn missing_unless_faulty(&self, key: &str, hint: &str) {
        if !self.table.contains_key(key) {
            self.missing(key, hint);
        }
    }

    /// The document it belongs to.
    pub(crate) fn document(&self) -> &'a Document {
        self.document
    }

    /// Refuses every key that was not asked for.
    pub(crate) fn finish(self) {
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if !self.asked.contains(name) {
                let hint = did_you_mean(name, self.asked.iter().copied());
                let known = self.asked.iter().copied().collect::<Vec<_>>().join(", ");
                let hint = if hint.is_empty() { format!("; known here: {known}") } else { hint };
                self.fault(&key.span(), name, format!("is not a setting{hint}"));
            }
        }
        if let Some((env, prefix)) = &self.env {
            for name in env.keys().filter(|name| !prefix.is_empty() && name.starts_with(prefix.as_str())) {
                let known: Vec<_> = self.asked.iter().map(|key| variable(prefix, key)).collect();
                if !known.contains(name) {
                    let hint = did_you_mean(name, known.iter().map(String::as_str));
                    self.document.push(environment(name, format!("is not a setting{hint}")));
                }
            }
        }
    }

    /// Text.
    pub(crate) fn text(&mut self, key: &'static str) -> Option<Found<String>> {
        self.parsed(key, "text in quotes", |value| match value {
            Value::Toml(value) => match value.get_ref() {
                DeValue::String(text) => Some(text.to_string()),
                _ => None,
            },
            Value::Env(text) => Some((*text).to_owned()),
        })
    }

    /// A whole number within `range`.
    pub(crate) fn integer(&mut self, key: &'static str, range: RangeInclusive<i64>) -> Option<Found<i64>> {
        let wanted = format!("a whole number from {} to {}", range.start(), range.end());
        self.parsed(key, &wanted, |value| {
            let number = match value {
                Value::Toml(value) => whole_number(value.get_ref())?,
                Value::Env(text) => text.parse().ok()?,
            };
            range.contains(&number).then_some(number)
        })
    }

    /// A number as its text, exactly as written; a fraction such as "1/3" may stand in quotes.
    pub(crate) fn decimal(&mut self, key: &'static str) -> Option<Found<String>> {
        self.parsed(key, "a number", |value| match value {
            Value::Toml(value) => match value.get_ref() {
                DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
                DeValue::Float(number) => Some(number.as_str().to_owned()),
                DeValue::String(text) => Some(text.to_string()),
                _ => None,
            },
            Value::Env(text) => Some((*text).to_owned()),
        })
    }

    /// True or false.
    pub(crate) fn flag(&mut self, key: &'static str) -> Option<Found<bool>> {
        self.parsed(key, "true or false", |value| match value {
            Value::Toml(value) => match value.get_ref() {
                DeValue::Boolean(flag) => Some(*flag),
                _ => None,
            },
            Value::Env(text) => text.parse().ok(),
        })
    }

    /// Whether the key is there, whatever it says.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Where the value of a key stands, if it is there.
    pub(crate) fn place(&self, key: &str) -> Option<Range<usize>> {
        self.table.get(key).map(Spanned::span)
    }

    /// Takes a key for known without reading it.
    pub(crate) fn know(&mut self, key: &'static str) {
        self.asked.insert(key);
    }

    /// A finite number.
    pub(crate) fn number(&mut self, key: &'static str) -> Option<Found<f64>> {
        let found = self.decimal(key)?;
        match found.value.replace('_', "").parse::<f64>() {
            Ok(value) if value.is_finite() => Some(Found { value, span: found.span }),
            _ => {
                self.fault(&found.span, key, format!("\"{}\" is not a finite number", found.value));
                None
            }
        }
    }

    /// Milliseconds of a duration such as "2s", within `range`.
    pub(crate) fn duration_ms(
        &mut self,
        key: &'static str,
        range: RangeInclusive<u64>,
    ) -> Option<Found<u64>> {
        let wanted = format!(
            "a duration such as \"500ms\", \"2s\" or \"5m\", from {}ms to {}ms",
            range.start(),
            range.end()
        );
        self.text_as(key, &wanted, |text| units::duration_ms(text).filter(|ms| range.contains(ms)))
    }

    /// Bytes of a size such as "64MiB", at least `least`.
    pub(crate) fn bytes(&mut self, key: &'static str, least: u64) -> Option<Found<u64>> {
        let wanted = format!("a size such as \"64MiB\", at least {least} bytes");
        self.text_as(key, &wanted, |text| units::bytes(text).filter(|bytes| *bytes >= least))
    }

    /// Text that `parse` understands.
    pub(crate) fn text_as<T>(
        &mut self,
        key: &'static str,
        wanted: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<Found<T>> {
        self.parsed(key, wanted, |value| match value {
            Value::Toml(value) => match value.get_ref() {
                DeValue::String(text) => parse(text),
                _ => None,
            },
            Value::Env(text) => parse(text),
        })
    }

    /// A table inside this one.
    pub(crate) fn table(&mut self, key: &'static str) -> Option<Section<'a>> {
        self.asked.insert(key);
        let (name, value) = self.table.get_key_value(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Section::new(self.document, table, name.span(), self.path_of(key))),
            _ => {
                self.fault(&value.span(), key, format!("must be a table: write [{}]", self.path_of(key)));
                None
            }
        }
    }

    /// The tables of a list, `[[key]]`.
    pub(crate) fn tables(&mut self, key: &'static str) -> Vec<Section<'a>> {
        self.asked.insert(key);
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            let wanted = format!("must be a list of tables: write [[{}]] before each", self.path_of(key));
            self.fault(&value.span(), key, wanted);
            return Vec::new();
        };
        let mut sections = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let path = format!("{}[{}]", self.path_of(key), index + 1);
            match item.get_ref() {
                DeValue::Table(table) => {
                    sections.push(Section::new(self.document, table, item.span(), path));
                }
                _ => self.document.fault(&item.span(), &path, "must be a table"),
            }
        }
        sections
    }

    /// The value of a key as `parse` understands it; what it does not is a fault that says what is `wanted`.
    pub(super) fn parsed<T>(
        &mut self,
        key: &'static str,
        wanted: &str,
        parse: impl FnOnce(&Value<'_>) -> Option<T>,
    ) -> Option<Found<T>> {
        self.asked.insert(key);
        if let Some((env, prefix)) = &self.env {
            let name = variable(prefix, key);
            if let Some(text) = env.get(&name) {
                let value = parse(&Value::Env(text));
                if value.is_none() {
                    self.document.push(environment(&name, format!("must be {wanted}")));
                }
                return value.map(|value| Found { value, span: self.span() });
            }
        }
        let value = self.table.get(key)?;
        let parsed = parse(&Value::Toml(value));
        if parsed.is_none() {
            self.fault(&value.span(), key, format!("must be {wanted}"));
        }
        parsed.map(|parsed| Found { value: parsed, span: value.span() })
    }
}

/// The variable of a key: `RIVERSYNC_` for the top, `RIVERSYNC_BUFFER_` for a section.
fn variable(prefix: &str, key: &str) -> String {
    let prefix = if prefix.is_empty() { "RIVERSYNC_" } else { prefix };
    format!("{prefix}{}", key.to_uppercase())
}

fn environment(name: &str, message: String) -> Fault {
    Fault { file: "environment".to_owned(), line: 0, column: 0, field: name.to_owned(), message }
}
