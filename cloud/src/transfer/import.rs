//! In.

use super::file::{Counts, Item, Reader};
use super::rows::walk;
use super::stub::{Fill, Stub};
use super::table::{Belongs, Column, Row, Table, bound};
use super::{Line, TransferError};
use crate::app::App;
use crate::domains::audit::{By, Entry, Fact, Trusted, Verdict, announce, record, verify};
use crate::domains::search;
use crate::platform::access::OPERATOR_ID;
use crate::platform::db::{self, DbError, Pieces, Tx};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// What came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The organisation.
    pub organisation: String,
    /// Its name.
    pub name: String,
    /// How many rows of which table.
    pub counts: Counts,
}

/// A file being read.
type Source = Reader<BufReader<File>>;

fn open(path: &Path) -> Result<Source, TransferError> {
    Reader::begin(BufReader::new(File::open(path)?), db::newest_migration())
}

/// Takes the file `path` in; `told` hears of each row. The file is read three times: whether it is whole, to take it in,
/// and against what came of it.
///
/// # Errors
/// [`TransferError`]; then nothing of it is in the database.
pub async fn import(
    app: &App,
    path: &Path,
    mut told: impl FnMut(&'static str),
) -> Result<Imported, TransferError> {
    let mut source = open(path)?;
    while !matches!(source.next()?, Item::End) {}
    let mut tx = app.db.write().await?;
    let done = take(app, &mut tx, path, &mut told).await;
    let imported = match done {
        Ok(imported) => imported,
        Err(error) => {
            tx.rollback().await;
            return Err(error);
        }
    };
    tx.commit().await?;
    announce(app, [imported.organisation.as_str(), OPERATOR_ID]);
    let indexed = search::rebuild(app, None).await;
    if let Err(error) = indexed {
        tracing::warn!(%error, "the search index lacks what was imported; `riversync-cloud reindex` makes it anew");
    }
    Ok(imported)
}

async fn take(
    app: &App,
    tx: &mut Tx,
    path: &Path,
    told: &mut impl FnMut(&'static str),
) -> Result<Imported, TransferError> {
    let mut source = open(path)?;
    let mut counts = Counts::new();
    let organisation = source.header.organisation.clone();
    loop {
        match source.next()? {
            Item::Row(table, row) => {
                told(table.name);
                *counts.entry(table.name.to_owned()).or_default() += 1;
                put(app, tx, &source, table, &row).await?;
            }
            Item::Stub(stub, row) => mark(tx, &source, stub, &row).await?,
            Item::End => break,
        }
    }
    match verify(tx, &organisation, &Trusted::default()).await? {
        Verdict::Whole { .. } => {}
        broken => return Err(TransferError::Differs(format!("its log does not fit together: {broken}"))),
    }
    prove(tx, path, &organisation).await?;
    let detail = serde_json::json!({
        "rows": counts.values().sum::<u64>(), "log_rows": counts.get("audit_entry"), "made_ms": source.header.made_ms,
    });
    let by = By::system("riversync-cloud import");
    let entry =
        Entry::new(by, Fact::TenantImported, "tenant", organisation.as_str()).affecting(&organisation);
    record(app, tx, entry.with(detail)).await?;
    Ok(Imported { organisation, name: source.header.name, counts })
}

/// Exports what came in and holds it against the file.
async fn prove(tx: &mut Tx, path: &Path, organisation: &str) -> Result<(), TransferError> {
    let mut source = open(path)?;
    let mut next = move || loop {
        match source.next()? {
            Item::Row(table, row) => return Ok::<_, TransferError>(Some((table, row))),
            Item::Stub(..) => {}
            Item::End => return Ok(None),
        }
    };
    walk(tx, organisation, |table, row| {
        let Some(row) = row else { return Ok(()) };
        match next()? {
            Some((wanted, said)) if wanted.name == table.name && said == row => Ok(()),
            Some((wanted, said)) => Err(TransferError::Differs(format!(
                "where the file has {} the database would have {}",
                wanted.name_of(&said),
                table.name_of(&row)
            ))),
            None => Err(TransferError::Differs(format!("the file lacks {}", table.name_of(&row)))),
        }
    })
    .await?;
    match next()? {
        None => Ok(()),
        Some((table, row)) => {
            Err(TransferError::Differs(format!("{} is not of this organisation", table.name_of(&row))))
        }
    }
}

async fn put(
    app: &App,
    tx: &mut Tx,
    source: &Source,
    table: &'static Table,
    row: &Row,
) -> Result<(), TransferError> {
    let told_of = super::stub::STUBS.iter().any(|stub| stub.table == table.name);
    let shared = matches!(table.belongs, Belongs::Shared(_));
    if (told_of || shared)
        && let Some(there) = look(tx, table, row).await?
    {
        if told_of && unmark(tx, table, row).await? {
            return replace(tx, table, row).await.map_err(|error| put_error(source, table, row, error));
        }
        if shared && there == *row {
            return Ok(());
        }
        return Err(source.refuse(match table.name {
            "tenant" => format!("the organisation {} is here already", source.header.organisation),
            _ => format!(
                "{} is here already{}",
                table.name_of(row),
                if shared { ", and otherwise" } else { "" }
            ),
        }));
    }
    let filled = |column: &Column| match column.stays {
        true => app.clock.now_ms().into(),
        false => bound(column.kind, row.get(column.name)),
    };
    let columns = table.columns();
    let mut text = Pieces::new();
    text.say("INSERT INTO ").say(table.name).say(" (");
    list(&mut text, &columns, |text, column| {
        text.say(column.name);
    });
    text.say(") VALUES (");
    list(&mut text, &columns, |text, column| {
        text.value(filled(column));
    });
    text.say(")");
    let put = text.query().execute(tx).await;
    put.map(drop).map_err(|error| put_error(source, table, row, error))
}

fn list(text: &mut Pieces, columns: &[Column], each: impl Fn(&mut Pieces, &Column)) {
    for (at, column) in columns.iter().enumerate() {
        text.say(if at == 0 { "" } else { ", " });
        each(text, column);
    }
}

/// The row of the same key that is there already.
async fn look(tx: &mut Tx, table: &Table, row: &Row) -> Result<Option<Row>, TransferError> {
    let mut text = table.select(tx);
    say_same_key(&mut text, table, row);
    let line: Option<Line> = text.query().optional(tx).await?;
    line.map(|line| table.row(&line.line).ok_or(TransferError::Unreadable(table.name))).transpose()
}

fn say_same_key(text: &mut Pieces, table: &Table, row: &Row) {
    for (at, column) in table.key().iter().enumerate() {
        text.say(if at == 0 { " WHERE " } else { " AND " }).say(column.name).say(" = ");
        text.value(bound(column.kind, row.get(column.name)));
    }
}

/// Puts the whole of a row where only its name was.
async fn replace(tx: &mut Tx, table: &Table, row: &Row) -> Result<(), DbError> {
    let columns: Vec<Column> = table.columns().into_iter().filter(|column| !column.key).collect();
    let mut text = Pieces::new();
    text.say("UPDATE ").say(table.name).say(" SET ");
    list(&mut text, &columns, |text, column| {
        text.say(column.name).say(" = ").value(bound(column.kind, row.get(column.name)));
    });
    say_same_key(&mut text, table, row);
    text.query().execute(tx).await.map(drop)
}

/// Whether only the name of this one was known, which is no longer so.
async fn unmark(tx: &mut Tx, table: &Table, row: &Row) -> Result<bool, DbError> {
    let mut text = Pieces::new();
    text.say("DELETE FROM transfer_stub WHERE kind = ").value(table.name).say(" AND id = ");
    table.say_key_of(row, &mut text);
    Ok(text.query().execute(tx).await? == 1)
}

/// Notes that somebody is there and how it is called, unless it is known already.
async fn mark(tx: &mut Tx, source: &Source, stub: &'static Stub, row: &Row) -> Result<(), TransferError> {
    let Some((_, table)) = Table::of(stub.table) else { return Ok(()) };
    if look(tx, table, row).await?.is_some() {
        return Ok(());
    }
    let id = row.get("id").and_then(serde_json::Value::as_str).unwrap_or_default();
    let mut text = Pieces::new();
    text.say("INSERT INTO ").say(stub.table).say(" (");
    for name in stub.told {
        text.say(name).say(", ");
    }
    for (at, (name, _)) in stub.fill.iter().enumerate() {
        text.say(if at == 0 { "" } else { ", " }).say(name);
    }
    text.say(") VALUES (");
    for name in stub.told {
        text.value(row.get(*name).and_then(serde_json::Value::as_str)).say(", ");
    }
    for (at, (_, fill)) in stub.fill.iter().enumerate() {
        text.say(if at == 0 { "" } else { ", " });
        match fill {
            Fill::Id(behind) => text.value(format!("{id}{behind}")),
            Fill::Text(fixed) => text.value(*fixed),
            Fill::Int(fixed) => text.value(*fixed),
        };
    }
    text.say(")");
    text.query().execute(tx).await.map_err(|error| put_error(source, table, row, error))?;
    let mut text = Pieces::new();
    text.say("INSERT INTO transfer_stub (kind, id) VALUES (").value(stub.table).say(", ").value(id).say(")");
    text.query().execute(tx).await?;
    Ok(())
}

/// What the database does not take, with its place; what it cannot do for now is its own.
fn put_error(source: &Source, table: &Table, row: &Row, error: DbError) -> TransferError {
    let name = table.name_of(row);
    if error.is_unique_violation() {
        source.refuse(format!("{name} is here already, or has something that only one may have: {error}"))
    } else if error.is_for_now() {
        error.into()
    } else {
        source.refuse(format!("{name} is not taken: {error}"))
    }
}
