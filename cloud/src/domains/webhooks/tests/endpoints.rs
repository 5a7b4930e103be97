//! Endpoints: added, tried, renewed, changed, deleted, and never anywhere but in public.

use super::{Receiver, add, deliveries, happen, logged};
use crate::guards::dump::dump;
use crate::platform::base::{DAY_MS, MINUTE_MS};
use crate::world::testing::{read, worlds};
use axum::body::Body;
use axum::http::Method;
use data_encoding::{BASE64, HEXLOWER};

#[tokio::test]
async fn an_endpoint_is_added_by_an_administrator_tried_and_signs_what_it_is_sent() {
    for world in worlds("webhooks_added").await {
        let (receiver, admin) = (Receiver::start().await, world.as_person("nera.admin").await);
        let (path, secret) = add(&admin, &receiver.url, &["deal.registered"]).await;
        assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
        let page = admin.get(&path).await;
        assert!(page.status == 200 && page.body.contains("Nothing was sent yet"), "{}", page.body);
        assert!(!page.body.contains(&secret), "{}: it is shown once", world.engine);
        let bytes = HEXLOWER.encode(&BASE64.decode(&secret.as_bytes()[6..]).unwrap());
        for (table, rows) in dump(&world).await {
            let kept =
                rows.iter().any(|row| row.contains(&secret[6..]) || row.to_lowercase().contains(&bytes));
            assert!(!kept, "{}: {table} holds the secret", world.engine);
            let told = table == "audit_entry" || table == "outbox" || table == "job";
            assert!(!told || !rows.iter().any(|row| row.contains("t0psecret")), "{}: {table}", world.engine);
        }
        assert_eq!(admin.post(&format!("{path}/test"), &[]).await.status, 303);
        happen(&world).await;
        let heard = receiver.one();
        assert_eq!((heard.signed_by(&secret), heard.json()["type"].as_str()), (1, Some("webhook.test")));
        assert_eq!(heard.header("content-type"), "application/json");
        assert_eq!(heard.json()["timestamp"], "2026-07-15T03:00:00Z", "{}", heard.body);
        assert!(heard.header("webhook-id").starts_with("msg_") && !heard.header("webhook-id").contains('.'));
        assert!(admin.get(&path).await.body.contains("Delivered"));
        assert_eq!((logged(&world, "webhook.added").await, logged(&world, "webhook.tested").await), (1, 1));
        // Who administers it, and for whom it is not there.
        for (person, status) in [("nera.sales1", 403), ("nera.view", 403), ("siam.admin", 404)] {
            let browser = world.as_person(person).await;
            assert_eq!(browser.get(&path).await.status, status, "{}: {person}", world.engine);
            for verb in ["", "/rotate", "/test", "/pause", "/resume", "/delete"] {
                let answer = browser.post(&format!("{path}{verb}"), &[("url", "https://x.example/")]).await;
                assert_eq!(answer.status, status, "{}: {person} {verb}", world.engine);
            }
        }
        // Without a fresh proof nobody is sent elsewhere.
        world.clock.advance(11 * MINUTE_MS);
        let json = r#"{"name":"x","url":"https://hooks.example/","events":["deal.registered"]}"#;
        for to in
            ["/api/v1/account/webhooks".to_owned(), format!("/api/v1{path}"), format!("/api/v1{path}/rotate")]
        {
            let answer = admin.post_json(&to, json).await;
            assert_eq!(answer.json()["code"], "step_up_required", "{}: {to}", world.engine);
        }
    }
}

