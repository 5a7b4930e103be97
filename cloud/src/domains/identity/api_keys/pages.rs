//! The page of API keys.

use super::manage::{self, Fresh};
use super::model::{ApiKey, Wanted};
use super::rules;
use crate::app::App;
use crate::domains::identity::view_as;
use crate::platform::access::{Action, Item};
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
        "API keys".to_owned()
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
    Ok(layout::done(
        "/account/keys",
        &format!("The key \"{name}\" was revoked; its next request is refused."),
    ))
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
    let columns = vec![
        Column::new("Key"),
        Column::new("For"),
        Column::new("Last used"),
        Column::new("Expires"),
        Column::actions("Actions"),
    ];
    let none = Empty::new(
        Icon::Person,
        "No key yet",
        "A key lets a program of yours read or change through the API what you may, and never more.",
    );
    let rows = keys.iter().map(|key| row(allowed, key)).collect();
    Ok(layout::render(
        allowed,
        &KeysPage {
            head: PageHead::new("API keys").back("My account", "/account").lead(
                "A key acts as who answers for it may at that moment, and only for what it was made for.",
            ),
            private,
            fresh,
            url: app.config.public_url.clone(),
            table: Table::new("API keys", columns, rows, none),
            may_make: allowed.actor.can(Action::Change(Item::Account)),
            problems: FormErrors::new(problems, allowed.view.language()),
            fields: fields(allowed, wanted, problems),
        },
    ))
}

fn fields(allowed: &Allowed, wanted: &Wanted, problems: &[FieldError]) -> Vec<Field> {
    let organisation = &allowed.actor.tenant_name;
    let mut whose = vec![Choice::new("person", "Your own", !wanted.of_tenant)];
    if manage::administers(&allowed.actor) {
        let label = format!("{organisation}'s: every administrator looks after it");
        whose.push(Choice::new("organisation", label, wanted.of_tenant));
    }
    let lives = rules::LIVES_DAYS.map(|days| {
        let days = days.to_string();
        Choice::new(&days, format!("{days} days"), wanted.days == days)
    });
    let items = rules::offered(&allowed.actor).into_iter().map(|item| {
        let key = item.key();
        let on = wanted.items.contains(&key);
        Choice::new(key, item.label(), on)
    });
    let reach = vec![
        Choice::new("read", "Read only", wanted.read_only),
        Choice::new("write", "Read and change", !wanted.read_only),
    ];
    let all = vec![
        Field::new("name", "Its name", Input::Line("text"))
            .hint("Which program carries it, such as \"ERP import\"")
            .value(&wanted.name)
            .required(),
        Field::new("whose", "Whose it is", Input::Select(whose)),
        Field::new("days", "How long it lives", Input::Select(lives.to_vec())),
        Field::new("items", "What it is for", Input::Checks(items.collect())),
        Field::new("reach", "What it may do there", Input::Radios(reach)),
        Field::new("addresses", "From where it works", Input::Area)
            .hint("Addresses or networks, such as 192.0.2.7 or 192.0.2.0/24. Leave it empty for everywhere.")
            .value(&wanted.addresses),
    ];
    all.into_iter().map(|field| field.errors(problems, allowed.view.language())).collect()
}

fn row(allowed: &Allowed, key: &ApiKey) -> Row {
    let mine = key.person_id == allowed.scope.person_id();
    let whose = match (key.of_tenant != 0, mine) {
        (true, _) => format!("{}'s; {} answers for it", allowed.actor.tenant_name, key.person_name),
        (false, true) => "Your own".to_owned(),
        (false, false) => format!("{}'s own", key.person_name),
    };
    let labels: Vec<&str> = key.items().into_iter().map(Item::label).collect();
    let reach = if key.read_only == 0 { "reads and changes" } else { "reads only" };
    let from = if key.addresses.is_empty() { String::new() } else { format!(", from {}", key.addresses) };
    let used = match key.used_ms {
        Some(used_ms) => {
            Cell::part(&allowed.view.time(used_ms)).under(key.used_ip.as_deref().unwrap_or_default())
        }
        None => Cell::none("Never"),
    };
    let now_ms = allowed.view.now_ms;
    let expires = match key.expires_ms > now_ms {
        true => Cell::part(&allowed.view.time(key.expires_ms)),
        false => Cell::part(&Chip::new(Tone::Bad, "Expired")),
    };
    let at = format!("/account/keys/{}", key.id);
    let revoke = Confirm::new(
        "Revoke",
        "The program that carries it is refused from its next request on. This cannot be undone.",
        "Revoke this key",
        format!("{at}/revoke"),
    );
    let acts = match key.of_tenant != 0 || mine {
        true => Cell::part(&Press::new("Renew", format!("{at}/rotate"))).and(&revoke.danger()),
        false => Cell::part(&revoke.danger()),
    };
    let cells = vec![
        Cell::text(&key.name).under(&whose),
        Cell::text(labels.join(", ")).under(format!("{reach}{from}")),
        used,
        expires,
        acts,
    ];
    Row::new(&key.id, cells)
}
