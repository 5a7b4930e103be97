//! All rows of a database as lines of JSON, one per row, so that a review can read what a former release had written.
//!
//! `{"migration":191,"now_ms":…}` stands first; then `{"table":"tenant","row":{"id":"nera",…}}`, each table behind those
//! that its rows name. A column of bytes is called `name:hex`.

use crate::guards::dump::lines;
use crate::platform::db::{Bind, Pieces, Tx};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A row by column.
pub(super) type Row = Map<String, Value>;

/// What `reindex` makes anew, and what each engine keeps in its own way.
const MADE_ANEW: &str = "search_";

/// What the database writes by itself while other rows come in, so that it comes last and whole.
const FOLLOWS: [&str; 2] = ["audit_head", "funnel_sum"];

/// What bytes are called behind the name of their column.
const HEX: &str = ":hex";

/// What a former release had written.
#[derive(Debug)]
pub(super) struct Fixture {
    /// Its newest migration.
    pub(super) migration: i64,
    /// When it was.
    pub(super) now_ms: i64,
    /// Its rows by table, in the order in which they can be put in.
    pub(super) tables: Vec<(String, Vec<Row>)>,
}

impl Fixture {
    /// Reads one.
    pub(super) fn read(text: &str) -> Self {
        let mut all = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let first = all.next().unwrap();
        let number = |name: &str| first[name].as_i64().unwrap();
        let mut tables: Vec<(String, Vec<Row>)> = Vec::new();
        for line in all {
            let (table, row) = (line["table"].as_str().unwrap(), line["row"].as_object().unwrap().clone());
            match tables.last_mut() {
                Some((last, rows)) if last == table => rows.push(row),
                _ => tables.push((table.to_owned(), vec![row])),
            }
        }
        Self { migration: number("migration"), now_ms: number("now_ms"), tables }
    }

    /// Puts all of it into a database of that release.
    pub(super) async fn put(&self, tx: &mut Tx) {
        for (table, rows) in &self.tables {
            let mut all = Pieces::new();
            all.say("DELETE FROM ").say(leaked(table));
            all.query().execute(tx).await.unwrap();
            for row in rows {
                let done = insert(table, row).query().execute(tx).await;
                assert!(done.is_ok(), "{table} {row:?}: {done:?}");
            }
        }
    }
}

fn leaked(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn insert(table: &str, row: &Row) -> Pieces {
    let mut text = Pieces::new();
    let columns: Vec<&str> = row.keys().map(|name| name.trim_end_matches(HEX)).collect();
    text.say("INSERT INTO ").say(leaked(table)).say(" (").say(leaked(&columns.join(", "))).say(") VALUES (");
    for (at, (name, value)) in row.iter().enumerate() {
        text.say(if at == 0 { "" } else { ", " });
        match value {
            Value::Null => text.say("NULL"),
            Value::Number(number) => text.value(number.as_i64().unwrap()),
            Value::String(hex) if name.ends_with(HEX) => {
                text.value(data_encoding::HEXUPPER.decode(hex.as_bytes()).unwrap())
            }
            Value::String(said) => text.value(Bind::Text(Some(said.clone()))),
            other => panic!("{table}.{name} is {other}"),
        };
    }
    text.say(")");
    text
}

/// The rows of a table with these columns, spelled as in the file.
pub(super) async fn rows_of<'a>(
    tx: &mut Tx,
    table: &str,
    columns: impl Iterator<Item = &'a str>,
) -> Vec<Row> {
    let sqlite = matches!(tx, Tx::Sqlite(_));
    let pairs = columns.map(|name| match (name.strip_suffix(HEX), sqlite) {
        (None, _) => format!("'{name}', {name}"),
        (Some(bytes), true) => {
            format!("'{name}', CASE WHEN {bytes} IS NOT NULL THEN hex({bytes}) END")
        }
        (Some(bytes), false) => format!("'{name}', upper(encode({bytes}, 'hex'))"),
    });
    let pairs = pairs.collect::<Vec<_>>().join(", ");
    let text = if sqlite {
        format!("SELECT json_object({pairs}) AS line FROM {table} ORDER BY rowid")
    } else {
        format!("SELECT CAST(json_build_object({pairs}) AS TEXT) AS line FROM {table}")
    };
    lines(tx, text).await.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The file of an embedded database.
pub(super) async fn written(tx: &mut Tx, migration: i64, now_ms: i64) -> String {
    let text = "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
                    AND name NOT LIKE '_sqlx%' ORDER BY name";
    let mut waiting: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for table in lines(tx, text.to_owned()).await.into_iter().filter(|name| !name.starts_with(MADE_ANEW)) {
        let names = format!("SELECT DISTINCT \"table\" AS line FROM pragma_foreign_key_list('{table}')");
        let names = lines(tx, names).await.into_iter().filter(|named| *named != table).collect();
        waiting.insert(table, names);
    }
    let mut file = format!("{}\n", json!({"migration": migration, "now_ms": now_ms}));
    while !waiting.is_empty() {
        let ready = |follows: bool| {
            let free = waiting.iter().find(|(table, names)| {
                FOLLOWS.contains(&table.as_str()) == follows
                    && names.iter().all(|named| !waiting.contains_key(named))
            });
            free.map(|(table, _)| table.clone())
        };
        let table = ready(false).or_else(|| ready(true)).expect("tables name each other in a circle");
        waiting.remove(&table);
        let columns = format!(
            "SELECT name || CASE type WHEN 'BLOB' THEN '{HEX}' ELSE '' END AS line FROM pragma_table_info('{table}')"
        );
        let columns = lines(tx, columns).await;
        for row in rows_of(tx, &table, columns.iter().map(String::as_str)).await {
            writeln!(file, "{}", json!({"table": table, "row": row})).unwrap();
        }
    }
    file
}
