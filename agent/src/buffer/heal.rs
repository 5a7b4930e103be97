//! Opening what may be damaged, without a human. (Invariants 2 to 4; EDGE section 6, faults 1 to 4 and 9.)
//!
//! The log is first read without the engine: every whole frame in it is known. Then the engine opens it. Whatever the
//! engine no longer shows although it was never removed is brought back from its frame; what is in no frame is lost and
//! becomes a gap event. When the engine does not open at all, or the store came back with lower numbers than the cloud
//! may have seen, everything whole goes into a fresh store with a new epoch and the old one is moved aside.

use super::directory;
use super::frame::{self, FrameKind};
use super::groups::{self, Groups};
use super::load::Loaded;
use super::origins::Origins;
use super::ranges::SeqSet;
use super::record;
use super::sled::{Engine, EngineError};
use super::store::{Home, LANES, Live, Meta, PerLane, Write, key};
use super::survey::{self, Survey};
use super::types::{Entry, OpenReport};
use super::witness::Witness;
use riversync_protocol::v1::{Gap, GapReason, Lane};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::path::Path;

/// Records brought back in one write.
const RESTORE_AT_ONCE: usize = 64;

fn broken(error: impl std::fmt::Display) -> EngineError {
    EngineError::Broken(error.to_string())
}

/// Opens the live store, healed, or makes one.
pub(super) fn open(home: &Home, witness: &Witness, report: &mut OpenReport) -> Result<Live, EngineError> {
    let layout = directory::layout(&home.dir).map_err(EngineError::from_io)?;
    report.newer_version = layout.other_versions.clone();
    let newest = layout.generations.last().copied();
    super::purge::sweep(home, newest.unwrap_or(0), false).map_err(EngineError::from_io)?;
    let Some(generation) = newest else {
        report.created = witness.shown().epoch == 0;
        return replace(home, witness, 0, report);
    };
    let log = Engine::log_path(&directory::store_path(&home.dir, generation));
    let found = Survey::of(&log).map_err(EngineError::from_io)?;
    let opened =
        Live::load(home, generation).and_then(|loaded| mend(home, witness, loaded, &found, &log, report));
    match opened {
        Ok(live) => Ok(live),
        Err(EngineError::Broken(why)) => {
            tracing::error!(%why, "the store is damaged; it is moved aside and what is whole goes into a fresh one");
            replace(home, witness, generation, report)
        }
        Err(error) => Err(error),
    }
}

/// Brings back what the engine lost and counts what nobody has.
fn mend(
    home: &Home,
    witness: &Witness,
    loaded: Loaded,
    found: &Survey,
    log: &Path,
    report: &mut OpenReport,
) -> Result<Live, EngineError> {
    let Loaded { mut live, bad, present } = loaded;
    let mut base = live.meta.clone();
    if let Some(best) = found.meta.as_ref().filter(|best| best.write > base.write) {
        base = best.clone();
    }
    if base.write == 0 {
        live.engine.close();
        return Err(broken("it says nothing about itself"));
    }
    for lane in LANES {
        let ends = [present.of(lane).last(), found.seqs.of(lane).last()];
        let next = ends.into_iter().flatten().map(|last| last + 1).fold(*base.next.of(lane), u64::max);
        *base.next.of_mut(lane) = next;
        if witness.shown().epoch == base.epoch && *witness.shown().below.of(lane) > next {
            live.engine.close();
            return Err(broken("it has lost numbers that the cloud may have seen"));
        }
    }
    let want = lanes(|lane| present.of(lane).missing(base.removed.of(lane), *base.next.of(lane)));
    let whole = bad.is_empty() && base == live.meta && LANES.iter().all(|lane| want.of(*lane).count() == 0);
    if whole && found.groups.keys().all(|number| live.groups.get(*number).is_some()) {
        return Ok(live);
    }
    let mut write = live.begin();
    write.meta = Meta { write: base.write.max(live.meta.write) + 1, ..base };
    drop_bad(&live, &mut write, &bad)?;
    for lane in LANES {
        let stale = present.of(lane).common(write.meta.removed.of(lane));
        for seq in stale.ranges().flat_map(|(first, last)| first..=last) {
            write.take(lane, seq, 0);
        }
    }
    bring_back_directory(&mut live, &mut write, found);
    live.write(write)?;
    let now_ms = home.clock.now_ms();
    let mut lost = 0;
    for lane in LANES {
        let restored = bring_back(&mut live, lane, want.of(lane), found, log)?;
        report.salvaged += restored.count();
        let missing = restored.missing(&SeqSet::default(), *live.meta.next.of(lane)).common(want.of(lane));
        lost += missing.count();
        let mut write = live.begin();
        for (first, last) in missing.ranges() {
            write.meta.removed.of_mut(lane).insert(first, last);
        }
        live.write(write)?;
    }
    report.lost += lost;
    note(&mut live, lost, GapReason::Corrupt, now_ms)?;
    // Counts and sizes were taken before the repair.
    let generation = live.generation;
    live.engine.close();
    let loaded = Live::load(home, generation)?;
    if loaded.bad.is_empty() {
        Ok(loaded.live)
    } else {
        Err(broken("it does not keep what is written to it"))
    }
}

