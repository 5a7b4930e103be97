//! A customer's own devices, with what they say now: the owner sees all that reaches the cloud.

use super::{cells, readings};
use crate::app::App;
use crate::domains::coverage::{self, DeviceView, VisibleMetric};
use crate::domains::telemetry::{self, Latest};
use crate::platform::access::{Action, Item};
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
    head: PageHead,
    table: Table,
}

impl Page for MinePage {
    fn item(&self) -> Item {
        Item::MyDevices
    }

    fn title(&self) -> String {
        "My devices".to_owned()
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
    let mut head = PageHead::new("My devices").lead(
        "All values that reach the cloud. A gateway sends only what you granted to somebody; the rest stays on site.",
    );
    if allowed.actor.can(Action::See(Item::Sharing)) {
        head = head.action(Icon::Share, "Who can see my devices", "/portal/sharing");
    }
    if allowed.actor.can(Action::Change(Item::MyDevices)) {
        head = head.action(Icon::Plus, "Link a device", "/portal/devices/link");
    }
    let table = table(view, &shown);
    Ok(render(&allowed, &MinePage { head, table }))
}

fn values(found: &DeviceView, latest: &[Latest]) -> Cell {
    let chips: Vec<Chip> = found
        .visible()
        .filter_map(|visible| {
            let value = latest.iter().find(|l| l.metric == visible.metric.name)?.value.as_ref()?;
            let said = format!("{} {}", visible.metric.label, readings::say(visible, value));
            Some(Chip::new(Tone::Plain, said))
        })
        .collect();
    if chips.is_empty() {
        return Cell::none(
            "Nothing has reached the cloud: nothing is granted to anybody, or the gateway is silent.",
        );
    }
    Cell::parts(&chips)
}

fn table(view: &View, devices: &[(DeviceView, Vec<Latest>)]) -> Table {
    let columns = vec![
        Column::new("Device"),
        Column::new("Site"),
        Column::new("Latest values"),
        Column::new("Last seen"),
        Column::new("Serviced by"),
    ];
    let row = |(found, latest): &(DeviceView, Vec<Latest>)| {
        let device = &found.device;
        let serviced = found.agreement.as_ref().map_or_else(
            || Cell::none("No agreement covers this device."),
            |agreement| Cell::text(&agreement.partner_name).under(agreement.service_level.label()),
        );
        Row::new(
            &device.id,
            vec![
                Cell::link(&format!("/portal/devices/{}", device.id), &device.name)
                    .under(format!("{} · {}", device.id, device.model_label)),
                Cell::text(&device.site),
                values(found, latest),
                cells::seen(view, device),
                serviced,
            ],
        )
    };
    let empty = Empty::new(
        Icon::Device,
        "No devices yet",
        "Devices appear here when they are registered to your organisation and their gateway is enrolled. Your partner or \
         RiverSync does that with you.",
    );
    Table::new("My devices", columns, devices.iter().map(row).collect(), empty)
}
