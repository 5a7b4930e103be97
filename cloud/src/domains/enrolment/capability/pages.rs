//! "Apps of your organisation": what it has, what it can add, what it can give up. Always reachable.

use super::dependants::{Dependant, Dependants};
use super::model::{Capability, Held};
use super::{actions, store, workflow};
use crate::app::App;
use crate::domains::enrolment::application::{self, Status, Summary};
use crate::platform::access::{Action, Item, Party};
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
    head: PageHead,
    note: Option<ReadOnly>,
    cards: Vec<Card>,
}

impl Page for AppsPage {
    fn item(&self) -> Item {
        Item::Apps
    }

    fn title(&self) -> String {
        Item::Apps.label().to_owned()
    }
}

async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let held = store::own(&mut tx, &allowed.scope).await?;
    let newest = application::newest(&mut tx, &allowed.scope).await?;
    drop(tx);
    let may = allowed.actor.can(Action::Change(Item::Apps));
    let is_vendor = allowed.actor.acting.iter().any(|acting| acting.party == Party::Vendor);
    let cards = if is_vendor {
        vec![Card {
            name: "Pipeline and administration",
            about: "The program, its partners and its customers.",
            chip: Chip::new(Tone::Good, "On"),
            sentence: "Your organisation owns the program. The partner module is switched under Modules."
                .to_owned(),
            parts: Vec::new(),
        }]
    } else {
        vec![portal(&allowed, &held, may), partners(&allowed, &held, newest.as_ref(), may)]
    };
    let page = AppsPage {
        head: PageHead::new(Item::Apps.label())
            .back("My account", "/account")
            .lead(format!(
                "{}: one organisation, one sign-in. What it may act as decides which apps its people see.",
                allowed.actor.tenant_name
            ))
            .action(Icon::Moving, "How this works", "/account/enrolment/workflow"),
        note: (!may).then(|| ReadOnly::because("Only an administrator of your organisation changes this.")),
        cards,
    };
    Ok(render(&allowed, &page))
}

fn portal(allowed: &Allowed, held: &[Held], may: bool) -> Card {
    let found = held.iter().find(|held| held.capability == Capability::Customer);
    let mut card = Card {
        name: "Portal",
        about: "Your own devices, who can see them, and the log of every use.",
        chip: Chip::new(Tone::Quiet, "Off"),
        sentence:
            "Switch it on to see the devices that your organisation owns. It changes nothing else, and your \
                   people stay signed in."
                .to_owned(),
        parts: Vec::new(),
    };
    match found {
        Some(held) => on(&mut card, allowed, held, "/portal", may),
        None if may => {
            card.parts.push(Cell::part(&Press::new("Switch on", "/account/enrolment/customer").primary()));
        }
        None => {}
    }
    card
}

fn partners(allowed: &Allowed, held: &[Held], newest: Option<&Summary>, may: bool) -> Card {
    let found = held.iter().find(|held| matches!(held.capability, Capability::Partner(_)));
    let mut card = Card {
        name: "Partners",
        about: "Sell and service RiverSync devices as a reseller, or channel deals as a distributor.",
        chip: Chip::new(Tone::Quiet, "Off"),
        sentence: "RiverSync reviews each application and says by when it decides.".to_owned(),
        parts: Vec::new(),
    };
    if let Some(held) = found {
        on(&mut card, allowed, held, "/partners/overview", may);
        return card;
    }
    let status = newest.map(|newest| newest.status);
    if let Some(newest) = newest {
        card.chip = newest.status.chip();
        card.sentence = newest.status.sentence().to_owned();
        if newest.status == Status::Submitted {
            card.parts.push(Cell::part(&allowed.view.countdown(newest.submitted_ms, newest.decide_by_ms)));
        }
        card.parts.push(Cell::button(Icon::Eye, "Your application", "/account/enrolment/application"));
    }
    if may && status.is_none_or(Status::may_apply_again) {
        let label = if status.is_some() { "Apply again" } else { "Apply to become a partner" };
        card.parts.push(Cell::button(Icon::Pen, label, "/account/enrolment/apply"));
    }
    card
}

