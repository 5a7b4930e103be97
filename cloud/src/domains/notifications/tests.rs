//! Who is told of what, by bell and by mail, on each engine.

use super::store;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::platform::base::{BANGKOK, DAY_MS, HOUR_MS, start_of_day_ms};
use crate::platform::db::testing::{each_address, open_at};
use crate::platform::db::{Db, query};
use crate::platform::events::dispatch_due;
use crate::platform::mail::{Kept, kept};
use crate::reactions::Reactions;
use crate::world::STORY_DAY;
use crate::world::canary::SECRETS;
use crate::world::testing::{Browser, World, worlds};
use serde_json::{Value, json};

const LIST: &str = "/api/v1/account/notifications";
const SETTINGS: &str = "/account/notifications/settings";

async fn register(world: &World) {
    let deal = [
        ("customer", "Mae Klong Ice"),
        ("title", "Brine pumps"),
        ("amount", "7,431,900"),
        ("currency", "THB"),
        ("channel", "eastdist"),
    ];
    let answer = world.as_person("nera.sales1").await.post("/partners/deals", &deal).await;
    assert_eq!(answer.status, 303, "{}: {}", world.engine, answer.body);
    react(world).await;
}

/// Handles what happened; what happens next is later.
async fn react(world: &World) {
    while dispatch_due(&world.app, &Reactions).await > 0 {}
    world.work().await;
    world.clock.advance(1_000);
}

/// A gateway's alarm on a metric that Nera was granted.
async fn alarm(world: &World, code: &str) {
    let at_ms = world.app.clock.now_ms();
    let detail = json!({
        "device_id": "D-BF-1", "metric": "temp", "code": code, "severity": "critical", "at_ms": at_ms,
        "text": "Winding temperature is above its limit",
    });
    let mut tx = world.app.db.write().await.unwrap();
    let entry = Entry::new(By::agent("A-BF", "bkkfoods", "BKKFoods"), Fact::AlarmRaised, "device", "D-BF-1");
    audit::record(&world.app, &mut tx, entry.with(detail)).await.unwrap();
    tx.commit().await.unwrap();
    react(world).await;
}

async fn told_to(browser: &Browser) -> Vec<String> {
    let answer = browser.get_json(LIST).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let text = |item: &Value| item["text"].as_str().unwrap().to_owned();
    answer.json()["items"].as_array().unwrap().iter().map(text).collect()
}

async fn told(world: &World, handle: &str) -> Vec<String> {
    told_to(&world.as_person(handle).await).await
}

/// What was mailed about notifications so far, latest first.
async fn mails(world: &World) -> Vec<Kept> {
    // What the schedule asks for every quarter of an hour.
    super::send(&world.app).await.unwrap();
    world.work().await;
    let mut tx = world.app.db.read().await.unwrap();
    let all = kept(&mut tx).await.unwrap();
    all.into_iter()
        .filter(|mail| mail.subject.contains("otification") || mail.subject.contains("การแจ้งเตือน"))
        .collect()
}

/// The story's day at `hour`, or a later day.
fn at(world: &World, days: i64, hour: i64) {
    let wanted = start_of_day_ms(STORY_DAY, BANGKOK) + days * DAY_MS + hour * HOUR_MS;
    world.clock.advance(wanted - world.app.clock.now_ms());
}

#[tokio::test]
async fn a_deal_is_told_to_who_sees_it_as_they_see_it_and_not_to_who_registered_it() {
    for world in worlds("notify_deal").await {
        register(&world).await;
        let whole = "Nera registered a deal: Brine pumps, for Mae Klong Ice";
        for (person, expected) in [
            ("nera.admin", Some(whole)),
            ("nera.tech", Some(whole)),
            ("nera.view", Some("A deal moved")),
            ("mw.sales", Some(whole)),
            ("ed.sales", Some(whole)),
            ("rs.pipeline", Some(whole)),
            ("nera.sales1", None),
            ("nera.sales2", None),
            ("nera.coord", None),
            ("siam.sales", None),
            ("bkk.admin", None),
            ("offco.admin", None),
        ] {
            let told = told(&world, person).await;
            assert_eq!(told.first().map(String::as_str), expected, "{} {person}", world.engine);
            assert!(told.len() <= 1, "{} {person}: {told:?}", world.engine);
        }
    }
}

