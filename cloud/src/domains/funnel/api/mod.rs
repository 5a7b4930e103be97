//! The funnel as JSON. One shape per lens; what is masked reads `{"masked":true}`.

mod leads;
mod shape;
mod steps;

use super::actions::register_deal;
use super::list::{self, Wanted};
use super::rules::Registration;
use super::similar;
use super::stages::Stage;
use super::views;
use crate::app::App;
use crate::domains::audit::By;
use crate::platform::access::{Action, Item, Party, Scope};
use crate::platform::base::Money;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::{Allowed, Asked, JsonBody, Path, Routes, json_value};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use shape::DealJson;
use utoipa::{OpenApi, ToSchema};

/// The room's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(deals, deal, register, leads::refer, leads::capture, pipeline, pipeline_record, steps::again, steps::step, steps::pipeline_step), tags((name = "Deals", description = "The shared funnel, through the lens of your organisation.")))]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/deals", Action::See(Item::Deals), get(deals))
        .post("/api/v1/deals", Action::Change(Item::Deals), post(register))
        .get("/api/v1/deals/{id}", Action::See(Item::Deals), get(deal))
        .get("/api/v1/pipeline", Action::See(Item::Pipeline), get(pipeline))
        .get("/api/v1/pipeline/{id}", Action::See(Item::Pipeline), get(pipeline_record))
        .merge(leads::routes())
        .merge(steps::routes())
}

#[derive(Serialize, ToSchema)]
struct DealsJson {
    deals: Vec<DealJson>,
    /// How many there are in the whole list.
    count: usize,
    /// What the whole list comes to.
    totals: Vec<Money>,
    /// How many amounts are in no total because they are hidden.
    masked: usize,
    /// The cursor of what follows; none at the end.
    next: Option<String>,
}

/// The deals of your organisation
///
/// One shape for every lens: what it does not have is left out, what it hides reads {"masked":true}.
#[utoipa::path(
    get,
    path = "/api/v1/deals",
    tag = "Deals",
    params(("stage" = Option<String>, Query, description = "lead, opportunity, deal, quote or closed"), ("status" = Option<String>, Query, description = "A status within the stage"), ("q" = Option<String>, Query, description = "Words to find"), ("sort" = Option<String>, Query, description = "id, title, customer, status, value or updated; with - before it falling"), ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "How many at once; 50 when nothing is said"), ("cursor" = Option<String>, Query, description = "What the last answer gave as `next`")),
    responses((status = 200, description = "The list.", body = DealsJson)),
)]
async fn deals(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let (view, scope) = (&allowed.view, &allowed.scope);
    let stages = match list::stage(view)? {
        Some(stage) => vec![stage],
        None if scope.party() == Party::Vendor => Stage::ALL.to_vec(),
        None => Stage::ALL.into_iter().filter(|stage| stage.is_channelled()).collect(),
    };
    let (wanted, asked) = (Wanted::of(view, stages), Asked::of(view)?);
    let mut tx = app.db.read().await?;
    let (piece, _) = views::listed(&mut tx, scope, &wanted, &asked).await?;
    let sums = views::sums(&mut tx, scope, &wanted).await?;
    let body = DealsJson {
        deals: piece.items.iter().map(DealJson::from).collect(),
        count: sums.count,
        totals: sums.total.sums().collect(),
        masked: sums.total.hidden(),
        next: piece.next,
    };
    Ok(Json(body).into_response())
}

/// The funnel of the program
#[utoipa::path(
    get,
    path = "/api/v1/pipeline",
    tag = "Deals",
    params(("stage" = Option<String>, Query, description = "lead, opportunity, deal, quote or closed"), ("status" = Option<String>, Query, description = "A status within the stage"), ("q" = Option<String>, Query, description = "Words to find"), ("sort" = Option<String>, Query, description = "id, title, customer, status, value or updated; with - before it falling"), ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "How many at once; 50 when nothing is said"), ("cursor" = Option<String>, Query, description = "What the last answer gave as `next`")),
    responses((status = 200, description = "The list.", body = DealsJson)),
)]
async fn pipeline(allowed: Allowed, app: State<App>) -> Result<Response, Error> {
    deals(allowed, app).await
}

