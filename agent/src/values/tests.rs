//! What is flagged, what is told, what is left out. The vectors are in `tests/vectors/report.toml`.

use super::Values;
use super::report::{Sample, State};
use crate::clock::Stamp;
use crate::config::{Config, load_with};
use crate::grant::Granted;
use crate::profile::{Change, ReportPolicy};
use crate::reading::{Cell, Raw, Reading};
use crate::sources::{Link, SourceStatus};
use crate::testing::{HOUR_MS, NOON_MS, device, policy, row};
use proptest::prelude::*;
use riversync_protocol::v1::{Column, Group, Quality, QualityReason};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

const METRICS: [(&str, &str); 5] = [
    ("plain", "type = \"float64\""),
    ("banded", "type = \"float64\"\nreport = { deadband = 1.0, max_interval = \"1h\" }"),
    ("total", "type = \"uint64\"\ncounter = true"),
    ("quiet", "type = \"int64\"\nstale_after = \"10s\""),
    ("exact", "type = \"int64\"\nreport = { on_change = true }"),
];

fn site() -> (Arc<Config>, SourceStatus, Values, Arc<Group>) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("profiles")).unwrap();
    let metric = |(name, body): &(&str, &str)| {
        format!("[[metric]]\nname = \"{name}\"\npointer = \"/{name}\"\nscale = \"10\"\n{body}\n")
    };
    let profile: String = METRICS.iter().map(metric).collect();
    std::fs::write(dir.path().join("profiles/p.toml"), format!("name = \"p\"\nversion = 1\n{profile}"))
        .unwrap();
    let path = dir.path().join("agent.toml");
    let text = "[[broker]]\nid = \"b\"\nhost = \"localhost\"\n[[device]]\nid = \"pump\"\nprofile = \"p\"\n\
        [device.mqtt]\nbroker = \"b\"\ntopic = \"t\"\n";
    std::fs::write(&path, text).unwrap();
    let config = load_with(&path, &BTreeMap::new()).unwrap_or_else(|errors| panic!("{errors}")).config;
    let columns = config.devices[0].profile.metrics.iter().map(crate::profile::Metric::column).collect();
    let group = Arc::new(Group { device: device("pump"), interval_ms: 0, columns });
    let (status, values) = (SourceStatus::new(&config), Values::new(&config));
    (config, status, values, group)
}

