//! The board, the lists and a record's page.

use super::lens::{Deal, item, reaches};
use super::list::Wanted;
use super::stages::{Stage, State as Standing};
use super::views::{self, Sums};
use super::words::Words;
use super::{cells, desk, refer_page, register, steps};
use crate::app::App;
use crate::platform::access::{Action, Item, Party};
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, render};
use crate::platform::web::parts::{
    Board, BoardColumn, Card, Cell, Choice, Column, Empty, Field, Filters, Icon, Input, ListBar, PageHead,
    Pager, Row, Segments, Table,
};
use crate::platform::web::{Allowed, Asked, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

/// Cards of a column; the list behind it has all.
const CARDS: usize = 30;

pub(super) fn routes() -> Routes {
    let see = Action::See;
    Routes::new()
        .get("/partners/sales", see(Item::Deals), get(board))
        .get("/partners/leads", see(Item::Leads), get(leads))
        .get("/partners/opportunities", see(Item::Opportunities), get(opportunities))
        .get("/partners/deals", see(Item::Deals), get(deals))
        .get("/partners/quotes", see(Item::Quotes), get(quotes))
        .get("/partners/closed", see(Item::Closed), get(closed))
        .get("/pipeline", see(Item::Pipeline), get(board))
}

#[derive(Template)]
#[template(path = "domains/funnel/board.html")]
struct BoardPage {
    words: Words,
    item: Item,
    head: PageHead,
    looks: Option<Segments>,
    board: Board,
}

impl Page for BoardPage {
    fn item(&self) -> Item {
        self.item
    }

    fn title(&self) -> String {
        self.words.sales_board().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn board(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let (party, words) = (allowed.scope.party(), Words(allowed.view.language()));
    let mut tx = app.db.read().await?;
    let now_ms = app.clock.now_ms();
    let reached = Stage::ALL.into_iter().filter(|stage| {
        reaches(&allowed.scope, *stage) && (party != Party::Distributor || stage.is_channelled())
    });
    let reached: Vec<Stage> = reached.collect();
    let mut columns = Vec::new();
    for (stage, sums) in views::rungs(&mut tx, &allowed.scope, reached, now_ms).await? {
        let wanted = Wanted::all([stage], now_ms);
        let (piece, _) = views::listed(&mut tx, &allowed.scope, &wanted, &Asked::first(CARDS)).await?;
        columns.push(column(&allowed, stage, sums, &piece.items));
    }
    let mut head = PageHead::new(if party == Party::Vendor { words.pipeline() } else { words.sales_board() });
    if allowed.actor.can(Action::Change(Item::Deals)) && party == Party::Reseller {
        let places = views::places(&mut tx, &allowed.scope).await?;
        head = head.action_part(&register::meter(&places, allowed.view.language())).action(
            Icon::Plus,
            words.register_deal(),
            register::PATH,
        );
    }
    if party == Party::Vendor && allowed.actor.can(Action::Change(Item::Pipeline)) {
        head = head.action(Icon::Plus, words.new_lead(), refer_page::STAFF_PATH);
    }
    Ok(render(
        &allowed,
        &BoardPage {
            words,
            item: allowed.scope.action().item(),
            head,
            looks: (party == Party::Vendor).then(|| desk::looks(words, false)),
            board: Board::new(columns, allowed.view.language()),
        },
    ))
}

fn column(allowed: &Allowed, stage: Stage, sums: Sums, deals: &[Deal]) -> BoardColumn {
    let (party, language) = (allowed.scope.party(), allowed.view.language());
    let card = |deal: &Deal| {
        let core = deal.core();
        Card {
            id: core.id.clone(),
            href: cells::href(party, &core.id),
            title: cells::name(core),
            lines: vec![cells::words(&core.customer, language).under(format!(
                "{} · {}",
                cells::said(&deal.beside(language), language),
                core.id
            ))],
            foot: vec![Cell::part(&cells::chip(core.state, language)), cells::value(core, language)],
            moves: steps::over(allowed, deal),
        }
    };
    BoardColumn {
        key: stage.key().to_owned(),
        label: stage.label_in(language).to_owned(),
        href: (party != Party::Vendor).then(|| path(stage).to_owned()),
        count: sums.count,
        limit: None,
        total: if sums.total.is_empty() { String::new() } else { sums.total.told(language) },
        cards: deals.iter().map(card).collect(),
    }
}

/// The list of a rung.
pub(super) fn path(stage: Stage) -> &'static str {
    match stage {
        Stage::Lead => "/partners/leads",
        Stage::Opportunity => "/partners/opportunities",
        Stage::Deal => "/partners/deals",
        Stage::Quote => "/partners/quotes",
        Stage::Closed => "/partners/closed",
    }
}

#[derive(Template)]
#[template(path = "domains/funnel/list.html")]
struct ListPage {
    words: Words,
    item: Item,
    stage: Stage,
    head: PageHead,
    filters: Filters,
    bar: ListBar,
    table: Table,
    pager: Pager,
}

impl Page for ListPage {
    fn item(&self) -> Item {
        self.item
    }

    fn title(&self) -> String {
        self.stage.label_in(self.words.0).to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn leads(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    list_of(&app, &allowed, Stage::Lead).await
}

async fn opportunities(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    list_of(&app, &allowed, Stage::Opportunity).await
}

async fn deals(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    list_of(&app, &allowed, Stage::Deal).await
}

async fn quotes(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    list_of(&app, &allowed, Stage::Quote).await
}

async fn closed(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    list_of(&app, &allowed, Stage::Closed).await
}

async fn list_of(app: &App, allowed: &Allowed, stage: Stage) -> Result<Response, Error> {
    let (view, party) = (&allowed.view, allowed.scope.party());
    let words = Words(view.language());
    let mut tx = app.db.read().await?;
    let (wanted, asked) = (Wanted::of(view, [stage]), Asked::page(view)?);
    if view.get("format") == Some("csv") {
        let every = views::every(&mut tx, &allowed.scope, &wanted).await?;
        return Ok(cells::csv(view, party, &every).file(stage.key()));
    }
    let (piece, from) = views::listed(&mut tx, &allowed.scope, &wanted, &asked).await?;
    let sums = views::sums(&mut tx, &allowed.scope, &wanted).await?;
    let mut head = PageHead::new(stage.label_in(words.0)).back(words.sales_board(), "/partners/sales");
    if stage == Stage::Closed && !allowed.actor.can(Action::See(Item::Deals)) {
        head = PageHead::new(stage.label_in(words.0));
    }
    if stage == Stage::Deal && allowed.actor.can(Action::Change(Item::Deals)) && party == Party::Reseller {
        let places = views::places(&mut tx, &allowed.scope).await?;
        head = head.action_part(&register::meter(&places, allowed.view.language())).action(
            Icon::Plus,
            words.register_deal(),
            register::PATH,
        );
    }
    if stage == Stage::Lead && allowed.actor.can(Action::Change(Item::Leads)) {
        head = head.action(Icon::Plus, words.refer(), refer_page::PATH);
    }
    let (table, columns) = table(allowed, stage, &piece.items).chosen(view);
    let count = i64::try_from(sums.count).unwrap_or(i64::MAX);
    // Leads and opportunities have no amounts yet.
    let said = if sums.total.is_empty() {
        words.records_alone(count)
    } else {
        words.records(count, sums.total.told(words.0))
    };
    let page_of_list = ListPage {
        words,
        item: item(party, stage),
        stage,
        head,
        filters: filters(allowed, stage),
        bar: ListBar::new(said).saved(view).columns(columns).csv(view.with("format", "csv")),
        table,
        pager: Pager::of(view, from, piece.items.len(), sums.count, piece.next.as_deref()),
    };
    Ok(render(allowed, &page_of_list))
}

fn filters(allowed: &Allowed, stage: Stage) -> Filters {
    let view = &allowed.view;
    let words = Words(view.language());
    let asked = view.get("status").unwrap_or_default();
    let mut choices = vec![Choice::new("", words.any_status(), asked.is_empty())];
    choices.extend(
        Standing::ALL
            .into_iter()
            .filter(|state| state.stage() == stage)
            .map(|state| Choice::new(state.status(), words.state(state), state.status() == asked)),
    );
    Filters {
        language: allowed.view.language(),
        action: path(stage).to_owned(),
        fields: vec![
            Field::new("q", words.search(), Input::Line("search")).value(view.get("q").unwrap_or_default()),
            Field::new("status", words.status(), Input::Select(choices)),
        ],
        keep: Filters::kept(view),
        active: view.get("q").is_some() || view.get("status").is_some(),
    }
}

fn table(allowed: &Allowed, stage: Stage, deals: &[Deal]) -> Table {
    let (view, party) = (&allowed.view, allowed.scope.party());
    let words = Words(view.language());
    let by = |column: Column, key| column.sort(key, view, "-updated");
    let columns = vec![
        by(Column::new(words.deal()), "title"),
        by(Column::new(words.customer()), "customer").key("customer"),
        by(Column::new(words.status()), "status").key("status"),
        Column::new(cells::beside(party, words)).key("beside"),
        Column::new(words.quote()).key("quote"),
        by(Column::num(words.value()), "value").key("value"),
        by(Column::new(words.updated()), "updated").key("updated"),
    ];
    // What a coordinator reads under Closed is a summary of its own, without a way into the deal (PORTAL C3).
    let opens = allowed.actor.can(Action::See(item(party, Stage::Deal)));
    let row = |deal: &Deal| {
        let core = deal.core();
        let name = cells::name(core);
        let first = if opens { Cell::link(&cells::href(party, &core.id), &name) } else { Cell::text(&name) };
        let cells = vec![
            first.under(&core.id),
            cells::words(&core.customer, view.language()),
            Cell::part(&cells::chip(core.state, view.language())),
            cells::words(&deal.beside(view.language()), view.language()),
            cells::quote(core, view.reader),
            cells::value(core, view.language()),
            Cell::part(&view.time(core.updated_ms)),
        ];
        Row::new(&core.id, cells)
    };
    let filtered = view.get("q").is_some() || view.get("status").is_some();
    let empty = if filtered {
        Empty::new(Icon::Search, words.nothing_matches(), words.nothing_matches_why())
            .next(words.clear_filters(), view.plain())
    } else {
        Empty::new(Icon::Deal, words.none_of(stage.label_in(words.0).to_lowercase()), words.why_empty(stage))
    };
    Table::new(stage.label_in(words.0), columns, deals.iter().map(row).collect(), empty)
}
