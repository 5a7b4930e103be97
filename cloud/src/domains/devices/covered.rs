//! A partner's covered devices.

use super::cells;
use super::words::Words;
use crate::app::App;
use crate::domains::coverage::{self, CoveredDevice, Standing};
use crate::platform::access::Item;
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, Place, Sort, View, render};
use crate::platform::web::parts::{
    Cell, Choice, Column, Empty, Field, Filters, Icon, Input, ListBar, PageHead, Pager, Row, Table, Tone,
    When, exact,
};
use crate::platform::web::{Allowed, Asked, Csv, CsvColumn, Portion, Walk};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use std::cmp::Ordering;
use std::collections::BTreeMap;

const SORT_KEYS: [&str; 5] = ["device", "customer", "level", "seen", "ends"];
const DEFAULT_SORT: &str = "customer";

#[derive(Template)]
#[template(path = "domains/devices/covered.html")]
struct CoveredPage {
    words: Words,
    head: PageHead,
    filters: Option<Filters>,
    bar: Option<ListBar>,
    table: Table,
    pager: Pager,
}

impl Page for CoveredPage {
    fn item(&self) -> Item {
        Item::CoveredDevices
    }

    fn title(&self) -> String {
        self.words.covered_devices().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

pub(super) async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let view = &allowed.view;
    let words = Words(view.language());
    let mut tx = app.db.read().await?;
    let all = coverage::covered_devices(&mut tx, &allowed.scope, view.now_ms).await?;
    drop(tx);
    let filters = (!all.is_empty()).then(|| filters(view, &all));
    let some = some(&allowed, &Asked::page(view)?, &all)?;
    let pager = Pager::of(view, some.before, some.items.len(), some.count, some.next.as_deref());
    let head = PageHead::new(words.covered_devices()).lead(match all.len() {
        0 => String::new(),
        many => words.under_agreements(i64::try_from(many).unwrap_or(i64::MAX)),
    });
    let empty = if all.is_empty() {
        Empty::new(Icon::Device, words.no_covered(), words.no_covered_why())
    } else {
        Empty::new(Icon::Search, words.nothing_matches(), words.nothing_matches_why())
            .next(words.clear_filters(), view.plain())
    };
    let (table, columns) = table(view, &some.items, empty).chosen(view);
    let said = words.devices(i64::try_from(some.count).unwrap_or(i64::MAX));
    let bar = ListBar::new(said).saved(view).columns(columns).csv(view.same_query("/partners/devices.csv"));
    let bar = (!all.is_empty()).then_some(bar);
    Ok(render(&allowed, &CoveredPage { words, head, filters, bar, table, pager }))
}

/// What a list of devices is ordered by: its columns, then the id.
type Key = (Vec<Place>, String);

fn in_column(device: &&CoveredDevice, column: &str) -> Place {
    match column {
        "device" => (device.device.name.clone(), 0),
        "level" => (String::new(), device.agreement.service_level as i64),
        // Never seen comes before the first second there was.
        "seen" => (String::new(), device.device.last_seen_ms.unwrap_or(-1)),
        "ends" => (String::new(), device.agreement.window.until_ms),
        _ => (device.device.customer_name.clone(), 0),
    }
}

fn key(device: &&CoveredDevice, sorts: &[Sort]) -> Key {
    (Sort::places(sorts, device, in_column), device.device.id.clone())
}

fn compare(one: &Key, other: &Key, sorts: &[Sort]) -> Ordering {
    Sort::compare(sorts, &one.0, &other.0).then_with(|| one.1.cmp(&other.1))
}

fn sorts(view: &View) -> Vec<Sort> {
    match view.sorts(&SORT_KEYS) {
        sorts if sorts.is_empty() => Sort::all(DEFAULT_SORT),
        sorts => sorts,
    }
}

/// The piece that is asked for of what `view` wants to see, in its order. The same on the page and in the API.
///
/// # Errors
/// 422 when the cursor is of another list or order.
pub(super) fn some<'a>(
    allowed: &Allowed,
    asked: &Asked,
    all: &'a [CoveredDevice],
) -> Result<Portion<&'a CoveredDevice>, Error> {
    let view = &allowed.view;
    let sorts = sorts(view);
    let (customer, values) =
        (view.get("customer").unwrap_or_default(), view.get("values").unwrap_or_default());
    let order = Sort::text(&sorts);
    let list = ["devices", allowed.scope.tenant_id(), order.as_str(), customer, values];
    let walk = Walk::of(asked, &list, view.now_ms)?;
    asked.cut(&walk, wanted(view, all), |one| key(one, &sorts), |one, other| compare(one, other, &sorts))
}

fn wanted<'a>(view: &View, all: &'a [CoveredDevice]) -> Vec<&'a CoveredDevice> {
    let customer = view.get("customer");
    let values = view.get("values");
    all.iter()
        .filter(|d| customer.is_none_or(|id| d.device.customer_id == id))
        .filter(|d| match values {
            Some("granted") => !d.granted.is_empty(),
            Some("none") => d.granted.is_empty(),
            Some("moving") => !matches!(d.standing, Standing::Covered { moving_to: None }),
            _ => true,
        })
        .collect()
}

