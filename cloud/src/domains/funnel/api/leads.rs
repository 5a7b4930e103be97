//! Leads that come in over the API.

use super::super::refer::{Referral, capture_lead};
use super::{DealJson, answer};
use crate::app::App;
use crate::domains::audit::By;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, JsonBody, Routes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;
use utoipa::ToSchema;

pub(super) fn routes() -> Routes {
    Routes::new().post("/api/v1/leads", Action::Change(Item::Leads), post(refer)).post(
        "/api/v1/pipeline/leads",
        Action::Change(Item::Pipeline),
        post(capture),
    )
}

/// A lead. Unknown fields are refused.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LeadBody {
    /// Who may need something.
    customer: String,
    /// What they may need.
    title: String,
    /// The person to call.
    contact: String,
    /// An address or a number, or both.
    #[serde(default)]
    email: String,
    #[serde(default)]
    phone: String,
    /// That the person agreed to be called.
    consent: bool,
    #[serde(default)]
    form_key: String,
}

/// Refer a lead
#[utoipa::path(
    post,
    path = "/api/v1/leads",
    tag = "Deals",
    request_body = LeadBody,
    responses((status = 201, description = "The lead as it was referred.", body = DealJson)),
)]
pub(super) async fn refer(
    allowed: Allowed,
    State(app): State<App>,
    body: JsonBody<LeadBody>,
) -> Result<Response, Error> {
    let body = body.read()?;
    let referral = Referral {
        customer: body.customer,
        title: body.title,
        contact: body.contact,
        email: body.email,
        phone: body.phone,
        consent: body.consent,
        form_key: body.form_key,
    };
    let id = capture_lead(&app, &allowed.scope, By::person(&allowed), &referral).await?;
    answer(&app, &allowed, &id, StatusCode::CREATED).await
}

/// Take a lead into the program's inbox
#[utoipa::path(
    post,
    path = "/api/v1/pipeline/leads",
    tag = "Deals",
    request_body = LeadBody,
    responses((status = 201, description = "The lead as it came in.", body = DealJson)),
)]
pub(super) async fn capture(
    allowed: Allowed,
    app: State<App>,
    body: JsonBody<LeadBody>,
) -> Result<Response, Error> {
    refer(allowed, app, body).await
}
