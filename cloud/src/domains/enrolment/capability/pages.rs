//! "Apps of your organisation": what it has, what it can add, what it can give up. Always reachable.

use super::dependants::{Dependant, Dependants};
use super::model::{Capability, Held, Subtype};
use super::words::Words;
use super::{actions, store, workflow};
use crate::app::App;
use crate::domains::enrolment::application::{self, Status, Summary};
use crate::platform::access::{Action, Item, Party};
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, done, render};
use crate::platform::web::parts::{
    Cell, Chip, Column, Confirm, Empty, Icon, PageHead, Press, ReadOnly, Row, Table, Tone, When,
};
use crate::platform::web::{Allowed, Path, Routes};
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use std::sync::Arc;

pub(super) fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Apps), Action::Change(Item::Apps));
    Routes::new()
        .get("/account/enrolment", see, get(page))
        .get("/account/enrolment/workflow", see, get(workflow::page))
        .post("/account/enrolment/customer", change, post(enable))
        .get("/account/enrolment/{capability}/disable", change, get(impact))
        .post("/account/enrolment/{capability}/disable", change, post(disable))
}

/// One app as its card shows it.
struct Card {
    name: &'static str,
    about: &'static str,
    chip: Chip,
    sentence: String,
    parts: Vec<Cell>,
}

#[derive(Template)]
#[template(path = "domains/enrolment/capability/apps.html")]
struct AppsPage {
    words: Words,
    head: PageHead,
    note: Option<ReadOnly>,
    cards: Vec<Card>,
}

impl Page for AppsPage {
    fn item(&self) -> Item {
        Item::Apps
    }

    fn title(&self) -> String {
        self.words.apps().to_owned()
    }

    fn explains(&self) -> bool {
        self.note.is_some()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let held = store::own(&mut tx, &allowed.scope).await?;
    let newest = application::newest(&mut tx, &allowed.scope).await?;
    drop(tx);
    let words = Words(allowed.view.language());
    let may = allowed.actor.can(Action::Change(Item::Apps));
    let is_vendor = allowed.actor.acting.iter().any(|acting| acting.party == Party::Vendor);
    let cards = if is_vendor {
        vec![Card {
            name: words.vendor_app(),
            about: words.vendor_about(),
            chip: Chip::new(Tone::Good, words.on()),
            sentence: words.vendor_owns().to_owned(),
            parts: Vec::new(),
        }]
    } else {
        vec![portal(&allowed, &held, may), partners(&allowed, &held, newest.as_ref(), may)]
    };
    let page = AppsPage {
        words,
        head: PageHead::new(words.apps())
            .back(words.my_account(), "/account")
            .lead(words.lead(&allowed.actor.tenant_name))
            .action(Icon::Moving, words.how(), "/account/enrolment/workflow"),
        note: (!may).then(|| ReadOnly::because(words.administrators_only())),
        cards,
    };
    Ok(render(&allowed, &page))
}

fn portal(allowed: &Allowed, held: &[Held], may: bool) -> Card {
    let found = held.iter().find(|held| held.capability == Capability::Customer);
    let words = Words(allowed.view.language());
    let mut card = Card {
        name: words.app(Capability::Customer),
        about: words.portal_about(),
        chip: Chip::new(Tone::Quiet, words.off()),
        sentence: words.portal_off().to_owned(),
        parts: Vec::new(),
    };
    match found {
        Some(held) => on(&mut card, allowed, held, "/portal", may),
        None if may => {
            card.parts
                .push(Cell::part(&Press::new(words.switch_on(), "/account/enrolment/customer").primary()));
        }
        None => {}
    }
    card
}

fn partners(allowed: &Allowed, held: &[Held], newest: Option<&Summary>, may: bool) -> Card {
    let found = held.iter().find(|held| matches!(held.capability, Capability::Partner(_)));
    let words = Words(allowed.view.language());
    let mut card = Card {
        name: words.app(Capability::Partner(Subtype::Reseller)),
        about: words.partners_about(),
        chip: Chip::new(Tone::Quiet, words.off()),
        sentence: words.partners_off().to_owned(),
        parts: Vec::new(),
    };
    if let Some(held) = found {
        on(&mut card, allowed, held, "/partners/overview", may);
        return card;
    }
    let status = newest.map(|newest| newest.status);
    if let Some(newest) = newest {
        card.chip = newest.status.chip(words.0);
        card.sentence = newest.status.sentence().told(words.0).to_owned();
        if newest.status == Status::Submitted {
            card.parts.push(Cell::part(&allowed.view.countdown(newest.submitted_ms, newest.decide_by_ms)));
        }
        card.parts.push(Cell::button(Icon::Eye, words.your_application(), "/account/enrolment/application"));
    }
    if may && status.is_none_or(Status::may_apply_again) {
        let label = if status.is_some() { words.apply_again() } else { words.apply() };
        card.parts.push(Cell::button(Icon::Pen, label, "/account/enrolment/apply"));
    }
    card
}

fn on(card: &mut Card, allowed: &Allowed, held: &Held, href: &str, may: bool) {
    let words = Words(allowed.view.language());
    let since = When::day(held.since_ms, allowed.view.reader);
    let as_what = match held.capability {
        Capability::Customer => words.on(),
        Capability::Partner(subtype) => subtype.label_in(words.0),
    };
    card.sentence = String::new();
    card.parts.push(Cell::text(format!("{} ", words.since())).and(&since));
    if held.suspended_ms.is_some() {
        card.chip = Chip::new(Tone::Bad, words.suspended());
        card.sentence = words.suspended_why().to_owned();
        return;
    }
    card.chip = Chip::new(Tone::Good, as_what);
    let first = if held.capability == Capability::Customer { Item::MyDevices } else { Item::Overview };
    if allowed.actor.can(Action::See(first)) {
        card.parts.push(Cell::button(Icon::Next, words.open(), href));
    }
    if may {
        let path = format!("/account/enrolment/{}/disable", held.capability.key());
        card.parts.push(Cell::link(&path, words.give_up_ask()));
    }
}

async fn enable(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let words = Words(allowed.view.language());
    let switched = actions::enable_customer(&app, &allowed).await?;
    let said = if switched { words.portal_on_now() } else { words.portal_was_on() };
    Ok(done("/account/enrolment", said))
}

#[derive(Template)]
#[template(path = "domains/enrolment/capability/impact.html")]
struct ImpactPage {
    words: Words,
    head: PageHead,
    table: Table,
    effects: [&'static str; 3],
    give_up: Option<Confirm>,
}

impl Page for ImpactPage {
    fn item(&self) -> Item {
        Item::Apps
    }