fn lanes<T>(mut of: impl FnMut(Lane) -> T) -> PerLane<T> {
    PerLane { telemetry: of(Lane::Telemetry), events: of(Lane::Events) }
}

/// Sets damaged values aside: out of the way of every reader, but not thrown away.
fn drop_bad(live: &Live, write: &mut Write, bad: &[Vec<u8>]) -> Result<(), EngineError> {
    for key in bad {
        if let Some(value) = live.engine.get(key)? {
            write.quarantine(key, value);
        }
        write.changes.push((key.clone(), None));
    }
    Ok(())
}

/// Groups and origins that are whole in the log but not in the engine.
fn bring_back_directory(live: &mut Live, write: &mut Write, found: &Survey) {
    for (number, sealed) in &found.groups {
        if let Some(body) = frame::open(FrameKind::Group, sealed) {
            live.groups.load(body);
        }
        for key in groups::keys(*number) {
            write.changes.push((key, Some(sealed.clone())));
        }
    }
    write.meta.next_group = write.meta.next_group.max(live.groups.next());
    let mut origins = Origins::load(found.origins.values().map(Vec::as_slice));
    for origin in live.origins.all() {
        if !origins.contains(&origin) {
            write.changes.extend(origins.push(origin));
        }
    }
    write.changes.extend(origins.frames());
    live.origins = origins;
}

/// Writes the wanted records that are whole in the log back into the engine, and says which.
fn bring_back(
    live: &mut Live,
    lane: Lane,
    want: &SeqSet,
    found: &Survey,
    log: &Path,
) -> Result<SeqSet, EngineError> {
    let mut restored = SeqSet::default();
    let want = want.common(found.seqs.of(lane));
    if want.count() == 0 {
        return Ok(restored);
    }
    let places = survey::places(log, lane, &want).map_err(EngineError::from_io)?;
    let file = File::open(log).map_err(EngineError::from_io)?;
    for some in places.chunks(RESTORE_AT_ONCE) {
        let mut write = live.begin();
        for place in some {
            let sealed =
                survey::fetch(&file, lane, *place).filter(|sealed| reads(live, lane, place.seq, sealed));
            if let Some(sealed) = sealed {
                write.changes.push((key(lane, place.seq), Some(sealed)));
                restored.insert(place.seq, place.seq);
            }
        }
        live.write(write)?;
    }
    Ok(restored)
}

fn reads(live: &Live, lane: Lane, seq: u64, sealed: &[u8]) -> bool {
    match lane {
        Lane::Telemetry => live.readings(seq, sealed).is_some(),
        Lane::Events => Live::event(seq, sealed).is_some(),
    }
}

