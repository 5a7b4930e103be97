//! The file: one JSON object per line. The first says what it is; then come the rows, table by table, before them what
//! is told of others (`stub`); the last says how many rows there are and the SHA-256 of all lines before it.

use super::TransferError;
use super::list::TABLES;
use super::stub::{STUBS, Stub};
use super::table::{Column, Kind, Row, Table};
use data_encoding::{BASE64, HEXLOWER};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{BufRead, Read, Write};

/// The version of this form of the file.
const VERSION: u32 = 1;
/// The longest line: the largest document or batch that the service takes is far below.
const LONGEST: u64 = 64 << 20;

/// Whose rows, made where and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The version of the form.
    riversync_export: u32,
    /// The newest migration of the database that it was made from.
    pub migration: i64,
    /// The id of the organisation.
    pub organisation: String,
    /// Its name.
    pub name: String,
    /// When, Unix milliseconds.
    pub made_ms: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    table: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    stub: Option<Row>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<Row>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    rows: BTreeMap<String, u64>,
    sha256: String,
}

/// What was written or read, by table.
pub type Counts = BTreeMap<String, u64>;

/// Writes a file.
pub(super) struct Writer<'a> {
    out: &'a mut dyn Write,
    hash: Sha256,
    pub(super) counts: Counts,
}

impl<'a> Writer<'a> {
    pub(super) fn begin(
        out: &'a mut dyn Write,
        migration: i64,
        (organisation, name): (&str, &str),
        made_ms: i64,
    ) -> Result<Self, TransferError> {
        let header = Header {
            riversync_export: VERSION,
            migration,
            organisation: organisation.to_owned(),
            name: name.to_owned(),
            made_ms,
        };
        let mut writer = Self { out, hash: Sha256::new(), counts: Counts::new() };
        writer.line(&header)?;
        Ok(writer)
    }

    fn line(&mut self, line: &impl Serialize) -> Result<(), TransferError> {
        let mut text = serde_json::to_vec(line).map_err(|error| TransferError::File(error.into()))?;
        text.push(b'\n');
        self.hash.update(&text);
        Ok(self.out.write_all(&text)?)
    }

    pub(super) fn row(&mut self, table: &Table, row: Row) -> Result<(), TransferError> {
        *self.counts.entry(table.name.to_owned()).or_default() += 1;
        self.line(&Line { table: table.name.to_owned(), stub: None, row: Some(row) })
    }

    pub(super) fn stub(&mut self, table: &str, row: Row) -> Result<(), TransferError> {
        self.line(&Line { table: table.to_owned(), stub: Some(row), row: None })
    }

    pub(super) fn end(mut self) -> Result<Counts, TransferError> {
        let end = End {
            rows: self.counts.clone(),
            sha256: HEXLOWER.encode(&std::mem::take(&mut self.hash).finalize()),
        };
        self.line(&end)?;
        self.out.flush()?;
        Ok(self.counts)
    }
}

