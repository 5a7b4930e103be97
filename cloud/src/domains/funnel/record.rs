//! A record's page: what it is, what happened to it, what can be done about it; and the forms that do it.

use super::advance::{Brought, advance};
use super::lens::{Channel, Contact, Deadlines, Deal, Pricing, item};
use super::moves::Move;
use super::pages::path;
use super::stages::{Stage, State as Standing};
use super::steps::{Again, Steps, steps};
use super::views::{self, Happened};
use super::words::Words;
use super::{cells, desk, similar};
use crate::app::App;
use crate::domains::audit::By;
use crate::platform::access::{Action, Item, Party};
use crate::platform::base::{Language, Masked, Reader, percent};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, View, done, render, seen_again};
use crate::platform::web::parts::{
    Amount, Cell, Column, Empty, Event, Facts, FormErrors, Icon, PageHead, Row, Table, Timeline, When,
};
use crate::platform::web::{Allowed, Form, Path, Routes};
use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

pub(super) fn routes() -> Routes {
    let (see, change) = (Action::See, Action::Change);
    Routes::new()
        .get("/partners/deals/{id}", see(Item::Deals), get(page))
        .post("/partners/deals/{id}/{step}", change(Item::Deals), post(make))
        .get("/pipeline/deals/{id}", see(Item::Pipeline), get(page))
        .post("/pipeline/deals/{id}/{step}", change(Item::Pipeline), post(make))
}

/// All there is to a record, wherever it is shown.
#[derive(Template)]
#[template(path = "domains/funnel/one.html")]
pub(super) struct One {
    words: Words,
    steps: Option<Steps>,
    facts: Facts,
    similar: Option<Table>,
    timeline: Timeline,
}

impl HtmlSafe for One {}

#[derive(Template)]
#[template(path = "domains/funnel/record.html")]
struct RecordPage {
    item: Item,
    name: String,
    head: PageHead,
    errors: FormErrors,
    one: One,
}

impl Page for RecordPage {
    fn item(&self) -> Item {
        self.item
    }

