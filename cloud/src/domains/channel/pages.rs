//! My distributors, resellers, distribution agreements. Read only: `RiverSync` makes and ends them (PORTAL C4).

use super::model::{DistributionAgreement, Status};
use super::store::agreements;
use super::words::Words;
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, render};
use crate::platform::web::parts::{
    Cell, Chip, Column, Empty, Icon, PageHead, ReadOnly, Row, Table, Tone, When,
};
use crate::platform::web::{Allowed, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use std::collections::BTreeMap;

pub(super) fn routes() -> Routes {
    let see = Action::See;
    Routes::new()
        .get("/partners/distributors", see(Item::MyDistributors), get(distributors))
        .get("/partners/resellers", see(Item::Resellers), get(resellers))
        .get("/partners/agreements", see(Item::DistributionAgreements), get(all_agreements))
}

#[derive(Template)]
#[template(path = "domains/channel/page.html")]
struct ChannelPage {
    words: Words,
    item: Item,
    head: PageHead,
    note: ReadOnly,
    table: Table,
}

impl Page for ChannelPage {
    fn item(&self) -> Item {
        self.item
    }

    fn title(&self) -> String {
        self.words.title(self.item).to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }

    fn explains(&self) -> bool {
        true
    }
}

async fn distributors(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    by_other_side(&app, &allowed, Words::distributor, |agreement| &agreement.distributor.name).await
}

async fn resellers(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    by_other_side(&app, &allowed, Words::reseller, |agreement| &agreement.reseller.name).await
}

/// One row per organisation on the other side.
async fn by_other_side(
    app: &App,
    allowed: &Allowed,
    label: fn(Words) -> &'static str,
    other: impl Fn(&DistributionAgreement) -> &String,
) -> Result<Response, Error> {
    let words = Words(allowed.view.language());
    let mut tx = app.db.read().await?;
    let all = agreements(&mut tx, &allowed.scope, app.clock.now_ms()).await?;
    let mut sides: BTreeMap<&String, Vec<&DistributionAgreement>> = BTreeMap::new();
    for agreement in &all {
        sides.entry(other(agreement)).or_default().push(agreement);
    }
    let rows = sides.iter().map(|(name, agreements)| {
        let best = agreements.iter().map(|agreement| agreement.status).min().unwrap_or(Status::Ended);
        let list = |of: fn(&DistributionAgreement) -> &String| {
            let mut words: Vec<&str> = agreements.iter().map(|agreement| of(agreement).as_str()).collect();
            words.dedup();
            Cell::text(words.join(", "))
        };
        let cells = vec![
            Cell::text(name),
            list(|agreement| &agreement.region),
            list(|agreement| &agreement.product_line),
            Cell::part(&chip(best, words)),
        ];
        Row::new(name.to_lowercase().replace(' ', "-"), cells)
    });
    let columns = [words.region(), words.product_line(), words.status_head()].map(Column::new);
    let columns = std::iter::once(Column::new(label(words))).chain(columns).collect();
    Ok(page(allowed, columns, rows.collect()))
}

async fn all_agreements(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let words = Words(allowed.view.language());
    let mut tx = app.db.read().await?;
    let all = agreements(&mut tx, &allowed.scope, app.clock.now_ms()).await?;
    let reader = allowed.view.reader;
    let rows = all.iter().map(|agreement| {
        let until = match agreement.until_ms {
            Some(until_ms) => Cell::part(&When::day(until_ms, reader)),
            None => Cell::text(words.open_ended()),
        };
        let cells = vec![
            Cell::text(&agreement.reseller.name).under(&agreement.id),
            Cell::text(&agreement.region),
            Cell::text(&agreement.product_line),
            Cell::part(&chip(agreement.status, words)),
            Cell::part(&When::day(agreement.from_ms, reader)),
            until,
        ];
        Row::new(&agreement.id, cells)
    });
    let columns = [
        words.reseller(),
        words.region(),
        words.product_line(),
        words.status_head(),
        words.from(),
        words.until(),
    ]
    .map(Column::new);
    Ok(page(&allowed, columns.into_iter().collect(), rows.collect()))
}

fn page(allowed: &Allowed, columns: Vec<Column>, rows: Vec<Row>) -> Response {
    let item = allowed.scope.action().item();
    let words = Words(allowed.view.language());
    let (title, empty) = (words.title(item), Empty::new(Icon::Agreement, words.none(), words.none_why()));
    let page = ChannelPage {
        words,
        item,
        head: PageHead::new(title),
        note: ReadOnly::because(words.read_only()),
        table: Table::new(title, columns, rows, empty),
    };
    render(allowed, &page)
}

fn chip(status: Status, words: Words) -> Chip {
    let tone = match status {
        Status::Active => Tone::Good,
        Status::Pending => Tone::Warn,
        Status::Ended => Tone::Quiet,
    };
    Chip::new(tone, words.status(status))
}

#[cfg(test)]
mod tests {
    use crate::world::testing::worlds;

    #[tokio::test]
    async fn each_side_reads_its_own_agreements_and_nobody_elses() {
        for world in worlds("channel_pages").await {
            for (person, path, status, shows, hides) in [
                ("nera.tech", "/partners/distributors", 200, "MegaWarehouse,EastDist", "Siam,Northern"),
                ("siam.admin", "/partners/distributors", 200, "MegaWarehouse", "EastDist,Nera"),
                ("mw.manager", "/partners/resellers", 200, "Nera,Siam", "Andaman"),
                ("ed.sales", "/partners/agreements", 200, "Nera,DA-3", "Siam,DA-1"),
                ("huawei.admin", "/partners/distributors", 200, "No agreements", "MegaWarehouse"),
                ("nera.view", "/partners/distributors", 403, "", ""),
                ("nera.admin", "/partners/resellers", 404, "", ""),
                ("mw.admin", "/partners/distributors", 404, "", ""),
                ("rs.admin", "/partners/agreements", 404, "", ""),
            ] {
                let answer = world.as_person(person).await.get(path).await;
                assert_eq!(answer.status, status, "{} {person} {path}", world.engine);
                let main = answer.body.split("<main").nth(1).unwrap_or_default();
                for word in shows.split(',') {
                    assert!(main.contains(word), "{person} {path} lacks {word}");
                }
                for word in hides.split(',').filter(|word| !word.is_empty()) {
                    assert!(!main.contains(word), "{person} {path} shows {word}");
                }
            }
        }
    }

    #[tokio::test]
    async fn an_agreement_that_ended_is_offered_no_more() {
        for world in worlds("channel_ended").await {
            let mut tx = world.app.db.write().await.unwrap();
            let text = "UPDATE distribution_agreement SET until_ms = $1 WHERE id = 'DA-3'";
            let now_ms = world.app.clock.now_ms();
            crate::platform::db::query(text).bind(now_ms).execute(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
            let form = world.as_person("nera.sales1").await.get("/partners/deals/new").await.body;
            assert!(form.contains("MegaWarehouse") && !form.contains("EastDist"), "{}", world.engine);
            let east = world.as_person("ed.sales").await.get("/api/v1/deals").await.body;
            assert!(
                east.contains("DL-2") && !east.contains("DL-1"),
                "its own channel stays, the rest is gone: {east}"
            );
        }
    }
}
