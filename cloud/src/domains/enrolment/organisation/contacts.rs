//! The contacts of an organisation: who they are, adding one, and ending where one is signed in (OW-1, OW-5, OA-3).

use super::actions;
use super::pages::LIST;
use super::words::Words;
use crate::app::App;
use crate::domains::identity::{self, EndForm, Member, NewMember, SignedIn, Whose};
use crate::platform::access::{Action, Item};
use crate::platform::base::Language;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{Page, done, render};
use crate::platform::web::parts::{
    Cell, Column, Confirm, Empty, Field, FormErrors, Icon, PageHead, Press, Row, Table,
};
use crate::platform::web::{Allowed, Form, Path, Routes};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

pub(super) fn routes() -> Routes {
    let change = Action::Change(Item::Organisations);
    Routes::new()
        .get("/admin/partners/{id}/contacts/new", change, get(contact_page))
        .post_fresh("/admin/partners/{id}/contacts/new", change, post(add_contact))
        .post("/admin/partners/{id}/contacts/{person}/resend", change, post(resend))
        .get("/admin/partners/{id}/contacts/{person}/sessions", change, get(sessions_page))
        .post("/admin/partners/{id}/contacts/{person}/sessions/end", change, post(end_sessions))
}

/// The contacts, each with what may be done.
pub(super) fn table(members: &[Member], allowed: &Allowed, tenant_id: &str) -> Table {
    let words = Words(allowed.view.language());
    let columns = vec![
        Column::new(words.contact()),
        Column::new(words.roles()),
        Column::new(words.state()),
        Column::new(words.last_sign_in()),
        Column::actions(words.actions()),
    ];
    let none = Empty::new(Icon::Person, words.no_contacts(), words.no_contacts_why());
    let rows = members.iter().map(|member| contact(member, allowed, tenant_id)).collect();
    Table::new(words.contacts(), columns, rows, none)
}

fn contact(member: &Member, allowed: &Allowed, tenant_id: &str) -> Row {
    let words = Words(allowed.view.language());
    let last = match member.last_sign_in_ms {
        Some(at_ms) => Cell::part(&allowed.view.time(at_ms)),
        None => Cell::none(words.never()),
    };
    let mut acts = Cell::text("");
    if member.is_pending() && allowed.actor.can(Action::Change(Item::Organisations)) {
        let path = format!("{LIST}/{tenant_id}/contacts/{}/resend", member.person_id);
        acts = acts.and(&Press::new(words.resend(), path));
    }
    if member.last_sign_in_ms.is_some() && allowed.actor.can(Action::Change(Item::Organisations)) {
        let path = format!("{LIST}/{tenant_id}/contacts/{}/sessions", member.person_id);
        acts = acts.and(&Cell::button(Icon::Person, words.sessions(), &path));
    }
    if member.disabled_ms.is_none() && allowed.actor.can(Action::Change(Item::ViewAs)) {
        let (question, yes) = (words.view_as_question(&member.name), words.view_as(&member.name));
        let view = Confirm::new(words.view_as_ask(), question, yes, "/admin/view-as")
            .with("person_id", &member.person_id)
            .with("tenant_id", tenant_id)
            .reason(words.reason_organisation());
        acts = acts.and(&view);
    }
    let cells = vec![
        Cell::text(&member.name).under(&member.email),
        Cell::parts(&member.role_chips(allowed.view.language())),
        Cell::part(&member.chip(allowed.view.language())),
        last,
        acts,
    ];
    Row::new(&member.person_id, cells)
}

#[derive(Template)]
#[template(path = "domains/enrolment/organisation/contact.html")]
struct ContactPage {
    words: Words,
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
        self.words.add_a_contact().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
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
    let words = Words(allowed.view.language());
    let page = ContactPage {
        words,
        head: PageHead::new(words.add_a_contact()).back(&seen.name, &back),
        action: format!("{back}/contacts/new"),
        back,
        problems: FormErrors::new(errors, allowed.view.language()),
        fields: identity::member_fields(typed, errors, allowed.view.language()),
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
        Ok(()) => Ok(done(&format!("{LIST}/{id}"), &Words(allowed.view.language()).was_invited(&new.name))),
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
    Ok(done(&format!("{LIST}/{id}"), Words(allowed.view.language()).sent_again()))
}

/// Of whom the sessions are, once it is sure that the organisation is in the own program: its name and its page.
async fn home(app: &App, allowed: &Allowed, id: &str) -> Result<(String, String), Error> {
    let mut tx = app.db.read().await?;
    let seen = actions::find(&mut tx, allowed, id).await?;
    Ok((seen.name, format!("{LIST}/{id}")))
}

fn signed_in<'a>((name, at): &'a (String, String), id: &'a str, person_id: &'a str) -> SignedIn<'a> {
    SignedIn {
        whose: Whose { tenant_id: id, person_id },
        back: (name, at),
        path: format!("{at}/contacts/{person_id}/sessions"),
    }
}

async fn sessions_page(
    State(app): State<App>,
    allowed: Allowed,
    Path((id, person_id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let home = home(&app, &allowed, &id).await?;
    identity::sessions_page(&app, &allowed, &signed_in(&home, &id, &person_id), &[]).await
}

async fn end_sessions(
    State(app): State<App>,
    allowed: Allowed,
    Path((id, person_id)): Path<(String, String)>,
    Form(form): Form<EndForm>,
) -> Result<Response, Error> {
    let home = home(&app, &allowed, &id).await?;
    identity::end_sessions(&app, &allowed, &signed_in(&home, &id, &person_id), &form).await
}
