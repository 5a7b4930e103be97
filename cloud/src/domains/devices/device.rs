//! One device: what its reader may see of it now, and what not, by name and owner only. The same page for a partner
//! that covers it and for the customer that owns it.

use super::cells;
use super::doubt::doubt;
use super::readings::{self, RANGES, Readings, Stretch};
use super::request::{self, Request, Typed};
use super::words::Words;
use crate::app::App;
use crate::domains::coverage::{self, DeviceView, Standing};
use crate::domains::workload::{self, Kind, Order};
use crate::platform::access::{Action, Item, Party};
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::chart::{Heat, LineChart, Sparkline};
use crate::platform::web::layout::{Page, View, render};
use crate::platform::web::parts::{
    Ago, Cell, Chip, Facts, Field, Icon, Input, NotGranted, PageHead, Segments, Tone, When,
};
use crate::platform::web::{Allowed, Path};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "domains/devices/device.html")]
struct DevicePage {
    words: Words,
    item: Item,
    title: String,
    head: PageHead,
    id: String,
    /// Set when nothing at all may be seen.
    locked: Option<Locked>,
    ranges: Segments,
    times: Times,
    /// Not oftener than this, milliseconds: a week does not change each second.
    every_ms: i64,
    glances: Vec<Glance>,
    charts: Vec<LineChart>,
    /// Names of metrics of which nothing came in this time.
    silent: String,
    heat: Option<Heat>,
    texts: Vec<Word>,
    csv: Option<String>,
    refused: Vec<Refused>,
    /// What may be asked for, by whom it is to be asked.
    request: Option<Request>,
    alarms: Option<Vec<Alarm>>,
    facts: Facts,
    note: &'static str,
    may_read_log: bool,
}

/// Why a partner sees nothing.
struct Locked {
    owner: String,
    why: String,
}

/// The stretch of time that is shown, to move in.
struct Times {
    /// Named when it stands still.
    fixed: Option<String>,
    from: Field,
    to: Field,
    is_past: bool,
}

/// A chart in a line: what it says now and its shape.
struct Glance {
    href: String,
    label: String,
    value: String,
    shape: Sparkline,
}

/// The latest value of a metric that has no line, or why there is none or it must be doubted.
struct Word {
    label: String,
    value: String,
    at: Ago,
}

struct Alarm {
    href: String,
    title: String,
    at: Ago,
}

struct Refused {
    label: String,
    chip: NotGranted,
}

impl Page for DevicePage {
    fn item(&self) -> Item {
        self.item
    }

