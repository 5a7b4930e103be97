//! A foreign file as a tree in which everything knows its line, whatever language it is written in.

use serde_json::value::RawValue;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Deepest nesting that is followed.
const MAX_DEPTH: usize = 32;

/// A value and the line it begins on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
}

/// A value. Numbers stay as they were written: a tenth is a tenth.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Nothing,
    Flag(bool),
    Number(String),
    Text(String),
    List(Vec<Node>),
    Table(BTreeMap<String, Node>),
}

/// Where the lines of a text end.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        Self(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect())
    }

    fn of(&self, offset: usize) -> usize {
        self.0.partition_point(|end| *end < offset) + 1
    }
}

/// Reads TOML.
///
/// # Errors
/// The first place that is not TOML.
pub(super) fn toml(text: &str) -> Result<Node, String> {
    let lines = Lines::new(text);
    let root = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| lines.of(span.start));
        format!("line {line} is not TOML: {}", error.message())
    })?;
    Ok(Node { line: 1, value: toml_table(root.get_ref(), &lines, MAX_DEPTH) })
}

fn toml_table(table: &DeTable<'_>, lines: &Lines, depth: usize) -> Value {
    let entry = |(key, value): (&Spanned<std::borrow::Cow<'_, str>>, &Spanned<DeValue<'_>>)| {
        // The key's line: a table's own span begins wherever its first key is.
        let line = lines.of(key.span().start);
        (key.get_ref().to_string(), Node { line, value: toml_value(value.get_ref(), lines, depth) })
    };
    Value::Table(table.iter().map(entry).collect())
}

fn toml_value(value: &DeValue<'_>, lines: &Lines, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return Value::Nothing };
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => match i128::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Number(number.to_string()),
            Err(_) => Value::Number(number.as_str().to_owned()),
        },
        DeValue::Float(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Datetime(time) => Value::Text(time.to_string()),
        DeValue::Array(items) => Value::List(
            items
                .iter()
                .map(|item| Node {
                    line: lines.of(item.span().start),
                    value: toml_value(item.get_ref(), lines, depth),
                })
                .collect(),
        ),
        DeValue::Table(table) => toml_table(table, lines, depth),
    }
}

/// Reads JSON.
///
/// # Errors
/// The first place that is not JSON.
pub(super) fn json(text: &str) -> Result<Node, String> {
    let raw: &RawValue = serde_json::from_str(text)
        .map_err(|error| format!("line {} is not JSON: {}", error.line().max(1), error))?;
    Ok(json_node(raw, text, &Lines::new(text), MAX_DEPTH))
}

fn json_node(raw: &RawValue, text: &str, lines: &Lines, depth: usize) -> Node {
    let inner = raw.get();
    // What is borrowed from the text knows where in it it stands.
    let offset = (inner.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    Node { line: lines.of(offset), value: json_value(inner, text, lines, depth) }
}

fn json_value(inner: &str, text: &str, lines: &Lines, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return Value::Nothing };
    match inner.as_bytes().first() {
        Some(b'{') => {
            let table: BTreeMap<String, &RawValue> = serde_json::from_str(inner).unwrap_or_default();
            let node = |(key, raw)| (key, json_node(raw, text, lines, depth));
            Value::Table(table.into_iter().map(node).collect())
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(inner).unwrap_or_default();
            Value::List(items.into_iter().map(|raw| json_node(raw, text, lines, depth)).collect())
        }
        Some(b'"') => Value::Text(serde_json::from_str(inner).unwrap_or_default()),
        Some(b't') => Value::Flag(true),
        Some(b'f') => Value::Flag(false),
        Some(b'n') | None => Value::Nothing,
        Some(_) => Value::Number(inner.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_give_the_same_tree_with_lines() {
        let from_toml = toml("a = 1\n[b]\nc = [true,\n \"x\"]\n").unwrap();
        let from_json = json("{\"a\": 1,\n\n\"b\": {\"c\": [true,\n \"x\"]}}").unwrap();
        for node in [from_toml, from_json] {
            let Value::Table(root) = node.value else { panic!() };
            assert_eq!(root["a"], Node { line: 1, value: Value::Number("1".into()) });
            let Value::Table(b) = &root["b"].value else { panic!() };
            let Value::List(items) = &b["c"].value else { panic!() };
            assert_eq!(items[1], Node { line: 4, value: Value::Text("x".into()) });
        }
    }

    #[test]
    fn depth_is_bounded_and_nonsense_has_a_line() {
        let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
        assert!(json(&deep).is_ok());
        assert!(json("{\n\"a\": }").unwrap_err().starts_with("line 2 is not JSON"));
        assert!(toml("a = 1\nb = = 2").unwrap_err().starts_with("line 2 is not TOML"));
    }
}
