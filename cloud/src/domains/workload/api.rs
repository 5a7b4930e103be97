//! The queue as JSON: the same items in the same order as the page, and the same actions.

use super::actions;
use super::model::{Kind, Order};
use super::store::Change;
use super::views::{self, WorkItem};
use crate::app::App;
use crate::domains::audit::By;
use crate::platform::access::{Action, Item, Scope};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::{Allowed, Asked, JsonBody, Named, Path, Routes, Version, json_value, one_of};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// The room's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(queue, item, acknowledge, assign, resolve, convert, acknowledge_all, assign_all, resolve_all), tags((name = "Workload", description = "Alarms, tickets and visits on the devices that you cover.")))]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Workload), Action::Change(Item::Workload));
    Routes::new()
        .get("/api/v1/workload", see, get(queue))
        .get("/api/v1/workload/{id}", see, get(item))
        .post("/api/v1/workload/acknowledge", change, post(acknowledge_all))
        .post("/api/v1/workload/assign", change, post(assign_all))
        .post("/api/v1/workload/resolve", change, post(resolve_all))
        .versioned(|one| {
            one.post("/api/v1/workload/{id}/acknowledge", change, post(acknowledge))
                .post("/api/v1/workload/{id}/assign", change, post(assign))
                .post("/api/v1/workload/{id}/resolve", change, post(resolve))
                .post("/api/v1/workload/{id}/convert", change, post(convert))
        })
}

#[derive(Serialize, ToSchema)]
struct PromiseJson {
    target: &'static str,
    due_ms: i64,
    left_ms: i64,
    standing: &'static str,
    around_the_clock: bool,
}

#[derive(Serialize, ToSchema)]
struct WindowJson {
    from_ms: i64,
    until_ms: i64,
}

#[derive(Serialize, ToSchema)]
struct ItemJson<'a> {
    id: &'a str,
    version: Version,
    kind: &'static str,
    title: &'a str,
    severity: &'static str,
    device: Named<'a>,
    customer: Named<'a>,
    service_level: &'static str,
    promise: PromiseJson,
    opened_ms: i64,
    acknowledged_ms: Option<i64>,
    owner: Option<Named<'a>>,
    resolved_ms: Option<i64>,
    cleared_ms: Option<i64>,
    window: Option<WindowJson>,
    times: i64,
    linked_id: Option<&'a str>,
}

#[derive(Serialize, ToSchema)]
struct QueueJson<'a> {
    items: Vec<ItemJson<'a>>,
    /// How many there are in all.
    count: usize,
    /// The cursor of what follows; none at the end.
    next: Option<String>,
}

impl<'a> From<&'a WorkItem> for ItemJson<'a> {
    fn from(item: &'a WorkItem) -> Self {
        let promise = item.promise;
        Self {
            id: &item.id,
            version: item.version(),
            kind: item.kind.key(),
            title: &item.title,
            severity: item.severity.key(),
            device: Named::from(&item.device),
            customer: Named::from(&item.customer),
            service_level: item.level.key(),
            promise: PromiseJson {
                target: promise.target.key(),
                due_ms: promise.due_ms,
                left_ms: promise.left_ms,
                standing: promise.standing.key(),
                around_the_clock: promise.is_around_the_clock,
            },
            opened_ms: item.opened_ms,
            acknowledged_ms: item.acknowledged_ms,
            owner: item.owner.as_ref().map(Named::from),
            resolved_ms: item.resolved_ms,
            cleared_ms: item.cleared_ms,
            window: item.window.map(|(from_ms, until_ms)| WindowJson { from_ms, until_ms }),
            times: item.times,
            linked_id: item.linked_id.as_deref(),
        }
    }
}

/// The queue, most urgent first
#[utoipa::path(
    get,
    path = "/api/v1/workload",
    tag = "Workload",
    params(("order" = Option<String>, Query, description = "How to order: due is the promise that ends next"), ("type" = Option<String>, Query, description = "alarm, ticket or visit"), ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "How many at once; 50 when nothing is said"), ("cursor" = Option<String>, Query, description = "What the last answer gave as `next`")),
    responses((status = 200, description = "The queue.", body = QueueJson<'static>)),
)]
async fn queue(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let view = &allowed.view;
    let order = one_of("order", view.get("order"), &Order::ALL, Order::key)?.unwrap_or_default();
    let kind = one_of("type", view.get("type"), &Kind::ALL, Kind::key)?;
    let mut tx = app.db.read().await?;
    let asked = Asked::of(view)?;
    let all = views::queue(&mut tx, &allowed.scope, app.clock.now_ms(), order).await?;
    let some = views::some(&allowed, &asked, &all, order, kind)?;
    let items = some.items.into_iter().map(ItemJson::from).collect();
    Ok(Json(QueueJson { items, count: some.count, next: some.next }).into_response())
}

/// One item
#[utoipa::path(
    get,
    path = "/api/v1/workload/{id}",
    tag = "Workload",
    params(("id" = String, Path, description = "Which one")),
    responses((status = 200, description = "The item as it is now.", body = ItemJson<'static>)),
)]
async fn item(allowed: Allowed, State(app): State<App>, Path(id): Path<String>) -> Result<Response, Error> {
    shown(&app, &allowed.scope, &id, StatusCode::OK).await
}