fn on(card: &mut Card, allowed: &Allowed, held: &Held, href: &str, may: bool) {
    let since = When::day(held.since_ms, allowed.view.reader);
    let as_what = match held.capability {
        Capability::Customer => "On".to_owned(),
        Capability::Partner(subtype) => subtype.label().to_owned(),
    };
    card.sentence = String::new();
    card.parts.push(Cell::text("Since ").and(&since));
    if held.suspended_ms.is_some() {
        card.chip = Chip::new(Tone::Bad, "Suspended");
        card.sentence = "RiverSync has suspended this app; your organisation's log says why.".to_owned();
        return;
    }
    card.chip = Chip::new(Tone::Good, as_what);
    let first = if held.capability == Capability::Customer { Item::MyDevices } else { Item::Overview };
    if allowed.actor.can(Action::See(first)) {
        card.parts.push(Cell::button(Icon::Next, "Open", href));
    }
    if may {
        let path = format!("/account/enrolment/{}/disable", held.capability.key());
        card.parts.push(Cell::link(&path, "Give up…"));
    }
}

async fn enable(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let said = if actions::enable_customer(&app, &allowed).await? {
        "The Portal is on: you find it in the product switcher."
    } else {
        "The Portal was on already."
    };
    Ok(done("/account/enrolment", said))
}

#[derive(Template)]
#[template(path = "domains/enrolment/capability/impact.html")]
struct ImpactPage {
    head: PageHead,
    table: Table,
    effects: Vec<&'static str>,
    give_up: Option<Confirm>,
}

impl Page for ImpactPage {
    fn item(&self) -> Item {
        Item::Apps
    }

    fn title(&self) -> String {
        "Give up an app".to_owned()
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
    let name = held.capability.app();
    let path = format!("/account/enrolment/{key}/disable");
    let give_up = Confirm::new(
        format!("Give up {name}"),
        format!("From the next press on nobody of {} opens {name} any more.", allowed.actor.tenant_name),
        format!("Give up {name}"),
        path,
    );
    let page = ImpactPage {
        head: PageHead::new(format!("Give up {name}"))
            .back(Item::Apps.label(), "/account/enrolment")
            .lead("What hangs on it, before anything changes."),
        give_up: hanging.is_empty().then(|| give_up.danger()),
        table: table(&hanging),
        effects: effects(held.capability),
    };
    Ok(render(&allowed, &page))
}

fn table(hanging: &[Dependant]) -> Table {
    let row = |(at, one): (usize, &Dependant)| {
        Row::new(at, vec![Cell::link(&one.href, &one.which), Cell::text(one.what)])
    };
    let nothing = Empty::new(Icon::Check, "Nothing open", "No open work would be left behind.");
    let columns = vec![Column::new("What hangs on it"), Column::new("Kind")];
    Table::new("What hangs on it", columns, hanging.iter().enumerate().map(row).collect(), nothing)
}

fn effects(capability: Capability) -> Vec<&'static str> {
    match capability {
        Capability::Customer => vec![
            "Your people no longer open the Portal; open pages of it close within a second.",
            "The log of your organisation stays, and so does everything else it has.",
            "You can switch it on again at any time.",
        ],
        Capability::Partner(_) => vec![
            "Your people no longer open Partners; open pages of it close within a second.",
            "Your tier and your place in the program end; coming back takes a new application.",
            "Closed deals, your log and your own devices stay.",
        ],
    }
}

async fn disable(
    State(app): State<App>,
    Extension(dependants): Extension<Arc<dyn Dependants>>,
    allowed: Allowed,
    Path(key): Path<String>,
) -> Result<Response, Error> {
    let held = actions::disable(&app, &allowed, dependants.as_ref(), &key).await?;
    Ok(done("/account/enrolment", &format!("{} was given up.", held.capability.app())))
}
