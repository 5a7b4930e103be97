//! Who can see a customer's devices, as JSON: the grants, what partners ask for, and the same verbs as on the page.

use super::grant_form::until_ms;
use crate::app::App;
use crate::domains::coverage::{self, AccessRequest, NewGrant, PartnerSharing, SharedGrant};
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, JsonBody, Path, ReasonBody, Routes, Version};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// The room's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(overview, grant, narrow, revoke, approve, decline), tags((name = "Sharing", description = "Who can see your devices, and what of them.")))]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    let change = Action::Change(Item::Sharing);
    Routes::new()
        .get("/api/v1/portal/sharing", Action::See(Item::Sharing), get(overview))
        .post_fresh("/api/v1/portal/sharing", change, post(grant))
        .versioned(|one| {
            one.post("/api/v1/portal/sharing/{grant}/narrow", change, post(narrow))
                .post("/api/v1/portal/sharing/{grant}/revoke", change, post(revoke))
                .post_fresh("/api/v1/portal/sharing/requests/{request}/approve", change, post(approve))
                .post("/api/v1/portal/sharing/requests/{request}/decline", change, post(decline))
        })
}

/// One metric of one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GrantItem {
    /// The device's id.
    device: String,
    /// The metric's name.
    metric: String,
}

fn pairs(items: Vec<GrantItem>) -> Vec<(String, String)> {
    items.into_iter().map(|item| (item.device, item.metric)).collect()
}

/// What a partner may see, and until when.
#[derive(Serialize, ToSchema)]
pub(super) struct GrantJson {
    id: String,
    version: Version,
    /// Counts up from 1 with each change.
    revision: i64,
    purpose: String,
    items: Vec<GrantItem>,
    /// Closest spacing of two samples; 0 for every sample.
    min_interval_ms: u32,
    from_ms: i64,
    until_ms: i64,
    revoked_ms: Option<i64>,
    /// `active`, `upcoming`, `revoked` or `ended`.
    state: &'static str,
}

/// How a grant stands.
pub(super) fn state(shared: &SharedGrant) -> &'static str {
    match (shared.active, shared.upcoming, shared.grant.revoked_ms) {
        (true, ..) => "active",
        (_, true, _) => "upcoming",
        (.., Some(_)) => "revoked",
        _ => "ended",
    }
}

impl From<(String, String)> for GrantItem {
    fn from((device, metric): (String, String)) -> Self {
        Self { device, metric }
    }
}

impl From<SharedGrant> for GrantJson {
    fn from(shared: SharedGrant) -> Self {
        let state = state(&shared);
        let grant = shared.grant;
        let version = grant.version();
        let items = grant.items.into_iter().map(GrantItem::from);
        Self {
            id: grant.id,
            version,
            revision: grant.revision,
            purpose: grant.purpose,
            items: items.collect(),
            min_interval_ms: grant.min_interval_ms,
            from_ms: grant.window.from_ms,
            until_ms: grant.window.until_ms,
            revoked_ms: grant.revoked_ms,
            state,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct SharingPartnerJson {
    id: String,
    name: String,
    /// When somebody there last read telemetry.
    last_read_ms: Option<i64>,
    /// Newest first, ended and revoked ones too.
    grants: Vec<GrantJson>,
}

impl From<PartnerSharing> for SharingPartnerJson {
    fn from(line: PartnerSharing) -> Self {
        Self {
            id: line.partner_id,
            name: line.partner_name,
            last_read_ms: line.last_read_ms,
            grants: line.grants.into_iter().map(Into::into).collect(),
        }
    }
}

/// A question that waits for your answer.
#[derive(Serialize, ToSchema)]
pub(super) struct AccessRequestJson {
    id: String,
    version: Version,
    partner: String,
    device: String,
    metrics: Vec<String>,
    months: i64,
    reason: String,
    asked_ms: i64,
    asked_by: String,
}

impl From<AccessRequest> for AccessRequestJson {
    fn from(asked: AccessRequest) -> Self {
        Self {
            version: asked.version(),
            id: asked.id,
            partner: asked.partner.0,
            device: asked.device.0,
            metrics: asked.metrics.into_iter().map(|metric| metric.name).collect(),
            months: asked.months,
            reason: asked.reason,
            asked_ms: asked.asked_ms,
            asked_by: asked.asked_by,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct SharingJson {
    partners: Vec<SharingPartnerJson>,
    /// Oldest first.
    requests: Vec<AccessRequestJson>,
}

async fn sharing(app: &App, allowed: &Allowed) -> Result<Json<SharingJson>, Error> {
    let mut tx = app.db.read().await?;
    let partners = coverage::sharing(&mut tx, &allowed.scope, app.clock.now_ms()).await?;
    let requests = coverage::open_requests(&mut tx, &allowed.scope).await?;
    Ok(Json(SharingJson {
        partners: partners.into_iter().map(Into::into).collect(),
        requests: requests.into_iter().map(Into::into).collect(),
    }))
}

/// The grant of this id, if it is the asker's.
async fn find(app: &App, allowed: &Allowed, id: &str) -> Result<Json<GrantJson>, Error> {
    let mut tx = app.db.read().await?;
    let partners = coverage::sharing(&mut tx, &allowed.scope, app.clock.now_ms()).await?;
    let mut grants = partners.into_iter().flat_map(|line| line.grants);
    grants.find(|shared| shared.grant.id == id).map(|shared| Json(shared.into())).ok_or(Error::NotFound)
}

/// Who can see your devices, and who asks
#[utoipa::path(
    get,
    path = "/api/v1/portal/sharing",
    tag = "Sharing",
    responses((status = 200, description = "By partner.", body = SharingJson)),
)]
async fn overview(allowed: Allowed, State(app): State<App>) -> Result<Json<SharingJson>, Error> {
    sharing(&app, &allowed).await
}

/// What is granted to whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GrantBody {
    /// The partner's id.
    partner: String,
    items: Vec<GrantItem>,
    purpose: String,
    /// Closest spacing of two samples; 0 for every sample.
    #[serde(default)]
    min_interval_ms: u32,
    /// Now when nothing is said.
    #[serde(default)]
    from_ms: Option<i64>,
    /// A year after the beginning when nothing is said.
    #[serde(default)]
    until_ms: Option<i64>,
}

/// Grant a partner exact metrics of your devices
///
/// Asks for a fresh proof that a person is there: a key gets `step_up_required`. Taking back never does.
#[utoipa::path(
    post,
    path = "/api/v1/portal/sharing",
    tag = "Sharing",
    request_body = GrantBody,
    responses((status = 201, description = "The grant.", body = GrantJson)),
)]
async fn grant(
    allowed: Allowed,
    State(app): State<App>,
    body: JsonBody<GrantBody>,
) -> Result<(StatusCode, Json<GrantJson>), Error> {
    let body = body.read()?;
    let new = NewGrant {
        partner_id: body.partner,
        items: pairs(body.items),
        min_interval_ms: body.min_interval_ms,
        from_ms: body.from_ms,
        until_ms: body.until_ms,
        purpose: body.purpose,
    };
    let id = coverage::grant(&app, &allowed, new).await?;
    Ok((StatusCode::CREATED, find(&app, &allowed, &id).await?))
}

/// What is left of a grant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NarrowBody {
    /// Fewer than it has now, at least one.
    items: Vec<GrantItem>,
    /// No denser than it is now; as it is when nothing is said.
    #[serde(default)]
    min_interval_ms: Option<u32>,
}

