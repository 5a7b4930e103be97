//! Damage of every kind: the store opens, never panics, never gives a wrong value, counts what is gone, goes on.
//! (DESIGN section 3, invariant 6; EDGE section 6, faults 2, 4, 5, 9, 10.)

use super::kit::{
    alarm, copy_dir, entry, events, everything, flip, keeper, one, open_keeper, readings, small,
};
use crate::buffer::{BufferError, Entry};
use riversync_protocol::v1::{Event, GapReason, Lane, SeqRange};
use std::path::{Path, PathBuf};

const RECORDS: i64 = 12;

/// A small store: some delivered, some waiting, two alarms, an origin.
pub(super) fn small_store(dir: &Path) -> u64 {
    let (mut keeper, _) = keeper(dir);
    for second in 0..RECORDS {
        one(&mut keeper, entry(2, second)).unwrap();
    }
    one(&mut keeper, Entry { events: vec![alarm("meter-0", 1), alarm("meter-1", 2)], ..Entry::default() })
        .unwrap();
    let origin = Entry { readings: readings(1, RECORDS), origin: Some([7; 16]), ..Entry::default() };
    one(&mut keeper, origin).unwrap();
    keeper.read(Lane::Telemetry, 0, 3, usize::MAX).unwrap();
    keeper.remove(Lane::Telemetry, SeqRange { first: 0, last: 2 }, None).unwrap();
    let epoch = keeper.epoch();
    keeper.close();
    epoch
}

/// Opens a damaged copy and checks all that must hold. Says how many records and alarms are left of 10 and 2.
fn survives(dir: &Path, what: &str) -> (usize, usize) {
    let (mut keeper, report) = open_keeper(dir, small(), 3).unwrap_or_else(|e| panic!("{what}: {e}"));
    let all = everything(&mut keeper);
    for (_, found) in &all {
        let second = found.first().map(|reading| (reading.at_ms - super::kit::START_MS) / 1_000).unwrap();
        let devices = if second == RECORDS { 1 } else { 2 };
        assert_eq!(*found, readings(devices, second), "{what}: a wrong value");
        assert!(second >= 3, "{what}: second {second} was delivered and came back");
    }
    let told = events(&mut keeper);
    let alarms = told.iter().filter(|(_, event)| matches!(event, Event::Alarm(_))).count();
    let lost = 12 - all.len() - alarms;
    let counted: u64 = told
        .iter()
        .filter_map(|(_, event)| match event {
            Event::Gap(gap) => Some(gap.records),
            _ => None,
        })
        .sum();
    assert_eq!(report.lost, counted, "{what}: the report and the gap events agree");
    assert_eq!(counted, lost as u64, "{what}: {report:?}");
    one(&mut keeper, entry(1, 99)).unwrap();
    let after = everything(&mut keeper);
    assert_eq!(
        after.last().map(|(_, readings)| readings.clone()),
        Some(readings(1, 99)),
        "{what}: it goes on"
    );
    keeper.close();
    let (mut keeper, report) = open_keeper(dir, small(), 4).unwrap();
    assert_eq!((report.lost, report.salvaged), (0, 0), "{what}: healed once, not at every start");
    assert_eq!(everything(&mut keeper), after, "{what}: the same after another start");
    keeper.close();
    (all.len(), alarms)
}

pub(super) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Where bytes of `file` are worth flipping: everything up to the last one that is not zero.
pub(super) fn length(file: &Path) -> u64 {
    let bytes = std::fs::read(file).unwrap();
    bytes.iter().rposition(|byte| *byte != 0).map_or(0, |at| at as u64 + 1)
}

fn flip_each(step: u64, offset: u64) {
    let home = tempfile::tempdir().unwrap();
    small_store(home.path());
    let mut tried = 0;
    for file in files(home.path()).iter().filter(|file| !file.ends_with("ballast")) {
        let name = file.strip_prefix(home.path()).unwrap();
        let mut at = offset.min(length(file).saturating_sub(1));
        while at < length(file) {
            let copy = tempfile::tempdir().unwrap();
            copy_dir(home.path(), copy.path());
            flip(&copy.path().join(name), at, 1 << (at % 8));
            let (records, alarms) = survives(copy.path(), &format!("byte {at} of {}", name.display()));
            assert!(records + alarms >= 11, "byte {at} of {} cost {}", name.display(), 12 - records - alarms);
            tried += 1;
            at += step;
        }
    }
    assert!(tried > 20, "only {tried} bytes were flipped");
}

/// Every so many bytes one is flipped; `RIVERSYNC_FLIP_STEP=1` flips each byte in turn, which takes many minutes.
fn flip_step() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the test run says how thorough it wants to be")]
    let step = std::env::var("RIVERSYNC_FLIP_STEP");
    step.map_or(401, |step| step.parse().expect("RIVERSYNC_FLIP_STEP is a whole number from 1"))
}

#[test]
fn a_flipped_byte_costs_at_most_the_record_it_hits() {
    let step = flip_step();
    flip_each(step, 7 % step);
}

