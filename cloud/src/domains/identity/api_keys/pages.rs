//! The page of API keys.

use super::manage::{self, Fresh};
use super::model::{ApiKey, Wanted};
use super::rules;
use super::words::Words;
use crate::app::App;
use crate::domains::identity::view_as;
use crate::platform::access::{Action, Item};
use crate::platform::base::Language;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{self, Page};
use crate::platform::web::parts::{
    Cell, Chip, Choice, Column, Confirm, Empty, Field, FormErrors, Icon, Input, PageHead, Press, ReadOnly,
    Row, Table, Tone,
};
use crate::platform::web::{Allowed, Form, Path, Routes};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

/// The sub-room's routes. None of them is of the API: a key cannot make keys.
pub(in super::super) fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Account), Action::Change(Item::Account));
    Routes::new()
        .get("/account/keys", see, get(page))
        .post_fresh("/account/keys", change, post(make))
        .post_fresh("/account/keys/{key}/rotate", change, post(rotate))
        .post("/account/keys/{key}/revoke", change, post(revoke))
}

#[derive(Template)]
#[template(path = "domains/identity/api_keys/page.html")]
struct KeysPage {
    words: Words,
    head: PageHead,
    private: Option<ReadOnly>,
    fresh: Option<Fresh>,
    url: String,
    table: Table,
    may_make: bool,
    problems: FormErrors,
    fields: Vec<Field>,
}

impl Page for KeysPage {
    fn item(&self) -> Item {
        Item::Account
    }

    fn title(&self) -> String {
        self.words.keys().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    shown(&app, &allowed, &Wanted::fresh(), &[], None).await
}

async fn make(
    State(app): State<App>,
    allowed: Allowed,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let wanted = Wanted::of(&pairs);
    match manage::make(&app, &allowed, &wanted).await {
        Ok(fresh) => shown(&app, &allowed, &Wanted::fresh(), &[], Some(fresh)).await,
        Err(Error::Invalid(problems)) => {
            let mut response = shown(&app, &allowed, &wanted, &problems, None).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

async fn rotate(
    State(app): State<App>,
    allowed: Allowed,
    Path(key): Path<String>,
) -> Result<Response, Error> {
    let fresh = manage::rotate(&app, &allowed, &key).await?;
    shown(&app, &allowed, &Wanted::fresh(), &[], Some(fresh)).await
}

async fn revoke(
    State(app): State<App>,
    allowed: Allowed,
    Path(key): Path<String>,
) -> Result<Response, Error> {
    let name = manage::revoke(&app, &allowed, &key).await?;
    Ok(layout::done("/account/keys", &Words(allowed.view.language()).revoked(name)))
}

async fn shown(
    app: &App,
    allowed: &Allowed,
    wanted: &Wanted,
    problems: &[FieldError],
    fresh: Option<Fresh>,
) -> Result<Response, Error> {
    let private = view_as::private(allowed);
    let mut tx = app.db.read().await?;
    let keys = match private {
        Some(_) => Vec::new(),
        None => manage::seen(&mut tx, allowed).await?,
    };
    drop(tx);
    let words = Words(allowed.view.language());
    let columns = vec![
        Column::new(words.key()),
        Column::new(words.what_for()),
        Column::new(words.last_used()),
        Column::new(words.expires()),
        Column::actions(words.actions()),
    ];
    let none = Empty::new(Icon::Key, words.no_key(), words.no_key_why());
    let rows = keys.iter().map(|key| row(allowed, key, words)).collect();
    Ok(layout::render(
        allowed,
        &KeysPage {
            words,
            head: PageHead::new(words.keys()).back(words.my_account(), "/account").lead(words.lead()),
            private,
            fresh,
            url: app.config.public_url.clone(),
            table: Table::new(words.keys(), columns, rows, none),
            may_make: allowed.actor.can(Action::Change(Item::Account)),
            problems: FormErrors::new(problems, words.0),
            fields: fields(allowed, wanted, problems, words),
        },
    ))
}

fn fields(allowed: &Allowed, wanted: &Wanted, problems: &[FieldError], words: Words) -> Vec<Field> {
    let mut whose = vec![Choice::new("person", words.your_own(), !wanted.of_tenant)];
    if manage::administers(&allowed.actor) {
        let label = words.organisations(&allowed.actor.tenant_name);
        whose.push(Choice::new("organisation", label, wanted.of_tenant));
    }
    let lives = rules::LIVES_DAYS.map(|days| {
        let key = days.to_string();
        Choice::new(&key, words.days(days), wanted.days == key)
    });
    let items = rules::offered(&allowed.actor).into_iter().map(|item| {
        let key = item.key();
        let on = wanted.items.contains(&key);
        Choice::new(key, layout::item_name(item, words.0), on)
    });
    let reach = vec![
        Choice::new("read", words.read(), wanted.read_only),
        Choice::new("write", words.read_and_change(), !wanted.read_only),
    ];
    let all = vec![
        Field::new("name", words.its_name(), Input::Line("text"))
            .hint(words.its_name_hint())
            .value(&wanted.name)
            .required(),
        Field::new("whose", words.whose(), Input::Select(whose)),
        Field::new("days", words.life(), Input::Select(lives.to_vec())),
        Field::new("items", words.items(), Input::Checks(items.collect())),
        Field::new("reach", words.reach(), Input::Radios(reach)),
        Field::new("addresses", words.addresses(), Input::Area)
            .hint(words.addresses_hint())
            .value(&wanted.addresses),
    ];
    all.into_iter().map(|field| field.errors(problems, words.0)).collect()
}

fn row(allowed: &Allowed, key: &ApiKey, words: Words) -> Row {
    let mine = key.person_id == allowed.scope.person_id();
    let whose = match (key.of_tenant != 0, mine) {
        (true, _) => words.of_organisation(&allowed.actor.tenant_name, &key.person_name),
        (false, true) => words.your_own().to_owned(),
        (false, false) => words.of_person(&key.person_name),
    };
    let labels: Vec<String> = key.items().into_iter().map(|item| layout::item_name(item, words.0)).collect();
    let reach = if key.read_only == 0 { words.reads_and_changes() } else { words.reads_only() };
    let at_what = if key.addresses.is_empty() { String::new() } else { words.only_at(&key.addresses) };
    let used = match key.used_ms {
        Some(used_ms) => {
            Cell::part(&allowed.view.time(used_ms)).under(key.used_ip.as_deref().unwrap_or_default())
        }
        None => Cell::none(words.never()),
    };
    let now_ms = allowed.view.now_ms;
    let expires = match key.expires_ms > now_ms {
        true => Cell::part(&allowed.view.time(key.expires_ms)),
        false => Cell::part(&Chip::new(Tone::Bad, words.expired())),
    };
    let cells = vec![
        Cell::text(&key.name).under(&whose),
        Cell::text(labels.join(", ")).under(format!("{reach}{at_what}")),
        used,
        expires,
        acts(key, mine, words),
    ];
    Row::new(&key.id, cells)
}

/// Only who answers for a key renews it; of the organisation's, every administrator.
fn acts(key: &ApiKey, mine: bool, words: Words) -> Cell {
    let at = format!("/account/keys/{}", key.id);
    let to = format!("{at}/revoke");
    let revoke = Confirm::new(words.revoke(), words.revoke_question(), words.revoke_yes(), to).danger();
    match key.of_tenant != 0 || mine {
        true => Cell::part(&Press::new(words.renew(), format!("{at}/rotate"))).and(&revoke),
        false => Cell::part(&revoke),
    }
}
