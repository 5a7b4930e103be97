//! The funnel's story: one record set, three lenses, and no way around them.

use super::Registration;
use super::actions::register_deal;
use crate::domains::audit::By;
use crate::platform::access::{
    Acting, Action, Actor, Item, PartnerTier, Party, Role, Scope, Standing, Switches,
};
use crate::platform::base::Reader;
use crate::platform::db::query;
use crate::platform::error::Error;
use crate::world::testing::{World, worlds};

/// What `mw.sales` must never meet: the worth and the papers of deals that run elsewhere, in any spelling.
const HIDDEN_FROM_MEGAWAREHOUSE: [&str; 10] = [
    "2377700",
    "2,377,700",
    "237770000",
    "9145300",
    "9,145,300",
    "914530000",
    "3056800",
    "3,056,800",
    "305680000",
    "QT-2026-0017",
];

const PAGES: [&str; 10] = [
    "/partners/sales",
    "/partners/deals",
    "/partners/deals?sort=value",
    "/partners/deals?sort=-value",
    "/partners/deals?format=csv",
    "/partners/quotes",
    "/partners/quotes?format=csv",
    "/partners/closed",
    "/api/v1/deals",
    "/api/v1/deals?sort=value",
];

fn scope_of(tenant: &str, person: &str, tier: PartnerTier) -> (Scope, By) {
    let actor = Actor {
        person_id: person.into(),
        person_name: person.into(),
        email: format!("{person}@{tenant}.example"),
        reader: Reader::default(),
        tenant_id: tenant.into(),
        tenant_name: tenant.into(),
        roles: [Role::Administrator].into_iter().collect(),
        acting: vec![Acting {
            party: Party::Reseller,
            partner_tier: Some(tier),
            vendor_id: None,
            standing: Standing::Active,
            switches: Switches::default(),
            brand: None,
        }],
        tenants: Vec::new(),
        viewing: None,
        proved_ms: None,
        key: None,
    };
    let by = By::member((person, person), (tenant, tenant)).acting_as(Party::Reseller);
    (actor.may(Action::Change(Item::Deals)).unwrap(), by)
}

fn registration(title: &str) -> Registration {
    Registration {
        customer: "Lanna Resort".into(),
        title: title.into(),
        amount: "1000".into(),
        currency: "THB".into(),
        distributor: Some("megawarehouse".into()),
        direct: false,
        form_key: String::new(),
    }
}

