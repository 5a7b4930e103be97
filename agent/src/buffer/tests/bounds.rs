//! Bounds, a full disk, failed writes, and what was taken back. (DESIGN section 3, invariants 3, 5, 9; EDGE 6, faults 6 to 8.)

use super::Faults;
use super::kit::{
    HandClock, alarm, chance, entry, events, everything, keeper, one, open_with, readings, small,
};
use crate::buffer::purge::Sieve;
use crate::buffer::{Appended, Buffer, BufferError, Entry, Limits, directory};
use crate::reading::{Cell, Raw, Reading};
use riversync_protocol::v1::{Event, Gap, GapReason, Kind, Lane, Quality, SeqRange};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

fn gaps(told: &[(u64, Event)], reason: GapReason) -> Vec<Gap> {
    let of = |event: &Event| match event {
        Event::Gap(gap) if gap.reason == reason => Some(gap.clone()),
        _ => None,
    };
    told.iter().filter_map(|(_, event)| of(event)).collect()
}

/// Readings with text that does not compress, about 5 KB.
fn bulky(second: i64) -> Entry {
    Entry { readings: readings(60, second), ..Entry::default() }
}

#[test]
fn the_bound_holds_the_oldest_goes_first_alarms_stay_and_each_loss_is_counted() {
    let home = tempfile::tempdir().unwrap();
    let clock = Arc::new(HandClock::default());
    let limits = Limits { max_bytes: 16 << 20, ballast_bytes: 1 << 20, cache_bytes: 4 << 20 };
    let (mut keeper, _) = open_with(home.path(), limits, 1, &clock).unwrap();
    one(&mut keeper, Entry { events: vec![alarm("meter-0", 0)], ..Entry::default() }).unwrap();
    let total = 3_000;
    let mut most = 0;
    for second in 0..total / 5 {
        clock.pass(5_000);
        let entries: Vec<Entry> = (0..5).map(|at| bulky(second * 5 + at)).collect();
        assert!(keeper.append(&entries.iter().collect::<Vec<_>>()).into_iter().all(|result| result.is_ok()));
        most = most.max(directory::bytes(home.path()));
    }
    assert!(most <= limits.max_bytes, "the directory took {most} of {} bytes", limits.max_bytes);
    clock.pass(20_000);
    let all = everything(&mut keeper);
    let told = events(&mut keeper);
    let lost = gaps(&told, GapReason::DiskBound);
    let records: u64 = lost.iter().map(|gap| gap.records).sum();
    assert_eq!(records + all.len() as u64, 3_000, "what is not there is counted");
    assert!(records > 500, "only {records} were dropped, so this test shows nothing");
    assert_eq!(lost.iter().map(|gap| gap.points).sum::<u64>(), records * 360);
    assert!(lost.len() as u64 * 4 < records, "{} gap events for {records} losses", lost.len());
    let first = all.first().unwrap();
    assert_eq!(first.0, records, "the oldest went first");
    assert!(lost.iter().all(|gap| gap.to_ms < first.1[0].at_ms));
    assert!(matches!(&told[0].1, Event::Alarm(_)), "alarms are never dropped");
    keeper.close();
}

#[test]
fn a_store_in_use_stays_small_and_a_restart_at_the_bound_is_fine() {
    let home = tempfile::tempdir().unwrap();
    let clock = Arc::new(HandClock::default());
    let limits = Limits { max_bytes: 16 << 20, ballast_bytes: 0, cache_bytes: 4 << 20 };
    let (mut keeper, _) = open_with(home.path(), limits, 1, &clock).unwrap();
    let mut most = 0;
    for second in 0..1_500u64 {
        one(&mut keeper, bulky(i64::try_from(second).unwrap())).unwrap();
        if second % 10 == 9 {
            let range = SeqRange { first: second - 9, last: second };
            assert_eq!(keeper.read(Lane::Telemetry, second - 9, 10, usize::MAX).unwrap().len(), 10);
            keeper.remove(Lane::Telemetry, range, None).unwrap();
        }
        most = most.max(directory::bytes(home.path()));
    }
    assert!(most < 16 << 20, "{most} bytes");
    assert!(gaps(&events(&mut keeper), GapReason::DiskBound).is_empty());
    keeper.close();
}

