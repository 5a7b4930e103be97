//! Opening what may be damaged, without a human. (Invariants 2 to 4; EDGE section 6, faults 1 to 4 and 9.)
//!
//! The files are first read without the engine: every whole frame in them is known. Then the engine opens them. If it does
//! not, or shows less than was stored and not removed, it is not trusted again with that log: a fresh store is built from
//! the frames, and the old one is moved aside. What is in no whole frame is lost and becomes a gap event.
//!
//! Identity is kept as long as it is certain, so that what is uploaded a second time is known to the cloud. A store that came
//! back with lower numbers than the cloud may have seen (its end is gone) keeps its epoch and its records their numbers;
//! only the numbers the witness knows of are never given again. What that end said was removed may wait again: it is
//! uploaded once more under the identity it had, and the cloud keeps one. A store that says nothing about itself any more
//! gets a new epoch.

use super::cipher::Cipher;
use super::directory::{self, Generation};
use super::groups::{self, Groups};
use super::load::{self, Loaded};
use super::migrate;
use super::origins::Origins;
use super::ranges::SeqSet;
use super::record;
use super::sled::EngineError;
use super::store::{Home, LANES, Live, Meta, PerLane, key};
use super::survey::{self, Sources, Survey};
use super::types::{Entry, OpenReport};
use super::witness::{Shown, Witness};
use riversync_protocol::v1::{Event, Gap, GapReason, Lane};
use sha2::{Digest, Sha256};

/// Records brought back in one write.
const RESTORE_AT_ONCE: usize = 64;

fn broken(error: impl std::fmt::Display) -> EngineError {
    EngineError::Broken(error.to_string())
}

/// Opens the live store, healed, or makes one; what lies there in the clear is sealed.
pub(super) fn open(home: &Home, witness: &Witness, report: &mut OpenReport) -> Result<Live, EngineError> {
    let mut live = newest(home, witness, report)?;
    if !live.generation.is_sealed {
        live = migrate::seal(home, live, || newest(home, witness, &mut OpenReport::default()))?;
    }
    report.salvaged += migrate::adopt(home, &mut live)?;
    Ok(live)
}

fn newest(home: &Home, witness: &Witness, report: &mut OpenReport) -> Result<Live, EngineError> {
    let layout = directory::layout(&home.dir).map_err(EngineError::from_io)?;
    report.newer_version = layout.other_versions.clone();
    let newest = layout.generations.last().copied();
    let generation = newest.unwrap_or(Generation::NONE);
    super::purge::sweep(home, generation, false).map_err(EngineError::from_io)?;
    let store = directory::store_path(&home.dir, generation);
    let mut sources = Sources::of(&home.dir, &store).map_err(EngineError::from_io)?;
    let mut found = Survey::of(&sources).map_err(EngineError::from_io)?;
    if newest.is_none() {
        report.created = witness.shown().epoch == 0;
        return rebuild(home, witness, generation, &found, &sources, GapReason::StoreReplaced, report);
    }
    if let Err(error) = sources.make_safe(&home.dir, &found) {
        tracing::warn!(%error, "what waits could not be copied before the store is opened");
    }
    let reason = match Live::load(home, generation) {
        Ok(loaded) => match whole(loaded, &mut found, witness) {
            Ok(live) => {
                forget_copies(home)?;
                return Ok(live);
            }
            Err(why) => {
                tracing::error!(why, "the store is damaged; what is whole goes into a fresh one");
                GapReason::Corrupt
            }
        },
        Err(EngineError::Broken(why)) => {
            tracing::error!(%why, "the store does not open; what is whole goes into a fresh one");
            GapReason::StoreReplaced
        }
        Err(error) => return Err(error),
    };
    rebuild(home, witness, generation, &found, &sources, reason, report)
}

/// The store, if the engine shows all that was stored and not removed. Else it is closed, and what it knows of itself goes
/// to `found` if that is newer.
fn whole(loaded: Loaded, found: &mut Survey, witness: &Witness) -> Result<Live, &'static str> {
    let Loaded { live, key_lost, bad, present } = loaded;
    let newest = found.meta.as_ref().map_or(0, |meta| meta.write);
    let why = if key_lost {
        "the key that opens it is lost"
    } else if live.meta.write == 0 {
        "it says nothing about itself"
    } else if newest > live.meta.write {
        "the engine went back to an earlier state"
    } else if !bad.is_empty() {
        "values do not pass their check sum"
    } else if !LANES.iter().all(|lane| has_all(&live.meta, &present, found, *lane)) {
        "records are missing"
    } else if forgot(&live.meta, &witness.shown()) {
        "it has lost numbers that the cloud may have seen"
    } else {
        return Ok(live);
    };
    if live.meta.write >= newest && live.meta.write > 0 {
        found.meta = Some(live.meta.clone());
    }
    live.engine.close();
    Err(why)
}

