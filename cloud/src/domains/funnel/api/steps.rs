//! The steps of a record over the API: one address for all of them, because they are one table ([`super::super::moves`]).

use super::super::actions::register_again;
use super::super::advance::{Brought, advance};
use super::super::moves::Move;
use super::{DealJson, RegisterBody, answer};
use crate::app::App;
use crate::domains::audit::By;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, JsonBody, Path, Routes};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use utoipa::ToSchema;

pub(super) fn routes() -> Routes {
    Routes::new().versioned(|one| {
        one.post("/api/v1/deals/{id}/register", Action::Change(Item::Deals), post(again))
            .post("/api/v1/deals/{id}/{step}", Action::Change(Item::Deals), post(step))
            .post("/api/v1/pipeline/{id}/{step}", Action::Change(Item::Pipeline), post(pipeline_step))
    })
}

/// What a step is made with. Each reads what it needs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub(super) struct StepBody {
    /// Why; read by the other side. Needed by disqualify, return, reject, extend, reallocate, deny-direct, recall, decline and lose.
    reason: String,
    /// share: the reseller. reallocate and deny-direct: the distributor.
    partner: String,
    /// issue: the sum by the price list, such as `125,000.00`. The price of the reseller's tier is worked out from it.
    amount: String,
    /// issue: for how many days the quote holds; 30 when nothing is said.
    days: String,
}

/// Register an opportunity as a deal, or a returned deal once more
#[utoipa::path(
    post,
    path = "/api/v1/deals/{id}/register",
    tag = "Deals",
    params(("id" = String, Path, description = "Which one")),
    request_body = RegisterBody,
    responses((status = 200, description = "The deal as it is now.", body = DealJson)),
)]
pub(super) async fn again(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
    body: JsonBody<RegisterBody>,
) -> Result<Response, Error> {
    super::is_there(&app, &allowed, &id).await?;
    let form = body.read()?.into();
    register_again(&app, &allowed.scope, By::person(&allowed), &id, &form).await?;
    answer(&app, &allowed, &id, StatusCode::OK).await
}

/// Take a step with a record of the funnel
///
/// A reseller's are withdraw, accept and decline. A step that is RiverSync's answers 403 `another_party`, one that the record
/// cannot take from where it is 409 `deal_state`.
#[utoipa::path(
    post,
    path = "/api/v1/deals/{id}/{step}",
    tag = "Deals",
    params(("id" = String, Path, description = "Which one"), ("step" = String, Path, description = "withdraw, accept or decline")),
    request_body = StepBody,
    responses((status = 200, description = "The record as it is now; nothing of it when its step took it out of sight.", body = DealJson)),
)]
pub(super) async fn step(
    allowed: Allowed,
    State(app): State<App>,
    Path((id, step)): Path<(String, String)>,
    body: JsonBody<StepBody>,
) -> Result<Response, Error> {
    super::is_there(&app, &allowed, &id).await?;
    let what = Move::parse(&step).ok_or(Error::NotFound)?;
    let body = body.read()?;
    let brought =
        Brought { reason: body.reason, partner: body.partner, amount: body.amount, days: body.days };
    advance(&app, &allowed.scope, By::person(&allowed), &id, what, &brought).await?;
    match answer(&app, &allowed, &id, StatusCode::OK).await {
        // Who declines a lead does not see it any more.
        Err(Error::NotFound) => Ok(Json(serde_json::json!({})).into_response()),
        shown => shown,
    }
}

/// Take a step with a record of the program's funnel
///
/// share, disqualify, convert and confirm before it is a deal; approve, return, reject, extend, reallocate, grant-direct and
/// deny-direct while it is one; issue and recall; win and lose.
#[utoipa::path(
    post,
    path = "/api/v1/pipeline/{id}/{step}",
    tag = "Deals",
    params(("id" = String, Path, description = "Which one"), ("step" = String, Path, description = "Which step")),
    request_body = StepBody,
    responses((status = 200, description = "The record as it is now.", body = DealJson)),
)]
pub(super) async fn pipeline_step(
    allowed: Allowed,
    app: State<App>,
    path: Path<(String, String)>,
    body: JsonBody<StepBody>,
) -> Result<Response, Error> {
    step(allowed, app, path, body).await
}
