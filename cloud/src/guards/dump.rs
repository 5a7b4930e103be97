//! Everything a database holds, as text: two worlds are the same when their dumps are.

use crate::platform::db::{Db, Tx, query};
use crate::world::testing::World;
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct Line {
    line: String,
}

/// The one column of what `text` asks for.
pub(crate) async fn lines(tx: &mut Tx, text: String) -> Vec<String> {
    let rows: Vec<Line> = query(text.leak()).all(tx).await.unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

/// Each table's rows, sorted, without the engine's own tables.
pub(crate) async fn dump(world: &World) -> BTreeMap<String, Vec<String>> {
    dump_of(&world.app.db).await
}

/// The same of a database without a world around it.
pub(crate) async fn dump_of(db: &Db) -> BTreeMap<String, Vec<String>> {
    let mut tx = db.read().await.unwrap();
    let tables = match &tx {
        Tx::Sqlite(_) => {
            "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        }
        Tx::Postgres(_) => {
            "SELECT CAST(table_name AS TEXT) AS line FROM information_schema.tables WHERE table_schema = current_schema()"
        }
    };
    let mut all = BTreeMap::new();
    for table in lines(&mut tx, tables.to_owned()).await {
        if table.starts_with("_sqlx") {
            continue;
        }
        let text = match &tx {
            Tx::Sqlite(_) => {
                let columns =
                    lines(&mut tx, format!("SELECT name AS line FROM pragma_table_info('{table}')")).await;
                let columns: Vec<String> =
                    columns.iter().map(|name| format!("'{name}=' || quote(\"{name}\")")).collect();
                format!("SELECT {} AS line FROM \"{table}\"", columns.join(" || ' ' || "))
            }
            Tx::Postgres(_) => format!("SELECT CAST(row_to_json(t) AS TEXT) AS line FROM \"{table}\" t"),
        };
        let mut rows = lines(&mut tx, text).await;
        rows.sort();
        all.insert(table, rows);
    }
    assert!(all.len() > 15, "the dump saw only {} tables", all.len());
    all
}

/// What one has and the other has not.
pub(crate) fn difference(
    one: &BTreeMap<String, Vec<String>>,
    other: &BTreeMap<String, Vec<String>>,
) -> Vec<String> {
    let mut found = Vec::new();
    for (table, rows) in one {
        let others = other.get(table).map_or(&[][..], Vec::as_slice);
        let lacking = rows.iter().filter(|row| !others.contains(row)).map(|row| format!("- {table}: {row}"));
        let extra = others.iter().filter(|row| !rows.contains(row)).map(|row| format!("+ {table}: {row}"));
        found.extend(lacking.chain(extra));
    }
    found
}
