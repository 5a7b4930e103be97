//! From a gateway's upload to a partner's chart, through compaction; and what a person may not see on the way.

use super::{Range, latest, note_read, series, tail};
use crate::domains::coverage::testing::allowed;
use crate::domains::coverage::{VisibleMetric, revoke, visible_metrics};
use crate::domains::enrolment::listener::testing::{Gateway, open};
use crate::domains::telemetry::Value;
use crate::domains::telemetry::compact::{fold, join};
use crate::domains::telemetry::testing::{schema, telemetry};
use crate::platform::access::{Action, Item};
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::platform::db::query;
use crate::platform::live::Notice;
use crate::platform::web::Allowed;
use crate::world::testing::{World, worlds};
use riversync_protocol::v1::{Content, Outcome, Upload};

const SEE: Action = Action::See(Item::CoveredDevices);

async fn visible(world: &World, allowed: &Allowed, device: &str) -> Vec<VisibleMetric> {
    let mut tx = world.app.db.read().await.unwrap();
    visible_metrics(&mut tx, &allowed.scope, device, world.app.clock.now_ms()).await.unwrap()
}

#[derive(sqlx::FromRow)]
struct Count {
    n: i64,
}

async fn count(world: &World, text: &'static str) -> i64 {
    let row: Count = query(text).one(&mut world.app.db.read().await.unwrap()).await.unwrap();
    row.n
}

#[tokio::test]
async fn a_point_travels_from_the_gateway_to_the_chart_and_stays_there_through_compaction() {
    for world in worlds("query_chart").await {
        let app = &world.app;
        let door = open(app).await;
        let gateway = Gateway::enrolled(app, &door, "A-BF").await;
        let schema = schema(&["D-BF-1", "D-BF-2"], &["power", "temp"]);
        gateway.schema(&schema).await;
        let start_ms = app.clock.now_ms().div_euclid(HOUR_MS) * HOUR_MS;
        let mut heard = app.hub.listen();
        // Twenty minutes in batches of ten seconds, the last of them overlapping an hour's end.
        for at in 0..120_i64 {
            let first_ms = start_ms + 50 * MINUTE_MS + at * 10_000;
            let seq = at.unsigned_abs();
            world.clock.advance(first_ms + 10_000 - app.clock.now_ms());
            let ack = gateway.upload(&telemetry("A-BF", &schema, seq, seq, first_ms, 10)).await;
            assert_eq!(ack.outcome, Outcome::Stored, "{}", world.engine);
        }
        let nera = allowed(&world, "nera.coord", SEE).await;
        let seen = visible(&world, &nera, "D-BF-1").await;
        let power = &seen[0];
        let range = |max_points| Range { from_ms: start_ms, until_ms: start_ms + 2 * HOUR_MS, max_points };
        let chart = async |max_points| {
            series(&mut app.db.read().await.unwrap(), power, "D-BF-1", range(max_points)).await.unwrap()
        };
        let fine = chart(7_200).await;
        let total: u32 = fine.buckets.iter().map(|b| b.count).sum();
        assert_eq!((fine.step_ms, total, fine.work.batches), (1_000, 1_200, 120), "{}", world.engine);
        assert_eq!((fine.buckets[3].min, fine.buckets[3].max), (0.3, 0.3), "the fourth second of a batch");
        let now = latest(&mut app.db.read().await.unwrap(), &seen, "D-BF-1").await.unwrap();
        assert_eq!((now.len(), now[0].value.clone()), (2, Some(Value::Number(0.9))), "{now:?}");
        let mut last = None;
        while let Ok(Notice::Telemetry { batch_id, .. }) = heard.try_recv() {
            last = Some(batch_id);
        }
        let live = tail(&mut app.db.read().await.unwrap(), last.unwrap(), &seen, "D-BF-1").await.unwrap();
        assert_eq!(live.len(), 20, "ten seconds of two metrics: {live:?}");
        let other = tail(&mut app.db.read().await.unwrap(), last.unwrap(), &seen, "D-SR-1").await.unwrap();
        assert!(other.is_empty(), "a batch of another agent's device");

        world.clock.advance(2 * MINUTE_MS);
        let folded = fold(app, None, app.clock.now_ms()).await.unwrap();
        assert_eq!(
            (folded.batches, folded.points, folded.frames),
            (120, 4_800, 4),
            "{}: {folded:?}",
            world.engine
        );
        assert_eq!(chart(7_200).await.buckets, fine.buckets, "{}: the chart after folding", world.engine);
        let coarse = chart(24).await;
        assert_eq!(
            (coarse.step_ms, coarse.work.batches, coarse.work.frames),
            (5 * MINUTE_MS, 0, 0),
            "{:?}",
            coarse.work
        );
        assert!(coarse.work.stats > 0);
        assert_eq!(coarse.buckets.iter().map(|b| b.count).sum::<u32>(), 1_200);
        assert_eq!((coarse.buckets[0].min, coarse.buckets[0].max), (0.0, 0.9));
        let after = latest(&mut app.db.read().await.unwrap(), &seen, "D-BF-1").await.unwrap();
        assert_eq!(after, now, "{}", world.engine);

        world.clock.advance(2 * DAY_MS);
        let again = fold(app, None, app.clock.now_ms()).await.unwrap();
        assert_eq!(again.batches, 0);
        assert_eq!(join(app, app.clock.now_ms()).await.unwrap(), 2, "a frame per device and day");
        assert_eq!(join(app, app.clock.now_ms()).await.unwrap(), 0, "and no more to do");
        assert_eq!(count(&world, "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM frame WHERE hour = -1").await, 2);
        assert_eq!(count(&world, "SELECT CAST(SUM(points) AS BIGINT) AS n FROM frame").await, 4_800);
        assert_eq!(chart(7_200).await.buckets, fine.buckets, "{}: the chart of a closed day", world.engine);
        assert_eq!(chart(24).await.buckets, coarse.buckets);
    }
}