#[test]
fn a_full_disk_refuses_counts_and_recovers_by_itself() {
    let home = tempfile::tempdir().unwrap();
    let faults = Arc::new(Faults::default());
    Faults::install(&faults);
    let clock = Arc::new(HandClock::default());
    let (mut keeper, _) = open_with(home.path(), small(), 1, &clock).unwrap();
    one(&mut keeper, entry(2, 0)).unwrap();
    faults.disk_full.store(true, Ordering::SeqCst);
    assert!(matches!(one(&mut keeper, entry(2, 1)), Err(BufferError::DiskFull)));
    assert!(!home.path().join("ballast").exists(), "the ballast is given up");
    assert!(keeper.stats().disk_full);
    assert!(matches!(one(&mut keeper, entry(3, 2)), Err(BufferError::DiskFull)));
    let again = Entry { origin: Some([1; 16]), ..entry(1, 3) };
    assert!(matches!(one(&mut keeper, again.clone()), Err(BufferError::DiskFull)));
    faults.disk_full.store(false, Ordering::SeqCst);
    assert!(matches!(one(&mut keeper, entry(1, 4)), Err(BufferError::DiskFull)), "not asked again at once");
    clock.pass(1_000);
    assert!(
        matches!(one(&mut keeper, again), Ok(Appended::Stored)),
        "what the source brings again is no loss"
    );
    clock.pass(20_000);
    assert_eq!(everything(&mut keeper).len(), 2);
    let told = gaps(&events(&mut keeper), GapReason::DiskFull);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].records, told[0].points), (3, 36), "{told:?}");
    assert!(home.path().join("ballast").exists() && !keeper.stats().disk_full);
    keeper.close();
}

#[test]
fn after_a_failed_write_nothing_stored_is_lost_and_nothing_refused_is_there() {
    let home = tempfile::tempdir().unwrap();
    let (mut keeper, faults) = keeper(home.path());
    for second in 0..5 {
        one(&mut keeper, entry(2, second)).unwrap();
    }
    faults.write_error.store(true, Ordering::SeqCst);
    assert!(matches!(one(&mut keeper, entry(2, 5)), Err(BufferError::Engine(_))));
    one(&mut keeper, entry(2, 6)).unwrap();
    let all: Vec<_> = everything(&mut keeper).into_iter().map(|(_, readings)| readings).collect();
    let wanted: Vec<_> = [0, 1, 2, 3, 4, 6].map(|second| readings(2, second)).to_vec();
    assert_eq!(all, wanted);
    keeper.close();
}

/// Whether `needle` is in any file below `dir`.
fn found_in(dir: &Path, needle: &[u8]) -> bool {
    std::fs::read_dir(dir).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found_in(&path, needle)
        } else {
            std::fs::read(&path).unwrap().windows(needle.len()).any(|window| window == needle)
        }
    })
}

fn secret(second: i64) -> Reading {
    let kinds = [("open", Kind::Text), ("canary-metric", Kind::Text)];
    let cell = |text: String| Cell { raw: Raw::Text(text), quality: Quality::GOOD };
    Reading {
        group: super::kit::group("meter-9", &kinds),
        at_ms: super::kit::ms(second),
        cells: vec![cell(format!("fine-{second}")), cell(format!("CANARY-{second}-CANARY"))],
    }
}

fn narrow(reading: Reading) -> Reading {
    let kinds = [("open", Kind::Text)];
    Reading { group: super::kit::group("meter-9", &kinds), cells: reading.cells[..1].to_vec(), ..reading }
}

