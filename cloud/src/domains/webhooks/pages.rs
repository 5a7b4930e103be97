//! The pages: all endpoints with the form for one more, and one endpoint with what was sent there.

use super::actions::{self, Fresh};
use super::catalog;
use super::model::Wanted;
use super::rows::{PATH, acts, address, at, delivery_row, facts, row};
use super::store;
use super::words::Words;
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::base::Language;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{self, Page};
use crate::platform::web::parts::{
    Cell, Choice, Column, Empty, Facts, Field, FormErrors, Icon, Input, PageHead, Table,
};
use crate::platform::web::{Allowed, Asked, Form, Path, Routes};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

pub(super) fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Webhooks), Action::Change(Item::Webhooks));
    Routes::new()
        .get(PATH, see, get(list))
        .post_fresh(PATH, change, post(add))
        .get("/account/webhooks/{webhook}", see, get(one))
        .post_fresh("/account/webhooks/{webhook}", change, post(edit))
        .post_fresh("/account/webhooks/{webhook}/rotate", change, post(rotate))
        .post("/account/webhooks/{webhook}/pause", change, post(pause))
        .post("/account/webhooks/{webhook}/resume", change, post(resume))
        .post("/account/webhooks/{webhook}/delete", change, post(delete))
        .post("/account/webhooks/{webhook}/test", change, post(test))
        .post("/account/webhooks/{webhook}/deliveries/{delivery}/redeliver", change, post(redeliver))
}

/// The form of an endpoint, with what is wrong with it.
#[derive(Template)]
#[template(path = "domains/webhooks/form.html")]
struct EndpointForm {
    action: String,
    label: &'static str,
    problems: FormErrors,
    fields: Vec<Field>,
}

impl askama::filters::HtmlSafe for EndpointForm {}

#[derive(Template)]
#[template(path = "domains/webhooks/list.html")]
struct ListPage {
    words: Words,
    head: PageHead,
    table: Table,
    form: Option<EndpointForm>,
}

impl Page for ListPage {
    fn item(&self) -> Item {
        Item::Webhooks
    }

