//! What each receiver gets: its own lens, at the moment of sending.

use super::{DEAL, Receiver, add, deliveries, happen};
use crate::platform::base::MINUTE_MS;
use crate::world::canary::SECRETS;
use crate::world::testing::worlds;

#[tokio::test]
async fn case_54_each_receiver_gets_its_own_lens_and_nobody_a_byte_more() {
    for world in worlds("webhooks_lens").await {
        let mut ends = Vec::new();
        for handle in ["nera.admin", "mw.admin", "ed.sales", "siam.admin", "rs.admin", "bkk.admin"] {
            let browser = world.as_person(handle).await;
            let receiver = Receiver::start().await;
            match handle {
                // EastDist has no administrator in this world.
                "ed.sales" => {
                    world
                        .run("UPDATE membership SET roles = 'administrator' WHERE person_id = 'ed.sales'")
                        .await
                }
                "bkk.admin" => {
                    let form = [("name", "x"), ("url", &receiver.url), ("events", "deal.registered")];
                    let refused = browser.post("/account/webhooks", &form).await;
                    assert!(refused.status == 422 && refused.body.contains("Choose at least one event"));
                    continue;
                }
                _ => {}
            }
            add(&browser, &receiver.url, &["deal.registered"]).await;
            ends.push((handle, receiver));
        }
        let sales = world.as_person("nera.sales1").await;
        assert_eq!(sales.post("/partners/deals", DEAL).await.status, 303);
        happen(&world).await;
        for (handle, receiver) in &ends {
            let heard = receiver.heard();
            let told: Vec<&str> = heard.iter().map(|one| one.body.as_str()).collect();
            match *handle {
                "siam.admin" => assert!(told.is_empty(), "{}: {told:?}", world.engine),
                // It handles Nera's deals, and this one runs through somebody else.
                "mw.admin" => {
                    assert!(told.len() == 1 && !told[0].contains("7777123"), "{}: {told:?}", world.engine);
                    let deal = &heard[0].json()["data"]["deal"];
                    assert_eq!(deal["amount"], serde_json::json!({ "masked": true }), "{deal}");
                    assert_eq!(deal["on_channel"], false, "{deal}");
                }
                _ => assert!(told.len() == 1 && told[0].contains("777712300"), "{}: {told:?}", world.engine),
            }
        }
        // The ids of one event's messages differ, as they are told to different receivers.
        // The whole log once more sends nothing.
        world.run("UPDATE outbox SET handled_ms = NULL").await;
        happen(&world).await;
        assert!(ends.iter().all(|(_, receiver)| receiver.heard().is_empty()), "{}", world.engine);
        // DL-2 runs through EastDist: told of it, MegaWarehouse learns no amount of it, nor of anything else.
        world.run("UPDATE outbox SET handled_ms = NULL, id = id || 'x', object_id = 'DL-2' WHERE kind = 'deal.registered'").await;
        happen(&world).await;
        for (handle, receiver) in &ends {
            let heard = receiver.heard();
            assert_eq!(heard.len(), usize::from(*handle != "siam.admin"), "{}: {handle}", world.engine);
            let leaks = |body: &str| {
                SECRETS.iter().filter(|s| !s.is_for(handle)).find_map(|s| s.found_in(body)).map(str::to_owned)
            };
            for one in heard.iter().filter(|_| *handle != "ed.sales") {
                assert_eq!(leaks(&one.body), None, "{}: {handle}: {}", world.engine, one.body);
                assert_eq!(one.json()["data"]["deal"]["id"], "DL-2");
            }
        }
    }
}

#[tokio::test]
async fn case_83_what_may_not_be_seen_any_more_is_not_sent_though_it_waited() {
    for world in worlds("webhooks_83").await {
        let (receiver, admin) = (Receiver::start().await, world.as_person("nera.admin").await);
        let events = ["ticket.acknowledged", "alarm.acknowledged", "deal.registered"];
        let (path, _) = add(&admin, &receiver.url, &events).await;
        let coord = world.as_person("nera.coord").await;
        assert_eq!(coord.post("/partners/workload/A-BF-1/acknowledge", &[]).await.status, 303);
        happen(&world).await;
        let heard = receiver.one().json();
        assert_eq!(
            (&heard["type"], &heard["data"]["item"]["id"]),
            (&"alarm.acknowledged".into(), &"A-BF-1".into())
        );
        // The customer takes the grant back while the next one waits.
        receiver.will_answer(&[500]);
        assert_eq!(coord.post("/partners/workload/A-SR-1/acknowledge", &[]).await.status, 303);
        happen(&world).await;
        receiver.heard();
        world.run("UPDATE grant_revision SET revoked_ms = from_ms WHERE partner_id = 'nera'").await;
        world.clock.advance(MINUTE_MS);
        happen(&world).await;
        assert!(receiver.heard().is_empty(), "{}", world.engine);
        let mut waited = deliveries(&admin, &path).await;
        waited.retain(|one| one["object_id"] == "A-SR-1");
        let waited = waited.remove(0);
        assert_eq!(waited["state"], "dropped", "{}: {waited}", world.engine);
        assert!(waited["error"].as_str().unwrap().contains("may not see this"), "{waited}");
        // Suspended, the organisation is told of nothing.
        receiver.will_answer(&[500]);
        assert_eq!(world.as_person("nera.sales1").await.post("/partners/deals", DEAL).await.status, 303);
        happen(&world).await;
        receiver.heard();
        world.run("UPDATE tenant_capability SET suspended_ms = 1 WHERE tenant_id = 'nera' AND capability = 'partner'").await;
        world.clock.advance(MINUTE_MS);
        happen(&world).await;
        let mut waited = deliveries(&admin, &path).await;
        waited.retain(|one| one["event"] == "deal.registered");
        let waited = waited.remove(0);
        assert!(receiver.heard().is_empty() && waited["state"] == "dropped", "{}: {waited}", world.engine);
        assert!(waited["error"].as_str().unwrap().contains("suspended"), "{waited}");
    }
}

/// The path of an alarm: the gateway's report becomes an item, and the item is what is told.
#[tokio::test]
async fn an_alarm_is_told_as_the_item_that_it_became() {
    use crate::domains::audit::{self, By, Entry, Fact};
    for world in worlds("webhooks_alarm").await {
        let (receiver, admin) = (Receiver::start().await, world.as_person("nera.admin").await);
        add(&admin, &receiver.url, &["alarm.raised", "alarm.cleared"]).await;
        let now_ms = world.app.clock.now_ms();
        for (fact, at_ms) in [(Fact::AlarmRaised, now_ms - 2_000), (Fact::AlarmCleared, now_ms - 1_000)] {
            let detail = serde_json::json!({
                "device_id": "D-BF-1", "metric": "temp", "code": "over_temperature", "severity": "critical",
                "at_ms": at_ms, "text": "Winding temperature is above its limit",
            });
            let mut tx = world.app.db.write().await.unwrap();
            let by = By::agent("A-BF", "bkkfoods", "BKKFoods");
            let entry = Entry::new(by, fact, "device", "D-BF-1").with(detail);
            audit::record(&world.app, &mut tx, entry).await.unwrap();
            tx.commit().await.unwrap();
            happen(&world).await;
            let heard = receiver.one().json();
            assert_eq!(heard["type"], fact.key(), "{}", world.engine);
            let item = &heard["data"]["item"];
            assert_eq!((&item["device"]["id"], &item["kind"]), (&"D-BF-1".into(), &"alarm".into()), "{item}");
            assert_eq!(item["cleared_ms"].is_null(), fact == Fact::AlarmRaised, "{item}");
        }
    }
}
