//! "Who can see my devices".

use super::requests::{Asked, asked};
use super::words::Words;
use crate::app::App;
use crate::domains::coverage::{self, AccessRequest, Metric, PartnerSharing, SharedGrant};
use crate::platform::access::{Action, Item};
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::Allowed;
use crate::platform::web::layout::{Page, View, render};
use crate::platform::web::parts::{
    Ago, Cell, Chip, Column, Confirm, Empty, Icon, PageHead, Row, Table, Tone, When,
};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "domains/sharing/overview.html")]
struct SharingPage {
    words: Words,
    head: PageHead,
    partners: Vec<Partner>,
    empty: Empty,
}

struct Partner {
    id: String,
    name: String,
    sum: Chip,
    last: Option<Ago>,
    log: String,
    asked: Vec<Asked>,
    grants: Vec<Shown>,
    ended: Vec<Ended>,
}

struct Shown {
    id: String,
    purpose: String,
    state: Chip,
    until: When,
    until_in: Ago,
    spacing: String,
    devices: Table,
    narrow: Option<String>,
    revoke: Option<Confirm>,
}

struct Ended {
    what: String,
    how: &'static str,
    at: When,
    purpose: String,
}

impl Page for SharingPage {
    fn item(&self) -> Item {
        Item::Sharing
    }

    fn title(&self) -> String {
        self.words.who_sees().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

pub(super) async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let words = Words(allowed.view.language());
    let mut tx = app.db.read().await?;
    let sharing = coverage::sharing(&mut tx, &allowed.scope, allowed.view.now_ms).await?;
    let requests = coverage::open_requests(&mut tx, &allowed.scope).await?;
    drop(tx);
    let may_change = allowed.actor.can(Action::Change(Item::Sharing));
    let mut head = PageHead::new(words.who_sees()).lead(words.lead());
    if may_change && !sharing.is_empty() {
        head = head.action(Icon::Plus, words.grant(), "/portal/sharing/new");
    }
    let empty = Empty::new(Icon::Share, words.nobody_sees(), words.nobody_sees_why());
    let partners =
        sharing.into_iter().map(|line| partner(&allowed.view, line, &requests, may_change)).collect();
    Ok(render(&allowed, &SharingPage { words, head, partners, empty }))
}

fn partner(view: &View, line: PartnerSharing, requests: &[AccessRequest], may_change: bool) -> Partner {
    let (open, ended): (Vec<_>, Vec<_>) = line.grants.iter().partition(|g| g.active || g.upcoming);
    let seen = open.iter().filter(|g| g.active).flat_map(|g| &g.devices).filter(|d| d.covered).count();
    let words = Words(view.language());
    let sum = match i64::try_from(seen).unwrap_or(i64::MAX) {
        0 => Chip::new(Tone::Quiet, words.sees_nothing()),
        seen => Chip::new(Tone::Accent, words.sees(seen)).icon(Icon::Eye),
    };
    Partner {
        sum,
        last: line.last_read_ms.map(|at_ms| view.time(at_ms)),
        log: format!("/portal/log?partner={}", crate::platform::web::query_value(&line.partner_id)),
        asked: requests
            .iter()
            .filter(|request| request.partner.0 == line.partner_id)
            .map(|request| asked(view, request, may_change))
            .collect(),
        grants: open.into_iter().map(|g| shown(view, g, &line.partner_name, may_change)).collect(),
        ended: ended.into_iter().map(|g| over(view, g)).collect(),
        id: line.partner_id,
        name: line.partner_name,
    }
}

fn shown(view: &View, shared: &SharedGrant, partner: &str, may_change: bool) -> Shown {
    let (grant, words) = (&shared.grant, Words(view.language()));
    let base = format!("/portal/sharing/{}", grant.id);
    let rows = shared.devices.iter().map(|device| {
        let service = if device.covered {
            Chip::new(Tone::Good, words.serviced())
        } else {
            Chip::new(Tone::Quiet, words.not_serviced()).tip(words.not_serviced_tip())
        };
        Row::new(
            format!("{}-{}", grant.id, device.id),
            vec![
                Cell::link(&format!("/portal/devices/{}", device.id), &device.name).under(&device.id),
                Cell::parts(&device.metrics.iter().map(metric_chip).collect::<Vec<_>>()),
                Cell::part(&service),
            ],
        )
    });
    let (question, yes) = (words.revoke_question(partner), words.revoke_yes(partner));
    let revoke = Confirm::new(words.revoke(), question, yes, format!("{base}/revoke"));
    Shown {
        id: grant.id.clone(),
        purpose: grant.purpose.clone(),
        state: if shared.active {
            Chip::new(Tone::Good, words.active())
        } else {
            Chip::new(Tone::Plain, words.begins(view.reader.day(grant.window.from_ms))).icon(Icon::Clock)
        },
        until: When::day(grant.window.until_ms, view.reader),
        until_in: view.time(grant.window.until_ms),
        spacing: spacing(grant.min_interval_ms, words),
        devices: Table::new(
            words.granted_to(partner),
            vec![Column::new(words.device()), Column::new(words.metrics()), Column::new(words.service())],
            rows.collect(),
            Empty::new(Icon::Device, words.no_device(), words.no_device_why()),
        ),
        narrow: may_change.then(|| format!("{base}/narrow")),
        revoke: may_change.then(|| revoke.danger().reason(words.revoke_reason())),
    }
}

pub(super) fn metric_chip(metric: &Metric) -> Chip {
    Chip::new(Tone::Plain, &metric.label)
}

/// How dense the samples are, in words.
fn spacing(min_interval_ms: u32, words: Words) -> String {
    match min_interval_ms {
        0 => words.every_sample().to_owned(),
        ms if ms % 60_000 == 0 => words.each_minutes(ms / 60_000),
        ms => words.each_seconds(ms.div_ceil(1000)),
    }
}

fn over(view: &View, shared: &SharedGrant) -> Ended {
    let (grant, words) = (&shared.grant, Words(view.language()));
    let devices: Vec<&str> = shared.devices.iter().map(|d| d.name.as_str()).collect();
    let (how, at_ms) = match grant.revoked_ms {
        Some(at_ms) => (words.revoked(), at_ms),
        None => (words.ended(), grant.window.until_ms),
    };
    Ended { what: devices.join(", "), how, at: When::day(at_ms, view.reader), purpose: grant.purpose.clone() }
}
