//! The stories of webhooks, each with a receiver that really listens.

mod endpoints;
mod lens;
mod retries;
mod rooms;

use super::sign::PREFIX;
use crate::platform::events::dispatch_due;
use crate::reactions::Reactions;
use crate::world::testing::{Answer, Browser, RECEIVERS, World};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// What a receiver heard.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    headers: HeaderMap,
    pub(super) body: String,
}

impl Heard {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// How many of its signatures are of `secret`.
    pub(super) fn signed_by(&self, secret: &str) -> usize {
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
pub(super) struct Receiver {
    heard: Arc<Mutex<Vec<Heard>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
    pub(super) url: String,
}

impl Receiver {
    pub(super) async fn start() -> Self {
        let at = RECEIVERS.replace("0/24", "1");
        let listener = TcpListener::bind((at.as_str(), 0)).await.unwrap();
        let url = format!("http://{}/hook?token=t0psecret", listener.local_addr().unwrap());
        let receiver = Self { url, ..Self::default() };
        let router = Router::new().fallback(hear).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    pub(super) fn will_answer(&self, statuses: &[u16]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    /// What was heard since it was asked last.
    pub(super) fn heard(&self) -> Vec<Heard> {
        std::mem::take(&mut self.heard.lock().unwrap())
    }

    pub(super) fn one(&self) -> Heard {
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
pub(super) async fn add(browser: &Browser, url: &str, events: &[&str]) -> (String, String) {
    let mut form = vec![("name", "ERP"), ("url", url)];
    form.extend(events.iter().map(|event| ("events", *event)));
    let answer = browser.post("/account/webhooks", &form).await;
    let secret = secret(&answer);
    let list = browser.get("/account/webhooks").await.body;
    let newest = list.split("/account/webhooks/webhook_").last().unwrap();
    (format!("/account/webhooks/webhook_{}", newest.split('"').next().unwrap()), secret)
}

/// Everything that is due happens: events become deliveries, deliveries go out.
pub(super) async fn happen(world: &World) {
    while dispatch_due(&world.app, &Reactions).await > 0 {}
    world.work().await;
}

/// The deliveries of the endpoint at `path`, newest first.
pub(super) async fn deliveries(browser: &Browser, path: &str) -> Vec<Value> {
    let answer = browser.get_json(&format!("/api/v1{path}/deliveries")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["deliveries"].as_array().unwrap().clone()
}

pub(super) async fn logged(world: &World, action: &str) -> i64 {
    world.count("FROM audit_entry WHERE tenant_id = 'nera' AND action = $1", action).await
}

pub(super) const DEAL: &[(&str, &str)] = &[
    ("customer", "Hooked Mill"),
    ("title", "Seven hooks"),
    ("amount", "7777123"),
    ("currency", "THB"),
    ("channel", "eastdist"),
];
