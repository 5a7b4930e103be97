//! Stores from before there was sealing: they open, drain, and are sealed; nothing of them is lost or comes twice.

use super::Faults;
use super::damage::small_store;
use super::kit::{
    alarm, copy_dir, entry, events, everything, keeper, numbers, one, open_keeper, readings, small,
};
use crate::buffer::frame;
use crate::buffer::{Entry, Inspection};
use riversync_protocol::v1::{Lane, SeqRange};
use std::path::Path;

/// A store as an older agent left it.
fn older_store(dir: &Path) -> u64 {
    let epoch = Faults::write_in_the_clear(|| small_store(dir));
    std::fs::rename(dir.join("store-v2-1"), dir.join("store-v1-1")).unwrap();
    std::fs::remove_file(dir.join("store-v1-1/key")).unwrap();
    epoch
}

/// How many frames below `dir` say something of a device in the clear.
fn clear_frames(dir: &Path) -> usize {
    let mut clear = 0;
    for path in super::damage::files(dir) {
        frame::scan(&mut std::fs::File::open(path).unwrap(), |_, kind, _, whole| {
            let telling =
                !matches!(kind, frame::FrameKind::Meta | frame::FrameKind::Witness | frame::FrameKind::Key);
            clear +=
                usize::from(telling && frame::read(kind, whole).is_some_and(|(is_sealed, _)| !is_sealed));
        })
        .unwrap();
    }
    clear
}

#[test]
fn a_store_in_the_clear_opens_under_its_numbers_and_is_sealed() {
    let home = tempfile::tempdir().unwrap();
    let epoch = older_store(home.path());
    assert!(clear_frames(home.path()) > 12);
    let store = Inspection::open(home.path(), home.path()).unwrap().unwrap();
    assert_eq!((store.trouble(), store.epoch()), (None, Some(epoch)), "it can be looked at as it is");
    let seen: Vec<_> = store.records(Lane::Telemetry).map(|stored| stored.seq).collect();
    drop(store);

    let (mut keeper, report) = open_keeper(home.path(), small(), 2).unwrap();
    assert_eq!((report.epoch, report.lost, report.salvaged, report.moved_aside), (epoch, 0, 0, None));
    assert_eq!(clear_frames(home.path()), 0, "and no file has it in the clear any more");
    assert!(!home.path().join("store-v1-1").exists() && home.path().join("store-v2-2/key").exists());
    let all = everything(&mut keeper);
    assert_eq!(all.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), seen);
    for (seq, found) in &all {
        let devices = if *seq == 12 { 1 } else { 2 };
        assert_eq!(*found, readings(devices, i64::try_from(*seq).unwrap()), "number {seq}");
    }
    assert_eq!(events(&mut keeper).len(), 2);
    let again = Entry { readings: readings(1, 12), origin: Some([7; 16]), ..Entry::default() };
    assert!(matches!(one(&mut keeper, again), Ok(crate::buffer::Appended::Duplicate)), "origins are known");
    one(&mut keeper, entry(1, 50)).unwrap();
    keeper.remove(Lane::Telemetry, SeqRange { first: 0, last: 12 }, None).unwrap();
    assert_eq!(numbers(&mut keeper, Lane::Telemetry), [13]);
    keeper.close();
    let (mut keeper, report) = open_keeper(home.path(), small(), 3).unwrap();
    assert_eq!((report.lost, report.salvaged, report.moved_aside), (0, 0, None));
    assert_eq!(numbers(&mut keeper, Lane::Telemetry), [13]);
    keeper.close();
}

#[test]
fn a_damaged_store_in_the_clear_is_healed_into_a_sealed_one() {
    let home = tempfile::tempdir().unwrap();
    let epoch = older_store(home.path());
    std::fs::write(home.path().join("store-v1-1/conf"), [0x5a; 40]).unwrap();
    let (mut keeper, report) = open_keeper(home.path(), small(), 2).unwrap();
    assert!(report.moved_aside.is_some() && report.epoch == epoch && report.lost == 0, "{report:?}");
    assert_eq!(numbers(&mut keeper, Lane::Telemetry), (3..13).collect::<Vec<_>>());
    assert_eq!(clear_frames(&home.path().join("store-v2-2")), 0);
    keeper.close();
}

#[test]
fn an_older_agent_beside_a_sealed_store_loses_nothing_and_nothing_comes_twice() {
    let home = tempfile::tempdir().unwrap();
    let (mut sealed, _) = keeper(home.path());
    for second in 0..5 {
        one(&mut sealed, entry(2, second)).unwrap();
    }
    let epoch = sealed.epoch();
    sealed.close();
    // It sees no store of its version and begins one.
    let older = tempfile::tempdir().unwrap();
    Faults::write_in_the_clear(|| {
        let (mut keeper, _) = open_keeper(older.path(), small(), 8).unwrap();
        for second in 10..14 {
            one(&mut keeper, entry(1, second)).unwrap();
        }
        one(&mut keeper, Entry { events: vec![alarm("meter-0", 11)], ..Entry::default() }).unwrap();
        keeper.remove(Lane::Telemetry, SeqRange { first: 0, last: 0 }, None).unwrap();
        keeper.close();
    });
    std::fs::remove_file(older.path().join("store-v2-1/key")).unwrap();
    copy_dir(&older.path().join("store-v2-1"), &home.path().join("store-v1-1"));

    for life in 2..4 {
        let (mut keeper, report) = open_keeper(home.path(), small(), life).unwrap();
        assert_eq!(report.epoch, epoch);
        assert_eq!(report.salvaged, if life == 2 { 4 } else { 0 }, "taken over once");
        assert!(!home.path().join("store-v1-1").exists());
        let all: Vec<_> = everything(&mut keeper).into_iter().map(|(_, readings)| readings).collect();
        let wanted =
            (0..5).map(|second| readings(2, second)).chain((11..14).map(|second| readings(1, second)));
        assert_eq!(all, wanted.collect::<Vec<_>>());
        assert_eq!(events(&mut keeper).len(), 1);
        keeper.close();
    }
}

#[test]
fn a_crash_between_sealing_and_deleting_the_store_in_the_clear_delivers_nothing_twice() {
    let home = tempfile::tempdir().unwrap();
    let epoch = older_store(home.path());
    let old = tempfile::tempdir().unwrap();
    copy_dir(&home.path().join("store-v1-1"), old.path());
    let (mut keeper, _) = open_keeper(home.path(), small(), 2).unwrap();
    let before = (everything(&mut keeper), events(&mut keeper));
    keeper.close();
    copy_dir(old.path(), &home.path().join("store-v1-1"));
    let (mut keeper, report) = open_keeper(home.path(), small(), 3).unwrap();
    assert_eq!((report.epoch, report.salvaged), (epoch, 0));
    assert_eq!((everything(&mut keeper), events(&mut keeper)), before);
    assert!(!home.path().join("store-v1-1").exists());
    keeper.close();
}
