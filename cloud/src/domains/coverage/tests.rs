//! The room's story on each engine: who sees what, at which minute, and how a customer takes it back.

use super::testing::allowed;
use super::{
    Standing, covered_devices, device, my_devices, narrow, policy_rows, revoke, sharing, visible_metrics,
};
use crate::domains::enrolment::policy_epoch;
use crate::platform::access::{Action, Item};
use crate::platform::base::{DAY_MS, MINUTE_MS};
use crate::platform::error::Error;
use crate::platform::live::Notice;
use crate::world::testing::{World, worlds};

const SEE: Action = Action::See(Item::CoveredDevices);
const SHARE: Action = Action::Change(Item::Sharing);
/// 1 August 2026 00:00 in Bangkok.
const MOVE_MS: i64 = 1_785_517_200_000;

async fn ids(world: &World, handle: &str) -> Vec<(String, bool, Vec<String>)> {
    let allowed = allowed(world, handle, SEE).await;
    let mut tx = world.app.db.read().await.unwrap();
    let list = covered_devices(&mut tx, &allowed.scope, world.app.clock.now_ms()).await.unwrap();
    list.into_iter()
        .map(|d| {
            let covered = matches!(d.standing, Standing::Covered { .. });
            (d.device.id, covered, d.granted.into_iter().map(|m| m.metric.name).collect())
        })
        .collect()
}

async fn metrics(world: &World, handle: &str, action: Action, id: &str) -> Option<Vec<String>> {
    let allowed = allowed(world, handle, action).await;
    let now_ms = world.app.clock.now_ms();
    let mut tx = world.app.db.read().await.unwrap();
    device(&mut tx, &allowed.scope, id, now_ms).await.unwrap()?;
    let visible = visible_metrics(&mut tx, &allowed.scope, id, now_ms).await.unwrap();
    Some(visible.into_iter().map(|m| m.metric.name).collect())
}

#[tokio::test]
async fn a_partner_sees_exactly_what_it_covers_and_what_it_was_granted() {
    for world in worlds("coverage_seen").await {
        let seen = ids(&world, "nera.coord").await;
        let names: Vec<&str> = seen.iter().map(|(id, _, _)| id.as_str()).collect();
        let all = ["D-BF-1", "D-BF-2", "D-BF-3", "D-BF-4", "D-SR-1", "D-SR-2", "D-SR-3", "D-SR-4"];
        assert_eq!(names, all, "{}", world.engine);
        assert!(seen.iter().all(|(_, covered, _)| *covered));
        assert_eq!(seen[0].2, ["power", "temp"]);
        assert!(seen[3].2.is_empty(), "D-BF-4 is covered and not granted: {:?}", seen[3]);
        assert_eq!(seen[6].2, ["flow", "temp"]);
        for hidden in ["D-BF-5", "D-LC-1", "D-NE-1", "nothing"] {
            assert_eq!(metrics(&world, "nera.coord", SEE, hidden).await, None, "{}: {hidden}", world.engine);
        }
        let mine = Action::See(Item::MyDevices);
        assert_eq!(metrics(&world, "nera.admin", mine, "D-NE-1").await.unwrap().len(), 6);
        assert_eq!(metrics(&world, "bkk.admin", mine, "D-BF-5").await.unwrap().len(), 8, "an owner sees all");
        assert_eq!(metrics(&world, "bkk.admin", mine, "D-SR-1").await, None);
        assert!(ids(&world, "siam.admin").await.is_empty());
    }
}

#[tokio::test]
async fn the_move_flips_at_its_minute_without_a_job() {
    for world in worlds("coverage_move").await {
        let arriving = ids(&world, "huawei.admin").await;
        assert_eq!(arriving.len(), 4, "{}", world.engine);
        assert!(arriving.iter().all(|(_, covered, metrics)| !covered && metrics.is_empty()), "{arriving:?}");
        let now_ms = world.app.clock.now_ms();
        let scope = allowed(&world, "nera.coord", SEE).await.scope;
        let mut tx = world.app.db.read().await.unwrap();
        let view = device(&mut tx, &scope, "D-SR-1", now_ms).await.unwrap().unwrap();
        drop(tx);
        let Some(Standing::Covered { moving_to: Some(to) }) = view.standing else { panic!("{view:?}") };
        assert_eq!((to.partner_name.as_str(), to.at_ms), ("Huawei-TH", MOVE_MS));
        world.clock.advance(MOVE_MS - 1 - now_ms);
        assert_eq!(metrics(&world, "nera.coord", SEE, "D-SR-1").await.unwrap(), ["power", "temp"]);
        assert!(metrics(&world, "huawei.admin", SEE, "D-SR-1").await.unwrap().is_empty());
        world.clock.advance(1);
        assert_eq!(metrics(&world, "nera.coord", SEE, "D-SR-1").await, None, "{}", world.engine);
        assert_eq!(metrics(&world, "huawei.admin", SEE, "D-SR-1").await.unwrap(), ["power", "temp"]);
    }
}

