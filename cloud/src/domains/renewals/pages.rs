//! The renewals page: a band per stretch of days, moves in bands of their own.

use super::model::{Outcome, Renewal};
use super::months::months;
use super::rules::Band;
use super::words::Words;
use super::{actions, views};
use crate::app::App;
use crate::domains::audit::By;
use crate::platform::access::{Action, Item};
use crate::platform::base::{Language, in_zone};
use crate::platform::error::Error;
use crate::platform::web::chart::Bars;
use crate::platform::web::layout::{Page, View, done, render};
use crate::platform::web::parts::{
    Amount, Calendar, Cell, Chip, Column, Empty, Icon, ListBar, PageHead, Pager, Row, Tab, Table, Tabs, Tone,
    When,
};
use crate::platform::web::{Allowed, Asked, Csv, CsvColumn, Form, Path, Routes};
use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use jiff::civil::Date;
use serde::Deserialize;

const PATH: &str = "/partners/renewals";

pub(super) fn routes() -> Routes {
    Routes::new().get(PATH, Action::See(Item::Renewals), get(page)).post(
        "/partners/renewals/{device_id}/outcome",
        Action::Change(Item::Renewals),
        post(outcome),
    )
}

/// The select and its button in a row of the table.
#[derive(Template)]
#[template(path = "domains/renewals/outcome.html")]
struct OutcomeForm<'a> {
    words: Words,
    action: String,
    device_id: &'a str,
    device: &'a str,
    now: Outcome,
}

impl HtmlSafe for OutcomeForm<'_> {}

struct BandSection {
    key: &'static str,
    label: &'static str,
    said: String,
    table: Table,
}

#[derive(Template)]
#[template(path = "domains/renewals/page.html")]
struct RenewalsPage {
    words: Words,
    head: PageHead,
    ways: Tabs,
    calendar: Option<Calendar>,
    bar: Option<ListBar>,
    bands: Vec<BandSection>,
    pager: Option<Pager>,
    months: Vec<Bars>,
    empty: Option<Empty>,
}

impl Page for RenewalsPage {
    fn item(&self) -> Item {
        Item::Renewals
    }