#[test]
fn what_was_taken_back_is_in_no_file_any_more() {
    let home = tempfile::tempdir().unwrap();
    let (mut keeper, _) = keeper(home.path());
    for second in 0..300 {
        one(&mut keeper, Entry { readings: vec![secret(second)], ..Entry::default() }).unwrap();
        if second % 50 == 49 {
            // Delivered and set-aside records linger in the engine's log, too.
            let range = SeqRange { first: 0, last: u64::try_from(second).unwrap() - 40 };
            keeper.remove(Lane::Telemetry, range, (second == 99).then_some(GapReason::Refused)).unwrap();
        }
    }
    std::fs::create_dir(home.path().join("store.corrupt-1")).unwrap();
    std::fs::write(home.path().join("store.corrupt-1/db"), b"CANARY").unwrap();
    assert!(found_in(home.path(), b"CANARY"), "the search finds what is there");
    let before = everything(&mut keeper);
    let (epoch, next) = (keeper.epoch(), keeper.stats().telemetry.next_seq);
    let sieve = Sieve {
        keep: Box::new(|reading| Some(narrow(reading))),
        keep_event: Box::new(|_| true),
        taken: BTreeMap::new(),
    };
    let rows = keeper.purge(sieve).unwrap();
    assert!(!found_in(home.path(), b"CANARY"), "a value that was taken back is still on the disk");
    assert!(!found_in(home.path(), b"canary-metric"), "so is the name of its metric");
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].metric.as_str(), rows[0].points), ("canary-metric", before.len() as u64));
    let wanted: Vec<_> =
        before.into_iter().map(|(seq, all)| (seq, all.into_iter().map(narrow).collect::<Vec<_>>())).collect();
    assert_eq!(everything(&mut keeper), wanted, "the rest is as it was, under its numbers");
    assert_eq!((keeper.epoch(), keeper.stats().telemetry.next_seq), (epoch, next));
    keeper.close();
    assert!(!found_in(home.path(), b"CANARY"), "not after closing either");
}

#[tokio::test]
async fn appends_that_wait_together_share_one_sync_and_clones_share_one_store() {
    let home = tempfile::tempdir().unwrap();
    let faults = Arc::new(Faults::default());
    Faults::install(&faults);
    let clock: Arc<dyn crate::clock::Clock> = Arc::new(HandClock::default());
    let (buffer, report) = Buffer::open(home.path(), small(), clock, home.path(), chance(9)).unwrap();
    assert!(report.created && report.epoch == buffer.store_epoch());
    let before = faults.syncs.load(Ordering::SeqCst);
    let all = (0..200).map(|second| {
        let buffer = buffer.clone();
        async move { buffer.append(entry(1, second)).await }
    });
    let results = futures_util::future::join_all(all).await;
    assert!(results.into_iter().all(|result| matches!(result, Ok(Appended::Stored))));
    let syncs = faults.syncs.load(Ordering::SeqCst) - before;
    assert!((1..150).contains(&syncs), "{syncs} syncs for 200 appends");
    assert_eq!(buffer.stats().telemetry.records, 200);
    let stored = buffer.read(Lane::Telemetry, 10, 3, usize::MAX).await.unwrap();
    assert_eq!(stored.iter().map(|stored| stored.seq).collect::<Vec<_>>(), [10, 11, 12]);
    assert_eq!(buffer.read(Lane::Telemetry, 0, 100, 13).await.unwrap().len(), 2, "six samples each");
    buffer.remove(Lane::Telemetry, SeqRange { first: 0, last: 198 }).await.unwrap();
    assert_eq!(
        buffer
            .set_aside(Lane::Telemetry, SeqRange { first: 0, last: 500 }, GapReason::Refused)
            .await
            .unwrap(),
        1
    );
    assert_eq!(buffer.stats().lane(Lane::Telemetry).records, 0);
    drop(buffer);
    let clock: Arc<dyn crate::clock::Clock> = Arc::new(HandClock::default());
    Buffer::open(home.path(), small(), clock, home.path(), chance(9))
        .expect("the lock is free once it is dropped");
}
