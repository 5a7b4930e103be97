//! The deal desk: registrations that wait for `RiverSync`, by what is due first, and beside them the one that is looked at.
//! What is decided opens the next (PORTAL 5).

use super::cells;
use super::lens::Deal;
use super::list::Wanted;
use super::record::{One, due_ms, one};
use super::stages::{Stage, State as Standing};
use super::views;
use super::words::Words;
use crate::app::App;
use crate::platform::access::{Action, Item, Party};
use crate::platform::base::Language;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, View, render};
use crate::platform::web::parts::{Cell, Chip, Column, Empty, Icon, PageHead, Row, Segments, Split, Table};
use crate::platform::web::{Allowed, Routes, query_value};
use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

/// Where it is.
pub(super) const PATH: &str = "/pipeline/desk";
/// Which deal is seen.
const CHOSEN: &str = "deal";

pub(super) fn routes() -> Routes {
    Routes::new().get(PATH, Action::See(Item::Pipeline), get(page))
}

/// The two ways to look at the pipeline.
pub(super) fn looks(words: Words, desk: bool) -> Segments {
    let links = [(words.board(), "/pipeline", !desk), (words.deal_desk(), PATH, desk)];
    Segments::new(words.look(), links.map(|(label, href, on)| (label, href.to_owned(), on)))
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{{ head }}{{ looks }}<section class="section" id="desk" data-live="funnel">{{ split }}</section>"#
)]
struct DeskPage {
    words: Words,
    head: PageHead,
    looks: Segments,
    split: Split,
}

impl Page for DeskPage {
    fn item(&self) -> Item {
        Item::Pipeline
    }

    fn title(&self) -> String {
        self.words.deal_desk().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

/// What is beside the list.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<h2 class="split-head"><a href="{{ href }}">{{ title }}</a> {{ chip }}</h2>{{ one }}"#
)]
struct Beside {
    href: String,
    title: String,
    chip: Chip,
    one: One,
}

impl HtmlSafe for Beside {}

async fn page(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let words = Words(allowed.view.language());
    let mut tx = app.db.read().await?;
    let wanted = Wanted {
        status: Some(Standing::DealSubmitted.status()),
        ..Wanted::all([Stage::Deal], allowed.view.now_ms)
    };
    let mut waiting = views::every(&mut tx, &allowed.scope, &wanted).await?;
    waiting.sort_by_key(|deal| (due_ms(deal).unwrap_or(deal.core().created_ms), deal.core().id.clone()));
    let page = DeskPage {
        words,
        head: PageHead::new(words.deal_desk()).lead(words.desk_lead()),
        looks: looks(words, true),
        split: split(&mut tx, &allowed, &waiting).await?,
    };
    Ok(render(&allowed, &page))
}

/// What waits, and beside it the deal that the address names.
async fn split(tx: &mut Tx, allowed: &Allowed, waiting: &[Deal]) -> Result<Split, Error> {
    let view = &allowed.view;
    let words = Words(view.language());
    let wanted = view.get(CHOSEN);
    let found = match wanted {
        Some(id) => views::deal(tx, &allowed.scope, id, view.now_ms).await?,
        None => None,
    };
    let chosen_id = found.as_ref().map(|(deal, _)| deal.core().id.as_str());
    let rows = waiting.iter().map(|deal| row(deal, chosen_id, view)).collect();
    let none = Empty::new(Icon::Check, words.nothing_waits(), words.nothing_waits_why());
    let columns = vec![Column::new(words.deal()), Column::new(words.decision())];
    let list = Table::new(words.deal_desk(), columns, rows, none);
    let name = found.as_ref().map_or_else(|| words.deal().to_owned(), |(deal, _)| cells::name(deal.core()));
    let split = Split::new(name, &list, words.choose_deal(), view.language());
    let Some((deal, history)) = found else { return Ok(split) };
    let core = deal.core();
    // What is decided opens the next that waits.
    let next = waiting.iter().map(|deal| &deal.core().id).skip_while(|id| **id != core.id).nth(1);
    let next = next.or_else(|| waiting.iter().map(|deal| &deal.core().id).find(|id| **id != core.id));
    let seen = format!("{CHOSEN}={}", query_value(next.unwrap_or(&core.id)));
    let beside = Beside {
        href: cells::href(Party::Vendor, &core.id),
        title: cells::name(core),
        chip: cells::chip(core.state, words.0),
        one: one(tx, allowed, &deal, history, (None, &seen)).await?,
    };
    Ok(split.chosen(&beside, view.beside(CHOSEN, "")))
}

fn row(deal: &Deal, chosen_id: Option<&str>, view: &View) -> Row {
    let (core, words) = (deal.core(), Words(view.language()));
    let link = Cell::chooses(&view.beside(CHOSEN, &core.id), &cells::name(core), chosen_id == Some(&core.id));
    let about =
        [cells::said(&core.customer, words.0), cells::said(&deal.beside(words.0), words.0)].join(" · ");
    let due = match due_ms(deal) {
        Some(due_ms) => Cell::part(&view.countdown(core.updated_ms, due_ms)),
        None => Cell::part(&view.time(core.created_ms)),
    };
    Row::new(&core.id, vec![link.under(about), due])
}