    fn title(&self) -> String {
        self.words.webhooks().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

#[derive(Template)]
#[template(path = "domains/webhooks/one.html")]
struct OnePage {
    words: Words,
    title: String,
    head: PageHead,
    fresh: Option<Fresh>,
    facts: Facts,
    acts: Vec<Cell>,
    deliveries: Table,
    /// Where the deliveries before these are.
    next: Option<String>,
    form: Option<EndpointForm>,
}

impl Page for OnePage {
    fn item(&self) -> Item {
        Item::Webhooks
    }

    fn title(&self) -> String {
        self.title.clone()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

fn words(allowed: &Allowed) -> Words {
    Words(allowed.view.language())
}

fn may_change(allowed: &Allowed) -> bool {
    allowed.actor.can(Action::Change(Item::Webhooks))
}

async fn list(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    listed(&app, &allowed, &Wanted::default(), &[]).await
}

async fn listed(
    app: &App,
    allowed: &Allowed,
    wanted: &Wanted,
    problems: &[FieldError],
) -> Result<Response, Error> {
    let endpoints = store::endpoints(&mut app.db.read().await?, &allowed.scope, None).await?;
    let words = words(allowed);
    let columns = [words.webhook(), words.told_of(), words.state()].map(Column::new).to_vec();
    let none = Empty::new(Icon::Bell, words.no_webhook(), words.no_webhook_why());
    let rows = endpoints.iter().map(|endpoint| row(endpoint, allowed, words)).collect();
    let form = may_change(allowed).then(|| EndpointForm {
        action: PATH.to_owned(),
        label: words.add_yes(),
        problems: FormErrors::new(problems, words.0),
        fields: fields(allowed, wanted, problems),
    });
    let head = PageHead::new(words.webhooks()).back(words.my_account(), "/account").lead(words.lead());
    let page = ListPage { words, head, table: Table::new(words.webhooks(), columns, rows, none), form };
    let mut response = layout::render(allowed, &page);
    if !problems.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn fields(allowed: &Allowed, wanted: &Wanted, problems: &[FieldError]) -> Vec<Field> {
    let words = words(allowed);
    let events = catalog::offered(&allowed.actor).into_iter().map(|fact| {
        let on = wanted.events.iter().any(|key| key == fact.key());
        Choice::new(fact.key(), fact.key(), on).note(fact.words_in(words.0))
    });
    let all = vec![
        Field::new("name", words.its_name(), Input::Line("text"))
            .hint(words.its_name_hint())
            .value(&wanted.name)
            .required(),
        Field::new("url", words.url(), Input::Line("url"))
            .hint(words.url_hint())
            .value(&wanted.url)
            .required(),
        Field::new("events", words.events(), Input::Checks(events.collect())),
    ];
    all.into_iter().map(|field| field.errors(problems, words.0)).collect()
}

async fn add(
    State(app): State<App>,
    allowed: Allowed,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let wanted = Wanted::of(&pairs);
    match actions::add(&app, &allowed, &wanted).await {
        Ok(fresh) => {
            let id = fresh.id.clone();
            shown(&app, &allowed, &id, None, Some(fresh)).await
        }
        Err(Error::Invalid(problems)) => listed(&app, &allowed, &wanted, &problems).await,
        Err(error) => Err(error),
    }
}

async fn one(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    shown(&app, &allowed, &id, None, None).await
}

async fn edit(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let wanted = Wanted::of(&pairs);
    match actions::change(&app, &allowed, &id, &wanted).await {
        Ok(()) => Ok(layout::done(&at(&id), words(&allowed).was_saved())),
        Err(Error::Invalid(problems)) => {
            let mut response = shown(&app, &allowed, &id, Some((&wanted, &problems)), None).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

async fn rotate(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    let fresh = actions::rotate(&app, &allowed, &id).await?;
    shown(&app, &allowed, &id, None, Some(fresh)).await
}

async fn pause(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    actions::pause(&app, &allowed, &id).await?;
    Ok(layout::done(&at(&id), words(&allowed).was_paused()))
}

async fn resume(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    actions::resume(&app, &allowed, &id).await?;
    Ok(layout::done(&at(&id), words(&allowed).was_resumed()))
}

async fn delete(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    let name = actions::delete(&app, &allowed, &id).await?;
    Ok(layout::done(PATH, &words(&allowed).was_deleted(name)))
}

async fn test(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    actions::test(&app, &allowed, &id).await?;
    Ok(layout::done(&at(&id), words(&allowed).test_sent()))
}

async fn redeliver(
    State(app): State<App>,
    allowed: Allowed,
    Path((id, delivery)): Path<(String, String)>,
) -> Result<Response, Error> {
    actions::redeliver(&app, &allowed, &id, &delivery).await?;
    Ok(layout::done(&at(&id), words(&allowed).was_redelivered()))
}

/// One endpoint; `tried` is what was entered and is wrong.
async fn shown(
    app: &App,
    allowed: &Allowed,
    id: &str,
    tried: Option<(&Wanted, &[FieldError])>,
    fresh: Option<Fresh>,
) -> Result<Response, Error> {
    let view = &allowed.view;
    let mut tx = app.db.read().await?;
    let endpoint = actions::find(&mut tx, allowed, id).await?;
    let asked = Asked::of(view)?;
    let fetch = (None, asked.after.as_deref(), asked.fetch());
    let deliveries = store::deliveries(&mut tx, &allowed.scope, id, fetch).await?;
    drop(tx);
    let (may, words) = (may_change(allowed), words(allowed));
    let piece = asked.piece(deliveries, |one| one.id.clone());
    let can_send = may && endpoint.paused_ms.is_none();
    let rows = piece.items.iter().map(|one| delivery_row(one, can_send, view, words)).collect();
    let columns = vec![
        Column::new(words.event()),
        Column::new(words.state()),
        Column::new(words.when()),
        Column::actions(words.actions()),
    ];
    let none = Empty::new(Icon::Clock, words.nothing_sent(), words.nothing_sent_why());
    let now = Wanted {
        name: endpoint.name.clone(),
        url: endpoint.url.clone(),
        events: endpoint.facts().into_iter().map(|fact| fact.key().to_owned()).collect(),
    };
    let (wanted, problems) = tried.unwrap_or((&now, &[]));
    let page = OnePage {
        words,
        title: endpoint.name.clone(),
        head: PageHead::new(&endpoint.name).back(words.webhooks(), PATH).lead(address(&endpoint, allowed)),
        fresh,
        facts: facts(&endpoint, view, words),
        acts: if may { acts(&endpoint, words) } else { Vec::new() },
        deliveries: Table::new(words.deliveries(), columns, rows, none),
        next: piece.next.map(|cursor| format!("{}?cursor={cursor}#deliveries", at(id))),
        form: may.then(|| EndpointForm {
            action: endpoint.version().bound(&allowed.view, &at(id)),
            label: words.save(),
            problems: FormErrors::new(problems, words.0),
            fields: fields(allowed, wanted, problems),
        }),
    };
    Ok(layout::render(allowed, &page))
}
