//! Asking the owner of a device for what is not shown.

use super::device::{WholeDeviceJson, whole};
use crate::app::App;
use crate::domains::coverage::{self, AccessRequest, Answer, NewRequest};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, JsonBody, Path};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What was asked, and what the owner said.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnRequestJson {
    id: String,
    metrics: Vec<String>,
    months: i64,
    reason: String,
    asked_ms: i64,
    asked_by: String,
    /// `open`, `granted` or `declined`.
    state: &'static str,
    answered_ms: Option<i64>,
    /// Why the owner declined.
    why: Option<String>,
}

impl From<AccessRequest> for OwnRequestJson {
    fn from(asked: AccessRequest) -> Self {
        let (state, answered_ms, why) = match asked.answer {
            None => ("open", None, None),
            Some(Answer::Granted { at_ms }) => ("granted", Some(at_ms), None),
            Some(Answer::Declined { at_ms, why }) => ("declined", Some(at_ms), Some(why)),
        };
        Self {
            id: asked.id,
            metrics: asked.metrics.into_iter().map(|metric| metric.name).collect(),
            months: asked.months,
            reason: asked.reason,
            asked_ms: asked.asked_ms,
            asked_by: asked.asked_by,
            state,
            answered_ms,
            why,
        }
    }
}

/// What is asked of the owner.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AskBody {
    /// Names of metrics that are not granted to you.
    metrics: Vec<String>,
    /// For 1, 3, 6 or 12 months.
    months: i64,
    /// What for; the owner reads it.
    reason: String,
}

/// Ask the owner for metrics that are not granted to you
#[utoipa::path(
    post,
    path = "/api/v1/devices/{id}/request",
    tag = "Devices",
    params(("id" = String, Path, description = "Which device")),
    request_body = AskBody,
    responses((status = 201, description = "The device with your question.", body = WholeDeviceJson)),
)]
pub(super) async fn send(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
    body: JsonBody<AskBody>,
) -> Result<(StatusCode, Json<WholeDeviceJson>), Error> {
    // Whether it is there for the asker comes first, whatever the body is.
    drop(whole(&mut app.db.read().await?, &allowed, &id).await?);
    let AskBody { metrics, months, reason } = body.read()?;
    coverage::ask(&app, &allowed, &id, NewRequest { metrics, months, reason }).await?;
    Ok((StatusCode::CREATED, whole(&mut app.db.read().await?, &allowed, &id).await?))
}
