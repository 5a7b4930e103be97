//! The list of organisations, and one of them with its contacts.

use super::store::Organisation;
use super::{actions, store};
use crate::app::App;
use crate::domains::identity::{self, Member, NewMember};
use crate::platform::access::{Action, Item, PartnerTier, Role};
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{Page, View, done, render};
use crate::platform::web::parts::{
    Cell, Chip, Choice, Column, Confirm, Empty, Facts, Field, FormErrors, Icon, Input, PageHead, Press,
    ReadOnly, Row, Tab, Table, Tabs, Tone, When,
};
use crate::platform::web::{Allowed, Form, Path, Routes};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

const LIST: &str = "/admin/partners";

pub(super) fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Organisations), Action::Change(Item::Organisations));
    Routes::new()
        .get("/admin/partners", see, get(list))
        .get("/admin/partners/{id}", see, get(one))
        .post("/admin/partners/{id}/verify", change, post(verify))
        .post("/admin/partners/{id}/suspend", change, post(suspend))
        .post("/admin/partners/{id}/reinstate", change, post(reinstate))
        .get("/admin/partners/{id}/contacts/new", change, get(contact_page))
        .post("/admin/partners/{id}/contacts/new", change, post(add_contact))
        .post("/admin/partners/{id}/contacts/{person}/resend", change, post(resend))
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
type Kind = (&'static str, &'static str, fn(&Organisation) -> bool);
const KINDS: [Kind; 4] = [
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
        Cell::part(&When::day(one.created_ms, view.zone)),
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
    drop(tx);
    let may = allowed.actor.can(Action::Change(Item::Organisations));
    let day = |at_ms: Option<i64>, none: &str| match at_ms {
        Some(at_ms) => Cell::part(&When::day(at_ms, view.zone)),
        None => Cell::text(none),
    };
    let columns = vec![
        Column::new("Contact"),
        Column::new("Roles"),
        Column::new("State"),
        Column::new("Last sign-in"),
        Column::actions("Actions"),
    ];
    let none = Empty::new(Icon::Person, "No contacts", "Nobody of this organisation can sign in yet.");
    let page = OnePage {
        head: PageHead::new(&seen.name).back("Organisations", LIST).chip(&state(&seen)),
        title: seen.name.clone(),
        note: (!may).then(ReadOnly::role),
        facts: Facts::new()
            .fact("Acts as", Cell::parts(&acts_as(&seen)))
            .fact("In the program since", day(Some(seen.created_ms), ""))
            .fact("Partner since", day(seen.partner_since_ms, "No partner"))
            .fact("Customer since", day(seen.customer_since_ms, "No customer"))
            .fact("Verified", day(seen.verified_ms, "Not yet")),
        contacts: Table::new(
            "Contacts",
            columns,
            members.iter().map(|member| contact(member, &allowed, &id)).collect(),
            none,
        ),
        add: may.then(|| Cell::button(Icon::Plus, "Add contact", &format!("{LIST}/{id}/contacts/new"))),
        changes: if may { changes(&seen) } else { Vec::new() },
    };
    Ok(render(&allowed, &page))
}

fn contact(member: &Member, allowed: &Allowed, tenant_id: &str) -> Row {
    let last = match member.last_sign_in_ms {
        Some(at_ms) => Cell::part(&allowed.view.time(at_ms)),
        None => Cell::none("Never signed in"),
    };
    let mut acts = Cell::text("");
    if member.is_pending() && allowed.actor.can(Action::Change(Item::Organisations)) {
        let path = format!("{LIST}/{tenant_id}/contacts/{}/resend", member.person_id);
        acts = acts.and(&Press::new("Resend invite", path));
    }
    if member.disabled_ms.is_none() && allowed.actor.can(Action::Change(Item::ViewAs)) {
        let question = format!(
            "For 30 minutes you see what {} sees and change nothing. Both logs show it.",
            member.name
        );
        let view = Confirm::new("View as…", question, format!("View as {}", member.name), "/admin/view-as")
            .with("person_id", &member.person_id)
            .with("tenant_id", tenant_id)
            .reason("Reason, read by the organisation");
        acts = acts.and(&view);
    }
    let cells = vec![
        Cell::text(&member.name).under(&member.email),
        Cell::parts(&member.role_chips()),
        Cell::part(&member.chip()),
        last,
        acts,
    ];
    Row::new(&member.person_id, cells)
}

fn changes(seen: &Organisation) -> Vec<Cell> {
    let path = format!("{LIST}/{}", seen.id);
    let mut all = Vec::new();
    if seen.verified_ms.is_none() {
        all.push(Cell::part(&Press::new("Mark as verified", format!("{path}/verify"))));
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
                format!("{path}/reinstate"),
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

#[derive(Template)]
#[template(path = "domains/enrolment/organisation/contact.html")]
struct ContactPage {
    head: PageHead,
    action: String,
    back: String,
    problems: FormErrors,
    fields: [Field; 3],
}

impl Page for ContactPage {
    fn item(&self) -> Item {
        Item::Organisations
    }

    fn title(&self) -> String {
        "Add a contact".to_owned()
    }
}

async fn contact_page(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    contact_form(&app, &allowed, &id, &NewMember::default(), &[]).await
}

async fn contact_form(
    app: &App,
    allowed: &Allowed,
    id: &str,
    typed: &NewMember,
    errors: &[FieldError],
) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let seen = actions::find(&mut tx, allowed, id).await?;
    drop(tx);
    let back = format!("{LIST}/{id}");
    let roles = Role::ALL.iter().map(|role| {
        Choice::new(role.key(), role.label(), typed.roles.iter().any(|typed| typed == role.key()))
    });
    let page = ContactPage {
        head: PageHead::new("Add a contact").back(&seen.name, &back),
        action: format!("{back}/contacts/new"),
        back,
        problems: FormErrors::new(errors),
        fields: [
            Field::new("name", "Name", Input::Line("text")).value(&typed.name).required().errors(errors),
            Field::new("email", "E-mail address", Input::Line("email"))
                .value(&typed.email)
                .required()
                .hint("The invitation goes there and works for 7 days")
                .errors(errors),
            Field::new("roles", "Roles", Input::Checks(roles.collect())).errors(errors),
        ],
    };
    Ok(render(allowed, &page))
}

async fn add_contact(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let new = NewMember::of(&pairs);
    match actions::add_contact(&app, &allowed, &id, &new).await {
        Ok(()) => Ok(done(
            &format!("{LIST}/{id}"),
            &format!("{} was invited; the link works for 7 days.", new.name),
        )),
        Err(Error::Invalid(errors)) => {
            let mut response = contact_form(&app, &allowed, &id, &new, &errors).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

async fn resend(
    State(app): State<App>,
    allowed: Allowed,
    Path((id, person_id)): Path<(String, String)>,
) -> Result<Response, Error> {
    actions::resend(&app, &allowed, &id, &person_id).await?;
    Ok(done(&format!("{LIST}/{id}"), "A new invitation was sent; the link before it works no more."))
}