fn granted(names: &[&str]) -> Granted {
    Granted::new(&policy(1, names.iter().map(|name| row(name, 0)).collect()))
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn at(seconds: i64) -> Stamp {
    Stamp { at_ms: NOON_MS + seconds * 1_000, trusted: true }
}

/// A reading of these metrics of the group.
fn reading(group: &Arc<Group>, seconds: i64, cells: &[(&str, Raw)]) -> Reading {
    let column = |name: &str| group.columns.iter().find(|c| c.metric.as_str() == name).unwrap().clone();
    let columns = cells.iter().map(|(name, _)| column(name)).collect();
    let cells = cells.iter().map(|(_, raw)| Cell { raw: raw.clone(), quality: Quality::GOOD }).collect();
    let group = Arc::new(Group { columns, ..Group::clone(group) });
    Reading { group, at_ms: NOON_MS + seconds * 1_000, cells }
}

#[test]
fn a_counter_that_falls_is_flagged_once() {
    let (_, _, mut values, group) = site();
    let mut hear = |second: i64, raw: u64| {
        let read = reading(&group, second, &[("total", Raw::UInt(raw))]);
        values.check(read, seconds(second.unsigned_abs())).cells[0].quality
    };
    let fell = Quality::uncertain(QualityReason::CounterFell);
    assert_eq!(hear(0, u64::MAX), Quality::GOOD);
    assert_eq!(hear(1, 3), fell, "it wrapped");
    assert_eq!(hear(2, 4), Quality::GOOD);
    assert_eq!(hear(1, 2), Quality::GOOD, "history is no fall");
    assert_eq!(hear(3, 4), Quality::GOOD);
}

#[test]
fn a_scale_that_overflows_is_bad() {
    let (_, _, mut values, group) = site();
    let read = values.check(reading(&group, 0, &[("plain", Raw::Float64(f64::MAX))]), seconds(0));
    assert_eq!(
        read.cells[0],
        Cell { raw: Raw::Float64(0.0), quality: Quality::bad(QualityReason::Overflow) }
    );
    let read = values.check(reading(&group, 0, &[("plain", Raw::Float64(-0.0))]), seconds(0));
    assert_eq!(read.cells[0].quality, Quality::GOOD);
}

#[test]
fn what_is_no_number_is_bad_and_breaks_no_deadband() {
    let (_, _, mut values, group) = site();
    let mut hear = |second: i64, raw: f64, quality: Quality| {
        let mut read = reading(&group, second, &[("banded", Raw::Float64(raw))]);
        read.cells[0].quality = quality;
        let read = values.check(read, seconds(second.unsigned_abs()));
        values.report(read, seconds(second.unsigned_abs()), 1).len()
    };
    let none = Quality::bad(QualityReason::NotANumber);
    assert_eq!(hear(0, 5.0, Quality::GOOD), 1);
    assert_eq!(hear(1, 0.0, none), 1);
    assert_eq!(hear(2, 0.0, none), 0);
    assert_eq!(hear(3, 5.0, Quality::GOOD), 1, "the way back is told");
    assert_eq!(hear(4, 5.0 + f64::MIN_POSITIVE / 4.0, Quality::GOOD), 0);
    assert_eq!(hear(5, -0.0, Quality::GOOD), 1);
    assert_eq!(hear(6, 0.0, Quality::GOOD), 0);
}

#[test]
fn numbers_beyond_two_to_the_53_are_told_apart() {
    let (_, _, mut values, group) = site();
    let mut hear = |second: i64, raw: i64| {
        let read = reading(&group, second, &[("exact", Raw::Int(raw))]);
        values.report(read, seconds(second.unsigned_abs()), 1).len()
    };
    assert_eq!(hear(0, (1 << 53) + 1), 1);
    assert_eq!(hear(1, (1 << 53) + 1), 0);
    assert_eq!(hear(2, 1 << 53), 1, "as doubles they would be equal");
}

#[test]
fn metrics_with_a_policy_go_their_own_way_and_the_rest_stays_together() {
    let (_, _, mut values, group) = site();
    let cells = [("plain", Raw::Float64(1.0)), ("banded", Raw::Float64(1.0)), ("total", Raw::UInt(1))];
    let names = |read: &Reading| read.group.columns.iter().map(|c| c.metric.to_string()).collect::<Vec<_>>();
    let first = reading(&group, 0, &cells);
    let out = values.report(first.clone(), seconds(0), 1);
    assert_eq!(out.iter().map(names).collect::<Vec<_>>(), [vec!["banded"], vec!["plain", "total"]]);
    assert_eq!(out[0].group.interval_ms, 3_600_000, "no more than this lies between two reports");
    let again = Reading { at_ms: first.at_ms + 1_000, ..first };
    let out = values.report(again, seconds(1), 1);
    assert_eq!(out.iter().map(names).collect::<Vec<_>>(), [vec!["plain", "total"]]);
    let read = reading(&group, 2, &[("banded", Raw::Float64(1.0))]);
    assert_eq!(values.report(read, seconds(2), 2).len(), 1, "a new connection");
    values.not_stored();
    let read = reading(&group, 3, &[("banded", Raw::Float64(1.0))]);
    assert_eq!(values.report(read, seconds(3), 2).len(), 1, "what was reported before is not kept");
}

#[test]
fn silence_turns_a_value_stale_once_with_its_reason() {
    let (_, status, mut values, group) = site();
    let granted = granted(&["quiet"]);
    let stale = |out: Vec<Reading>| out.iter().map(|read| read.cells[0].quality).collect::<Vec<_>>();
    assert_eq!(values.tick(&granted, &status, at(0), seconds(0)), []);
    assert_eq!(
        stale(values.tick(&granted, &status, at(10), seconds(10))),
        [Quality::stale(QualityReason::Silent)]
    );
    assert_eq!(values.tick(&granted, &status, at(11), seconds(11)), []);
    values.check(reading(&group, 12, &[("quiet", Raw::Int(1))]), seconds(12));
    assert_eq!(values.tick(&granted, &status, at(21), seconds(21)), []);
    status.device(&device("pump")).unwrap().set_link(Link::Down, "no connection");
    let told = values.tick(&granted, &status, at(22), seconds(22));
    assert_eq!((told[0].at_ms, stale(told)), (at(22).at_ms, vec![Quality::stale(QualityReason::LinkDown)]));
    assert_eq!(values.tick(&Granted::nothing(), &status, at(99), seconds(99)), []);
}

#[test]
fn what_is_no_longer_granted_is_neither_told_nor_remembered() {
    const CANARY: i64 = 424_242;
    let (_, status, mut values, group) = site();
    values.report(reading(&group, 0, &[("exact", Raw::Int(CANARY))]), seconds(0), 1);
    values.check(reading(&group, 0, &[("quiet", Raw::Int(CANARY))]), seconds(0));
    values.forget_ungranted(&granted(&[]), NOON_MS);
    assert!(!format!("{values:?}").contains(&CANARY.to_string()));
    assert_eq!(values.tick(&granted(&["plain"]), &status, at(60), seconds(60)), []);
    // A grant that has ended lets nothing out that was held before.
    values.report(reading(&group, 1, &[("exact", Raw::Int(1))]), seconds(1), 1);
    assert_eq!(values.flush(&granted(&["exact"]), NOON_MS + 2 * HOUR_MS), []);
}

#[derive(Deserialize)]
struct Vectors {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    policy: toml::Table,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    at: u64,
    taken: Option<i64>,
    value: Option<f64>,
    quality: Option<String>,
    #[serde(default)]
    tick: bool,
    #[serde(default)]
    restart: bool,
    out: Vec<i64>,
}

fn column(report: &str) -> (ReportPolicy, Column) {
    let text = format!(
        "name = \"p\"\nversion = 1\n[[metric]]\nname = \"m\"\npointer = \"/m\"\ntype = \"float64\"\n[metric.report]\n{report}"
    );
    let metric = crate::profile::read("p.toml", &text).unwrap_or_else(|f| panic!("{f:?}")).metrics.remove(0);
    (metric.report.clone().unwrap(), metric.column())
}

#[test]
fn the_vectors_hold() {
    let vectors: Vectors = toml::from_str(include_str!("../../tests/vectors/report.toml")).unwrap();
    assert!(vectors.case.len() >= 14);
    for case in vectors.case {
        let (policy, column) = column(&case.policy.to_string());
        let mut state = State::default();
        for step in case.steps {
            let now = Duration::from_millis(step.at);
            let quality = match step.quality.as_deref() {
                None => Quality::GOOD,
                Some("bad") => Quality::bad(QualityReason::Timeout),
                Some("stale") => Quality::stale(QualityReason::Silent),
                Some(other) => panic!("{other}"),
            };
            let out = if step.tick {
                state.due(&policy, &column, now)
            } else if step.restart {
                state.restart()
            } else {
                let at_ms = step.taken.unwrap_or_else(|| step.at.try_into().unwrap());
                let raw = Raw::Float64(step.value.unwrap_or_default());
                state.step(&policy, &column, Sample { at_ms, cell: Cell { raw, quality } }, now)
            };
            let told: Vec<i64> = out.iter().map(|sample| sample.at_ms).collect();
            assert_eq!(told, step.out, "{} at {}", case.name, step.at);
        }
    }
}

fn good(at_ms: i64, value: f64) -> Sample {
    Sample { at_ms, cell: Cell { raw: Raw::Float64(value), quality: Quality::GOOD } }
}

proptest! {
    /// What was reported last never lies further from the truth than the deadband, once debounce and spacing are over.
    #[test]
    fn after_its_waits_the_reported_value_is_near_the_true_one(
        steps in proptest::collection::vec((1_u64..3_000, -40_i32..40), 1..80),
        debounce_ms in 0_u32..2_000, min_interval_ms in 0_u32..4_000, band in 0_u32..10,
    ) {
        let (_, column) = column("on_change = true");
        let change = Change::Absolute(f64::from(band));
        let policy = ReportPolicy { change, debounce_ms, min_interval_ms, max_interval_ms: None };
        let (mut state, mut now, mut reports) = (State::default(), 0_u64, Vec::new());
        let mut truth = 0.0;
        for (wait, value) in &steps {
            now += wait;
            truth = f64::from(*value);
            let sample = good(now.try_into().unwrap(), truth);
            let told = state.step(&policy, &column, sample, Duration::from_millis(now));
            reports.extend(told.into_iter().map(|sample| (now, sample)));
        }
        for _ in 0..3 {
            now += u64::from(debounce_ms + min_interval_ms);
            let told = state.due(&policy, &column, Duration::from_millis(now));
            reports.extend(told.into_iter().map(|sample| (now, sample)));
        }
        for pair in reports.windows(2) {
            prop_assert!(pair[0].1.at_ms < pair[1].1.at_ms, "in order, each once");
            prop_assert!(pair[1].0 - pair[0].0 >= u64::from(min_interval_ms));
        }
        let Raw::Float64(last) = reports.last().unwrap().1.cell.raw else { panic!() };
        prop_assert!((last - truth).abs() <= f64::from(band), "reported {last}, true {truth}");
    }

    /// The line through what a swinging door reports misses no sample by more than its distance.
    #[test]
    fn a_swinging_door_misses_nothing(
        steps in proptest::collection::vec((1_i64..3_000, -50_i32..50), 2..100), distance in 0_u32..20,
    ) {
        let (_, column) = column("swinging_door = 1.0");
        let change = Change::SwingingDoor(f64::from(distance));
        let policy = ReportPolicy { change, debounce_ms: 0, min_interval_ms: 0, max_interval_ms: None };
        let (mut state, mut at_ms, mut samples, mut kept) = (State::default(), 0, Vec::new(), Vec::new());
        for (wait, value) in steps {
            at_ms += wait;
            samples.push((at_ms, f64::from(value)));
            let now = Duration::from_millis(at_ms.unsigned_abs());
            kept.extend(state.step(&policy, &column, good(at_ms, f64::from(value)), now));
        }
        kept.extend(state.restart());
        let line: Vec<(i64, f64)> = kept.iter().map(|sample| match sample.cell.raw {
            Raw::Float64(value) => (sample.at_ms, value),
            _ => unreachable!(),
        }).collect();
        prop_assert_eq!(line.first(), samples.first());
        prop_assert_eq!(line.last(), samples.last());
        for (at_ms, value) in samples {
            let after = line.iter().position(|(t, _)| *t >= at_ms).unwrap();
            let (t1, v1) = line[after];
            let (t0, v0) = line[after.saturating_sub(1)];
            let on_line = if t1 == t0 { v1 } else {
                v0 + (v1 - v0) * (at_ms - t0) as f64 / (t1 - t0) as f64
            };
            prop_assert!((on_line - value).abs() <= f64::from(distance) + 1e-6, "{at_ms}: {value} beside {on_line}");
        }
    }
}

#[test]
fn a_new_configuration_forgets_what_it_changes_and_nothing_else() {
    let (config, _, mut values, group) = site();
    let granted = granted(&["exact", "total"]);
    let told = |values: &mut Values, second: i64, value: i64| {
        let now = seconds(second.unsigned_abs());
        values.report(reading(&group, second, &[("exact", Raw::Int(value))]), now, 1).len()
    };
    assert_eq!((told(&mut values, 0, 7), told(&mut values, 1, 7)), (1, 0));
    let same = config.changes(&config);
    assert_eq!(values.adopt(&config, &same, &granted, NOON_MS), []);
    assert_eq!(told(&mut values, 2, 7), 0, "what was told before is still known");
    let changed = crate::config::Changes { changed: same.kept.clone(), ..Default::default() };
    values.adopt(&config, &changed, &granted, NOON_MS);
    assert_eq!((told(&mut values, 3, 7), told(&mut values, 4, 7)), (1, 0), "it begins anew");
    // Taken by rules of before: another scale, so another metric.
    let mut old = Group::clone(&group);
    old.columns.iter_mut().for_each(|column| column.scale.numerator = 3);
    let old = Arc::new(old);
    for second in [5, 6] {
        let read = reading(&old, second, &[("exact", Raw::Int(7))]);
        assert_eq!(values.report(read.clone(), seconds(6), 1), [read], "it is handed on as it is");
    }
}
