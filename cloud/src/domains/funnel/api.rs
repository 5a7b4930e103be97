//! The funnel as JSON. One shape per lens; what is masked reads `{"masked":true}`.

use super::actions::register_deal;
use super::lens::{Channel, Core, Deal};
use super::list::{self, SORT_KEYS, Wanted};
use super::rules::Registration;
use super::stages::Stage;
use super::views;
use crate::app::App;
use crate::domains::audit::By;
use crate::platform::access::{Action, Item, Party};
use crate::platform::base::{Masked, Money};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, Path, Routes, json_body, one_of, piece};
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/deals", Action::See(Item::Deals), get(deals))
        .post("/api/v1/deals", Action::Change(Item::Deals), post(register))
        .get("/api/v1/deals/{id}", Action::See(Item::Deals), get(deal))
        .get("/api/v1/pipeline", Action::See(Item::Pipeline), get(deals))
        .get("/api/v1/pipeline/{id}", Action::See(Item::Pipeline), get(deal))
}

#[derive(Serialize)]
struct QuoteJson {
    number: String,
    valid_until_ms: Option<i64>,
}

#[derive(Serialize)]
struct CoreJson {
    id: String,
    stage: &'static str,
    status: &'static str,
    title: Masked<String>,
    customer: Masked<String>,
    amount: Masked<Option<Money>>,
    quote: Masked<Option<QuoteJson>>,
    created_ms: i64,
    updated_ms: i64,
}

impl From<&Core> for CoreJson {
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
            created_ms: core.created_ms,
            updated_ms: core.updated_ms,
        }
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum DealJson {
    Reseller {
        #[serde(flatten)]
        core: CoreJson,
        distributor: Option<String>,
        direct: Option<&'static str>,
        owner: Option<String>,
        shared: bool,
    },
    Distributor {
        #[serde(flatten)]
        core: CoreJson,
        reseller: Masked<String>,
        on_channel: bool,
    },
    Vendor {
        #[serde(flatten)]
        core: CoreJson,
        reseller: Option<String>,
        distributor: Option<String>,
        direct: Option<&'static str>,
        owner: Option<String>,
    },
}

impl From<&Deal> for DealJson {
    fn from(deal: &Deal) -> Self {
        let core = CoreJson::from(deal.core());
        match deal {
            Deal::Reseller(deal) => {
                let (distributor, direct) = channel(&deal.channel);
                Self::Reseller {
                    core,
                    distributor,
                    direct,
                    owner: deal.owner.clone(),
                    shared: deal.is_shared,
                }
            }
            Deal::Distributor(deal) => {
                let reseller = deal.reseller.clone().map(|reseller| reseller.id);
                Self::Distributor { core, reseller, on_channel: deal.is_on_channel }
            }
            Deal::Vendor(deal) => {
                let (distributor, direct) = channel(&deal.channel);
                let reseller = deal.reseller.as_ref().map(|named| named.id.clone());
                Self::Vendor { core, reseller, distributor, direct, owner: deal.owner.clone() }
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

#[derive(Serialize)]
struct DealsJson {
    deals: Vec<DealJson>,
    totals: Vec<Money>,
    masked: usize,
    /// The cursor of what follows; none at the end.
    next: Option<String>,
}

async fn deals(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let view = &allowed.view;
    let stage = one_of("stage", view.get("stage"), &Stage::ALL, Stage::key)?;
    let mut tx = app.db.read().await?;
    let all = views::deals(&mut tx, &allowed.scope, app.clock.now_ms()).await?;
    let sort = view.sort(&SORT_KEYS);
    let wanted = Wanted {
        stage,
        status: view.get("status"),
        text: view.get("q"),
        sort: sort.as_ref().map(|sort| (sort.key.as_str(), sort.falling)),
    };
    let mut found = list::pick(all, &wanted);
    if stage.is_none() && allowed.scope.party() != Party::Vendor {
        found.retain(|deal| deal.stage().is_channelled());
    }
    let total = list::total(&found);
    let piece = piece(view, found, |deal| deal.core().id.clone())?;
    let body = DealsJson {
        deals: piece.items.iter().map(DealJson::from).collect(),
        totals: total.sums().collect(),
        masked: total.hidden(),
        next: piece.next,
    };
    Ok(Json(body).into_response())
}

async fn deal(allowed: Allowed, State(app): State<App>, Path(id): Path<String>) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let found = views::deal(&mut tx, &allowed.scope, &id, app.clock.now_ms()).await?;
    let (deal, _) = found.ok_or(Error::NotFound)?;
    Ok(Json(DealJson::from(&deal)).into_response())
}

/// A registration. Unknown fields are refused: nobody sets a status or a price through them.
#[derive(Deserialize)]
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

fn default_currency() -> String {
    "THB".to_owned()
}

async fn register(
    allowed: Allowed,
    State(app): State<App>,
    body: Result<Json<RegisterBody>, JsonRejection>,
) -> Result<Response, Error> {
    let body = json_body(body)?;
    let form = Registration {
        customer: body.customer,
        title: body.title,
        amount: body.amount,
        currency: body.currency,
        distributor: body.distributor,
        direct: body.direct,
        form_key: body.form_key,
    };
    let id = register_deal(&app, &allowed.scope, By::person(&allowed), &form).await?;
    let mut tx = app.db.read().await?;
    let found = views::deal(&mut tx, &allowed.scope, &id, app.clock.now_ms()).await?;
    let (deal, _) = found.ok_or(Error::NotFound)?;
    Ok((StatusCode::CREATED, Json(DealJson::from(&deal))).into_response())
}
