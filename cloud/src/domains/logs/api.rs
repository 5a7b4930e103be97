//! The logs as JSON: the rows that the pages show, narrowed by the same filters.

use super::filters::filter;
use super::place::{operates, whose};
use crate::app::App;
use crate::domains::audit::{self, By, LogRow};
use crate::platform::access::{Action, Item};
use crate::platform::error::{Error, FieldError};
use crate::platform::web::{Allowed, Asked, Named, Routes};
use crate::platform::words::Sentence;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// The room's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(usage, activity, vendor, checkpoint), tags((name = "Logs", description = "Who did what, chained and signed.")))]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/portal/log", Action::See(Item::UsageLog), get(usage))
        .get("/api/v1/log", Action::See(Item::ActivityLog), get(activity))
        .get("/api/v1/admin/audit", Action::See(Item::Audit), get(vendor))
        .post("/api/v1/admin/audit/checkpoint", Action::Change(Item::Audit), post(checkpoint))
}

#[derive(Serialize, ToSchema)]
struct ObjectJson<'a> {
    kind: &'a str,
    id: &'a str,
}

#[derive(Serialize, ToSchema)]
struct RowJson<'a> {
    /// Its place in the organisation's chain.
    seq: i64,
    at_ms: i64,
    /// `person`, `agent` or `system`.
    actor_kind: &'a str,
    actor: Named<'a>,
    organisation: Named<'a>,
    acting_as: &'a str,
    on_behalf_of: Option<&'a str>,
    action: &'a str,
    object: ObjectJson<'a>,
    /// Before, after, counts.
    detail: serde_json::Value,
    reason: &'a str,
    request_id: &'a str,
    address: Option<&'a str>,
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

impl<'a> From<&'a LogRow> for RowJson<'a> {
    fn from(row: &'a LogRow) -> Self {
        Self {
            seq: row.seq,
            at_ms: row.at_ms,
            actor_kind: &row.actor_kind,
            actor: Named::new(&row.actor_id, &row.actor_name),
            organisation: Named::new(&row.acting_tenant_id, &row.acting_tenant_name),
            acting_as: &row.acting_capability,
            on_behalf_of: some(&row.on_behalf_of),
            action: &row.action,
            object: ObjectJson { kind: &row.object_kind, id: &row.object_id },
            detail: serde_json::from_str(&row.detail).unwrap_or_default(),
            reason: &row.reason,
            request_id: &row.request_id,
            address: some(&row.ip),
        }
    }
}

#[derive(Serialize, ToSchema)]
struct LogJson<'a> {
    rows: Vec<RowJson<'a>>,
    /// The cursor of what follows, which is older; none at the end.
    next: Option<String>,
}

/// Every use of your devices and their data, newest first
#[utoipa::path(
    get,
    path = "/api/v1/portal/log",
    tag = "Logs",
    params(("partner" = Option<String>, Query, description = "Only what this organisation did"), ("person" = Option<String>, Query, description = "Only what this person or gateway did"), ("action" = Option<String>, Query, description = "Only this action, or all of a noun that ends with a dot: `grant.`"), ("device" = Option<String>, Query, description = "Only what concerns this device"), ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "How many at once; 50 when nothing is said"), ("cursor" = Option<String>, Query, description = "What the last answer gave as `next`")),
    responses((status = 200, description = "The rows.", body = LogJson<'static>)),
)]
async fn usage(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    rows(&app, &allowed).await
}

/// What your people did and what others decided about you, newest first
#[utoipa::path(
    get,
    path = "/api/v1/log",
    tag = "Logs",
    params(("partner" = Option<String>, Query, description = "Only what this organisation did"), ("person" = Option<String>, Query, description = "Only what this person did"), ("action" = Option<String>, Query, description = "Only this action, or all of a noun that ends with a dot: `deal.`"), ("device" = Option<String>, Query, description = "Only what concerns this device"), ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "How many at once; 50 when nothing is said"), ("cursor" = Option<String>, Query, description = "What the last answer gave as `next`")),
    responses((status = 200, description = "The rows.", body = LogJson<'static>)),
)]
async fn activity(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    rows(&app, &allowed).await
}

/// What was done in the program, newest first
///
/// Opening the log of another organisation is a row of that log.
#[utoipa::path(
    get,
    path = "/api/v1/admin/audit",
    tag = "Logs",
    params(("of" = Option<String>, Query, description = "The organisation whose log is opened; your own when nothing is said"), ("partner" = Option<String>, Query, description = "Only what this organisation did"), ("person" = Option<String>, Query, description = "Only what this person or gateway did"), ("action" = Option<String>, Query, description = "Only this action, or all of a noun that ends with a dot: `grant.`"), ("device" = Option<String>, Query, description = "Only what concerns this device"), ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "How many at once; 50 when nothing is said"), ("cursor" = Option<String>, Query, description = "What the last answer gave as `next`")),
    responses((status = 200, description = "The rows.", body = LogJson<'static>)),
)]
async fn vendor(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    rows(&app, &allowed).await
}

async fn rows(app: &App, allowed: &Allowed) -> Result<Response, Error> {
    let asked = Asked::of(&allowed.view)?;
    let before_seq = match &asked.after {
        None => None,
        Some(seq) => Some(seq.parse().map_err(|_| {
            let text = Sentence::english(
                "This cursor is of another list. Take the one that the last answer gave as `next`.",
            );
            Error::Invalid(vec![FieldError { field: "cursor", text }])
        })?),
    };
    let of = whose(app, allowed).await?;
    let wanted = audit::Filter { before_seq, ..filter(&allowed.view, &of, asked.fetch()) };
    let mut tx = app.db.read().await?;
    let found = audit::log(&mut tx, &allowed.scope, &wanted).await?;
    let piece = asked.piece(found, |row| row.seq.to_string());
    let rows = piece.items.iter().map(RowJson::from).collect();
    Ok(Json(LogJson { rows, next: piece.next }).into_response())
}

#[derive(Serialize, ToSchema)]
struct CheckpointJson {
    /// Its number; none when no log grew since the last one.
    number: Option<i64>,
}

/// Sign where all logs stand
#[utoipa::path(
    post,
    path = "/api/v1/admin/audit/checkpoint",
    tag = "Logs",
    responses((status = 200, description = "The checkpoint.", body = CheckpointJson)),
)]
async fn checkpoint(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    operates(&allowed)?;
    let taken = audit::take_checkpoint(&app, Some(By::person(&allowed))).await?;
    Ok(Json(CheckpointJson { number: taken.map(|taken| taken.number) }).into_response())
}