#[tokio::test]
async fn the_policy_carries_the_move_ahead() {
    for world in worlds("coverage_policy").await {
        let now_ms = world.app.clock.now_ms();
        let mut tx = world.app.db.read().await.unwrap();
        let rows = policy_rows(&mut tx, "A-SR", now_ms).await.unwrap();
        assert_eq!(rows.len(), 16, "{}: four devices, two metrics, two partners: {rows:?}", world.engine);
        let ends: Vec<i64> = rows.iter().filter(|r| r.holds_at(now_ms)).map(|r| r.until_ms).collect();
        assert_eq!(ends, [MOVE_MS; 8]);
        assert_eq!(rows.iter().filter(|r| r.from_ms == MOVE_MS).count(), 8);
        let rows = policy_rows(&mut tx, "A-BF", now_ms).await.unwrap();
        assert_eq!(rows.len(), 6, "the fourth device is covered, not granted: {rows:?}");
    }
}

#[tokio::test]
async fn what_is_taken_back_is_gone_at_once_for_reader_and_gateway() {
    for world in worlds("coverage_revoke").await {
        let app = &world.app;
        let customer = allowed(&world, "bkk.admin", SHARE).await;
        let mut heard = app.hub.listen();
        let epoch = policy_epoch(&mut app.db.read().await.unwrap(), "A-BF").await.unwrap();
        let left = vec![("D-BF-1".to_owned(), "power".to_owned())];
        narrow(app, &customer, "grant_bf_nera", left, None).await.unwrap();
        assert_eq!(metrics(&world, "nera.coord", SEE, "D-BF-1").await.unwrap(), ["power"]);
        assert!(metrics(&world, "nera.coord", SEE, "D-BF-2").await.unwrap().is_empty());
        let wider = vec![("D-BF-1".to_owned(), "power".to_owned()), ("D-BF-1".to_owned(), "temp".to_owned())];
        let refused = narrow(app, &customer, "grant_bf_nera", wider, None).await.unwrap_err();
        assert!(matches!(refused, Error::Invalid(_)), "{refused:?}");
        revoke(app, &customer, "grant_bf_nera", "The pump is being sold.").await.unwrap();
        assert!(metrics(&world, "nera.coord", SEE, "D-BF-1").await.unwrap().is_empty());
        let mut tx = app.db.read().await.unwrap();
        assert_eq!(policy_epoch(&mut tx, "A-BF").await.unwrap(), epoch + 2, "{}", world.engine);
        assert!(policy_rows(&mut tx, "A-BF", app.clock.now_ms()).await.unwrap().is_empty());
        drop(tx);
        let mut notices = Vec::new();
        while let Ok(notice) = heard.try_recv() {
            notices.push(notice);
        }
        assert!(notices.contains(&Notice::Grants { tenant_id: "bkkfoods".to_owned() }), "{notices:?}");
        let again = revoke(app, &customer, "grant_bf_nera", "").await.unwrap_err();
        assert!(matches!(again, Error::Conflict { code: "grant_ended", .. }), "{again:?}");
        let stranger = allowed(&world, "south.admin", SHARE).await;
        let foreign = revoke(app, &stranger, "grant_bf_nera", "").await.unwrap_err();
        assert!(matches!(foreign, Error::NotFound), "{foreign:?}");
    }
}

#[tokio::test]
async fn a_customer_sees_who_sees_and_grants_only_what_is_its_own() {
    for world in worlds("coverage_grant").await {
        let app = &world.app;
        let customer = allowed(&world, "bkk.admin", SHARE).await;
        let now_ms = app.clock.now_ms();
        let mut tx = app.db.read().await.unwrap();
        let lines = sharing(&mut tx, &customer.scope, now_ms).await.unwrap();
        assert_eq!(my_devices(&mut tx, &customer.scope, now_ms).await.unwrap().len(), 5);
        drop(tx);
        assert_eq!(lines.len(), 1, "{}: {lines:?}", world.engine);
        assert_eq!((lines[0].partner_name.as_str(), lines[0].grants.len()), ("Nera", 1));
        assert_eq!(lines[0].grants[0].devices.len(), 3);
        let new = |device: &str, metric: &str, partner: &str| super::NewGrant {
            partner_id: partner.to_owned(),
            items: vec![(device.to_owned(), metric.to_owned())],
            min_interval_ms: 60_000,
            from_ms: None,
            until_ms: Some(now_ms + 90 * DAY_MS),
            purpose: "Find the leak".to_owned(),
        };
        super::grant(app, &customer, new("D-BF-4", "voltage", "nera")).await.unwrap();
        assert_eq!(metrics(&world, "nera.coord", SEE, "D-BF-4").await.unwrap(), ["voltage"]);
        let foreign = super::grant(app, &customer, new("D-SR-1", "power", "nera")).await.unwrap_err();
        assert!(matches!(foreign, Error::NotFound), "{foreign:?}");
        let unknown = super::grant(app, &customer, new("D-BF-4", "smell", "nera")).await.unwrap_err();
        assert!(matches!(unknown, Error::Invalid(_)), "{unknown:?}");
        let stranger = super::grant(app, &customer, new("D-BF-4", "power", "siam")).await.unwrap_err();
        assert!(matches!(stranger, Error::Invalid(_)), "{stranger:?}");
        // Evaluated at read: the day it ends, no job has run.
        world.clock.advance(90 * DAY_MS - MINUTE_MS);
        assert_eq!(metrics(&world, "nera.coord", SEE, "D-BF-4").await.unwrap(), ["voltage"]);
        world.clock.advance(MINUTE_MS);
        assert!(metrics(&world, "nera.coord", SEE, "D-BF-4").await.unwrap().is_empty());
    }
}