    fn title(&self) -> String {
        self.words.renewals().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn page(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let renewals = views::renewals(&mut tx, &allowed.scope, app.clock.now_ms()).await?;
    let may = May {
        change: allowed.actor.can(Action::Change(Item::Renewals)),
        open_devices: allowed.actor.can(Action::See(Item::CoveredDevices)),
    };
    let view = &allowed.view;
    let words = Words(view.language());
    let by_day = view.get("view") == Some("calendar");
    if view.get("format") == Some("csv") {
        return Ok(csv(view, &renewals));
    }
    let some = views::some(&allowed, &Asked::page(view)?, &renewals, None)?;
    let pager = Pager::of(view, some.before, some.items.len(), some.count, some.next.as_deref());
    let sections =
        Band::ALL.into_iter().filter_map(|band| section(band, (&renewals, &some.items), may, view));
    let bar = (!by_day && !renewals.is_empty()).then(|| {
        let said = words.in_all(i64::try_from(renewals.len()).unwrap_or(i64::MAX));
        // All bands have the same choice of columns.
        let none = Empty::new(Icon::Renewal, "", "");
        let (_, chooser) = Table::new("", columns(Band::Overdue, words), Vec::new(), none).chosen(view);
        ListBar::new(said).saved(view).columns(chooser).csv(view.with("format", "csv"))
    });
    let bands: Vec<BandSection> = if by_day { Vec::new() } else { sections.collect() };
    let page = RenewalsPage {
        words,
        head: PageHead::new(words.renewals()).lead(words.lead()),
        ways: Tabs::new(
            words.ways(),
            vec![
                tab(words.by_urgency(), &view.plain(), !by_day),
                tab(words.calendar(), &format!("{PATH}?view=calendar"), by_day),
            ],
        ),
        calendar: by_day
            .then(|| Calendar::month(view, renewals.iter().map(|renewal| entry(renewal, may, words)))),
        bar,
        bands,
        pager: (!by_day).then_some(pager),
        months: if by_day { Vec::new() } else { months(&renewals, view) },
        empty: renewals.is_empty().then(|| {
            Empty::new(Icon::Renewal, words.no_agreements(), words.no_agreements_why())
                .next(words.covered_devices(), "/partners/devices")
        }),
    };
    Ok(render(&allowed, &page))
}

fn tab(label: &str, href: &str, current: bool) -> Tab {
    Tab { label: label.to_owned(), href: href.to_owned(), count: None, current }
}

/// A renewal on the day on which it ends or moves, in the zone of its agreement.
fn entry(renewal: &Renewal, may: May, words: Words) -> (Date, Cell) {
    let day = in_zone(renewal.at_ms, &renewal.zone).date();
    let what = match (renewal.band, &renewal.other) {
        (Band::MovingAway, Some(to)) => words.moves_to(to),
        (Band::Arriving, Some(from)) => words.arrives_from(from),
        (Band::Arriving, None) => words.arrives().to_owned(),
        _ => words.ends_with(words.expected(renewal.outcome)),
    };
    let icon = if renewal.band.is_renewable() { Icon::Renewal } else { Icon::Moving };
    (day, Cell::part(&icon).and(&name(renewal, may)).under(what))
}

/// An arriving device is not covered yet: it has no page here. Finance reads renewals and no devices.
fn name(renewal: &Renewal, may: May) -> Cell {
    let (id, name) = &renewal.device;
    match renewal.band {
        Band::Arriving => Cell::text(name),
        _ if !may.open_devices => Cell::text(name),
        _ => Cell::link(&format!("/partners/devices/{id}"), name),
    }
}

/// What this reader may do beside reading.
#[derive(Clone, Copy)]
struct May {
    change: bool,
    open_devices: bool,
}

/// A band with those of the page's piece that are in it, counted over all.
fn section(band: Band, (all, some): (&[Renewal], &[&Renewal]), may: May, view: &View) -> Option<BandSection> {
    let words = Words(view.language());
    let shown: Vec<&Renewal> = some.iter().copied().filter(|renewal| renewal.band == band).collect();
    if shown.is_empty() {
        return None;
    }
    let here: Vec<&Renewal> = all.iter().filter(|renewal| renewal.band == band).collect();
    let rows = shown.iter().map(|renewal| row(renewal, may, view)).collect();
    let empty = Empty::new(Icon::Renewal, words.band(band), words.nothing_here());
    Some(BandSection {
        key: band.key(),
        label: words.band(band),
        said: words.of_band(
            i64::try_from(here.len()).unwrap_or(i64::MAX),
            views::worth(here.iter().copied()).told(words.0),
        ),
        table: Table::new(words.band(band), columns(band, words), rows, empty).chosen(view).0,
    })
}

fn columns(band: Band, words: Words) -> Vec<Column> {
    let mut columns = vec![
        Column::new(words.device()),
        Column::new(words.customer()).key("customer"),
        Column::new(words.level()).key("level"),
        Column::new(if band.is_renewable() { words.ends() } else { words.when() }).key("when"),
        Column::num(words.value()).key("value"),
    ];
    if band.is_renewable() {
        columns.push(Column::new(words.outcome()).key("outcome"));
    }
    columns
}

/// The columns that are seen, of all bands.
fn csv(view: &View, renewals: &[Renewal]) -> Response {
    let english = Words(Language::English);
    let on = |renewal: &Renewal| in_zone(renewal.at_ms, &renewal.zone).date().to_string();
    let outcome = |renewal: &Renewal| match renewal.band.is_renewable() {
        true => english.expected(renewal.outcome).to_owned(),
        false => String::new(),
    };
    let columns: [CsvColumn<'_, Renewal>; 11] = [
        ("", "band", &|renewal| english.band(renewal.band).to_owned()),
        ("", "device", &|renewal| renewal.device.0.clone()),
        ("", "name", &|renewal| renewal.device.1.clone()),
        ("customer", "customer", &|renewal| renewal.customer.1.clone()),
        ("level", "service level", &|renewal| renewal.level.label().to_owned()),
        ("when", "on", &on),
        ("when", "moves from or to", &|renewal| renewal.other.clone().unwrap_or_default()),
        ("value", "value", &|renewal| renewal.value.decimal()),
        ("value", "currency", &|renewal| renewal.value.currency.clone()),
        ("value", "agreement", &|renewal| renewal.agreement_id.clone()),
        ("outcome", "expected", &outcome),
    ];
    let by_band = |band: Band| renewals.iter().filter(move |renewal| renewal.band == band);
    Csv::of(view, &columns, Band::ALL.into_iter().flat_map(by_band)).file("renewals")
}

fn row(renewal: &Renewal, may: May, view: &View) -> Row {
    let (id, name) = &renewal.device;
    let reader = view.reader.in_zone(&renewal.zone);
    let (words, day) = (Words(view.language()), reader.day(renewal.at_ms));
    let days = match renewal.days {
        days @ 0.. => words.days(days),
        past => words.days_ago(-past),
    };
    let when = match (renewal.band, &renewal.other) {
        (Band::MovingAway, Some(to)) => {
            let text = format!("{} · {day} · {days}", words.moving_to(to));
            Cell::part(&Chip::new(Tone::Warn, text).icon(Icon::Moving))
        }
        (Band::Arriving, from) => {
            let from =
                from.as_ref().map_or_else(|| words.arriving().to_owned(), |from| words.arriving_from(from));
            let text = format!("{from} · {day} · {days}");
            Cell::part(&Chip::new(Tone::Accent, text).icon(Icon::Moving))
        }
        _ => Cell::part(&When::day(renewal.at_ms, reader)).under(days),
    };
    let mut cells = vec![
        self::name(renewal, may).under(id),
        Cell::text(&renewal.customer.1),
        Cell::text(renewal.level.label_in(words.0)),
        when,
        Cell::part(&Amount::of(&renewal.value)).under(&renewal.agreement_id),
    ];
    if renewal.band.is_renewable() {
        cells.push(if may.change {
            let to = renewal.version().bound(view, &format!("{PATH}/{id}/outcome"));
            Cell::part(&OutcomeForm { words, action: to, device_id: id, device: name, now: renewal.outcome })
        } else {
            Cell::text(words.expected(renewal.outcome))
        });
    }
    let tone = match renewal.band {
        Band::Overdue => Tone::Bad,
        Band::Within7 | Band::Within30 if renewal.outcome == Outcome::Undecided => Tone::Warn,
        _ => Tone::Plain,
    };
    Row::new(id, cells).tone(tone)
}

#[derive(Deserialize)]
struct Said {
    outcome: String,
}

async fn outcome(
    allowed: Allowed,
    State(app): State<App>,
    Path(device_id): Path<String>,
    Form(said): Form<Said>,
) -> Result<Response, Error> {
    let by = By::person(&allowed);
    let renewal = actions::set_outcome(&app, &allowed.scope, by, &device_id, &said.outcome).await?;
    Ok(done(PATH, &Words(allowed.view.language()).noted(renewal.device.1)))
}
