//! The list of organisations, and one of them with its contacts.

use super::store::Organisation;
use super::words::Words;
use super::{actions, contacts, store, terms, tier};
use crate::app::App;
use crate::domains::identity;
use crate::platform::access::{Action, Item, PartnerTier};
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, Place, Sort, View, done, render};
use crate::platform::web::parts::{
    Cell, Chip, Column, Confirm, Empty, Facts, Icon, ListBar, PageHead, Press, Row, Tab, Table, Tabs, Tone,
    When, exact,
};
use crate::platform::web::{Allowed, Csv, CsvColumn, Form, Path, Routes};
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
    words: Words,
    head: PageHead,
    tabs: Tabs,
    bar: ListBar,
    table: Table,
}

impl Page for ListPage {
    fn item(&self) -> Item {
        Item::Organisations
    }

    fn title(&self) -> String {
        self.words.organisations().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

/// The tabs: key, and which organisations it shows.
pub(super) type Kind = (&'static str, fn(&Organisation) -> bool);
pub(super) const KINDS: [Kind; 4] = [
    ("", |_| true),
    ("reseller", |of| of.subtype.as_deref() == Some("reseller")),
    ("distributor", |of| of.subtype.as_deref() == Some("distributor")),
    ("customer", |of| of.customer_since_ms.is_some()),
];

async fn list(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let (view, words) = (&allowed.view, Words(allowed.view.language()));
    let mut tx = app.db.read().await?;
    let all = store::organisations(&mut tx, &allowed.scope, None).await?;
    drop(tx);
    let asked = view.get("kind").unwrap_or_default();
    let (key, shows) = KINDS.iter().find(|(key, _)| *key == asked).unwrap_or(&KINDS[0]);
    let tabs = KINDS.iter().map(|(of, shows)| Tab {
        label: kind(of, words).to_owned(),
        href: view.with("kind", of),
        count: Some(all.iter().filter(|one| shows(one)).count()),
        current: of == key,
    });
    let mut head = PageHead::new(words.organisations()).lead(words.lead());
    if allowed.actor.can(Action::Change(Item::Organisations)) {
        head = head.action(Icon::Plus, words.new_organisation(), "/admin/partners/new");
    }
    let mut shown: Vec<&Organisation> = all.iter().filter(|one| shows(one)).collect();
    Sort::order(&view.sorts(&SORT_KEYS), &mut shown, in_column);
    if view.get("format") == Some("csv") {
        return Ok(csv(view, &shown));
    }
    let by = |column: Column, key| column.sort(key, view, "name");
    let columns = vec![
        by(Column::new(words.organisation()), "name"),
        Column::new(words.acts_as()).key("acts_as"),
        by(Column::new(words.state()), "state").key("state"),
        by(Column::num(words.people()), "people").key("people"),
        by(Column::new(words.since()), "since").key("since"),
    ];
    let none = Empty::new(Icon::Partner, words.none(), words.none_why());
    let rows = shown.iter().map(|one| row(one, view)).collect();
    let (table, chooser) = Table::new(words.organisations(), columns, rows, none).chosen(view);
    let said = words.organisations_count(i64::try_from(shown.len()).unwrap_or(i64::MAX));
    let page = ListPage {
        words,
        head,
        tabs: Tabs::new(words.kinds(), tabs.collect()),
        bar: ListBar::new(said).saved(view).columns(chooser).csv(view.with("format", "csv")),
        table,
    };
    Ok(render(&allowed, &page))
}

/// What the list can be ordered by; by name when nothing is asked.
const SORT_KEYS: [&str; 4] = ["name", "state", "people", "since"];

fn in_column(one: &&Organisation, column: &str) -> Place {
    match column {
        "state" => {
            (String::new(), i64::from(one.verified_ms.is_none()) + 2 * i64::from(one.suspended_ms.is_some()))
        }
        "people" => (String::new(), one.people),
        "since" => (String::new(), one.created_ms),
        _ => (one.name.clone(), 0),
    }
}

/// The columns that are seen, of all that the tab shows.
fn csv(view: &View, shown: &[&Organisation]) -> Response {
    let english = Words(Language::English);
    let columns: [CsvColumn<'_, &Organisation>; 6] = [
        ("", "id", &|one| one.id.clone()),
        ("", "name", &|one| one.name.clone()),
        ("acts_as", "acts as", &|one| roles(one, english).join("; ")),
        ("state", "state", &|one| standing(one, english).1.to_owned()),
        ("people", "people", &|one| one.people.to_string()),
        ("since", "since", &|one| exact(one.created_ms, view.zone())),
    ];
    Csv::of(view, &columns, shown).file("organisations")
}

/// A tab's label.
fn kind(key: &str, words: Words) -> &'static str {
    match key {
        "reseller" => words.resellers(),
        "distributor" => words.distributors(),
        "customer" => words.customers(),
        _ => words.all(),
    }
}

fn row(one: &Organisation, view: &View) -> Row {
    let words = Words(view.language());
    let cells = vec![
        Cell::link(&format!("{LIST}/{}", one.id), &one.name),
        Cell::parts(&acts_as(one, words)),
        Cell::part(&state(one, words)),
        Cell::text(one.people),
        Cell::part(&When::day(one.created_ms, view.reader)),
    ];
    Row::new(&one.id, cells)
}

fn acts_as(one: &Organisation, words: Words) -> Vec<Chip> {
    roles(one, words).into_iter().map(|text| Chip::new(Tone::Plain, text)).collect()
}

fn roles(one: &Organisation, words: Words) -> Vec<String> {
    let tier = one.partner_tier.as_deref().and_then(PartnerTier::parse).map(PartnerTier::label);
    let partner = match (one.subtype.as_deref(), tier) {
        (Some("reseller"), Some(tier)) => Some(words.reseller_of(tier)),
        (Some("reseller"), None) => Some(words.reseller().to_owned()),
        (Some(_), _) => Some(words.distributor().to_owned()),
        (None, _) => None,
    };
    let customer = one.customer_since_ms.map(|_| words.customer().to_owned());
    partner.into_iter().chain(customer).collect()
}

fn state(one: &Organisation, words: Words) -> Chip {
    let (tone, said) = standing(one, words);
    Chip::new(tone, said)
}

fn standing(one: &Organisation, words: Words) -> (Tone, &'static str) {
    match (one.suspended_ms, one.verified_ms) {
        (Some(_), _) => (Tone::Bad, words.suspended()),
        (None, None) => (Tone::Warn, words.not_verified()),
        (None, Some(_)) => (Tone::Good, words.active()),
    }
}

#[derive(Template)]
#[template(path = "domains/enrolment/organisation/one.html")]
struct OnePage {
    words: Words,
    head: PageHead,
    title: String,
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

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn one(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    let (view, words) = (&allowed.view, Words(allowed.view.language()));
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
        words,
        head: PageHead::new(&seen.name).back(words.organisations(), LIST).chip(&state(&seen, words)),
        title: seen.name.clone(),
        facts: Facts::new()
            .fact(words.acts_as(), Cell::parts(&acts_as(&seen, words)))
            .fact(words.in_program(), day(Some(seen.created_ms), ""))
            .fact(words.partner_since(), day(seen.partner_since_ms, words.no_partner()))
            .fact(words.customer_since(), day(seen.customer_since_ms, words.no_customer()))
            .fact(words.verified(), day(seen.verified_ms, words.not_yet())),
        terms,
        contacts: contacts::table(&members, &allowed, &id),
        add: may.then(|| Cell::button(Icon::Plus, words.add_contact(), &format!("{LIST}/{id}/contacts/new"))),
        changes: if may { changes(&seen, view) } else { Vec::new() },
    };
    Ok(render(&allowed, &page))
}

fn changes(seen: &Organisation, view: &View) -> Vec<Cell> {
    let words = Words(view.language());
    let version = seen.version();
    let path = format!("{LIST}/{}", seen.id);
    let mut all = Vec::new();
    if seen.verified_ms.is_none() {
        all.push(Cell::part(&Press::new(
            words.mark_verified(),
            version.bound(view, &format!("{path}/verify")),
        )));
    }
    all.extend(tier::question(seen, view).map(|question| Cell::part(&question)));
    let name = &seen.name;
    match (&seen.subtype, seen.suspended_ms) {
        (None, _) => {}
        (Some(_), None) => all.push(Cell::part(
            &Confirm::new(
                words.suspend(),
                words.suspend_question(name),
                words.suspend_yes(name),
                format!("{path}/suspend"),
            )
            .danger()
            .reason(words.reason_partner()),
        )),
        (Some(_), Some(_)) => all.push(Cell::part(
            &Confirm::new(
                words.reinstate(),
                words.reinstate_question(name),
                words.reinstate_yes(name),
                version.bound(view, &format!("{path}/reinstate")),
            )
            .reason(words.reason_partner()),
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
    Ok(done(&format!("{LIST}/{id}"), &Words(allowed.view.language()).now_verified(&seen.name)))
}

async fn suspend(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
    Form(form): Form<Because>,
) -> Result<Response, Error> {
    let seen = actions::set_suspended(&app, &allowed, &id, true, &form.reason).await?;
    Ok(done(&format!("{LIST}/{id}"), &Words(allowed.view.language()).now_suspended(&seen.name)))
}

async fn reinstate(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
    Form(form): Form<Because>,
) -> Result<Response, Error> {
    let seen = actions::set_suspended(&app, &allowed, &id, false, &form.reason).await?;
    Ok(done(&format!("{LIST}/{id}"), &Words(allowed.view.language()).now_reinstated(&seen.name)))
}
