//! A log as a page: newest first, narrowed, page by page; and, when asked, whether its chain is as it was written.

use super::check;
use super::detail::detail;
use super::filters::{active, controls, filter};
use super::place::{Place, whose};
use super::say;
use super::words::Words;
use crate::app::App;
use crate::domains::audit::{self, LogRow};
use crate::domains::identity;
use crate::platform::access::{Item, Party};
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::Allowed;
use crate::platform::web::layout::{Page, View, render};
use crate::platform::web::parts::{
    Cell, Column, Empty, Filters, Icon, ListBar, PageHead, Pager, Row, Table, When,
};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use std::collections::BTreeMap;

const ROWS: i64 = 50;

#[derive(Template)]
#[template(path = "domains/logs/page.html")]
struct LogPage {
    item: Item,
    title: &'static str,
    head: PageHead,
    verdict: Option<Cell>,
    filters: Filters,
    bar: ListBar,
    table: Table,
    pager: Pager,
}

impl Page for LogPage {
    fn item(&self) -> Item {
        self.item
    }

    fn title(&self) -> String {
        self.title.to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

pub(super) async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let (view, place) = (&allowed.view, Place::of(&allowed));
    let words = Words(view.language());
    let title = (place.title)(words);
    let of = whose(&app, &allowed).await?;
    let mut tx = app.db.read().await?;
    let mut rows = audit::log(&mut tx, &allowed.scope, &filter(view, &of, ROWS + 1)).await?;
    let filters = controls(&mut tx, &allowed, &of).await?;
    let verdict = match view.get("check") {
        Some(_) => Some(check::of(&app, &mut tx, &of, view).await?),
        None => None,
    };
    let about = rows.iter().map(|row| (row.object_kind.as_str(), row.object_id.as_str()));
    let names = identity::names(&mut tx, &about.collect::<Vec<_>>()).await?;
    drop(tx);
    let older = (rows.len() > usize::try_from(ROWS).unwrap_or(50)).then(|| rows.pop()).flatten();
    let last = rows.last().map(|row| row.seq);
    let empty = if active(view) {
        Empty::new(Icon::Log, words.nothing_matches(), words.nothing_matches_why())
            .next(words.clear_filters(), view.plain())
    } else {
        Empty::new(Icon::Log, words.nothing_yet(), (place.empty)(words))
    };
    let mut head = PageHead::new(title).lead(words.chained((place.lead)(words)));
    if of != allowed.scope.tenant_id() {
        head = PageHead::new(words.log_of(&of)).back(words.all_logs(), "/admin/audit/chains");
    } else if place.item == Item::Audit && allowed.scope.is_operator() {
        head = head.action(Icon::Log, words.all_logs(), "/admin/audit/chains");
    }
    let (table, chooser) = table(view, allowed.scope.party(), &rows, &names, empty).chosen(view);
    let page = LogPage {
        item: place.item,
        title,
        head: head.action(Icon::Check, words.check(), &view.with("check", "1")),
        verdict,
        filters,
        pager: Pager::uncounted(
            view,
            view.get("before").map(|_| view.with("before", "")),
            older.and(last).map(|seq| view.with("before", &seq.to_string())),
        ),
        bar: ListBar::new(words.latest_first()).saved(view).columns(chooser).csv(view.same_query(place.csv)),
        table,
    };
    Ok(render(&allowed, &page))
}

fn table(
    view: &View,
    party: Party,
    rows: &[LogRow],
    names: &BTreeMap<String, String>,
    empty: Empty,
) -> Table {
    let words = Words(view.language());
    let columns = vec![
        Column::new(words.when()),
        Column::new(words.who()).key("who"),
        Column::new(words.what()),
        Column::new(words.about()).key("about"),
    ];
    let line = |row: &LogRow| {
        let mut what = Cell::part(&say::icon(&row.action)).and(&Cell::text(say::action(row, words)));
        let said = [detail(row, words), say::reason(row, words)]
            .into_iter()
            .filter(|s| !s.is_empty())
            .collect::<Vec<_>>();
        if !said.is_empty() {
            what = what.under(said.join(" · "));
        }
        let about = match row.object_kind.as_str() {
            "device" if party == Party::Customer => {
                Cell::link(&format!("/portal/devices/{}", row.object_id), &row.object_id)
            }
            "page" => Cell::text(say::asked_page(&row.object_id, words)),
            "device" | "deal" | "log" => Cell::text(&row.object_id),
            kind => match names.get(&row.object_id) {
                Some(name) => Cell::text(name),
                None => Cell::text(say::kind(kind, words)),
            },
        };
        let whom = match row.on_behalf_of.as_str() {
            "" => row.acting_tenant_name.clone(),
            whom => words.acting_for(&row.acting_tenant_name, whom),
        };
        Row::new(
            row.seq,
            vec![
                Cell::part(&When::minute(row.at_ms, view.reader)),
                Cell::text(say::who(row, words)).under(whom),
                what,
                about,
            ],
        )
    };
    Table::new(words.every_line(), columns, rows.iter().map(line).collect(), empty)
}
