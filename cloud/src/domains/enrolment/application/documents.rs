//! The documents and the history of an application, for both sides.

use super::model::{Application, Document, Line};
use super::store;
use super::words::Words;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::files;
use crate::platform::web::layout::View;
use crate::platform::web::parts::{Cell, Column, Empty, Event, Icon, Row, Table, Timeline, When};
use axum::response::Response;

/// The list of documents, each to be saved from below `path`.
pub(super) fn table(documents: &[Document], path: &str, view: &View) -> Table {
    let words = Words(view.language());
    let row = |one: &Document| {
        let sha256 = data_encoding::HEXLOWER.encode(&one.sha256);
        let short = sha256.get(..16).unwrap_or_default();
        let cells = vec![
            Cell::link(&format!("{path}/{}", one.id), &one.name).under(format!("SHA-256 {short}…")),
            Cell::text(size(one.size_bytes)),
            Cell::part(&view.time(one.added_ms)),
        ];
        Row::new(&one.id, cells)
    };
    let columns = vec![Column::new(words.document()), Column::num(words.size()), Column::new(words.added())];
    let none = Empty::new(Icon::Log, words.no_documents(), words.no_documents_why());
    Table::new(words.documents(), columns, documents.iter().map(row).collect(), none)
}

fn size(bytes: i64) -> String {
    match bytes {
        0..=1_023 => format!("{bytes} B"),
        1_024..=1_048_575 => format!("{} kB", bytes / 1_024),
        _ => format!("{}.{} MB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}

/// What was done to it, latest first.
pub(super) fn timeline(lines: Vec<Line>, view: &View) -> Timeline {
    let words = Words(view.language());
    let event = |line: Line| {
        let icon = match line.kind.as_str() {
            "submitted" | "resubmitted" => Icon::Up,
            "returned" => Icon::Back,
            "approved" => Icon::Check,
            "rejected" => Icon::Stop,
            _ => Icon::Dot,
        };
        Event {
            at: When::minute(line.at_ms, view.reader),
            icon,
            who: format!("{} ({})", line.person_name, line.tenant_name),
            what: words.did(&line.kind).to_owned(),
            detail: line.note,
        }
    };
    Timeline::new(lines.into_iter().map(event).collect(), words.nothing_happened())
}

/// One document of an application that the caller may see.
pub(super) async fn answer(tx: &mut Tx, seen: &Application, id: &str) -> Result<Response, Error> {
    let documents = store::documents(tx, seen).await?;
    let document = documents.iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
    let kept = files::load(tx, &document.sha256).await?.ok_or(Error::NotFound)?;
    Ok(kept.attachment(&document.name))
}
