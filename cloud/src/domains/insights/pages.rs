//! The overview page. No banner says who one is: the frame does (PAR-13).

use super::figures::{self, Overview, Rung, Side};
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, render};
use crate::platform::web::parts::{Cell, Chip, Meter, PageHead, Tone};
use crate::platform::web::{Allowed, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

pub(super) fn routes() -> Routes {
    let see = Action::See(Item::Overview);
    Routes::new().get("/partners/overview", see, get(overview)).get("/partners/dashboard", see, get(overview))
}

/// A figure and the list behind it.
struct Card {
    href: &'static str,
    label: &'static str,
    figure: String,
    note: Cell,
}

#[derive(Template)]
#[template(path = "domains/insights/overview.html")]
struct OverviewPage {
    head: PageHead,
    groups: Vec<Group>,
}

/// Cards that belong together; with a page that shows them all, if there is one.
struct Group {
    heading: &'static str,
    whole: Option<(&'static str, &'static str)>,
    cards: Vec<Card>,
}

impl Page for OverviewPage {
    fn item(&self) -> Item {
        Item::Overview
    }

    fn title(&self) -> String {
        "Overview".to_owned()
    }
}

async fn overview(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let all = figures::overview(&mut tx, &allowed, app.clock.now_ms()).await?;
    let board = allowed.actor.can(Action::See(Item::Deals)).then_some(("Sales board", "/partners/sales"));
    let mut groups = vec![
        Group { heading: "Service", whole: None, cards: service(&all) },
        Group { heading: "Sales", whole: board, cards: all.sales.iter().map(sales).collect() },
        Group { heading: "Channel", whole: None, cards: all.channel.iter().map(partners).collect() },
    ];
    groups.retain(|group| !group.cards.is_empty());
    Ok(render(&allowed, &OverviewPage { head: PageHead::new("Overview"), groups }))
}

fn service(all: &Overview) -> Vec<Card> {
    let mut cards = Vec::new();
    if let Some(work) = &all.work {
        let worries = [(Tone::Bad, work.breached, "breached"), (Tone::Warn, work.at_risk, "at risk")];
        let worries = worries.into_iter().filter(|(_, count, _)| *count > 0);
        let chips: Vec<Chip> =
            worries.map(|(tone, count, word)| Chip::new(tone, format!("{count} {word}"))).collect();
        let note = match chips.as_slice() {
            [] => Cell::part(&Chip::new(Tone::Good, "All on track")),
            chips => Cell::parts(chips),
        };
        let figure = work.open.to_string();
        cards.push(Card { href: "/partners/workload", label: "Open work", figure, note });
    }
    if let Some(renewing) = &all.renewals {
        let note = Cell::text(format!("{} within 30 days", renewing.within_30))
            .under(format!("{} a year within 90 days", renewing.worth));
        let (label, figure) = ("Renewals within 90 days", renewing.within_90.to_string());
        cards.push(Card { href: "/partners/renewals", label, figure, note });
        if let Some(moving) = &renewing.moving {
            let to = moving.to.as_deref().unwrap_or("another partner");
            let note = Cell::text(format!("to {to} in {} days", moving.days));
            let figure = moving.devices.to_string();
            cards.push(Card { href: "/partners/renewals", label: "Devices moving away", figure, note });
        }
    }
    if let Some(covered) = &all.devices {
        let note = match covered.stale {
            0 => Cell::part(&Chip::new(Tone::Good, "All reporting")),
            stale => Cell::part(&Chip::new(Tone::Warn, format!("{stale} not heard for an hour"))),
        };
        let figure = covered.devices.to_string();
        cards.push(Card { href: "/partners/devices", label: "Covered devices", figure, note });
    }
    cards
}

fn sales(rung: &Rung) -> Card {
    let total = rung.total.to_string();
    let note = match rung.places {
        Some((taken, Some(cap))) => {
            Cell::part(&Meter::new("Open deals", i64::from(taken), i64::from(cap))).under(total)
        }
        Some((_, None)) => Cell::text(total).under("Any number may be open"),
        None => Cell::text(total),
    };
    Card { href: rung.href, label: rung.stage.label(), figure: rung.count.to_string(), note }
}

fn partners(side: &Side) -> Card {
    let (label, figure) = (side.item.label(), side.active.to_string());
    Card { href: side.href, label, figure, note: Cell::text("active") }
}
