//! The list of organisations, and one of them with its contacts.

use super::store::Organisation;
use super::{actions, contacts, store, terms};
use crate::app::App;
use crate::domains::identity;
use crate::platform::access::{Action, Item, PartnerTier};
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, View, done, render};
use crate::platform::web::parts::{
    Cell, Chip, Column, Confirm, Empty, Facts, Icon, PageHead, Press, ReadOnly, Row, Tab, Table, Tabs, Tone,
    When,
};
use crate::platform::web::{Allowed, Form, Path, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

pub(super) const LIST: &str = "/admin/partners";

pub(super) fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Organisations), Action::Change(Item::Organisations));
    Routes::new()
        .get("/admin/partners", see, get(list))
        .get("/admin/partners/{id}", see, get(one))
        .post("/admin/partners/{id}/verify", change, post(verify))
        .post("/admin/partners/{id}/suspend", change, post(suspend))
        .post("/admin/partners/{id}/reinstate", change, post(reinstate))
}

#[derive(Template)]
#[template(path = "domains/enrolment/organisation/list.html")]
struct ListPage {
    head: PageHead,
    tabs: Tabs,
    table: Table,
}

impl Page for ListPage {
    fn item(&self) -> Item {
        Item::Organisations
    }

    fn title(&self) -> String {
        "Organisations".to_owned()
    }
}

/// The tabs: key, label, and which organisations it shows.
pub(super) type Kind = (&'static str, &'static str, fn(&Organisation) -> bool);
pub(super) const KINDS: [Kind; 4] = [
    ("", "All", |_| true),
    ("reseller", "Resellers", |of| of.subtype.as_deref() == Some("reseller")),
    ("distributor", "Distributors", |of| of.subtype.as_deref() == Some("distributor")),
    ("customer", "Customers", |of| of.customer_since_ms.is_some()),
];

async fn list(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let view = &allowed.view;
    let mut tx = app.db.read().await?;
    let all = store::organisations(&mut tx, &allowed.scope, None).await?;
    drop(tx);
    let asked = view.get("kind").unwrap_or_default();
    let (key, _, shows) = KINDS.iter().find(|(key, ..)| *key == asked).unwrap_or(&KINDS[0]);
    let tabs = KINDS.iter().map(|(of, label, shows)| Tab {
        label: (*label).to_owned(),
        href: view.with("kind", of),
        count: Some(all.iter().filter(|one| shows(one)).count()),
        current: of == key,
    });
    let mut head =
        PageHead::new("Organisations").lead("Partners and customers of the program, and their people.");
    if allowed.actor.can(Action::Change(Item::Organisations)) {
        head = head.action(Icon::Plus, "New organisation", "/admin/partners/new");
    }
    let columns = ["Organisation", "Acts as", "State", "People", "Since"].map(Column::new).to_vec();
    let none = Empty::new(Icon::Partner, "No organisations", "None of this kind is in the program.");
    let rows = all.iter().filter(|one| shows(one)).map(|one| row(one, view)).collect();
    let page = ListPage {
        head,
        tabs: Tabs::new("Kinds of organisations", tabs.collect()),
        table: Table::new("Organisations", columns, rows, none),
    };
    Ok(render(&allowed, &page))
}

fn row(one: &Organisation, view: &View) -> Row {
    let cells = vec![
        Cell::link(&format!("{LIST}/{}", one.id), &one.name),
        Cell::parts(&acts_as(one)),
        Cell::part(&state(one)),
        Cell::text(one.people),
        Cell::part(&When::day(one.created_ms, view.reader)),
    ];
    Row::new(&one.id, cells)
}

fn acts_as(one: &Organisation) -> Vec<Chip> {
    let tier = one.partner_tier.as_deref().and_then(PartnerTier::parse).map(PartnerTier::label);
    let partner = match (one.subtype.as_deref(), tier) {
        (Some("reseller"), Some(tier)) => Some(format!("Reseller, {tier}")),
        (Some("reseller"), None) => Some("Reseller".to_owned()),
        (Some(_), _) => Some("Distributor".to_owned()),
        (None, _) => None,
    };
    let customer = one.customer_since_ms.map(|_| "Customer".to_owned());
    partner.into_iter().chain(customer).map(|text| Chip::new(Tone::Plain, text)).collect()
}

