//! Renewals as JSON: what the page shows, in the same order, and the same action.

use super::model::Renewal;
use super::rules::Band;
use super::{actions, views};
use crate::app::App;
use crate::domains::audit::By;
use crate::platform::access::{Action, Item, Scope};
use crate::platform::base::{Money, Total};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::{Allowed, Asked, JsonBody, Named, Path, Routes, Version, json_value, one_of};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// The room's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(renewals, outcome), tags((name = "Renewals", description = "Agreements that end, and what becomes of them.")))]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    let change = Action::Change(Item::Renewals);
    Routes::new()
        .get("/api/v1/renewals", Action::See(Item::Renewals), get(renewals))
        .versioned(|one| one.post("/api/v1/renewals/{device_id}/outcome", change, post(outcome)))
}

#[derive(Serialize, ToSchema)]
struct RenewalJson<'a> {
    version: Version,
    device: Named<'a>,
    customer: Named<'a>,
    band: &'static str,
    days: i64,
    at_ms: i64,
    zone: &'a str,
    agreement_id: &'a str,
    service_level: &'static str,
    agreement_value_a_year: &'a Money,
    /// Who takes over, or who hands over.
    other_partner: Option<&'a str>,
    outcome: Option<&'static str>,
}

impl<'a> From<&'a Renewal> for RenewalJson<'a> {
    fn from(renewal: &'a Renewal) -> Self {
        Self {
            version: renewal.version(),
            device: Named::from(&renewal.device),
            customer: Named::from(&renewal.customer),
            band: renewal.band.key(),
            days: renewal.days,
            at_ms: renewal.at_ms,
            zone: &renewal.zone,
            agreement_id: &renewal.agreement_id,
            service_level: renewal.level.key(),
            agreement_value_a_year: &renewal.value,
            other_partner: renewal.other.as_deref(),
            outcome: renewal.band.is_renewable().then(|| renewal.outcome.key()),
        }
    }
}

/// What the API shows `scope` of the renewal of a device; `None`: for it there is none.
///
/// # Errors
/// When it cannot be read.
pub async fn renewal_json(
    tx: &mut Tx,
    scope: &Scope,
    device_id: &str,
    now_ms: i64,
) -> Result<Option<serde_json::Value>, Error> {
    let found = views::one(tx, scope, device_id, now_ms).await?;
    found.map(|found| json_value(&RenewalJson::from(&found))).transpose()
}

#[derive(Serialize, ToSchema)]
struct RenewalsJson<'a> {
    renewals: Vec<RenewalJson<'a>>,
    /// What the agreements come to, each counted once.
    worth_a_year: Total,
    /// How many there are in all.
    count: usize,
    /// The cursor of what follows; none at the end.
    next: Option<String>,
}

/// Devices by days to the end of their agreement
#[utoipa::path(
    get,
    path = "/api/v1/renewals",
    tag = "Renewals",
    params(("band" = Option<String>, Query, description = "Only one band"), ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "How many at once; 50 when nothing is said"), ("cursor" = Option<String>, Query, description = "What the last answer gave as `next`")),
    responses((status = 200, description = "The list.", body = RenewalsJson<'static>)),
)]
async fn renewals(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let band = one_of("band", allowed.view.get("band"), &Band::ALL, Band::key)?;
    let mut tx = app.db.read().await?;
    let all = views::renewals(&mut tx, &allowed.scope, app.clock.now_ms()).await?;
    let some = views::some(&allowed, &Asked::of(&allowed.view)?, &all, band)?;
    let wanted = all.iter().filter(|renewal| band.is_none_or(|band| renewal.band == band));
    let body = RenewalsJson {
        worth_a_year: views::worth(wanted),
        count: some.count,
        next: some.next,
        renewals: some.items.into_iter().map(RenewalJson::from).collect(),
    };
    Ok(Json(body).into_response())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OutcomeBody {
    outcome: String,
}

/// Say what you expect of a renewal
#[utoipa::path(
    post,
    path = "/api/v1/renewals/{device_id}/outcome",
    tag = "Renewals",
    params(("device_id" = String, Path, description = "Which device")),
    request_body = OutcomeBody,
    responses((status = 200, description = "The renewal as it is now.", body = RenewalJson<'static>)),
)]
async fn outcome(
    allowed: Allowed,
    State(app): State<App>,
    Path(device_id): Path<String>,
    body: JsonBody<OutcomeBody>,
) -> Result<Response, Error> {
    let body = body.read();
    // Whether the device is there for the asker comes first, whatever the body is.
    let said = body.as_ref().map_or("", |body| body.outcome.as_str());
    let by = By::person(&allowed);
    let mut renewal = match actions::set_outcome(&app, &allowed.scope, by, &device_id, said).await {
        Err(Error::Invalid(errors)) => return Err(body.err().unwrap_or(Error::Invalid(errors))),
        said => said?,
    };
    if let Some(outcome) = super::Outcome::parse(said) {
        renewal.outcome = outcome;
    }
    Ok(Json(RenewalJson::from(&renewal)).into_response())
}
