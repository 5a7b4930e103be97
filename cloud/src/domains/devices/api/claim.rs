//! Linking a device that one bought (ENR-B).

use super::device::{WholeDeviceJson, whole};
use crate::app::App;
use crate::domains::coverage::{self, Claim};
use crate::platform::error::{Error, FieldError};
use crate::platform::files::Upload;
use crate::platform::web::{Allowed, DocumentBody, JsonBody};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

/// What a buyer knows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClaimBody {
    /// As it stands on the type plate.
    serial: String,
    /// As it stands on the invoice.
    purchase_number: String,
    /// How you call it; the model's name when nothing is said.
    #[serde(default)]
    name: String,
    /// Where it stands.
    site: String,
    /// The invoice.
    #[serde(default)]
    proof: Option<DocumentBody>,
}

/// Link a device that you bought
#[utoipa::path(
    post,
    path = "/api/v1/portal/devices/link",
    tag = "Devices",
    request_body = ClaimBody,
    responses((status = 201, description = "The device: it is one of yours now.", body = WholeDeviceJson)),
)]
pub(super) async fn link(
    allowed: Allowed,
    State(app): State<App>,
    body: JsonBody<ClaimBody>,
) -> Result<(StatusCode, Json<WholeDeviceJson>), Error> {
    let body = body.read()?;
    let proof = body.proof.map(|proof| proof.read("proof")).transpose()?;
    let proof = proof.map(|(name, bytes)| Upload::accept(&name, bytes)).transpose();
    let proof = proof.map_err(|text| Error::Invalid(vec![FieldError { field: "proof", text }]))?;
    let claim = Claim {
        serial: body.serial,
        purchase_number: body.purchase_number,
        name: body.name,
        site: body.site,
        proof,
    };
    let id = coverage::link(&app, &allowed, &claim).await?;
    Ok((StatusCode::CREATED, whole(&mut app.db.read().await?, &allowed, &id).await?))
}