fn state(one: &Organisation) -> Chip {
    match (one.suspended_ms, one.verified_ms) {
        (Some(_), _) => Chip::new(Tone::Bad, "Suspended"),
        (None, None) => Chip::new(Tone::Warn, "Not verified"),
        (None, Some(_)) => Chip::new(Tone::Good, "Active"),
    }
}

#[derive(Template)]
#[template(path = "domains/enrolment/organisation/one.html")]
struct OnePage {
    head: PageHead,
    title: String,
    note: Option<ReadOnly>,
    facts: Facts,
    terms: Option<terms::Section>,
    contacts: Table,
    add: Option<Cell>,
    changes: Vec<Cell>,
}

impl Page for OnePage {
    fn item(&self) -> Item {
        Item::Organisations
    }

    fn title(&self) -> String {
        self.title.clone()
    }
}

async fn one(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    let view = &allowed.view;
    let mut tx = app.db.read().await?;
    let seen = actions::find(&mut tx, &allowed, &id).await?;
    let members = identity::members(&mut tx, &id).await?;
    let terms = terms::section(&mut tx, &allowed, &seen).await?;
    drop(tx);
    let may = allowed.actor.can(Action::Change(Item::Organisations));
    let day = |at_ms: Option<i64>, none: &str| match at_ms {
        Some(at_ms) => Cell::part(&When::day(at_ms, view.reader)),
        None => Cell::text(none),
    };
    let page = OnePage {
        head: PageHead::new(&seen.name).back("Organisations", LIST).chip(&state(&seen)),
        title: seen.name.clone(),
        note: (!may).then(|| ReadOnly::role(allowed.view.language())),
        facts: Facts::new()
            .fact("Acts as", Cell::parts(&acts_as(&seen)))
            .fact("In the program since", day(Some(seen.created_ms), ""))
            .fact("Partner since", day(seen.partner_since_ms, "No partner"))
            .fact("Customer since", day(seen.customer_since_ms, "No customer"))
            .fact("Verified", day(seen.verified_ms, "Not yet")),
        terms,
        contacts: contacts::table(&members, &allowed, &id),
        add: may.then(|| Cell::button(Icon::Plus, "Add contact", &format!("{LIST}/{id}/contacts/new"))),
        changes: if may { changes(&seen, view) } else { Vec::new() },
    };
    Ok(render(&allowed, &page))
}

fn changes(seen: &Organisation, view: &View) -> Vec<Cell> {
    let version = seen.version();
    let path = format!("{LIST}/{}", seen.id);
    let mut all = Vec::new();
    if seen.verified_ms.is_none() {
        all.push(Cell::part(&Press::new("Mark as verified", version.bound(view, &format!("{path}/verify")))));
    }
    let name = &seen.name;
    match (&seen.subtype, seen.suspended_ms) {
        (None, _) => {}
        (Some(_), None) => all.push(Cell::part(
            &Confirm::new(
                "Suspend",
                format!("{name} loses the Partners app at the next request, open pages included. Its log says why."),
                format!("Suspend {name}"),
                format!("{path}/suspend"),
            )
            .danger()
            .reason("Reason, read by the partner"),
        )),
        (Some(_), Some(_)) => all.push(Cell::part(
            &Confirm::new(
                "Reinstate",
                format!("{name} has the Partners app again, as it was."),
                format!("Reinstate {name}"),
                version.bound(view, &format!("{path}/reinstate")),
            )
            .reason("Reason, read by the partner"),
        )),
    }
    all
}

#[derive(Deserialize)]
struct Because {
    #[serde(default)]
    reason: String,
}

async fn verify(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    let seen = actions::verify(&app, &allowed, &id).await?;
    Ok(done(&format!("{LIST}/{id}"), &format!("{} is verified.", seen.name)))
}

async fn suspend(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
    Form(form): Form<Because>,
) -> Result<Response, Error> {
    let seen = actions::set_suspended(&app, &allowed, &id, true, &form.reason).await?;
    Ok(done(&format!("{LIST}/{id}"), &format!("{} is suspended from now on.", seen.name)))
}

async fn reinstate(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
    Form(form): Form<Because>,
) -> Result<Response, Error> {
    let seen = actions::set_suspended(&app, &allowed, &id, false, &form.reason).await?;
    Ok(done(&format!("{LIST}/{id}"), &format!("{} is reinstated.", seen.name)))
}
