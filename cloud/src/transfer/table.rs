//! How a table is described, and the statements that follow from it, one text for both engines but for JSON and order.

use super::list::TABLES;
use crate::platform::db::{Bind, Pieces, Tx};
use data_encoding::BASE64;
use serde_json::{Map, Value};

/// A row as it stands in the file: by column; bytes are Base64.
pub(super) type Row = Map<String, Value>;

/// Whose the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Belongs {
    /// Those are the organisation's for which this condition holds; `$1` is the organisation. Nobody else exports them.
    Own(&'static str),
    /// The same, of rows that somebody else may have as well, whole. One that is there already as it is, is left alone.
    Shared(&'static str),
    /// They are never exported, because.
    Never(&'static str),
}

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) belongs: Belongs,
    /// As [`super::list`] spells them.
    pub(super) columns: &'static str,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Int,
    Blob,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) key: bool,
    pub(super) or_null: bool,
    /// It tells when the row came to this database, and is not in the file.
    pub(super) stays: bool,
    /// The table of whom it names.
    pub(super) names: Option<&'static str>,
}

impl Table {
    /// The table of this name, and its place in the file; `None` for what no file has.
    pub(super) fn of(name: &str) -> Option<(usize, &'static Self)> {
        TABLES.iter().enumerate().find(|(_, table)| table.name == name && table.rows().is_some())
    }

    /// Which rows are `$1`'s.
    pub(super) fn rows(&self) -> Option<&'static str> {
        match self.belongs {
            Belongs::Own(rows) | Belongs::Shared(rows) => Some(rows),
            Belongs::Never(_) => None,
        }
    }

    /// Its columns.
    pub(super) fn columns(&self) -> Vec<Column> {
        self.columns.split(',').filter_map(column).collect()
    }

    /// Those that are in the file.
    pub(super) fn moved(&self) -> Vec<Column> {
        self.columns().into_iter().filter(|column| !column.stays).collect()
    }

    /// Those that name a row.
    pub(super) fn key(&self) -> Vec<Column> {
        self.columns().into_iter().filter(|column| column.key).collect()
    }

    /// `SELECT` of whole rows as one JSON text each, up to the `FROM` of this table.
    pub(super) fn select(&self, tx: &Tx) -> Pieces {
        let (object, hex) = match tx {
            Tx::Sqlite(_) => ("json_object", ["hex(", ")"]),
            Tx::Postgres(_) => ("json_build_object", ["encode(", ", 'hex')"]),
        };
        let mut text = Pieces::new();
        text.say("SELECT CAST(").say(object).say("(");
        for (at, column) in self.moved().iter().enumerate() {
            text.say(if at == 0 { "'" } else { ", '" }).say(column.name).say("', ");
            match column.kind {
                Kind::Blob => {
                    text.say("CASE WHEN ").say(column.name).say(" IS NOT NULL THEN ");
                    text.say(hex[0]).say(column.name).say(hex[1]).say(" END");
                }
                Kind::Text | Kind::Int => {
                    text.say(column.name);
                }
            }
        }
        text.say(") AS TEXT) AS line FROM ").say(self.name);
        text
    }

    /// Adds `k1, k2` in the order of bytes, which is not how PostgreSQL orders by itself.
    pub(super) fn say_key(&self, tx: &Tx, text: &mut Pieces) {
        for (at, column) in self.key().iter().enumerate() {
            text.say(if at == 0 { "" } else { ", " }).say(column.name);
            if column.kind == Kind::Text && matches!(tx, Tx::Postgres(_)) {
                text.say(" COLLATE \"C\"");
            }
        }
    }

    /// Adds `$4, $5`: the key of `row`.
    pub(super) fn say_key_of(&self, row: &Row, text: &mut Pieces) {
        for (at, column) in self.key().iter().enumerate() {
            text.say(if at == 0 { "" } else { ", " }).value(bound(column.kind, row.get(column.name)));
        }
    }

    /// The key of `row` as people read it.
    pub(super) fn name_of(&self, row: &Row) -> String {
        let part = |column: &Column| match row.get(column.name) {
            Some(Value::String(text)) => text.clone(),
            other => other.map(ToString::to_string).unwrap_or_default(),
        };
        let key: Vec<String> = self.key().iter().map(part).collect();
        format!("{} {}", self.name, key.join(" "))
    }

    /// A line that [`Self::select`] gave, as it stands in the file; `None` when it is not of this table.
    pub(super) fn row(&self, line: &str) -> Option<Row> {
        let mut row: Row = serde_json::from_str(line).ok()?;
        for column in self.moved().iter().filter(|column| column.kind == Kind::Blob) {
            if let Some(Value::String(hex)) = row.get_mut(column.name) {
                *hex = BASE64.encode(&data_encoding::HEXUPPER_PERMISSIVE.decode(hex.as_bytes()).ok()?);
            }
        }
        Some(row)
    }
}

fn column(words: &'static str) -> Option<Column> {
    let mut words = words.split_whitespace();
    let name = words.next()?;
    let mut column = Column {
        name: name.trim_start_matches('*'),
        kind: Kind::Text,
        key: name.starts_with('*'),
        or_null: false,
        stays: false,
        names: None,
    };
    for word in words {
        match word {
            "int" => column.kind = Kind::Int,
            "blob" => column.kind = Kind::Blob,
            "?" => column.or_null = true,
            "!" => column.stays = true,
            other => column.names = other.strip_prefix('>'),
        }
    }
    Some(column)
}

/// A value of the file, as it is bound. What does not fit its column was refused before ([`super::file`]).
pub(super) fn bound(kind: Kind, value: Option<&Value>) -> Bind {
    let text = value.and_then(Value::as_str);
    match kind {
        Kind::Text => Bind::Text(text.map(str::to_owned)),
        Kind::Int => Bind::Int(value.and_then(Value::as_i64)),
        Kind::Blob => Bind::Blob(text.and_then(|text| BASE64.decode(text.as_bytes()).ok())),
    }
}
