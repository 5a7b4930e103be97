//! What fills a database as a service in use does: every change that a page or program can make, a gateway that sends,
//! what follows from all of it.

use crate::domains::audit::take_checkpoint;
use crate::domains::enrolment::listener::testing::{Gateway, open};
use crate::domains::telemetry::compact::fold;
use crate::domains::telemetry::testing::{schema, telemetry};
use crate::guards::samples::samples;
use crate::guards::strangers::send;
use crate::platform::base::MINUTE_MS;
use crate::platform::events::dispatch_due;
use crate::platform::web::Method;
use crate::reactions::Reactions;
use crate::world::testing::World;
use axum::http;
use riversync_protocol::v1::{Alarm, AlarmState, Content, Event, Gap, GapReason, Outcome, Severity, Upload};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << >>\n%%EOF\n";

/// Plays it.
pub(crate) async fn play(world: &World) {
    gateway(world).await;
    documents(world).await;
    strays(world).await;
    for sample in samples().filter(|sample| sample.method == Method::Post) {
        world.clock.advance(1_000);
        let answer = send(world, &world.as_person(sample.who).await, sample, &[]).await;
        let what = format!("{}: POST {} as {}", world.engine, sample.path, sample.who);
        assert!((200..400).contains(&answer.status), "{what}: {}", answer.body);
    }
    react(world).await;
    take_checkpoint(&world.app, None).await.unwrap();
}

/// What is refused, and what a program sends with a key so that it may repeat it.
async fn strays(world: &World) {
    let viewer = world.as_person("nera.view").await.unscanned();
    assert_eq!(viewer.post("/partners/deals", &[]).await.status, 403);
    let admin = world.as_person("rs.admin").await.unscanned();
    let mut request =
        admin.request(http::Method::POST, "/api/v1/admin/modules/partner", r#"{"on":true}"#.into());
    for (name, value) in [
        ("content-type", "application/json"),
        ("accept", "application/json"),
        ("sec-fetch-site", "same-origin"),
        ("idempotency-key", "once"),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    assert!(admin.raw(request).await.status().is_success());
}

/// What follows from what happened so far.
async fn react(world: &World) {
    while dispatch_due(&world.app, &Reactions).await > 0 {}
    world.work().await;
}

/// Readings, folded and not, a loss and an alarm, all by the real door; and who reads them.
async fn gateway(world: &World) {
    let app = &world.app;
    let door = open(app).await;
    let gateway = Gateway::enrolled(app, &door, "A-BF").await;
    let columns = schema(&["D-BF-1", "D-BF-2"], &["power", "temp"]);
    gateway.schema(&columns).await;
    for seq in 0..3 {
        let upload = telemetry("A-BF", &columns, seq, seq, app.clock.now_ms(), 10);
        world.clock.advance(20 * MINUTE_MS);
        assert_eq!(gateway.upload(&upload).await.outcome, Outcome::Stored);
    }
    fold(app, None, app.clock.now_ms() - 30 * MINUTE_MS).await.unwrap();
    let now_ms = app.clock.now_ms();
    let alarm = Alarm {
        device: "D-BF-1".parse().unwrap(),
        metric: "temp".parse().unwrap(),
        code: "over_temperature".parse().unwrap(),
        state: AlarmState::Raised,
        severity: Severity::Critical,
        at_ms: now_ms,
        text: "Winding temperature is above its limit".to_owned(),
    };
    let gap = Gap {
        from_ms: now_ms - 9_000,
        to_ms: now_ms - 8_000,
        records: 2,
        points: 20,
        reason: GapReason::DiskBound,
        at_ms: now_ms,
    };
    let events = vec![Event::Alarm(alarm), Event::Gap(gap)];
    let upload = telemetry("A-BF", &columns, 0, 1, now_ms, 1);
    let upload = Upload { content: Content::Events(events), ..upload };
    assert_eq!(gateway.upload(&upload).await.outcome, Outcome::Stored);
    let nera = world.as_person("nera.coord").await;
    assert_eq!(nera.get("/partners/devices/D-BF-1/data.csv?metric=temp").await.status, 200);
    react(world).await;
}

/// An application with its papers, taken back so that the next one can come.
async fn documents(world: &World) {
    let lonely = world.as_person("lonely.admin").await;
    let form = [
        ("subtype", "reseller"),
        ("legal_name", "บริษัท โลนลี่ จำกัด"),
        ("registration_number", "0107536000269"),
        ("country", "Thailand"),
        ("address", "1 Rama IV Road, Bangkok"),
        ("territories", "Bangkok\nChiang Mai"),
        ("about", "We service our own pumps."),
    ];
    let sent =
        lonely.upload("/account/enrolment/apply", &form, &[("documents", "registration.pdf", PDF)]).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    world.clock.advance(1_000);
    assert_eq!(lonely.post("/account/enrolment/application/withdraw", &[]).await.status, 303);
}
