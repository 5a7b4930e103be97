//! The queue, as a table.

use super::cells::{icon, owner, promise};
use super::model::{Kind, Order, Standing};
use super::pages::PATH;
use super::views::{self, WorkItem};
use super::words::Words;
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::base::{Language, in_zone};
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, View, kept_query, render};
use crate::platform::web::parts::{
    Bulk, Cell, Column, Empty, Icon, ListBar, PageHead, Pager, Press, Row, Tab, Table, Tabs, Tone,
};
use crate::platform::web::{Allowed, Asked, Csv, CsvColumn};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "domains/workload/queue.html")]
struct QueuePage {
    words: Words,
    head: PageHead,
    kinds: Tabs,
    orders: Vec<(&'static str, String, bool)>,
    bar: ListBar,
    bulk: Option<Bulk>,
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

pub(super) async fn page(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
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
    let mut table = Table::new(words.workload(), columns(words), rows, empty(kind, view));
    let bulk = (change && !table.is_empty()).then(|| bulk(view));
    if let Some(bulk) = &bulk {
        table = table.picked_by(bulk);
    }
    let (table, chooser) = table.chosen(view);
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
        bulk,
        table,
        pager,
    };
    Ok(render(&allowed, &page))
}

/// What can be done about all that is ticked.
fn bulk(view: &View) -> Bulk {
    let words = Words(view.language());
    Bulk::new("picked", words.with_ticked(), view.language())
        .with("query", kept_query(&view.query))
        .action(words.acknowledge(), "/partners/workload/acknowledge")
        .action(words.take(), "/partners/workload/assign")
        .action(words.resolve_all(), "/partners/workload/resolve")
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

fn buttons(item: &WorkItem, view: &View, me: &str) -> Cell {
    let words = Words(view.language());
    let version = item.version();
    let path = |verb: &str| version.bound(view, &format!("{PATH}/{}/{verb}", item.id));
    let mut presses = Vec::new();
    if item.resolved_ms.is_none() {
        if item.acknowledged_ms.is_none() {
            presses.push(Press::new(words.acknowledge(), path("acknowledge")).key("a"));
        }
        if item.owner.as_ref().is_none_or(|(id, _)| id != me) {
            presses.push(Press::new(words.take(), path("assign")).key("i"));
        }
    }
    Cell::parts(&presses)
}
