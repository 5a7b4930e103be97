//! The queue: as a table, as a list with one item beside it, as a calendar.

use super::cells::{icon, notes, owner, promise, tone};
use super::model::{Kind, Order};
use super::pages::{PATH, action};
use super::split;
use super::views::{self, WorkItem};
use super::words::Words;
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::base::{Language, in_zone};
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, View, render};
use crate::platform::web::parts::{
    Bulk, Calendar, Cell, Column, Empty, Icon, ListBar, PageHead, Pager, Press, Row, Segments, Tab, Table,
    Tabs,
};
use crate::platform::web::{Allowed, Asked, Csv, CsvColumn};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// How the queue is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// All of it at a glance.
    Table,
    /// A list, and one item beside it.
    Split,
    /// What is due on which day.
    Calendar,
}

impl Look {
    const ALL: [Self; 3] = [Self::Table, Self::Split, Self::Calendar];

    /// As it is called.
    fn label(self, words: Words) -> &'static str {
        match self {
            Self::Table => words.as_table(),
            Self::Split => words.as_split(),
            Self::Calendar => words.as_calendar(),
        }
    }

    /// Its key in addresses; the first needs none.
    fn key(self) -> &'static str {
        match self {
            Self::Table => "",
            Self::Split => "split",
            Self::Calendar => "calendar",
        }
    }
}

#[derive(Template)]
#[template(path = "domains/workload/queue.html")]
struct QueuePage {
    words: Words,
    head: PageHead,
    kinds: Tabs,
    looks: Segments,
    /// A calendar has its own.
    orders: Option<Segments>,
    bar: ListBar,
    bulk: Option<Bulk>,
    body: Cell,
    pager: Option<Pager>,
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
    let look = Look::ALL.into_iter().find(|look| view.get("as") == Some(look.key())).unwrap_or(Look::Table);
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
    let some = views::some(&allowed, &Asked::page(view)?, &items, order, kind)?;
    let bar = ListBar::new(words.open(some.count)).saved(view).csv(view.with("format", "csv"));
    let pager = Pager::of(view, some.before, some.items.len(), some.count, some.next.as_deref());
    let shown = match look {
        Look::Table => table(&allowed, some.items, kind, bar, pager),
        Look::Split => {
            let split = split::split(&mut tx, &allowed, &some.items, empty(kind, view)).await?;
            Shown { bar, bulk: None, body: Cell::part(&split), pager: Some(pager) }
        }
        Look::Calendar => {
            let wanted = items.iter().filter(|item| kind.is_none_or(|kind| item.kind == kind));
            let month = Calendar::month(view, wanted.map(|item| day(item, view)));
            Shown { bar, bulk: None, body: Cell::part(&month), pager: None }
        }
    };
    let orders = [
        (words.by_due(), view.with("order", ""), order == Order::Deadline),
        (words.by_level(), view.with("order", "tier"), order == Order::Tier),
    ];
    let looks = Look::ALL.map(|of| (of.label(words), view.with("as", of.key()), of == look));
    let page = QueuePage {
        words,
        head: PageHead::new(words.workload()).lead(words.lead()),
        kinds: Tabs::new(words.types(), tabs),
        looks: Segments::new(words.looks(), looks),
        orders: (look != Look::Calendar).then(|| Segments::new(words.order(), orders)),
        bar: shown.bar,
        bulk: shown.bulk,
        body: shown.body,
        pager: shown.pager,
    };
    Ok(render(&allowed, &page))
}

/// What of the page depends on how the queue is looked at.
struct Shown {
    bar: ListBar,
    bulk: Option<Bulk>,
    body: Cell,
    pager: Option<Pager>,
}

fn table(allowed: &Allowed, items: Vec<&WorkItem>, kind: Option<Kind>, bar: ListBar, pager: Pager) -> Shown {
    let view = &allowed.view;
    let words = Words(view.language());
    let change = allowed.actor.can(Action::Change(Item::Workload));
    let rows = items.into_iter().map(|item| row(item, view, &allowed.actor.person_id, change)).collect();
    let mut table = Table::new(words.workload(), columns(words), rows, empty(kind, view));
    let bulk = (change && !table.is_empty()).then(|| bulk(view));
    if let Some(bulk) = &bulk {
        table = table.picked_by(bulk);
    }
    let (table, chooser) = table.chosen(view);
    Shown { bar: bar.columns(chooser), bulk, body: Cell::part(&table), pager: Some(pager) }
}

/// An item on the day on which somebody comes, or by which it is promised.
fn day(item: &WorkItem, view: &View) -> (jiff::civil::Date, Cell) {
    let at_ms = item.window.map_or(item.promise.due_ms, |(from_ms, _)| from_ms);
    let cell = Cell::part(&icon(item.kind))
        .and(&Cell::text(view.reader.clock(at_ms)))
        .and(&Cell::link(&format!("{PATH}/{}", item.id), &item.title));
    (view.reader.civil(at_ms).date(), cell)
}

/// What can be done about all that is ticked.
fn bulk(view: &View) -> Bulk {
    let words = Words(view.language());
    Bulk::new("picked", words.with_ticked(), view.language())
        .with("seen", view.seen())
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
    Row::new(&item.id, cells).tone(tone(item))
}

fn buttons(item: &WorkItem, view: &View, me: &str) -> Cell {
    let words = Words(view.language());
    let version = item.version();
    let seen = view.seen();
    let path = |verb: &str| version.bound(view, &action(&item.id, verb, &seen));
    let mut presses = Vec::new();
    if item.resolved_ms.is_none() {
        if item.acknowledged_ms.is_none() {
            presses.push(Press::new(words.acknowledge(), path("acknowledge")).key("a"));
        }
        if item.owner.as_ref().is_none_or(|(id, _)| id != me) {
            // Taken, it is opened.
            let assign = version.bound(view, &action(&item.id, "assign", ""));
            presses.push(Press::new(words.take(), assign).key("i"));
        }
    }
    Cell::parts(&presses)
}
