//! Stories of devices on each engine: whose is there, what is granted, and what is nowhere.

use crate::domains::enrolment::listener::testing::{Gateway, open};
use crate::domains::telemetry::testing::{schema, telemetry};
use crate::world::testing::{World, worlds};
use riversync_protocol::v1::Outcome;

/// Ten seconds of D-BF-1 through the real way in: power ends at 0.9 kW, temperature at 1.9 °C.
pub(super) async fn upload(world: &World) {
    let door = open(&world.app).await;
    let gateway = Gateway::enrolled(&world.app, &door, "A-BF").await;
    let schema = schema(&["D-BF-1"], &["power", "temp"]);
    gateway.schema(&schema).await;
    let first_ms = world.app.clock.now_ms();
    world.clock.advance(10_000);
    let ack = gateway.upload(&telemetry("A-BF", &schema, 0, 0, first_ms, 10)).await;
    assert_eq!(ack.outcome, Outcome::Stored, "{}", world.engine);
}

#[tokio::test]
async fn values_are_shown_while_they_are_granted_and_nowhere_after() {
    for world in worlds("devices_values").await {
        upload(&world).await;
        let nera = world.as_person("nera.coord").await;
        let owner = world.as_person("bkk.admin").await;
        let base = "/partners/devices/D-BF-1";
        let values = "/api/v1/devices/D-BF-1/values";
        let page = nera.get(base).await;
        assert!(
            page.body.contains("0.9 kW") && page.body.contains("1.9 °C"),
            "{}: {}",
            world.engine,
            page.body
        );
        assert!(page.body.contains("data-live=\"telemetry:D-BF-1 grants\""), "{}", page.body);
        let json = nera.get(values).await.json();
        let names: Vec<&str> =
            json["metrics"].as_array().unwrap().iter().map(|m| m["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["power", "temp"]);
        let csv = nera.get(&format!("{base}/data.csv")).await;
        assert!(csv.body.contains("Power,kW,") && csv.body.contains("Temperature"), "{}", csv.body);
        let log = owner.get("/portal/log?device=D-BF-1").await;
        assert!(log.body.contains("Nok Charoen") && log.body.contains("read values"), "{}", log.body);
        assert!(owner.get("/portal").await.body.contains("Temperature 1.9 °C"));

        let narrow = "/portal/sharing/grant_bf_nera/narrow";
        assert_eq!(owner.post(narrow, &[("items", "D-BF-1/power")]).await.status, 303);
        for path in [base.to_owned(), values.to_owned(), format!("{base}/data.csv")] {
            let answer = nera.get(&path).await;
            assert_eq!(answer.status, 200, "{path}");
            assert!(
                !answer.body.contains("1.9") && (path == base || !answer.body.contains("\"temp\"")),
                "{path}: {}",
                answer.body
            );
        }
        let page = nera.get(base).await;
        assert!(
            page.body.contains("0.9 kW") && page.body.contains("Not granted by BKKFoods"),
            "{}",
            page.body
        );
        assert_eq!(nera.get(&format!("{values}?metric=vibration")).await.status, 403);

        assert_eq!(owner.post("/portal/sharing/grant_bf_nera/revoke", &[]).await.status, 303);
        let page = nera.get(base).await;
        assert!(!page.body.contains("0.9 kW") && page.body.contains("Request access"), "{}", page.body);
    }
}

#[tokio::test]
async fn who_only_reads_carries_nothing_away() {
    for world in worlds("devices_export").await {
        let sales = world.as_person("nera.sales1").await;
        for range in ["", "?range=7d"] {
            let page = sales.get(&format!("/partners/devices/D-BF-1{range}")).await;
            assert_eq!(page.status, 200, "{}", world.engine);
            assert!(!page.body.contains("csv"), "{}", page.body);
        }
        assert_eq!(sales.get("/partners/devices/D-BF-1/data.csv").await.status, 403);
    }
}

#[tokio::test]
async fn a_partner_finds_exactly_what_it_covers() {
    for world in worlds("devices_covered").await {
        let nera = world.as_person("nera.coord").await;
        let page = nera.get("/partners/devices").await;
        assert_eq!(page.status, 200, "{}: {}", world.engine, page.body);
        for id in ["D-BF-1", "D-BF-2", "D-BF-3", "D-BF-4", "D-SR-1", "D-SR-2", "D-SR-3", "D-SR-4"] {
            assert!(page.body.contains(id), "{id}");
        }
        for id in ["D-BF-5", "D-LC-1", "D-NE-1", "Lonely"] {
            assert!(!page.body.contains(id), "{id}");
        }
        assert!(page.body.contains("Moving to Huawei-TH · 1 Aug 2026 · 17 days"), "{}", page.body);
        assert!(page.body.contains("Not granted by BKKFoods"), "D-BF-4 is covered and not granted");
        assert!(page.body.contains("data-label=\"Customer\""), "a phone shows each cell with its label");
        let csv = nera.get("/partners/devices.csv?values=moving").await;
        assert_eq!(csv.body.lines().count(), 5, "{}", csv.body);
        let none = nera.get("/partners/devices?customer=lonely").await;
        assert!(
            none.body.contains("Nothing matches") && none.body.contains("Clear filters"),
            "{}",
            none.body
        );
    }
}

#[tokio::test]
async fn what_arrives_is_known_and_not_seen() {
    for world in worlds("devices_arriving").await {
        let huawei = world.as_person("huawei.admin").await;
        let page = huawei.get("/partners/devices").await;
        assert!(page.body.contains("Arriving from Nera · 1 Aug 2026 · 17 days"), "{}", page.body);
        let device = huawei.get("/partners/devices/D-SR-1").await;
        assert_eq!(device.status, 200);
        assert!(device.body.contains("Your coverage of this device has not begun"), "{}", device.body);
    }
}

#[tokio::test]
async fn a_covered_device_without_a_grant_says_whose_decision_it_is() {
    for world in worlds("devices_locked").await {
        let nera = world.as_person("nera.coord").await;
        let page = nera.get("/partners/devices/D-BF-4").await;
        assert_eq!(page.status, 200);
        for part in ["Main meter", "Not granted by BKKFoods", "Request access", "AG-BF-4", "Basic service"] {
            assert!(page.body.contains(part), "{part}: {}", page.body);
        }
        assert_eq!(nera.get("/partners/devices/D-BF-5").await.status, 404);
        let some = nera.get("/partners/devices/D-BF-1").await;
        assert!(some.body.contains("Vibration") && some.body.contains("Request access"), "{}", some.body);
    }
}

#[tokio::test]
async fn an_owner_finds_own_devices_only() {
    for world in worlds("devices_mine").await {
        let owner = world.as_person("bkk.admin").await;
        let page = owner.get("/portal").await;
        assert!(page.body.contains("D-BF-5") && !page.body.contains("D-SR-1"), "{}", page.body);
        let device = owner.get("/portal/devices/D-BF-5").await;
        assert_eq!(device.status, 200);
        assert!(!device.body.contains("Not granted by"), "an owner is not told no: {}", device.body);
        let lonely = world.as_person("siam.admin").await.get("/partners/devices").await;
        assert!(lonely.body.contains("You have no active agreements"), "{}", lonely.body);
    }
}

#[tokio::test]
async fn no_page_holds_script_style_or_handlers() {
    for world in worlds("devices_csp").await {
        let pages = [
            ("nera.coord", "/partners/devices"),
            ("nera.coord", "/partners/devices/D-BF-1"),
            ("nera.admin", "/account"),
            ("bkk.admin", "/portal"),
            ("bkk.admin", "/portal/devices/D-BF-1"),
            ("bkk.admin", "/portal/sharing"),
            ("bkk.admin", "/portal/sharing/new"),
            ("bkk.admin", "/portal/log"),
            ("mw.sales", "/partners/deals"),
            ("rs.pipeline", "/pipeline"),
        ];
        for (person, path) in pages {
            let answer = world.as_person(person).await.get(path).await;
            assert_eq!(answer.status, 200, "{path}");
            let policy = answer.headers["content-security-policy"].to_str().unwrap();
            assert!(!policy.contains("unsafe"), "{policy}");
            let lower = answer.body.to_lowercase();
            assert!(!lower.contains(" style="), "{path} has an inline style");
            for tag in lower.split('<').skip(1) {
                let tag = tag.split('>').next().unwrap_or_default();
                // Every second part lies between quotes: text, where anything may stand.
                let bare = tag.split('"').step_by(2).collect::<String>();
                assert!(!bare.contains(" on"), "{path} has a handler in <{tag}>");
                assert!(!tag.starts_with("script") || tag.contains("src="), "{path} has an inline script");
                assert!(!tag.starts_with("style"), "{path} has an inline style sheet");
            }
        }
    }
}
