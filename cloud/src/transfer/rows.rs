//! The rows of an organisation, table by table, in the order of the file.

use super::file::in_order;
use super::table::{Kind, Row, Table};
use super::{Line, TransferError};
use crate::platform::db::Tx;

/// Rows that are read at a time; of tables with bytes, which may be large.
const PAGE: i64 = 500;
const PAGE_OF_BYTES: i64 = 16;

/// Gives each row of `organisation` to `take`; before the rows of a table, `None`.
pub(super) async fn walk(
    tx: &mut Tx,
    organisation: &str,
    mut take: impl FnMut(&'static Table, Option<Row>) -> Result<(), TransferError>,
) -> Result<(), TransferError> {
    for (table, rows) in in_order() {
        take(table, None)?;
        let has_bytes = table.columns().iter().any(|column| column.kind == Kind::Blob && !column.key);
        let page = if has_bytes { PAGE_OF_BYTES } else { PAGE };
        let mut last: Option<Row> = None;
        loop {
            let mut text = table.select(tx);
            text.say(" WHERE ").value(organisation).say(" IS NOT NULL AND (").say(rows).say(")");
            if let Some(last) = &last {
                text.say(" AND (");
                table.say_key(tx, &mut text);
                text.say(") > (");
                table.say_key_of(last, &mut text);
                text.say(")");
            }
            text.say(" ORDER BY ");
            table.say_key(tx, &mut text);
            text.say(" LIMIT ").value(page);
            let lines: Vec<Line> = text.query().all(tx).await?;
            for (at, line) in lines.iter().enumerate() {
                let row = table.row(&line.line).ok_or(TransferError::Unreadable(table.name))?;
                if at + 1 == lines.len() {
                    last = Some(row.clone());
                }
                take(table, Some(row))?;
            }
            if lines.len() < usize::try_from(page).unwrap_or(usize::MAX) {
                break;
            }
        }
    }
    Ok(())
}
