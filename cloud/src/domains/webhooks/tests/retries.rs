//! What is not taken: again for a day, one at a time, and given up.

use super::{DEAL, Receiver, add, deliveries, happen, logged};
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::world::testing::worlds;

#[tokio::test]
async fn what_is_not_taken_comes_again_for_a_day_and_then_waits_for_a_hand() {
    for world in worlds("webhooks_again").await {
        let (receiver, admin) = (Receiver::start().await, world.as_person("nera.admin").await);
        let (path, secret) = add(&admin, &receiver.url, &["deal.registered"]).await;
        receiver.will_answer(&[500, 302]);
        assert_eq!(world.as_person("nera.sales1").await.post("/partners/deals", DEAL).await.status, 303);
        happen(&world).await;
        let first = receiver.one();
        let waits = deliveries(&admin, &path).await.remove(0);
        assert_eq!(
            (&waits["state"], &waits["status"], &waits["attempts"]),
            (&"waiting".into(), &500.into(), &1.into())
        );
        happen(&world).await;
        assert!(receiver.heard().is_empty(), "{}: not before its time", world.engine);
        world.clock.advance(6_000);
        happen(&world).await;
        // A redirect is an answer like any other, and nobody goes where it leads.
        receiver.one();
        let waits = deliveries(&admin, &path).await.remove(0);
        assert!(waits["error"].as_str().unwrap().contains("redirect"), "{}: {waits}", world.engine);
        assert!(admin.get("/account/webhooks").await.body.contains("Failing"));
        world.clock.advance(6 * MINUTE_MS);
        happen(&world).await;
        let third = receiver.one();
        assert_eq!(third.header("webhook-id"), first.header("webhook-id"), "{}: one message", world.engine);
        assert_ne!(third.header("webhook-timestamp"), first.header("webhook-timestamp"), "said afresh");
        assert_eq!((third.signed_by(&secret), third.body.as_str()), (1, first.body.as_str()));
        let done = deliveries(&admin, &path).await.remove(0);
        assert_eq!(
            (&done["state"], &done["attempts"], &done["error"]),
            (&"delivered".into(), &3.into(), &"".into())
        );
        assert!(!admin.get("/account/webhooks").await.body.contains("Failing"));
        // One that nobody ever takes.
        let id = done["id"].as_str().unwrap();
        receiver.will_answer(&[503; 8]);
        let again = format!("{path}/deliveries/{id}/redeliver");
        assert_eq!(admin.post(&again, &[]).await.status, 303);
        assert_eq!(admin.post(&again, &[]).await.status, 409, "{}: it is on its way", world.engine);
        for _ in 0..8 {
            happen(&world).await;
            assert_eq!(receiver.heard().len(), 1, "{}", world.engine);
            world.clock.advance(12 * HOUR_MS);
        }
        happen(&world).await;
        let admin = world.as_person("nera.admin").await;
        let dead = deliveries(&admin, &path).await.remove(0);
        assert_eq!(
            (&dead["state"], &dead["attempts"]),
            (&"dead".into(), &8.into()),
            "{}: {dead}",
            world.engine
        );
        let letters = admin.get_json(&format!("/api/v1{path}/deliveries?state=dead")).await.json();
        assert_eq!(letters["deliveries"].as_array().unwrap().len(), 1, "{letters}");
        assert_eq!(admin.post(&again, &[]).await.status, 303);
        happen(&world).await;
        assert_eq!(receiver.one().header("webhook-id"), first.header("webhook-id"), "{}", world.engine);
        assert_eq!(deliveries(&admin, &path).await[0]["state"], "delivered");
        assert_eq!(logged(&world, "webhook.redelivered").await, 2, "{}", world.engine);
        // A month later nobody asks for it any more.
        world.clock.advance(31 * DAY_MS);
        super::super::tidy(&world.app).await.unwrap();
        let admin = world.as_person("nera.admin").await;
        assert!(deliveries(&admin, &path).await.is_empty(), "{}", world.engine);
    }
}

