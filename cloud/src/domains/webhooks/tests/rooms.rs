//! What each room tells: to those it concerns, each through its own lens, and to nobody else.

use super::{Heard, Receiver, add, happen};
use crate::domains::audit::{self, By, Entry, Fact};
use crate::world::testing::{Browser, World, worlds};
use serde_json::{Value, json};

/// A receiver of `events` for the organisation that `handle` administers.
async fn listener(world: &World, handle: &str, events: &[&str]) -> (Browser, Receiver) {
    let (receiver, browser) = (Receiver::start().await, world.as_person(handle).await);
    add(&browser, &receiver.url, events).await;
    (browser, receiver)
}

/// What was heard, by type and record.
fn told(receiver: &Receiver, key: &str) -> Vec<(String, Value)> {
    let one = |heard: Heard| {
        let json = heard.json();
        (json["type"].as_str().unwrap().to_owned(), json["data"][key].clone())
    };
    receiver.heard().into_iter().map(one).collect()
}

const TEAM: &[&str] = &[
    "member.added",
    "invitation.accepted",
    "member.roles_changed",
    "member.disabled",
    "member.enabled",
    "member.removed",
];

#[tokio::test]
async fn who_joins_changes_and_leaves_is_told_to_their_own_organisation_only() {
    for world in worlds("webhooks_team").await {
        let (nera, receiver) = listener(&world, "nera.admin", TEAM).await;
        let (_, other) = listener(&world, "siam.admin", TEAM).await;
        // Somebody of Nera works for Siam too: what Nera does about it is no news of Siam's.
        world
            .run(
                "INSERT INTO membership (person_id, tenant_id, roles, since_ms)
                 SELECT person_id, 'siam', roles, since_ms FROM membership WHERE person_id = 'nera.tech'",
            )
            .await;
        let path = "/api/v1/team/nera.tech";
        let mut heard = Vec::new();
        for (verb, body) in
            [("roles", r#"{"roles":["viewer"]}"#), ("disable", "{}"), ("enable", "{}"), ("remove", "{}")]
        {
            let answer = nera.post_json(&format!("{path}/{verb}"), body).await;
            assert!(answer.status < 300, "{}: {verb}: {}", world.engine, answer.body);
            happen(&world).await;
            heard.extend(told(&receiver, "member"));
        }
        let kinds: Vec<&str> = heard.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(
            kinds,
            ["member.roles_changed", "member.disabled", "member.enabled", "member.removed"],
            "{}",
            world.engine
        );
        assert_eq!(
            (&heard[0].1["roles"], &heard[1].1["state"]),
            (&json!(["viewer"]), &json!("switched_off")),
            "{heard:?}"
        );
        // Who left is nobody of the organisation's: an id, and that it is over.
        assert_eq!(heard[3].1, json!({ "id": "nera.tech", "state": "removed" }), "{}", world.engine);
        let new = r#"{"name":"Nida New","email":"nida@nera.example","roles":["sales"]}"#;
        assert_eq!(nera.post_json("/api/v1/team/invite", new).await.status, 201, "{}", world.engine);
        happen(&world).await;
        let joined = told(&receiver, "member");
        assert_eq!((joined[0].0.as_str(), &joined[0].1["state"]), ("member.added", &json!("invited")));
        assert!(other.heard().is_empty(), "{}: another organisation's people", world.engine);
    }
}

const GATEWAYS: &[&str] = &["agent.invited", "agent.enrolled", "agent.revoked", "grant.purged"];

#[tokio::test]
async fn gateways_are_told_to_their_owner_and_to_the_staff_of_the_program() {
    for world in worlds("webhooks_gateways").await {
        let (rs, staff) = listener(&world, "rs.admin", GATEWAYS).await;
        let (_, owner) = listener(&world, "bkk.admin", GATEWAYS).await;
        let (_, neighbour) = listener(&world, "south.admin", GATEWAYS).await;
        // Nera services devices on that gateway, and is a customer with none of its own.
        let (_, partner) = listener(&world, "nera.admin", GATEWAYS).await;
        assert_eq!(rs.post("/admin/agents/A-BF/code", &[]).await.status, 200, "{}", world.engine);
        let mut tx = world.app.db.write().await.unwrap();
        let by = By::agent("A-BF", "bkkfoods", "BKKFoods");
        audit::record(&world.app, &mut tx, Entry::new(by, Fact::AgentEnrolled, "agent", "A-BF"))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(rs.post("/admin/agents/A-BF/revoke", &[("reason", "stolen")]).await.status, 303);
        happen(&world).await;
        for receiver in [&staff, &owner] {
            let mut told = told(receiver, "gateway");
            told.sort_by(|a, b| a.0.cmp(&b.0));
            let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
            assert_eq!(kinds, ["agent.enrolled", "agent.invited", "agent.revoked"], "{}", world.engine);
            let gateway = &told[2].1;
            assert_eq!((&gateway["id"], &gateway["state"]), (&"A-BF".into(), &"revoked".into()), "{gateway}");
        }
        for other in [&neighbour, &partner] {
            assert!(other.heard().is_empty(), "{}: another owner's gateway", world.engine);
        }
    }
}

#[tokio::test]
async fn a_grant_is_told_to_both_sides_and_the_owners_words_stay_the_owners() {
    for world in worlds("webhooks_grants").await {
        let events = ["grant.made", "grant.narrowed", "grant.revoked"];
        let (bkk, owner) = listener(&world, "bkk.admin", &events).await;
        let (_, partner) = listener(&world, "nera.admin", &events).await;
        let (_, stranger) = listener(&world, "huawei.admin", &events).await;
        let body = r#"{"partner":"nera","purpose":"Quiet audit","items":[
            {"device":"D-BF-4","metric":"power"},{"device":"D-BF-4","metric":"voltage"}]}"#;
        let made = bkk.post_json("/api/v1/portal/sharing", body).await;
        assert_eq!(made.status, 201, "{}: {}", world.engine, made.body);
        let path = format!("/api/v1/portal/sharing/{}", made.json()["id"].as_str().unwrap());
        for (verb, body) in [
            ("narrow", r#"{"items":[{"device":"D-BF-4","metric":"power"}]}"#),
            ("revoke", r#"{"reason":"Done"}"#),
        ] {
            happen(&world).await;
            assert_eq!(bkk.post_json(&format!("{path}/{verb}"), body).await.status, 200, "{}", world.engine);
        }
        happen(&world).await;
        let (given, heard) = (told(&owner, "grant"), partner.heard());
        assert_eq!(given.len(), 3, "{}: {given:?}", world.engine);
        assert!(given.iter().all(|(_, grant)| grant["purpose"] == "Quiet audit"), "{given:?}");
        let states: Vec<Value> =
            heard.iter().map(|one| one.json()["data"]["grant"]["state"].clone()).collect();
        assert_eq!(states, ["active", "active", "revoked"], "{}", world.engine);
        for (nth, one) in heard.iter().enumerate() {
            let grant = &one.json()["data"]["grant"];
            assert_eq!(grant["customer"], "bkkfoods", "{grant}");
            assert_eq!(grant["items"].as_array().unwrap().len(), if nth == 0 { 2 } else { 1 }, "{grant}");
            assert!(!one.body.contains("Quiet audit"), "{}: {}", world.engine, one.body);
        }
        assert!(stranger.heard().is_empty(), "{}: another partner's grant", world.engine);
    }
}

#[tokio::test]
async fn a_question_for_access_and_its_answer_are_told_to_both_sides() {
    for world in worlds("webhooks_asked").await {
        let events = ["access.requested", "access.declined", "access.approved"];
        let (bkk, owner) = listener(&world, "bkk.admin", &events).await;
        let (_, partner) = listener(&world, "nera.admin", &events).await;
        let (_, stranger) = listener(&world, "south.admin", &events).await;
        let nera = world.as_person("nera.coord").await;
        let form = [("metrics", "power"), ("months", "3"), ("reason", "Energy report")];
        for (verb, body, answered) in
            [("decline", r#"{"reason":"Ask in June"}"#, "declined"), ("approve", "{}", "granted")]
        {
            assert_eq!(nera.post("/partners/devices/D-BF-4/request", &form).await.status, 303);
            happen(&world).await;
            let asked = bkk.get_json("/api/v1/portal/sharing").await.json()["requests"][0]["id"].clone();
            let path = format!("/api/v1/portal/sharing/requests/{}", asked.as_str().unwrap());
            assert_eq!(bkk.post_json(&format!("{path}/{verb}"), body).await.status, 200, "{}", world.engine);
            happen(&world).await;
            for receiver in [&owner, &partner] {
                let told = told(receiver, "access_request");
                let states: Vec<&Value> = told.iter().map(|(_, asked)| &asked["state"]).collect();
                assert_eq!(states, ["open", answered], "{}: {told:?}", world.engine);
                assert!(told.iter().all(|(_, one)| one["id"] == asked && one["device"] == "D-BF-4"));
                let why = told[1].1["why"].as_str().unwrap_or_default();
                assert_eq!(why, if verb == "decline" { "Ask in June" } else { "" }, "{told:?}");
            }
        }
        assert!(stranger.heard().is_empty(), "{}: another owner's question", world.engine);
    }
}

#[tokio::test]
async fn a_renewal_is_told_to_its_partner_and_a_device_to_its_owner() {
    for world in worlds("webhooks_renewals").await {
        let (nera, partner) = listener(&world, "nera.admin", &["renewal.reviewed", "device.linked"]).await;
        let (_, owner) = listener(&world, "bkk.admin", &["device.linked"]).await;
        // What a partner thinks of a renewal is the partner's.
        let form = [("name", "x"), ("url", "https://hooks.bkk.example/x"), ("events", "renewal.reviewed")];
        let refused = world.as_person("bkk.admin").await.post("/account/webhooks", &form).await;
        assert_eq!(refused.status, 422, "{}", world.engine);
        let said = nera.post_json("/api/v1/renewals/D-BF-2/outcome", r#"{"outcome":"keep"}"#).await;
        assert_eq!(said.status, 200, "{}: {}", world.engine, said.body);
        let mut tx = world.app.db.write().await.unwrap();
        let by = By::member(("bkk.admin", "Bo"), ("bkkfoods", "BKKFoods"));
        audit::record(&world.app, &mut tx, Entry::new(by, Fact::DeviceLinked, "device", "D-BF-1"))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        happen(&world).await;
        let reviewed = told(&partner, "renewal");
        assert_eq!(reviewed.len(), 1, "{}: {reviewed:?}", world.engine);
        assert_eq!(
            (&reviewed[0].1["device"]["id"], &reviewed[0].1["outcome"]),
            (&"D-BF-2".into(), &"keep".into()),
            "{reviewed:?}"
        );
        let linked = told(&owner, "device");
        assert_eq!((linked.len(), &linked[0].1["id"]), (1, &json!("D-BF-1")), "{}", world.engine);
    }
}
