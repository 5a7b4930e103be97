//! "Who can see my devices".

use super::requests::{Asked, asked};
use crate::app::App;
use crate::domains::coverage::{self, AccessRequest, Metric, PartnerSharing, SharedGrant};
use crate::platform::access::{Action, Item};
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
        "Who can see my devices".to_owned()
    }
}

pub(super) async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let sharing = coverage::sharing(&mut tx, &allowed.scope, allowed.view.now_ms).await?;
    let requests = coverage::open_requests(&mut tx, &allowed.scope).await?;
    drop(tx);
    let may_change = allowed.actor.can(Action::Change(Item::Sharing));
    let mut head = PageHead::new("Who can see my devices").lead(
        "A partner sees the metrics you grant, on the devices it services, until the day you set. \
         Everything else stays on your gateways. You can take access back at any time; it ends within a second.",
    );
    if may_change && !sharing.is_empty() {
        head = head.action(Icon::Plus, "Grant access", "/portal/sharing/new");
    }
    let empty = Empty::new(
        Icon::Share,
        "Nobody can see your devices",
        "No partner services your devices under an agreement, so there is nobody to grant access to. Once an agreement \
         is made, the partner appears here and still sees nothing until you grant it.",
    );
    let partners =
        sharing.into_iter().map(|line| partner(&allowed.view, line, &requests, may_change)).collect();
    Ok(render(&allowed, &SharingPage { head, partners, empty }))
}

fn partner(view: &View, line: PartnerSharing, requests: &[AccessRequest], may_change: bool) -> Partner {
    let (open, ended): (Vec<_>, Vec<_>) = line.grants.iter().partition(|g| g.active || g.upcoming);
    let seen = open.iter().filter(|g| g.active).flat_map(|g| &g.devices).filter(|d| d.covered).count();
    let sum = match seen {
        0 => Chip::new(Tone::Quiet, "Sees nothing now"),
        1 => Chip::new(Tone::Accent, "Sees 1 device").icon(Icon::Eye),
        n => Chip::new(Tone::Accent, format!("Sees {n} devices")).icon(Icon::Eye),
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
    let grant = &shared.grant;
    let base = format!("/portal/sharing/{}", grant.id);
    let rows = shared.devices.iter().map(|device| {
        let service = if device.covered {
            Chip::new(Tone::Good, "Serviced now")
        } else {
            Chip::new(Tone::Quiet, "Not serviced now")
                .tip("Without an agreement in force the grant shows nothing.")
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
    let question = format!(
        "{partner} stops seeing these devices within a second, open pages included. What it read before stays in your \
         log. You can grant access again later."
    );
    let revoke =
        Confirm::new("Revoke", question, format!("Revoke access of {partner}"), format!("{base}/revoke"));
    Shown {
        id: grant.id.clone(),
        purpose: grant.purpose.clone(),
        state: if shared.active {
            Chip::new(Tone::Good, "Active")
        } else {
            Chip::new(Tone::Plain, format!("Begins {}", plain_day(grant.window.from_ms, view)))
                .icon(Icon::Clock)
        },
        until: When::day(grant.window.until_ms, view.reader),
        until_in: view.time(grant.window.until_ms),
        spacing: spacing(grant.min_interval_ms),
        devices: Table::new(
            format!("Devices and metrics granted to {partner}"),
            vec![Column::new("Device"), Column::new("Metrics"), Column::new("Service")],
            rows.collect(),
            Empty::new(Icon::Device, "No device", "The devices of this grant are no longer yours."),
        ),
        narrow: may_change.then(|| format!("{base}/narrow")),
        revoke: may_change.then(|| revoke.danger().reason("Reason, for your log")),
    }
}

fn plain_day(at_ms: i64, view: &View) -> String {
    view.reader.day(at_ms)
}

pub(super) fn metric_chip(metric: &Metric) -> Chip {
    Chip::new(Tone::Plain, &metric.label)
}

/// How dense the samples are, in words.
pub(super) fn spacing(min_interval_ms: u32) -> String {
    match min_interval_ms {
        0 => "every sample".to_owned(),
        ms if ms % 60_000 == 0 => format!("one sample each {} min", ms / 60_000),
        ms => format!("one sample each {} s", ms.div_ceil(1000)),
    }
}

fn over(view: &View, shared: &SharedGrant) -> Ended {
    let grant = &shared.grant;
    let devices: Vec<&str> = shared.devices.iter().map(|d| d.name.as_str()).collect();
    let (how, at_ms) = match grant.revoked_ms {
        Some(at_ms) => ("revoked", at_ms),
        None => ("ended", grant.window.until_ms),
    };
    Ended { what: devices.join(", "), how, at: When::day(at_ms, view.reader), purpose: grant.purpose.clone() }
}
