//! The clock against a reference that walks minute by minute, and the order of the queue.

use super::calendar::{BUSINESS_DAY_MS, Calendar, is_working_day};
use super::model::{Order, Severity, Standing, Target};
use super::rules::{OpenAlarm, Place, Promise, Raise, Timeline, clears, promise, raise};
use crate::domains::coverage::ServiceLevel;
use crate::platform::base::{BANGKOK, DAY_MS, HOUR_MS, MINUTE_MS, in_zone};
use jiff::civil::date;
use proptest::prelude::*;

fn bangkok(year: i16, month: i8, day: i8, hour: i8, minute: i8) -> i64 {
    let at = date(year, month, day).at(hour, minute, 0, 0).in_tz(BANGKOK).unwrap();
    at.timestamp().as_millisecond()
}

fn opened(at_ms: i64) -> Timeline {
    Timeline { opened_ms: at_ms, acknowledged_ms: None, stopped_ms: None, arrive_by_ms: None }
}

/// Counts working minutes one by one: slow, and too simple to be wrong.
fn walk(calendar: Calendar, from_ms: i64, minutes: i64) -> i64 {
    let mut at_ms = from_ms;
    let mut left = minutes;
    while left > 0 {
        let at = in_zone(at_ms, BANGKOK);
        let open = is_working_day(at.date()) && (9..18).contains(&at.hour());
        if calendar == Calendar::Always || open {
            left -= 1;
        }
        at_ms += MINUTE_MS;
    }
    at_ms
}

#[test]
fn gold_opened_on_friday_afternoon_is_due_on_monday_at_eleven() {
    let due = promise(ServiceLevel::Gold, &opened(bangkok(2026, 7, 17, 16, 0)), bangkok(2026, 7, 17, 16, 0));
    assert_eq!((due.due_ms, due.target), (bangkok(2026, 7, 20, 11, 0), Target::FirstResponse));
    assert_eq!(due.left_ms, 4 * HOUR_MS, "the weekend is not left time");
}

#[test]
fn holidays_and_closing_time_do_not_count() {
    // 28 and 29 July 2026 are holidays.
    let due = promise(ServiceLevel::Gold, &opened(bangkok(2026, 7, 27, 17, 0)), 0);
    assert_eq!(due.due_ms, bangkok(2026, 7, 30, 12, 0));
    // One business day from 10:00 is 10:00 on the next business day; from opening it is closing time.
    assert_eq!(
        Calendar::ThaiBusiness.add(bangkok(2026, 7, 15, 10, 0), BUSINESS_DAY_MS),
        bangkok(2026, 7, 16, 10, 0)
    );
    assert_eq!(
        Calendar::ThaiBusiness.add(bangkok(2026, 7, 15, 9, 0), BUSINESS_DAY_MS),
        bangkok(2026, 7, 15, 18, 0)
    );
    // Platinum does not sleep.
    let due = promise(ServiceLevel::Platinum, &opened(bangkok(2026, 7, 18, 23, 30)), 0);
    assert_eq!(due.due_ms, bangkok(2026, 7, 19, 0, 30));
}

#[test]
fn a_promise_turns_at_a_fifth_and_at_its_due_time() {
    let item = opened(bangkok(2026, 7, 15, 0, 0));
    let at =
        |minute: i64| promise(ServiceLevel::Platinum, &item, item.opened_ms + minute * MINUTE_MS).standing;
    assert_eq!(at(48), Standing::OnTrack, "exactly a fifth is left");
    assert_eq!(at(49), Standing::AtRisk);
    assert_eq!(at(59), Standing::AtRisk);
    assert_eq!(at(60), Standing::Breached);
    let taken = Timeline { acknowledged_ms: Some(item.opened_ms + 59 * MINUTE_MS), ..item };
    let next = promise(ServiceLevel::Platinum, &taken, item.opened_ms + HOUR_MS);
    assert_eq!(
        (next.target, next.standing, next.left_ms),
        (Target::Resolution, Standing::OnTrack, 3 * HOUR_MS)
    );
}

#[test]
fn a_visit_is_due_at_the_end_of_its_window_and_a_stopped_clock_stays() {
    let visit = Timeline { arrive_by_ms: Some(10 * HOUR_MS), ..opened(0) };
    let seen = promise(ServiceLevel::Basic, &visit, 9 * HOUR_MS);
    assert_eq!((seen.target, seen.standing), (Target::Arrival, Standing::AtRisk));
    let done = Timeline { stopped_ms: Some(HOUR_MS), ..visit };
    let late = promise(ServiceLevel::Basic, &done, 99 * HOUR_MS);
    assert_eq!((late.standing, late.left_ms), (Standing::Stopped, 9 * HOUR_MS));
}

