//! The queue as a list, and beside it the item that was chosen.

use super::cells::{icon, notes, promise, tone};
use super::item::{self, One};
use super::pages::PATH;
use super::views::{self, WorkItem};
use super::words::Words;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::Allowed;
use crate::platform::web::layout::View;
use crate::platform::web::parts::{Cell, Chip, Column, Empty, Row, Split, Table};
use askama::Template;
use askama::filters::HtmlSafe;

/// Which item is seen.
const CHOSEN: &str = "item";

/// What is beside the list.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<h2 class="split-head"><a href="{{ href }}">{{ title }}</a> {{ severity }}</h2>{{ item }}"#
)]
struct Beside {
    href: String,
    title: String,
    severity: Chip,
    item: One,
}

impl HtmlSafe for Beside {}

/// `items`, and the one that the address names. It stays when it leaves the queue: who resolved it sees that it is.
pub(super) async fn split(
    tx: &mut Tx,
    allowed: &Allowed,
    items: &[&WorkItem],
    empty: Empty,
) -> Result<Split, Error> {
    let view = &allowed.view;
    let words = Words(view.language());
    let chosen = match view.get(CHOSEN) {
        Some(id) => views::item(tx, &allowed.scope, id, view.now_ms).await?,
        None => None,
    };
    let chosen_id = chosen.as_ref().map(|item| item.id.as_str());
    let rows = items.iter().map(|item| row(item, chosen_id, view)).collect();
    let columns = vec![Column::new(words.work()), Column::new(words.promise())];
    let list = Table::new(words.workload(), columns, rows, empty);
    let name = chosen.as_ref().map_or(words.item(), |item| &item.title);
    let split = Split::new(name, &list, words.choose(), view.language());
    let Some(item) = &chosen else { return Ok(split) };
    let beside = Beside {
        href: format!("{PATH}/{}", item.id),
        title: item.title.clone(),
        severity: item::severity(item.severity, words),
        item: item::one(tx, allowed, item, &view.seen()).await?,
    };
    Ok(split.chosen(&beside, view.beside(CHOSEN, "")))
}

fn row(item: &WorkItem, chosen_id: Option<&str>, view: &View) -> Row {
    let words = Words(view.language());
    let link = Cell::chooses(&view.beside(CHOSEN, &item.id), &item.title, chosen_id == Some(&item.id));
    let title = Cell::part(&icon(item.kind)).and(&link).under(format!(
        "{} · {}",
        item.customer.1,
        notes(item, words)
    ));
    Row::new(&item.id, vec![title, promise(item, view)]).tone(tone(item))
}
