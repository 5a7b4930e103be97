//! A customer's own devices, with what they say now: the owner sees all that reaches the cloud.

use super::words::Words;
use super::{cells, readings};
use crate::app::App;
use crate::domains::coverage::{self, DeviceView, VisibleMetric};
use crate::domains::telemetry::{self, Latest};
use crate::platform::access::{Action, Item};
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::Allowed;
use crate::platform::web::layout::{Page, View, render};
use crate::platform::web::parts::{Cell, Chip, Column, Empty, Icon, PageHead, Row, Table, Tone};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "domains/devices/mine.html")]
struct MinePage {
    words: Words,
    head: PageHead,
    table: Table,
}

impl Page for MinePage {
    fn item(&self) -> Item {
        Item::MyDevices
    }

    fn title(&self) -> String {
        self.words.my_devices().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

pub(super) async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let view = &allowed.view;
    let mut tx = app.db.read().await?;
    let devices = coverage::my_devices(&mut tx, &allowed.scope, view.now_ms).await?;
    let mut shown = Vec::new();
    for device in devices {
        let visible: Vec<VisibleMetric> = device.visible().cloned().collect();
        let latest = telemetry::latest(&mut tx, &visible, &device.device.id).await?;
        shown.push((device, latest));
    }
    drop(tx);
    let words = Words(view.language());
    let mut head = PageHead::new(words.my_devices()).lead(words.my_lead());
    if allowed.actor.can(Action::See(Item::Sharing)) {
        head = head.action(Icon::Share, words.who_sees(), "/portal/sharing");
    }
    if allowed.actor.can(Action::Change(Item::MyDevices)) {
        head = head.action(Icon::Plus, words.link(), "/portal/devices/link");
    }
    let table = table(view, &shown);
    Ok(render(&allowed, &MinePage { words, head, table }))
}

fn values(found: &DeviceView, latest: &[Latest], words: Words) -> Cell {
    let chips: Vec<Chip> = found
        .visible()
        .filter_map(|visible| {
            let value = latest.iter().find(|l| l.metric == visible.metric.name)?.value.as_ref()?;
            let said = format!("{} {}", visible.metric.label, readings::say(visible, value, words));
            Some(Chip::new(Tone::Plain, said))
        })
        .collect();
    if chips.is_empty() {
        return Cell::none(words.nothing_reached());
    }
    Cell::parts(&chips)
}

fn table(view: &View, devices: &[(DeviceView, Vec<Latest>)]) -> Table {
    let words = Words(view.language());
    let columns = vec![
        Column::new(words.device()),
        Column::new(words.site()),
        Column::new(words.latest_values()),
        Column::new(words.last_seen()),
        Column::new(words.serviced_by()),
    ];
    let row = |(found, latest): &(DeviceView, Vec<Latest>)| {
        let device = &found.device;
        let serviced = found.agreement.as_ref().map_or_else(
            || Cell::none(words.no_agreement()),
            |agreement| Cell::text(&agreement.partner_name).under(agreement.service_level.label_in(words.0)),
        );
        Row::new(
            &device.id,
            vec![
                Cell::link(&format!("/portal/devices/{}", device.id), &device.name)
                    .under(format!("{} · {}", device.id, device.model_label)),
                Cell::text(&device.site),
                values(found, latest, words),
                cells::seen(view, device),
                serviced,
            ],
        )
    };
    let empty = Empty::new(Icon::Device, words.no_devices(), words.no_devices_why());
    Table::new(words.my_devices(), columns, devices.iter().map(row).collect(), empty)
}