#[tokio::test]
async fn case_144_no_private_address_is_reached_by_number_or_by_name() {
    for world in worlds("webhooks_144").await {
        let admin = world.as_person("nera.admin").await;
        let form = |url| [("name", "x"), ("url", url), ("events", "deal.registered")];
        for url in [
            "http://hooks.example/",
            "https://169.254.169.254/latest/",
            "https://[::ffff:127.0.0.1]/",
            "http://127.0.0.1/",
        ] {
            let answer = admin.post("/account/webhooks", &form(url)).await;
            assert_eq!(answer.status, 422, "{}: {url}", world.engine);
        }
        // A name is judged by where it leads, when it is dialled.
        let (path, _) = add(&admin, "https://localhost:9/", &["deal.registered"]).await;
        assert_eq!(admin.post(&format!("{path}/test"), &[]).await.status, 303);
        happen(&world).await;
        let refused = deliveries(&admin, &path).await.remove(0);
        let said = refused["error"].as_str().unwrap();
        assert!(
            refused["state"] == "dead" && said.contains("no public address"),
            "{}: {refused}",
            world.engine
        );
        // An address that was allowed when it was entered is judged again when it is dialled.
        world.run("UPDATE webhook_endpoint SET url = 'http://127.0.0.1:9/'").await;
        assert_eq!(admin.post(&format!("{path}/test"), &[]).await.status, 303);
        happen(&world).await;
        let refused = deliveries(&admin, &path).await.remove(0);
        assert!(
            refused["error"].as_str().unwrap().contains("no public address"),
            "{}: {refused}",
            world.engine
        );
    }
}

#[tokio::test]
async fn a_renewed_secret_signs_beside_the_former_for_a_day_and_a_webhook_can_be_changed_and_deleted() {
    for world in worlds("webhooks_rotated").await {
        let (receiver, admin) = (Receiver::start().await, world.as_person("nera.admin").await);
        let json = format!(r#"{{"name":"ERP","url":"{}","events":["deal.registered"]}}"#, receiver.url);
        let made = admin.post_json("/api/v1/account/webhooks", &json).await;
        assert_eq!(made.status, 201, "{}: {}", world.engine, made.body);
        // What is kept for who sends it again is kept without the secret.
        let mut request = admin.request(Method::POST, "/api/v1/account/webhooks", Body::from(json.clone()));
        for (name, value) in [
            ("content-type", "application/json"),
            ("sec-fetch-site", "same-origin"),
            ("idempotency-key", "k1"),
        ] {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let kept = read(admin.raw(request).await).await.json()["secret"].as_str().unwrap().to_owned();
        let answers = dump(&world).await.remove("api_answer").unwrap();
        // The dump writes bytes as hexadecimal digits.
        let answer = answers[0].to_lowercase();
        let holds = |text: &str| answer.contains(&HEXLOWER.encode(text.as_bytes()));
        assert!(kept.len() == 50 && !holds(&kept) && holds(r#""secret":"""#), "{}: {answer}", world.engine);
        let (id, former) = (made.json()["webhook"]["id"].clone(), made.json()["secret"].clone());
        let at = format!("/api/v1/account/webhooks/{}", id.as_str().unwrap());
        let rotated = admin.post_json(&format!("{at}/rotate"), "{}").await;
        let (former, new) = (former.as_str().unwrap(), rotated.json()["secret"].as_str().unwrap().to_owned());
        for (advance_ms, signed) in [(0, (1, 1)), (DAY_MS, (0, 1))] {
            world.clock.advance(advance_ms);
            assert_eq!(admin.post_json(&format!("{at}/test"), "{}").await.status, 202);
            happen(&world).await;
            let heard = receiver.one();
            assert_eq!((heard.signed_by(former), heard.signed_by(&new)), signed, "{}", world.engine);
        }
        let admin = world.as_person("nera.admin").await;
        let json = format!(
            r#"{{"name":"CRM","url":"{}","events":["alarm.raised","ticket.resolved"]}}"#,
            receiver.url
        );
        let changed = admin.post_json(&at, &json).await;
        assert_eq!(changed.json()["events"], serde_json::json!(["alarm.raised", "ticket.resolved"]));
        let twice = json.replace("alarm.raised", "session.started");
        assert_eq!(
            admin.post_json(&at, &twice).await.status,
            422,
            "{}: nobody is told of that",
            world.engine
        );
        assert_eq!(
            admin.post_json(&format!("{at}/pause"), "{}").await.json()["paused_ms"].as_i64(),
            Some(world.app.clock.now_ms())
        );
        assert_eq!(admin.post_json(&format!("{at}/pause"), "{}").await.json()["code"], "webhook_state");
        assert_eq!(admin.post_json(&format!("{at}/delete"), "{}").await.status, 204);
        assert_eq!(admin.get_json(&at).await.status, 404);
        assert_eq!(world.count("FROM webhook_delivery WHERE tenant_id = $1", "nera").await, 0);
    }
}