fn place<'a>(level: ServiceLevel, promise: &Promise, id: &'a str) -> Place<'a> {
    let Promise { standing, due_ms, .. } = *promise;
    Place { standing, due_ms, level, severity: Severity::Warning, opened_ms: 0, id }
}

#[test]
fn the_queue_puts_the_breached_first_and_the_tier_order_puts_the_tier_first() {
    let now_ms = bangkok(2026, 7, 15, 10, 0);
    let fresh = promise(ServiceLevel::Platinum, &opened(now_ms), now_ms);
    let basic_fresh = promise(ServiceLevel::Basic, &opened(now_ms), now_ms);
    let basic_old = promise(ServiceLevel::Basic, &opened(now_ms - 30 * DAY_MS), now_ms);
    let mut queue = [
        place(ServiceLevel::Basic, &basic_fresh, "basic fresh"),
        place(ServiceLevel::Platinum, &fresh, "platinum fresh"),
        place(ServiceLevel::Basic, &basic_old, "basic breached"),
    ];
    queue.sort_by_key(|place| place.key(Order::Deadline));
    assert_eq!(queue.each_ref().map(|at| at.id), ["basic breached", "platinum fresh", "basic fresh"]);
    queue.sort_by_key(|place| place.key(Order::Tier));
    assert_eq!(queue.each_ref().map(|at| at.id), ["platinum fresh", "basic breached", "basic fresh"]);
}

#[test]
fn ties_fall_to_the_service_level_then_severity_then_age() {
    let base = Place {
        standing: Standing::OnTrack,
        due_ms: 5,
        level: ServiceLevel::Gold,
        severity: Severity::Warning,
        opened_ms: 3,
        id: "base",
    };
    let better = [
        Place { level: ServiceLevel::Platinum, severity: Severity::Info, opened_ms: 9, ..base.clone() },
        Place { severity: Severity::Critical, opened_ms: 9, ..base.clone() },
        Place { opened_ms: 2, ..base.clone() },
    ];
    for place in better {
        assert!(place.key(Order::Deadline) < base.key(Order::Deadline), "{place:?}");
    }
}

#[test]
fn an_alarm_that_flaps_keeps_its_clock_and_one_that_returns_later_starts_afresh() {
    let open = OpenAlarm { raised_ms: 100, cleared_ms: None };
    let calm = OpenAlarm { raised_ms: 100, cleared_ms: Some(200) };
    assert_eq!(raise(None, 5), Raise::New);
    assert_eq!(raise(Some(open), 150), Raise::Again);
    assert_eq!(raise(Some(open), 50), Raise::Late);
    assert_eq!(raise(Some(calm), 150), Raise::Late);
    assert_eq!(raise(Some(calm), 200 + 10 * MINUTE_MS), Raise::Again);
    assert_eq!(raise(Some(calm), 201 + 10 * MINUTE_MS), Raise::Afresh);
    assert!(clears(open, 100) && !clears(open, 99) && !clears(calm, 300));
}

fn a_calendar() -> impl Strategy<Value = Calendar> {
    prop_oneof![Just(Calendar::Always), Just(Calendar::ThaiBusiness)]
}

fn a_minute() -> impl Strategy<Value = i64> {
    let first = bangkok(2025, 12, 20, 0, 0);
    (0..400_i64 * 24 * 60).prop_map(move |minute| first + minute * MINUTE_MS)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn adding_working_time_is_what_walking_finds(calendar in a_calendar(), from_ms in a_minute(), minutes in 1..2_700_i64) {
        prop_assert_eq!(calendar.add(from_ms, minutes * MINUTE_MS), walk(calendar, from_ms, minutes));
    }

    #[test]
    fn between_undoes_add(calendar in a_calendar(), from_ms in a_minute(), working_ms in 1..100 * HOUR_MS) {
        prop_assert_eq!(calendar.between(from_ms, calendar.add(from_ms, working_ms)), working_ms);
    }

    #[test]
    fn waiting_never_gives_time_back(from_ms in a_minute(), wait_ms in 0..9 * DAY_MS, more_ms in 0..9 * DAY_MS) {
        for level in [ServiceLevel::Platinum, ServiceLevel::Gold, ServiceLevel::Basic] {
            let before = promise(level, &opened(from_ms), from_ms + wait_ms);
            let after = promise(level, &opened(from_ms), from_ms + wait_ms + more_ms);
            prop_assert!(after.left_ms <= before.left_ms);
            prop_assert!(after.standing <= before.standing);
            prop_assert_eq!(after.due_ms, before.due_ms);
        }
    }
}