#[tokio::test]
async fn a_batch_that_does_not_unpack_is_set_aside_and_stops_nobody() {
    for world in worlds("query_fault").await {
        let app = &world.app;
        let door = open(app).await;
        let gateway = Gateway::enrolled(app, &door, "A-BF").await;
        let schema = schema(&["D-BF-1"], &["power"]);
        gateway.schema(&schema).await;
        let now_ms = app.clock.now_ms();
        let mut broken = telemetry("A-BF", &schema, 0, 0, now_ms, 5);
        if let Content::Telemetry(batch) = &mut broken.content {
            batch.columns.truncate(3);
        }
        assert_eq!(gateway.upload(&broken).await.outcome, Outcome::Stored, "it is not decoded on its way in");
        // Granted for the second it announces, filled with the hour before.
        let mut liar = telemetry("A-BF", &schema, 2, 2, now_ms - HOUR_MS, 5);
        if let Content::Telemetry(batch) = &mut liar.content {
            batch.last_ms = batch.first_ms;
        }
        assert_eq!(gateway.upload(&liar).await.outcome, Outcome::Stored);
        let whole = telemetry("A-BF", &schema, 1, 1, now_ms, 5);
        assert_eq!(gateway.upload(&whole).await.outcome, Outcome::Stored);
        // The same readings once more, under another store: points collapse.
        let twice = Upload { store_epoch: 9, ..telemetry("A-BF", &schema, 0, 0, now_ms, 5) };
        assert_eq!(gateway.upload(&twice).await.outcome, Outcome::Stored);
        let folded = fold(app, None, now_ms + 2 * MINUTE_MS).await.unwrap();
        assert_eq!((folded.batches, folded.points, folded.set_aside), (2, 5, 2), "{}", world.engine);
        let aside = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM batch WHERE fault LIKE '%damaged%'";
        assert_eq!(count(&world, aside).await, 1, "{}: kept with its error", world.engine);
        let other = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM batch WHERE fault LIKE '%other times%'";
        assert_eq!(count(&world, other).await, 1, "{}", world.engine);
        assert_eq!(fold(app, None, now_ms + 2 * MINUTE_MS).await.unwrap().set_aside, 0, "looked at once");
    }
}

#[tokio::test]
async fn a_reader_sees_its_own_time_and_every_read_is_in_the_owners_log() {
    for world in worlds("query_seen").await {
        let app = &world.app;
        let door = open(app).await;
        let gateway = Gateway::enrolled(app, &door, "A-SR").await;
        let schema = schema(&["D-SR-1"], &["power"]);
        gateway.schema(&schema).await;
        let move_ms = 1_785_517_200_000;
        for (seq, at_ms) in [(0, move_ms - 10_000), (1, move_ms)] {
            world.clock.advance(at_ms + if seq == 0 { 9_999 } else { 10_000 } - app.clock.now_ms());
            let ack = gateway.upload(&telemetry("A-SR", &schema, seq, seq, at_ms, 10)).await;
            assert_eq!(ack.outcome, Outcome::Stored, "{}: {seq}", world.engine);
        }
        let huawei = allowed(&world, "huawei.admin", SEE).await;
        let seen = visible(&world, &huawei, "D-SR-1").await;
        let range = Range { from_ms: move_ms - HOUR_MS, until_ms: move_ms + HOUR_MS, max_points: 7_200 };
        let chart = series(&mut app.db.read().await.unwrap(), &seen[0], "D-SR-1", range).await.unwrap();
        assert_eq!(chart.buckets.len(), 10, "{}: what was measured for Nera is not Huawei's", world.engine);
        assert!(chart.buckets.iter().all(|b| b.at_ms >= move_ms));
        let nera = allowed(&world, "nera.coord", SEE).await;
        assert!(visible(&world, &nera, "D-SR-1").await.is_empty(), "Nera's time is over");
        for _ in 0..3 {
            note_read(app, &huawei, "D-SR-1", &["power"]).await.unwrap();
        }
        world.clock.advance(2 * MINUTE_MS);
        note_read(app, &huawei, "D-SR-1", &["power"]).await.unwrap();
        let logged = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM audit_entry
                      WHERE tenant_id = 'southrubber' AND action = 'telemetry.read'";
        assert_eq!(count(&world, logged).await, 1, "{}: one line an hour", world.engine);
        world.clock.advance(HOUR_MS);
        note_read(app, &huawei, "D-SR-1", &["power"]).await.unwrap();
        assert_eq!(count(&world, logged).await, 2);
        let owner = allowed(&world, "south.admin", Action::Change(Item::Sharing)).await;
        revoke(app, &owner, "grant_sr_huawei", "").await.unwrap();
        assert!(visible(&world, &huawei, "D-SR-1").await.is_empty(), "{}", world.engine);
    }
}
