//! The overview page. No banner says who one is: the frame does (PAR-13).

use super::figures::{self, Overview, Rung, Side};
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::chart::{Funnel, Gauge, Step};
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
    figure: Cell,
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
    funnel: Option<Funnel>,
    /// What belongs below the funnel.
    places: Option<Cell>,
}

impl Group {
    fn of(heading: &'static str, cards: Vec<Card>) -> Self {
        Self { heading, whole: None, cards, funnel: None, places: None }
    }
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
        Group::of("Service", service(&all)),
        Group { whole: board, ..sales(&all.sales, allowed.view.language()) },
        Group::of("Channel", all.channel.iter().map(partners).collect()),
    ];
    groups.retain(|group| !group.cards.is_empty() || group.funnel.is_some());
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
        let figure = Cell::text(work.open);
        cards.push(Card { href: "/partners/workload", label: "Open work", figure, note });
    }
    if let Some(renewing) = &all.renewals {
        let note = Cell::text(format!("{} within 30 days", renewing.within_30))
            .under(format!("{} a year within 90 days", renewing.worth));
        let (label, figure) = ("Renewals within 90 days", Cell::text(renewing.within_90));
        cards.push(Card { href: "/partners/renewals", label, figure, note });
        if let Some(moving) = &renewing.moving {
            let to = moving.to.as_deref().unwrap_or("another partner");
            let note = Cell::text(format!("to {to} in {} days", moving.days));
            let figure = Cell::text(moving.devices);
            cards.push(Card { href: "/partners/renewals", label: "Devices moving away", figure, note });
        }
    }
    if let Some(covered) = &all.devices {
        let (tone, words) = match covered.stale {
            0 => (Tone::Good, "All reporting".to_owned()),
            stale => (Tone::Warn, format!("{stale} not heard for an hour")),
        };
        let heard = covered.devices.saturating_sub(covered.stale);
        let gauge = Gauge::of("heard", "Heard", heard as u64, covered.devices as u64);
        let figure = Cell::text(covered.devices);
        let note = Cell::part(&Chip::new(tone, words)).and(&gauge);
        cards.push(Card { href: "/partners/devices", label: "Covered devices", figure, note });
    }
    cards
}

/// A funnel where there are several rungs; a card for who reads a single one.
fn sales(rungs: &[Rung], language: Language) -> Group {
    let places = rungs.iter().find_map(|rung| rung.places).map(|(taken, cap)| match cap {
        Some(cap) => Cell::part(&Meter::new("Open deals", i64::from(taken), i64::from(cap), language)),
        None => Cell::text(format!("{taken} open deals; any number may be open")),
    });
    if let [rung] = rungs {
        let (label, figure) = (rung.stage.label(), Cell::text(rung.count));
        let card = Card { href: rung.href, label, figure, note: Cell::text(&rung.total) };
        return Group { places, ..Group::of("Sales", vec![card]) };
    }
    let step = |rung: &Rung| Step {
        label: rung.stage.label().to_owned(),
        href: Some(rung.href.to_owned()),
        count: rung.count,
        worth: rung.total.to_string(),
    };
    let steps: Vec<Step> = rungs.iter().map(step).collect();
    let funnel = Funnel { id: "pipeline".to_owned(), label: "Records by rung".to_owned(), steps };
    Group { funnel: (!rungs.is_empty()).then_some(funnel), places, ..Group::of("Sales", Vec::new()) }
}

fn partners(side: &Side) -> Card {
    let (label, figure) = (side.item.label(), Cell::text(side.active));
    Card { href: side.href, label, figure, note: Cell::text("active") }
}
