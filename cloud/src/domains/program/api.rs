//! The modules of a program as JSON: what is on, and switching it (OA-1, PORTAL C2).

use super::{modules, policies, store};
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, JsonBody, Routes, Version};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// The room's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(read, partner, channel_managers_on, channel_managers_off), tags((name = "Modules", description = "What a program offers.")))]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    let change = Action::Change(Item::Modules);
    Routes::new().get("/api/v1/admin/modules", Action::See(Item::Modules), get(read)).versioned(|one| {
        one.post("/api/v1/admin/modules/partner", change, post(partner))
            .post("/api/v1/admin/modules/channel-manager-funnel/on", change, post(channel_managers_on))
            .post("/api/v1/admin/modules/channel-manager-funnel/off", change, post(channel_managers_off))
    })
}

#[derive(Serialize, ToSchema)]
struct ModulesJson {
    version: Version,
    /// Whether the partner portal exists.
    partner: bool,
    /// How many partners are in the program, or wait for it.
    partners: i64,
    /// Whether the channel managers of distributors run the funnel as Sales does.
    channel_manager_funnel: bool,
}

async fn now(app: &App, allowed: &Allowed) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let module = store::module(&mut tx, &allowed.scope).await?.ok_or(Error::NotFound)?;
    Ok(module.version().on(Json(ModulesJson {
        version: module.version(),
        partner: module.module_on != 0,
        partners: module.partners,
        channel_manager_funnel: module.channel_manager_funnel != 0,
    })))
}

/// What the program offers
#[utoipa::path(
    get,
    path = "/api/v1/admin/modules",
    tag = "Modules",
    responses((status = 200, description = "What is on.", body = ModulesJson)),
)]
async fn read(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    now(&app, &allowed).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SwitchBody {
    on: bool,
}

/// Switch the partner portal on or off
///
/// While it is off it exists for nobody; nothing is deleted.
#[utoipa::path(
    post,
    path = "/api/v1/admin/modules/partner",
    tag = "Modules",
    request_body = SwitchBody,
    responses((status = 200, description = "What is on now.", body = ModulesJson)),
)]
async fn partner(
    allowed: Allowed,
    State(app): State<App>,
    body: JsonBody<SwitchBody>,
) -> Result<Response, Error> {
    modules::set(&app, &allowed, body.read()?.on).await?;
    now(&app, &allowed).await
}

/// Let the channel managers of distributors run the funnel
#[utoipa::path(
    post,
    path = "/api/v1/admin/modules/channel-manager-funnel/on",
    tag = "Modules",
    responses((status = 200, description = "What is on now.", body = ModulesJson)),
)]
async fn channel_managers_on(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    policies::set(&app, &allowed, true).await?;
    now(&app, &allowed).await
}

/// Give the channel managers of distributors what the matrix says
#[utoipa::path(
    post,
    path = "/api/v1/admin/modules/channel-manager-funnel/off",
    tag = "Modules",
    responses((status = 200, description = "What is on now.", body = ModulesJson)),
)]
async fn channel_managers_off(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    policies::set(&app, &allowed, false).await?;
    now(&app, &allowed).await
}

#[cfg(test)]
mod tests {
    use crate::world::testing::worlds;

    #[tokio::test]
    async fn a_program_of_the_owner_switches_modules_as_the_page_does() {
        for world in worlds("program_api").await {
            let rs = world.as_person("rs.admin").await;
            let funnel = "/api/v1/admin/modules/channel-manager-funnel";
            let on = rs.post_json(&format!("{funnel}/on"), "{}").await;
            assert_eq!((on.status, &on.json()["channel_manager_funnel"]), (200, &true.into()), "{}", on.body);
            let off = rs.post_json("/api/v1/admin/modules/partner", r#"{"on":false}"#).await;
            assert_eq!((off.status, &off.json()["partner"]), (200, &false.into()), "{}", off.body);
            let nera = world.as_person("nera.admin").await;
            assert_eq!(nera.get("/api/v1/deals").await.status, 404, "{}: it exists for nobody", world.engine);
            assert_eq!(rs.post_json("/api/v1/admin/modules/partner", r#"{"on":"yes"}"#).await.status, 422);
            assert_eq!(rs.post_json("/api/v1/admin/modules/partner", r#"{"on":true}"#).await.status, 200);
            let support = world.as_person("rs.support").await;
            assert_eq!(
                support.post_json(&format!("{funnel}/off"), "{}").await.status,
                403,
                "{}",
                world.engine
            );
            assert_eq!(rs.get("/api/v1/admin/modules").await.json()["channel_manager_funnel"], true);
        }
    }
}
