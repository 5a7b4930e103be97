//! An item: what can be done about it, what was done, and what it is. Its page shows that, and the queue beside itself.

use super::cells::{icon, owner, promise};
use super::model::{Kind, Severity, THE_DEVICE};
use super::pages::{PATH, action};
use super::views::{self, Happened, WorkItem};
use super::words::Words;
use crate::app::App;
use crate::domains::audit;
use crate::platform::access::{Action, Item};
use crate::platform::base::{Language, Reader};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, View, render};
use crate::platform::web::parts::{Cell, Chip, Event, Facts, Icon, PageHead, Press, Timeline, Tone, When};
use crate::platform::web::{Allowed, Path};
use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;
use axum::response::Response;

/// All there is to an item.
#[derive(Template)]
#[template(path = "domains/workload/one.html")]
pub(super) struct One {
    words: Words,
    facts: Facts,
    timeline: Timeline,
    presses: Vec<Press>,
}

impl HtmlSafe for One {}

#[derive(Template)]
#[template(path = "domains/workload/item.html")]
struct ItemPage {
    title: String,
    head: PageHead,
    item: One,
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

pub(super) async fn page(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let item = views::item(&mut tx, &allowed.scope, &id, app.clock.now_ms()).await?.ok_or(Error::NotFound)?;
    let words = Words(allowed.view.language());
    let page = ItemPage {
        title: item.title.clone(),
        head: PageHead::new(&item.title).back(words.workload(), PATH).chip(&severity(item.severity, words)),
        item: one(&mut tx, &allowed, &item, "").await?,
    };
    Ok(render(&allowed, &page))
}

/// What there is to `item`. What is done about it leads back to where `seen` says, if it says anything.
pub(super) async fn one(tx: &mut Tx, allowed: &Allowed, item: &WorkItem, seen: &str) -> Result<One, Error> {
    let view = &allowed.view;
    let history = views::history(tx, &allowed.scope, item).await?;
    let change = allowed.actor.can(Action::Change(Item::Workload));
    Ok(One {
        words: Words(view.language()),
        facts: facts(item, view),
        timeline: timeline(history, view.reader),
        presses: if change { presses(item, view, &allowed.actor.person_id, seen) } else { Vec::new() },
    })
}

pub(super) fn severity(severity: Severity, words: Words) -> Chip {
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

fn presses(item: &WorkItem, view: &View, me: &str, seen: &str) -> Vec<Press> {
    let words = Words(view.language());
    let version = item.version();
    let path = |verb: &str| version.bound(view, &action(&item.id, verb, seen));
    if item.resolved_ms.is_some() {
        return Vec::new();
    }
    let mut presses = Vec::new();
    if item.acknowledged_ms.is_none() {
        presses.push(Press::new(words.acknowledge(), path("acknowledge")).primary().key("a"));
    }
    if item.owner.as_ref().is_none_or(|(id, _)| id != me) {
        presses.push(Press::new(words.take(), path("assign")).key("i"));
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
        who: match happened.by.as_str() {
            THE_DEVICE => words.the_device().to_owned(),
            name => audit::told_name(name, reader.language),
        },
        what: words.did(&happened.kind),
        detail: String::new(),
    };
    Timeline::new(history.into_iter().map(event).collect(), words.nothing_done())
}
