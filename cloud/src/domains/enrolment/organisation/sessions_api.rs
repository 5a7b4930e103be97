//! Where a contact of an organisation is signed in, as JSON, for the program's owner.

use super::actions;
use crate::app::App;
use crate::domains::identity::{self, EndSessionsBody, SessionsJson, Whose};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, JsonBody, Path};
use axum::Json;
use axum::extract::State;

/// Where a contact is signed in
///
/// Only sessions that act for that organisation.
#[utoipa::path(
    get,
    path = "/api/v1/admin/partners/{id}/contacts/{person}/sessions",
    tag = "Organisations",
    params(("id" = String, Path, description = "Which organisation"), ("person" = String, Path, description = "Which contact")),
    responses((status = 200, description = "The sessions.", body = SessionsJson)),
)]
pub(super) async fn read(
    allowed: Allowed,
    State(app): State<App>,
    Path((tenant_id, person_id)): Path<(String, String)>,
) -> Result<Json<SessionsJson>, Error> {
    actions::find(&mut app.db.read().await?, &allowed, &tenant_id).await?;
    let of = Whose { tenant_id: &tenant_id, person_id: &person_id };
    identity::sessions_json(&app, &allowed, of).await
}

/// End where a contact is signed in
///
/// The person is told by mail; both logs show it.
#[utoipa::path(
    post,
    path = "/api/v1/admin/partners/{id}/contacts/{person}/sessions/end",
    tag = "Organisations",
    params(("id" = String, Path, description = "Which organisation"), ("person" = String, Path, description = "Which contact")),
    request_body = EndSessionsBody,
    responses((status = 200, description = "The sessions that are left.", body = SessionsJson)),
)]
pub(super) async fn end(
    allowed: Allowed,
    State(app): State<App>,
    Path((tenant_id, person_id)): Path<(String, String)>,
    body: JsonBody<EndSessionsBody>,
) -> Result<Json<SessionsJson>, Error> {
    actions::find(&mut app.db.read().await?, &allowed, &tenant_id).await?;
    let of = Whose { tenant_id: &tenant_id, person_id: &person_id };
    identity::end_sessions_json(&app, &allowed, of, body).await
}
