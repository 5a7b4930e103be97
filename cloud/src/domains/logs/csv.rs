//! A log as CSV: exactly the columns that are seen, and all rows that the filters leave, however many.

use super::filters::filter;
use super::place::{Place, whose};
use super::words::Words;
use crate::app::App;
use crate::domains::audit::{self, Filter, LogRow};
use crate::platform::access::Scope;
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::layout::View;
use crate::platform::web::parts::exact;
use crate::platform::web::{Allowed, Authenticate, Csv, CsvColumn};
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use futures_util::{StreamExt as _, stream};
use std::sync::Arc;

/// Rows that are read at once; few in tests, so that each of them reads several pieces.
const PIECE: i64 = if cfg!(test) { 5 } else { 200 };

pub(super) async fn csv(
    State(app): State<App>,
    Extension(gate): Extension<Arc<dyn Authenticate>>,
    headers: HeaderMap,
    allowed: Allowed,
) -> Result<Response, Error> {
    let of = whose(&app, &allowed).await?;
    let mut asked = filter(&allowed.view, &of, PIECE);
    asked.before_seq = None;
    let name = (Place::of(&allowed).title)(Words(Language::English)).to_lowercase();
    let csv = written(None, &allowed.view, &[]);
    let first = Rest { app, gate, headers, allowed, csv, asked: Some(asked) };
    // A database that cannot answer is told of before anything is sent.
    let Some((head, rest)) = piece(first).await? else { return Ok(Csv::sent(&name, ())) };
    let pieces = stream::iter([Ok(head)]).chain(stream::try_unfold(rest, piece));
    Ok(Csv::sent(&name, Body::from_stream(pieces)))
}

/// What of the file is still to be sent.
struct Rest {
    app: App,
    gate: Arc<dyn Authenticate>,
    headers: HeaderMap,
    allowed: Allowed,
    csv: Csv,
    asked: Option<Filter>,
}

impl Rest {
    /// What the reader may see now: who reads slowly keeps no right that was taken meanwhile.
    async fn scope(&self) -> Result<Scope, Error> {
        let actor = self.gate.actor(&self.app, &self.headers).await?;
        let scope = actor.may(self.allowed.scope.action())?;
        if scope.tenant_id() == self.allowed.scope.tenant_id() { Ok(scope) } else { Err(Error::NotFound) }
    }
}

/// The next piece, older than those before it: what is appended meanwhile is newer and no part of the file. A piece that
/// fails, or that its reader may not have any more, breaks the download off.
async fn piece(mut rest: Rest) -> Result<Option<(String, Rest)>, Error> {
    let Some(mut asked) = rest.asked.take() else { return Ok(None) };
    let scope = rest.scope().await?;
    let mut tx = rest.app.db.read().await?;
    let rows = audit::log(&mut tx, &scope, &asked).await?;
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
