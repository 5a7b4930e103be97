//! Sealing and its keys: what opens what, what a lost or destroyed key means, that no nonce comes twice.

use super::damage::{files, small_store};
use super::kit::{HandClock, chance, copy_dir, entry, events, everything, keeper, one, open_keeper, small};
use crate::buffer::cipher::Cipher;
use crate::buffer::erased;
use crate::buffer::frame::{self, FrameKind};
use crate::buffer::keeper::Keeper;
use crate::buffer::keys::{self, AgentKey, DataKey, Kept};
use crate::buffer::purge::Sieve;
use crate::buffer::record::{self, Head};
use crate::buffer::{BufferError, Inspection};
use proptest::prelude::*;
use riversync_protocol::v1::{Event, GapReason, Lane};
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

fn cipher(seed: u8) -> Cipher {
    Cipher::new(DataKey::fresh(&chance(seed)).unwrap(), [seed; 16])
}

/// The frame of other bytes under the check sum that fits them.
fn refit(kind: FrameKind, body: &[u8]) -> Vec<u8> {
    frame::sealed(kind, body).unwrap()
}

proptest! {
    #[test]
    fn what_is_sealed_opens_with_its_key_and_nothing_else_opens(
        seq in any::<u64>(), at_ms in any::<i64>(), points in 0u64..1_000_000, sum in any::<u32>(),
        rest in prop::collection::vec(any::<u8>(), 0..2_000), bit in any::<prop::sample::Index>(), other in any::<u64>(),
    ) {
        let (key, wrong) = (cipher(1), cipher(2));
        let head = Head { seq, write: 7, points, first_ms: at_ms, last_ms: at_ms, groups_sum: sum };
        for lane in [Lane::Telemetry, Lane::Events] {
            let kind = record::kind_of(lane);
            let sealed = record::seal(lane, head, &rest, &key).unwrap();
            let opened = record::open(lane, &sealed, &key).unwrap();
            prop_assert_eq!(opened.head, head);
            prop_assert_eq!(opened.rest.as_ref(), rest.as_slice());
            prop_assert_eq!(record::open(lane, &sealed, &wrong), None);
            prop_assert_eq!(record::open(lane, &sealed, &Cipher::default()), None);

            // Whoever can write to the disk can make the check sum fit: any bit of the body, and any other number.
            let body = frame::open(kind, &sealed).unwrap();
            let mut flipped = body.to_vec();
            let at = bit.index(flipped.len() * 8);
            flipped[at / 8] ^= 1 << (at % 8);
            prop_assert!(record::open(lane, &refit(kind, &flipped), &key).is_none());
            let (said, hidden) = postcard::take_from_bytes::<Head>(body).unwrap();
            prop_assert_eq!(said.groups_sum, 0);
            if other != seq {
                let mut moved = postcard::to_stdvec(&Head { seq: other, ..said }).unwrap();
                moved.extend_from_slice(hidden);
                prop_assert!(record::open(lane, &refit(kind, &moved), &key).is_none());
            }
            let foreign = if lane == Lane::Events { Lane::Telemetry } else { Lane::Events };
            prop_assert!(record::open(foreign, &refit(record::kind_of(foreign), body), &key).is_none());
        }
    }
}

/// All nonces of sealed frames below `dir`.
fn nonces(dir: &Path) -> Vec<Vec<u8>> {
    let mut nonces = Vec::new();
    for path in files(dir) {
        frame::scan(&mut std::fs::File::open(path).unwrap(), |_, kind, body, sealed| {
            if !frame::read(kind, sealed).is_some_and(|(is_sealed, _)| is_sealed) {
                return;
            }
            let rest = match kind {
                FrameKind::Telemetry | FrameKind::Event => postcard::take_from_bytes::<Head>(body).unwrap().1,
                FrameKind::Group => postcard::take_from_bytes::<u32>(body).unwrap().1,
                _ => postcard::take_from_bytes::<u64>(body).unwrap().1,
            };
            nonces.push(rest[..24].to_vec());
        })
        .unwrap();
    }
    nonces
}