    fn title(&self) -> String {
        self.title.clone()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

pub(super) async fn page(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    show(&app, &allowed, &id, None).await
}

/// The page; with what was typed when a request could not be accepted.
pub(super) async fn show(
    app: &App,
    allowed: &Allowed,
    id: &str,
    typed: Option<&Typed>,
) -> Result<Response, Error> {
    let view = &allowed.view;
    let mut tx = app.db.read().await?;
    let found = coverage::device(&mut tx, &allowed.scope, id, view.now_ms).await?.ok_or(Error::NotFound)?;
    let request = request::section(&mut tx, allowed, &found, typed).await?;
    drop(tx);
    let owner = allowed.scope.party() == Party::Customer;
    let device = &found.device;
    let readings = readings::gather(app, allowed, &found).await?;
    let asked = readings::stretch(view);
    let export = owner || allowed.actor.can(Action::Change(Item::CoveredDevices));
    let csv =
        (export && !readings.of.is_empty()).then(|| view.same_query(&format!("{}/data.csv", view.path)));
    let charts = readings.of.iter().filter_map(|r| r.chart(view, &readings, csv.as_deref()));
    let (charts, silent): (Vec<LineChart>, Vec<LineChart>) = charts.partition(LineChart::has_values);
    let words = Words(view.language());
    let page = DevicePage {
        words,
        item: if owner { Item::MyDevices } else { Item::CoveredDevices },
        title: device.name.clone(),
        head: head(view, &found, owner),
        id: device.id.clone(),
        locked: (!owner && found.visible().next().is_none()).then(|| locked(&found, words)),
        ranges: ranges(view, &asked),
        times: times(view, &asked),
        every_ms: if asked.until_ms < view.now_ms {
            60_000
        } else {
            ((asked.until_ms - asked.from_ms) / 1_800).max(1_000)
        },
        glances: glances(&charts, &readings),
        charts,
        silent: silent.into_iter().map(|chart| chart.label).collect::<Vec<_>>().join(", "),
        heat: readings.heat(view.reader, export),
        texts: readings.of.iter().filter_map(|r| word(view, r)).collect(),
        csv,
        alarms: alarms(app, allowed, &device.id).await?,
        refused: found
            .metrics
            .iter()
            .filter(|m| m.visible.is_none())
            .map(|m| Refused {
                label: m.metric.label.clone(),
                chip: NotGranted::by(&device.customer_name, view.language()),
            })
            .collect(),
        request,
        facts: facts(view, &found, owner),
        note: if owner { words.owner_sees_all() } else { words.look_is_written() },
        may_read_log: owner && allowed.actor.can(Action::See(Item::UsageLog)),
    };
    Ok(render(allowed, &page))
}

fn ranges(view: &View, asked: &Stretch) -> Segments {
    let words = Words(view.language());
    let link = |(key, _): &(&'static str, i64)| {
        (words.range(key), format!("{}?range={key}", view.path), asked.range == Some(key))
    };
    Segments::new(words.range_of_time(), RANGES.iter().map(link))
}

fn times(view: &View, asked: &Stretch) -> Times {
    let field = |name, label, at_ms| {
        let at = view.reader.civil(at_ms).strftime("%Y-%m-%dT%H:%M:%S").to_string();
        Field::new(name, label, Input::Line("datetime-local")).value(at)
    };
    let words = Words(view.language());
    let fixed = || words.between(view.reader.exact(asked.from_ms), view.reader.exact(asked.until_ms));
    Times {
        fixed: asked.range.is_none().then(fixed),
        from: field("from", words.since(), asked.from_ms),
        to: field("to", words.until(), asked.until_ms),
        is_past: asked.until_ms < view.now_ms,
    }
}

/// Where there are several charts, all of them in a few lines.
fn glances(charts: &[LineChart], readings: &Readings) -> Vec<Glance> {
    let glance = |chart: &LineChart| {
        let newest = chart.series.first().and_then(|series| series.points.last());
        let (_, value) = chart.latest.or_else(|| newest.map(|p| (p.at_ms, p.value)))?;
        Some(Glance {
            href: format!("#{}", chart.id),
            label: chart.label.clone(),
            value: chart.say(value),
            shape: Sparkline::of(chart),
        })
    };
    if readings.of.len() < 2 { Vec::new() } else { charts.iter().filter_map(glance).collect() }
}

fn word(view: &View, reading: &readings::Reading) -> Option<Word> {
    let (metric, words) = (&reading.visible.metric, Words(view.language()));
    let latest = reading.latest.as_ref()?;
    // A chart shows only that there is a gap.
    if let Some(value) = doubt(latest.quality, words) {
        return Some(Word { label: metric.label.clone(), value, at: view.time(latest.at_ms) });
    }
    if metric.kind != coverage::MetricKind::Text {
        return None;
    }
    let value = readings::say(&reading.visible, latest.value.as_ref()?, words);
    Some(Word { label: metric.label.clone(), value, at: view.time(latest.at_ms) })
}

/// The alarms that wait for this partner; `None` for who has no workload.
async fn alarms(app: &App, allowed: &Allowed, device_id: &str) -> Result<Option<Vec<Alarm>>, Error> {
    if allowed.scope.party() != Party::Reseller {
        return Ok(None);
    }
    let Ok(scope) = allowed.actor.may(Action::See(Item::Workload)) else { return Ok(None) };
    let view = &allowed.view;
    let mut tx = app.db.read().await?;
    let items = workload::queue(&mut tx, &scope, view.now_ms, Order::Deadline).await?;
    let mine = items.into_iter().filter(|item| item.kind == Kind::Alarm && item.device.0 == device_id);
    Ok(Some(
        mine.map(|item| Alarm {
            href: format!("/partners/workload/{}", item.id),
            title: item.title,
            at: view.time(item.opened_ms),
        })
        .collect(),
    ))
}

fn head(view: &View, found: &DeviceView, owner: bool) -> PageHead {
    let (device, words) = (&found.device, Words(view.language()));
    let (label, back) =
        if owner { (words.my_devices(), "/portal") } else { (words.covered_devices(), "/partners/devices") };
    let mut lead = words.about_device(&device.id, &device.model_label, &device.serial, &device.site);
    if !owner {
        lead = format!("{} · {lead}", device.customer_name);
    }
    let mut head = PageHead::new(&device.name).back(label, back).lead(lead);
    if let Some(agreement) = &found.agreement {
        head = head.chip(&cells::level(agreement.service_level, view.language()));
    }
    if let Some(chip) = found.standing.as_ref().and_then(|s| cells::standing(view, s)) {
        head = head.chip(&chip);
    }
    if device.last_seen_ms.is_some() && cells::is_stale(view, device) {
        head = head.chip(&Chip::new(Tone::Warn, words.stale()));
    }
    head
}

fn locked(found: &DeviceView, words: Words) -> Locked {
    let owner = found.device.customer_name.clone();
    let why = match &found.standing {
        Some(Standing::Arriving { .. }) => words.not_begun(&owner),
        _ => words.none_granted(&owner),
    };
    Locked { owner, why }
}

fn facts(view: &View, found: &DeviceView, owner: bool) -> Facts {
    let (device, words) = (&found.device, Words(view.language()));
    let mut facts = Facts::new();
    if matches!(found.standing, None | Some(Standing::Covered { .. })) {
        facts = facts.fact(words.last_seen(), cells::seen(view, device));
    }
    facts = facts.fact(
        words.gateway(),
        device.agent_id.as_ref().map_or_else(|| Cell::none(words.no_gateway()), Cell::text),
    );
    let Some(agreement) = &found.agreement else {
        return facts.fact(words.agreement(), Cell::none(words.no_agreement_in_force()));
    };
    let (label, who) = match owner {
        true => (words.serviced_by(), &agreement.partner_name),
        false => (words.customer(), &agreement.customer_name),
    };
    facts
        .fact(label, Cell::text(who))
        .fact(words.agreement(), Cell::text(&agreement.id).under(agreement.service_level.label_in(words.0)))
        .fact(words.begins(), Cell::part(&When::day(agreement.window.from_ms, view.reader)))
        .fact(
            words.ends(),
            Cell::part(&When::day(agreement.window.until_ms, view.reader))
                .under_part(&view.time(agreement.window.until_ms)),
        )
}
