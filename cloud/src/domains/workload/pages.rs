//! The queue and an item's page.

use super::actions;
use super::model::{Kind, Order, Severity, Standing, Target};
use super::views::{self, Happened, WorkItem};
use super::words::Words;
use crate::app::App;
use crate::domains::audit::By;
use crate::platform::access::{Action, Item};
use crate::platform::base::{Language, Reader, in_zone};
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, View, done, render};
use crate::platform::web::parts::{
    Cell, Chip, Column, Empty, Event, Facts, Icon, ListBar, PageHead, Pager, Press, Row, Tab, Table, Tabs,
    Timeline, Tone, When, span, working_span,
};
use crate::platform::web::{Allowed, Asked, Csv, CsvColumn, Path, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};

const PATH: &str = "/partners/workload";

pub(super) fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Workload), Action::Change(Item::Workload));
    Routes::new()
        .get(PATH, see, get(queue))
        .get("/partners/workload/{id}", see, get(item))
        .post("/partners/workload/{id}/acknowledge", change, post(acknowledge))
        .post("/partners/workload/{id}/assign", change, post(assign))
        .post("/partners/workload/{id}/resolve", change, post(resolve))
        .post("/partners/workload/{id}/convert", change, post(convert))
}

#[derive(Template)]
#[template(path = "domains/workload/queue.html")]
struct QueuePage {
    words: Words,
    head: PageHead,
    kinds: Tabs,
    orders: Vec<(&'static str, String, bool)>,
    bar: ListBar,
    table: Table,
    pager: Pager,
}

impl Page for QueuePage {
    fn item(&self) -> Item {
        Item::Workload
    }

