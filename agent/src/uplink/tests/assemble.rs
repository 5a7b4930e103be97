use crate::clock::{Clock, SteadyClock};
use crate::grant::Granted;
use crate::reading::{Cell, Raw, Reading};
use crate::testing::{HOUR_MS, HandClock, NOON_MS, group, policy, reading, row};
use crate::uplink::assemble::{Directory, correct, events};
use riversync_protocol::pack::{Values, unpack};
use riversync_protocol::v1::{Content, Event, Quality, QualityReason, SeqRange};
use std::sync::Arc;

fn bad(group: &Arc<riversync_protocol::v1::Group>, at_ms: i64) -> Reading {
    let cell = Cell { raw: Raw::Int(0), quality: Quality::bad(QualityReason::Timeout) };
    Reading { group: Arc::clone(group), at_ms, cells: vec![cell; group.columns.len()] }
}

#[test]
fn readings_come_out_as_they_went_in_and_bad_ones_say_why() {
    let granted = Granted::new(&policy(1, vec![row("power", 0), row("flow", 0)]));
    let (both, one) = (group(&["power", "flow"]), group(&["power"]));
    let readings = vec![
        reading(&both, NOON_MS, &[1, 2]),
        reading(&one, NOON_MS + 500, &[9]),
        bad(&both, NOON_MS + 1_000),
        bad(&both, NOON_MS + 2_000),
        reading(&both, NOON_MS + 3_000, &[3, 4]),
    ];
    let mut directory = Directory::default();
    let out = directory.assemble(&granted, readings, NOON_MS).unwrap().unwrap();
    let batch = unpack(&out.schema, &out.batch).unwrap();
    assert_eq!(out.batch.points, 9);
    let wide = batch.groups.iter().find(|rows| rows.columns.len() == 2).unwrap();
    assert_eq!(wide.columns, [Values::Int(vec![1, 1, 1, 3]), Values::Int(vec![2, 2, 2, 4])]);
    assert_eq!(batch.quality.len(), 2, "one run per column");
    assert!(batch.quality.iter().all(|run| (run.start, run.len) == (1, 2)));

    let again = directory.assemble(&granted, vec![reading(&one, NOON_MS + 4_000, &[5])], NOON_MS).unwrap();
    assert_eq!(
        again.unwrap().batch.schema,
        out.batch.schema,
        "the directory does not change with every batch"
    );
}

#[test]
fn the_second_gate_holds_back_what_a_newer_policy_forbids_and_the_directory_forgets_it() {
    let (wide, narrow) = (
        Granted::new(&policy(1, vec![row("power", 0), row("flow", 0)])),
        Granted::new(&policy(2, vec![row("power", 0)])),
    );
    let both = group(&["power", "flow"]);
    let mut directory = Directory::default();
    directory.assemble(&wide, vec![reading(&both, NOON_MS, &[1, 2])], NOON_MS).unwrap().unwrap();
    let out = directory.assemble(&narrow, vec![reading(&both, NOON_MS, &[1, 2])], NOON_MS).unwrap().unwrap();
    assert_eq!(out.denied.not_granted, 1);
    assert_eq!(out.schema.groups, [group(&["power"]).as_ref().clone()]);
    let nothing = directory.assemble(&Granted::nothing(), vec![reading(&both, NOON_MS, &[1, 2])], NOON_MS);
    assert!(nothing.unwrap().is_none());
    let late = directory.assemble(&narrow, vec![reading(&both, NOON_MS, &[1, 2])], NOON_MS + HOUR_MS);
    assert!(late.unwrap().is_none());
}

#[test]
fn a_missing_event_is_told_as_purged() {
    let health = Event::Gap(riversync_protocol::v1::Gap {
        from_ms: 0,
        to_ms: 0,
        records: 1,
        points: 1,
        reason: riversync_protocol::v1::GapReason::DiskBound,
        at_ms: 0,
    });
    let content = events(
        &Granted::nothing(),
        vec![(4, health.clone()), (6, health.clone())],
        SeqRange { first: 4, last: 6 },
        0,
    );
    assert_eq!(content, Content::Events(vec![health.clone(), Event::Purged, health]));
}

#[test]
fn samples_of_a_doubted_clock_leave_with_their_true_time_once_it_is_known() {
    let raw = HandClock::at(NOON_MS);
    let clock = SteadyClock::new(Arc::<HandClock>::clone(&raw));
    let one = group(&["power"]);
    let sample =
        |clock: &SteadyClock| Reading::taken(Arc::clone(&one), clock.stamp(), reading(&one, 0, &[7]).cells);
    let doubted = Quality::uncertain(QualityReason::ClockUntrusted);
    let mut readings = vec![sample(&clock)];
    for jump_ms in [2 * HOUR_MS, -5 * HOUR_MS] {
        raw.pass(1_000);
        raw.set_wall(raw.now_ms() + jump_ms);
        raw.pass(1_000);
        readings.push(sample(&clock));
    }
    assert!(readings.windows(2).all(|pair| pair[0].at_ms < pair[1].at_ms), "the order is kept");
    assert_eq!(readings.iter().filter(|r| r.cells[0].quality == doubted).count(), 2);
    correct(&mut readings, &clock);
    assert_eq!(readings[2].cells[0].quality, doubted, "nobody knows yet");
    clock.heard(NOON_MS + 10 * HOUR_MS);
    correct(&mut readings, &clock);
    let times: Vec<i64> = readings.iter().map(|r| r.at_ms).collect();
    assert_eq!(times, [NOON_MS, NOON_MS + 10 * HOUR_MS - 2_000, NOON_MS + 10 * HOUR_MS]);
    assert!(readings.iter().all(|r| r.cells[0].quality == Quality::GOOD));
}
