//! Lists that are longer than anybody scrolls: every record is reached, once, in every order.

use crate::platform::db::query;
use crate::world::testing::{Browser, World, worlds};
use serde_json::Value;
use std::collections::BTreeSet;

const MANY: usize = 5_200;

/// Nera's deals: half of them through MegaWarehouse, many without an amount, and many alike in all but their id.
async fn fill(world: &World) {
    let text = "INSERT INTO funnel_record (id, stage, status, reseller_id, owner_id, distributor_id, customer_name, title,
            amount_cents, currency, source, created_ms, updated_ms, vendor_id)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
         SELECT 'DL-F' || n.i, CASE WHEN n.i % 3 = 0 THEN 'quote' ELSE 'deal' END,
            CASE WHEN n.i % 3 = 0 THEN 'issued' WHEN n.i % 3 = 1 THEN 'approved' ELSE 'submitted' END,
            d.reseller_id, d.owner_id, CASE WHEN n.i % 2 = 0 THEN 'megawarehouse' ELSE 'eastdist' END,
            'Customer ' || (n.i % 40), 'Pumps ' || (n.i % 90), CASE WHEN n.i % 7 <> 0 THEN 1000 + n.i % 500 END,
            CASE WHEN n.i % 5 <> 0 THEN 'THB' END, d.source, d.created_ms, d.created_ms + n.i % 700, d.vendor_id
         FROM n JOIN funnel_record d ON d.id = 'DL-1'";
    let mut tx = world.app.db.write().await.unwrap();
    query(text).bind(i64::try_from(MANY).unwrap()).execute(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// Somebody registers one more while others read.
async fn one_more(world: &World, number: usize) {
    let text = "INSERT INTO funnel_record (id, stage, status, reseller_id, owner_id, distributor_id, customer_name, title,
            amount_cents, currency, source, created_ms, updated_ms, vendor_id)
         SELECT 'DL-N' || CAST($1 AS TEXT), stage, status, reseller_id, owner_id, distributor_id, customer_name, title,
            amount_cents, currency, source, created_ms, updated_ms + $2, vendor_id FROM funnel_record WHERE id = 'DL-1'";
    let mut tx = world.app.db.write().await.unwrap();
    let number = i64::try_from(number).unwrap();
    query(text).bind(number.to_string()).bind(number * 10).execute(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

async fn walk(world: &World, browser: &Browser, list: &str, add: bool) -> Vec<serde_json::Value> {
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    for round in 0..=MANY / 100 {
        let answer = browser.get(&format!("{list}limit=200{cursor}")).await;
        assert_eq!(answer.status, 200, "{} {list}: {}", world.engine, answer.body);
        let piece = answer.json();
        seen.extend(piece["deals"].as_array().unwrap().iter().cloned());
        if add {
            one_more(world, seen.len()).await;
        }
        // The bucket of the reader's requests fills again.
        world.clock.advance(10_000);
        let Some(next) = piece["next"].as_str() else {
            assert!(round > 20, "{} {list} ended after {round}", world.engine);
            return seen;
        };
        cursor = format!("&cursor={next}");
    }
    panic!("{} {list} does not end", world.engine);
}

fn ids(seen: &[serde_json::Value]) -> BTreeSet<String> {
    let ids: BTreeSet<String> = seen.iter().map(|deal| deal["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), seen.len(), "a record was shown twice");
    ids
}

#[tokio::test]
async fn every_record_is_reached_once_in_every_order_also_while_others_are_added() {
    for world in worlds("funnel_walk").await {
        fill(&world).await;
        let all: BTreeSet<String> = (1..=MANY).map(|i| format!("DL-F{i}")).collect();
        for (reader, list) in [
            ("nera.admin", "/api/v1/deals?"),
            ("nera.admin", "/api/v1/deals?sort=customer&"),
            ("mw.sales", "/api/v1/deals?sort=-value&"),
            ("mw.sales", "/api/v1/deals?sort=value&"),
            ("rs.pipeline", "/api/v1/pipeline?sort=status&"),
            ("rs.pipeline", "/api/v1/pipeline?sort=-title&"),
            ("nera.sales1", "/api/v1/deals?sort=id&q=pumps&"),
            ("mw.sales", "/api/v1/deals?sort=status,-value&"),
            ("mw.sales", "/api/v1/deals?sort=-value,title&"),
            ("rs.pipeline", "/api/v1/pipeline?sort=-customer,status,-updated&"),
        ] {
            let browser = world.as_person(reader).await.unscanned();
            let count = browser.get(&format!("{list}limit=1")).await.json()["count"].as_u64().unwrap();
            let seen = walk(&world, &browser, list, list.ends_with("deals?")).await;
            let found = ids(&seen);
            let missing: Vec<_> = all.difference(&found).take(3).collect();
            assert!(missing.is_empty(), "{} {reader} {list} leaves out {missing:?}", world.engine);
            if !list.ends_with("deals?") {
                assert_eq!(seen.len() as u64, count, "{} {reader} {list}", world.engine);
            }
            if list.contains("sort=status,-value") {
                let place = |deal: &Value| (deal["stage"].to_string(), deal["status"].to_string());
                let same = seen.windows(2).filter(|two| place(&two[0]) == place(&two[1]));
                let falls = |two: &[Value]| {
                    // What is masked is worth nothing here, whatever it is worth.
                    let cents = |deal: &Value| deal["amount"]["cents"].as_i64().unwrap_or(-1);
                    let currency = |deal: &Value| deal["amount"]["currency"].clone();
                    cents(&two[1]) < 0
                        || currency(&two[0]) != currency(&two[1])
                        || cents(&two[0]) >= cents(&two[1])
                };
                assert!(same.clone().count() > 10, "{}", world.engine);
                assert!(same.into_iter().all(falls), "{}", world.engine);
            }
            if list.contains("sort=-value&") {
                let masked: Vec<bool> = seen.iter().map(|deal| deal["amount"]["masked"] == true).collect();
                assert!(masked.is_sorted() && masked.contains(&true), "hidden ones come last");
                let shown = seen.iter().filter_map(|deal| deal["amount"]["cents"].as_i64());
                assert!(shown.is_sorted_by(|a, b| a >= b), "{}", world.engine);
            }
        }
        assert_eq!(world.count("FROM funnel_record r WHERE id <> $1", "").await, added_up(&world).await);
    }
}

/// How many records the database has counted by itself.
async fn added_up(world: &World) -> i64 {
    #[derive(sqlx::FromRow)]
    struct Sum {
        records: i64,
    }
    let mut tx = world.app.db.read().await.unwrap();
    let text = "SELECT CAST(SUM(records) AS BIGINT) AS records FROM funnel_sum";
    query(text).one::<Sum>(&mut tx).await.unwrap().records
}

#[tokio::test]
async fn a_cursor_is_good_for_its_list_its_order_and_its_organisation() {
    for world in worlds("funnel_cursor").await {
        let nera = world.as_person("nera.admin").await;
        let next = async |path: &str| nera.get(path).await.json()["next"].as_str().unwrap().to_owned();
        let (mine, by_value) =
            (next("/api/v1/deals?limit=2").await, next("/api/v1/deals?limit=2&sort=value").await);
        let of_log = next("/api/v1/log?limit=1").await;
        let long = "A".repeat(5_000);
        for (path, cursor) in [
            ("/api/v1/deals?", by_value.as_str()),
            ("/api/v1/deals?sort=value&", &mine),
            ("/api/v1/deals?sort=-value&", &by_value),
            ("/api/v1/deals?", &of_log),
            ("/api/v1/deals?", "x"),
            ("/api/v1/deals?", "YWZ0ZXI6e30"),
            ("/api/v1/deals?", &long),
            ("/partners/deals?", "x"),
        ] {
            let answer = nera.get(&format!("{path}cursor={cursor}")).await;
            assert_eq!(answer.status, 422, "{} {path}{cursor}: {}", world.engine, answer.body);
        }
        assert_eq!(nera.get(&format!("/api/v1/deals?cursor={mine}")).await.status, 200);
        for stranger in ["siam.admin", "mw.sales"] {
            let browser = world.as_person(stranger).await;
            let answer = browser.get(&format!("/api/v1/deals?cursor={mine}")).await;
            assert_eq!(answer.status, 422, "{} {stranger}", world.engine);
        }
    }
}

#[tokio::test]
async fn a_page_of_a_list_goes_on_and_back_to_the_beginning() {
    for world in worlds("funnel_pages").await {
        fill(&world).await;
        let nera = world.as_person("nera.admin").await;
        let first = nera.get("/partners/deals?q=pumps&sort=customer").await;
        assert!(first.body.contains("1–50 of 3468"), "{}: {}", world.engine, first.body);
        let on = first.body.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
        let second = nera.get(&on.replace("&amp;", "&").replace("&#38;", "&")).await;
        assert!(second.body.contains("51–100 of 3468"), "{}", second.body);
        assert!(second.body.contains("First page"));
        let csv = nera.get("/partners/deals?q=pumps&format=csv").await;
        assert_eq!(csv.body.lines().count(), 1 + 3468, "{}", world.engine);
        let board = nera.get("/partners/sales").await;
        assert!(board.body.contains("more"), "{}", board.body);
    }
}
