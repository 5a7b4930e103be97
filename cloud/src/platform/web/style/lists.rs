//! Lists: tables with what stands around them, boards, calendars, histories.

use super::{Exhibit, PATH};
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS, Money};
use crate::platform::web::layout::{SavedView, View};
use crate::platform::web::parts::{
    Amount, Board, BoardColumn, Bulk, Calendar, Card, Cell, Chip, Choice, Column, Empty, Event, Facts, Field,
    Filters, Icon, Input, ListBar, Move, Pager, Row, Segments, Split, Tab, Table, Tabs, Timeline, Tone, When,
};

/// Where these are shown.
const HERE: &str = "/style?view=lists";

pub(super) fn exhibits(view: &View) -> Vec<Exhibit> {
    vec![table(view), tabs(), board(view), calendar(view), split(view), timeline(view), empty()]
}

const DEALS: [(&str, &str, Tone, &str, i64); 3] = [
    ("DL-1", "Booster pumps", Tone::Good, "Approved", 125_000_000),
    ("DL-2", "Level sensors for the north tank", Tone::Plain, "Submitted", 38_000_000),
    ("DL-3", "Inverter refit", Tone::Bad, "Rejected", 240_000_000),
];

fn table(view: &View) -> Exhibit {
    let columns = || {
        vec![
            Column::new("Deal").sort("title", view, "title"),
            Column::new("Status").key("status").sort("status", view, "title"),
            Column::num("Value").key("value").sort("value", view, "title"),
            Column::new("Updated").key("updated"),
        ]
    };
    let row = |(id, title, tone, status, cents): (&str, &str, Tone, &str, i64)| {
        let cells = vec![
            Cell::link(&format!("{HERE}#table"), title).under(id),
            Cell::part(&Chip::new(tone, status)),
            Cell::part(&Amount::of(&Money::new(cents, "THB"))),
            Cell::part(&view.time(view.now_ms - 3 * HOUR_MS)),
        ];
        Row::new(id, cells).tone(if tone == Tone::Bad { Tone::Bad } else { Tone::Plain })
    };
    let none = || {
        Empty::new(Icon::Search, "Nothing matches", "No record fits these filters.")
            .next("Clear filters", HERE)
    };
    let status = view.get("status").unwrap_or("Approved");
    let choices = ["", "Approved", "Submitted", "Rejected"]
        .map(|of| Choice::new(of, if of.is_empty() { "Any status" } else { of }, of == status));
    let filters = Filters {
        language: view.language(),
        action: PATH.to_owned(),
        fields: vec![
            Field::new("q", "Search", Input::Line("search")).value(view.get("q").unwrap_or_default()),
            Field::new("status", "Status", Input::Select(choices.to_vec())),
        ],
        keep: [("view", "lists".to_owned())].into_iter().chain(Filters::kept(view)).collect(),
        active: true,
    };
    let bulk = Bulk::new("ticked", "With what is ticked:", view.language()).action("Do it", HERE);
    let full = Table::new("Deals", columns(), DEALS.map(row).to_vec(), none()).picked_by(&bulk);
    let (full, menu) = full.chosen(view);
    let mut pager = Pager::of(view, 50, 3, 320, Some("next"));
    pager.first = Some(HERE.to_owned());
    Exhibit::new(
        "table",
        "Table",
        "Any list: filters with what is set, count, columns, file, order; on a phone the same cells as a list.",
    )
    .show("Filters", &filters)
    .show("Bar", &ListBar::new("3 deals · total 4,030,000.00 THB").saved(&saved(view)).columns(menu).csv(HERE))
    .show("Rows that can be ticked", &full)
    .show("What can be done with those", &bulk)
    .show("Pager", &pager)
    .show("Nothing matches", &Table::new("No deals", columns(), Vec::new(), none()))
}

/// The same request, with views that somebody has saved.
fn saved(view: &View) -> View {
    let one = |id: &str, name: &str, by: Option<&str>, opens| SavedView {
        id: id.to_owned(),
        name: name.to_owned(),
        query: "sort=-value".to_owned(),
        by: by.map(str::to_owned),
        is_shared: by.is_some(),
        is_removable: by.is_none(),
        opens,
    };
    let views = vec![one("v1", "Dear ones", None, false), one("v2", "North", Some("Nok Charoen"), false)];
    let mut view = view.clone();
    view.saved = Some(views);
    view
}

fn tabs() -> Exhibit {
    let tab = |label: &str, count, current| Tab {
        label: label.to_owned(),
        href: format!("{HERE}#tabs"),
        count,
        current,
    };
    let tabs =
        vec![tab("Everything", Some(12), true), tab("Tickets", Some(7), false), tab("Visits", None, false)];
    let link = |label, current| (label, format!("{HERE}#tabs"), current);
    Exhibit::new(
        "tabs",
        "Tabs",
        "Links between views of one thing; segments look at the same in another way.",
    )
    .show("With counts", &Tabs::new("Types of work", tabs))
    .show("Segments", &Segments::new("Look", [link("Table", true), link("Beside", false)]))
}