/// A process that dies may have written what it never counted. The next one must not seal other content under the same
/// nonce, or both could be read.
#[test]
fn no_nonce_comes_twice_whatever_crashes() {
    let home = tempfile::tempdir().unwrap();
    small_store(home.path());
    let before: BTreeSet<_> = nonces(home.path()).into_iter().collect();
    assert!(before.len() > 15, "{} nonces", before.len());
    let mut lives = BTreeSet::new();
    for life in 2..6 {
        // Each begins with what the disk was before any of them, as if the ones before had not been synced.
        let copy = tempfile::tempdir().unwrap();
        copy_dir(home.path(), copy.path());
        let (mut keeper, _) = open_keeper(copy.path(), small(), life).unwrap();
        one(&mut keeper, entry(2, 100)).unwrap();
        keeper.close();
        let fresh: BTreeSet<_> =
            nonces(copy.path()).into_iter().filter(|nonce| !before.contains(nonce)).collect();
        assert!(!fresh.is_empty());
        for nonce in fresh {
            assert!(lives.insert(nonce), "a nonce was given in two lives");
        }
    }
}

fn take_back(device: &'static str) -> Sieve {
    Sieve {
        keep: Box::new(move |reading| (reading.group.device.as_str() != device).then_some(reading)),
        keep_event: Box::new(|_| true),
        taken: BTreeMap::new(),
    }
}

#[test]
fn what_was_taken_back_cannot_be_opened_anywhere_any_more() {
    let home = tempfile::tempdir().unwrap();
    let (mut keeper, _) = keeper(home.path());
    for second in 0..20 {
        one(&mut keeper, entry(2, second)).unwrap();
    }
    let copy = tempfile::tempdir().unwrap();
    copy_dir(home.path(), copy.path());
    let key = home.path().join("store-v2-1/key");
    let held = std::fs::File::open(&key).unwrap();
    let len = usize::try_from(held.metadata().unwrap().len()).unwrap();
    let wrapped = std::fs::read(&key).unwrap();
    assert!(wrapped.iter().any(|byte| *byte != 0));

    keeper.purge(take_back("meter-1")).unwrap();
    let said = erased::read(home.path()).unwrap();
    assert!(said.is_whole && said.lines.len() == 1 && said.lines[0].points == 20 * 6, "{said:?}");
    assert!(!key.exists() && !home.path().join("store-v2-1").exists());
    let mut left = vec![1; len];
    held.read_exact_at(&mut left, 0).unwrap();
    assert!(left.iter().all(|byte| *byte == 0), "the bytes of the key are still on the disk");
    let kept = everything(&mut keeper);
    assert!(kept.len() == 20 && kept.iter().all(|(_, readings)| readings.len() == 1), "what may stay stays");
    keeper.close();

    // Somebody kept the whole old store, but its key is gone. The key that the gateway has now does not open it.
    for stolen in [None, Some(home.path().join("store-v2-2/key"))] {
        let thief = tempfile::tempdir().unwrap();
        copy_dir(copy.path(), thief.path());
        let key = thief.path().join("store-v2-1/key");
        std::fs::remove_file(&key).unwrap();
        if let Some(stolen) = &stolen {
            std::fs::copy(stolen, key).unwrap();
        }
        let (mut keeper, report) = open_keeper(thief.path(), small(), 3).unwrap();
        assert_eq!(everything(&mut keeper), Vec::new(), "with {stolen:?}");
        assert_eq!((report.salvaged, report.lost), (0, 20), "with {stolen:?}");
        keeper.close();
    }
    // With it, all of it opens: it was the key that mattered.
    let (mut keeper, _) = open_keeper(copy.path(), small(), 3).unwrap();
    assert_eq!(everything(&mut keeper).len(), 20);
    keeper.close();
}

