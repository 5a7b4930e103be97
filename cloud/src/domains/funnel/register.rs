//! Registering a deal: the form, and the same over the API.

use super::actions::{only_resellers, register_deal};
use super::rules::{CURRENCIES, Registration};
use super::stages::Stage;
use super::views::{self, Places};
use super::words::Words;
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
        Some(cap) => {
            Meter::new(Words(language).open_deals(), i64::from(places.taken), i64::from(cap), language)
        }
        None => Meter::new(Words(language).open_deals(), 0, 1, language)
            .words(Words(language).unlimited(places.taken)),
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
    words: Words,
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
        self.words.register().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
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
    let words = Words(allowed.view.language());
    let currencies = CURRENCIES.iter().map(|one| Choice::new(*one, *one, sent.currency == *one)).collect();
    Ok(RegisterPage {
        words,
        head: PageHead::new(words.register())
            .back(Stage::Deal.label_in(words.0), "/partners/deals")
            .lead(words.register_lead())
            .action_part(&meter(&places, allowed.view.language())),
        errors: FormErrors::new(errors, allowed.view.language()),
        customer: Field::new("customer", words.customer(), Input::Line("text"))
            .value(&sent.customer)
            .required()
            .errors(errors, allowed.view.language()),
        title: Field::new("title", words.about(), Input::Line("text"))
            .value(&sent.title)
            .hint(words.about_hint())
            .required()
            .errors(errors, allowed.view.language()),
        amount: Field::new("amount", words.value(), Input::Line("text"))
            .value(&sent.amount)
            .hint(words.amount_hint())
            .required()
            .errors(errors, allowed.view.language()),
        currency: Field::new("currency", words.currency(), Input::Select(currencies))
            .errors(errors, allowed.view.language()),
        channel: channel_field(&sent.channel, &distributors, direct, errors, words),
        direct_locked: match (direct, opens) {
            (DirectSale::No, Some(tier)) => {
                Some(Cell::part(&Locked::new(words.direct_sale(), tier, allowed.view.language())))
            }
            _ => None,
        },
        form_key: sent.form_key.clone(),
    })
}

fn channel_field(
    sent: &str,
    offered: &[Named],
    direct: DirectSale,
    errors: &[FieldError],
    words: Words,
) -> Field {
    let mut choices: Vec<Choice> = offered
        .iter()
        .map(|one| Choice::new(&one.id, &one.name, sent == one.id || (sent.is_empty() && offered.len() == 1)))
        .collect();
    match direct {
        DirectSale::No => {}
        DirectSale::ByRequest => choices
            .push(Choice::new(DIRECT, words.ask_direct(), sent == DIRECT).note(words.ask_direct_note())),
        DirectSale::Streamlined => {
            choices.push(Choice::new(DIRECT, words.direct_sale(), sent == DIRECT).note(words.direct_note()))
        }
    }
    let errors: Vec<FieldError> = errors
        .iter()
        .filter(|error| matches!(error.field, "channel" | "distributor"))
        .map(|error| FieldError { field: "channel", text: error.text.clone() })
        .collect();
    let hint = if offered.is_empty() { words.no_agreement() } else { "" };
    Field::new("channel", words.sold_through(), Input::Radios(choices)).hint(hint).errors(&errors, words.0)
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
            let said = Words(allowed.view.language()).registered();
            return Ok(done(&format!("/partners/deals/{id}"), said));
        }
        Err(Error::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        Err(locked @ Error::TierLocked { .. }) => {
            (StatusCode::FORBIDDEN, vec![FieldError { field: "channel", text: locked.sentence() }])
        }
        Err(error) => return Err(error),
    };
    let mut response = render(&allowed, &page(&app, &allowed, &sent, &errors).await?);
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    Ok(response)
}