/// One record of the funnel
#[utoipa::path(
    get,
    path = "/api/v1/pipeline/{id}",
    tag = "Deals",
    params(("id" = String, Path, description = "Which one")),
    responses((status = 200, description = "The record.", body = DealJson)),
)]
async fn pipeline_record(allowed: Allowed, app: State<App>, id: Path<String>) -> Result<Response, Error> {
    deal(allowed, app, id).await
}

/// One deal
#[utoipa::path(
    get,
    path = "/api/v1/deals/{id}",
    tag = "Deals",
    params(("id" = String, Path, description = "Which one")),
    responses((status = 200, description = "The deal.", body = DealJson)),
)]
async fn deal(allowed: Allowed, State(app): State<App>, Path(id): Path<String>) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let found = views::deal(&mut tx, &allowed.scope, &id, app.clock.now_ms()).await?;
    let (deal, _) = found.ok_or(Error::NotFound)?;
    Ok(deal.core().version().on(Json(DealJson::from(&deal))))
}

/// What the API shows `scope` of a record; `None`: for it there is none.
///
/// # Errors
/// When it cannot be read.
pub async fn deal_json(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    now_ms: i64,
) -> Result<Option<serde_json::Value>, Error> {
    let found = views::deal(tx, scope, id, now_ms).await?;
    found.map(|(deal, _)| json_value(&DealJson::from(&deal))).transpose()
}

/// A registration. Unknown fields are refused: nobody sets a status or a price through them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RegisterBody {
    customer: String,
    title: String,
    amount: String,
    #[serde(default = "default_currency")]
    currency: String,
    #[serde(default)]
    distributor: Option<String>,
    #[serde(default)]
    direct: bool,
    #[serde(default)]
    form_key: String,
}

impl From<RegisterBody> for Registration {
    fn from(body: RegisterBody) -> Self {
        Self {
            customer: body.customer,
            title: body.title,
            amount: body.amount,
            currency: body.currency,
            distributor: body.distributor,
            direct: body.direct,
            form_key: body.form_key,
        }
    }
}

/// Nothing that the asker cannot see is told of, not even that what was sent for it is wrong.
async fn is_there(app: &App, allowed: &Allowed, id: &str) -> Result<(), Error> {
    let mut tx = app.db.read().await?;
    let found = views::deal(&mut tx, &allowed.scope, id, app.clock.now_ms()).await?;
    found.map(drop).ok_or(Error::NotFound)
}

/// The record as it is after a change.
async fn answer(app: &App, allowed: &Allowed, id: &str, status: StatusCode) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let found = views::deal(&mut tx, &allowed.scope, id, app.clock.now_ms()).await?;
    let (deal, _) = found.ok_or(Error::NotFound)?;
    Ok(deal.core().version().on((status, Json(DealJson::from(&deal)))))
}

fn default_currency() -> String {
    "THB".to_owned()
}

/// A deal that was registered.
#[derive(Serialize, ToSchema)]
struct RegisteredJson {
    #[serde(flatten)]
    deal: DealJson,
    /// Whether another registration for this customer is open: RiverSync decides between them. Never whose.
    possible_conflict: bool,
}

/// Register a deal
#[utoipa::path(
    post,
    path = "/api/v1/deals",
    tag = "Deals",
    request_body = RegisterBody,
    responses((status = 201, description = "The deal as it was registered.", body = RegisteredJson)),
)]
async fn register(
    allowed: Allowed,
    State(app): State<App>,
    body: JsonBody<RegisterBody>,
) -> Result<Response, Error> {
    let form: Registration = body.read()?.into();
    let id = register_deal(&app, &allowed.scope, By::person(&allowed), &form).await?;
    let mut tx = app.db.read().await?;
    let found = views::deal(&mut tx, &allowed.scope, &id, app.clock.now_ms()).await?;
    let (deal, _) = found.ok_or(Error::NotFound)?;
    let possible_conflict = similar::may_conflict(&mut tx, &allowed.scope, &form.customer).await?;
    let registered = RegisteredJson { deal: DealJson::from(&deal), possible_conflict };
    Ok(deal.core().version().on((StatusCode::CREATED, Json(registered))))
}