/// The item as it is now.
async fn shown(app: &App, scope: &Scope, id: &str, status: StatusCode) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let item = views::item(&mut tx, scope, id, app.clock.now_ms()).await?.ok_or(Error::NotFound)?;
    Ok(item.version().on((status, Json(ItemJson::from(&item)))))
}

/// What the API shows `scope` of an item; `None`: for it there is none.
///
/// # Errors
/// When it cannot be read.
pub async fn item_json(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    now_ms: i64,
) -> Result<Option<serde_json::Value>, Error> {
    let found = views::item(tx, scope, id, now_ms).await?;
    found.map(|item| json_value(&ItemJson::from(&item))).transpose()
}

/// Take notice of an item
#[utoipa::path(
    post,
    path = "/api/v1/workload/{id}/acknowledge",
    tag = "Workload",
    params(("id" = String, Path, description = "Which one")),
    responses((status = 200, description = "The item as it is now.", body = ItemJson<'static>)),
)]
async fn acknowledge(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    actions::acknowledge(&app, &allowed.scope, By::person(&allowed), &id).await?;
    shown(&app, &allowed.scope, &id, StatusCode::OK).await
}

/// Take an item over
#[utoipa::path(
    post,
    path = "/api/v1/workload/{id}/assign",
    tag = "Workload",
    params(("id" = String, Path, description = "Which one")),
    responses((status = 200, description = "The item as it is now.", body = ItemJson<'static>)),
)]
async fn assign(allowed: Allowed, State(app): State<App>, Path(id): Path<String>) -> Result<Response, Error> {
    actions::assign_to_me(&app, &allowed.scope, By::person(&allowed), &id).await?;
    shown(&app, &allowed.scope, &id, StatusCode::OK).await
}

/// Say that an item is done
#[utoipa::path(
    post,
    path = "/api/v1/workload/{id}/resolve",
    tag = "Workload",
    params(("id" = String, Path, description = "Which one")),
    responses((status = 200, description = "The item as it is now.", body = ItemJson<'static>)),
)]
async fn resolve(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    actions::resolve(&app, &allowed.scope, By::person(&allowed), &id).await?;
    shown(&app, &allowed.scope, &id, StatusCode::OK).await
}

/// Make a ticket of an alarm
#[utoipa::path(
    post,
    path = "/api/v1/workload/{id}/convert",
    tag = "Workload",
    params(("id" = String, Path, description = "Which one")),
    responses((status = 201, description = "The ticket.", body = ItemJson<'static>)),
)]
async fn convert(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let ticket_id = actions::convert_to_ticket(&app, &allowed.scope, By::person(&allowed), &id).await?;
    shown(&app, &allowed.scope, &ticket_id, StatusCode::CREATED).await
}

/// Several items.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct IdsBody {
    /// At most 100. One that is not there for you, and nothing is changed.
    #[schema(min_items = 1, max_items = 100)]
    ids: Vec<String>,
}

/// What came of a change to several items.
#[derive(Serialize, ToSchema)]
struct TogetherJson {
    /// Those that were changed.
    changed: Vec<String>,
    /// Those that stood so already.
    left: Vec<String>,
}

async fn together(
    app: &App,
    allowed: &Allowed,
    body: &IdsBody,
    what: Change,
) -> Result<Json<TogetherJson>, Error> {
    let ids: Vec<&str> = body.ids.iter().map(String::as_str).collect();
    let told = actions::together(app, &allowed.scope, By::person(allowed), &ids, what).await?;
    Ok(Json(TogetherJson { changed: told.changed, left: told.left }))
}

/// Take notice of several items
#[utoipa::path(
    post,
    path = "/api/v1/workload/acknowledge",
    tag = "Workload",
    request_body = IdsBody,
    responses((status = 200, description = "Which were changed.", body = TogetherJson)),
)]
async fn acknowledge_all(
    allowed: Allowed,
    State(app): State<App>,
    body: JsonBody<IdsBody>,
) -> Result<Json<TogetherJson>, Error> {
    together(&app, &allowed, &body.read()?, Change::Acknowledge).await
}

/// Take several items over
#[utoipa::path(
    post,
    path = "/api/v1/workload/assign",
    tag = "Workload",
    request_body = IdsBody,
    responses((status = 200, description = "Which were changed.", body = TogetherJson)),
)]
async fn assign_all(
    allowed: Allowed,
    State(app): State<App>,
    body: JsonBody<IdsBody>,
) -> Result<Json<TogetherJson>, Error> {
    together(&app, &allowed, &body.read()?, Change::Assign).await
}

/// Say that several items are done
#[utoipa::path(
    post,
    path = "/api/v1/workload/resolve",
    tag = "Workload",
    request_body = IdsBody,
    responses((status = 200, description = "Which were changed.", body = TogetherJson)),
)]
async fn resolve_all(
    allowed: Allowed,
    State(app): State<App>,
    body: JsonBody<IdsBody>,
) -> Result<Json<TogetherJson>, Error> {
    together(&app, &allowed, &body.read()?, Change::Resolve).await
}
