//! Uploads over the real door: recorded once, only what is granted, never a panic.

use super::{Answered, Ingest};
use crate::domains::coverage::testing::allowed;
use crate::domains::coverage::{narrow, revoke};
use crate::domains::enrolment::Agent;
use crate::domains::enrolment::listener::testing::{Gateway, open};
use crate::domains::telemetry::testing::{batch, schema, telemetry};
use crate::platform::access::{Action, Item};
use crate::platform::db::{Db, query};
use crate::world::testing::{World, worlds};
use riversync_protocol::ids::AgentId;
use riversync_protocol::v1::{
    Alarm, AlarmState, Content, Event, Gap, GapReason, Health, Message, Outcome, PurgedRow, Receipt, Refusal,
    SeqRange, Severity, Upload,
};

const SHARE: Action = Action::Change(Item::Sharing);

#[derive(sqlx::FromRow)]
struct Count {
    n: i64,
}

async fn count(db: &Db, text: &'static str) -> i64 {
    let row: Count = query(text).one(&mut db.read().await.unwrap()).await.unwrap();
    row.n
}

async fn batches(world: &World) -> i64 {
    count(&world.app.db, "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM batch").await
}

async fn log_of(world: &World, action: &str) -> i64 {
    let text =
        "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM audit_entry WHERE tenant_id = 'bkkfoods' AND action = $1";
    let row: Count = query(text).bind(action).one(&mut world.app.db.read().await.unwrap()).await.unwrap();
    row.n
}

#[tokio::test]
async fn an_upload_is_recorded_once_and_parts_of_it_are_named() {
    for world in worlds("ingest_once").await {
        let door = open(&world.app).await;
        let gateway = Gateway::enrolled(&world.app, &door, "A-BF").await;
        let now_ms = world.app.clock.now_ms();
        let schema = schema(&["D-BF-1"], &["power", "temp"]);
        let upload = |first, last| telemetry("A-BF", &schema, first, last, now_ms - 5_000, 5);
        let hash = schema.hash().unwrap();
        let unknown = gateway.upload(&upload(0, 4)).await;
        assert_eq!(unknown.outcome, Outcome::Refused(Refusal::UnknownSchema(hash)), "{}", world.engine);
        assert_eq!(gateway.schema(&schema).await.outcome, Outcome::Stored);
        let ack = gateway.upload(&upload(0, 4)).await;
        assert_eq!((ack.outcome, ack.server_ms), (Outcome::Stored, now_ms));
        assert!(ack.policy_epoch > 0);
        assert_eq!(gateway.upload(&upload(0, 4)).await.outcome, Outcome::Stored, "a repetition");
        assert_eq!(batches(&world).await, 1);
        let overlap = gateway.upload(&upload(3, 8)).await.outcome;
        assert_eq!(overlap, Outcome::Overlaps(vec![SeqRange { first: 3, last: 4 }]));
        assert_eq!(gateway.upload(&upload(10, 14)).await.outcome, Outcome::Stored, "live before backlog");
        assert_eq!(gateway.upload(&upload(5, 9)).await.outcome, Outcome::Stored);
        assert_eq!(gateway.upload(&upload(0, 14)).await.outcome, Outcome::Stored, "all of it is here");
        assert_eq!(batches(&world).await, 3);
        let ranges = count(&world.app.db, "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM stored_range").await;
        assert_eq!(ranges, 1, "neighbours merge");
        let other_store = Upload { store_epoch: 8, ..upload(0, 4) };
        assert_eq!(gateway.upload(&other_store).await.outcome, Outcome::Stored, "a new store counts from 0");
        assert_eq!(batches(&world).await, 4);
    }
}

#[tokio::test]
async fn racing_identical_uploads_become_one() {
    for world in worlds("ingest_race").await {
        let door = open(&world.app).await;
        let gateway = Gateway::enrolled(&world.app, &door, "A-BF").await;
        let now_ms = world.app.clock.now_ms();
        let schema = schema(&["D-BF-1"], &["power"]);
        gateway.schema(&schema).await;
        let upload = telemetry("A-BF", &schema, 0, 9, now_ms - 10_000, 10);
        let agent = Agent {
            id: "A-BF".into(),
            tenant_id: "bkkfoods".into(),
            tenant_name: "BKKFoods".into(),
            certificate: None,
        };
        // Two workers are two processes: the second one's transaction begins while the first one's is open.
        let workers = [Ingest::start(world.app.clone()), Ingest::start(world.app.clone())];
        let all = (0..40).map(|at| workers[at % 2].take(&agent, upload.clone()));
        let answers: Vec<Answered> = futures_util::future::join_all(all).await;
        assert!(answers.iter().all(|a| a.outcome == Outcome::Stored), "{}: {answers:?}", world.engine);
        assert_eq!(batches(&world).await, 1, "{}", world.engine);
        let commits: u64 = workers.iter().map(|w| w.figures.commits.get()).sum();
        assert!(commits < 40, "{}: {commits} transactions for 40 uploads that waited together", world.engine);
    }
}

