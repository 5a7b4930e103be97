//! The steps of a record, row by row of the hand-off table (PORTAL 3.2), on both engines.

use crate::platform::base::{DAY_MS, MINUTE_MS};
use crate::platform::db::query;
use crate::world::testing::{Answer, World, worlds};
use serde_json::{Value, json};

/// `person` takes a step over the API, at the partners' address or at the program's.
async fn step(world: &World, person: &str, id: &str, step: &str, body: Value) -> Answer {
    let root = if person.starts_with("rs.") { "pipeline" } else { "deals" };
    post(world, person, &format!("/api/v1/{root}/{id}/{step}"), body).await
}

pub(super) async fn post(world: &World, person: &str, path: &str, body: Value) -> Answer {
    world.as_person(person).await.post_json(path, &body.to_string()).await
}

/// The step succeeds; what is shown of the record then.
pub(super) async fn done(world: &World, person: &str, id: &str, what: &str, body: Value) -> Value {
    let answer = step(world, person, id, what, body).await;
    assert_eq!(answer.status, 200, "{} {person} {what} {id}: {}", world.engine, answer.body);
    answer.json()
}

/// The step is refused with this status and code.
pub(super) async fn refused(
    world: &World,
    person: &str,
    id: &str,
    what: &str,
    body: Value,
    status: u16,
    code: &str,
) {
    let answer = step(world, person, id, what, body).await;
    let said = (answer.status, answer.json()["code"].as_str().unwrap_or_default().to_owned());
    assert_eq!(said, (status, code.to_owned()), "{} {person} {what} {id}: {}", world.engine, answer.body);
}

pub(super) async fn shown(world: &World, person: &str, id: &str) -> Value {
    let root = if person.starts_with("rs.") { "pipeline" } else { "deals" };
    world.as_person(person).await.get_json(&format!("/api/v1/{root}/{id}")).await.json()
}

/// A reason.
pub(super) fn why() -> Value {
    json!({ "reason": "Because of a story" })
}

#[tokio::test]
async fn each_step_is_its_partys_and_nobody_elses() {
    const ROWS: &[(&str, &str, &str, u16, &str)] = &[
        // Leads and opportunities: what RiverSync decides, a reseller does not; for a distributor there are none.
        ("nera.sales1", "LD-1", "disqualify", 403, "another_party"),
        ("nera.sales1", "LD-1", "convert", 403, "another_party"),
        ("nera.sales2", "OP-1", "confirm", 403, "another_party"),
        ("mw.sales", "LD-1", "accept", 404, "not_found"),
        ("mw.admin", "OP-1", "confirm", 404, "not_found"),
        ("nera.admin", "LD-3", "accept", 404, "not_found"),
        // Deals: a reseller registers and withdraws, and neither approves nor moves them to another channel.
        ("nera.sales1", "DL-1", "approve", 403, "another_party"),
        ("nera.admin", "DL-2", "approve", 403, "another_party"),
        ("nera.admin", "DL-2", "return", 403, "another_party"),
        ("nera.admin", "DL-2", "reject", 403, "another_party"),
        ("nera.admin", "DL-1", "reallocate", 403, "another_party"),
        ("nera.admin", "DL-3", "grant-direct", 403, "another_party"),
        ("nera.admin", "DL-1", "extend", 403, "another_party"),
        ("mw.sales", "DL-1", "approve", 403, "another_party"),
        ("mw.sales", "DL-1", "withdraw", 403, "another_party"),
        ("ed.sales", "DL-2", "reject", 403, "another_party"),
        ("siam.sales", "DL-1", "withdraw", 404, "not_found"),
        ("nera.sales1", "DL-2", "withdraw", 404, "not_found"),
        // Quotes: RiverSync prices, the reseller takes it or not.
        ("nera.admin", "DL-1", "issue", 403, "another_party"),
        ("mw.sales", "DL-6", "accept", 403, "another_party"),
        // Closed: nobody but RiverSync says so, and nothing moves after it.
        ("nera.admin", "DL-7", "win", 403, "another_party"),
        ("nera.admin", "DL-7", "lose", 403, "another_party"),
        ("rs.pipeline", "DL-5", "reallocate", 409, "deal_state"),
        ("rs.pipeline", "DL-5", "lose", 409, "deal_state"),
        ("nera.admin", "DL-5", "withdraw", 409, "deal_state"),
        // Roles that read.
        ("nera.fin", "DL-6", "accept", 403, "read_only"),
        ("nera.coord", "DL-6", "accept", 403, "role_forbidden"),
        ("nera.view", "DL-6", "accept", 403, "read_only"),
        ("nera.tech", "DL-1", "withdraw", 403, "read_only"),
        // Steps that nobody sends, and one that there is not.
        ("rs.pipeline", "DL-1", "expire", 404, "not_found"),
        ("rs.pipeline", "OP-2", "burn", 404, "not_found"),
    ];
    for world in worlds("funnel_handoff").await {
        for (person, id, what, status, code) in ROWS {
            refused(&world, person, id, what, why(), *status, code).await;
        }
        let here = world.as_person("rs.pipeline").await.get_json("/api/v1/deals/DL-1").await;
        assert_eq!(here.status, 404, "partners' pages are not staff's");
        let there = post(&world, "mw.sales", "/api/v1/pipeline/DL-1/approve", why()).await;
        assert_eq!(there.status, 404, "{}: PAR-7c", there.body);
        let moved = world.count("FROM funnel_record WHERE revision > 0 AND id <> $1", "").await;
        assert_eq!(moved, 0, "{}: a refused step moves nothing", world.engine);
    }
}