    fn title(&self) -> String {
        self.name.clone()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn page(allowed: Allowed, State(app): State<App>, Path(id): Path<String>) -> Result<Response, Error> {
    show(&app, &allowed, &id, None).await
}

async fn show(app: &App, allowed: &Allowed, id: &str, again: Option<&Again<'_>>) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let found = views::deal(&mut tx, &allowed.scope, id, app.clock.now_ms()).await?;
    let (deal, history) = found.ok_or(Error::NotFound)?;
    let (core, party, view) = (deal.core(), allowed.scope.party(), &allowed.view);
    let words = Words(view.language());
    let back = match party {
        Party::Vendor => (words.pipeline(), "/pipeline"),
        _ => (deal.stage().label_in(words.0), path(deal.stage())),
    };
    let mut head =
        PageHead::new(cells::name(core)).back(back.0, back.1).chip(&cells::chip(core.state, words.0));
    if let Some(due_ms) = due_ms(&deal) {
        head = head.chip(&view.countdown(core.updated_ms, due_ms));
    }
    let page = RecordPage {
        item: item(party, deal.stage()),
        name: cells::name(core),
        head,
        errors: FormErrors::new(again.map_or(&[], |again| again.errors), words.0),
        one: one(&mut tx, allowed, &deal, history, (again, "")).await?,
    };
    let mut response = render(allowed, &page);
    if again.is_some() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// All there is to `deal`. What is done about it leads back to where `seen` says, if it says anything.
pub(super) async fn one(
    tx: &mut Tx,
    allowed: &Allowed,
    deal: &Deal,
    history: Vec<Happened>,
    (again, seen): (Option<&Again<'_>>, &str),
) -> Result<One, Error> {
    let (party, view) = (allowed.scope.party(), &allowed.view);
    let similar = match (party, deal.core().state) {
        (Party::Vendor, Standing::DealSubmitted) => {
            let others = similar::beside(tx, &allowed.scope, deal, view.now_ms).await?;
            Some(side_by_side(&others, view))
        }
        _ => None,
    };
    Ok(One {
        words: Words(view.language()),
        steps: steps(tx, allowed, deal, (again, seen)).await?,
        facts: facts(deal, party, view),
        similar,
        timeline: timeline(history, view.reader),
    })
}

/// Others for the same customer, for whoever decides between them.
fn side_by_side(others: &[Deal], view: &View) -> Table {
    let words = Words(view.language());
    let columns = vec![
        Column::new(words.deal()),
        Column::new(words.reseller()),
        Column::new(words.status()),
        Column::num(words.value()),
    ];
    let row = |deal: &Deal| {
        let core = deal.core();
        let cells = vec![
            Cell::link(&cells::href(Party::Vendor, &core.id), &cells::name(core)).under(&core.id),
            cells::words(&deal.beside(words.0), words.0),
            Cell::part(&cells::chip(core.state, words.0)),
            cells::value(core, words.0),
        ];
        Row::new(&core.id, cells)
    };
    let none = Empty::new(Icon::Check, words.no_others(), words.no_others_why());
    Table::new(words.same_customer(), columns, others.iter().map(row).collect(), none)
}

/// By when the next step is owed, if somebody owes one.
pub(super) fn due_ms(deal: &Deal) -> Option<i64> {
    let deadlines = match deal {
        Deal::Reseller(deal) => &deal.deadlines,
        Deal::Vendor(deal) => &deal.deadlines,
        Deal::Distributor(_) => return None,
    };
    match deal.core().state {
        Standing::DealSubmitted => deadlines.decide_by_ms,
        Standing::LeadShared => deadlines.accept_by_ms,
        _ => None,
    }
}

fn facts(deal: &Deal, party: Party, view: &View) -> Facts {
    let (core, reader) = (deal.core(), view.reader);
    let words = Words(reader.language);
    let mut facts = Facts::new()
        .fact(words.customer(), cells::words(&core.customer, reader.language))
        .fact(words.value(), cells::value(core, reader.language))
        .fact(words.quote(), cells::quote(core, reader))
        .fact(cells::beside(party, words), cells::words(&deal.beside(reader.language), reader.language));
    let owner = |owner: &Option<String>| Cell::text(owner.as_deref().unwrap_or(words.nobody()));
    match deal {
        Deal::Reseller(mine) => {
            let source = if mine.is_shared { words.shared() } else { words.own() };
            facts = facts.fact(words.owner(), owner(&mine.owner)).fact(words.source(), Cell::text(source));
            facts = called(facts, deal, &mine.contact, words);
            facts = priced(promised(facts, &mine.deadlines, reader), mine.pricing.as_ref(), words);
        }
        Deal::Distributor(theirs) => {
            let which = if theirs.is_on_channel { words.on_channel() } else { words.other_channel() };
            facts = facts.fact(words.channel(), Cell::text(which));
        }
        Deal::Vendor(any) => {
            if !matches!(any.channel, Channel::Hidden) {
                let channel = any.channel.label(reader.language);
                facts = facts.fact(words.channel(), cells::words(&channel, reader.language));
            }
            facts = facts.fact(words.owner(), owner(&any.owner));
            if let Some(referrer) = &any.referrer {
                facts = facts.fact(words.referred_by(), Cell::text(&referrer.name));
            }
            facts = called(facts, deal, &any.contact, words);
            facts = priced(promised(facts, &any.deadlines, reader), any.pricing.as_ref(), words);
            if let Some(bp) = any.commission_bp {
                facts = facts.fact(words.commission(), Cell::text(format!("{} %", percent(bp))));
            }
        }
    }
    facts
        .fact(words.reference(), Cell::text(&core.id))
        .fact(words.created(), Cell::part(&When::day(core.created_ms, reader)))
        .fact(words.updated(), Cell::part(&view.time(core.updated_ms)))
}

/// Whom to call, where somebody is to be called: deals that began as one have nobody.
fn called(facts: Facts, deal: &Deal, contact: &Masked<Option<Contact>>, words: Words) -> Facts {
    let is_early = !deal.stage().is_channelled();
    if !is_early && matches!(contact, Masked::Shown(None) | Masked::Hidden(_)) {
        return facts;
    }
    facts.fact(words.contact(), cells::contact(contact, words.0))
}

/// What was promised until when.
fn promised(mut facts: Facts, deadlines: &Deadlines, reader: Reader) -> Facts {
    let words = Words(reader.language);
    for (label, at_ms) in [
        (words.decision_by(), deadlines.decide_by_ms),
        (words.accept_by(), deadlines.accept_by_ms),
        (words.protected_until(), deadlines.protected_until_ms),
    ] {
        if let Some(at_ms) = at_ms {
            let note =
                if label == words.protected_until() && deadlines.is_extended { words.extended() } else { "" };
            facts = facts.fact(label, Cell::part(&When::minute(at_ms, reader)).under(note));
        }
    }
    facts
}

/// How the quote came to its sum.
fn priced(facts: Facts, pricing: Option<&Pricing>, words: Words) -> Facts {
    match pricing {
        Some(pricing) => facts
            .fact(words.list_price(), Cell::part(&Amount::of(&pricing.list)))
            .fact(words.price_level(), Cell::text(pricing.level.label())),
        None => facts,
    }
}

fn timeline(history: Vec<Happened>, reader: Reader) -> Timeline {
    let words = Words(reader.language);
    let event = |happened: Happened| Event {
        at: When::minute(happened.at_ms, reader),
        icon: Icon::Deal,
        who: if happened.by.is_empty() { words.somebody().to_owned() } else { happened.by },
        what: words.did(&happened.kind),
        detail: happened.note,
    };
    Timeline::new(history.into_iter().rev().map(event).collect(), words.nothing_happened())
}

/// What a step's form sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Sent {
    reason: String,
    partner: String,
    amount: String,
    days: String,
}

async fn make(
    allowed: Allowed,
    State(app): State<App>,
    Path((id, step)): Path<(String, String)>,
    Form(sent): Form<Sent>,
) -> Result<Response, Error> {
    let what = Move::parse(&step).ok_or(Error::NotFound)?;
    let brought =
        Brought { reason: sent.reason, partner: sent.partner, amount: sent.amount, days: sent.days };
    let to = match advance(&app, &allowed.scope, By::person(&allowed), &id, what, &brought).await {
        Ok(to) => to,
        Err(Error::Invalid(errors)) => {
            return show(&app, &allowed, &id, Some(&Again { what, brought: &brought, errors: &errors }))
                .await;
        }
        Err(error) => return Err(error),
    };
    let words = Words(allowed.view.language());
    let said = words.is_now(&id, words.state(to));
    let party = allowed.scope.party();
    // Who declines a lead does not see it any more.
    let is_gone = party == Party::Reseller && to == Standing::LeadCaptured;
    if let Some(seen) = allowed.view.get("seen") {
        return Ok(done(&seen_again(desk::PATH, seen), &said));
    }
    let page = if is_gone { path(Stage::Lead).to_owned() } else { cells::href(party, &id) };
    Ok(done(&page, &said))
}
