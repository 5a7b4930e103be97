//! The room's pages, and what is done on them.

use super::actions;
use super::store::Change;
use super::words::Words;
use super::{item, queue};
use crate::app::App;
use crate::domains::audit::By;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::layout::{done, seen_again};
use crate::platform::web::{Allowed, Form, Path, Routes, query_value};
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};

pub(super) const PATH: &str = "/partners/workload";

pub(super) fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Workload), Action::Change(Item::Workload));
    Routes::new()
        .get(PATH, see, get(queue::page))
        .post("/partners/workload/acknowledge", change, post(acknowledge_all))
        .post("/partners/workload/assign", change, post(assign_all))
        .post("/partners/workload/resolve", change, post(resolve_all))
        .get("/partners/workload/{id}", see, get(item::page))
        .post("/partners/workload/{id}/acknowledge", change, post(acknowledge))
        .post("/partners/workload/{id}/assign", change, post(assign))
        .post("/partners/workload/{id}/resolve", change, post(resolve))
        .post("/partners/workload/{id}/convert", change, post(convert))
}

/// Where `verb` is done about an item; it leads back to the queue as it was `seen`, if it was.
pub(super) fn action(id: &str, verb: &str, seen: &str) -> String {
    let path = format!("{PATH}/{id}/{verb}");
    if seen.is_empty() { path } else { format!("{path}?seen={}", query_value(seen)) }
}

/// Where somebody was who did something about an item; `None` for who was on its page.
fn was_at(allowed: &Allowed) -> Option<String> {
    allowed.view.get("seen").map(|seen| seen_again(PATH, seen))
}

async fn acknowledge(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let item = actions::acknowledge(&app, &allowed.scope, By::person(&allowed), &id).await?;
    let to = was_at(&allowed).unwrap_or_else(|| PATH.to_owned());
    Ok(done(&to, &Words(allowed.view.language()).acknowledged(item.title, item.customer.1)))
}

async fn assign(allowed: Allowed, State(app): State<App>, Path(id): Path<String>) -> Result<Response, Error> {
    let item = actions::assign_to_me(&app, &allowed.scope, By::person(&allowed), &id).await?;
    let to = was_at(&allowed).unwrap_or_else(|| format!("{PATH}/{id}"));
    Ok(done(&to, &Words(allowed.view.language()).is_yours(item.title)))
}

async fn resolve(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let item = actions::resolve(&app, &allowed.scope, By::person(&allowed), &id).await?;
    let to = was_at(&allowed).unwrap_or_else(|| PATH.to_owned());
    Ok(done(&to, &Words(allowed.view.language()).is_resolved(item.title)))
}

async fn convert(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let ticket_id = actions::convert_to_ticket(&app, &allowed.scope, By::person(&allowed), &id).await?;
    Ok(done(&format!("{PATH}/{ticket_id}"), Words(allowed.view.language()).is_ticket()))
}

type Ticked = Form<Vec<(String, String)>>;

async fn acknowledge_all(
    allowed: Allowed,
    State(app): State<App>,
    Form(ticked): Ticked,
) -> Result<Response, Error> {
    together(&app, &allowed, &ticked, Change::Acknowledge).await
}

async fn assign_all(
    allowed: Allowed,
    State(app): State<App>,
    Form(ticked): Ticked,
) -> Result<Response, Error> {
    together(&app, &allowed, &ticked, Change::Assign).await
}

async fn resolve_all(
    allowed: Allowed,
    State(app): State<App>,
    Form(ticked): Ticked,
) -> Result<Response, Error> {
    together(&app, &allowed, &ticked, Change::Resolve).await
}

/// Does the same about all that was ticked, and goes back to the queue as it was seen.
async fn together(
    app: &App,
    allowed: &Allowed,
    ticked: &[(String, String)],
    what: Change,
) -> Result<Response, Error> {
    let words = Words(allowed.view.language());
    let ids: Vec<&str> =
        ticked.iter().filter(|(name, _)| name == "line").map(|(_, id)| id.as_str()).collect();
    let seen = ticked.iter().find(|(name, _)| name == "seen").map_or("", |(_, seen)| seen.as_str());
    let queue = seen_again(PATH, seen);
    if ids.is_empty() {
        return Ok(done(&queue, words.none_ticked()));
    }
    let told = actions::together(app, &allowed.scope, By::person(allowed), &ids, what).await?;
    Ok(done(&queue, &words.did_together(what, told.changed.len(), told.left.len())))
}