#[tokio::test]
async fn while_an_endpoint_fails_one_event_tries_it_and_the_others_wait() {
    for world in worlds("webhooks_rest").await {
        let (receiver, admin) = (Receiver::start().await, world.as_person("nera.admin").await);
        let (path, _) = add(&admin, &receiver.url, &["deal.registered"]).await;
        receiver.will_answer(&[500]);
        let sales = world.as_person("nera.sales1").await;
        for title in ["One", "Two", "Three"] {
            let mut deal = DEAL.to_vec();
            deal[1] = ("title", title);
            assert_eq!(sales.post("/partners/deals", &deal).await.status, 303);
        }
        happen(&world).await;
        assert_eq!(receiver.heard().len(), 1, "{}: the others were not tried", world.engine);
        let all = deliveries(&admin, &path).await;
        let attempts: i64 = all.iter().map(|one| one["attempts"].as_i64().unwrap()).sum();
        assert!(all.len() == 3 && attempts == 1, "{}: {all:?}", world.engine);
        world.clock.advance(MINUTE_MS);
        happen(&world).await;
        assert_eq!(receiver.heard().len(), 3, "{}", world.engine);
    }
}

#[tokio::test]
async fn an_endpoint_that_wants_no_more_or_fails_for_days_is_paused_and_its_people_hear_of_it() {
    for world in worlds("webhooks_paused").await {
        let (receiver, admin) = (Receiver::start().await, world.as_person("nera.admin").await);
        let (path, _) = add(&admin, &receiver.url, &["deal.registered"]).await;
        let sales = world.as_person("nera.sales1").await;
        let register = async |title: &str| {
            let mut deal = DEAL.to_vec();
            deal[1] = ("title", title);
            assert_eq!(sales.post("/partners/deals", &deal).await.status, 303);
        };
        receiver.will_answer(&[410]);
        register("One").await;
        happen(&world).await;
        let page = admin.get(&path).await.body;
        assert!(page.contains("Paused") && page.contains("wants no more events"), "{}: {page}", world.engine);
        let mails =
            "FROM mail_outbox WHERE subject = $1 AND to_email LIKE 'nera.%' AND body NOT LIKE '%t0psecret%'";
        let subject = "A webhook of your organisation was paused";
        assert_eq!(world.count(mails, subject).await, 1, "{}", world.engine);
        assert_eq!(logged(&world, "webhook.paused").await, 1, "{}", world.engine);
        // What happens while it is paused is not sent, and what waited neither; a test still tries the way.
        receiver.heard();
        register("Two").await;
        world.clock.advance(HOUR_MS);
        happen(&world).await;
        assert!(receiver.heard().is_empty(), "{}", world.engine);
        let all = deliveries(&admin, &path).await;
        assert!(all.len() == 1 && all[0]["state"] == "dropped", "{}: {all:?}", world.engine);
        assert_eq!(admin.post(&format!("{path}/test"), &[]).await.status, 303);
        happen(&world).await;
        assert_eq!(receiver.one().json()["type"], "webhook.test");
        assert_eq!(admin.post(&format!("{path}/resume"), &[]).await.status, 303);
        assert_eq!(admin.post(&format!("{path}/resume"), &[]).await.status, 409);
        // Nothing taken for five days.
        receiver.will_answer(&[500; 20]);
        register("Three").await;
        for _ in 0..8 {
            happen(&world).await;
            world.clock.advance(13 * HOUR_MS);
        }
        assert!(!admin.get(&path).await.body.contains("Resume"), "{}: not yet", world.engine);
        world.clock.advance(2 * DAY_MS);
        register("Four").await;
        happen(&world).await;
        assert!(admin.get(&path).await.body.contains("took no event for five days"), "{}", world.engine);
        assert_eq!(world.count(mails, subject).await, 2, "{}", world.engine);
    }
}