#[derive(sqlx::FromRow)]
struct Told {
    kind: String,
    correlation_id: String,
}

/// What the outbox tells of a record, in its order.
pub(super) async fn told(world: &World, id: &str) -> Vec<(String, String)> {
    let mut tx = world.app.db.read().await.unwrap();
    let text = "SELECT kind, correlation_id FROM outbox WHERE object_id = $1 ORDER BY at_ms, id";
    let rows: Vec<Told> = query(text).bind(id).all(&mut tx).await.unwrap();
    rows.into_iter().map(|row| (row.kind, row.correlation_id)).collect()
}

/// AC-EV: from a referral to a won deal, by all three parties.
#[tokio::test]
async fn a_lead_climbs_to_a_won_deal_and_keeps_its_id_and_its_correlation() {
    for world in worlds("funnel_climb").await {
        let referral = json!({ "customer": "Hua Hin Pier", "title": "Two level sensors", "contact": "Khun Ploy",
            "email": "ploy@pier.example", "phone": "032-555-0101", "consent": true });
        let referred = post(&world, "andaman.admin", "/api/v1/leads", referral).await;
        assert_eq!(referred.status, 201, "{}: {}", world.engine, referred.body);
        assert_eq!(referred.json()["shared"], false, "{}: its own", world.engine);
        let id = referred.json()["id"].as_str().unwrap().to_owned();
        let id = id.as_str();
        let minute = || world.clock.advance(MINUTE_MS);
        minute();
        let offered = done(&world, "rs.pipeline", id, "share", json!({ "partner": "nera" })).await;
        assert_eq!(offered["status"], "shared");
        minute();
        let taken = done(&world, "nera.sales1", id, "accept", json!({})).await;
        assert_eq!(
            (&taken["status"], &taken["shared"]),
            (&json!("accepted"), &json!(true)),
            "{}",
            world.engine
        );
        minute();
        assert_eq!(done(&world, "rs.pipeline", id, "convert", json!({})).await["stage"], "opportunity");
        minute();
        done(&world, "rs.pipeline", id, "confirm", json!({})).await;
        minute();
        let deal = json!({ "customer": "Hua Hin Pier", "title": "Two level sensors", "amount": "120000",
            "distributor": "eastdist" });
        let deal = done(&world, "nera.sales1", id, "register", deal).await;
        assert_eq!((&deal["id"], &deal["status"]), (&json!(id), &json!("submitted")));
        minute();
        let moved = json!({ "partner": "megawarehouse", "reason": "It stocks the sensors" });
        assert_eq!(
            done(&world, "rs.pipeline", id, "reallocate", moved).await["distributor"],
            "megawarehouse"
        );
        assert_eq!(shown(&world, "ed.sales", id).await["amount"], json!({ "masked": true }), "case 55");
        assert_eq!(shown(&world, "mw.sales", id).await["amount"]["cents"], 12_000_000);
        minute();
        done(&world, "rs.pipeline", id, "approve", json!({})).await;
        minute();
        done(&world, "rs.pipeline", id, "issue", json!({ "amount": "100,000.00" })).await;
        minute();
        done(&world, "nera.sales1", id, "accept", json!({})).await;
        minute();
        assert_eq!(done(&world, "rs.pipeline", id, "win", json!({})).await["status"], "won");
        let told = told(&world, id).await;
        let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(
            kinds,
            [
                "lead.captured",
                "lead.assigned",
                "lead.accepted",
                "lead.converted",
                "opportunity.confirmed",
                "deal.registered",
                "deal.channel-changed",
                "deal.approved",
                "quote.issued",
                "quote.accepted",
                "deal.won"
            ],
            "{}",
            world.engine
        );
        assert!(told.iter().all(|(_, correlation)| correlation == id), "{}: {told:?}", world.engine);
        for tenant in ["nera", "riversync"] {
            let rows = format!(
                "FROM audit_entry WHERE object_id = '{id}' AND action = 'deal.won' AND tenant_id = $1"
            );
            assert_eq!(world.count(&rows, tenant).await, 1, "{} {tenant}", world.engine);
        }
    }
}

