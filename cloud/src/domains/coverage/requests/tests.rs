//! The story of a question: asked by who services the device, answered once by who owns it, in both logs.

use crate::domains::coverage::testing::allowed;
use crate::domains::coverage::{NewRequest, approve, ask, open_requests};
use crate::platform::access::{Action, Item};
use crate::platform::base::DAY_MS;
use crate::platform::db::query;
use crate::platform::error::Error;
use crate::world::testing::{World, worlds};

const DEVICE: &str = "/partners/devices/D-BF-4";
const ASK: &str = "/partners/devices/D-BF-4/request";
const SHARING: &str = "/portal/sharing";
const CHANGE: Action = Action::Change(Item::Sharing);

#[derive(sqlx::FromRow)]
struct Logged {
    tenant_id: String,
}

async fn logs(world: &World, action: &str) -> Vec<String> {
    let text = "SELECT tenant_id FROM audit_entry WHERE action = $1 ORDER BY tenant_id";
    let rows: Vec<Logged> =
        query(text).bind(action).all(&mut world.app.db.read().await.unwrap()).await.unwrap();
    rows.into_iter().map(|row| row.tenant_id).collect()
}

fn id_in(page: &str) -> String {
    let after =
        page.split("/portal/sharing/requests/").nth(1).unwrap_or_else(|| panic!("no request: {page}"));
    after.split('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn what_was_asked_is_granted_exactly_and_seen_at_once() {
    for world in worlds("request_granted").await {
        let nera = world.as_person("nera.coord").await;
        let owner = world.as_person("bkk.admin").await;
        let page = nera.get(DEVICE).await;
        assert!(page.body.contains("Request access"), "{}: {}", world.engine, page.body);
        let form = [("metrics", "power"), ("months", "3"), ("reason", "Energy <b>report</b>")];
        assert_eq!(nera.post(ASK, &form).await.status, 303);
        assert_eq!(nera.post(ASK, &form).await.status, 409, "one question at a time");
        let page = nera.get(DEVICE).await;
        assert!(page.body.contains("There is no answer yet"), "{}", page.body);
        assert!(!page.body.contains("<b>report") && !page.body.contains("Ask BKKFoods"), "{}", page.body);
        assert_eq!(logs(&world, "access.requested").await, ["bkkfoods", "nera"]);

        let sharing = owner.get(SHARING).await.body;
        for part in [
            "Asks for access",
            "Main meter",
            "Energy &#60;b&#62;report",
            "for 3 months",
            "Approve",
            "Decline",
        ] {
            assert!(sharing.contains(part), "{}: {part} in {sharing}", world.engine);
        }
        let id = id_in(&sharing);
        let south = world.as_person("south.admin").await;
        for verb in ["approve", "decline"] {
            let path = format!("{SHARING}/requests/{id}/{verb}");
            assert_eq!(south.post(&path, &[("reason", "no")]).await.status, 404, "another's question");
        }
        assert!(!south.get(SHARING).await.body.contains(&id));
        assert_eq!(owner.post(&format!("{SHARING}/requests/{id}/approve"), &[]).await.status, 303);
        assert_eq!(
            owner.post(&format!("{SHARING}/requests/{id}/approve"), &[]).await.status,
            404,
            "answered"
        );
        assert_eq!(logs(&world, "access.approved").await, ["bkkfoods", "nera"]);
        assert_eq!(logs(&world, "grant.made").await, ["bkkfoods", "nera"]);
        let json = nera.get("/api/v1/devices/D-BF-4/values?metric=power").await;
        assert_eq!(json.status, 200, "{}: {}", world.engine, json.body);
        let others = nera.get(DEVICE).await.body;
        assert!(others.contains("Not granted by BKKFoods"), "nothing but what was asked: {others}");
        assert!(!owner.get(SHARING).await.body.contains("Asks for access"));
    }
}

#[tokio::test]
async fn a_no_has_a_reason_and_shows_nothing() {
    for world in worlds("request_declined").await {
        let nera = world.as_person("nera.coord").await;
        let owner = world.as_person("bkk.admin").await;
        let form = [("metrics", "power"), ("months", "1"), ("reason", "Tuning")];
        assert_eq!(nera.post(ASK, &form).await.status, 303, "{}", world.engine);
        let id = id_in(&owner.get(SHARING).await.body);
        let path = format!("{SHARING}/requests/{id}/decline");
        assert_eq!(owner.post(&path, &[("reason", " ")]).await.status, 422);
        assert_eq!(owner.post(&path, &[("reason", "Ask in June")]).await.status, 303);
        assert_eq!(owner.post(&path, &[("reason", "again")]).await.status, 404);
        assert_eq!(logs(&world, "access.declined").await, ["bkkfoods", "nera"]);
        assert!(logs(&world, "grant.made").await.is_empty());
        let page = nera.get(DEVICE).await.body;
        assert!(page.contains("Ask in June") && page.contains("Ask BKKFoods"), "asked again later: {page}");
        assert_eq!(nera.get("/api/v1/devices/D-BF-4/values?metric=power").await.status, 403);
        assert_eq!(nera.post(ASK, &form).await.status, 303, "a new question");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_said_beside_its_field() {
    for world in worlds("request_wrong").await {
        let nera = world.as_person("nera.coord").await;
        let good = [("metrics", "power"), ("months", "3"), ("reason", "Report")];
        for (field, value, says) in [
            ("metrics", "colour", "Choose at least one metric"),
            ("months", "7", "1, 3, 6 or 12 months"),
            ("reason", "", "Say what the partner needs"),
        ] {
            let form = good.map(|(name, kept)| (name, if name == field { value } else { kept }));
            let answer = nera.post(ASK, &form).await;
            assert_eq!(answer.status, 422, "{} {field}", world.engine);
            assert!(
                answer.body.contains(says) && answer.body.contains("details class=\"request\" open"),
                "{}",
                answer.body
            );
        }
        let seen = nera.post("/partners/devices/D-BF-1/request", &good).await;
        assert_eq!(seen.status, 422, "power of D-BF-1 is granted already");
        let arriving = world.as_person("huawei.admin").await;
        assert!(!arriving.get("/partners/devices/D-SR-1").await.body.contains("Request access"));
        assert_eq!(arriving.post("/partners/devices/D-SR-1/request", &good).await.status, 409);
        assert_eq!(world.as_person("nera.sales1").await.post(ASK, &good).await.status, 403);
        assert!(!world.as_person("nera.sales1").await.get(DEVICE).await.body.contains("Request access"));
        assert!(logs(&world, "access.requested").await.is_empty());
    }
}

#[tokio::test]
async fn two_answers_at_once_make_one_grant() {
    for world in worlds("request_race").await {
        let asking = allowed(&world, "nera.coord", Action::Change(Item::CoveredDevices)).await;
        let new = NewRequest { metrics: vec!["power".into()], months: 3, reason: "Report".into() };
        let id = ask(&world.app, &asking, "D-BF-4", new).await.unwrap();
        let owner = allowed(&world, "bkk.admin", CHANGE).await;
        let open = open_requests(&mut world.app.db.read().await.unwrap(), &owner.scope).await.unwrap();
        assert_eq!(open.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [id.as_str()]);
        let until_ms = world.app.clock.now_ms() + 90 * DAY_MS;
        let both = [(); 2].map(|()| approve(&world.app, &owner, &id, |_| until_ms));
        let answers = futures_util::future::join_all(both).await;
        let made = answers.iter().filter(|answer| answer.is_ok()).count();
        let lost = |answer: &Result<(), Error>| {
            matches!(answer, Err(Error::NotFound | Error::Conflict { code: "already_answered", .. }))
        };
        assert_eq!(
            (made, answers.iter().filter(|a| lost(a)).count()),
            (1, 1),
            "{}: {answers:?}",
            world.engine
        );
        assert_eq!(logs(&world, "grant.made").await, ["bkkfoods", "nera"]);
    }
}