#[tokio::test]
async fn a_gateway_shut_out_between_two_uploads_stores_nothing_more() {
    for world in worlds("ingest_shut_out").await {
        let door = open(&world.app).await;
        let gateway = Gateway::enrolled(&world.app, &door, "A-BF").await;
        let now_ms = world.app.clock.now_ms();
        let schema = schema(&["D-BF-1"], &["power"]);
        gateway.schema(&schema).await;
        for seq in 0..3 {
            let upload = telemetry("A-BF", &schema, seq, seq, now_ms, 1);
            assert_eq!(gateway.upload(&upload).await.outcome, Outcome::Stored, "{}: {seq}", world.engine);
        }
        let mut tx = world.app.db.write().await.unwrap();
        let text = "UPDATE agent_certificate SET revoked_ms = $1 WHERE agent_id = 'A-BF'";
        query(text).bind(now_ms).execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let upload = telemetry("A-BF", &schema, 3, 3, now_ms, 1);
        let reply = gateway.post(riversync_protocol::paths::BATCHES, Message::Upload(upload)).await;
        assert_eq!(reply.status, 403, "{}: {reply:?}", world.engine);
        assert_eq!(batches(&world).await, 3);
    }
}

/// What the statements of the common case decide, each against the long way on PostgreSQL: one story, one outcome.
#[tokio::test]
async fn the_short_way_and_the_long_way_give_one_answer() {
    for world in worlds("ingest_ways").await {
        let door = open(&world.app).await;
        let gateway = Gateway::enrolled(&world.app, &door, "A-BF").await;
        let now_ms = world.app.clock.now_ms();
        let schema = schema(&["D-BF-1"], &["power"]);
        gateway.schema(&schema).await;
        let send = async |first, last| {
            gateway.upload(&telemetry("A-BF", &schema, first, last, now_ms, 1)).await.outcome
        };
        let parts = |all: &[(u64, u64)]| {
            Outcome::Overlaps(
                all.iter().map(|(first, last)| SeqRange { first: *first, last: *last }).collect(),
            )
        };
        for (first, last, expected) in [
            (0, 9, Outcome::Stored),
            (10, 19, Outcome::Stored),
            (10, 19, Outcome::Stored),
            (30, 39, Outcome::Stored),
            (20, 35, parts(&[(30, 35)])),
            (20, 28, Outcome::Stored),
            (29, 29, Outcome::Stored),
            (40, 49, Outcome::Stored),
            (45, 60, parts(&[(45, 49)])),
        ] {
            assert_eq!(send(first, last).await, expected, "{}: {first}..={last}", world.engine);
        }
        assert_eq!(batches(&world).await, 6, "{}", world.engine);
        let ranges = count(&world.app.db, "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM stored_range").await;
        assert_eq!(ranges, 1, "{}: neighbours merge", world.engine);
        let seen = count(&world.app.db, "SELECT last_seen_ms AS n FROM agent WHERE id = 'A-BF'").await;
        assert_eq!(seen, now_ms, "{}", world.engine);
    }
}

