//! Lists of what a partner covers that are longer than anybody scrolls: devices, what is open on them, and when their
//! agreements end. Every record is reached once, in every order, also while others come and go and the clock goes on.

use crate::platform::base::MINUTE_MS;
use crate::platform::db::query;
use crate::world::testing::{Browser, World, worlds};
use std::collections::BTreeSet;

const MANY: i64 = 1_300;

/// Devices as Nera covers D-BF-1, many of them alike in all but their id, with a ticket on each, opened one after the other
/// over some days: while somebody reads, one after the other gets at risk and is breached.
async fn fill(world: &World, ids: std::ops::Range<i64>) {
    let mut tx = world.app.db.write().await.unwrap();
    let now_ms = world.app.clock.now_ms();
    for text in [
        "INSERT INTO device (id, name, model_id, tenant_id, site, agent_id, serial)
         WITH RECURSIVE n (i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $2)
         SELECT 'D-W' || n.i, 'Pump ' || (n.i % 90), d.model_id, d.tenant_id, d.site, d.agent_id, 'W' || n.i
         FROM n JOIN device d ON d.id = 'D-BF-1' WHERE $3 > 0",
        "INSERT INTO coverage (id, device_id, partner_id, agreement_id, from_ms, until_ms)
         WITH RECURSIVE n (i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $2)
         SELECT 'C-W' || n.i, 'D-W' || n.i, c.partner_id, c.agreement_id, c.from_ms, c.until_ms
         FROM n JOIN coverage c ON c.device_id = 'D-BF-1' AND c.from_ms <= $3 AND c.until_ms > $3",
        "INSERT INTO ticket (id, device_id, title, severity, opened_ms)
         WITH RECURSIVE n (i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $2)
         SELECT 'T-W' || n.i, 'D-W' || n.i, 'Leaks', CASE WHEN n.i % 3 = 0 THEN 'critical' ELSE 'info' END,
            $3 - (n.i % 400) * 60000 FROM n",
    ] {
        query(text).bind(ids.start).bind(ids.end).bind(now_ms).execute(&mut tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn walk(world: &World, browser: &Browser, list: &str, name: &str) -> (Vec<String>, u64) {
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    for round in 0..40_i64 {
        let answer = browser.get(&format!("{list}limit=200{cursor}")).await;
        assert_eq!(answer.status, 200, "{} {list}: {}", world.engine, answer.body);
        let piece = answer.json();
        let count = piece["count"].as_u64().unwrap();
        for one in piece[name].as_array().unwrap() {
            let id = one["id"].as_str().or_else(|| one["device"]["id"].as_str()).unwrap();
            seen.push(id.to_owned());
        }
        // Something is added, something is done, and time goes on.
        let number = MANY + 1 + world.app.clock.now_ms() % 100_000_000 + round;
        fill(world, number..number + 1).await;
        if let (Some(last), "items") = (seen.last(), name) {
            let done = browser.post_json(&format!("/api/v1/workload/{last}/resolve"), "{}").await;
            assert_eq!(done.status, 200, "{} {last}: {}", world.engine, done.body);
        }
        world.clock.advance(7 * MINUTE_MS);
        let Some(next) = piece["next"].as_str() else { return (seen, count) };
        cursor = format!("&cursor={next}");
    }
    panic!("{} {list} does not end", world.engine);
}

#[tokio::test]
async fn every_record_is_reached_once_also_while_others_come_and_go_and_time_goes_on() {
    for world in worlds("partner_walk").await {
        fill(&world, 1..MANY + 1).await;
        for (list, name, kind) in [
            ("/api/v1/devices?", "devices", "D"),
            ("/api/v1/devices?sort=-device&", "devices", "D"),
            ("/api/v1/renewals?", "renewals", "D"),
            ("/api/v1/workload?", "items", "T"),
            ("/api/v1/workload?order=tier&type=ticket&", "items", "T"),
        ] {
            let browser = world.as_person("nera.admin").await.unscanned();
            let before: BTreeSet<String> = {
                let open = "SELECT id FROM ticket WHERE id LIKE 'T-W%' AND resolved_ms IS NULL";
                let all = "SELECT id FROM device WHERE id LIKE 'D-W%'";
                let mut tx = world.app.db.read().await.unwrap();
                let rows: Vec<Id> = query(if kind == "T" { open } else { all }).all(&mut tx).await.unwrap();
                rows.into_iter().map(|row| row.id).collect()
            };
            let (seen, count) = walk(&world, &browser, list, name).await;
            let once: BTreeSet<String> = seen.iter().cloned().collect();
            assert_eq!(once.len(), seen.len(), "{} {list} shows a record twice", world.engine);
            let missing: Vec<_> = before.difference(&once).take(3).collect();
            assert!(missing.is_empty(), "{} {list} leaves out {missing:?}", world.engine);
            assert!(count >= before.len() as u64 / 2, "{} {list}: {count}", world.engine);
        }
    }
}

#[derive(sqlx::FromRow)]
struct Id {
    id: String,
}

#[tokio::test]
async fn pages_go_on_where_the_api_does_and_count_the_same() {
    for world in worlds("partner_pages").await {
        fill(&world, 1..201).await;
        let nera = world.as_person("nera.admin").await.unscanned();
        for (page, list) in [
            ("/partners/workload", "/api/v1/workload"),
            ("/partners/devices", "/api/v1/devices"),
            ("/partners/renewals", "/api/v1/renewals"),
        ] {
            let count = nera.get_json(list).await.json()["count"].as_u64().unwrap();
            assert!(count > 200, "{} {list}: {count}", world.engine);
            let first = nera.get(page).await;
            assert!(
                first.body.contains(&format!("1–50 of {count}")),
                "{} {page}: {}",
                world.engine,
                first.body
            );
            let on = first.body.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
            let second = nera.get(&on.replace("&amp;", "&").replace("&#38;", "&")).await;
            assert!(second.body.contains(&format!("51–100 of {count}")), "{} {page}", world.engine);
            assert!(second.body.contains("First page"), "{} {page}", world.engine);
            let next =
                nera.get_json(&format!("{list}?limit=1")).await.json()["next"].as_str().unwrap().to_owned();
            let siam = world.as_person("siam.admin").await;
            let foreign = siam.get_json(&format!("{list}?cursor={next}")).await;
            assert_eq!(foreign.status, 422, "{} {list}: another's cursor: {}", world.engine, foreign.body);
        }
    }
}
