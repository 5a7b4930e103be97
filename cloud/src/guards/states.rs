//! The four ways in which something is not for somebody, each told apart on the page and for a machine (PORTAL C7):
//! hidden, read only, locked by the tier, masked; and not granted by its owner.

use crate::world::testing::{Answer, World, worlds};
use serde_json::Value;

async fn refused(world: &World, person: &str, method: &str, path: &str, json: &str) -> (u16, Value) {
    let browser = world.as_person(person).await;
    let answer = match method {
        "GET" => browser.get_json(path).await,
        _ => browser.post_json(path, json).await,
    };
    let kind = answer.headers.get("content-type").map_or("", |kind| kind.to_str().unwrap());
    assert_eq!(kind, "application/problem+json", "{}: {path}", world.engine);
    let problem = answer.json();
    assert_eq!(problem["status"], answer.status, "{problem}");
    let sentence = problem["detail"].as_str().unwrap_or_default();
    assert!(sentence.ends_with('.') && sentence.len() > 20, "no sentence for the person: {problem}");
    (answer.status, problem)
}

#[tokio::test]
async fn hidden_is_neither_linked_nor_opened_and_says_who_can_change_that() {
    for world in worlds("states_hidden").await {
        let coordinator = world.as_person("nera.coord").await;
        for path in ["/partners/deals", "/partners/leads", "/partners/quotes", "/partners/opportunities"] {
            assert!(
                !coordinator.get("/partners/overview").await.body.contains(&format!("\"{path}\"")),
                "{path}"
            );
            let page = coordinator.get(path).await;
            assert_eq!(page.status, 403, "{}: {path}", world.engine);
            assert!(page.body.contains("Your role does not include this page"), "{}", page.body);
            assert!(page.body.contains("Ask your administrator: Niran Arun."), "{}", page.body);
        }
        let (status, problem) = refused(&world, "nera.coord", "GET", "/api/v1/deals", "").await;
        assert_eq!((status, &problem["code"]), (403, &Value::from("role_forbidden")));
        let (status, problem) = refused(&world, "mw.sales", "GET", "/partners/leads", "").await;
        assert_eq!((status, &problem["code"]), (404, &Value::from("not_found")), "absent for the subtype");
    }
}

/// The inside of a page without the forms of saved views: how somebody looks at a list is their own to change, whatever they
/// may do to what is in it.
pub(super) fn changeable(page: &Answer) -> String {
    let main = page.body.split("<main").nth(1).unwrap_or_default();
    main.replace("method=\"post\" action=\"/account/views", "")
}

#[tokio::test]
async fn read_only_is_shown_without_controls_and_says_why() {
    for world in worlds("states_read_only").await {
        for (person, path) in [
            ("nera.fin", "/partners/deals"),
            ("nera.fin", "/partners/quotes"),
            ("nera.coord", "/partners/closed"),
            ("nera.sales1", "/partners/devices"),
            ("nera.coord", "/partners/renewals"),
            ("nera.view", "/partners/overview"),
            ("nera.coord", "/partners/distributors"),
            ("mw.manager", "/partners/resellers"),
        ] {
            let page = world.as_person(person).await.get(path).await;
            assert_eq!(page.status, 200, "{}: {person} {path}", world.engine);
            let main = changeable(&page);
            assert!(
                main.contains("class=\"note\""),
                "{person} {path} does not say why nothing can be changed"
            );
            for control in ["method=\"post\"", "/partners/deals/new", "data.csv"] {
                assert!(!main.contains(control), "{}: {person} {path} shows {control}", world.engine);
            }
        }
        // The frame says it, once, whatever the page.
        for path in ["/admin/partners", "/admin/partners/nera", "/admin/applications", "/admin/jobs"] {
            let page = world.as_person("rs.support").await.get(path).await.body;
            let said = page.matches("Your role does not change anything").count();
            assert_eq!(said, 1, "{}: {path} says it {said} times", world.engine);
        }
        let full = world.as_person("nera.admin").await.get("/partners/deals").await;
        assert!(!full.body.contains("Your role does not change anything"), "{}", full.body);
        for (person, path) in [
            ("nera.fin", "/api/v1/deals"),
            ("nera.fin", "/partners/deals"),
            ("nera.coord", "/partners/renewals/D-BF-2/outcome"),
        ] {
            let (status, problem) = refused(&world, person, "POST", path, "{}").await;
            assert_eq!((status, &problem["code"]), (403, &Value::from("read_only")), "{person} {path}");
        }
    }
}