#[tokio::test]
async fn a_delivery_whose_job_is_cancelled_ends_and_goes_on_when_somebody_lets_it() {
    for world in worlds("webhooks_cancelled").await {
        let (receiver, admin) = (Receiver::start().await, world.as_person("nera.admin").await);
        let (path, _) = add(&admin, &receiver.url, &["deal.registered"]).await;
        let staff = world.as_person("rs.admin").await;
        world.work().await;
        receiver.will_answer(&[500]);
        assert_eq!(world.as_person("nera.sales1").await.post("/partners/deals", DEAL).await.status, 303);
        happen(&world).await;
        receiver.heard();
        let job = async || {
            let jobs = staff.get_json("/api/v1/admin/jobs").await.json();
            let all = ["queue", "given_up"].map(|list| jobs[list].as_array().unwrap().clone()).concat();
            all.into_iter().find(|job| job["kind"] == "webhook.deliver").unwrap()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let id = job().await;
        assert_eq!(
            staff.post(&format!("/admin/jobs/{id}/cancel"), &[("reason", "mistake")]).await.status,
            303
        );
        happen(&world).await;
        let cancelled = deliveries(&admin, &path).await.remove(0);
        assert_eq!(cancelled["state"], "cancelled", "{}: {cancelled}", world.engine);
        assert!(cancelled["error"].as_str().unwrap().contains("cancelled it"), "{}", world.engine);
        assert!(admin.get(&path).await.body.contains("Cancelled"), "{}", world.engine);
        world.clock.advance(DAY_MS);
        happen(&world).await;
        assert!(receiver.heard().is_empty(), "{}: it was sent", world.engine);
        let admin = world.as_person("nera.admin").await;
        let staff = world.as_person("rs.admin").await;
        // Told again, the event of the cancelling changes nothing, also after the job was let go on.
        assert_eq!(staff.post(&format!("/admin/jobs/{id}/retry"), &[]).await.status, 303);
        world.run("UPDATE outbox SET handled_ms = NULL WHERE kind = 'job.cancelled'").await;
        happen(&world).await;
        receiver.one();
        let done = deliveries(&admin, &path).await.remove(0);
        assert_eq!(done["state"], "delivered", "{}: {done}", world.engine);
    }
}

#[tokio::test]
async fn a_delivery_that_we_ourselves_cannot_send_ends_as_a_dead_letter_and_goes_out_when_we_can() {
    for world in worlds("webhooks_ours").await {
        let (receiver, admin) = (Receiver::start().await, world.as_person("nera.admin").await);
        let (path, secret) = add(&admin, &receiver.url, &["deal.registered"]).await;
        let key = world.app.config.state_dir.join("webhook.key");
        let whole = std::fs::read(&key).unwrap();
        std::fs::write(&key, b"torn").unwrap();
        assert_eq!(world.as_person("nera.sales1").await.post("/partners/deals", DEAL).await.status, 303);
        let state = async || deliveries(&world.as_person("nera.admin").await, &path).await.remove(0);
        happen(&world).await;
        assert_eq!(state().await["state"], "waiting", "{}: it comes again", world.engine);
        for _ in 0..36 {
            world.clock.advance(HOUR_MS);
            happen(&world).await;
        }
        let dead = state().await;
        assert_eq!((&dead["state"], &dead["attempts"]), (&"dead".into(), &0.into()), "{}", world.engine);
        let said = dead["error"].as_str().unwrap();
        assert!(said.contains("no fault of the endpoint") && !said.contains("webhook.key"), "{said}");
        assert!(!world.as_person("nera.admin").await.get("/account/webhooks").await.body.contains("Failing"));
        // Once we can, whoever runs the service lets the job go on.
        std::fs::write(&key, &whole).unwrap();
        let staff = world.as_person("rs.admin").await;
        let jobs = staff.get_json("/api/v1/admin/jobs").await.json();
        let given_up =
            jobs["given_up"].as_array().unwrap().iter().find(|job| job["kind"] == "webhook.deliver");
        let id = given_up.unwrap()["id"].as_str().unwrap().to_owned();
        assert_eq!(staff.post(&format!("/admin/jobs/{id}/retry"), &[]).await.status, 303);
        happen(&world).await;
        assert_eq!(receiver.one().signed_by(&secret), 1, "{}", world.engine);
        assert_eq!(state().await["state"], "delivered", "{}", world.engine);
    }
}
