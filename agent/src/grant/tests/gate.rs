use crate::grant::{Denied, Gate, Granted, may_leave};
use crate::testing::{HOUR_MS, NOON_MS, device, group, metric, policy, reading, row};
use proptest::prelude::*;
use riversync_protocol::v1::{Alarm, AlarmState, Event, PolicyRow, Severity};
use std::sync::Arc;

fn granted(rows: Vec<PolicyRow>) -> Granted {
    Granted::new(&policy(1, rows))
}

#[test]
fn nothing_flows_without_a_policy() {
    let mut gate = Gate::default();
    let all = group(&["power", "flow"]);
    assert_eq!(gate.pass(&Granted::nothing(), reading(&all, NOON_MS, &[1, 2]), NOON_MS), None);
    assert_eq!(gate.take_denied(), Denied { not_granted: 2, too_close: 0 });
    assert_eq!(gate.take_denied().total(), 0, "counted once");
}

#[test]
fn only_the_granted_columns_pass_and_keep_one_group() {
    let mut gate = Gate::default();
    let (all, only) = (group(&["power", "flow", "temp"]), granted(vec![row("power", 0), row("temp", 0)]));
    let first = gate.pass(&only, reading(&all, NOON_MS, &[1, 2, 3]), NOON_MS).unwrap();
    let second = gate.pass(&only, reading(&all, NOON_MS + 1_000, &[4, 5, 6]), NOON_MS + 1_000).unwrap();
    assert_eq!(first, reading(&group(&["power", "temp"]), NOON_MS, &[1, 3]));
    assert!(Arc::ptr_eq(&first.group, &second.group));
    let again = gate.pass(&only, first.clone(), NOON_MS).unwrap();
    assert!(Arc::ptr_eq(&again.group, &first.group), "what is narrow enough passes as it is");
}

#[test]
fn a_grant_lets_out_nothing_before_it_begins_nor_after_it_ends() {
    let mut gate = Gate::default();
    let (all, only) = (group(&["power"]), granted(vec![row("power", 0)]));
    let mut pass = |at: i64, now: i64| gate.pass(&only, reading(&all, at, &[1]), now).is_some();
    assert!(pass(NOON_MS, NOON_MS));
    assert!(!pass(NOON_MS - HOUR_MS - 1, NOON_MS), "taken too early");
    assert!(!pass(NOON_MS, NOON_MS + HOUR_MS), "taken in time, let out too late");
    assert!(!pass(NOON_MS + HOUR_MS, NOON_MS + HOUR_MS));
}

#[test]
fn spacing_thins_and_tolerates_jitter() {
    let mut gate = Gate::default();
    let (all, only) = (group(&["power"]), granted(vec![row("power", 5_000)]));
    let offsets = [0, 1_000, 4_700, 10_050, 14_600, 15_000, 20_100];
    let passed: Vec<i64> = offsets
        .into_iter()
        .filter(|at| gate.pass(&only, reading(&all, NOON_MS + at, &[1]), NOON_MS).is_some())
        .collect();
    assert_eq!(passed, [0, 4_700, 10_050, 14_600, 20_100]);
    let later = gate.pass(&only, reading(&all, NOON_MS + 30_000, &[1]), NOON_MS).unwrap();
    assert_eq!(later.group.interval_ms, 5_000, "the directory says how often the metric may come");
}

#[test]
fn a_clock_that_was_set_back_does_not_silence_a_device() {
    let mut gate = Gate::default();
    let (all, only) = (group(&["power"]), granted(vec![row("power", 5_000)]));
    assert!(gate.pass(&only, reading(&all, NOON_MS + 60_000, &[1]), NOON_MS).is_some());
    assert!(gate.pass(&only, reading(&all, NOON_MS + 10_000, &[1]), NOON_MS).is_some());
    assert!(gate.pass(&only, reading(&all, NOON_MS + 11_000, &[1]), NOON_MS).is_none());
}

#[test]
fn a_reading_that_does_not_fit_its_group_is_dropped() {
    let mut gate = Gate::default();
    let only = granted(vec![row("power", 0)]);
    assert!(gate.pass(&only, reading(&group(&["power"]), NOON_MS, &[1, 2]), NOON_MS).is_none());
}

#[test]
fn an_alarm_leaves_only_while_its_metric_is_granted() {
    let alarm = |name: &str| {
        Event::Alarm(Alarm {
            device: device("pump"),
            metric: metric(name),
            code: metric("over"),
            state: AlarmState::Raised,
            severity: Severity::Warning,
            at_ms: NOON_MS,
            text: "Too warm".into(),
        })
    };
    let only = granted(vec![row("temp", 0)]);
    assert!(may_leave(&only, &alarm("temp"), NOON_MS));
    assert!(!may_leave(&only, &alarm("power"), NOON_MS));
    assert!(!may_leave(&only, &alarm("temp"), NOON_MS + HOUR_MS));
    assert!(may_leave(&Granted::nothing(), &Event::Purged, NOON_MS));
}

proptest! {
    /// The second gate must not take away what the first let through under the same policy.
    #[test]
    fn what_passed_once_passes_again(
        steps in prop::collection::vec(0i64..9_000, 1..60), spacing in 0u32..8_000, from in 0usize..60,
    ) {
        let (all, only) = (group(&["power", "flow"]), granted(vec![row("power", spacing)]));
        let mut first = Gate::default();
        let mut at = NOON_MS;
        let mut passed = Vec::new();
        for step in steps {
            at += step;
            passed.extend(first.pass(&only, reading(&all, at, &[1, 2]), NOON_MS));
        }
        let mut second = Gate::default();
        for reading in passed.into_iter().skip(from) {
            prop_assert_eq!(second.pass(&only, reading.clone(), NOON_MS), Some(reading));
        }
    }

    /// Whatever is asked, nothing leaves that no row allows, and the long-run rate keeps the spacing.
    #[test]
    fn nothing_ungranted_ever_passes(
        offsets in prop::collection::vec(-2 * HOUR_MS..2 * HOUR_MS, 1..80), now in -2 * HOUR_MS..2 * HOUR_MS,
    ) {
        let (all, only) = (group(&["power", "flow"]), granted(vec![row("flow", 1_000)]));
        let mut gate = Gate::default();
        for offset in offsets {
            if let Some(out) = gate.pass(&only, reading(&all, NOON_MS + offset, &[-7, 8]), NOON_MS + now) {
                prop_assert!((-HOUR_MS..HOUR_MS).contains(&offset) && (-HOUR_MS..HOUR_MS).contains(&now));
                prop_assert_eq!(out.cells, reading(&all, 0, &[8]).cells);
                prop_assert_eq!(out.group.columns.len(), 1);
            }
        }
    }

    #[test]
    fn the_long_run_rate_keeps_the_spacing(spacing in 100u32..10_000, step in 10i64..3_000) {
        let (all, only) = (group(&["power"]), granted(vec![row("power", spacing)]));
        let mut gate = Gate::default();
        let passed: Vec<i64> = (0..300)
            .map(|n| NOON_MS - HOUR_MS + n * step)
            .filter(|at| gate.pass(&only, reading(&all, *at, &[1]), NOON_MS).is_some())
            .collect();
        let span = passed.last().unwrap() - passed[0];
        let allowed = (span + 1_000) / i64::from(spacing) + 1;
        prop_assert!(passed.len() as i64 <= allowed, "{} of at most {}", passed.len(), allowed);
    }
}
