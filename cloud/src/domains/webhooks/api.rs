//! Endpoints and deliveries as JSON, by the same actions as the pages.

use super::actions::{self, Fresh};
use super::failure::Failure;
use super::model::{Delivery, Endpoint, State as Stands, Wanted};
use super::store;
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, Asked, JsonBody, Path, Routes, ShownOnce, Version, one_of};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// The room's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(list, add, one, edit, rotate, pause, resume, delete, test, deliveries, redeliver), tags((name = "Webhooks", description = "Being told of what happens.")))]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Webhooks), Action::Change(Item::Webhooks));
    Routes::new()
        .get("/api/v1/account/webhooks", see, get(list))
        .post_fresh("/api/v1/account/webhooks", change, post(add))
        .get("/api/v1/account/webhooks/{webhook}", see, get(one))
        .versioned(|one| {
            one.post_fresh("/api/v1/account/webhooks/{webhook}", change, post(edit))
                .post_fresh("/api/v1/account/webhooks/{webhook}/rotate", change, post(rotate))
                .post("/api/v1/account/webhooks/{webhook}/pause", change, post(pause))
                .post("/api/v1/account/webhooks/{webhook}/resume", change, post(resume))
                .post("/api/v1/account/webhooks/{webhook}/delete", change, post(delete))
        })
        .post("/api/v1/account/webhooks/{webhook}/test", change, post(test))
        .get("/api/v1/account/webhooks/{webhook}/deliveries", see, get(deliveries))
        .post("/api/v1/account/webhooks/{webhook}/deliveries/{delivery}/redeliver", change, post(redeliver))
}

/// Where your organisation is told of what happens.
#[derive(Serialize, ToSchema)]
struct WebhookJson {
    id: String,
    version: Version,
    name: String,
    url: String,
    /// What it is told of, such as `deal.registered`.
    events: Vec<&'static str>,
    created_ms: i64,
    paused_ms: Option<i64>,
    /// Why the service itself paused it; empty when somebody did.
    paused_why: String,
    /// Since when it took nothing.
    failing_since_ms: Option<i64>,
    /// Until when messages are signed by the former secret as well.
    former_secret_until_ms: Option<i64>,
}

impl From<Endpoint> for WebhookJson {
    fn from(endpoint: Endpoint) -> Self {
        Self {
            events: endpoint.facts().into_iter().map(crate::domains::audit::Fact::key).collect(),
            version: endpoint.version(),
            id: endpoint.id,
            name: endpoint.name,
            url: endpoint.url,
            created_ms: endpoint.created_ms,
            paused_ms: endpoint.paused_ms,
            paused_why: endpoint.paused_why,
            failing_since_ms: endpoint.failing_since_ms,
            former_secret_until_ms: endpoint.former_until_ms,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct WebhooksJson {
    webhooks: Vec<WebhookJson>,
}

/// A webhook whose secret was just made.
#[derive(Serialize, ToSchema)]
struct FreshWebhookJson {
    webhook: WebhookJson,
    /// Shown this once: `whsec_` and Base64. Empty in an answer that is given again for an `Idempotency-Key`.
    secret: String,
}

/// One event on its way to one webhook.
#[derive(Serialize, ToSchema)]
struct DeliveryJson {
    /// The message's id, the same each time it is sent.
    id: String,
    /// Such as `deal.registered`, or `webhook.test`.
    event: String,
    /// What it is about.
    object_id: String,
    /// When it became true.
    at_ms: i64,
    /// `waiting`, `delivered`, `dead` or `dropped`.
    state: &'static str,
    attempts: i64,
    /// When it is sent next, while it waits.
    next_ms: Option<i64>,
    tried_ms: Option<i64>,
    /// What was answered last.
    status: Option<i64>,
    /// Why it was not taken or not sent; empty when it was.
    error: String,
}

impl From<Delivery> for DeliveryJson {
    fn from(one: Delivery) -> Self {
        let state = one.state();
        Self {
            id: one.id,
            event: one.fact,
            object_id: one.object_id,
            at_ms: one.at_ms,
            state: state.key(),
            attempts: one.attempts,
            next_ms: (state == Stands::Waiting).then_some(one.next_ms),
            tried_ms: one.tried_ms,
            status: one.status,
            error: Failure::told(&one.error).to_string(),
        }
    }
}

#[derive(Serialize, ToSchema)]
struct DeliveriesJson {
    deliveries: Vec<DeliveryJson>,
    /// The cursor of what follows; none at the end.
    next: Option<String>,
}

/// What a webhook is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WebhookBody {
    /// Which program listens there.
    name: String,
    /// https, on the public internet.
    url: String,
    /// Such as `deal.registered`, among what your organisation sees.
    events: Vec<String>,
}

impl From<WebhookBody> for Wanted {
    fn from(body: WebhookBody) -> Self {
        Self { name: body.name, url: body.url, events: body.events }
    }
}

async fn found(app: &App, allowed: &Allowed, id: &str) -> Result<Json<WebhookJson>, Error> {
    Ok(Json(actions::find(&mut app.db.read().await?, allowed, id).await?.into()))
}

/// The answer that shows a secret, which is then kept nowhere.
type Shown = (Extension<ShownOnce>, Json<FreshWebhookJson>);

async fn fresh(app: &App, allowed: &Allowed, fresh: Fresh) -> Result<Shown, Error> {
    let Json(webhook) = found(app, allowed, &fresh.id).await?;
    let once = Extension(ShownOnce(fresh.secret.clone()));
    Ok((once, Json(FreshWebhookJson { webhook, secret: fresh.secret })))
}

/// The webhooks of your organisation
#[utoipa::path(
    get,
    path = "/api/v1/account/webhooks",
    tag = "Webhooks",
    responses((status = 200, description = "All of them.", body = WebhooksJson)),
)]
async fn list(allowed: Allowed, State(app): State<App>) -> Result<Json<WebhooksJson>, Error> {
    let endpoints = store::endpoints(&mut app.db.read().await?, &allowed.scope, None).await?;
    Ok(Json(WebhooksJson { webhooks: endpoints.into_iter().map(Into::into).collect() }))
}

