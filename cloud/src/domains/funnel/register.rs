//! Registering a deal: the form, and the same over the API.

use super::actions::{only_resellers, register_deal};
use super::rules::{CURRENCIES, Registration};
use super::views::{self, Places};
use crate::app::App;
use crate::domains::audit::By;
use crate::domains::channel::{self, Named};
use crate::domains::program::{self, DirectSale};
use crate::platform::access::{Action, Item, PartnerTier};
use crate::platform::base::Language;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{Page, done, render};
use crate::platform::web::parts::{Cell, Choice, Field, FormErrors, Input, Locked, Meter, PageHead};
use crate::platform::web::{Allowed, Form, Routes};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

/// Where the form is.
pub(super) const PATH: &str = "/partners/deals/new";
/// The choice that stands for a direct request.
const DIRECT: &str = "direct";

pub(super) fn routes() -> Routes {
    let change = Action::Change(Item::Deals);
    Routes::new().get(PATH, change, get(form)).post("/partners/deals", change, post(send))
}

/// How full the tier's places are.
pub(super) fn meter(places: &Places, language: Language) -> Meter {
    match places.cap {
        Some(cap) => Meter::new("Open deals", i64::from(places.taken), i64::from(cap), language),
        None => Meter::new("Open deals", 0, 1, language).words(format!("{} of unlimited", places.taken)),
    }
}

/// The form as it is sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Sent {
    customer: String,
    title: String,
    amount: String,
    currency: String,
    channel: String,
    form_key: String,
}

#[derive(Template)]
#[template(path = "domains/funnel/register.html")]
struct RegisterPage {
    head: PageHead,
    errors: FormErrors,
    customer: Field,
    title: Field,
    amount: Field,
    currency: Field,
    channel: Field,
    direct_locked: Option<Cell>,
    form_key: String,
}

impl Page for RegisterPage {
    fn item(&self) -> Item {
        Item::Deals
    }

    fn title(&self) -> String {
        "Register a deal".to_owned()
    }
}

async fn form(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    only_resellers(&allowed.scope)?;
    let sent = Sent { form_key: app.ids.next("form"), currency: "THB".to_owned(), ..Sent::default() };
    Ok(render(&allowed, &page(&app, &allowed, &sent, &[]).await?))
}

async fn page(
    app: &App,
    allowed: &Allowed,
    sent: &Sent,
    errors: &[FieldError],
) -> Result<RegisterPage, Error> {
    let mut tx = app.db.read().await?;
    let distributors = channel::active_distributors(&mut tx, &allowed.scope, app.clock.now_ms()).await?;
    let places = views::places(&mut tx, &allowed.scope).await?;
    let tier = allowed.scope.partner_tier().unwrap_or(PartnerTier::Authorized);
    let direct = program::entitlements(&program::MAP, tier).direct_sale;
    let opens = program::unlocks_at(&program::MAP, tier, |of| of.direct_sale != DirectSale::No);
    let currencies = CURRENCIES.iter().map(|one| Choice::new(*one, *one, sent.currency == *one)).collect();
    Ok(RegisterPage {
        head: PageHead::new("Register a deal")
            .back("Deals", "/partners/deals")
            .lead("RiverSync decides on it. Until then it takes one of your places for open deals.")
            .action_part(&meter(&places, allowed.view.language())),
        errors: FormErrors::new(errors, allowed.view.language()),
        customer: Field::new("customer", "Customer", Input::Line("text"))
            .value(&sent.customer)
            .required()
            .errors(errors),
        title: Field::new("title", "What it is about", Input::Line("text"))
            .value(&sent.title)
            .hint("Devices or models and how many, in one line.")
            .required()
            .errors(errors),
        amount: Field::new("amount", "Value", Input::Line("text"))
            .value(&sent.amount)
            .hint("Such as 125,000.00")
            .required()
            .errors(errors),
        currency: Field::new("currency", "Currency", Input::Select(currencies)).errors(errors),
        channel: channel_field(&sent.channel, &distributors, direct, errors),
        direct_locked: match (direct, opens) {
            (DirectSale::No, Some(tier)) => {
                Some(Cell::part(&Locked::new("Direct sale", tier, allowed.view.language())))
            }
            _ => None,
        },
        form_key: sent.form_key.clone(),
    })
}

fn channel_field(sent: &str, offered: &[Named], direct: DirectSale, errors: &[FieldError]) -> Field {
    let mut choices: Vec<Choice> = offered
        .iter()
        .map(|one| Choice::new(&one.id, &one.name, sent == one.id || (sent.is_empty() && offered.len() == 1)))
        .collect();
    match direct {
        DirectSale::No => {}
        DirectSale::ByRequest => choices.push(
            Choice::new(DIRECT, "Ask for a direct sale", sent == DIRECT)
                .note("stands once RiverSync grants it"),
        ),
        DirectSale::Streamlined => choices
            .push(Choice::new(DIRECT, "Direct sale", sent == DIRECT).note("RiverSync decides within a day")),
    }
    let errors: Vec<FieldError> = errors
        .iter()
        .filter(|error| matches!(error.field, "channel" | "distributor"))
        .map(|error| FieldError { field: "channel", text: error.text.clone() })
        .collect();
    let hint = if offered.is_empty() {
        "You have no active distribution agreement. RiverSync makes them."
    } else {
        ""
    };
    Field::new("channel", "Sold through", Input::Radios(choices)).hint(hint).errors(&errors)
}

async fn send(allowed: Allowed, State(app): State<App>, Form(sent): Form<Sent>) -> Result<Response, Error> {
    let direct = sent.channel == DIRECT;
    let form = Registration {
        customer: sent.customer.clone(),
        title: sent.title.clone(),
        amount: sent.amount.clone(),
        currency: sent.currency.clone(),
        distributor: (!direct && !sent.channel.is_empty()).then(|| sent.channel.clone()),
        direct,
        form_key: sent.form_key.clone(),
    };
    let (status, errors) = match register_deal(&app, &allowed.scope, By::person(&allowed), &form).await {
        Ok(id) => {
            let said = "The deal was registered. RiverSync decides on it.";
            return Ok(done(&format!("/partners/deals/{id}"), said));
        }
        Err(Error::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        Err(locked @ Error::TierLocked { .. }) => {
            (StatusCode::FORBIDDEN, vec![FieldError { field: "channel", text: locked.to_string() }])
        }
        Err(error) => return Err(error),
    };
    let mut response = render(&allowed, &page(&app, &allowed, &sent, &errors).await?);
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    Ok(response)
}
