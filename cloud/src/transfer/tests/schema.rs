//! The list against the schema: a table or column that nobody decided about fails here.

use crate::guards::dump::lines;
use crate::platform::db::Tx;
use crate::transfer::file::in_order;
use crate::transfer::list::TABLES;
use crate::transfer::table::{Belongs, Kind, Table};
use crate::world::testing::empty_worlds;
use std::collections::BTreeSet;

/// `name type notnull key` of each column, in the words of both engines.
async fn columns(tx: &mut Tx, table: &str) -> BTreeSet<String> {
    let text = match tx {
        Tx::Sqlite(_) => format!(
            "SELECT name || ' ' || CASE type WHEN 'BIGINT' THEN 'Int' WHEN 'BLOB' THEN 'Blob' WHEN 'TEXT' THEN 'Text'
                 ELSE type END || CASE WHEN \"notnull\" = 1 OR pk > 0 THEN '' ELSE ' or NULL' END
                 || CASE WHEN pk > 0 THEN ' key' ELSE '' END AS line FROM pragma_table_info('{table}')"
        ),
        Tx::Postgres(_) => format!(
            "SELECT c.column_name || ' ' || CASE c.data_type WHEN 'bigint' THEN 'Int' WHEN 'bytea' THEN 'Blob'
                 WHEN 'text' THEN 'Text' ELSE c.data_type END || CASE c.is_nullable WHEN 'NO' THEN '' ELSE ' or NULL' END
                 || CASE WHEN EXISTS (
                     SELECT 1 FROM information_schema.table_constraints t
                     JOIN information_schema.key_column_usage k ON k.constraint_name = t.constraint_name
                          AND k.table_schema = t.table_schema AND k.table_name = t.table_name
                     WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_schema = current_schema()
                       AND t.table_name = c.table_name AND k.column_name = c.column_name) THEN ' key' ELSE '' END AS line
             FROM information_schema.columns c
             WHERE c.table_schema = current_schema() AND c.table_name = '{table}'"
        ),
    };
    lines(tx, text).await.into_iter().collect()
}

/// What the list says of a table's columns, in the same words.
fn listed(table: &Table) -> BTreeSet<String> {
    let line = |column: crate::transfer::table::Column| {
        let kind = match column.kind {
            Kind::Text => "Text",
            Kind::Int => "Int",
            Kind::Blob => "Blob",
        };
        let or_null = if column.or_null { " or NULL" } else { "" };
        let key = if column.key { " key" } else { "" };
        format!("{} {kind}{or_null}{key}", column.name)
    };
    table.columns().into_iter().map(line).collect()
}

#[tokio::test]
async fn every_table_and_column_has_its_line() {
    for world in empty_worlds("transfer_schema").await {
        let mut tx = world.app.db.read().await.unwrap();
        let tables = match tx {
            Tx::Sqlite(_) => {
                "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
                     AND name NOT LIKE '_sqlx%' AND name NOT LIKE 'search_term%'"
            }
            Tx::Postgres(_) => {
                "SELECT CAST(table_name AS TEXT) AS line FROM information_schema.tables
                 WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name NOT LIKE '\\_sqlx%'"
            }
        };
        let there: BTreeSet<String> = lines(&mut tx, tables.to_owned()).await.into_iter().collect();
        let said: BTreeSet<String> = TABLES.iter().map(|table| table.name.to_owned()).collect();
        assert_eq!(said.len(), TABLES.len(), "a table stands on the list twice");
        let undecided: Vec<_> = there.symmetric_difference(&said).collect();
        assert!(
            undecided.is_empty(),
            "{}: whose are the rows of {undecided:?}? Add its line to transfer/list.rs: the organisation's own, shared, or \
             never exported and why",
            world.engine
        );
        for (table, _) in in_order() {
            assert_eq!(listed(table), columns(&mut tx, table.name).await, "{}: {}", world.engine, table.name);
        }
        for table in TABLES {
            if let Belongs::Never(why) = table.belongs {
                assert!(why.len() > 5, "{} does not say why it is never exported", table.name);
            }
        }
    }
}

#[tokio::test]
async fn whom_a_row_names_stands_before_it_and_is_on_the_list() {
    let world = empty_worlds("transfer_order").await.remove(0);
    let mut tx = world.app.db.read().await.unwrap();
    let mut before: BTreeSet<&str> = BTreeSet::new();
    for (table, _) in in_order() {
        before.insert(table.name);
        let text = "SELECT \"from\" || ' >' || \"table\" AS line FROM";
        let named = lines(&mut tx, format!("{text} pragma_foreign_key_list('{}')", table.name)).await;
        let said = table.columns();
        for line in named {
            let (column, names) = line.split_once(" >").unwrap();
            assert!(before.contains(names), "{} names {names}, which stands behind it", table.name);
            let listed = said.iter().any(|one| one.name == column && one.names == Some(names));
            assert!(listed, "{}: the list does not say that {column} names {names}", table.name);
        }
    }
}