/// Opens a store whose records cannot be opened any more.
fn opens_without(dir: &Path, what: &str) {
    let store = Inspection::open(dir, dir).unwrap().unwrap();
    assert!(store.trouble().is_some_and(|why| why.contains("key")), "{what}: {:?}", store.trouble());
    let damaged: u64 = [Lane::Telemetry, Lane::Events].map(|lane| store.verify(lane).damaged()).iter().sum();
    let epoch = store.epoch();
    drop(store);
    let clock = Arc::new(HandClock::default());
    let (mut keeper, report) = Keeper::open(dir, small(), clock, dir, chance(9)).unwrap();
    assert_eq!((report.salvaged, report.lost), (0, damaged), "{what}");
    assert_eq!(
        (damaged, Some(report.epoch)),
        (12, epoch),
        "{what}: the loss is exact, the store is the same"
    );
    assert!(report.moved_aside.is_some(), "{what}: nothing is thrown away");
    let told = events(&mut keeper);
    assert!(
        told.iter().any(|(_, event)| matches!(event, Event::Gap(gap) if gap.records == 12 && gap.reason == GapReason::Corrupt)),
        "{what}: {told:?}"
    );
    one(&mut keeper, entry(1, 50)).unwrap();
    assert_eq!(
        everything(&mut keeper).first().map(|(seq, _)| *seq),
        Some(13),
        "{what}: no number comes twice"
    );
    keeper.close();
}

#[test]
fn a_lost_key_is_a_counted_gap() {
    let home = tempfile::tempdir().unwrap();
    small_store(home.path());
    let copied = || {
        let copy = tempfile::tempdir().unwrap();
        copy_dir(home.path(), copy.path());
        let key = copy.path().join("store-v2-1/key");
        (copy, key)
    };
    let (copy, key) = copied();
    std::fs::remove_file(key).unwrap();
    opens_without(copy.path(), "no key");
    let (copy, key) = copied();
    std::fs::write(key, b"").unwrap();
    opens_without(copy.path(), "an empty key");
    let (copy, key) = copied();
    std::fs::write(key, [0x5a; 20_000]).unwrap();
    opens_without(copy.path(), "a damaged key");
    let (copy, _) = copied();
    std::fs::remove_file(copy.path().join("store.key")).unwrap();
    opens_without(copy.path(), "without the agent's key");
    let (copy, _) = copied();
    std::fs::write(copy.path().join("store.key"), [0x5a; 20_000]).unwrap();
    opens_without(copy.path(), "with a damaged key of the agent");
}

#[test]
fn each_key_survives_a_damaged_block() {
    let state = tempfile::tempdir().unwrap();
    let random = chance(3);
    let agent = AgentKey::open(state.path(), &random).unwrap();
    let store = state.path().join("store");
    std::fs::create_dir(&store).unwrap();
    let key = DataKey::fresh(&random).unwrap();
    keys::keep(&store, &key, &agent, &random).unwrap();
    let same = |agent: &AgentKey| match keys::read(&store, agent).unwrap() {
        Kept::Key(found) => found.bytes() == key.bytes(),
        Kept::Nothing | Kept::Lost => false,
    };
    assert!(same(&agent));
    for file in [state.path().join("store.key"), store.join("key")] {
        let whole = std::fs::read(&file).unwrap();
        for block in 0..whole.len().div_ceil(4_096) {
            let mut damaged = whole.clone();
            damaged.iter_mut().skip(block * 4_096).take(4_096).for_each(|byte| *byte = 0xa5);
            std::fs::write(&file, damaged).unwrap();
            let agent = AgentKey::open(state.path(), &random).unwrap();
            assert!(same(&agent), "block {block} of {}", file.display());
        }
        std::fs::write(&file, whole).unwrap();
    }
    std::fs::write(state.path().join("store.key"), b"nothing of a key").unwrap();
    assert!(!same(&AgentKey::open(state.path(), &random).unwrap()), "another key was made");
    assert!(state.path().join("store.key.corrupt").exists(), "and the damaged one is kept");
}

#[test]
fn a_key_that_others_may_read_is_refused_and_so_is_a_gateway_without_randomness() {
    use std::os::unix::fs::PermissionsExt;
    let state = tempfile::tempdir().unwrap();
    let error =
        AgentKey::open(state.path(), &(Arc::new(|_: &mut [u8]| Err(std::io::Error::other("none"))) as _));
    assert!(matches!(error, Err(BufferError::Directory { .. })), "{error:?}");
    assert!(!state.path().join("store.key").exists());
    AgentKey::open(state.path(), &chance(3)).unwrap();
    let path = state.path().join("store.key");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let error = AgentKey::open(state.path(), &chance(3)).unwrap_err().to_string();
    assert!(error.contains("chmod 600"), "{error}");
}