/// One line after the first.
#[derive(Debug)]
pub(super) enum Item {
    /// A row of the organisation.
    Row(&'static Table, Row),
    /// What is told of somebody else.
    Stub(&'static Stub, Row),
    /// There is no more, and all of it is as it was written.
    End,
}

/// Reads a file, and refuses whatever is not one, with the place.
pub(super) struct Reader<R> {
    input: R,
    hash: Sha256,
    counts: Counts,
    /// The last table, and whether its rows have begun.
    at: (usize, bool),
    /// The line that was read last, from 1.
    pub(super) line: u64,
    pub(super) header: Header,
}

impl<R: BufRead> Reader<R> {
    pub(super) fn begin(input: R, migration: i64) -> Result<Self, TransferError> {
        let header = Header {
            riversync_export: 0,
            migration: 0,
            organisation: String::new(),
            name: String::new(),
            made_ms: 0,
        };
        let mut reader =
            Self { input, hash: Sha256::new(), counts: Counts::new(), at: (0, false), line: 0, header };
        let line = reader.next_line()?;
        reader.hash.update(&line);
        let said: Value = serde_json::from_slice(&line)
            .map_err(|_| reader.refuse("this is not what `riversync-cloud export` writes".to_owned()))?;
        match said.get("riversync_export").and_then(Value::as_u64) {
            None => return Err(reader.refuse("this is not what `riversync-cloud export` writes".to_owned())),
            Some(version) if version != u64::from(VERSION) => {
                return Err(reader.refuse(format!(
                    "it is of version {version} of the form, and this program reads version {VERSION}; use the \
                     program that fits"
                )));
            }
            Some(_) => {}
        }
        reader.header = serde_json::from_value(said).map_err(|error| reader.refuse(error.to_string()))?;
        if reader.header.migration != migration {
            return Err(reader.refuse(format!(
                "it was made from a database at migration {}, and this one is at {migration}; bring both to the same \
                 version of riversync-cloud, then export again",
                reader.header.migration
            )));
        }
        Ok(reader)
    }

    /// A refusal that names the line that was read last.
    pub(super) fn refuse(&self, what: String) -> TransferError {
        TransferError::Refused { line: self.line, what }
    }

    fn next_line(&mut self) -> Result<Vec<u8>, TransferError> {
        let mut line = Vec::new();
        self.line += 1;
        self.input.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            return Err(self.refuse("the file ends here, in the middle; it was cut".to_owned()));
        }
        Ok(line)
    }

    /// The next line.
    pub(super) fn next(&mut self) -> Result<Item, TransferError> {
        let text = self.next_line()?;
        if text.starts_with(br#"{"rows":"#) {
            return self.finish(&text).map(|()| Item::End);
        }
        self.hash.update(&text);
        let line: Line = serde_json::from_slice(&text).map_err(|error| self.refuse(error.to_string()))?;
        let Some((place, table)) = Table::of(&line.table) else {
            return Err(self.refuse(format!("there is no table {:?} that a file may have", line.table)));
        };
        let begun = line.row.is_some();
        if (place, begun) < self.at {
            return Err(self.refuse(format!("rows of {} do not stand here", table.name)));
        }
        self.at = (place, begun);
        match (line.row, line.stub) {
            (Some(row), None) => {
                self.fits(table.name, &table.moved(), &row)?;
                *self.counts.entry(line.table).or_default() += 1;
                Ok(Item::Row(table, row))
            }
            (None, Some(row)) => {
                let Some(stub) = STUBS.iter().find(|stub| stub.table == table.name) else {
                    return Err(self.refuse(format!("nothing is told of a {} of others", table.name)));
                };
                let told: Vec<Column> =
                    table.columns().into_iter().filter(|column| stub.told.contains(&column.name)).collect();
                self.fits(table.name, &told, &row)?;
                Ok(Item::Stub(stub, row))
            }
            _ => Err(self.refuse("a line has either a row or a stub".to_owned())),
        }
    }

    /// Whether `row` has exactly `columns`, each of its kind.
    fn fits(&self, table: &str, columns: &[Column], row: &Row) -> Result<(), TransferError> {
        for name in row.keys() {
            if !columns.iter().any(|column| column.name == name) {
                return Err(self.refuse(format!("{table} has no field {name:?}")));
            }
        }
        for column in columns {
            let name = column.name;
            let Some(value) = row.get(name) else {
                return Err(self.refuse(format!("the field {name} of {table} is missing")));
            };
            let wanted = match (column.kind, value) {
                (_, Value::Null) if column.or_null => continue,
                (Kind::Text, Value::String(_)) => continue,
                (Kind::Int, value) if value.is_i64() => continue,
                (Kind::Blob, Value::String(text)) if BASE64.decode(text.as_bytes()).is_ok() => continue,
                (Kind::Text, _) => "a text",
                (Kind::Int, _) => "a whole number",
                (Kind::Blob, _) => "bytes in Base64",
            };
            return Err(self.refuse(format!("the field {name} of {table} is {wanted}, and not {value}")));
        }
        Ok(())
    }

    fn finish(&mut self, text: &[u8]) -> Result<(), TransferError> {
        let end: End = serde_json::from_slice(text).map_err(|error| self.refuse(error.to_string()))?;
        let hash = HEXLOWER.encode(&std::mem::take(&mut self.hash).finalize());
        if end.sha256 != hash {
            return Err(self.refuse(format!(
                "the lines before are not those that were written: their SHA-256 is {hash}, and was {}",
                end.sha256
            )));
        }
        if end.rows != self.counts {
            return Err(self.refuse("it does not have as many rows as it says".to_owned()));
        }
        if self.input.fill_buf()?.is_empty() {
            Ok(())
        } else {
            Err(self.refuse("something follows the end".to_owned()))
        }
    }
}

/// The tables of a file, in order.
pub(super) fn in_order() -> impl Iterator<Item = (&'static Table, &'static str)> {
    TABLES.iter().filter_map(|table| Some((table, table.rows()?)))
}