#[tokio::test]
async fn what_is_not_granted_is_refused_counted_and_told_to_the_owner() {
    for world in worlds("ingest_granted").await {
        let door = open(&world.app).await;
        let gateway = Gateway::enrolled(&world.app, &door, "A-BF").await;
        let now_ms = world.app.clock.now_ms();
        let refused = |ack: riversync_protocol::v1::Ack| ack.outcome == Outcome::Refused(Refusal::NotGranted);
        let granted = schema(&["D-BF-1"], &["power", "temp"]);
        let too_much = schema(&["D-BF-1"], &["power", "vibration"]);
        gateway.schema(&granted).await;
        gateway.schema(&too_much).await;
        assert!(
            refused(gateway.upload(&telemetry("A-BF", &too_much, 0, 0, now_ms, 1)).await),
            "{}",
            world.engine
        );
        assert!(
            refused(gateway.schema(&schema(&["D-SR-1"], &["power"])).await),
            "a schema of another's device"
        );
        // Another agent's schema is known by its hash, and still not this agent's.
        let south = Gateway::enrolled(&world.app, &door, "A-SR").await;
        let foreign = schema(&["D-SR-1"], &["power"]);
        assert_eq!(south.schema(&foreign).await.outcome, Outcome::Stored);
        assert!(refused(gateway.upload(&telemetry("A-BF", &foreign, 0, 0, now_ms, 1)).await));
        let posing = south.upload(&telemetry("A-BF", &granted, 0, 0, now_ms, 1)).await.outcome;
        assert!(matches!(posing, Outcome::Refused(Refusal::Malformed(_))), "{posing:?}");
        // Before the grant began.
        let early = telemetry("A-BF", &granted, 0, 0, 1_700_000_000_000, 1);
        assert!(refused(gateway.upload(&early).await));
        assert_eq!(batches(&world).await, 0);
        assert_eq!(log_of(&world, "telemetry.refused").await, 1, "once a minute");
        let upload = telemetry("A-BF", &granted, 0, 0, now_ms, 1);
        assert_eq!(gateway.upload(&upload).await.outcome, Outcome::Stored);
        let customer = allowed(&world, "bkk.admin", SHARE).await;
        let left = vec![("D-BF-1".to_owned(), "power".to_owned())];
        narrow(&world.app, &customer, "grant_bf_nera", left, None).await.unwrap();
        assert!(refused(gateway.upload(&telemetry("A-BF", &granted, 1, 1, now_ms, 1)).await), "narrowed");
        let narrower = schema(&["D-BF-1"], &["power"]);
        gateway.schema(&narrower).await;
        assert_eq!(
            gateway.upload(&telemetry("A-BF", &narrower, 1, 1, now_ms, 1)).await.outcome,
            Outcome::Stored
        );
        revoke(&world.app, &customer, "grant_bf_nera", "").await.unwrap();
        assert!(refused(gateway.upload(&telemetry("A-BF", &narrower, 2, 2, now_ms, 1)).await), "revoked");
        assert_eq!(
            gateway.upload(&upload).await.outcome,
            Outcome::Stored,
            "a repetition is answered as it was"
        );
        assert_eq!(batches(&world).await, 2);
    }
}

#[tokio::test]
async fn the_boundary_of_the_move_belongs_to_the_new_partner() {
    for world in worlds("ingest_move").await {
        let door = open(&world.app).await;
        let gateway = Gateway::enrolled(&world.app, &door, "A-SR").await;
        let schema = schema(&["D-SR-1"], &["power"]);
        gateway.schema(&schema).await;
        let move_ms = 1_785_517_200_000;
        world.clock.advance(move_ms - 1 - world.app.clock.now_ms());
        let before = telemetry("A-SR", &schema, 0, 0, move_ms - 1, 1);
        assert_eq!(gateway.upload(&before).await.outcome, Outcome::Stored, "{}", world.engine);
        let ahead = telemetry("A-SR", &schema, 1, 1, move_ms, 1);
        assert_eq!(gateway.upload(&ahead).await.outcome, Outcome::Refused(Refusal::NotGranted), "not yet");
        world.clock.advance(1);
        assert_eq!(gateway.upload(&ahead).await.outcome, Outcome::Stored);
        let late = telemetry("A-SR", &schema, 2, 2, move_ms - 1, 1);
        assert_eq!(gateway.upload(&late).await.outcome, Outcome::Refused(Refusal::NotGranted), "no longer");
    }
}

#[tokio::test]
async fn a_batch_that_lies_about_itself_is_malformed() {
    for world in worlds("ingest_lies").await {
        let door = open(&world.app).await;
        let gateway = Gateway::enrolled(&world.app, &door, "A-BF").await;
        let now_ms = world.app.clock.now_ms();
        let schema = schema(&["D-BF-1"], &["power", "temp"]);
        gateway.schema(&schema).await;
        let honest = batch(&schema, now_ms, 3);
        let lies: Vec<riversync_protocol::v1::PackedBatch> = {
            let mut all = vec![honest.clone(); 6];
            all[0].points += 1;
            all[1].spans[0].groups = 9;
            all[2].spans[0].rows = u32::MAX;
            all[3].first_ms = all[3].last_ms + 1;
            all[4].columns.clear();
            all[5].spans.clear();
            all
        };
        for (at, lie) in lies.into_iter().enumerate() {
            let upload =
                Upload { content: Content::Telemetry(lie), ..telemetry("A-BF", &schema, 0, 0, now_ms, 3) };
            let outcome = gateway.upload(&upload).await.outcome;
            assert!(
                matches!(outcome, Outcome::Refused(Refusal::Malformed(_))),
                "{}: {at}: {outcome:?}",
                world.engine
            );
        }
        let backwards = telemetry("A-BF", &schema, 5, 4, now_ms, 3);
        assert!(matches!(gateway.upload(&backwards).await.outcome, Outcome::Refused(Refusal::Malformed(_))));
        let endless = telemetry("A-BF", &schema, 0, u64::MAX, now_ms, 3);
        assert!(matches!(gateway.upload(&endless).await.outcome, Outcome::Refused(Refusal::Malformed(_))));
        assert_eq!(batches(&world).await, 0);
    }
}

