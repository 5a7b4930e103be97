//! The funnel as JSON. One shape per lens; what is masked reads `{"masked":true}`.

mod leads;
mod steps;

use super::actions::register_deal;
use super::lens::{Channel, Contact, Core, Deadlines, Deal, Pricing};
use super::list::{self, Wanted};
use super::rules::Registration;
use super::similar;
use super::stages::Stage;
use super::views;
use crate::app::App;
use crate::domains::audit::By;
use crate::platform::access::{Action, Item, Party, Scope};
use crate::platform::base::{Masked, Money};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::{Allowed, Asked, JsonBody, Path, Routes, Version, json_value, shown_or_masked};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{OpenApi, PartialSchema, ToSchema};

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
struct QuoteJson {
    number: String,
    valid_until_ms: Option<i64>,
}

/// A record of the funnel. What its reader's lens does not have is left out.
#[derive(Serialize, ToSchema)]
struct DealJson {
    id: String,
    /// `lead`, `opportunity`, `deal`, `quote` or `closed`.
    stage: &'static str,
    /// Within the stage.
    status: &'static str,
    #[schema(schema_with = masked_text)]
    title: Masked<String>,
    #[schema(schema_with = masked_text)]
    customer: Masked<String>,
    #[schema(schema_with = masked_money)]
    amount: Masked<Option<Money>>,
    #[schema(schema_with = masked_quote)]
    quote: Masked<Option<QuoteJson>>,
    /// The reseller's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = masked_text, required = false)]
    reseller: Option<Masked<String>>,
    /// The distributor's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    distributor: Option<String>,
    /// `requested`, `granted` or `denied`, where it goes directly.
    #[serde(skip_serializing_if = "Option::is_none")]
    direct: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shared: Option<bool>,
    /// For distributors: whether it runs through them.
    #[serde(skip_serializing_if = "Option::is_none")]
    on_channel: Option<bool>,
    /// A submitted deal: `RiverSync` decides by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    decide_by_ms: Option<i64>,
    /// An approved deal: it is nobody else's until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    protected_until_ms: Option<i64>,
    /// An offered lead: the reseller says by then whether it takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    accept_by_ms: Option<i64>,
    /// The quote's sum by the price list.
    #[serde(skip_serializing_if = "Option::is_none")]
    list_price: Option<Money>,
    /// At the price of which tier it was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    price_level: Option<&'static str>,
    /// Whom to call about it; masked until an offered lead is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = masked_contact, required = false)]
    contact: Option<Masked<ContactJson>>,
    /// For the program's owner: the partner that brought it.
    #[serde(skip_serializing_if = "Option::is_none")]
    referrer: Option<String>,
    /// For the program's owner: the commission share that the approval locked in, hundredths of a percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    commission_bp: Option<i64>,
    created_ms: i64,
    updated_ms: i64,
    version: Version,
}

fn masked_contact() -> RefOr<Schema> {
    shown_or_masked(ContactJson::schema())
}

/// Whom to call.
#[derive(Serialize, ToSchema)]
struct ContactJson {
    name: String,
    email: String,
    phone: String,
}

fn contact(contact: &Masked<Option<Contact>>) -> Option<Masked<ContactJson>> {
    match contact {
        Masked::Hidden(why) => Some(Masked::Hidden(*why)),
        Masked::Shown(contact) => contact.clone().map(|contact| {
            Masked::Shown(ContactJson { name: contact.name, email: contact.email, phone: contact.phone })
        }),
    }
}

fn masked_text() -> RefOr<Schema> {
    shown_or_masked(String::schema())
}

fn masked_money() -> RefOr<Schema> {
    shown_or_masked(Option::<Money>::schema())
}

fn masked_quote() -> RefOr<Schema> {
    shown_or_masked(Option::<QuoteJson>::schema())
}

impl From<&Core> for DealJson {
    fn from(core: &Core) -> Self {
        Self {
            id: core.id.clone(),
            stage: core.state.stage().key(),
            status: core.state.status(),
            title: core.title.clone(),
            customer: core.customer.clone(),
            amount: core.value.clone(),
            quote: core.quote.clone().map(|quote| {
                quote.map(|quote| QuoteJson { number: quote.number, valid_until_ms: quote.valid_until_ms })
            }),
            reseller: None,
            distributor: None,
            direct: None,
            owner: None,
            shared: None,
            on_channel: None,
            decide_by_ms: None,
            protected_until_ms: None,
            accept_by_ms: None,
            list_price: None,
            price_level: None,
            contact: None,
            referrer: None,
            commission_bp: None,
            created_ms: core.created_ms,
            updated_ms: core.updated_ms,
            version: core.version(),
        }
    }
}

impl DealJson {
    /// With what is between `RiverSync` and the reseller.
    fn between(self, deadlines: Deadlines, pricing: Option<&Pricing>) -> Self {
        Self {
            decide_by_ms: deadlines.decide_by_ms,
            protected_until_ms: deadlines.protected_until_ms,
            accept_by_ms: deadlines.accept_by_ms,
            list_price: pricing.map(|pricing| pricing.list.clone()),
            price_level: pricing.map(|pricing| pricing.level.key()),
            ..self
        }
    }
}

impl From<&Deal> for DealJson {
    fn from(deal: &Deal) -> Self {
        let core = Self::from(deal.core());
        match deal {
            Deal::Reseller(deal) => {
                let (distributor, direct) = channel(&deal.channel);
                let core = core.between(deal.deadlines, deal.pricing.as_ref());
                let (owner, contact) = (deal.owner.clone(), contact(&deal.contact));
                Self { distributor, direct, owner, contact, shared: Some(deal.is_shared), ..core }
            }
            Deal::Distributor(deal) => {
                let reseller = deal.reseller.clone().map(|reseller| reseller.id);
                Self { reseller: Some(reseller), on_channel: Some(deal.is_on_channel), ..core }
            }
            Deal::Vendor(deal) => {
                let (distributor, direct) = channel(&deal.channel);
                let reseller = deal.reseller.as_ref().map(|named| Masked::Shown(named.id.clone()));
                let (owner, commission_bp) = (deal.owner.clone(), deal.commission_bp);
                let core = core.between(deal.deadlines, deal.pricing.as_ref());
                let referrer = deal.referrer.as_ref().map(|named| named.id.clone());
                let contact = contact(&deal.contact);
                Self { reseller, distributor, direct, owner, commission_bp, referrer, contact, ..core }
            }
        }
    }
}

fn channel(channel: &Channel) -> (Option<String>, Option<&'static str>) {
    match channel {
        Channel::Open | Channel::Hidden => (None, None),
        Channel::Distributor(named) => (Some(named.id.clone()), None),
        Channel::Direct(direct) => (None, Some(direct.key())),
    }
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