fn ids(json: &serde_json::Value) -> Vec<String> {
    let deals = json["deals"].as_array().unwrap();
    deals.iter().map(|deal| deal["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_distributor_sees_the_deals_it_handles_and_no_value_off_its_channel() {
    for world in worlds("funnel_masks").await {
        let mega = world.as_person("mw.sales").await;
        for path in PAGES {
            let answer = mega.get(path).await;
            assert_eq!(answer.status, 200, "{} {path}: {}", world.engine, answer.body);
            for secret in HIDDEN_FROM_MEGAWAREHOUSE {
                assert!(!answer.body.contains(secret), "{} {path} shows {secret}", world.engine);
                assert!(!format!("{:?}", answer.headers).contains(secret), "{path}");
            }
        }
        for id in ["DL-2", "DL-3", "DL-7"] {
            for path in [format!("/partners/deals/{id}"), format!("/api/v1/deals/{id}")] {
                let answer = mega.get(&path).await;
                assert_eq!(answer.status, 200, "{path}");
                let told = HIDDEN_FROM_MEGAWAREHOUSE.iter().any(|secret| answer.body.contains(secret));
                assert!(
                    !told
                        && answer.body.contains(if path.contains("api") {
                            "\"masked\":true"
                        } else {
                            "Off-channel"
                        })
                );
            }
        }
        let list = mega.get("/api/v1/deals?stage=deal&sort=id").await.json();
        assert_eq!(ids(&list), ["DL-1", "DL-2", "DL-3", "DL-4"]);
        assert_eq!(list["deals"][1]["amount"], serde_json::json!({ "masked": true }));
        assert_eq!(list["deals"][0]["amount"]["cents"], 481_250_000);
        assert_eq!(list["masked"], 2);
        let page = mega.get("/partners/deals").await;
        assert!(page.body.contains("excludes 2 masked"), "{}", page.body);
        let east = world.as_person("ed.sales").await;
        let list = east.get("/api/v1/deals?sort=id").await.json();
        assert_eq!(ids(&list), ["DL-1", "DL-2", "DL-3", "DL-5", "DL-6", "DL-7"], "it does not handle Siam");
        assert_eq!(east.get("/partners/deals/DL-4").await.status, 404);
    }
}

#[tokio::test]
async fn a_hidden_amount_decides_no_order_filter_or_total() {
    for world in worlds("funnel_order").await {
        let mega = world.as_person("mw.sales").await;
        let paths = [
            "/api/v1/deals?sort=value",
            "/api/v1/deals?sort=-value",
            "/api/v1/deals?q=23777",
            "/api/v1/deals?amount=1",
        ];
        let mut before = Vec::new();
        for path in paths {
            before.push(mega.get(path).await.body);
        }
        // The hidden amounts change places; nothing of it is to be noticed.
        let mut tx = world.app.db.write().await.unwrap();
        for (id, cents) in [("DL-2", 999_999_999_900_i64), ("DL-3", 1), ("DL-7", 2_377_700)] {
            let text = "UPDATE funnel_record SET amount_cents = $2 WHERE id = $1";
            query(text).bind(id).bind(cents).execute(&mut tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        for (path, before) in paths.iter().zip(before) {
            assert_eq!(mega.get(path).await.body, before, "{} {path}", world.engine);
        }
        let rising = ids(&mega.get("/api/v1/deals?stage=deal&sort=value").await.json());
        let falling = ids(&mega.get("/api/v1/deals?stage=deal&sort=-value").await.json());
        assert_eq!(rising[..2], ["DL-4", "DL-1"]);
        assert_eq!(falling[..2], ["DL-1", "DL-4"]);
        assert_eq!(rising[2..], falling[2..], "hidden ones stay last, in the order of their change");
    }
}

#[tokio::test]
async fn each_party_and_role_sees_its_own_and_the_same_ids() {
    for world in worlds("funnel_lenses").await {
        let seen = async |person: &str, path: &str| {
            let answer = world.as_person(person).await.get(path).await;
            assert_eq!(answer.status, 200, "{} {person} {path}: {}", world.engine, answer.body);
            let mut ids = ids(&answer.json());
            ids.sort();
            ids
        };
        let all = ["DL-1", "DL-2", "DL-3", "DL-5", "DL-6", "DL-7"];
        assert_eq!(seen("nera.admin", "/api/v1/deals").await, all);
        assert_eq!(seen("nera.sales1", "/api/v1/deals").await, ["DL-1", "DL-3", "DL-5", "DL-6"], "own only");
        assert_eq!(seen("nera.sales2", "/api/v1/deals?stage=lead").await, ["LD-2"], "the unassigned queue");
        assert_eq!(seen("nera.tech", "/api/v1/deals").await, ["DL-1", "DL-2", "DL-3", "DL-5"], "no quotes");
        assert_eq!(seen("siam.admin", "/api/v1/deals").await, ["DL-4"]);
        assert_eq!(seen("huawei.admin", "/api/v1/deals").await, [""; 0]);
        assert_eq!(seen("rs.pipeline", "/api/v1/pipeline").await.len(), 12);
        let tech = world.as_person("nera.tech").await.get("/api/v1/deals/DL-1").await;
        assert!(!tech.body.contains("481250000") && tech.body.contains("24 feed pumps"), "{}", tech.body);
        assert_eq!(world.as_person("nera.tech").await.get("/partners/deals/LD-1").await.status, 404);
        let viewer = world.as_person("nera.view").await.get("/partners/deals").await;
        assert!(viewer.body.contains("DL-1") && !viewer.body.contains("feed pumps"), "status only");
        assert!(!viewer.body.contains("4,812,500"));
        for (person, path, status) in [
            ("nera.coord", "/partners/deals", 403),
            ("nera.coord", "/partners/closed", 200),
            ("mw.sales", "/partners/leads", 404),
            ("mw.sales", "/pipeline", 404),
            ("mw.admin", "/partners/deals/new", 404),
            ("rs.admin", "/partners/deals", 404),
            ("bkk.admin", "/partners/deals", 404),
            ("offco.admin", "/pipeline", 404),
            ("siam.admin", "/partners/deals/DL-1", 404),
            ("nera.sales1", "/partners/deals/DL-2", 404),
        ] {
            let answer = world.as_person(person).await.get(path).await;
            assert_eq!(answer.status, status, "{} {person} {path}", world.engine);
        }
    }
}

#[tokio::test]
async fn registering_writes_the_deal_its_history_the_event_and_both_logs() {
    for world in worlds("funnel_register").await {
        let nera = world.as_person("nera.sales1").await;
        let form = nera.get("/partners/deals/new").await;
        assert_eq!(form.status, 200, "{}", form.body);
        assert!(form.body.contains("EastDist") && form.body.contains("Ask for a direct sale"));
        let sent = [
            ("customer", "Lanna <b>Resort</b>"),
            ("title", "Two pumps"),
            ("amount", "12,500.75"),
            ("currency", "THB"),
            ("channel", "eastdist"),
            ("form_key", "form_1"),
        ];
        let answer = nera.post("/partners/deals", &sent).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let again = nera.post("/partners/deals", &sent).await;
        assert_eq!(again.location(), answer.location(), "sent twice, it is one deal");
        let page = nera.get(answer.location()).await;
        assert!(page.body.contains("12,500.75") && page.body.contains("Pending approval"), "{}", page.body);
        assert!(!page.body.contains("<b>Resort"), "what people typed is escaped");
        assert_eq!(nera.post("/partners/deals", &[("customer", "X")]).await.status, 422);
        #[derive(sqlx::FromRow)]
        struct Log {
            tenant_id: String,
        }
        let mut tx = world.app.db.read().await.unwrap();
        let text = "SELECT tenant_id FROM audit_entry WHERE action = 'deal.registered' ORDER BY tenant_id";
        let logs: Vec<Log> = query(text).all(&mut tx).await.unwrap();
        let logs: Vec<String> = logs.into_iter().map(|log| log.tenant_id).collect();
        assert_eq!(logs, ["nera", "riversync"], "{}: no customer, no distributor", world.engine);
        drop(tx);
        let body =
            r#"{"customer":"A","title":"B","amount":"5","distributor":"eastdist","status":"approved"}"#;
        let api = json(&world, "nera.admin", body).await;
        assert_eq!(api.0, 422, "nobody sets a status: {}", api.1);
        let body = r#"{"customer":"A","title":"B","amount":"5","distributor":"eastdist","direct":true}"#;
        assert_eq!(json(&world, "nera.admin", body).await.0, 422);
        let body = r#"{"customer":"A","title":"B","amount":"5","direct":true}"#;
        let (status, text) = json(&world, "siam.admin", body).await;
        assert!(
            status == 403 && text.contains("tier_locked") && text.contains("\"unlocks_at\":\"Gold\""),
            "{text}"
        );
        let (status, text) = json(&world, "nera.admin", body).await;
        assert!(status == 201 && text.contains("\"status\":\"submitted\""), "{text}");
        let body = r#"{"customer":"A","title":"B","amount":"5","distributor":"eastdist"}"#;
        assert_eq!(json(&world, "siam.admin", body).await.0, 422, "no agreement with it");
        assert_eq!(json(&world, "nera.view", body).await.0, 403);
    }
}

async fn json(world: &World, person: &str, body: &str) -> (u16, String) {
    let browser = world.as_person(person).await;
    let body = axum::body::Body::from(body.to_owned());
    let mut request = browser.request(axum::http::Method::POST, "/api/v1/deals", body);
    request.headers_mut().insert("content-type", "application/json".parse().unwrap());
    request.headers_mut().insert("accept", "application/json".parse().unwrap());
    request.headers_mut().insert("sec-fetch-site", "same-origin".parse().unwrap());
    let answer = crate::world::testing::read(browser.raw(request).await).await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn of_twenty_registrations_at_once_one_takes_the_last_place() {
    for world in worlds("funnel_race").await {
        // DL-4 takes one of Siam's five places.
        for title in ["one", "two", "three"] {
            let (scope, by) = scope_of("siam", "siam.admin", PartnerTier::Authorized);
            register_deal(&world.app, &scope, by, &registration(title)).await.unwrap();
        }
        let mut runs = tokio::task::JoinSet::new();
        for run in 0..20 {
            let app = world.app.clone();
            runs.spawn(async move {
                let (scope, by) = scope_of("siam", "siam.admin", PartnerTier::Authorized);
                register_deal(&app, &scope, by, &registration(&format!("run {run}"))).await
            });
        }
        let (mut taken, mut locked) = (0, 0);
        while let Some(run) = runs.join_next().await {
            match run.unwrap() {
                Ok(_) => taken += 1,
                Err(Error::TierLocked { unlocks_at: "Gold", .. }) => locked += 1,
                Err(other) => panic!("{}: {other:?}", world.engine),
            }
        }
        assert_eq!((taken, locked), (1, 19), "{}", world.engine);
    }
}
