//! The two buttons of a look: they stand on an organisation's page and in the banner.

use super::super::browser::Browser;
use super::super::words::Words;
use super::actions;
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, Form, Routes, layout};
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;

/// This sub-room's routes. Ending a look changes nothing that the person looked at has, and so needs no more than seeing.
pub fn routes() -> Routes {
    Routes::new().post("/admin/view-as", Action::Change(Item::ViewAs), post(begin)).post(
        "/account/view-as/end",
        Action::See(Item::Account),
        post(end),
    )
}

#[derive(Deserialize)]
struct BeginForm {
    person_id: String,
    tenant_id: String,
    #[serde(default)]
    reason: String,
}

async fn begin(
    State(app): State<App>,
    allowed: Allowed,
    browser: Browser,
    Form(form): Form<BeginForm>,
) -> Result<Response, Error> {
    let whom = (form.person_id.as_str(), form.tenant_id.as_str());
    let said = actions::begin(&app, &allowed, &browser, whom, &form.reason).await?;
    Ok(layout::done("/", said.told(allowed.view.language())))
}

async fn end(State(app): State<App>, allowed: Allowed, browser: Browser) -> Result<Response, Error> {
    actions::end(&app, &allowed, &browser).await?;
    Ok(layout::done("/", Words(allowed.view.language()).yourself_again()))
}
