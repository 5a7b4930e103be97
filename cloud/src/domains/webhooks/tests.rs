//! The stories of webhooks, each with a receiver that really listens.

use super::sign::PREFIX;
use crate::guards::dump::dump;
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::platform::events::dispatch_due;
use crate::reactions::Reactions;
use crate::world::canary::SECRETS;
use crate::world::testing::{Answer, Browser, RECEIVERS, World, read, worlds};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// What a receiver heard.
#[derive(Clone, Debug)]
struct Heard {
    headers: HeaderMap,
    body: String,
}

impl Heard {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// How many of its signatures are of `secret`.
    fn signed_by(&self, secret: &str) -> usize {
        let key = BASE64.decode(secret.strip_prefix(PREFIX).unwrap().as_bytes()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        let (id, at) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        mac.update(format!("{id}.{at}.{}", self.body).as_bytes());
        let expected = format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()));
        self.header("webhook-signature").split(' ').filter(|one| **one == expected).count()
    }
}

/// A server of the organisation: keeps what it hears, answers what it was told to, else 204.
#[derive(Clone, Default)]
struct Receiver {
    heard: Arc<Mutex<Vec<Heard>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
    url: String,
}

impl Receiver {
    async fn start() -> Self {
        let at = RECEIVERS.replace("0/24", "1");
        let listener = TcpListener::bind((at.as_str(), 0)).await.unwrap();
        let url = format!("http://{}/hook?token=t0psecret", listener.local_addr().unwrap());
        let receiver = Self { url, ..Self::default() };
        let router = Router::new().fallback(hear).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    fn will_answer(&self, statuses: &[u16]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    /// What was heard since it was asked last.
    fn heard(&self) -> Vec<Heard> {
        std::mem::take(&mut self.heard.lock().unwrap())
    }

    fn one(&self) -> Heard {
        let mut heard = self.heard();
        assert_eq!(heard.len(), 1, "{heard:?}");
        heard.remove(0)
    }
}

async fn hear(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Response {
    let body = String::from_utf8(body.to_vec()).unwrap();
    receiver.heard.lock().unwrap().push(Heard { headers, body });
    let status = receiver.answers.lock().unwrap().pop_front().unwrap_or(204);
    let status = StatusCode::from_u16(status).unwrap();
    (status, [(header::LOCATION, "/elsewhere")], "said nothing of use").into_response()
}

/// The secret on a page.
fn secret(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let after = answer.body.split("class=\"secret\">").nth(1).unwrap_or_else(|| panic!("{}", answer.body));
    after.split('<').next().unwrap().to_owned()
}

/// Adds an endpoint at `url`: its path on the pages, and its secret.
async fn add(browser: &Browser, url: &str, events: &[&str]) -> (String, String) {
    let mut form = vec![("name", "ERP"), ("url", url)];
    form.extend(events.iter().map(|event| ("events", *event)));
    let answer = browser.post("/account/webhooks", &form).await;
    let secret = secret(&answer);
    let list = browser.get("/account/webhooks").await.body;
    let newest = list.split("/account/webhooks/webhook_").last().unwrap();
    (format!("/account/webhooks/webhook_{}", newest.split('"').next().unwrap()), secret)
}

/// Everything that is due happens: events become deliveries, deliveries go out.
async fn happen(world: &World) {
    while dispatch_due(&world.app, &Reactions).await > 0 {}
    world.work().await;
}

/// The deliveries of the endpoint at `path`, newest first.
async fn deliveries(browser: &Browser, path: &str) -> Vec<Value> {
    let answer = browser.get_json(&format!("/api/v1{path}/deliveries")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["deliveries"].as_array().unwrap().clone()
}

async fn logged(world: &World, action: &str) -> i64 {
    world.count("FROM audit_entry WHERE tenant_id = 'nera' AND action = $1", action).await
}

const DEAL: &[(&str, &str)] = &[
    ("customer", "Hooked Mill"),
    ("title", "Seven hooks"),
    ("amount", "7777123"),
    ("currency", "THB"),
    ("channel", "eastdist"),
];

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
        super::tidy(&world.app).await.unwrap();
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
        let waited = deliveries(&admin, &path).await.remove(0);
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
        let waited = deliveries(&admin, &path).await.remove(0);
        assert!(receiver.heard().is_empty() && waited["state"] == "dropped", "{}: {waited}", world.engine);
        assert!(waited["error"].as_str().unwrap().contains("suspended"), "{waited}");
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
        let twice = json.replace("alarm.raised", "member.added");
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