#[tokio::test]
async fn a_returned_deal_is_changed_and_sent_again_and_its_history_stays() {
    for world in worlds("funnel_desk").await {
        refused(&world, "rs.pipeline", "DL-4", "return", json!({}), 422, "invalid").await;
        let note = json!({ "reason": "Name the pump model, please" });
        assert_eq!(done(&world, "rs.pipeline", "DL-4", "return", note).await["status"], "returned");
        let page = world.as_person("siam.sales").await.get("/partners/deals/DL-4").await.body;
        assert!(page.contains("Name the pump model, please"), "{}: {page}", world.engine);
        assert!(page.contains("/partners/deals/DL-4/register"), "{page}");
        let mega = world.as_person("mw.sales").await.get("/partners/deals/DL-4").await.body;
        assert!(!mega.contains("pump model"), "{}: what is said between the two", world.engine);
        let again = [
            ("customer", "Lanna Resort"),
            ("title", "Pool pumps RS-P2, 8"),
            ("amount", "620,000"),
            ("currency", "THB"),
            ("channel", "megawarehouse"),
        ];
        world.clock.advance(MINUTE_MS);
        let siam = world.as_person("siam.sales").await;
        let sent = siam.post("/partners/deals/DL-4/register", &again).await;
        assert_eq!((sent.status, sent.location()), (303, "/partners/deals/DL-4"), "{}", sent.body);
        let deal = shown(&world, "rs.pipeline", "DL-4").await;
        assert_eq!((&deal["status"], &deal["title"]), (&json!("submitted"), &json!("Pool pumps RS-P2, 8")));
        assert_eq!(deal["decide_by_ms"], json!(world.app.clock.now_ms() + 3 * DAY_MS));
        let kinds: Vec<String> = told(&world, "DL-4").await.into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, ["deal.returned", "deal.resubmitted"], "{}", world.engine);
        done(&world, "rs.pipeline", "DL-4", "reject", why()).await;
        refused(&world, "siam.sales", "DL-4", "withdraw", json!({}), 409, "deal_state").await;
        let places = world.as_person("siam.sales").await.get("/partners/deals/new").await.body;
        assert!(places.contains("0 of 5"), "{}: a rejected deal takes no place: {places}", world.engine);
    }
}

