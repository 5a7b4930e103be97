//! The log of every use, as the owner of the devices reads it: by partner, person, action and device; page by page; as
//! CSV of exactly the same rows.

use super::say;
use crate::app::App;
use crate::domains::audit::{self, Filter, LogRow};
use crate::domains::coverage;
use crate::platform::access::Item;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, View, render};
use crate::platform::web::parts::{
    Cell, Choice, Column, Empty, Field, Filters, Icon, Input, PageHead, Pager, Row, Table, When, exact,
};
use crate::platform::web::{Allowed, Csv};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use std::collections::BTreeMap;

const ROWS: i64 = 50;
/// More rows than this belong into several exports.
const MOST_CSV_ROWS: usize = 50_000;
/// How far back the choice of persons looks.
const RECENT: i64 = 200;

#[derive(Template)]
#[template(path = "domains/sharing/log.html")]
struct LogPage {
    head: PageHead,
    filters: Filters,
    table: Table,
    pager: Pager,
}

impl Page for LogPage {
    fn item(&self) -> Item {
        Item::UsageLog
    }

    fn title(&self) -> String {
        "Log of use".to_owned()
    }
}

fn filter(view: &View, limit: i64) -> Filter {
    let own = |name: &str| view.get(name).map(str::to_owned);
    let device = own("device");
    Filter {
        acting_tenant_id: own("partner"),
        actor_id: own("person"),
        object_kind: device.as_ref().map(|_| "device".to_owned()),
        object_id: device,
        action: own("action"),
        before_seq: own("before").and_then(|seq| seq.parse().ok()),
        limit,
    }
}

pub(super) async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let view = &allowed.view;
    let mut tx = app.db.read().await?;
    let mut rows = audit::log(&mut tx, &allowed.scope, &filter(view, ROWS + 1)).await?;
    let filters = filters(&mut tx, &allowed).await?;
    drop(tx);
    let older = (rows.len() > usize::try_from(ROWS).unwrap_or(50)).then(|| rows.pop()).flatten();
    let last = rows.last().map(|row| row.seq);
    let empty = if filters.active {
        Empty::new(Icon::Log, "Nothing matches", "No use matches these filters.")
            .next("Clear filters", "/portal/log")
    } else {
        Empty::new(
            Icon::Log,
            "No use yet",
            "Whenever somebody reads your devices, acts on them or changes who may see them, a line appears here.",
        )
    };
    let page = LogPage {
        head: PageHead::new("Log of use")
            .lead("Every use of your devices and their data, by whom and for whom. Each line is chained to the one before it, so a change would show.")
            .action(Icon::Download, "CSV", &view.same_query("/portal/log.csv")),
        filters,
        pager: Pager {
            shown: String::new(),
            newer: view.get("before").map(|_| view.with("before", "")),
            older: older.and(last).map(|seq| view.with("before", &seq.to_string())),
        },
        table: table(view, allowed.scope.tenant_id(), &rows, empty),
    };
    Ok(render(&allowed, &page))
}

fn table(view: &View, own: &str, rows: &[LogRow], empty: Empty) -> Table {
    let columns = vec![Column::new("When"), Column::new("Who"), Column::new("What"), Column::new("About")];
    let line = |row: &LogRow| {
        let mut what = Cell::part(&say::icon(&row.action)).and(&Cell::text(say::action(row)));
        let said =
            [say::detail(row), row.reason.clone()].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>();
        if !said.is_empty() {
            what = what.under(said.join(" · "));
        }
        let about = match row.object_kind.as_str() {
            // What one did as a partner is in one's own log too; that device is somebody else's.
            "device" if row.acting_capability == "reseller" && row.acting_tenant_id == own => {
                Cell::text(&row.object_id)
            }
            "device" => Cell::link(&format!("/portal/devices/{}", row.object_id), &row.object_id),
            kind => Cell::text(kind.replace('_', " ")),
        };
        Row::new(
            row.seq,
            vec![
                Cell::part(&When::minute(row.at_ms, view.zone)),
                Cell::text(&row.actor_name).under(&row.acting_tenant_name),
                what,
                about,
            ],
        )
    };
    Table::new("Every use, newest first", columns, rows.iter().map(line).collect(), empty)
}

async fn filters(tx: &mut Tx, allowed: &Allowed) -> Result<Filters, Error> {
    let view = &allowed.view;
    let recent = audit::log(tx, &allowed.scope, &Filter { limit: RECENT, ..Filter::default() }).await?;
    let mut partners: BTreeMap<String, String> = BTreeMap::new();
    let mut people: BTreeMap<String, String> = BTreeMap::new();
    for row in recent {
        partners.insert(row.acting_tenant_id, row.acting_tenant_name);
        people.insert(row.actor_id, row.actor_name);
    }
    let devices = coverage::my_devices(tx, &allowed.scope, view.now_ms).await?;
    let devices = devices.into_iter().map(|view| (view.device.id, view.device.name)).collect();
    let actions = say::NOUNS.iter().map(|(key, label)| ((*key).to_owned(), (*label).to_owned())).collect();
    Ok(Filters {
        action: "/portal/log".to_owned(),
        fields: vec![
            select(view, "partner", "Organisation", "Any organisation", &partners),
            select(view, "person", "Person", "Anybody", &people),
            select(view, "action", "Action", "Any action", &actions),
            select(view, "device", "Device", "Any device", &devices),
        ],
        keep: Vec::new(),
        active: ["partner", "person", "action", "device"].iter().any(|name| view.get(name).is_some()),
    })
}

fn select(view: &View, name: &'static str, label: &str, any: &str, of: &BTreeMap<String, String>) -> Field {
    let asked = view.get(name).unwrap_or_default();
    let mut choices = vec![Choice::new("", any, asked.is_empty())];
    choices.extend(of.iter().map(|(id, name)| Choice::new(id, name, id == asked)));
    Field::new(name, label, Input::Select(choices))
}

pub(super) async fn csv(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let view = &allowed.view;
    let mut csv = Csv::new(&[
        "when",
        "who",
        "organisation",
        "acting as",
        "action",
        "kind",
        "object",
        "detail",
        "reason",
        "request",
    ]);
    let mut asked = filter(view, 200);
    asked.before_seq = None;
    let mut tx = app.db.read().await?;
    let mut written = 0;
    while written < MOST_CSV_ROWS {
        let rows = audit::log(&mut tx, &allowed.scope, &asked).await?;
        let Some(last) = rows.last() else { break };
        asked.before_seq = Some(last.seq);
        written += rows.len();
        for row in &rows {
            let at = exact(row.at_ms, view.zone);
            csv.row([
                at.as_str(),
                &row.actor_name,
                &row.acting_tenant_name,
                &row.acting_capability,
                &row.action,
                &row.object_kind,
                &row.object_id,
                &row.detail,
                &row.reason,
                &row.request_id,
            ]);
        }
    }
    Ok(csv.file("log-of-use"))
}