fn note(live: &mut Live, records: u64, reason: GapReason, now_ms: i64) -> Result<(), EngineError> {
    if records > 0 {
        let gap = Gap { from_ms: now_ms, to_ms: now_ms, records, points: 0, reason, at_ms: now_ms };
        let mut write = live.begin();
        write.lose(&gap, now_ms).map_err(broken)?;
        live.write(write)?;
    }
    Ok(())
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

/// Makes a fresh store with a new epoch out of whatever is whole in the log of generation `old`.
fn replace(home: &Home, witness: &Witness, old: u64, report: &mut OpenReport) -> Result<Live, EngineError> {
    let old_path = directory::store_path(&home.dir, old);
    let log = Engine::log_path(&old_path);
    let found = Survey::of(&log).map_err(EngineError::from_io)?;
    let known = found.meta.clone().unwrap_or_default();
    let mut meta = Meta { epoch: new_epoch(home), ..Meta::default() };
    (meta.dropped, meta.corrupt) = (known.dropped.clone(), known.corrupt);
    for lane in LANES {
        // Numbers go on, so that an answer about the old store cannot mean a record of this one.
        let seen = found.seqs.of(lane).last().map_or(0, |last| last + 1);
        let next = seen.max(*known.next.of(lane)).max(*witness.shown().below.of(lane));
        *meta.next.of_mut(lane) = next;
        if next > 0 {
            meta.removed.of_mut(lane).insert(0, next - 1);
        }
    }
    let upto = meta.next;
    let mut live = Live::fresh(home, old + 1, meta)?;
    let mut groups = Groups::default();
    for body in found.groups.values().filter_map(|sealed| frame::open(FrameKind::Group, sealed)) {
        groups.load(body);
    }
    let mut lost = 0;
    for lane in LANES {
        // Without the store's own record nobody knows what was delivered: it comes again rather than never.
        let wanted = SeqSet::default().missing(known.removed.of(lane), *upto.of(lane));
        let saved = salvage(home, &mut live, lane, &wanted, &groups, &log)?;
        report.salvaged += saved;
        lost += if found.meta.is_some() { wanted.count().saturating_sub(saved) } else { 0 };
    }
    let mut write = live.begin();
    for body in found.origins.values() {
        if let Ok((_, origin)) = postcard::from_bytes::<(u64, [u8; 16])>(body) {
            write.changes.extend(live.origins.push(origin));
        }
    }
    if !report.created {
        let now_ms = home.clock.now_ms();
        let reason = GapReason::StoreReplaced;
        let gap = Gap { from_ms: now_ms, to_ms: now_ms, records: lost, points: 0, reason, at_ms: now_ms };
        write.lose(&gap, now_ms).map_err(broken)?;
    }
    live.write(write)?;
    report.lost += lost;
    live.engine.close();
    directory::finish(&home.dir, old + 1).map_err(EngineError::from_io)?;
    if old_path.exists() {
        let to = directory::move_aside(&home.dir, old, home.clock.now_ms()).map_err(EngineError::from_io)?;
        report.moved_aside = Some(to);
    }
    keep_room(home).map_err(EngineError::from_io)?;
    let loaded = Live::load(home, old + 1)?;
    if loaded.bad.is_empty() { Ok(loaded.live) } else { Err(broken("a fresh store does not read back")) }
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
fn salvage(
    home: &Home,
    live: &mut Live,
    lane: Lane,
    wanted: &SeqSet,
    groups: &Groups,
    log: &Path,
) -> Result<u64, EngineError> {
    let places = survey::places(log, lane, wanted).map_err(EngineError::from_io)?;
    let Some(_) = places.first() else { return Ok(0) };
    let file = File::open(log).map_err(EngineError::from_io)?;
    let mut saved = 0;
    for some in places.chunks(RESTORE_AT_ONCE) {
        let mut write = live.begin();
        for place in some {
            let Some(sealed) = survey::fetch(&file, lane, *place) else { continue };
            let Some(body) = frame::open(record::kind_of(lane), &sealed) else { continue };
            let entry = match lane {
                Lane::Telemetry => record::readings(body, place.seq, groups)
                    .map(|readings| Entry { readings, ..Entry::default() }),
                Lane::Events => {
                    record::event(body, place.seq).map(|e| Entry { events: vec![e], ..Entry::default() })
                }
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
