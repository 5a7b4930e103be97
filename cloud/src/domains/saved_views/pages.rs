//! The forms of the menu that each list has.

use super::actions::{self, Entered};
use super::words::Words;
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::layout::{done, seen_through};
use crate::platform::web::{Allowed, Form, Path, Routes};
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;

/// The room's routes.
pub fn routes() -> Routes {
    let change = Action::Change(Item::Account);
    Routes::new()
        .post("/account/views", change, post(save))
        .post("/account/views/{view}/open", change, post(open))
        .post("/account/views/{view}/close", change, post(close))
        .post("/account/views/{view}/remove", change, post(remove))
}

async fn save(
    State(app): State<App>,
    allowed: Allowed,
    Form(entered): Form<Entered>,
) -> Result<Response, Error> {
    let row = actions::save(&app, &allowed, &entered).await?;
    Ok(done(&seen_through(&row.list, &row.query, &row.id), &Words(allowed.view.language()).saved(row.name)))
}

async fn open(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    let row = actions::open(&app, &allowed, &id, true).await?;
    Ok(done(&row.list, &Words(allowed.view.language()).opens(row.name)))
}

async fn close(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    let row = actions::open(&app, &allowed, &id, false).await?;
    let list = seen_through(&row.list, &row.query, &row.id);
    Ok(done(&list, Words(allowed.view.language()).opens_plain()))
}

async fn remove(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    let row = actions::remove(&app, &allowed, &id).await?;
    Ok(done(&row.list, &Words(allowed.view.language()).removed(row.name)))
}
