//! Gateways as JSON.

use super::actions;
use crate::app::App;
use crate::domains::enrolment::model::{AgentView, Standing};
use crate::domains::enrolment::store::agents;
use crate::platform::access::{Action, Item, Scope};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::{Allowed, JsonBody, Path, ReasonBody, Routes, Version, json_value, piece};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// This sub-room's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(list, code, revoke), tags((name = "Gateways", description = "The agents at the sites of a program's customers, for its staff.")))]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    let change = Action::Change(Item::Agents);
    Routes::new()
        .get("/api/v1/admin/agents", Action::See(Item::Agents), get(list))
        .post("/api/v1/admin/agents/{id}/code", change, post(code))
        .versioned(|one| one.post("/api/v1/admin/agents/{id}/revoke", change, post(revoke)))
}

/// A gateway as it stands.
#[derive(Serialize, ToSchema)]
struct GatewayJson {
    id: String,
    version: Version,
    /// The owner's id.
    customer_id: String,
    /// The owner's name.
    customer: String,
    site: String,
    /// `connected`, `silent`, `not_enrolled` or `revoked`.
    state: &'static str,
    /// Of its program.
    program_version: String,
    enrolled_ms: Option<i64>,
    revoked_ms: Option<i64>,
    last_seen_ms: Option<i64>,
    /// Records that wait on it.
    buffered_records: i64,
    buffered_bytes: i64,
    devices_up: i64,
    devices_down: i64,
    /// The newest policy for it.
    policy_epoch: i64,
    /// The policy with which it last said that it filters.
    held_epoch: i64,
}

impl GatewayJson {
    fn new(agent: AgentView, now_ms: i64) -> Self {
        Self {
            state: Standing::of(&agent, now_ms).key(),
            version: agent.version(),
            id: agent.id,
            customer_id: agent.tenant_id,
            customer: agent.tenant_name,
            site: agent.site,
            program_version: agent.version,
            enrolled_ms: agent.enrolled_ms,
            revoked_ms: agent.revoked_ms,
            last_seen_ms: agent.last_seen_ms,
            buffered_records: agent.buffered_records,
            buffered_bytes: agent.buffered_bytes,
            devices_up: agent.devices_up,
            devices_down: agent.devices_down,
            policy_epoch: agent.policy_epoch,
            held_epoch: agent.held_epoch,
        }
    }
}

/// What the API shows `scope` of a gateway, the program's staff and the owner of its site; `None`: for it there is none.
///
/// # Errors
/// When it cannot be read.
pub async fn gateway_json(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    now_ms: i64,
) -> Result<Option<serde_json::Value>, Error> {
    let found = agents(tx, scope).await?.into_iter().find(|agent| agent.id == id);
    found.map(|agent| json_value(&GatewayJson::new(agent, now_ms))).transpose()
}

#[derive(Serialize, ToSchema)]
struct GatewaysJson {
    gateways: Vec<GatewayJson>,
    /// The cursor of what follows; none at the end.
    next: Option<String>,
}

/// The gateways of your program
#[utoipa::path(
    get,
    path = "/api/v1/admin/agents",
    tag = "Gateways",
    params(("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "How many at once; 50 when nothing is said"), ("cursor" = Option<String>, Query, description = "What the last answer gave as `next`")),
    responses((status = 200, description = "The list.", body = GatewaysJson)),
)]
async fn list(allowed: Allowed, State(app): State<App>) -> Result<Json<GatewaysJson>, Error> {
    let now_ms = app.clock.now_ms();
    let all = agents(&mut app.db.read().await?, &allowed.scope).await?;
    let piece = piece(&allowed.view, all, |one| one.id.clone())?;
    let gateways = piece.items.into_iter().map(|one| GatewayJson::new(one, now_ms)).collect();
    Ok(Json(GatewaysJson { gateways, next: piece.next }))
}

/// With what a gateway comes in.
#[derive(Serialize, ToSchema)]
struct CodeJson {
    /// Shown this once; it opens once.
    code: String,
}

/// A new code for a gateway
#[utoipa::path(
    post,
    path = "/api/v1/admin/agents/{id}/code",
    tag = "Gateways",
    params(("id" = String, Path, description = "Which gateway")),
    responses((status = 201, description = "The code.", body = CodeJson)),
)]
async fn code(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<CodeJson>), Error> {
    let code = actions::new_code(&app, &allowed, &id).await?;
    Ok((StatusCode::CREATED, Json(CodeJson { code })))
}

/// Throw a gateway out
///
/// Its certificates open nothing from the next request on. The owner reads why.
#[utoipa::path(
    post,
    path = "/api/v1/admin/agents/{id}/revoke",
    tag = "Gateways",
    params(("id" = String, Path, description = "Which gateway")),
    request_body = ReasonBody,
    responses((status = 200, description = "The gateway as it is now.", body = GatewayJson)),
)]
async fn revoke(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
    body: JsonBody<ReasonBody>,
) -> Result<Json<GatewayJson>, Error> {
    // Whether it is there for the asker comes first, whatever the body is.
    actions::find(&mut app.db.read().await?, &allowed, &id).await?;
    actions::throw_out(&app, &allowed, &id, body.read()?.reason.trim()).await?;
    let agent = actions::find(&mut app.db.read().await?, &allowed, &id).await?;
    Ok(Json(GatewayJson::new(agent, app.clock.now_ms())))
}