/// Add a webhook
///
/// Asks for a fresh proof that a person is there: a key gets `step_up_required`.
#[utoipa::path(
    post,
    path = "/api/v1/account/webhooks",
    tag = "Webhooks",
    request_body = WebhookBody,
    responses((status = 201, description = "The webhook and its secret.", body = FreshWebhookJson)),
)]
async fn add(
    allowed: Allowed,
    State(app): State<App>,
    body: JsonBody<WebhookBody>,
) -> Result<(StatusCode, Shown), Error> {
    let made = actions::add(&app, &allowed, &body.read()?.into()).await?;
    Ok((StatusCode::CREATED, fresh(&app, &allowed, made).await?))
}

/// One webhook
#[utoipa::path(
    get,
    path = "/api/v1/account/webhooks/{webhook}",
    tag = "Webhooks",
    params(("webhook" = String, Path, description = "Which one")),
    responses((status = 200, description = "The webhook.", body = WebhookJson)),
)]
async fn one(allowed: Allowed, State(app): State<App>, Path(id): Path<String>) -> Result<Response, Error> {
    let Json(webhook) = found(&app, &allowed, &id).await?;
    Ok(webhook.version.clone().on(Json(webhook)))
}

/// Let a webhook go elsewhere, or tell of something else
///
/// Asks for a fresh proof that a person is there: a key gets `step_up_required`.
#[utoipa::path(
    post,
    path = "/api/v1/account/webhooks/{webhook}",
    tag = "Webhooks",
    params(("webhook" = String, Path, description = "Which one")),
    request_body = WebhookBody,
    responses((status = 200, description = "The webhook as it is now.", body = WebhookJson)),
)]
async fn edit(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
    body: JsonBody<WebhookBody>,
) -> Result<Json<WebhookJson>, Error> {
    // Whether it is there for the asker comes first, whatever the body is.
    found(&app, &allowed, &id).await.map(drop)?;
    actions::change(&app, &allowed, &id, &body.read()?.into()).await?;
    found(&app, &allowed, &id).await
}

