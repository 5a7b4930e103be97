//! Who a program is here, as JSON, and what its person chose.

use super::account::{self, Chosen};
use super::store;
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, JsonBody, Routes, Version};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// The room's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(me, language), tags((name = "Account", description = "Who a program is here.")))]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    let change = Action::Change(Item::Account);
    Routes::new()
        .get("/api/v1/me", Action::See(Item::Account), get(me))
        .versioned(|one| one.post("/api/v1/account/language", change, post(language)))
}

#[derive(Serialize, ToSchema)]
struct NamedJson {
    id: String,
    name: String,
}

#[derive(Serialize, ToSchema)]
struct KeyJson {
    id: String,
    name: String,
    items: Vec<String>,
    read_only: bool,
}

/// Who asks, for whom, with which roles, and through which key.
#[derive(Serialize, ToSchema)]
struct MeJson {
    version: Version,
    person: NamedJson,
    /// Of pages and mails: `en` or `th`.
    language: String,
    /// Of times: a name of the IANA time zone database.
    zone: String,
    /// Of years: `gregory` or `buddhist`.
    era: String,
    organisation: NamedJson,
    roles: Vec<&'static str>,
    /// As what the organisation acts.
    acting_as: Vec<&'static str>,
    /// `null` for a signed-in browser.
    key: Option<KeyJson>,
}

/// Who you are here
#[utoipa::path(
    get,
    path = "/api/v1/me",
    tag = "Account",
    responses((status = 200, description = "Who asks, for whom, and through which key.", body = MeJson)),
)]
async fn me(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let actor = allowed.actor;
    let person = store::person(&mut app.db.read().await?, &actor.person_id).await?.ok_or(Error::SignIn)?;
    Ok(person.version().on(Json(MeJson {
        version: person.version(),
        language: person.language,
        zone: person.zone,
        era: person.era,
        person: NamedJson { id: actor.person_id, name: actor.person_name },
        organisation: NamedJson { id: actor.tenant_id, name: actor.tenant_name },
        roles: actor.roles.iter().map(crate::platform::access::Role::key).collect(),
        acting_as: actor.acting.iter().map(|acting| acting.party.key()).collect(),
        key: actor.key.map(|key| KeyJson {
            id: key.id,
            name: key.name,
            items: key.items.iter().map(|item| item.key()).collect(),
            read_only: key.read_only,
        }),
    })))
}

/// Choose how you read: language, zone and era
///
/// What is left out stays as it is.
#[utoipa::path(
    post,
    path = "/api/v1/account/language",
    tag = "Account",
    request_body = Chosen,
    responses((status = 200, description = "How you read now.", body = Chosen)),
)]
async fn language(
    allowed: Allowed,
    State(app): State<App>,
    body: JsonBody<Chosen>,
) -> Result<Json<Chosen>, Error> {
    Ok(Json(account::read_as(&app, &allowed, &body.read()?).await?.into()))
}
