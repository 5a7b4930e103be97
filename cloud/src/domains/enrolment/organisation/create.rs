//! Bringing an organisation in, with its first administrator.

use super::words::Words;
use super::{actions, store};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::domains::enrolment::capability::{self, Capability, Subtype};
use crate::domains::identity::{self, NewMember};
use crate::platform::access::{Action, Item, Role};
use crate::platform::base::Language;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{Page, done, render};
use crate::platform::web::parts::{Choice, Field, FormErrors, Input, PageHead};
use crate::platform::web::{Allowed, Form, Routes};
use crate::platform::words::said;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;

pub(super) fn routes() -> Routes {
    let change = Action::Change(Item::Organisations);
    Routes::new().get("/admin/partners/new", change, get(page)).post_fresh(
        "/admin/partners",
        change,
        post(create),
    )
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    pub(super) organisation: String,
    #[serde(default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) verified: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) email: String,
}

#[derive(Template)]
#[template(path = "domains/enrolment/organisation/new.html")]
struct NewPage {
    words: Words,
    head: PageHead,
    problems: FormErrors,
    organisation: [Field; 3],
    person: [Field; 2],
}

impl Page for NewPage {
    fn item(&self) -> Item {
        Item::Organisations
    }

    fn title(&self) -> String {
        self.words.new_organisation().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn page(allowed: Allowed) -> Result<Response, Error> {
    Ok(show(&allowed, &Typed { kind: "reseller".to_owned(), ..Typed::default() }, &[]))
}

fn kind(key: &str) -> Option<Capability> {
    match key {
        "customer" => Some(Capability::Customer),
        key => Subtype::parse(key).map(Capability::Partner),
    }
}

async fn create(
    State(app): State<App>,
    allowed: Allowed,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    match add(&app, &allowed, &typed).await {
        Ok(id) => {
            let said = Words(allowed.view.language()).enters(typed.organisation.trim(), &typed.name);
            // What was agreed with a partner is the next thing to say; a customer has no terms.
            let next = if typed.kind == "customer" { "" } else { "/terms" };
            Ok(done(&format!("/admin/partners/{id}{next}"), &said))
        }
        Err(Error::Invalid(errors)) => {
            let mut response = show(&allowed, &typed, &errors);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

/// One transaction: the organisation, what it may act as, its administrator, the invitation.
pub(super) async fn add(app: &App, allowed: &Allowed, typed: &Typed) -> Result<String, Error> {
    let name = typed.organisation.trim();
    let mut wrong = Vec::new();
    if name.is_empty() || name.chars().count() > 120 {
        let text = said! {
            en: "Write the organisation's name, in 120 characters at most.",
            th: "กรอกชื่อองค์กร ไม่เกิน 120 ตัวอักษร",
        };
        wrong.push(FieldError { field: "organisation", text });
    }
    let Some(capability) = kind(&typed.kind) else {
        let text = said! {
            en: "Choose what it is: a reseller, a distributor or a customer.",
            th: "เลือกประเภทองค์กร: ตัวแทนจำหน่าย ผู้จัดจำหน่าย หรือลูกค้า",
        };
        wrong.push(FieldError { field: "kind", text });
        return Err(Error::Invalid(wrong));
    };
    let by = By::person(allowed);
    let now_ms = app.clock.now_ms();
    let id = app.ids.next("ten");
    let verified_ms = (!typed.verified.is_empty()).then_some(now_ms);
    let mut tx = app.db.write().await?;
    store::insert(&mut tx, (&id, name), verified_ms, now_ms).await?;
    let entry = Entry::new(by.clone(), Fact::TenantCreated, "tenant", &id)
        .affecting(&id)
        .with(json!({ "name": name, "verified": verified_ms.is_some() }));
    audit::record(app, &mut tx, entry).await?;
    capability::enable_in(app, &mut tx, by.clone(), &id, allowed.scope.tenant_id(), capability).await?;
    let roles = vec![Role::Administrator.key().to_owned()];
    let first = NewMember { name: typed.name.trim().to_owned(), email: typed.email.clone(), roles };
    match identity::add_member(app, &mut tx, &by, &id, &actions::any_role(), &first).await {
        Err(Error::Invalid(more)) => return Err(Error::Invalid([wrong, more].concat())),
        done => done?,
    };
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    tx.commit().await?;
    audit::announce(app, [id.as_str(), allowed.scope.tenant_id()]);
    Ok(id)
}

fn show(allowed: &Allowed, typed: &Typed, errors: &[FieldError]) -> Response {
    let words = Words(allowed.view.language());
    let choice = |key: &str, label: &str| Choice::new(key, label, typed.kind == key);
    let kinds = vec![
        choice("reseller", words.reseller()),
        choice("distributor", words.distributor()),
        choice("customer", words.customer()),
    ];
    let checked = vec![Choice::new("yes", words.made_sure(), !typed.verified.is_empty())];
    let page = NewPage {
        words,
        head: PageHead::new(words.new_organisation())
            .back(words.organisations(), "/admin/partners")
            .lead(words.new_lead()),
        problems: FormErrors::new(errors, allowed.view.language()),
        organisation: [
            Field::new("organisation", words.name(), Input::Line("text"))
                .value(&typed.organisation)
                .required()
                .errors(errors, allowed.view.language()),
            Field::new("kind", words.what_it_is(), Input::Radios(kinds))
                .hint(words.what_hint())
                .errors(errors, allowed.view.language()),
            Field::new("verified", words.verified(), Input::Checks(checked))
                .hint(words.verified_hint())
                .errors(errors, allowed.view.language()),
        ],
        person: [
            Field::new("name", words.first_administrator(), Input::Line("text"))
                .value(&typed.name)
                .required()
                .errors(errors, allowed.view.language()),
            Field::new("email", words.email(), Input::Line("email"))
                .value(&typed.email)
                .required()
                .hint(words.invitation_hint())
                .errors(errors, allowed.view.language()),
        ],
    };
    render(allowed, &page)
}
