//! A log as CSV: exactly the columns that are seen, and all rows that the filters leave, however many.

use super::filters::filter;
use super::place::{Place, whose};
use super::words::Words;
use crate::app::App;
use crate::domains::audit::{self, Filter, LogRow};
use crate::platform::base::Language;
use crate::platform::db::DbError;
use crate::platform::error::Error;
use crate::platform::web::layout::View;
use crate::platform::web::parts::exact;
use crate::platform::web::{Allowed, Csv, CsvColumn};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use futures_util::{StreamExt as _, stream};

/// Rows that are read at once.
const PIECE: i64 = 200;

pub(super) async fn csv(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let of = whose(&app, &allowed).await?;
    let mut asked = filter(&allowed.view, &of, PIECE);
    asked.before_seq = None;
    let name = (Place::of(&allowed).title)(Words(Language::English)).to_lowercase();
    let first = Rest { app, csv: written(None, &allowed.view, &[]), allowed, asked: Some(asked) };
    // A database that cannot answer is told of before anything is sent.
    let Some((head, rest)) = piece(first).await? else { return Ok(Csv::sent(&name, ())) };
    let pieces = stream::iter([Ok(head)]).chain(stream::try_unfold(rest, piece));
    Ok(Csv::sent(&name, Body::from_stream(pieces)))
}

/// What of the file is still to be sent.
struct Rest {
    app: App,
    allowed: Allowed,
    csv: Csv,
    asked: Option<Filter>,
}

/// The next piece, older than those before it: what is appended meanwhile is newer and no part of the file. A piece that
/// fails breaks the download off.
async fn piece(mut rest: Rest) -> Result<Option<(String, Rest)>, DbError> {
    let Some(mut asked) = rest.asked.take() else { return Ok(None) };
    let mut tx = rest.app.db.read().await?;
    let rows = audit::log(&mut tx, &rest.allowed.scope, &asked).await?;
    drop(tx);
    rest.csv = written(Some(rest.csv), &rest.allowed.view, &rows);
    if let Some(last) = rows.last() {
        asked.before_seq = Some(last.seq);
        rest.asked = Some(asked);
    }
    Ok(Some((rest.csv.taken(), rest)))
}

/// The file with these rows after what it has already.
fn written(csv: Option<Csv>, view: &View, rows: &[LogRow]) -> Csv {
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
