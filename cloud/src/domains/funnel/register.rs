//! The form that registers a deal: a new one, an opportunity, or one that was returned.

use super::actions::{only_resellers, register_again, register_deal};
use super::advance::why_not;
use super::cells;
use super::lens::{Channel, Deal};
use super::moves::{Move, step};
use super::rules::{CURRENCIES, Registration};
use super::similar;
use super::stages::Stage;
use super::views::{self, Places};
use super::words::Words;
use crate::app::App;
use crate::domains::audit::By;
use crate::domains::channel::{self, Named};
use crate::domains::program::{self, DirectSale};
use crate::platform::access::{Action, Item, PartnerTier, Party};
use crate::platform::base::{Language, Money};
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{Page, done, render};
use crate::platform::web::parts::{Cell, Choice, Field, FormErrors, Input, Locked, Meter, PageHead};
use crate::platform::web::{Allowed, Form, Path, Routes};
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
    Routes::new()
        .get(PATH, change, get(form))
        .post("/partners/deals", change, post(send))
        .get("/partners/deals/{id}/register", change, get(form_again))
        .post("/partners/deals/{id}/register", change, post(send_again))
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

impl Sent {
    fn registration(&self) -> Registration {
        let direct = self.channel == DIRECT;
        Registration {
            customer: self.customer.clone(),
            title: self.title.clone(),
            amount: self.amount.clone(),
            currency: self.currency.clone(),
            distributor: (!direct && !self.channel.is_empty()).then(|| self.channel.clone()),
            direct,
            form_key: self.form_key.clone(),
        }
    }
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
    /// Where it goes, with which words, and the way back.
    action: String,
    button: &'static str,
    back: String,
}

/// A record that is registered as it is changed, rather than a new one.
struct Known {
    id: String,
    /// Where its form goes, bound to what was seen of it.
    action: String,
    button: &'static str,
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
    Ok(render(&allowed, &page(&app, &allowed, &sent, &[], None).await?))
}

async fn form_again(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    only_resellers(&allowed.scope)?;
    let (known, sent) = known(&app, &allowed, &id).await?;
    Ok(render(&allowed, &page(&app, &allowed, &sent, &[], Some(&known)).await?))
}

/// The record of this id, and what its form holds before anybody typed.
async fn known(app: &App, allowed: &Allowed, id: &str) -> Result<(Known, Sent), Error> {
    let mut tx = app.db.read().await?;
    let found = views::deal(&mut tx, &allowed.scope, id, app.clock.now_ms()).await?;
    let (deal, _) = found.ok_or(Error::NotFound)?;
    let core = deal.core();
    step(Some(core.state), Move::Register, Party::Reseller)
        .map_err(|refused| why_not(refused, core.state))?;
    let Deal::Reseller(mine) = &deal else { return Err(Error::NotFound) };
    let value = core.value.shown().cloned().flatten();
    let sent = Sent {
        customer: core.customer.shown().cloned().unwrap_or_default(),
        title: core.title.shown().cloned().unwrap_or_default(),
        amount: value.as_ref().map(Money::decimal).unwrap_or_default(),
        currency: value.map_or_else(|| "THB".to_owned(), |money| money.currency),
        channel: match &mine.channel {
            Channel::Distributor(named) => named.id.clone(),
            Channel::Direct(_) => DIRECT.to_owned(),
            Channel::Open | Channel::Hidden => String::new(),
        },
        form_key: String::new(),
    };
    let path = format!("{}/register", cells::href(Party::Reseller, id));
    let known = Known {
        id: id.to_owned(),
        action: core.version().bound(&allowed.view, &path),
        button: Words(allowed.view.language()).register_this(core.state),
    };
    Ok((known, sent))
}

async fn page(
    app: &App,
    allowed: &Allowed,
    sent: &Sent,
    errors: &[FieldError],
    known: Option<&Known>,
) -> Result<RegisterPage, Error> {
    let mut tx = app.db.read().await?;
    let distributors = channel::active_distributors(&mut tx, &allowed.scope, app.clock.now_ms()).await?;
    let places = views::places(&mut tx, &allowed.scope).await?;
    let tier = allowed.scope.partner_tier().unwrap_or(PartnerTier::Authorized);
    let direct = program::entitlements(&program::MAP, tier).direct_sale;
    let opens = program::unlocks_at(&program::MAP, tier, |of| of.direct_sale != DirectSale::No);
    let words = Words(allowed.view.language());
    let currencies = CURRENCIES.iter().map(|one| Choice::new(*one, *one, sent.currency == *one)).collect();
    let back = match known {
        Some(known) => (known.id.clone(), cells::href(Party::Reseller, &known.id)),
        None => (Stage::Deal.label_in(words.0).to_owned(), "/partners/deals".to_owned()),
    };
    Ok(RegisterPage {
        words,
        head: PageHead::new(words.register())
            .back(&back.0, &back.1)
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
        action: known.map_or_else(|| "/partners/deals".to_owned(), |known| known.action.clone()),
        button: known.map_or(words.register_deal(), |known| known.button),
        back: back.1,
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
    match register_deal(&app, &allowed.scope, By::person(&allowed), &sent.registration()).await {
        Ok(id) => registered(&app, &allowed, &sent, &id).await,
        Err(error) => refused(&app, &allowed, &sent, error, None).await,
    }
}

async fn send_again(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Error> {
    only_resellers(&allowed.scope)?;
    let (known, _) = known(&app, &allowed, &id).await?;
    match register_again(&app, &allowed.scope, By::person(&allowed), &id, &sent.registration()).await {
        Ok(()) => registered(&app, &allowed, &sent, &id).await,
        Err(error) => refused(&app, &allowed, &sent, error, Some(&known)).await,
    }
}

/// Says that it is registered, and that there may be a conflict: never with whom (PAR-6d, case 66).
async fn registered(app: &App, allowed: &Allowed, sent: &Sent, id: &str) -> Result<Response, Error> {
    let words = Words(allowed.view.language());
    let mut tx = app.db.read().await?;
    let conflict = similar::may_conflict(&mut tx, &allowed.scope, &sent.customer).await?;
    let said = if conflict { words.registered_beside_others() } else { words.registered() };
    Ok(done(&cells::href(Party::Reseller, id), said))
}

/// The form once more, with what was entered and what is wrong with it.
async fn refused(
    app: &App,
    allowed: &Allowed,
    sent: &Sent,
    error: Error,
    known: Option<&Known>,
) -> Result<Response, Error> {
    let (status, errors) = match error {
        Error::Invalid(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        locked @ Error::TierLocked { .. } => {
            (StatusCode::FORBIDDEN, vec![FieldError { field: "channel", text: locked.sentence() }])
        }
        error => return Err(error),
    };
    let mut response = render(allowed, &page(app, allowed, sent, &errors, known).await?);
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    Ok(response)
}
