//! Passkeys on the account page, and the page on which one is made.

use super::party::party;
use super::{ceremony, manage, store};
use crate::app::App;
use crate::domains::identity::browser::Browser;
use crate::domains::identity::words::Words;
use crate::platform::access::Item;
use crate::platform::base::Language;
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{self, Page, item_name};
use crate::platform::web::parts::{
    Cell, Column, Confirm, Empty, Field, FormErrors, Icon, Input, PageHead, Row, Table,
};
use crate::platform::web::{Allowed, Form, Path, assets};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

/// Passkeys as a section of the account page.
#[derive(Template)]
#[template(path = "domains/identity/passkeys/section.html")]
pub(in super::super) struct Section {
    words: Words,
    possible: bool,
    table: Table,
}

impl askama::filters::HtmlSafe for Section {}

#[derive(Template)]
#[template(path = "domains/identity/passkeys/add.html")]
struct AddPage {
    words: Words,
    head: PageHead,
    problems: FormErrors,
    name: Field,
    options: String,
    script: String,
}

impl Page for AddPage {
    fn item(&self) -> Item {
        Item::Account
    }

    fn title(&self) -> String {
        self.words.add_passkey().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

/// The person's passkeys.
pub(in super::super) async fn section(app: &App, tx: &mut Tx, allowed: &Allowed) -> Result<Section, Error> {
    let words = Words(allowed.view.language());
    let has = store::of_person(tx, allowed.scope.person_id()).await?;
    let rows = has.into_iter().map(|one| {
        let used = match one.used_ms {
            Some(used_ms) => Cell::part(&allowed.view.time(used_ms)),
            None => Cell::text(words.never()),
        };
        let at = format!("/account/passkeys/{}", one.id);
        let remove =
            Confirm::new(words.remove(), words.remove_question(), words.remove_yes(), format!("{at}/remove"));
        let rename = Rename { words, action: format!("{at}/rename"), name: one.name.clone() };
        let cells = vec![
            Cell::text(&one.name),
            Cell::part(&allowed.view.time(one.created_ms)),
            used,
            Cell::part(&rename).and(&remove.danger()),
        ];
        Row::new(one.id, cells)
    });
    let columns = vec![
        Column::new(words.passkey()),
        Column::new(words.added()),
        Column::new(words.last()),
        Column::actions(words.actions()),
    ];
    let none = Empty::new(Icon::Person, words.no_passkey(), words.no_passkey_why());
    let possible = party(app).is_some();
    Ok(Section { words, possible, table: Table::new(words.your_passkeys(), columns, rows.collect(), none) })
}

#[derive(Template)]
#[template(path = "domains/identity/passkeys/rename.html")]
struct Rename {
    words: Words,
    action: String,
    name: String,
}

impl askama::filters::HtmlSafe for Rename {}

pub(in super::super) async fn begin_adding(
    State(app): State<App>,
    allowed: Allowed,
    browser: Browser,
) -> Result<Response, Error> {
    adding(&app, &allowed, &browser, StatusCode::OK, "", &[]).await
}

async fn adding(
    app: &App,
    allowed: &Allowed,
    browser: &Browser,
    status: StatusCode,
    name: &str,
    problems: &[FieldError],
) -> Result<Response, Error> {
    let words = Words(allowed.view.language());
    let Some(options) = ceremony::invite(app, &allowed.actor, browser).await? else {
        return Ok(layout::done("/account", words.no_passkeys_here()));
    };
    let page = AddPage {
        words,
        head: PageHead::new(words.add_passkey())
            .back(item_name(Item::Account, allowed.view.language()), "/account")
            .lead(words.passkey_lead()),
        problems: FormErrors::new(problems, allowed.view.language()),
        name: Field::new("name", words.its_name(), Input::Line("text"))
            .hint(words.passkey_name_hint())
            .value(name)
            .required()
            .errors(problems, allowed.view.language()),
        options,
        script: assets::url("passkey.js"),
    };
    let mut shown = layout::render(allowed, &page);
    *shown.status_mut() = status;
    Ok(shown)
}

#[derive(Deserialize)]
pub(in super::super) struct AddForm {
    name: String,
    credential: String,
}

pub(in super::super) async fn add(
    State(app): State<App>,
    allowed: Allowed,
    browser: Browser,
    Form(form): Form<AddForm>,
) -> Result<Response, Error> {
    match manage::add(&app, &allowed, (&form.name, &form.credential), &browser).await {
        Ok(name) => {
            let words = Words(allowed.view.language());
            Ok(layout::done("/account", &words.passkey_was_added(name)))
        }
        Err(Error::Invalid(problems)) => {
            adding(&app, &allowed, &browser, StatusCode::UNPROCESSABLE_ENTITY, &form.name, &problems).await
        }
        Err(error) => Err(error),
    }
}

#[derive(Deserialize)]
pub(in super::super) struct RenameForm {
    #[serde(default)]
    name: String,
}

pub(in super::super) async fn rename(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
    Form(form): Form<RenameForm>,
) -> Result<Response, Error> {
    manage::rename(&app, &allowed, &id, &form.name).await?;
    Ok(layout::done("/account", Words(allowed.view.language()).passkey_was_renamed()))
}

pub(in super::super) async fn remove(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let name = manage::remove(&app, &allowed, &id).await?;
    Ok(layout::done("/account", &Words(allowed.view.language()).passkey_was_removed(name)))
}