    fn title(&self) -> String {
        self.words.workload().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn queue(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let view = &allowed.view;
    let words = Words(view.language());
    let order = if view.get("order") == Some("tier") { Order::Tier } else { Order::Deadline };
    let kind = view.get("type").and_then(Kind::parse);
    let mut tx = app.db.read().await?;
    let items = views::queue(&mut tx, &allowed.scope, app.clock.now_ms(), order).await?;
    if view.get("format") == Some("csv") {
        return Ok(csv(view, items.iter().filter(|item| kind.is_none_or(|kind| item.kind == kind))));
    }
    let count =
        |of: Option<Kind>| items.iter().filter(|item| of.is_none_or(|kind| item.kind == kind)).count();
    let tab = |label: &str, of: Option<Kind>| Tab {
        label: label.to_owned(),
        href: view.with("type", of.map_or("", Kind::key)),
        count: Some(count(of)),
        current: kind == of,
    };
    let tabs = vec![
        tab(words.everything(), None),
        tab(words.tickets(), Some(Kind::Ticket)),
        tab(words.alarms(), Some(Kind::Alarm)),
        tab(words.visits(), Some(Kind::Visit)),
    ];
    let change = allowed.actor.can(Action::Change(Item::Workload));
    let some = views::some(&allowed, &Asked::page(view)?, &items, order, kind)?;
    let pager = Pager::of(view, some.before, some.items.len(), some.count, some.next.as_deref());
    let rows = some.items.into_iter().map(|item| row(item, view, &allowed.actor.person_id, change)).collect();
    let (table, chooser) =
        Table::new(words.workload(), columns(words), rows, empty(kind, view)).chosen(view);
    let said = words.open(some.count);
    let page = QueuePage {
        words,
        head: PageHead::new(words.workload()).lead(words.lead()),
        kinds: Tabs::new(words.types(), tabs),
        orders: vec![
            (words.by_due(), view.with("order", ""), order == Order::Deadline),
            (words.by_level(), view.with("order", "tier"), order == Order::Tier),
        ],
        bar: ListBar::new(said).saved(view).columns(chooser).csv(view.with("format", "csv")),
        table,
        pager,
    };
    Ok(render(&allowed, &page))
}

/// The columns that are seen, of the whole queue.
fn csv<'a>(view: &View, items: impl Iterator<Item = &'a WorkItem>) -> Response {
    let at = |at_ms: i64| in_zone(at_ms, "UTC").strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let columns: [CsvColumn<'_, WorkItem>; 10] = [
        ("", "Id", &|item| item.id.clone()),
        ("", "Work", &|item| item.title.clone()),
        ("", "Type", &|item| item.kind.label().to_owned()),
        ("customer", "Customer", &|item| item.customer.1.clone()),
        ("device", "Device", &|item| item.device.1.clone()),
        ("device", "Device id", &|item| item.device.0.clone()),
        ("level", "Service level", &|item| item.level.label().to_owned()),
        ("promise", "Promise", &|item| item.promise.target.label().to_owned()),
        ("promise", "Due", &|item| at(item.promise.due_ms)),
        ("owner", "Owner", &|item| item.owner.as_ref().map(|(_, name)| name.clone()).unwrap_or_default()),
    ];
    Csv::of(view, &columns, items).file("workload")
}

fn columns(words: Words) -> Vec<Column> {
    vec![
        Column::new(words.work()),
        Column::new(words.customer()).key("customer"),
        Column::new(words.device()).key("device"),
        Column::new(words.level()).key("level"),
        Column::new(words.promise()).key("promise"),
        Column::new(words.owner()).key("owner"),
        Column::actions(words.actions()),
    ]
}

fn empty(kind: Option<Kind>, view: &View) -> Empty {
    let words = Words(view.language());
    match kind {
        Some(kind) => Empty::new(
            Icon::Workload,
            words.none_of_type(),
            words.none_waits(words.kind(kind).to_lowercase()),
        )
        .next(words.show_everything(), view.plain()),
        None => Empty::new(Icon::Workload, words.nothing_waits(), words.nothing_waits_why())
            .next(words.covered_devices(), "/partners/devices"),
    }
}

fn row(item: &WorkItem, view: &View, me: &str, change: bool) -> Row {
    let words = Words(view.language());
    let (device_id, device) = &item.device;
    let promise = promise(item, view);
    let tone = match item.promise.standing {
        Standing::Breached => Tone::Bad,
        Standing::AtRisk => Tone::Warn,
        Standing::Stopped => Tone::Quiet,
        Standing::OnTrack => Tone::Plain,
    };
    let title = Cell::part(&icon(item.kind)).and(&Cell::link(&format!("{PATH}/{}", item.id), &item.title));
    let cells = vec![
        title.under(notes(item, words)),
        Cell::text(&item.customer.1),
        Cell::link(&format!("/partners/devices/{device_id}"), device).under(device_id),
        Cell::text(item.level.label_in(view.language())),
        promise,
        owner(item, words),
        if change { buttons(item, view, me) } else { Cell::none(words.reads_only()) },
    ];
    Row::new(&item.id, cells).tone(tone)
}

fn icon(kind: Kind) -> Icon {
    match kind {
        Kind::Ticket => Icon::Ticket,
        Kind::Alarm => Icon::Alarm,
        Kind::Visit => Icon::Visit,
    }
}

fn notes(item: &WorkItem, words: Words) -> String {
    let mut notes = vec![words.kind(item.kind).to_owned()];
    if item.kind != Kind::Visit {
        notes.push(words.severity(item.severity).to_owned());
    }
    if item.times > 1 {
        notes.push(words.times(item.times));
    }
    if item.cleared_ms.is_some() && item.resolved_ms.is_none() {
        notes.push(words.cleared_itself().to_owned());
    }
    notes.join(" · ")
}

/// How the promise stands, in words: working time left and the due time on the clock.
fn promise(item: &WorkItem, view: &View) -> Cell {
    let due = view.reader.weekday_minute(item.promise.due_ms);
    let is_working = item.promise.target != Target::Arrival && !item.promise.is_around_the_clock;
    let (words, left) = (Words(view.language()), item.promise.left_ms.abs());
    let left = if is_working { working_span(left, view.language()) } else { span(left, view.language()) };
    let (tone, icon, said) = match (item.promise.standing, is_working) {
        (Standing::Breached, false) => (Tone::Bad, Icon::Stop, words.breached(left)),
        (Standing::Breached, true) => (Tone::Bad, Icon::Stop, words.breached_working(left)),
        (Standing::AtRisk, false) => (Tone::Warn, Icon::Alert, words.at_risk(left)),
        (Standing::AtRisk, true) => (Tone::Warn, Icon::Alert, words.at_risk_working(left)),
        (Standing::OnTrack, false) => (Tone::Plain, Icon::Clock, words.on_track(left)),
        (Standing::OnTrack, true) => (Tone::Plain, Icon::Clock, words.on_track_working(left)),
        (Standing::Stopped, _) => (Tone::Quiet, Icon::Check, words.clock_stopped().to_owned()),
    };
    let due = words.due(words.target(item.promise.target), due);
    Cell::part(&Chip::new(tone, said).icon(icon)).under(due)
}

fn owner(item: &WorkItem, words: Words) -> Cell {
    match (&item.owner, item.acknowledged_ms) {
        (Some((_, name)), _) => Cell::text(name),
        (None, Some(_)) => Cell::text(words.taken_over()),
        (None, None) => Cell::none(words.nobody()),
    }
}

fn buttons(item: &WorkItem, view: &View, me: &str) -> Cell {
    let words = Words(view.language());
    let version = item.version();
    let path = |verb: &str| version.bound(view, &format!("{PATH}/{}/{verb}", item.id));
    let mut presses = Vec::new();
    if item.resolved_ms.is_none() {
        if item.acknowledged_ms.is_none() {
            presses.push(Press::new(words.acknowledge(), path("acknowledge")));
        }
        if item.owner.as_ref().is_none_or(|(id, _)| id != me) {
            presses.push(Press::new(words.take(), path("assign")));
        }
    }
    Cell::parts(&presses)
}

#[derive(Template)]
#[template(path = "domains/workload/item.html")]
struct ItemPage {
    words: Words,
    title: String,
    head: PageHead,
    facts: Facts,
    timeline: Timeline,
    presses: Vec<Press>,
}

impl Page for ItemPage {
    fn item(&self) -> Item {
        Item::Workload
    }