/// Renew the secret of a webhook
///
/// The former one signs beside it for a day. Asks for a fresh proof that a person is there: a key gets
/// `step_up_required`.
#[utoipa::path(
    post,
    path = "/api/v1/account/webhooks/{webhook}/rotate",
    tag = "Webhooks",
    params(("webhook" = String, Path, description = "Which one")),
    responses((status = 200, description = "The webhook and its new secret.", body = FreshWebhookJson)),
)]
async fn rotate(allowed: Allowed, State(app): State<App>, Path(id): Path<String>) -> Result<Shown, Error> {
    let made = actions::rotate(&app, &allowed, &id).await?;
    fresh(&app, &allowed, made).await
}

/// Pause a webhook
#[utoipa::path(
    post,
    path = "/api/v1/account/webhooks/{webhook}/pause",
    tag = "Webhooks",
    params(("webhook" = String, Path, description = "Which one")),
    responses((status = 200, description = "The webhook as it is now.", body = WebhookJson)),
)]
async fn pause(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<WebhookJson>, Error> {
    actions::pause(&app, &allowed, &id).await?;
    found(&app, &allowed, &id).await
}

/// Resume a paused webhook
#[utoipa::path(
    post,
    path = "/api/v1/account/webhooks/{webhook}/resume",
    tag = "Webhooks",
    params(("webhook" = String, Path, description = "Which one")),
    responses((status = 200, description = "The webhook as it is now.", body = WebhookJson)),
)]
async fn resume(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<WebhookJson>, Error> {
    actions::resume(&app, &allowed, &id).await?;
    found(&app, &allowed, &id).await
}

/// Delete a webhook with what was sent there
#[utoipa::path(
    post,
    path = "/api/v1/account/webhooks/{webhook}/delete",
    tag = "Webhooks",
    params(("webhook" = String, Path, description = "Which one")),
    responses((status = 204, description = "It is gone.")),
)]
async fn delete(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    actions::delete(&app, &allowed, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send an event that tells nothing, to try a webhook
#[utoipa::path(
    post,
    path = "/api/v1/account/webhooks/{webhook}/test",
    tag = "Webhooks",
    params(("webhook" = String, Path, description = "Which one")),
    responses((status = 202, description = "The delivery.", body = DeliveryJson)),
)]
async fn test(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<DeliveryJson>), Error> {
    Ok((StatusCode::ACCEPTED, Json(actions::test(&app, &allowed, &id).await?.into())))
}

/// What was sent to a webhook, the newest first; dead letters are those whose state is dead
#[utoipa::path(
    get,
    path = "/api/v1/account/webhooks/{webhook}/deliveries",
    tag = "Webhooks",
    params(("webhook" = String, Path, description = "Which one"), ("state" = Option<String>, Query, description = "waiting, delivered, dead, cancelled or dropped"), ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "How many at once; 50 when nothing is said"), ("cursor" = Option<String>, Query, description = "What the last answer gave as `next`")),
    responses((status = 200, description = "The list.", body = DeliveriesJson)),
)]
async fn deliveries(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<DeliveriesJson>, Error> {
    let mut tx = app.db.read().await?;
    actions::find(&mut tx, &allowed, &id).await.map(drop)?;
    let state = one_of("state", allowed.view.get("state"), &Stands::ALL, Stands::key)?;
    let asked = Asked::of(&allowed.view)?;
    let fetch = (state, asked.after.as_deref(), asked.fetch());
    let found = store::deliveries(&mut tx, &allowed.scope, &id, fetch).await?;
    let piece = asked.piece(found, |one| one.id.clone());
    Ok(Json(DeliveriesJson {
        deliveries: piece.items.into_iter().map(Into::into).collect(),
        next: piece.next,
    }))
}

/// Send an event once more, under the same message id
#[utoipa::path(
    post,
    path = "/api/v1/account/webhooks/{webhook}/deliveries/{delivery}/redeliver",
    tag = "Webhooks",
    params(("webhook" = String, Path, description = "Which one"), ("delivery" = String, Path, description = "Which event")),
    responses((status = 202, description = "The delivery.", body = DeliveryJson)),
)]
async fn redeliver(
    allowed: Allowed,
    State(app): State<App>,
    Path((id, delivery)): Path<(String, String)>,
) -> Result<(StatusCode, Json<DeliveryJson>), Error> {
    let sent = actions::redeliver(&app, &allowed, &id, &delivery).await?;
    Ok((StatusCode::ACCEPTED, Json(sent.into())))
}
