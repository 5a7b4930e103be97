//! What is told of others because rows of the organisation name them: that they are there, and how they are called. In
//! the database that takes it they are marked (`transfer_stub`) until their own file brings the rest.

use super::TransferError;
use super::file::{Writer, in_order};
use super::table::{Row, Table};
use crate::platform::db::{Pieces, Tx, query};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How a column is filled of which nothing is told.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fill {
    /// With the id, and this behind it.
    Id(&'static str),
    /// With this.
    Text(&'static str),
    /// With this.
    Int(i64),
}

/// A kind of thing that may be somebody else's.
#[derive(Debug)]
pub(super) struct Stub {
    /// Its table; its key is `id`.
    pub(super) table: &'static str,
    /// What is told.
    pub(super) told: &'static [&'static str],
    /// What stands in place of what is not, where it may not be NULL.
    pub(super) fill: &'static [(&'static str, Fill)],
    /// Which of them are the organisation's own.
    own: &'static str,
}

/// The list. Those that name others stand before them.
pub(super) static STUBS: &[Stub] = &[
    Stub {
        table: "device",
        told: &["id", "model_id", "tenant_id"],
        fill: &[("name", Fill::Id("")), ("site", Fill::Text("")), ("serial", Fill::Text(""))],
        own: "SELECT id FROM device WHERE tenant_id = $1",
    },
    Stub {
        table: "person",
        told: &["id", "name"],
        // Nobody can have an address below `.invalid` (RFC 2606, section 2), and whoever is switched off does not sign in.
        fill: &[
            ("email", Fill::Id("@elsewhere.invalid")),
            ("created_ms", Fill::Int(0)),
            ("disabled_ms", Fill::Int(0)),
        ],
        own: "SELECT person_id AS id FROM membership WHERE tenant_id = $1",
    },
    Stub {
        table: "tenant",
        told: &["id", "name"],
        fill: &[("created_ms", Fill::Int(0))],
        own: "SELECT id FROM tenant WHERE id = $1",
    },
];

#[derive(sqlx::FromRow)]
struct Named {
    id: String,
}

/// Who is named by rows of the organisation and is not its own, by table, as they are told of.
pub(super) async fn named(
    tx: &mut Tx,
    organisation: &str,
) -> Result<BTreeMap<&'static str, Vec<Row>>, TransferError> {
    let mut ids: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (table, rows) in in_order() {
        for column in table.moved() {
            let Some(names) = column.names.filter(|names| STUBS.iter().any(|stub| stub.table == *names))
            else {
                continue;
            };
            let mut text = Pieces::new();
            text.say("SELECT DISTINCT ").say(column.name).say(" AS id FROM ").say(table.name);
            text.say(" WHERE ").value(organisation).say(" IS NOT NULL AND (").say(rows).say(") AND ");
            text.say(column.name).say(" IS NOT NULL");
            let found: Vec<Named> = text.query().all(tx).await?;
            ids.entry(names).or_default().extend(found.into_iter().map(|row| row.id));
        }
    }
    let mut told = BTreeMap::new();
    for stub in STUBS {
        let mut wanted = ids.remove(stub.table).unwrap_or_default();
        let own: Vec<Named> = query(stub.own).bind(organisation).all(tx).await?;
        for row in own {
            wanted.remove(&row.id);
        }
        let mut rows = Vec::new();
        for id in wanted {
            let Some(row) = stub.look(tx, &id).await? else { continue };
            if let Some(Value::String(owner)) = row.get("tenant_id") {
                ids.entry("tenant").or_default().insert(owner.clone());
            }
            rows.push(row);
        }
        told.insert(stub.table, rows);
    }
    Ok(told)
}

impl Stub {
    async fn look(&self, tx: &mut Tx, id: &str) -> Result<Option<Row>, TransferError> {
        let Some((_, table)) = Table::of(self.table) else { return Ok(None) };
        let mut text = table.select(tx);
        text.say(" WHERE id = ").value(id);
        let line: Option<super::Line> = text.query().optional(tx).await?;
        let row = line.and_then(|line| table.row(&line.line));
        let told =
            |row: Row| row.into_iter().filter(|(name, _)| self.told.contains(&name.as_str())).collect();
        Ok(row.map(told))
    }
}

/// Writes those of `table`.
pub(super) fn write(
    writer: &mut Writer<'_>,
    table: &Table,
    told: &mut BTreeMap<&'static str, Vec<Row>>,
) -> Result<(), TransferError> {
    for row in told.remove(table.name).unwrap_or_default() {
        writer.stub(table.name, row)?;
    }
    Ok(())
}