    fn title(&self) -> String {
        self.words.give_up_an_app().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn impact(
    State(app): State<App>,
    Extension(dependants): Extension<Arc<dyn Dependants>>,
    allowed: Allowed,
    Path(key): Path<String>,
) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let held = actions::find(&mut tx, &allowed, &key).await?;
    let hanging = dependants.of(&mut tx, &allowed.actor, held.capability, allowed.view.now_ms).await?;
    drop(tx);
    let words = Words(allowed.view.language());
    let name = words.app(held.capability);
    let path = format!("/account/enrolment/{key}/disable");
    let give_up = Confirm::new(
        words.give_up(name),
        words.give_up_question(&allowed.actor.tenant_name, name),
        words.give_up(name),
        path,
    );
    let page = ImpactPage {
        words,
        head: PageHead::new(words.give_up(name))
            .back(words.apps(), "/account/enrolment")
            .lead(words.impact_lead()),
        give_up: hanging.is_empty().then(|| give_up.danger()),
        table: table(&hanging, words),
        effects: words.effects(held.capability),
    };
    Ok(render(&allowed, &page))
}

fn table(hanging: &[Dependant], words: Words) -> Table {
    let row = |(at, one): (usize, &Dependant)| {
        Row::new(at, vec![Cell::link(&one.href, &one.which), Cell::text(one.what.told(words.0))])
    };
    let nothing = Empty::new(Icon::Check, words.nothing_open(), words.nothing_open_why());
    let columns = vec![Column::new(words.hangs()), Column::new(words.kind())];
    Table::new(words.hangs(), columns, hanging.iter().enumerate().map(row).collect(), nothing)
}

async fn disable(
    State(app): State<App>,
    Extension(dependants): Extension<Arc<dyn Dependants>>,
    allowed: Allowed,
    Path(key): Path<String>,
) -> Result<Response, Error> {
    let held = actions::disable(&app, &allowed, dependants.as_ref(), &key).await?;
    let words = Words(allowed.view.language());
    Ok(done("/account/enrolment", &words.given_up(words.app(held.capability))))
}
