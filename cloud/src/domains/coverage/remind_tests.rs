//! Grants that come near their end: told to both sides, once for each reminder, and to nobody else.

use super::model::Window;
use super::{remind, rules};
use crate::platform::base::{BANGKOK, DAY_MS, start_of_day_ms};
use crate::platform::events::dispatch_due;
use crate::platform::mail::{Kept, kept};
use crate::reactions::Reactions;
use crate::world::testing::{World, worlds};
use jiff::civil::date;

#[test]
fn each_reminder_has_its_day_and_a_short_grant_only_those_that_fall_into_it() {
    let day = |days: i64| days * DAY_MS;
    let year = Window { from_ms: 0, until_ms: day(365) };
    for (now, expected) in [
        (day(335) - 1, None),
        (day(335), Some(30)),
        (day(358) - 1, Some(30)),
        (day(358), Some(7)),
        (day(364), Some(1)),
        (day(365), None),
    ] {
        assert_eq!(rules::reminder(year, now), expected, "{now}");
    }
    let month = Window { from_ms: 0, until_ms: day(30) };
    assert_eq!((rules::reminder(month, 0), rules::reminder(month, day(23))), (None, Some(7)));
    let later = Window { from_ms: day(10), until_ms: day(40) };
    assert_eq!(rules::reminder(later, day(9)), None, "it has not begun");
}

/// `days` before the end of Nera's grant on the devices of BKKFoods.
fn at(world: &World, days: i64) {
    let wanted = start_of_day_ms(date(2027, 1, 1), BANGKOK) - days * DAY_MS + 10 * 3_600_000;
    world.clock.advance(wanted - world.app.clock.now_ms());
}

/// The schedule comes twice, and what happened is told.
async fn comes(world: &World) -> i64 {
    for _ in 0..2 {
        remind(&world.app).await.unwrap();
    }
    while dispatch_due(&world.app, &Reactions).await > 0 {}
    world.work().await;
    world.count("FROM audit_entry WHERE action = 'grant.expiring' AND tenant_id = $1", "bkkfoods").await
}

/// How many mails with news were written to somebody at this moment.
async fn mailed(world: &World, to: &str) -> usize {
    let mut tx = world.app.db.read().await.unwrap();
    let now_ms = world.app.clock.now_ms();
    let fresh = |mail: &&Kept| mail.created_ms == now_ms && mail.to_email == to;
    kept(&mut tx).await.unwrap().iter().filter(fresh).count()
}

async fn told(world: &World, handle: &str) -> Vec<String> {
    let list = world.as_person(handle).await.get_json("/api/v1/account/notifications").await.json();
    let mine = list["items"].as_array().unwrap().iter().filter(|item| item["kind"] == "expiring");
    mine.map(|item| item["text"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn both_sides_are_told_thirty_seven_and_one_days_before_and_once_each() {
    for world in worlds("grants_remind").await {
        // Its only grant besides ends on the day before.
        world.run("UPDATE grant_revision SET revoked_ms = from_ms WHERE grant_id = 'grant_sr_nera'").await;
        at(&world, 31);
        assert_eq!(comes(&world).await, 0, "{}: too early", world.engine);
        let mut told_so_far = 0;
        for (days, so_far) in [(30, 1), (29, 1), (7, 2), (1, 3)] {
            at(&world, days);
            let before = told_so_far;
            told_so_far = comes(&world).await;
            assert_eq!(told_so_far, so_far, "{}: {days} days before", world.engine);
            for to in ["nera.coord@nera.example", "bkk.admin@bkkfoods.example"] {
                let fresh = mailed(&world, to).await;
                assert_eq!(
                    fresh,
                    usize::from(so_far > before),
                    "{}: {days} days before, to {to}",
                    world.engine
                );
            }
        }
        world.run("UPDATE person SET language = 'th' WHERE id = 'bkk.admin'").await;
        let owner = told(&world, "bkk.admin").await;
        assert_eq!(owner.len(), 3, "{}: an unread one takes no reminder in: {owner:?}", world.engine);
        assert!(owner[0].contains("Nera") && owner[0].contains("1 ม.ค. 2570"), "{owner:?}");
        let partner = told(&world, "nera.coord").await;
        let expected = "What you may see of the devices of BKKFoods ends on 1 Jan 2027, 00:00";
        assert_eq!(partner, [expected; 3], "{}", world.engine);
        for stranger in ["siam.admin", "south.admin", "mw.admin", "rs.admin", "lonely.admin"] {
            assert!(told(&world, stranger).await.is_empty(), "{}: {stranger}", world.engine);
        }
        // Taken back, its end is nobody's news any more.
        let bkk = world.as_person("bkk.admin").await;
        assert_eq!(bkk.post("/portal/sharing/grant_bf_nera/revoke", &[("reason", "over")]).await.status, 303);
        for handle in ["bkk.admin", "nera.coord"] {
            assert!(told(&world, handle).await.is_empty(), "{}: {handle}", world.engine);
        }
        assert_eq!(comes(&world).await, 3, "{}", world.engine);
    }
}