fn alarm(metric: &str, state: AlarmState, at_ms: i64) -> Event {
    Event::Alarm(Alarm {
        device: "D-BF-1".parse().unwrap(),
        metric: metric.parse().unwrap(),
        code: "over_temperature".parse().unwrap(),
        state,
        severity: Severity::Critical,
        at_ms,
        text: "Bearing\0 too hot".to_owned(),
    })
}

#[tokio::test]
async fn events_become_alarms_gaps_log_rows_and_health() {
    for world in worlds("ingest_events").await {
        let door = open(&world.app).await;
        let gateway = Gateway::enrolled(&world.app, &door, "A-BF").await;
        let now_ms = world.app.clock.now_ms();
        let gap = Gap {
            from_ms: now_ms - 9,
            to_ms: now_ms,
            records: 3,
            points: 30,
            reason: GapReason::DiskBound,
            at_ms: now_ms,
        };
        let rows = vec![PurgedRow {
            device: "D-BF-1".parse().unwrap(),
            metric: "temp".parse().unwrap(),
            points: 12,
        }];
        let health = Health {
            at_ms: now_ms,
            version: "0.1.0\0".to_owned(),
            started_ms: now_ms,
            buffered_records: 4,
            buffered_bytes: 5,
            devices_up: 4,
            devices_down: 1,
            policy_epoch: 2,
        };
        // A gateway that started anew clears what may have stood and raises again what still stands: no news.
        let events = vec![
            alarm("temp", AlarmState::Cleared, now_ms),
            alarm("temp", AlarmState::Raised, now_ms),
            alarm("temp", AlarmState::Raised, now_ms),
            Event::Gap(gap),
            Event::Receipt(Receipt { policy_epoch: 2, at_ms: now_ms, rows }),
            Event::Health(health),
            Event::Purged,
            alarm("temp", AlarmState::Cleared, now_ms),
        ];
        let upload = |first: u64, events: Vec<Event>| Upload {
            agent: AgentId::new("A-BF").unwrap(),
            store_epoch: 7,
            first_seq: first,
            last_seq: first + events.len() as u64 - 1,
            policy_epoch: 2,
            sent_ms: now_ms,
            content: Content::Events(events),
        };
        assert_eq!(
            gateway.upload(&upload(0, events.clone())).await.outcome,
            Outcome::Stored,
            "{}",
            world.engine
        );
        assert_eq!(gateway.upload(&upload(0, events.clone())).await.outcome, Outcome::Stored, "again");
        for (action, times) in [("alarm.raised", 1), ("alarm.cleared", 1), ("grant.purged", 1)] {
            assert_eq!(log_of(&world, action).await, times, "{}: {action}", world.engine);
        }
        let db = &world.app.db;
        let told = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM outbox WHERE kind LIKE 'alarm.%' AND handled_ms IS NULL";
        assert_eq!(count(db, told).await, 2);
        assert_eq!(count(db, "SELECT points AS n FROM telemetry_gap").await, 30);
        assert_eq!(count(db, "SELECT times + 10 * raised AS n FROM edge_alarm").await, 1);
        assert_eq!(count(db, "SELECT devices_up AS n FROM agent WHERE id = 'A-BF'").await, 4);
        assert_eq!(count(db, "SELECT held_epoch AS n FROM agent WHERE id = 'A-BF'").await, 2);
        let ungranted = upload(8, vec![alarm("vibration", AlarmState::Raised, now_ms)]);
        assert_eq!(gateway.upload(&ungranted).await.outcome, Outcome::Refused(Refusal::NotGranted));
        let mut short = upload(8, events);
        short.last_seq += 1;
        assert!(matches!(gateway.upload(&short).await.outcome, Outcome::Refused(Refusal::Malformed(_))));
    }
}