    fn title(&self) -> String {
        self.title.clone()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn item(allowed: Allowed, State(app): State<App>, Path(id): Path<String>) -> Result<Response, Error> {
    let view = &allowed.view;
    let mut tx = app.db.read().await?;
    let item = views::item(&mut tx, &allowed.scope, &id, app.clock.now_ms()).await?.ok_or(Error::NotFound)?;
    let history = views::history(&mut tx, &allowed.scope, &item).await?;
    let change = allowed.actor.can(Action::Change(Item::Workload));
    let words = Words(view.language());
    let page = ItemPage {
        words,
        title: item.title.clone(),
        head: PageHead::new(&item.title).back(words.workload(), PATH).chip(&severity(item.severity, words)),
        facts: facts(&item, view),
        timeline: timeline(history, view.reader),
        presses: if change { presses(&item, view, &allowed.actor.person_id) } else { Vec::new() },
    };
    Ok(render(&allowed, &page))
}

fn severity(severity: Severity, words: Words) -> Chip {
    let tone = match severity {
        Severity::Critical => Tone::Bad,
        Severity::Warning => Tone::Warn,
        Severity::Info => Tone::Plain,
    };
    Chip::new(tone, words.severity(severity))
}

fn facts(item: &WorkItem, view: &View) -> Facts {
    let words = Words(view.language());
    let (device_id, device) = &item.device;
    let mut facts = Facts::new()
        .fact(words.kind_of(), Cell::part(&icon(item.kind)).and(&Cell::text(words.kind(item.kind))))
        .fact(words.customer(), Cell::text(&item.customer.1))
        .fact(words.device(), Cell::link(&format!("/partners/devices/{device_id}"), device).under(device_id))
        .fact(words.level(), Cell::text(item.level.label_in(view.language())))
        .fact(words.promise(), promise(item, view))
        .fact(words.owner(), owner(item, words))
        .fact(words.open_since(), Cell::part(&view.time(item.opened_ms)));
    if item.kind == Kind::Alarm {
        facts = facts.fact(words.raised(), Cell::text(words.raised_times(item.times)));
    }
    if let Some((from_ms, until_ms)) = item.window {
        let from = view.reader.weekday_minute(from_ms);
        let until = view.reader.clock(until_ms);
        facts = facts.fact(words.window(), Cell::text(words.between(from, until)));
    }
    for (label, at_ms) in [(words.cleared(), item.cleared_ms), (words.resolved(), item.resolved_ms)] {
        if let Some(at_ms) = at_ms {
            facts = facts.fact(label, Cell::part(&view.time(at_ms)));
        }
    }
    if let Some(id) = &item.linked_id {
        let label = if item.kind == Kind::Alarm { words.kind(Kind::Ticket) } else { words.made_from() };
        facts = facts.fact(label, Cell::link(&format!("{PATH}/{id}"), id));
    }
    facts
}

fn presses(item: &WorkItem, view: &View, me: &str) -> Vec<Press> {
    let words = Words(view.language());
    let version = item.version();
    let path = |verb: &str| version.bound(view, &format!("{PATH}/{}/{verb}", item.id));
    if item.resolved_ms.is_some() {
        return Vec::new();
    }
    let mut presses = Vec::new();
    if item.acknowledged_ms.is_none() {
        presses.push(Press::new(words.acknowledge(), path("acknowledge")).primary());
    }
    if item.owner.as_ref().is_none_or(|(id, _)| id != me) {
        presses.push(Press::new(words.take(), path("assign")));
    }
    if item.kind == Kind::Alarm && item.linked_id.is_none() {
        presses.push(Press::new(words.make_ticket(), path("convert")));
    }
    presses.push(Press::new(
        if item.kind == Kind::Visit { words.visit_done() } else { words.resolve() },
        path("resolve"),
    ));
    presses
}

fn timeline(history: Vec<Happened>, reader: Reader) -> Timeline {
    let words = Words(reader.language);
    let event = |happened: Happened| Event {
        at: When::minute(happened.at_ms, reader),
        icon: if happened.kind.starts_with("alarm.") { Icon::Alarm } else { Icon::Workload },
        who: happened.by,
        what: words.did(&happened.kind),
        detail: String::new(),
    };
    Timeline::new(history.into_iter().map(event).collect(), words.nothing_done())
}

async fn acknowledge(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let item = actions::acknowledge(&app, &allowed.scope, By::person(&allowed), &id).await?;
    Ok(done(PATH, &Words(allowed.view.language()).acknowledged(item.title, item.customer.1)))
}

async fn assign(allowed: Allowed, State(app): State<App>, Path(id): Path<String>) -> Result<Response, Error> {
    let item = actions::assign_to_me(&app, &allowed.scope, By::person(&allowed), &id).await?;
    Ok(done(&format!("{PATH}/{id}"), &Words(allowed.view.language()).is_yours(item.title)))
}

async fn resolve(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let item = actions::resolve(&app, &allowed.scope, By::person(&allowed), &id).await?;
    Ok(done(PATH, &Words(allowed.view.language()).is_resolved(item.title)))
}

async fn convert(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let ticket_id = actions::convert_to_ticket(&app, &allowed.scope, By::person(&allowed), &id).await?;
    Ok(done(&format!("{PATH}/{ticket_id}"), Words(allowed.view.language()).is_ticket()))
}