#[tokio::test]
async fn the_whole_log_twice_tells_nobody_twice_also_when_it_was_read_between() {
    for world in worlds("notify_replay").await {
        register(&world).await;
        alarm(&world, "over_temperature").await;
        alarm(&world, "over_temperature").await;
        let nera = world.as_person("nera.admin").await;
        let before = told_to(&nera).await;
        assert_eq!(before.len(), 2, "{}: {before:?}", world.engine);
        let rows = world.count("FROM notification WHERE person_id = $1", "nera.admin").await;
        assert_eq!(rows, 3, "{}: the alarm's second coming is folded in", world.engine);
        assert_eq!(nera.post("/account/notifications/read", &[]).await.status, 303);
        world.run("UPDATE outbox SET handled_ms = NULL").await;
        react(&world).await;
        assert_eq!(world.count("FROM notification WHERE person_id = $1", "nera.admin").await, rows);
        assert_eq!(told_to(&nera).await, before, "{}", world.engine);
        // What comes after it was read is news again.
        alarm(&world, "over_temperature").await;
        assert_eq!(told_to(&nera).await.len(), 3, "{}", world.engine);
    }
}

#[tokio::test]
async fn the_bell_counts_what_is_unread_and_marking_takes_it_away() {
    for world in worlds("notify_bell").await {
        let nera = world.as_person("nera.admin").await;
        let bell = async |count: usize| {
            let page = nera.get("/partners/overview").await.body;
            assert!(page.contains(r#"id="bell" data-live="notifications""#), "{}", world.engine);
            let shown = page.contains(&format!("Notifications: {count} unread"));
            assert_eq!(shown, count > 0, "{}: not {count}", world.engine);
        };
        bell(0).await;
        assert!(nera.get("/account/notifications").await.body.contains("Nothing yet"), "{}", world.engine);
        register(&world).await;
        alarm(&world, "over_temperature").await;
        bell(2).await;
        let list = nera.get_json(LIST).await.json();
        let id = list["items"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(list["items"][0]["kind"], "alarm", "latest first");
        let left = nera.post_json(&format!("{LIST}/{id}/read"), "{}").await;
        assert_eq!(
            (left.status, &left.json()["unread"]),
            (200, &1.into()),
            "{}: {}",
            world.engine,
            left.body
        );
        bell(1).await;
        // Nobody else's are anybody's: they do not exist.
        let other = world.as_person("nera.coord").await;
        assert_eq!(other.post(&format!("/account/notifications/{id}/read"), &[]).await.status, 404);
        let page = nera.get("/account/notifications").await.body;
        assert!(page.contains("Brine pumps") && page.contains("Winding temperature"), "{page}");
        assert_eq!(nera.post("/account/notifications/read", &[]).await.status, 303);
        bell(0).await;
        // What the page in the background is given contains the bell, too.
        let mut request =
            nera.request(axum::http::Method::GET, "/partners/overview", axum::body::Body::empty());
        request.headers_mut().insert("x-live", "1".parse().unwrap());
        let part = crate::world::testing::read(nera.raw(request).await).await;
        assert!(
            part.body.contains("id=\"bell\"") && !part.body.contains("<nav class=\"rail\""),
            "{}",
            part.body
        );
    }
}

#[tokio::test]
async fn what_may_not_be_seen_any_more_is_neither_listed_nor_counted_nor_mailed() {
    for world in worlds("notify_lost").await {
        register(&world).await;
        // In quiet hours: its mail waits for the morning.
        at(&world, 0, 22);
        alarm(&world, "over_temperature").await;
        assert_eq!(told(&world, "nera.admin").await.len(), 2, "{}", world.engine);
        // The grant behind the alarm ends, and the agreement of the distributor that is off the deal's channel.
        let bkk = world.as_person("bkk.admin").await;
        let revoked = bkk.post("/portal/sharing/grant_bf_nera/revoke", &[("reason", "over")]).await;
        assert_eq!(revoked.status, 303, "{}: {}", world.engine, revoked.body);
        world.run("UPDATE distribution_agreement SET status = 'terminated' WHERE id = 'DA-1'").await;
        let told = told(&world, "nera.admin").await;
        assert!(told.iter().all(|line| !line.contains("Winding")), "{}: {told:?}", world.engine);
        let mw = world.as_person("mw.sales").await;
        assert!(told_to(&mw).await.is_empty(), "{}", world.engine);
        assert!(!mw.get("/partners/overview").await.body.contains("unread"), "{}", world.engine);
        at(&world, 1, 9);
        let sent = mails(&world).await;
        // It is the owner's own device, whoever services it.
        let others = || sent.iter().filter(|mail| !mail.to_email.starts_with("bkk."));
        assert!(others().all(|mail| !mail.body.contains("Winding")), "{}: {sent:?}", world.engine);
        assert!(sent.iter().all(|mail| !mail.to_email.starts_with("mw.")), "{}: {sent:?}", world.engine);
        assert!(sent.iter().any(|mail| mail.to_email.starts_with("ed.")), "{}: {sent:?}", world.engine);
    }
}

#[tokio::test]
async fn mails_come_at_once_after_quiet_hours_and_as_a_digest() {
    for world in worlds("notify_mail").await {
        register(&world).await;
        assert!(mails(&world).await.is_empty(), "{}: a deal waits for the digest", world.engine);
        alarm(&world, "over_temperature").await;
        let sent = mails(&world).await;
        let to: Vec<&str> = sent.iter().map(|mail| mail.to_email.as_str()).collect();
        assert!(to.contains(&"nera.coord@nera.example"), "{}: {to:?}", world.engine);
        assert_eq!(sent[0].subject, "1 notification from RiverSync");
        assert!(sent[0].body.contains("Winding temperature"), "{}", sent[0].body);
        let so_far = sent.len();
        assert_eq!(mails(&world).await.len(), so_far, "{}: nothing twice", world.engine);
        at(&world, 0, 22);
        alarm(&world, "over_pressure").await;
        assert_eq!(mails(&world).await.len(), so_far, "{}: at night there is quiet", world.engine);
        at(&world, 1, 7);
        let morning = mails(&world).await.len();
        assert_eq!(morning, so_far * 2, "{}: and in the morning there is not", world.engine);
        at(&world, 1, 8);
        let digests = mails(&world).await;
        let digest = digests.iter().find(|mail| mail.to_email == "mw.sales@megawarehouse.example").unwrap();
        assert!(
            digest.body.contains("Brine pumps") && digest.body.contains("MegaWarehouse"),
            "{}",
            digest.body
        );
        at(&world, 9, 9);
        assert_eq!(mails(&world).await.len(), digests.len(), "{}: a digest comes once", world.engine);
    }
}

#[tokio::test]
async fn no_mail_tells_of_what_its_reader_may_not_see() {
    for world in worlds("notify_canary").await {
        // A deal of the story is told anew, so that the hand-written list of secrets judges each mail.
        let mut tx = world.app.db.write().await.unwrap();
        let by = By::member(("nera.sales2", "Malee Thong"), ("nera", "Nera"));
        let mut entry = Entry::new(by, Fact::DealRegistered, "deal", "DL-2");
        entry.affected.push("riversync".to_owned());
        audit::record(&world.app, &mut tx, entry).await.unwrap();
        tx.commit().await.unwrap();
        react(&world).await;
        world.run("UPDATE person SET language = 'th' WHERE id = 'mw.admin'").await;
        at(&world, 1, 9);
        let sent = mails(&world).await;
        assert!(sent.len() >= 5, "{}: {sent:?}", world.engine);
        for mail in &sent {
            let handle = mail.to_email.split('@').next().unwrap();
            for secret in SECRETS {
                assert_eq!(secret.found_in(&mail.subject), None, "{}: {}", world.engine, mail.subject);
                let found = secret.found_in(&mail.body);
                assert!(
                    found.is_none() || (secret.is_for(handle) && !secret.is_money),
                    "{handle}: {found:?}"
                );
            }
        }
        let body =
            |handle: &str| sent.iter().find(|mail| mail.to_email.starts_with(handle)).unwrap().body.clone();
        assert!(body("mw.sales").contains("Chonburi Ice"), "{}", body("mw.sales"));
        assert!(body("mw.admin").contains("Nera ลงทะเบียนดีล: 6 inverters"), "{}", body("mw.admin"));
        assert!(!body("nera.view").contains("Chonburi"), "{}", body("nera.view"));
    }
}

#[tokio::test]
async fn what_is_chosen_holds_for_its_person_and_faults_are_told_beside_their_fields() {
    for world in worlds("notify_choice").await {
        let mw = world.as_person("mw.sales").await;
        let page = mw.get(SETTINGS).await;
        assert!(
            page.body.contains("Something happens to a lead") && !page.body.contains("A gateway comes in"),
            "{}",
            page.body
        );
        assert_eq!(
            mw.post(SETTINGS, &[("deal", "off"), ("quiet_from", ""), ("quiet_until", "7")]).await.status,
            303
        );
        let refused = mw.post(SETTINGS, &[("digest_hour", "25")]).await;
        assert_eq!(refused.status, 422, "{}", world.engine);
        assert!(
            refused.body.contains("full hour") && refused.body.contains("By the clock of Asia/Bangkok"),
            "{}",
            refused.body
        );
        register(&world).await;
        assert!(told_to(&mw).await.is_empty(), "{}", world.engine);
        assert_eq!(told(&world, "mw.admin").await.len(), 1, "{}: a colleague chose nothing", world.engine);
        let now = mw.get_json("/api/v1/account/notifications/settings").await.json();
        assert_eq!((&now["ways"]["deal"], &now["quiet"]), (&"off".into(), &Value::Null), "{now}");
        let path = "/api/v1/account/notifications/settings";
        let chosen = mw.post_json(path, r#"{"ways":{"deal":"mail"},"quiet":{"from":22,"until":6}}"#).await;
        assert_eq!((chosen.status, &chosen.json()["quiet"]["from"]), (200, &22.into()), "{}", chosen.body);
        assert_eq!(mw.post_json(path, r#"{"ways":{"weather":"mail"}}"#).await.status, 422);
        assert_eq!(mw.post_json(path, r#"{"digest_hour":24}"#).await.status, 422);
    }
}

#[tokio::test]
async fn who_is_asked_answered_suspended_or_applied_to_is_told() {
    for world in worlds("notify_kinds").await {
        let ask = [("metrics", "vibration"), ("months", "3"), ("reason", "Energy report")];
        let coord = world.as_person("nera.coord").await;
        assert_eq!(coord.post("/partners/devices/D-BF-1/request", &ask).await.status, 303);
        react(&world).await;
        let asked = told(&world, "bkk.admin").await;
        assert_eq!(asked, ["Nera asks for access to Chilled water pump 1"], "{}", world.engine);
        assert!(told(&world, "lonely.admin").await.is_empty(), "{}", world.engine);
        let rs = world.as_person("rs.admin").await;
        let mut tx = world.app.db.write().await.unwrap();
        let by = By::member(("rs.admin", "Ploy"), ("riversync", "RiverSync"));
        let entry = Entry::new(by, Fact::PartnerSuspended, "tenant", "nera").affecting("nera");
        audit::record(&world.app, &mut tx, entry).await.unwrap();
        tx.commit().await.unwrap();
        world.run("UPDATE tenant_capability SET suspended_ms = 1 WHERE tenant_id = 'nera' AND capability = 'partner'").await;
        react(&world).await;
        assert_eq!(told(&world, "nera.admin").await, ["Your Partners app was suspended"], "{}", world.engine);
        assert!(told_to(&rs).await.is_empty(), "{}: who did it is not told", world.engine);
    }
}

#[tokio::test]
async fn an_owner_is_told_of_alarms_of_own_devices_as_chosen_and_in_the_own_language() {
    for world in worlds("notify_owner").await {
        world.run("UPDATE person SET language = 'th' WHERE id = 'bkk.admin'").await;
        alarm(&world, "over_temperature").await;
        alarm(&world, "over_temperature").await;
        let bkk = world.as_person("bkk.admin").await;
        let line = "สัญญาณเตือนจาก Chilled water pump 1: Winding temperature is above its limit";
        assert_eq!(told_to(&bkk).await, [line], "{}", world.engine);
        let page = bkk.get("/account/notifications").await.body;
        assert!(page.contains(line) && page.contains("และเกิดขึ้นอีก 1 ครั้ง"), "{}: {page}", world.engine);
        assert_eq!(bkk.get("/portal/devices/D-BF-1").await.status, 200, "where it leads");
        let sent = mails(&world).await;
        let mine: Vec<_> = sent.iter().filter(|mail| mail.to_email.starts_with("bkk.admin")).collect();
        assert!(mine.len() == 1 && mine[0].body.contains(line), "{}: {sent:?}", world.engine);
        assert!(mine[0].subject.contains("การแจ้งเตือน"), "{}", mine[0].subject);
        at(&world, 0, 22);
        alarm(&world, "over_pressure").await;
        assert_eq!(mails(&world).await.len(), sent.len(), "{}: at night there is quiet", world.engine);
        let bkk = world.as_person("bkk.admin").await;
        assert_eq!(told_to(&bkk).await.len(), 2, "{}: but for the bell", world.engine);
        let settings = "/api/v1/account/notifications/settings";
        assert_eq!(bkk.post_json(settings, r#"{"ways":{"alarm":"off"}}"#).await.status, 200);
        alarm(&world, "over_speed").await;
        assert_eq!(told_to(&bkk).await.len(), 2, "{}: off", world.engine);
        for stranger in ["south.admin", "lonely.admin", "siam.admin", "mw.admin"] {
            let told = told(&world, stranger).await;
            assert!(!told.concat().contains("Winding"), "{}: {stranger}: {told:?}", world.engine);
        }
    }
}

#[tokio::test]
async fn whoever_had_a_zone_for_mails_keeps_it_as_their_own() {
    let dir = tempfile::tempdir().unwrap();
    for (engine, url) in each_address(dir.path(), "notify_zone").await.unwrap() {
        let db = open_at(&url, 200, &[]).await.unwrap();
        let mut tx = db.write().await.unwrap();
        for text in [
            "INSERT INTO person (id, email, name, created_ms, zone) VALUES
             ('a', 'a', 'a', 0, 'Asia/Bangkok'), ('b', 'b', 'b', 0, 'Asia/Bangkok'), ('c', 'c', 'c', 0, 'Asia/Tokyo')",
            "INSERT INTO notification_times (person_id, zone, digest_hour) VALUES
             ('b', 'europe/berlin', 9), ('c', 'Europe/Berlin', 9)",
        ] {
            query(text).execute(&mut tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        db.close().await;
        let db = Db::open(&url).await.unwrap();
        let mut tx = db.read().await.unwrap();
        let mut zones = Vec::new();
        for person in ["a", "b", "c"] {
            let times = store::times(&mut tx, person).await.unwrap();
            zones.push((times.zone.key(), times.digest_hour));
        }
        assert_eq!(zones, [("Asia/Bangkok", 8), ("Europe/Berlin", 9), ("Asia/Tokyo", 9)], "{engine}");
    }
}
