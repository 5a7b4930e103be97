//! One device: what its reader may see of it now, and what not, by name and owner only. The same page for a partner
//! that covers it and for the customer that owns it.

use super::cells;
use crate::app::App;
use crate::domains::coverage::{self, DeviceView, Standing};
use crate::platform::access::{Item, Party};
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, View, render};
use crate::platform::web::parts::{Ago, Cell, Chip, Facts, Icon, NotGranted, PageHead, Tone, When};
use crate::platform::web::{Allowed, Path};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "domains/devices/device.html")]
struct DevicePage {
    item: Item,
    title: String,
    head: PageHead,
    id: String,
    owner: Option<String>,
    /// Set when nothing at all may be seen.
    locked: Option<Locked>,
    refused: Vec<Refused>,
    facts: Facts,
    note: &'static str,
}

/// Why a partner sees nothing.
struct Locked {
    owner: String,
    why: String,
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
}

pub(super) async fn page(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let view = &allowed.view;
    let mut tx = app.db.read().await?;
    let found = coverage::device(&mut tx, &allowed.scope, &id, view.now_ms).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let owner = allowed.scope.party() == Party::Customer;
    let device = &found.device;
    let page = DevicePage {
        item: if owner { Item::MyDevices } else { Item::CoveredDevices },
        title: device.name.clone(),
        head: head(view, &found, owner),
        id: device.id.clone(),
        owner: (!owner).then(|| device.customer_name.clone()),
        locked: (!owner && found.visible().next().is_none()).then(|| locked(&found)),
        refused: found
            .metrics
            .iter()
            .filter(|m| m.visible.is_none())
            .map(|m| Refused { label: m.metric.label.clone(), chip: NotGranted::by(&device.customer_name) })
            .collect(),
        facts: facts(view, &found, owner),
        note: if owner {
            "You see everything that reaches the cloud. What nobody was granted stays on your gateway."
        } else {
            "Looking at this page is written to the owner's log."
        },
    };
    Ok(render(&allowed, &page))
}

fn head(view: &View, found: &DeviceView, owner: bool) -> PageHead {
    let device = &found.device;
    let (label, back) =
        if owner { ("My devices", "/portal") } else { ("Covered devices", "/partners/devices") };
    let mut lead =
        format!("{} · {} · serial {} · {}", device.id, device.model_label, device.serial, device.site);
    if !owner {
        lead = format!("{} · {lead}", device.customer_name);
    }
    let mut head = PageHead::new(&device.name).back(label, back).lead(lead);
    if let Some(agreement) = &found.agreement {
        head = head.chip(&cells::level(agreement.service_level));
    }
    if let Some(chip) = found.standing.as_ref().and_then(|s| cells::standing(view, s)) {
        head = head.chip(&chip);
    }
    if device.last_seen_ms.is_some() && cells::is_stale(view, device) {
        head = head.chip(&Chip::new(Tone::Warn, "Stale"));
    }
    head
}

fn locked(found: &DeviceView) -> Locked {
    let owner = found.device.customer_name.clone();
    let why = match &found.standing {
        Some(Standing::Arriving { .. }) => {
            format!(
                "Your coverage of this device has not begun. From that day on you see what {owner} grants you."
            )
        }
        _ => format!("You service this device, and {owner} has granted you none of its values."),
    };
    Locked { owner, why }
}

fn facts(view: &View, found: &DeviceView, owner: bool) -> Facts {
    let device = &found.device;
    let mut facts = Facts::new();
    if matches!(found.standing, None | Some(Standing::Covered { .. })) {
        facts = facts.fact("Last seen", cells::seen(view, device));
    }
    facts = facts
        .fact("Gateway", device.agent_id.as_ref().map_or_else(|| Cell::none("No gateway yet."), Cell::text));
    let Some(agreement) = &found.agreement else {
        return facts.fact("Agreement", Cell::none("No agreement is in force."));
    };
    let (label, who) =
        if owner { ("Serviced by", &agreement.partner_name) } else { ("Customer", &agreement.customer_name) };
    facts
        .fact(label, Cell::text(who))
        .fact("Agreement", Cell::text(&agreement.id).under(agreement.service_level.label()))
        .fact("From", Cell::part(&When::day(agreement.window.from_ms, view.zone)))
        .fact(
            "Ends",
            Cell::part(&When::day(agreement.window.until_ms, view.zone))
                .and(&within(view, agreement.window.until_ms)),
        )
}

fn within(view: &View, at_ms: i64) -> Ago {
    view.time(at_ms)
}
