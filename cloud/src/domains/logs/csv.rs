//! A log as CSV: exactly the rows that the filters leave, all of them.

use super::filters::filter;
use super::place::{Place, whose};
use super::words::Words;
use crate::app::App;
use crate::domains::audit;
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::parts::exact;
use crate::platform::web::{Allowed, Csv};
use axum::extract::State;
use axum::response::Response;

/// More rows than this belong into several exports.
const MOST_ROWS: usize = 50_000;
const HEAD: [&str; 12] = [
    "when",
    "who",
    "organisation",
    "acting as",
    "on behalf of",
    "action",
    "kind",
    "object",
    "detail",
    "reason",
    "request",
    "address",
];

pub(super) async fn csv(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let (view, place) = (&allowed.view, Place::of(&allowed));
    let of = whose(&app, &allowed).await?;
    let mut csv = Csv::new(&HEAD);
    let mut asked = filter(view, &of, 200);
    asked.before_seq = None;
    let mut tx = app.db.read().await?;
    let mut written = 0;
    while written < MOST_ROWS {
        let rows = audit::log(&mut tx, &allowed.scope, &asked).await?;
        let Some(last) = rows.last() else { break };
        asked.before_seq = Some(last.seq);
        written += rows.len();
        for row in &rows {
            let at = exact(row.at_ms, view.zone());
            csv.row([
                at.as_str(),
                &row.actor_name,
                &row.acting_tenant_name,
                &row.acting_capability,
                &row.on_behalf_of,
                &row.action,
                &row.object_kind,
                &row.object_id,
                &row.detail,
                &row.reason,
                &row.request_id,
                &row.ip,
            ]);
        }
    }
    Ok(csv.file(&(place.title)(Words(Language::English)).to_lowercase()))
}
