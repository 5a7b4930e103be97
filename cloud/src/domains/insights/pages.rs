//! The overview page. No banner says who one is: the frame does (PAR-13).

use crate::app::App;
use crate::domains::coverage::{self, CoveredDevice, Standing};
use crate::domains::funnel::stages::Stage;
use crate::domains::{channel, funnel, renewals, workload};
use crate::platform::access::{Action, Item, Party, Scope};
use crate::platform::base::{HOUR_MS, Total};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, render};
use crate::platform::web::parts::{Cell, Chip, Meter, PageHead, Tone};
use crate::platform::web::{Allowed, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

/// A device whose gateway was not heard for this long is stale.
const STALE_MS: i64 = HOUR_MS;

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
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.read().await?;
    let board = allowed.actor.can(Action::See(Item::Deals)).then_some(("Sales board", "/partners/sales"));
    let mut groups = vec![
        Group { heading: "Service", whole: None, cards: service(&mut tx, &allowed, now_ms).await? },
        Group { heading: "Sales", whole: board, cards: sales(&mut tx, &allowed, now_ms).await? },
        Group { heading: "Channel", whole: None, cards: partners(&mut tx, &allowed, now_ms).await? },
    ];
    groups.retain(|group| !group.cards.is_empty());
    Ok(render(&allowed, &OverviewPage { head: PageHead::new("Overview"), groups }))
}

/// The scope of an item's own page, if the asker may open it.
fn scope(allowed: &Allowed, item: Item) -> Option<Scope> {
    allowed.actor.may(Action::See(item)).ok()
}

async fn service(tx: &mut Tx, allowed: &Allowed, now_ms: i64) -> Result<Vec<Card>, Error> {
    let mut cards = Vec::new();
    if let Some(scope) = scope(allowed, Item::Workload) {
        let queue = workload::queue(tx, &scope, now_ms, workload::Order::Deadline).await?;
        let standing = |standing| queue.iter().filter(|item| item.promise.standing == standing).count();
        let (breached, at_risk) =
            (standing(workload::Standing::Breached), standing(workload::Standing::AtRisk));
        let worries = [(Tone::Bad, breached, "breached"), (Tone::Warn, at_risk, "at risk")];
        let worries = worries.into_iter().filter(|(_, count, _)| *count > 0);
        let chips: Vec<Chip> =
            worries.map(|(tone, count, word)| Chip::new(tone, format!("{count} {word}"))).collect();
        let note = match chips.as_slice() {
            [] => Cell::part(&Chip::new(Tone::Good, "All on track")),
            chips => Cell::parts(chips),
        };
        let figure = queue.len().to_string();
        cards.push(Card { href: "/partners/workload", label: "Open work", figure, note });
    }
    if let Some(scope) = scope(allowed, Item::Renewals) {
        let all = renewals::renewals(tx, &scope, now_ms).await?;
        let renewable: Vec<_> = all.iter().filter(|renewal| renewal.band.is_renewable()).collect();
        let within = |days: i64| renewable.iter().filter(move |renewal| renewal.days <= days).copied();
        let worth = renewals::worth(within(90));
        let (month, quarter) = (within(30).count(), within(90).count());
        let note =
            Cell::text(format!("{month} within 30 days")).under(format!("{worth} a year within 90 days"));
        let label = "Renewals within 90 days";
        cards.push(Card { href: "/partners/renewals", label, figure: quarter.to_string(), note });
        let moving = all.iter().filter(|renewal| renewal.band == renewals::Band::MovingAway);
        if let Some(first) = moving.clone().next() {
            let to = first.other.as_deref().unwrap_or("another partner");
            let note = Cell::text(format!("to {to} in {} days", first.days));
            let figure = moving.count().to_string();
            cards.push(Card { href: "/partners/renewals", label: "Devices moving away", figure, note });
        }
    }
    if let Some(scope) = scope(allowed, Item::CoveredDevices) {
        let devices = coverage::covered_devices(tx, &scope, now_ms).await?;
        let covered = devices.iter().filter(|device| matches!(device.standing, Standing::Covered { .. }));
        let stale = covered.clone().filter(|device| is_stale(device, now_ms)).count();
        let note = match stale {
            0 => Cell::part(&Chip::new(Tone::Good, "All reporting")),
            _ => Cell::part(&Chip::new(Tone::Warn, format!("{stale} not heard for an hour"))),
        };
        let figure = covered.count().to_string();
        cards.push(Card { href: "/partners/devices", label: "Covered devices", figure, note });
    }
    Ok(cards)
}

fn is_stale(device: &CoveredDevice, now_ms: i64) -> bool {
    device.device.last_seen_ms.is_none_or(|seen_ms| now_ms - seen_ms > STALE_MS)
}

async fn sales(tx: &mut Tx, allowed: &Allowed, now_ms: i64) -> Result<Vec<Card>, Error> {
    let rungs = [
        (Stage::Lead, Item::Leads, "/partners/leads"),
        (Stage::Opportunity, Item::Opportunities, "/partners/opportunities"),
        (Stage::Deal, Item::Deals, "/partners/deals"),
        (Stage::Quote, Item::Quotes, "/partners/quotes"),
        (Stage::Closed, Item::Closed, "/partners/closed"),
    ];
    let deals = funnel::deals(tx, &allowed.scope, now_ms).await?;
    let mut cards = Vec::new();
    for (stage, item, href) in rungs {
        if !allowed.actor.can(Action::See(item)) {
            continue;
        }
        let mut total = Total::default();
        let here = deals.iter().filter(|deal| deal.stage() == stage);
        here.clone().for_each(|deal| deal.core().add_to(&mut total));
        let mut note = Cell::text(total.to_string());
        if stage == Stage::Deal && allowed.scope.party() == Party::Reseller {
            let places = funnel::places(tx, &allowed.scope).await?;
            note = match places.cap {
                Some(cap) => Cell::part(&Meter::new("Open deals", i64::from(places.taken), i64::from(cap)))
                    .under(total.to_string()),
                None => Cell::text(total.to_string()).under("Any number may be open"),
            };
        }
        cards.push(Card { href, label: stage.label(), figure: here.count().to_string(), note });
    }
    Ok(cards)
}

async fn partners(tx: &mut Tx, allowed: &Allowed, now_ms: i64) -> Result<Vec<Card>, Error> {
    let sides = [
        (Item::MyDistributors, "/partners/distributors"),
        (Item::Resellers, "/partners/resellers"),
        (Item::DistributionAgreements, "/partners/agreements"),
    ];
    let mut cards = Vec::new();
    for (item, href) in sides {
        let Some(scope) = scope(allowed, item) else { continue };
        let all = channel::agreements(tx, &scope, now_ms).await?;
        let active = all.iter().filter(|agreement| agreement.status == channel::Status::Active);
        let figure = match item {
            Item::MyDistributors | Item::Resellers => {
                let mut sides: Vec<&str> = active
                    .map(|agreement| match item {
                        Item::Resellers => agreement.reseller.id.as_str(),
                        _ => agreement.distributor.id.as_str(),
                    })
                    .collect();
                sides.sort_unstable();
                sides.dedup();
                sides.len()
            }
            _ => active.count(),
        };
        cards.push(Card {
            href,
            label: item.label(),
            figure: figure.to_string(),
            note: Cell::text("active"),
        });
    }
    Ok(cards)
}