fn has_all(meta: &Meta, present: &PerLane<SeqSet>, found: &Survey, lane: Lane) -> bool {
    let next = *meta.next.of(lane);
    let ends = [present.of(lane).last(), found.seqs.of(lane).last()];
    ends.into_iter().flatten().all(|last| last < next)
        && present.of(lane).missing(meta.removed.of(lane), next).count() == 0
        && present.of(lane).common(meta.removed.of(lane)).count() == 0
}

/// Whether numbers that were shown are no longer known to have been given.
pub(super) fn forgot(meta: &Meta, shown: &Shown) -> bool {
    shown.epoch == meta.epoch && LANES.iter().any(|lane| shown.below.of(*lane) > meta.next.of(*lane))
}

/// A random epoch, another one each time.
fn new_epoch(home: &Home) -> u64 {
    let mut hasher = Sha256::new();
    hasher.update(home.seed);
    hasher.update(home.clock.now_ms().to_le_bytes());
    hasher.update(home.clock.monotonic().as_nanos().to_le_bytes());
    let digest = hasher.finalize();
    let first: [u8; 8] = digest.first_chunk::<8>().copied().unwrap_or_default();
    u64::from_le_bytes(first).max(1)
}

/// Makes a fresh store out of whatever is whole in the files of generation `old`.
fn rebuild(
    home: &Home,
    witness: &Witness,
    old: Generation,
    found: &Survey,
    sources: &Sources,
    reason: GapReason,
    report: &mut OpenReport,
) -> Result<Live, EngineError> {
    let mut meta = found.meta.clone().unwrap_or_default();
    for lane in LANES {
        let seen = found.seqs.of(lane).last().map_or(0, |last| last + 1);
        *meta.next.of_mut(lane) = seen.max(*meta.next.of(lane));
    }
    let certain = found.meta.is_some();
    let waiting = LANES.map(|lane| (lane, found.waiting(lane)));
    if certain {
        skip_shown(&mut meta, witness);
    } else {
        meta = renewed(home, meta, witness);
    }
    meta.write += 1;
    let cipher = load::cipher(home, &directory::store_path(&home.dir, old))?.unwrap_or_default();
    // Frames that are carried over as they are keep their key.
    let key = cipher.key().filter(|_| certain).cloned().map_or_else(|| home.fresh_key(), Ok)?;
    let mut live = Live::fresh(home, old.next(), meta, key)?;
    let mut groups = Groups::default();
    for sealed in found.groups.values() {
        groups.load(sealed, &cipher);
    }
    if certain {
        live.groups = groups.clone();
    }
    bring_back_directory(&mut live, found, &cipher, certain)?;
    let mut lost = 0;
    for (lane, wanted) in waiting {
        let saved = if certain {
            restore(&mut live, lane, &wanted, sources)?
        } else {
            salvage(home, &mut live, lane, &wanted, &groups, sources, &cipher)?
        };
        report.salvaged += saved;
        // A store that knows nothing of itself does not know what it lost either.
        lost += if found.meta.is_some() { wanted.count().saturating_sub(saved) } else { 0 };
    }
    report.lost += lost;
    tell_again(home, &mut live, found)?;
    if lost > 0 || (reason == GapReason::StoreReplaced && !report.created) {
        let now_ms = home.clock.now_ms();
        let gap = Gap { from_ms: now_ms, to_ms: now_ms, records: lost, points: 0, reason, at_ms: now_ms };
        let mut write = live.begin();
        write.lose(&gap, now_ms).map_err(broken)?;
        live.write(write)?;
    }
    live.engine.close();
    install(home, old, report)
}

/// Tells a loss again, whose event was torn.
fn tell_again(home: &Home, live: &mut Live, found: &Survey) -> Result<(), EngineError> {
    let Some((seq, gap)) = found.told_last() else { return Ok(()) };
    let was_waiting = found.waiting(Lane::Events).contains(seq);
    if !was_waiting || !live.page(Lane::Events, seq, seq, 1, 1)?.is_empty() {
        return Ok(());
    }
    let mut write = live.begin();
    write.add_event(&Event::Gap(gap.clone()), home.clock.now_ms()).map_err(broken)?;
    live.write(write)
}

/// Makes the fresh store the live one and moves the old one aside.
fn install(home: &Home, old: Generation, report: &mut OpenReport) -> Result<Live, EngineError> {
    directory::finish(&home.dir, old.next()).map_err(EngineError::from_io)?;
    if directory::store_path(&home.dir, old).exists() {
        let to = directory::move_aside(&home.dir, old, home.clock.now_ms()).map_err(EngineError::from_io)?;
        report.moved_aside = Some(to);
    }
    keep_room(home).map_err(EngineError::from_io)?;
    forget_copies(home)?;
    let loaded = Live::load(home, old.next())?;
    if loaded.bad.is_empty() { Ok(loaded.live) } else { Err(broken("a fresh store does not read back")) }
}

/// Numbers that the cloud may have seen are never given again, though their records are gone.
fn skip_shown(meta: &mut Meta, witness: &Witness) {
    let shown = witness.shown();
    if shown.epoch != meta.epoch {
        return;
    }
    for lane in LANES {
        let (next, below) = (*meta.next.of(lane), *shown.below.of(lane));
        if below > next {
            meta.removed.of_mut(lane).insert(next, below - 1);
            *meta.next.of_mut(lane) = below;
        }
    }
}

