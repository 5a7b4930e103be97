//! The tier page: where the reseller stands, and what each tier includes. Generated from the map that is enforced.

use super::map::{MAP, comparison};
use super::store;
use super::words::Words;
use crate::app::App;
use crate::platform::access::{Action, Item, PartnerTier};
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, render};
use crate::platform::web::parts::{
    Cell, Chip, Column, Empty, Icon, PageHead, ReadOnly, Row, Stepper, Table, Tone,
};
use crate::platform::web::{Allowed, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

pub(super) fn routes() -> Routes {
    Routes::new().get("/partners/tier", Action::See(Item::TierProgram), get(tier))
}

#[derive(Template)]
#[template(path = "domains/program/tier.html")]
struct TierPage {
    words: Words,
    head: PageHead,
    note: ReadOnly,
    granted: Option<String>,
    road: Stepper,
    next: Option<&'static str>,
    gains: Vec<(&'static str, String)>,
    table: Table,
}

impl Page for TierPage {
    fn item(&self) -> Item {
        Item::TierProgram
    }

    fn title(&self) -> String {
        self.words.tier_program().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }

    fn explains(&self) -> bool {
        true
    }
}

async fn tier(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let granted = store::granted(&mut app.db.read().await?, &allowed.scope).await?;
    let own = allowed.scope.partner_tier().unwrap_or(PartnerTier::Authorized);
    let words = Words(allowed.view.language());
    let rows = comparison(&MAP, words);
    let next = PartnerTier::ALL.into_iter().find(|tier| *tier > own);
    let at = |tier: PartnerTier| MAP.iter().position(|of| of.tier == tier);
    let gains = match (at(own), next.and_then(at)) {
        (Some(own), Some(next)) => rows
            .iter()
            .filter(|row| row.cells.get(own) != row.cells.get(next))
            .filter_map(|row| Some((row.label, row.cells.get(next)?.clone())))
            .collect(),
        _ => Vec::new(),
    };
    let mut columns = vec![Column::new(words.includes())];
    columns.extend(MAP.iter().map(|of| {
        let column = Column::new(of.tier.label());
        if of.tier == own { column.own() } else { column }
    }));
    let lines = rows.into_iter().enumerate().map(|(nth, row)| {
        let cells = std::iter::once(Cell::text(row.label));
        Row::new(format!("line-{nth}"), cells.chain(row.cells.iter().map(Cell::text)).collect())
    });
    let page = TierPage {
        words,
        head: PageHead::new(words.tier_program())
            .chip(&Chip::new(Tone::Accent, words.you_are(own.label())).icon(Icon::Tier)),
        note: ReadOnly::because(words.granted_by()),
        granted: granted.map(|given| words.granted_on(allowed.view.reader.day(given.from_ms), given.reason)),
        road: Stepper::new(
            words.road(),
            MAP.iter().map(|of| of.tier.label()),
            at(own).unwrap_or_default(),
            words.0,
        ),
        next: next.map(PartnerTier::label),
        gains,
        table: Table::new(
            words.each_includes(),
            columns,
            lines.collect(),
            Empty::new(Icon::Tier, words.no_tiers(), words.no_tiers_why()),
        ),
    };
    Ok(render(&allowed, &page))
}

#[cfg(test)]
mod tests {
    use crate::world::testing::worlds;

    #[tokio::test]
    async fn a_reseller_reads_its_tier_and_a_distributor_has_none() {
        for world in worlds("program_tier").await {
            let nera = world.as_person("nera.coord").await.get("/partners/tier").await;
            assert_eq!(nera.status, 200, "{}", nera.body);
            for word in ["You are Gold", "Unlimited", "List − 15 %", "Platinum brings"] {
                assert!(nera.body.contains(word), "{word} in {}", nera.body);
            }
            let andaman = world.as_person("andaman.admin").await.get("/partners/tier").await;
            assert!(andaman.body.contains("highest tier"), "{}", andaman.body);
            let mega = world.as_person("mw.admin").await;
            let sent = mega.get("/partners/tier").await;
            assert_eq!((sent.status, sent.location()), (303, "/partners/overview"), "{}", world.engine);
            assert!(!mega.get("/partners/overview").await.body.contains("/partners/tier"));
            assert_eq!(world.as_person("nera.view").await.get("/partners/tier").await.status, 403);
            assert_eq!(world.as_person("bkk.admin").await.get("/partners/tier").await.status, 404);
        }
    }
}