fn filters(view: &View, all: &[CoveredDevice]) -> Filters {
    let words = Words(view.language());
    let customers: BTreeMap<&str, &str> =
        all.iter().map(|d| (d.device.customer_name.as_str(), d.device.customer_id.as_str())).collect();
    let asked = view.get("customer").unwrap_or_default();
    let mut by_customer = vec![Choice::new("", words.any_customer(), asked.is_empty())];
    by_customer.extend(customers.iter().map(|(name, id)| Choice::new(*id, *name, *id == asked)));
    let values = view.get("values").unwrap_or_default();
    let by_values = [
        ("", words.all()),
        ("granted", words.with_values()),
        ("none", words.without_values()),
        ("moving", words.moving_or_arriving()),
    ]
    .map(|(key, label)| Choice::new(key, label, key == values));
    Filters {
        language: view.language(),
        action: "/partners/devices".to_owned(),
        fields: vec![
            Field::new("customer", words.customer(), Input::Select(by_customer)),
            Field::new("values", words.show(), Input::Select(by_values.to_vec())),
        ],
        keep: Filters::kept(view),
        active: !asked.is_empty() || !values.is_empty(),
    }
}

fn table(view: &View, found: &[&CoveredDevice], empty: Empty) -> Table {
    let words = Words(view.language());
    let columns = vec![
        Column::new(words.device()).sort("device", view, DEFAULT_SORT),
        Column::new(words.customer()).sort("customer", view, DEFAULT_SORT).key("customer"),
        Column::new(words.service()).sort("level", view, DEFAULT_SORT).key("level"),
        Column::new(words.values()).key("values"),
        Column::new(words.last_seen()).sort("seen", view, DEFAULT_SORT).key("seen"),
        Column::new(words.agreement_ends()).sort("ends", view, DEFAULT_SORT).key("ends"),
    ];
    let row = |d: &&CoveredDevice| {
        let device = &d.device;
        let arriving = matches!(d.standing, Standing::Arriving { .. });
        let mut ends = Cell::part(&When::day(d.agreement.window.until_ms, view.reader));
        if let Some(chip) = cells::standing(view, &d.standing) {
            ends = ends.under_part(&chip);
        }
        let row = Row::new(
            &device.id,
            vec![
                Cell::link(&format!("/partners/devices/{}", device.id), &device.name)
                    .under(format!("{} · {}", device.id, device.model_label)),
                Cell::text(&device.customer_name).under(&device.site),
                Cell::part(&cells::level(d.agreement.service_level, view.language())),
                if arriving {
                    Cell::none(words.values_begin())
                } else {
                    cells::granted(&d.granted, &device.customer_name, view.language())
                },
                if arriving { Cell::none(words.not_covered_yet()) } else { cells::seen(view, device) },
                ends,
            ],
        );
        if arriving { row.tone(Tone::Quiet) } else { row }
    };
    Table::new(words.covered_devices(), columns, found.iter().map(row).collect(), empty)
}

pub(super) async fn csv(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let view = &allowed.view;
    let mut tx = app.db.read().await?;
    let all = coverage::covered_devices(&mut tx, &allowed.scope, view.now_ms).await?;
    drop(tx);
    let (mut rows, sorts) = (wanted(view, &all), sorts(view));
    rows.sort_by(|one, other| compare(&key(one, &sorts), &key(other, &sorts), &sorts));
    let values =
        |d: &CoveredDevice| d.granted.iter().map(|m| m.metric.label.as_str()).collect::<Vec<_>>().join("; ");
    let seen =
        |d: &CoveredDevice| d.device.last_seen_ms.map(|at_ms| exact(at_ms, view.zone())).unwrap_or_default();
    let columns: [CsvColumn<'_, CoveredDevice>; 10] = [
        ("", "device", &|d| d.device.id.clone()),
        ("", "name", &|d| d.device.name.clone()),
        ("", "model", &|d| d.device.model_label.clone()),
        ("customer", "customer", &|d| d.device.customer_name.clone()),
        ("customer", "site", &|d| d.device.site.clone()),
        ("level", "service level", &|d| d.agreement.service_level.label().to_owned()),
        ("values", "values", &values),
        ("seen", "last seen", &seen),
        ("ends", "agreement ends", &|d| exact(d.agreement.window.until_ms, view.zone())),
        ("ends", "moving", &|d| moving(&d.standing)),
    ];
    Ok(Csv::of(view, &columns, rows).file("covered-devices"))
}

fn moving(standing: &Standing) -> String {
    match standing {
        Standing::Covered { moving_to } => {
            moving_to.as_ref().map(|to| format!("to {}", to.partner_name)).unwrap_or_default()
        }
        Standing::Arriving { from, .. } => {
            from.as_ref().map_or("arriving".to_owned(), |from| format!("from {}", from.partner_name))
        }
    }
}
