//! What an organisation may act as, as JSON.

use super::actions;
use super::dependants::{Dependant, Dependants};
use super::model::Held;
use super::store;
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, Path, Routes, Version};
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Extension, Json};
use serde::Serialize;
use std::sync::Arc;
use utoipa::{OpenApi, ToSchema};

/// This sub-room's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(apps, enable, impact, disable), tags((name = "Apps", description = "What your organisation may act as.")))]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Apps), Action::Change(Item::Apps));
    Routes::new()
        .get("/api/v1/account/enrolment", see, get(apps))
        .post("/api/v1/account/enrolment/customer", change, post(enable))
        .get("/api/v1/account/enrolment/{capability}/disable", change, get(impact))
        .versioned(|one| one.post("/api/v1/account/enrolment/{capability}/disable", change, post(disable)))
}

/// Something that the organisation may act as.
#[derive(Serialize, ToSchema)]
struct CapabilityJson {
    version: Version,
    /// `customer` or `partner`.
    capability: &'static str,
    /// For a partner: `reseller` or `distributor`.
    subtype: Option<&'static str>,
    since_ms: i64,
    /// Since when it may not be used.
    suspended_ms: Option<i64>,
}

impl From<Held> for CapabilityJson {
    fn from(held: Held) -> Self {
        Self {
            version: held.version(),
            capability: held.capability.key(),
            subtype: held.capability.subtype(),
            since_ms: held.since_ms,
            suspended_ms: held.suspended_ms,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct CapabilitiesJson {
    capabilities: Vec<CapabilityJson>,
}

async fn held(app: &App, allowed: &Allowed) -> Result<Json<CapabilitiesJson>, Error> {
    let held = store::own(&mut app.db.read().await?, &allowed.scope).await?;
    Ok(Json(CapabilitiesJson { capabilities: held.into_iter().map(Into::into).collect() }))
}

/// What your organisation may act as
#[utoipa::path(
    get,
    path = "/api/v1/account/enrolment",
    tag = "Apps",
    responses((status = 200, description = "The list.", body = CapabilitiesJson)),
)]
async fn apps(allowed: Allowed, State(app): State<App>) -> Result<Json<CapabilitiesJson>, Error> {
    held(&app, &allowed).await
}

/// Switch the customer side on
///
/// Asked for twice, it is on once.
#[utoipa::path(
    post,
    path = "/api/v1/account/enrolment/customer",
    tag = "Apps",
    responses((status = 200, description = "What your organisation may act as now.", body = CapabilitiesJson)),
)]
async fn enable(allowed: Allowed, State(app): State<App>) -> Result<Json<CapabilitiesJson>, Error> {
    actions::enable_customer(&app, &allowed).await?;
    held(&app, &allowed).await
}

/// Something that would be left behind.
#[derive(Serialize, ToSchema)]
struct DependantJson {
    /// What it is, such as `Open deal`.
    what: String,
    /// Which one, as people read it.
    which: String,
    /// The page where it can be brought to an end.
    page: String,
}

impl From<Dependant> for DependantJson {
    fn from(one: Dependant) -> Self {
        Self { what: one.what.to_string(), which: one.which, page: one.href }
    }
}

#[derive(Serialize, ToSchema)]
struct ImpactJson {
    /// What hangs on it; only an empty list lets it be given up.
    dependants: Vec<DependantJson>,
}

/// What hangs on a capability
#[utoipa::path(
    get,
    path = "/api/v1/account/enrolment/{capability}/disable",
    tag = "Apps",
    params(("capability" = String, Path, description = "customer or partner")),
    responses((status = 200, description = "What would be left behind.", body = ImpactJson)),
)]
async fn impact(
    Extension(dependants): Extension<Arc<dyn Dependants>>,
    allowed: Allowed,
    State(app): State<App>,
    Path(key): Path<String>,
) -> Result<Json<ImpactJson>, Error> {
    let mut tx = app.db.read().await?;
    let held = actions::find(&mut tx, &allowed, &key).await?;
    let hanging = dependants.of(&mut tx, &allowed.actor, held.capability, allowed.view.now_ms).await?;
    Ok(Json(ImpactJson { dependants: hanging.into_iter().map(Into::into).collect() }))
}

/// Give a capability up
///
/// 409 `open_work` with the list while something hangs on it.
#[utoipa::path(
    post,
    path = "/api/v1/account/enrolment/{capability}/disable",
    tag = "Apps",
    params(("capability" = String, Path, description = "customer or partner")),
    responses((status = 200, description = "What your organisation may act as now.", body = CapabilitiesJson)),
)]
async fn disable(
    Extension(dependants): Extension<Arc<dyn Dependants>>,
    allowed: Allowed,
    State(app): State<App>,
    Path(key): Path<String>,
) -> Result<Json<CapabilitiesJson>, Error> {
    actions::disable(&app, &allowed, dependants.as_ref(), &key).await?;
    held(&app, &allowed).await
}
