//! Each trap of the engine, shown, and what disarms it. (PARTS section 4.)

use super::kit::{entry, everything, keeper, numbers, one, open_keeper, readings, small};
use crate::buffer::{Appended, Entry, Limits};
use riversync_protocol::v1::{Lane, SeqRange};
use std::sync::atomic::Ordering;

#[test]
fn an_append_is_synced_before_it_returns_because_the_engines_flush_does_not_sync() {
    let home = tempfile::tempdir().unwrap();
    let (mut keeper, faults) = keeper(home.path());
    let before = faults.syncs.load(Ordering::SeqCst);
    assert!(matches!(one(&mut keeper, entry(1, 0)), Ok(Appended::Stored)));
    assert_eq!(faults.syncs.load(Ordering::SeqCst), before + 1, "one sync per group, before the answer");
    keeper.close();
}

#[test]
fn a_drained_store_goes_on_counting() {
    let home = tempfile::tempdir().unwrap();
    let (mut keeper, _) = keeper(home.path());
    for at in 0..3 {
        one(&mut keeper, entry(1, at)).unwrap();
    }
    keeper.remove(Lane::Telemetry, SeqRange { first: 0, last: 2 }, None).unwrap();
    assert_eq!(keeper.stats().telemetry.records, 0);
    keeper.close();
    let (mut keeper, report) = open_keeper(home.path(), Limits::default(), 1).unwrap();
    assert_eq!((report.lost, report.salvaged, report.moved_aside), (0, 0, None));
    one(&mut keeper, entry(1, 9)).unwrap();
    assert_eq!(numbers(&mut keeper, Lane::Telemetry), [3]);
    keeper.close();
}

#[test]
fn many_readings_become_several_records_so_that_no_value_leaves_the_log() {
    let home = tempfile::tempdir().unwrap();
    let (mut keeper, _) = keeper(home.path());
    let many = Entry { readings: (0..600).flat_map(|at| readings(40, at)).collect(), ..Entry::default() };
    one(&mut keeper, many.clone()).unwrap();
    let back = everything(&mut keeper);
    assert!(back.len() > 1, "{} records", back.len());
    assert!(
        back.into_iter().flat_map(|(_, readings)| readings).eq(many.readings.clone()),
        "what was stored comes back"
    );
    let epoch = keeper.epoch();
    keeper.close();
    // The engine keeps pages of several large values in files of their own. They are read when it fails, too.
    std::fs::write(home.path().join("store-v2-1/conf"), [0x5a; 40]).unwrap();
    let (mut keeper, report) = open_keeper(home.path(), small(), 2).unwrap();
    assert!(report.moved_aside.is_some() && keeper.epoch() == epoch, "{report:?}");
    let back = everything(&mut keeper);
    assert!(
        back.into_iter().flat_map(|(_, readings)| readings).eq(many.readings.clone()),
        "all of it is salvaged"
    );
    keeper.close();
}

#[test]
fn a_log_that_makes_the_engine_panic_is_caught_and_replaced() {
    let home = tempfile::tempdir().unwrap();
    let (mut keeper, _) = keeper(home.path());
    for at in 0..400 {
        one(&mut keeper, entry(20, at)).unwrap();
    }
    let epoch = keeper.epoch();
    keeper.close();
    let length = std::fs::metadata(home.path().join("store-v2-1/db")).unwrap().len();
    let mut replaced = 0;
    for part in 1..24 {
        let copy = tempfile::tempdir().unwrap();
        super::kit::copy_dir(home.path(), copy.path());
        super::kit::flip(&copy.path().join("store-v2-1/db"), length * part / 24 + part, 0x10);
        let (mut keeper, report) = open_keeper(copy.path(), Limits::default(), 2).unwrap();
        replaced += usize::from(report.moved_aside.is_some());
        assert_eq!(keeper.epoch(), epoch, "what it knows of itself is whole, so it stays who it was");
        let whole = numbers(&mut keeper, Lane::Telemetry).len();
        assert!(whole >= 399, "{whole} of 400 are left after one flipped bit at {part} of 24; {report:?}");
        one(&mut keeper, entry(1, 9_000)).unwrap();
        keeper.close();
    }
    assert!(replaced > 0, "no flip made the engine fail, so this test shows nothing");
}
