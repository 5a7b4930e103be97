//! The overview page. No banner says who one is: the frame does (PAR-13).

use super::figures::{self, Overview, Rung, Side};
use super::words::Words;
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
    words: Words,
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
        self.words.overview().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn overview(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let words = Words(allowed.view.language());
    let mut tx = app.db.read().await?;
    let all = figures::overview(&mut tx, &allowed, app.clock.now_ms()).await?;
    let board =
        allowed.actor.can(Action::See(Item::Deals)).then_some((words.sales_board(), "/partners/sales"));
    let mut groups = vec![
        Group::of(words.service(), service(&all, words)),
        Group { whole: board, ..sales(&all.sales, words) },
        Group::of(words.channel(), all.channel.iter().map(|side| partners(side, words)).collect()),
    ];
    groups.retain(|group| !group.cards.is_empty() || group.funnel.is_some());
    Ok(render(&allowed, &OverviewPage { words, head: PageHead::new(words.overview()), groups }))
}

fn service(all: &Overview, words: Words) -> Vec<Card> {
    let mut cards = Vec::new();
    if let Some(work) = &all.work {
        let worries = [
            (Tone::Bad, work.breached, words.breached(work.breached)),
            (Tone::Warn, work.at_risk, words.at_risk(work.at_risk)),
        ];
        let worries = worries.into_iter().filter(|(_, count, _)| *count > 0);
        let chips: Vec<Chip> = worries.map(|(tone, _, said)| Chip::new(tone, said)).collect();
        let note = match chips.as_slice() {
            [] => Cell::part(&Chip::new(Tone::Good, words.all_on_track())),
            chips => Cell::parts(chips),
        };
        let figure = Cell::text(work.open);
        cards.push(Card { href: "/partners/workload", label: words.open_work(), figure, note });
    }
    if let Some(renewing) = &all.renewals {
        let soon = Cell::text(words.within_30(renewing.within_30));
        let note = match renewing.within_90 {
            0 => soon,
            _ => soon.under(words.worth_90(renewing.worth.told(words.0))),
        };
        let (label, figure) = (words.renewals_90(), Cell::text(renewing.within_90));
        cards.push(Card { href: "/partners/renewals", label, figure, note });
        if let Some(moving) = &renewing.moving {
            let to = moving.to.as_deref().unwrap_or(words.another_partner());
            let note = Cell::text(words.moving_to(moving.days, to));
            let figure = Cell::text(moving.devices);
            cards.push(Card { href: "/partners/renewals", label: words.moving_away(), figure, note });
        }
    }
    if let Some(covered) = &all.devices {
        let (tone, said) = match (covered.devices, covered.stale) {
            (0, _) => (Tone::Quiet, words.none_covered().to_owned()),
            (_, 0) => (Tone::Good, words.all_reporting().to_owned()),
            (_, stale) => (Tone::Warn, words.not_heard(stale)),
        };
        let heard = covered.devices.saturating_sub(covered.stale);
        let gauge = Gauge::of("heard", words.heard(), heard as u64, covered.devices as u64, words.0);
        let figure = Cell::text(covered.devices);
        let chip = Cell::part(&Chip::new(tone, said));
        let note = if covered.devices == 0 { chip } else { chip.and(&gauge) };
        cards.push(Card { href: "/partners/devices", label: words.covered_devices(), figure, note });
    }
    cards
}

/// A funnel where there are several rungs; a card for who reads a single one.
fn sales(rungs: &[Rung], words: Words) -> Group {
    let places = rungs.iter().find_map(|rung| rung.places).map(|(taken, cap)| match cap {
        Some(cap) => Cell::part(&Meter::new(words.open_deals(), i64::from(taken), i64::from(cap), words.0)),
        None => Cell::text(words.any_number(i64::from(taken))),
    });
    if let [rung] = rungs {
        let (label, figure) = (rung.stage.label_in(words.0), Cell::text(rung.count));
        let card = Card { href: rung.href, label, figure, note: Cell::text(rung.total.told(words.0)) };
        return Group { places, ..Group::of(words.sales(), vec![card]) };
    }
    let step = |rung: &Rung| Step {
        label: rung.stage.label_in(words.0).to_owned(),
        href: Some(rung.href.to_owned()),
        count: rung.count,
        worth: rung.total.told(words.0),
    };
    let steps: Vec<Step> = rungs.iter().map(step).collect();
    let funnel =
        Funnel { id: "pipeline".to_owned(), label: words.by_rung().to_owned(), steps, language: words.0 };
    Group { funnel: (!rungs.is_empty()).then_some(funnel), places, ..Group::of(words.sales(), Vec::new()) }
}

fn partners(side: &Side, words: Words) -> Card {
    let label = if side.item == Item::Resellers { words.resellers() } else { words.distributors() };
    let figure = Cell::text(side.active);
    Card { href: side.href, label, figure, note: Cell::text(words.active()) }
}