/// What a store with a new epoch begins with. Numbers go on, so that an answer about the old store cannot mean a record
/// of this one.
fn renewed(home: &Home, known: Meta, witness: &Witness) -> Meta {
    let mut meta = Meta { epoch: new_epoch(home), removed: PerLane::default(), open_gap: None, ..known };
    for lane in LANES {
        let next = (*meta.next.of(lane)).max(*witness.shown().below.of(lane));
        *meta.next.of_mut(lane) = next;
        if next > 0 {
            meta.removed.of_mut(lane).insert(0, next - 1);
        }
    }
    meta
}

/// Groups, when records keep naming them by number, and the origins seen.
fn bring_back_directory(
    live: &mut Live,
    found: &Survey,
    cipher: &Cipher,
    with_groups: bool,
) -> Result<(), EngineError> {
    let mut write = live.begin();
    if with_groups {
        for (number, sealed) in found.groups.iter().filter(|(number, _)| live.groups.get(**number).is_some())
        {
            write.changes.extend(groups::keys(*number).map(|key| {
                let value = migrate::carried(&live.cipher, &key, sealed);
                (key, Some(value))
            }));
        }
    }
    write.meta.next_group = write.meta.next_group.max(live.groups.next());
    live.groups.reserve(write.meta.next_group);
    let seen = found.origins.values().filter_map(|sealed| Origins::read(sealed, cipher));
    live.origins = Origins::load(seen.collect());
    write.changes.extend(live.origins.frames(&live.cipher));
    live.write(write)
}

/// Writes the wanted records that are whole into the fresh store, under their own numbers; says how many. The others count
/// as removed from now on.
fn restore(live: &mut Live, lane: Lane, wanted: &SeqSet, sources: &Sources) -> Result<u64, EngineError> {
    let places = sources.places(lane, wanted).map_err(EngineError::from_io)?;
    let mut restored = SeqSet::default();
    for some in places.chunks(RESTORE_AT_ONCE) {
        let mut write = live.begin();
        for place in some {
            let sealed = sources.fetch(lane, *place).filter(|sealed| match lane {
                Lane::Telemetry => live.readings(place.seq, sealed).is_some(),
                Lane::Events => live.event(place.seq, sealed).is_some(),
            });
            if let Some(sealed) = sealed {
                let key = key(lane, place.seq);
                let sealed = migrate::carried(&live.cipher, &key, &sealed);
                let added = write.added.of_mut(lane);
                added.records += 1;
                added.bytes += sealed.len() as u64;
                write.changes.push((key, Some(sealed)));
                restored.insert(place.seq, place.seq);
            }
        }
        live.write(write)?;
    }
    let mut write = live.begin();
    let next = wanted.last().map_or(0, |last| last + 1);
    for (first, last) in restored.missing(&SeqSet::default(), next).common(wanted).ranges() {
        write.meta.removed.of_mut(lane).insert(first, last);
    }
    live.write(write)?;
    Ok(restored.count())
}

fn forget_copies(home: &Home) -> Result<(), EngineError> {
    let copies = [survey::SAFE, "safe.new"].map(|name| home.dir.join(name));
    copies.iter().try_for_each(|path| directory::delete(path)).map_err(EngineError::from_io)
}

/// Only the newest store that was moved aside is kept, and only while it is small beside the bound.
fn keep_room(home: &Home) -> std::io::Result<()> {
    let aside = directory::layout(&home.dir)?.aside;
    let newest = aside.len().saturating_sub(1);
    for (at, path) in aside.iter().enumerate() {
        if at < newest || directory::bytes(path) > home.limits.max_bytes / 4 {
            directory::delete(path)?;
        }
    }
    directory::sync(&home.dir)
}

/// Appends the whole records among `wanted` to `live` under new numbers; says how many.
pub(super) fn salvage(
    home: &Home,
    live: &mut Live,
    lane: Lane,
    wanted: &SeqSet,
    groups: &Groups,
    sources: &Sources,
    cipher: &Cipher,
) -> Result<u64, EngineError> {
    let places = sources.places(lane, wanted).map_err(EngineError::from_io)?;
    let mut saved = 0;
    for some in places.chunks(RESTORE_AT_ONCE) {
        let mut write = live.begin();
        for place in some {
            let Some(sealed) = sources.fetch(lane, *place) else { continue };
            let entry = match lane {
                Lane::Telemetry => record::readings(&sealed, place.seq, groups, cipher)
                    .map(|readings| Entry { readings, ..Entry::default() }),
                Lane::Events => record::event(&sealed, place.seq, cipher)
                    .map(|event| Entry { events: vec![event], ..Entry::default() }),
            };
            if let Some(entry) = entry
                && write.add_entry(&entry, &mut live.groups, home.clock.now_ms()).is_ok()
            {
                saved += 1;
            }
        }
        live.write(write)?;
        live.hold_bound(home)?;
    }
    Ok(saved)
}