/// Leave less of a grant
#[utoipa::path(
    post,
    path = "/api/v1/portal/sharing/{grant}/narrow",
    tag = "Sharing",
    params(("grant" = String, Path, description = "Which grant")),
    request_body = NarrowBody,
    responses((status = 200, description = "The grant as it is now.", body = GrantJson)),
)]
async fn narrow(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
    body: JsonBody<NarrowBody>,
) -> Result<Json<GrantJson>, Error> {
    // Whether it is there for the asker comes first, whatever the body is.
    find(&app, &allowed, &id).await.map(drop)?;
    let body = body.read()?;
    coverage::narrow(&app, &allowed, &id, pairs(body.items), body.min_interval_ms).await?;
    find(&app, &allowed, &id).await
}

/// Take a grant back
#[utoipa::path(
    post,
    path = "/api/v1/portal/sharing/{grant}/revoke",
    tag = "Sharing",
    params(("grant" = String, Path, description = "Which grant")),
    request_body = ReasonBody,
    responses((status = 200, description = "The grant as it is now.", body = GrantJson)),
)]
async fn revoke(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
    body: JsonBody<ReasonBody>,
) -> Result<Json<GrantJson>, Error> {
    find(&app, &allowed, &id).await.map(drop)?;
    coverage::revoke(&app, &allowed, &id, body.read()?.reason.trim()).await?;
    find(&app, &allowed, &id).await
}

/// Whether the question waits for the asker's answer.
async fn is_asked(app: &App, allowed: &Allowed, id: &str) -> Result<(), Error> {
    let open = coverage::open_requests(&mut app.db.read().await?, &allowed.scope).await?;
    if open.iter().any(|asked| asked.id == id) { Ok(()) } else { Err(Error::NotFound) }
}

/// Grant exactly what a partner asked for
///
/// Asks for a fresh proof that a person is there: a key gets `step_up_required`. Declining never does.
#[utoipa::path(
    post,
    path = "/api/v1/portal/sharing/requests/{request}/approve",
    tag = "Sharing",
    params(("request" = String, Path, description = "Which question")),
    responses((status = 200, description = "Who can see your devices now.", body = SharingJson)),
)]
async fn approve(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<SharingJson>, Error> {
    coverage::approve(&app, &allowed, &id, |months| until_ms(&allowed.view, months)).await?;
    sharing(&app, &allowed).await
}

/// Say no, and why
#[utoipa::path(
    post,
    path = "/api/v1/portal/sharing/requests/{request}/decline",
    tag = "Sharing",
    params(("request" = String, Path, description = "Which question")),
    request_body = ReasonBody,
    responses((status = 200, description = "Who can see your devices, and who asks, now.", body = SharingJson)),
)]
async fn decline(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
    body: JsonBody<ReasonBody>,
) -> Result<Json<SharingJson>, Error> {
    is_asked(&app, &allowed, &id).await?;
    coverage::decline(&app, &allowed, &id, &body.read()?.reason).await?;
    sharing(&app, &allowed).await
}
