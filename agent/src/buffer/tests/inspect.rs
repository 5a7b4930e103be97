//! Looking at a store: it foretells what opening loses, and leaves every byte as it was.

use super::damage::{files, length, small_store};
use super::kit::{copy_dir, events, everything, flip, keeper, open_keeper, small};
use crate::buffer::frame::{self, FrameKind};
use crate::buffer::{BufferError, Inspection, StoredItem};
use riversync_protocol::v1::Lane;
use std::path::{Path, PathBuf};

/// Every file and directory below `dir`, with what it holds and when it was changed.
fn picture(dir: &Path) -> Vec<(PathBuf, Option<Vec<u8>>, std::time::SystemTime)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let changed = std::fs::metadata(&path).unwrap().modified().unwrap();
        if path.is_dir() {
            found.extend(picture(&path));
            found.push((path, None, changed));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.push((path, Some(bytes), changed));
        }
    }
    found.sort();
    found
}

#[test]
fn what_it_sees_is_what_opening_shows() {
    let home = tempfile::tempdir().unwrap();
    let epoch = small_store(home.path());
    let before = picture(home.path());
    let store = Inspection::open(home.path(), home.path()).unwrap().unwrap();
    assert_eq!((store.epoch(), store.trouble()), (Some(epoch), None));
    let telemetry: Vec<_> = store.records(Lane::Telemetry).map(|stored| (stored.seq, stored.item)).collect();
    let told: Vec<_> = store.records(Lane::Events).map(|stored| (stored.seq, stored.item)).collect();
    for lane in [Lane::Telemetry, Lane::Events] {
        let found = store.verify(lane);
        assert_eq!((found.damaged(), found.waiting), (0, store.waiting(lane)));
    }
    let seen = store.stats();
    drop(store);
    assert_eq!(picture(home.path()), before, "looking changed something");

    let (mut keeper, _) = open_keeper(home.path(), small(), 3).unwrap();
    let known = keeper.stats();
    assert_eq!(
        (seen.telemetry, seen.events, seen.oldest_ms),
        (known.telemetry, known.events, known.oldest_ms)
    );
    assert_eq!((seen.dropped, seen.corrupt), (known.dropped, known.corrupt));
    let readings = |(seq, readings)| (seq, StoredItem::Readings(readings));
    assert_eq!(telemetry, everything(&mut keeper).into_iter().map(readings).collect::<Vec<_>>());
    let event = |(seq, event)| (seq, StoredItem::Event(event));
    assert_eq!(told, events(&mut keeper).into_iter().map(event).collect::<Vec<_>>());
    keeper.close();
}

/// Looks at the store in `dir`, then opens it: both must say the same, and looking must change nothing.
fn foretold(dir: &Path, what: &str) -> u64 {
    let before = picture(dir);
    let store = Inspection::open(dir, dir).unwrap().unwrap();
    let damaged = [Lane::Telemetry, Lane::Events].map(|lane| store.verify(lane).damaged()).iter().sum();
    drop(store);
    assert_eq!(picture(dir), before, "{what}: looking changed something");
    let (keeper, report) = open_keeper(dir, small(), 3).unwrap();
    assert_eq!(damaged, report.lost, "{what}: {report:?}");
    keeper.close();
    damaged
}

#[test]
fn the_damage_it_counts_is_the_loss_of_opening() {
    let home = tempfile::tempdir().unwrap();
    small_store(home.path());
    for file in files(home.path()).iter().filter(|file| !file.ends_with("ballast")) {
        let name = file.strip_prefix(home.path()).unwrap();
        for at in (3..length(file)).step_by(211) {
            let copy = tempfile::tempdir().unwrap();
            copy_dir(home.path(), copy.path());
            flip(&copy.path().join(name), at, 1 << (at % 8));
            foretold(copy.path(), &format!("byte {at} of {}", name.display()));
        }
    }
    // One bit seldom costs a record, so all frames of a kind are broken: ten records of telemetry, two alarms.
    for (kind, lost) in [(FrameKind::Telemetry, 10), (FrameKind::Event, 2)] {
        let copy = tempfile::tempdir().unwrap();
        copy_dir(home.path(), copy.path());
        let log = copy.path().join("store-v2-1/db");
        let mut frames = Vec::new();
        frame::scan(&mut std::fs::File::open(&log).unwrap(), |at, found, _, _| {
            frames.extend((found == kind).then_some(at));
        })
        .unwrap();
        for at in frames {
            flip(&log, at + 15, 1);
        }
        assert_eq!(foretold(copy.path(), &format!("{kind:?}")), lost);
    }
}

#[test]
fn a_store_in_use_is_left_alone_and_no_store_is_none() {
    let home = tempfile::tempdir().unwrap();
    let (keeper, _) = keeper(home.path());
    let refused = Inspection::open(home.path(), home.path()).err();
    assert!(
        matches!(refused, Some(BufferError::Locked { pid, .. }) if pid == std::process::id()),
        "{refused:?}"
    );
    keeper.close();
    let held = Inspection::open(home.path(), home.path()).unwrap().unwrap();
    let second = open_keeper(home.path(), small(), 4).err();
    assert!(
        matches!(second, Some(BufferError::Locked { .. })),
        "an agent waits while somebody looks: {second:?}"
    );
    drop(held);
    assert!(Inspection::open(&home.path().join("nowhere"), home.path()).unwrap().is_none());
    let empty = tempfile::tempdir().unwrap();
    assert!(Inspection::open(empty.path(), empty.path()).unwrap().is_none());
    assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0);
}