#[tokio::test]
async fn locked_by_the_tier_is_shown_with_the_way_there_and_refused_with_the_tier() {
    for world in worlds("states_locked").await {
        let siam = world.as_person("siam.admin").await;
        let form = siam.get("/partners/deals/new").await;
        assert_eq!(form.status, 200, "{}: locked is no error: {}", world.engine, form.body);
        assert!(form.body.contains("Unlocks at Gold"), "{}", form.body);
        assert!(
            form.body.contains("href=\"/partners/tier\"") && form.body.contains("aria-disabled=\"true\"")
        );
        assert!(!form.body.contains("value=\"direct\""), "the choice itself is not offered");
        let body = r#"{"customer":"A","title":"B","amount":"5","direct":true}"#;
        let (status, problem) = refused(&world, "siam.admin", "POST", "/api/v1/deals", body).await;
        assert_eq!((status, &problem["code"]), (403, &Value::from("tier_locked")));
        assert_eq!(problem["unlocks_at"], "Gold");
        let sent =
            [("customer", "A"), ("title", "B"), ("amount", "5"), ("currency", "THB"), ("channel", "direct")];
        let page = siam.post("/partners/deals", &sent).await;
        assert!(page.status == 403 && page.body.contains("Gold"), "{}: {}", page.status, page.body);
        for nth in 1..=4 {
            let title = format!("Deal {nth}");
            let sent = [
                ("customer", "A"),
                ("title", &title),
                ("amount", "5"),
                ("currency", "THB"),
                ("channel", "megawarehouse"),
            ];
            assert_eq!(siam.post("/partners/deals", &sent).await.status, 303, "{nth}");
        }
        let body = r#"{"customer":"A","title":"B","amount":"5","distributor":"megawarehouse"}"#;
        let (status, problem) = refused(&world, "siam.admin", "POST", "/api/v1/deals", body).await;
        assert_eq!((status, &problem["code"]), (403, &Value::from("tier_locked")), "the sixth deal");
        assert_eq!(problem["unlocks_at"], "Gold");
        let log = siam.get("/partners/log?action=access.").await;
        assert!(log.body.contains("the tier does not include it"), "{}: {}", world.engine, log.body);
    }
}

#[tokio::test]
async fn masked_says_that_there_is_something_and_carries_nothing_of_it() {
    for world in worlds("states_masked").await {
        let mega = world.as_person("mw.sales").await;
        for path in ["/partners/deals", "/partners/deals/DL-2", "/partners/sales"] {
            let page = mega.get(path).await;
            assert!(page.body.contains("••••</span> Off-channel"), "{}: {path}: {}", world.engine, page.body);
        }
        let deal = mega.get("/api/v1/deals/DL-2").await.json();
        assert_eq!(deal["amount"], serde_json::json!({ "masked": true }), "{deal}");
        assert_eq!(deal["quote"], serde_json::json!({ "masked": true }), "{deal}");
        let csv = mega.get("/partners/deals?format=csv&sort=id").await.body;
        let line = csv.lines().find(|line| line.starts_with("DL-2,")).unwrap_or_default();
        assert!(line.contains(",Nera,,,"), "{}: a masked cell is blank: {line}", world.engine);
        let tech = world.as_person("nera.tech").await;
        assert!(tech.get("/partners/deals").await.body.contains("••••</span> Not for your role"));
        let viewer = world.as_person("nera.view").await;
        let deal = viewer.get("/api/v1/deals/DL-1").await.json();
        for field in ["title", "customer", "amount", "quote"] {
            assert_eq!(deal[field], serde_json::json!({ "masked": true }), "{field}: {deal}");
        }
        assert_eq!(deal["status"], "approved", "status only, but that");
        assert_eq!((&deal["distributor"], &deal["owner"]), (&Value::Null, &Value::Null), "{deal}");
        let csv = viewer.get("/partners/deals?format=csv").await.body;
        assert!(csv.contains("DL-1,,,deal,approved,,,,"), "{}: {csv}", world.engine);
        let search = viewer.get("/partners/deals?q=MegaWarehouse").await.body;
        assert!(!search.contains("DL-1"), "{}: what is hidden is not found", world.engine);
    }
}

#[tokio::test]
async fn not_granted_is_told_by_page_and_machine() {
    for world in worlds("states_not_granted").await {
        let path = "/api/v1/devices/D-BF-1/values?metric=vibration";
        let (status, problem) = refused(&world, "nera.coord", "GET", path, "").await;
        assert_eq!((status, &problem["code"]), (403, &Value::from("not_granted")));
        let page = world.as_person("nera.coord").await.get("/partners/devices/D-BF-4").await;
        assert!(page.status == 200 && page.body.contains("Not granted by BKKFoods"), "{}", page.body);
        let log = world.as_person("nera.admin").await.get("/partners/log?action=access.").await;
        assert!(log.body.contains("has not granted it"), "{}: {}", world.engine, log.body);
    }
}
