//! A log as CSV: exactly the columns that are seen, and all rows that the filters leave.

use super::filters::filter;
use super::place::{Place, whose};
use super::words::Words;
use crate::app::App;
use crate::domains::audit::{self, LogRow};
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::layout::View;
use crate::platform::web::parts::exact;
use crate::platform::web::{Allowed, Csv, CsvColumn};
use axum::extract::State;
use axum::response::Response;

/// More rows than this belong into several exports.
const MOST_ROWS: usize = 50_000;
pub(super) async fn csv(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let (view, place) = (&allowed.view, Place::of(&allowed));
    let of = whose(&app, &allowed).await?;
    let mut csv = None;
    let mut asked = filter(view, &of, 200);
    asked.before_seq = None;
    let mut tx = app.db.read().await?;
    let mut written = 0;
    while written < MOST_ROWS {
        let rows = audit::log(&mut tx, &allowed.scope, &asked).await?;
        let Some(last) = rows.last() else { break };
        asked.before_seq = Some(last.seq);
        written += rows.len();
        csv = Some(written_on(csv, view, &rows));
    }
    let csv = csv.unwrap_or_else(|| written_on(None, view, &[]));
    Ok(csv.file(&(place.title)(Words(Language::English)).to_lowercase()))
}

/// The file with these rows after what it has already.
fn written_on(csv: Option<Csv>, view: &View, rows: &[LogRow]) -> Csv {
    let columns: [CsvColumn<'_, LogRow>; 12] = [
        ("", "when", &|row| exact(row.at_ms, view.zone())),
        ("who", "who", &|row| row.actor_name.clone()),
        ("who", "organisation", &|row| row.acting_tenant_name.clone()),
        ("who", "acting as", &|row| row.acting_capability.clone()),
        ("who", "on behalf of", &|row| row.on_behalf_of.clone()),
        ("", "action", &|row| row.action.clone()),
        ("about", "kind", &|row| row.object_kind.clone()),
        ("about", "object", &|row| row.object_id.clone()),
        ("", "detail", &|row| row.detail.clone()),
        ("", "reason", &|row| row.reason.clone()),
        ("", "request", &|row| row.request_id.clone()),
        ("", "address", &|row| row.ip.clone()),
    ];
    match csv {
        None => Csv::of(view, &columns, rows),
        Some(mut csv) => {
            csv.more(view, &columns, rows);
            csv
        }
    }
}