#[test]
fn truncated_missing_and_foreign_files_are_survived() {
    let home = tempfile::tempdir().unwrap();
    let epoch = small_store(home.path());
    let whole = length(&home.path().join("store-v2-1/db"));
    for keep in [0, 1, 100, whole / 3, whole / 2, whole - 40, whole - 1] {
        let copy = tempfile::tempdir().unwrap();
        copy_dir(home.path(), copy.path());
        let log = std::fs::OpenOptions::new().write(true).open(copy.path().join("store-v2-1/db")).unwrap();
        log.set_len(keep).unwrap();
        let (mut keeper, _) = open_keeper(copy.path(), small(), 3).unwrap();
        let survived = everything(&mut keeper);
        for (seq, _) in &survived {
            let known = keeper.epoch() != epoch || *seq < 13;
            assert!(known, "cut to {keep}: number {seq} of the old store means something else");
        }
        one(&mut keeper, entry(1, 50)).unwrap();
        let (seq, _) = everything(&mut keeper).pop().unwrap();
        assert!(keeper.epoch() != epoch || seq >= 13, "cut to {keep}: number {seq} was given twice");
        keeper.close();
    }
    for name in ["store-v2-1/db", "store-v2-1/conf", "witness", "ballast", "store-v2-1"] {
        let copy = tempfile::tempdir().unwrap();
        copy_dir(home.path(), copy.path());
        let path = copy.path().join(name);
        if path.is_dir() {
            std::fs::remove_dir_all(&path).unwrap()
        } else {
            std::fs::remove_file(&path).unwrap()
        }
        let (mut keeper, _) = open_keeper(copy.path(), small(), 3).unwrap();
        one(&mut keeper, entry(1, 50)).unwrap();
        assert!(!everything(&mut keeper).is_empty(), "without {name} it goes on");
        keeper.close();
    }
}

/// The end of the log says what was removed. Without it delivered records wait again, and only their old identity tells
/// the cloud that it has them.
#[test]
fn what_a_store_without_its_end_brings_back_is_known_to_the_cloud() {
    let home = tempfile::tempdir().unwrap();
    let epoch = small_store(home.path());
    let whole = length(&home.path().join("store-v2-1/db"));
    let mut came_back = 0;
    for part in 1..16 {
        let copy = tempfile::tempdir().unwrap();
        copy_dir(home.path(), copy.path());
        let log = std::fs::OpenOptions::new().write(true).open(copy.path().join("store-v2-1/db")).unwrap();
        log.set_len(whole * part / 16).unwrap();
        let (mut keeper, _) = open_keeper(copy.path(), small(), 3).unwrap();
        let found = everything(&mut keeper);
        for (seq, content) in &found {
            assert_eq!(keeper.epoch(), epoch, "{part}/16: number {seq} is under another epoch");
            let second = i64::try_from(*seq).unwrap();
            let devices = if second == RECORDS { 1 } else { 2 };
            assert_eq!(*content, readings(devices, second), "{part}/16: number {seq}");
        }
        came_back += found.iter().filter(|(seq, _)| *seq < 3).count();
        one(&mut keeper, entry(1, 50)).unwrap();
        let (seq, _) = everything(&mut keeper).pop().unwrap();
        assert!(seq > 12, "{part}/16: number {seq} was shown and is given again");
        keeper.close();
        let (keeper, report) = open_keeper(copy.path(), small(), 4).unwrap();
        assert_eq!((report.lost, report.salvaged), (0, 0), "{part}/16: healed once");
        keeper.close();
    }
    assert!(came_back > 0, "no cut forgot a removal, so this showed nothing");
}

#[test]
fn a_lost_store_is_told() {
    let home = tempfile::tempdir().unwrap();
    let epoch = small_store(home.path());
    std::fs::remove_file(home.path().join("store-v2-1/db")).unwrap();
    let (mut keeper, report) = open_keeper(home.path(), small(), 3).unwrap();
    assert_ne!(keeper.epoch(), epoch);
    assert!(report.moved_aside.is_some());
    let told = events(&mut keeper);
    assert!(
        told.iter().any(|(_, e)| matches!(e, Event::Gap(gap) if gap.reason == GapReason::StoreReplaced)),
        "{told:?}"
    );
    keeper.close();
}

#[test]
fn a_store_of_a_newer_version_is_kept_and_a_fresh_one_is_used() {
    let home = tempfile::tempdir().unwrap();
    small_store(home.path());
    std::fs::rename(home.path().join("store-v2-1"), home.path().join("store-v3-1")).unwrap();
    let before = std::fs::read(home.path().join("store-v3-1/db")).unwrap();
    let (mut keeper, report) = open_keeper(home.path(), small(), 3).unwrap();
    assert_eq!(report.newer_version, [home.path().join("store-v3-1")]);
    one(&mut keeper, entry(1, 50)).unwrap();
    keeper.close();
    assert_eq!(std::fs::read(home.path().join("store-v3-1/db")).unwrap(), before);
}

#[test]
fn a_second_owner_is_told_who_has_it() {
    let home = tempfile::tempdir().unwrap();
    let (first, _) = keeper(home.path());
    let Err(error) = open_keeper(home.path(), small(), 2) else { panic!("two owners") };
    assert!(matches!(error, BufferError::Locked { pid, .. } if pid == std::process::id()), "{error}");
    assert_eq!(error.exit_code(), 75);
    first.close();
    open_keeper(home.path(), small(), 2).unwrap().0.close();
}

#[test]
fn a_directory_that_cannot_be_used_is_an_error_and_not_a_silent_fallback() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    std::fs::write(&file, b"x").unwrap();
    let Err(error) = open_keeper(&file, small(), 2) else { panic!("a file is no directory") };
    assert_eq!(error.exit_code(), 74, "{error}");
}
