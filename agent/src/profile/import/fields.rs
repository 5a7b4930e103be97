//! A table of a foreign file of which each field is taken once; what is left over is reported.

use super::Imported;
use super::node::{Node, Value};
use std::collections::BTreeMap;

/// The fields that nobody has taken yet.
#[derive(Clone, Debug)]
pub(super) struct Fields {
    /// Line of the table.
    pub(super) line: usize,
    left: BTreeMap<String, Node>,
}

impl Fields {
    /// The fields of a table.
    pub(super) fn of(node: Node) -> Option<Self> {
        match node.value {
            Value::Table(left) => Some(Self { line: node.line, left }),
            _ => None,
        }
    }

    /// The line of a field, or of the table.
    pub(super) fn line_of(&self, key: &str) -> usize {
        self.left.get(key).map_or(self.line, |node| node.line)
    }

    /// Takes a field that is text and not empty.
    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        self.take(key, |value| match value {
            Value::Text(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            _ => None,
        })
    }

    /// Takes a field that is a number, as it was written.
    pub(super) fn number(&mut self, key: &str) -> Option<String> {
        self.take(key, |value| match value {
            Value::Number(text) => Some(text.clone()),
            // Some tools write numbers in quotes.
            Value::Text(text) if text.trim().parse::<f64>().is_ok() => Some(text.trim().to_owned()),
            _ => None,
        })
    }

    /// Takes a field that is a whole number of this type.
    pub(super) fn whole<T: std::str::FromStr>(&mut self, key: &str) -> Option<T> {
        self.take(key, |value| match value {
            Value::Number(text) | Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        })
    }

    /// Takes a switch.
    pub(super) fn flag(&mut self, key: &str) -> Option<bool> {
        self.take(key, |value| match value {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        })
    }

    /// Takes a list; one table counts as a list of one.
    pub(super) fn list(&mut self, key: &str) -> Vec<Node> {
        let found = self.take(key, |value| match value {
            Value::List(items) => Some(items.clone()),
            _ => None,
        });
        found.unwrap_or_default()
    }

    /// Takes the tables of a list.
    pub(super) fn tables(&mut self, key: &str) -> Vec<Self> {
        self.list(key).into_iter().filter_map(Self::of).collect()
    }

    /// Takes a table.
    pub(super) fn table(&mut self, key: &str) -> Option<Self> {
        let line = self.line_of(key);
        self.take(key, |value| match value {
            Value::Table(left) => Some(Self { line, left: left.clone() }),
            _ => None,
        })
    }

    /// Drops a field that says nothing a profile needs.
    pub(super) fn drop(&mut self, keys: &[&str]) {
        for key in keys {
            self.left.remove(*key);
        }
    }

    /// Reports fields and why they do not carry over.
    pub(super) fn leave(&mut self, keys: &[&str], why: &str, imported: &mut Imported) {
        for key in keys {
            if let Some(node) = self.left.remove(*key) {
                imported.leave(node.line, *key, why);
            }
        }
    }

    /// Reports whatever is left.
    pub(super) fn finish(self, imported: &mut Imported) {
        for (key, node) in self.left {
            imported.leave(node.line, key, "has no counterpart in a profile");
        }
    }

    /// Takes a field if it can be read as wanted; else it stays, and is reported at the end.
    fn take<T>(&mut self, key: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
        let found = self.left.get(key).and_then(|node| read(&node.value));
        if found.is_some() {
            self.left.remove(key);
        }
        found
    }
}