#[tokio::test]
async fn of_two_decisions_at_once_one_stands() {
    for world in worlds("funnel_two_decide").await {
        let (approved, rejected) = tokio::join!(
            step(&world, "rs.pipeline", "DL-2", "approve", json!({})),
            step(&world, "rs.admin", "DL-2", "reject", why()),
        );
        let mut statuses = [approved.status, rejected.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{}: {} {}", world.engine, approved.body, rejected.body);
        assert_eq!(told(&world, "DL-2").await.len(), 1, "{}", world.engine);
    }
}

#[tokio::test]
async fn of_two_who_register_the_same_one_is_protected_and_neither_reads_of_the_other() {
    for world in worlds("funnel_similar").await {
        let form = [
            ("customer", "B.K.K. Foods Co., Ltd."),
            ("title", "24 Feed Pumps"),
            ("amount", "4000000"),
            ("currency", "THB"),
            ("channel", "megawarehouse"),
        ];
        let siam = world.as_person("siam.sales").await;
        let sent = siam.post("/partners/deals", &form).await;
        assert_eq!(sent.status, 303, "{}: {}", world.engine, sent.body);
        let page = siam.after(&sent).get(sent.location()).await.body;
        assert!(page.contains("There may be a conflict"), "{}: {page}", world.engine);
        assert!(!page.contains("Nera") && !page.contains("4,812,500"), "case 66: {page}");
        let id = sent.location().rsplit('/').next().unwrap().to_owned();
        let desk = world.as_person("rs.pipeline").await.get(&format!("/pipeline/desk?deal={id}")).await.body;
        assert!(desk.contains("Others for this customer") && desk.contains("4,812,500"), "{desk}");
        // DL-1 of Nera is the same, and approved.
        refused(&world, "rs.pipeline", &id, "approve", json!({}), 409, "already_protected").await;
        done(&world, "rs.pipeline", "DL-1", "lose", why()).await;
        done(&world, "rs.pipeline", &id, "approve", json!({})).await;
        let alone = [
            ("customer", "Nobody Else"),
            ("title", "X"),
            ("amount", "1"),
            ("currency", "THB"),
            ("channel", "megawarehouse"),
        ];
        let sent = siam.post("/partners/deals", &alone).await;
        let page = siam.after(&sent).get(sent.location()).await.body;
        assert!(!page.contains("conflict"), "{}: {page}", world.engine);
    }
}

#[tokio::test]
async fn the_desk_opens_the_next_that_waits_once_one_is_decided() {
    for world in worlds("funnel_desk_next").await {
        let desk = world.as_person("rs.pipeline").await;
        let page = desk.get("/pipeline/desk?deal=DL-2").await.body;
        let order: Vec<usize> = ["DL-2", "DL-3", "DL-4"].iter().map(|id| page.find(*id).unwrap()).collect();
        assert!(order.is_sorted(), "{}: by what is due first", world.engine);
        let action = page.split("action=\"/pipeline/deals/DL-2/approve").nth(1).unwrap();
        let query = action.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        let done = desk.post(&format!("/pipeline/deals/DL-2/approve{query}"), &[]).await;
        assert_eq!((done.status, done.location()), (303, "/pipeline/desk?deal=DL-3"), "{}", done.body);
        let looks = world.as_person("rs.support").await.get("/pipeline/desk?deal=DL-3").await;
        assert!(!looks.body.contains("DL-3/approve"), "{}: who reads is offered nothing", world.engine);
    }
}

/// Case 63: whom to call is nobody's to read before the lead is accepted, on any surface.
#[tokio::test]
async fn the_contact_of_an_offered_lead_is_read_once_it_is_accepted() {
    for world in worlds("funnel_contact").await {
        let lead = json!({ "customer": "Trat Harbour", "title": "Crane meters", "contact": "Khun Anong Secret",
            "email": "anong@harbour.example", "phone": "039-555-0199", "consent": true });
        let id = post(&world, "rs.pipeline", "/api/v1/pipeline/leads", lead).await.json()["id"].clone();
        let id = id.as_str().unwrap();
        assert_eq!(shown(&world, "rs.pipeline", id).await["contact"]["name"], "Khun Anong Secret");
        done(&world, "rs.pipeline", id, "share", json!({ "partner": "nera" })).await;
        let paths = [
            format!("/api/v1/deals/{id}"),
            format!("/partners/deals/{id}"),
            "/api/v1/deals?stage=lead".to_owned(),
            "/partners/leads".to_owned(),
            "/partners/leads?format=csv".to_owned(),
            "/partners/sales".to_owned(),
            "/search?q=Anong".to_owned(),
            "/api/v1/deals?stage=lead&q=Anong".to_owned(),
            "/partners/log".to_owned(),
        ];
        let found = async |path: &str| {
            let body = world.as_person("nera.admin").await.get(path).await.body;
            // What was searched for stands in the page that found nothing.
            ["Secret", "harbour.example", "555-0199"].into_iter().find(|secret| body.contains(secret))
        };
        for path in &paths {
            assert_eq!(found(path).await, None, "{} {path}", world.engine);
        }
        done(&world, "nera.sales1", id, "accept", json!({})).await;
        assert_eq!(found(&paths[0]).await, Some("Secret"), "{}", world.engine);
        assert_eq!(found(&paths[1]).await, Some("Secret"), "{}", world.engine);
        let no_consent =
            json!({ "customer": "A", "title": "B", "contact": "C", "phone": "1", "consent": false });
        assert_eq!(post(&world, "nera.sales1", "/api/v1/leads", no_consent.clone()).await.status, 422);
        assert_eq!(
            post(&world, "mw.sales", "/api/v1/leads", no_consent).await.status,
            404,
            "before the channel"
        );
        assert_eq!(world.as_person("mw.sales").await.get("/partners/leads/new").await.status, 404);
    }
}
