//! The pages: all endpoints with the form for one more, and one endpoint with what was sent there.

use super::actions::{self, Fresh};
use super::catalog::{self, TEST};
use super::model::{Delivery, Endpoint, State as Stands, Wanted};
use super::store;
use crate::app::App;
use crate::domains::audit::Fact;
use crate::platform::access::{Action, Item};
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{self, Page, View};
use crate::platform::web::parts::{
    Cell, Chip, Choice, Column, Confirm, Empty, Facts, Field, FormErrors, Icon, Input, PageHead, Press, Row,
    Table, Tone,
};
use crate::platform::web::{Allowed, Asked, Form, Path, Routes};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

const PATH: &str = "/account/webhooks";

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

fn at(id: &str) -> String {
    format!("{PATH}/{id}")
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
    head: PageHead,
    table: Table,
    form: Option<EndpointForm>,
}

impl Page for ListPage {
    fn item(&self) -> Item {
        Item::Webhooks
    }

    fn title(&self) -> String {
        Item::Webhooks.label().to_owned()
    }
}

#[derive(Template)]
#[template(path = "domains/webhooks/one.html")]
struct OnePage {
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
}

/// The address as the reader may see it: its path may hold a secret, which is the organisation's own.
fn address(endpoint: &Endpoint, allowed: &Allowed) -> String {
    match allowed.actor.viewing {
        Some(_) => actions::host(&endpoint.url),
        None => endpoint.url.clone(),
    }
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
    let columns = ["Webhook", "Told of", "State"].map(Column::new).to_vec();
    let none = Empty::new(
        Icon::Next,
        "No webhook yet",
        "A webhook tells a program of yours what happens, as it happens, instead of being asked again and again.",
    );
    let rows = endpoints.iter().map(|endpoint| row(endpoint, allowed)).collect();
    let form = may_change(allowed).then(|| EndpointForm {
        action: PATH.to_owned(),
        label: "Add the webhook",
        problems: FormErrors::new(problems, allowed.view.language()),
        fields: fields(allowed, wanted, problems),
    });
    let lead = "Your programs are told of what happens, and see of it what you see. Each message is signed by Standard \
                Webhooks.";
    let head = PageHead::new("Webhooks").back("My account", "/account").lead(lead);
    let page = ListPage { head, table: Table::new("Webhooks", columns, rows, none), form };
    let mut response = layout::render(allowed, &page);
    if !problems.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn row(endpoint: &Endpoint, allowed: &Allowed) -> Row {
    let name = Cell::link(&at(&endpoint.id), &endpoint.name).under(address(endpoint, allowed));
    let facts = endpoint.facts();
    let told = match facts.as_slice() {
        [one] => Cell::text(one.key()),
        [one, rest @ ..] => Cell::text(one.key()).under(format!("and {} more", rest.len())),
        [] => Cell::none("Nothing that there is by now"),
    };
    Row::new(&endpoint.id, vec![name, told, standing(endpoint, &allowed.view)])
}

fn standing(endpoint: &Endpoint, view: &View) -> Cell {
    match (endpoint.paused_ms, endpoint.failing_since_ms) {
        (Some(paused_ms), _) => {
            Cell::part(&Chip::new(Tone::Warn, "Paused").icon(Icon::Pause)).and(&view.time(paused_ms))
        }
        (None, Some(since_ms)) => {
            Cell::part(&Chip::new(Tone::Bad, "Failing").icon(Icon::Alert)).and(&view.time(since_ms))
        }
        (None, None) => Cell::part(&Chip::new(Tone::Good, "Active").icon(Icon::Check)),
    }
}

fn fields(allowed: &Allowed, wanted: &Wanted, problems: &[FieldError]) -> Vec<Field> {
    let events = catalog::offered(&allowed.actor).into_iter().map(|fact| {
        let on = wanted.events.iter().any(|key| key == fact.key());
        Choice::new(fact.key(), fact.key(), on).note(fact.words())
    });
    let all = vec![
        Field::new("name", "Its name", Input::Line("text"))
            .hint("Which program listens there, such as \"ERP\"")
            .value(&wanted.name)
            .required(),
        Field::new("url", "Where events are sent", Input::Line("url"))
            .hint("https, on the public internet")
            .value(&wanted.url)
            .required(),
        Field::new("events", "What it is told of", Input::Checks(events.collect())),
    ];
    all.into_iter().map(|field| field.errors(problems, allowed.view.language())).collect()
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
        Ok(()) => Ok(layout::done(&at(&id), "Saved. What happens from now on goes there.")),
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
    Ok(layout::done(&at(&id), "Paused. What happens from now on is not sent there, also not later."))
}

async fn resume(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    actions::resume(&app, &allowed, &id).await?;
    Ok(layout::done(&at(&id), "Resumed. What happens from now on is sent there."))
}

async fn delete(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    let name = actions::delete(&app, &allowed, &id).await?;
    Ok(layout::done(PATH, &format!("The webhook \"{name}\" was deleted; nothing is sent there any more.")))
}

async fn test(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    actions::test(&app, &allowed, &id).await?;
    Ok(layout::done(&at(&id), "A test event is on its way. What becomes of it stands below."))
}

async fn redeliver(
    State(app): State<App>,
    allowed: Allowed,
    Path((id, delivery)): Path<(String, String)>,
) -> Result<Response, Error> {
    actions::redeliver(&app, &allowed, &id, &delivery).await?;
    Ok(layout::done(&at(&id), "The event is sent again now, under the same message id."))
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
    let may = may_change(allowed);
    let piece = asked.piece(deliveries, |one| one.id.clone());
    let rows = piece.items.iter().map(|one| delivery_row(one, &endpoint, view, may)).collect();
    let columns =
        vec![Column::new("Event"), Column::new("State"), Column::new("When"), Column::actions("Actions")];
    let none = Empty::new(
        Icon::Clock,
        "Nothing was sent yet",
        "What happens from now on stands here for 30 days. Send a test event to try the way.",
    );
    let now = Wanted {
        name: endpoint.name.clone(),
        url: endpoint.url.clone(),
        events: endpoint.facts().into_iter().map(|fact| fact.key().to_owned()).collect(),
    };
    let (wanted, problems) = tried.unwrap_or((&now, &[]));
    let page = OnePage {
        title: endpoint.name.clone(),
        head: PageHead::new(&endpoint.name).back("Webhooks", PATH).lead(address(&endpoint, allowed)),
        fresh,
        facts: facts(&endpoint, view),
        acts: if may { acts(&endpoint) } else { Vec::new() },
        deliveries: Table::new("Deliveries", columns, rows, none),
        next: piece.next.map(|cursor| format!("{}?cursor={cursor}#deliveries", at(id))),
        form: may.then(|| EndpointForm {
            action: endpoint.version().bound(&allowed.view, &at(id)),
            label: "Save",
            problems: FormErrors::new(problems, allowed.view.language()),
            fields: fields(allowed, wanted, problems),
        }),
    };
    Ok(layout::render(allowed, &page))
}

fn facts(endpoint: &Endpoint, view: &View) -> Facts {
    let mut state = standing(endpoint, view);
    if !endpoint.paused_why.is_empty() {
        state = state.under(&endpoint.paused_why);
    }
    let former = endpoint.former_until_ms.filter(|until_ms| *until_ms > view.now_ms);
    let secret = match former {
        Some(until_ms) => Cell::text("The former one signs too, until").and(&view.time(until_ms)),
        None => Cell::text("One, shown when it was made"),
    };
    Facts::new().fact("State", state).fact("Secret", secret).fact(
        "Added",
        Cell::part(&view.time(endpoint.created_ms)).under(format!("by {}", endpoint.created_by)),
    )
}

fn acts(endpoint: &Endpoint) -> Vec<Cell> {
    let at = at(&endpoint.id);
    let rotate = Confirm::new(
        "Renew the secret",
        "The program that listens needs the new one within a day: until then messages are signed by both.",
        "Renew the secret",
        format!("{at}/rotate"),
    );
    let delete = Confirm::new(
        "Delete",
        "Nothing is sent there any more, and what was sent is no longer listed. This cannot be undone.",
        "Delete this webhook",
        format!("{at}/delete"),
    );
    let stop = match endpoint.paused_ms {
        None => Press::new("Pause", format!("{at}/pause")),
        Some(_) => Press::new("Resume", format!("{at}/resume")),
    };
    vec![
        Cell::part(&Press::new("Send a test event", format!("{at}/test")).primary()),
        Cell::part(&stop),
        Cell::part(&rotate),
        Cell::part(&delete.danger()),
    ]
}

fn delivery_row(one: &Delivery, endpoint: &Endpoint, view: &View, may: bool) -> Row {
    let stands = one.state();
    let chip = match stands {
        Stands::Delivered => Chip::new(Tone::Good, "Delivered").icon(Icon::Check),
        Stands::Waiting if one.attempts > 0 => Chip::new(Tone::Warn, "Will be sent again").icon(Icon::Clock),
        Stands::Waiting => Chip::new(Tone::Plain, "On its way"),
        Stands::Dead => Chip::new(Tone::Bad, "Given up").icon(Icon::Stop),
        Stands::Cancelled => Chip::new(Tone::Warn, "Cancelled").icon(Icon::Stop),
        Stands::Dropped => Chip::new(Tone::Plain, "Not sent"),
    };
    let mut state = Cell::part(&chip);
    if stands == Stands::Waiting && one.next_ms > view.now_ms {
        state = state.and(&view.time(one.next_ms));
    }
    let said = match (one.attempts, one.error.as_str()) {
        (0, error) => error.to_owned(),
        (1, "") => String::new(),
        (1, error) => error.to_owned(),
        (many, error) => format!("{many} attempts. {error}"),
    };
    if !said.trim().is_empty() {
        state = state.under(said.trim());
    }
    let words = Fact::parse(&one.fact).map_or("a test, sent by hand", Fact::words);
    let about = if one.fact == TEST { words.to_owned() } else { format!("{} · {words}", one.object_id) };
    let event = Cell::text(&one.fact).under(about);
    let can = may && stands != Stands::Waiting && endpoint.paused_ms.is_none();
    let again = match can {
        true => Cell::part(&Press::new(
            "Send again",
            format!("{}/deliveries/{}/redeliver", at(&endpoint.id), one.id),
        )),
        false => Cell::text(""),
    };
    Row::new(&one.id, vec![event, state, Cell::part(&view.time(one.at_ms)), again])
}