/// Where each card is: the address says which one was moved, so the board works without keeping anything.
fn board(view: &View) -> Exhibit {
    let names = [("lead", "Lead"), ("opportunity", "Opportunity"), ("deal", "Deal")];
    let moved = view.get("card").zip(view.get("to"));
    let column_of =
        |id: &str, home| moved.filter(|(card, _)| *card == id).map_or(home, |(_, to)| to).to_owned();
    let placed = DEALS.map(|deal| (column_of(deal.0, if deal.0 == "DL-3" { "deal" } else { "lead" }), deal));
    let columns = names.map(|(key, label)| {
        let here: Vec<_> = placed.iter().filter(|(at, _)| at == key).map(|(_, deal)| *deal).collect();
        let cents = here.iter().map(|deal| deal.4).sum();
        let cards = here.iter().map(|(id, title, tone, status, cents)| Card {
            id: format!("style-{id}"),
            href: format!("{HERE}#board"),
            title: (*title).to_owned(),
            lines: vec![Cell::text("BKKFoods").under(id)],
            foot: vec![
                Cell::part(&Chip::new(*tone, *status)),
                Cell::part(&Amount::of(&Money::new(*cents, "THB"))),
            ],
            moves: names
                .iter()
                .filter(|(to, _)| *to != key)
                .map(|(to, label)| {
                    Move::new(*to, *label, PATH)
                        .by_address()
                        .with("view", "lists")
                        .with("card", *id)
                        .with("to", *to)
                })
                .collect(),
        });
        BoardColumn {
            key: key.to_owned(),
            label: label.to_owned(),
            href: None,
            count: here.len(),
            limit: (key == "lead").then_some(1),
            total: Money::new(cents, "THB").to_string(),
            cards: cards.collect(),
        }
    });
    Exhibit::new("board", "Board", "Cards move by their menu, by dragging, and by Shift with an arrow key.")
        .show(
            "With a column over its limit, and an empty one",
            &Board::new(columns.to_vec(), view.language()),
        )
}

fn calendar(view: &View) -> Exhibit {
    let on = |days: i64, title: &str, icon: Icon| {
        let day = view.reader.civil(view.now_ms + days * DAY_MS).date();
        (day, Cell::part(&icon).and(&Cell::link(&format!("{HERE}#calendar"), title)))
    };
    let entries = [
        on(0, "Visit: booster pump", Icon::Visit),
        on(0, "Gold agreement ends", Icon::Renewal),
        on(2, "Visit: north tank", Icon::Visit),
    ];
    Exhibit::new("calendar", "Calendar", "A month; on a phone the days on which there is something.")
        .show("This month", &Calendar::month(view, entries))
}

fn split(view: &View) -> Exhibit {
    let href = format!("{HERE}#split");
    let rows = DEALS
        .map(|(id, title, ..)| Row::new(format!("split-{id}"), vec![Cell::link(&href, title).under(id)]));
    let none = Empty::new(Icon::Deal, "No deals", "None wait.");
    let list = Table::new("Waiting", vec![Column::new("Deal")], rows.to_vec(), none);
    let facts = Facts::new()
        .fact("Customer", Cell::text("BKKFoods"))
        .fact("Value", Cell::part(&Amount::of(&Money::new(DEALS[0].4, "THB"))))
        .fact("Updated", Cell::part(&view.time(view.now_ms - MINUTE_MS)));
    Exhibit::new("split", "Split view", "A list, and beside it what is chosen in it.").show(
        "Chosen",
        &Split::new("Booster pumps", &list, "Choose a deal.", view.language()).chosen(&facts, HERE),
    )
}

fn timeline(view: &View) -> Exhibit {
    let event = |icon, what: &str, detail: &str, ago: i64| Event {
        at: When::minute(view.now_ms - ago, view.reader),
        icon,
        who: "Nisa Chai".to_owned(),
        what: what.to_owned(),
        detail: detail.to_owned(),
    };
    let events = vec![
        event(Icon::Check, "approved the deal", "The customer confirmed the site.", HOUR_MS),
        event(Icon::Deal, "registered the deal", "", DAY_MS),
    ];
    Exhibit::new("timeline", "Timeline", "What happened, latest first.")
        .show("Events", &Timeline::new(events, "Nothing has happened yet."))
        .show("None", &Timeline::new(Vec::new(), "Nothing has happened yet."))
        .in_both()
}

fn empty() -> Exhibit {
    let why = "You have no active agreements. When a customer signs one with you, its devices appear here.";
    Exhibit::new("empty", "Empty", "What is empty, why, and what to do.")
        .show("With a way on", &Empty::new(Icon::Device, "No covered devices", why).next("Renewals", HERE))
        .show(
            "Without",
            &Empty::new(Icon::Check, "Nothing waits for you", "Alarms, tickets and visits appear here."),
        )
        .in_both()
}
