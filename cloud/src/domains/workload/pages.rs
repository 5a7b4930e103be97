//! The queue and an item's page.

use super::actions;
use super::model::{Kind, Order, Severity, Standing, Target};
use super::views::{self, Happened, WorkItem};
use crate::app::App;
use crate::domains::audit::By;
use crate::platform::access::{Action, Item};
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS, Reader, in_zone};
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, View, done, render};
use crate::platform::web::parts::{
    Cell, Chip, Column, Empty, Event, Facts, Icon, ListBar, PageHead, Pager, Press, Row, Tab, Table, Tabs,
    Timeline, Tone, When,
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
        "Workload".to_owned()
    }
}

async fn queue(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let view = &allowed.view;
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
        tab("Everything", None),
        tab("Tickets", Some(Kind::Ticket)),
        tab("Alarms", Some(Kind::Alarm)),
        tab("Visits", Some(Kind::Visit)),
    ];
    let change = allowed.actor.can(Action::Change(Item::Workload));
    let some = views::some(&allowed, &Asked::page(view)?, &items, order, kind)?;
    let pager = Pager::of(view, some.before, some.items.len(), some.count, some.next.as_deref());
    let rows = some.items.into_iter().map(|item| row(item, view, &allowed.actor.person_id, change)).collect();
    let (table, chooser) = Table::new("Workload", columns(), rows, empty(kind)).chosen(view);
    let said = format!("{} open", some.count);
    let page = QueuePage {
        head: PageHead::new("Workload")
            .lead("Tickets, alarms and visits of all customers you cover, the most urgent first."),
        kinds: Tabs::new("Types of work", tabs),
        orders: vec![
            ("By due time", view.with("order", ""), order == Order::Deadline),
            ("By service level", view.with("order", "tier"), order == Order::Tier),
        ],
        bar: ListBar::new(said).columns(chooser).csv(view.with("format", "csv")),
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

fn columns() -> Vec<Column> {
    vec![
        Column::new("Work"),
        Column::new("Customer").key("customer"),
        Column::new("Device").key("device"),
        Column::new("Service level").key("level"),
        Column::new("Promise").key("promise"),
        Column::new("Owner").key("owner"),
        Column::actions("Actions"),
    ]
}

fn empty(kind: Option<Kind>) -> Empty {
    match kind {
        Some(kind) => Empty::new(
            Icon::Workload,
            "Nothing of this type",
            format!("No {} waits for you.", kind.label().to_lowercase()),
        )
        .next("Show everything", PATH),
        None => Empty::new(
            Icon::Workload,
            "Nothing waits for you",
            "Alarms of the devices you cover, tickets and visits appear here as they come in.",
        )
        .next("Covered devices", "/partners/devices"),
    }
}

fn row(item: &WorkItem, view: &View, me: &str, change: bool) -> Row {
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
        title.under(notes(item)),
        Cell::text(&item.customer.1),
        Cell::link(&format!("/partners/devices/{device_id}"), device).under(device_id),
        Cell::text(item.level.label()),
        promise,
        owner(item),
        if change { buttons(item, view, me) } else { Cell::none("Your role reads this page") },
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

fn notes(item: &WorkItem) -> String {
    let mut notes = vec![item.kind.label().to_owned()];
    if item.kind != Kind::Visit {
        notes.push(item.severity.label().to_owned());
    }
    if item.times > 1 {
        notes.push(format!("raised {} times", item.times));
    }
    if item.cleared_ms.is_some() && item.resolved_ms.is_none() {
        notes.push("cleared by itself".to_owned());
    }
    notes.join(" · ")
}

/// How the promise stands, in words: working time left and the due time on the clock.
fn promise(item: &WorkItem, view: &View) -> Cell {
    let due = view.reader.weekday_minute(item.promise.due_ms);
    let is_working = item.promise.target != Target::Arrival && !item.promise.is_around_the_clock;
    let left = span(item.promise.left_ms.abs(), is_working);
    let what = if is_working { " working" } else { "" };
    let (tone, icon, words) = match item.promise.standing {
        Standing::Breached => (Tone::Bad, Icon::Stop, format!("Breached, {left}{what} over")),
        Standing::AtRisk => (Tone::Warn, Icon::Alert, format!("At risk, {left}{what} left")),
        Standing::OnTrack => (Tone::Plain, Icon::Clock, format!("{left}{what} left")),
        Standing::Stopped => (Tone::Quiet, Icon::Check, "Clock stopped".to_owned()),
    };
    Cell::part(&Chip::new(tone, words).icon(icon)).under(format!("{} due {due}", item.promise.target.label()))
}

/// `2 d 3 h`, `3 h 05 min`, `12 min` on the clock. Working time stays in hours, since a working day has fewer of them.
fn span(ms: i64, is_working: bool) -> String {
    let days = if is_working { 0 } else { ms / DAY_MS };
    match (days, (ms - days * DAY_MS) / HOUR_MS, ms % HOUR_MS / MINUTE_MS) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes:02} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

fn owner(item: &WorkItem) -> Cell {
    match (&item.owner, item.acknowledged_ms) {
        (Some((_, name)), _) => Cell::text(name),
        (None, Some(_)) => Cell::text("Taken over"),
        (None, None) => Cell::none("Nobody yet"),
    }
}

fn buttons(item: &WorkItem, view: &View, me: &str) -> Cell {
    let version = item.version();
    let path = |verb: &str| version.bound(view, &format!("{PATH}/{}/{verb}", item.id));
    let mut presses = Vec::new();
    if item.resolved_ms.is_none() {
        if item.acknowledged_ms.is_none() {
            presses.push(Press::new("Acknowledge", path("acknowledge")));
        }
        if item.owner.as_ref().is_none_or(|(id, _)| id != me) {
            presses.push(Press::new("Take it", path("assign")));
        }
    }
    Cell::parts(&presses)
}

#[derive(Template)]
#[template(path = "domains/workload/item.html")]
struct ItemPage {
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
}

async fn item(allowed: Allowed, State(app): State<App>, Path(id): Path<String>) -> Result<Response, Error> {
    let view = &allowed.view;
    let mut tx = app.db.read().await?;
    let item = views::item(&mut tx, &allowed.scope, &id, app.clock.now_ms()).await?.ok_or(Error::NotFound)?;
    let history = views::history(&mut tx, &allowed.scope, &item).await?;
    let change = allowed.actor.can(Action::Change(Item::Workload));
    let page = ItemPage {
        title: item.title.clone(),
        head: PageHead::new(&item.title).back("Workload", PATH).chip(&severity(item.severity)),
        facts: facts(&item, view),
        timeline: timeline(history, view.reader),
        presses: if change { presses(&item, view, &allowed.actor.person_id) } else { Vec::new() },
    };
    Ok(render(&allowed, &page))
}

fn severity(severity: Severity) -> Chip {
    let tone = match severity {
        Severity::Critical => Tone::Bad,
        Severity::Warning => Tone::Warn,
        Severity::Info => Tone::Plain,
    };
    Chip::new(tone, severity.label())
}

fn facts(item: &WorkItem, view: &View) -> Facts {
    let (device_id, device) = &item.device;
    let mut facts = Facts::new()
        .fact("Type", Cell::part(&icon(item.kind)).and(&Cell::text(item.kind.label())))
        .fact("Customer", Cell::text(&item.customer.1))
        .fact("Device", Cell::link(&format!("/partners/devices/{device_id}"), device).under(device_id))
        .fact("Service level", Cell::text(item.level.label()))
        .fact("Promise", promise(item, view))
        .fact("Owner", owner(item))
        .fact("Open since", Cell::part(&view.time(item.opened_ms)));
    if item.kind == Kind::Alarm {
        facts = facts.fact("Raised", Cell::text(format!("{} times", item.times)));
    }
    if let Some((from_ms, until_ms)) = item.window {
        let from = view.reader.weekday_minute(from_ms);
        let until = view.reader.clock(until_ms);
        facts = facts.fact("Window", Cell::text(format!("{from} to {until}")));
    }
    for (label, at_ms) in [("Cleared", item.cleared_ms), ("Resolved", item.resolved_ms)] {
        if let Some(at_ms) = at_ms {
            facts = facts.fact(label, Cell::part(&view.time(at_ms)));
        }
    }
    if let Some(id) = &item.linked_id {
        let label = if item.kind == Kind::Alarm { "Ticket" } else { "Made from" };
        facts = facts.fact(label, Cell::link(&format!("{PATH}/{id}"), id));
    }
    facts
}

fn presses(item: &WorkItem, view: &View, me: &str) -> Vec<Press> {
    let version = item.version();
    let path = |verb: &str| version.bound(view, &format!("{PATH}/{}/{verb}", item.id));
    if item.resolved_ms.is_some() {
        return Vec::new();
    }
    let mut presses = Vec::new();
    if item.acknowledged_ms.is_none() {
        presses.push(Press::new("Acknowledge", path("acknowledge")).primary());
    }
    if item.owner.as_ref().is_none_or(|(id, _)| id != me) {
        presses.push(Press::new("Take it", path("assign")));
    }
    if item.kind == Kind::Alarm && item.linked_id.is_none() {
        presses.push(Press::new("Make it a ticket", path("convert")));
    }
    presses.push(Press::new(
        if item.kind == Kind::Visit { "Visit is done" } else { "Resolve" },
        path("resolve"),
    ));
    presses
}

fn timeline(history: Vec<Happened>, reader: Reader) -> Timeline {
    let event = |happened: Happened| {
        let (noun, verb) = happened.kind.split_once('.').unwrap_or(("", &happened.kind));
        let what = match (noun, verb) {
            ("alarm", "raised") => "raised the alarm".to_owned(),
            ("alarm", "cleared") => "cleared the alarm by itself".to_owned(),
            ("alarm", "converted") => "made a ticket of the alarm".to_owned(),
            (_, "assigned") => format!("took the {noun}"),
            (noun, verb) => format!("{verb} the {noun}"),
        };
        let icon = if noun == "alarm" { Icon::Alarm } else { Icon::Workload };
        Event {
            at: When::minute(happened.at_ms, reader),
            icon,
            who: happened.by,
            what,
            detail: String::new(),
        }
    };
    Timeline::new(history.into_iter().map(event).collect(), "Nothing was done yet.")
}

async fn acknowledge(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let item = actions::acknowledge(&app, &allowed.scope, By::person(&allowed), &id).await?;
    Ok(done(
        PATH,
        &format!("You took notice of \"{}\". {} can see that in its log.", item.title, item.customer.1),
    ))
}

async fn assign(allowed: Allowed, State(app): State<App>, Path(id): Path<String>) -> Result<Response, Error> {
    let item = actions::assign_to_me(&app, &allowed.scope, By::person(&allowed), &id).await?;
    Ok(done(&format!("{PATH}/{id}"), &format!("\"{}\" is yours now.", item.title)))
}

async fn resolve(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let item = actions::resolve(&app, &allowed.scope, By::person(&allowed), &id).await?;
    Ok(done(PATH, &format!("\"{}\" is resolved.", item.title)))
}

async fn convert(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let ticket_id = actions::convert_to_ticket(&app, &allowed.scope, By::person(&allowed), &id).await?;
    Ok(done(&format!("{PATH}/{ticket_id}"), "The alarm is a ticket now, and it is yours."))
}
