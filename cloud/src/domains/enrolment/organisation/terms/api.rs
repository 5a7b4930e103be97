//! The terms of a partner as JSON.

use super::model::{Terms, Typed};
use super::set::{partner, set};
use super::store;
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, JsonBody, Path, Routes};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// This part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(read, write))]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    let change = Action::Change(Item::Organisations);
    Routes::new()
        .get("/api/v1/admin/partners/{id}/terms", change, get(read))
        .versioned(|one| one.post_fresh("/api/v1/admin/partners/{id}/terms", change, post(write)))
}

/// What was agreed with a partner.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TermsJson {
    /// Default commission share in percent, such as `12.5`.
    commission: String,
    /// `none`, `w9` or `w8ben`.
    tax_form: String,
    /// `not_requested`, `requested`, `received` or `expired`.
    tax_status: String,
    /// Where it sells.
    #[serde(default)]
    regions: Vec<String>,
    /// What it sells; empty for all.
    #[serde(default)]
    products: Vec<String>,
    /// Customers named to it.
    #[serde(default)]
    accounts: Vec<String>,
    /// The owner's own.
    #[serde(default)]
    notes: String,
}

impl From<Terms> for TermsJson {
    fn from(terms: Terms) -> Self {
        let typed = Typed::of(&terms);
        Self {
            commission: typed.commission,
            tax_form: typed.tax_form,
            tax_status: typed.tax_status,
            regions: terms.regions,
            products: terms.products,
            accounts: terms.accounts,
            notes: terms.notes,
        }
    }
}

impl From<TermsJson> for Typed {
    fn from(body: TermsJson) -> Self {
        Self {
            commission: body.commission,
            tax_form: body.tax_form,
            tax_status: body.tax_status,
            regions: body.regions.join("\n"),
            products: body.products.join("\n"),
            accounts: body.accounts.join("\n"),
            notes: body.notes,
        }
    }
}

async fn now(app: &App, allowed: &Allowed, id: &str) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    partner(&mut tx, allowed, id).await?;
    let terms = store::terms(&mut tx, &allowed.scope, id).await?.unwrap_or_default();
    Ok(terms.version().on(Json(TermsJson::from(terms))))
}

/// The terms of a partner
#[utoipa::path(
    get,
    path = "/api/v1/admin/partners/{id}/terms",
    tag = "Organisations",
    params(("id" = String, Path, description = "Which one")),
    responses((status = 200, description = "What was agreed; while that is nothing, the terms of who has agreed nothing.", body = TermsJson)),
)]
async fn read(allowed: Allowed, State(app): State<App>, Path(id): Path<String>) -> Result<Response, Error> {
    now(&app, &allowed, &id).await
}

/// Set the terms of a partner
///
/// Asks for a fresh proof that a person is there: a key gets `step_up_required`.
#[utoipa::path(
    post,
    path = "/api/v1/admin/partners/{id}/terms",
    tag = "Organisations",
    params(("id" = String, Path, description = "Which one")),
    request_body = TermsJson,
    responses((status = 200, description = "The terms as they are now.", body = TermsJson)),
)]
async fn write(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
    body: JsonBody<TermsJson>,
) -> Result<Response, Error> {
    // Whether the partner is there for the asker comes first, whatever the body is.
    partner(&mut app.db.read().await?, &allowed, &id).await?;
    let body = body.read()?;
    set(&app, &allowed, &id, &body.into()).await?;
    now(&app, &allowed, &id).await
}
