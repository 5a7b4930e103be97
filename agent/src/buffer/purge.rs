//! Rewriting the store into a fresh directory: to take back what is no longer granted, or to leave garbage behind.
//!
//! Identity is kept: epoch, numbers and what was removed stay. The swap is one rename; a crash before it leaves the old
//! store, a crash after it leaves the new one, and what is not live is deleted at the next start. (Invariant 6.)
//!
//! Taking back makes a fresh key, and the old store is deleted key first: what the disk keeps of it opens to nobody.
//! Leaving garbage behind keeps the key, so the frames are copied as they are; what is in the clear is sealed on the way.

use super::directory::{self, Generation};
use super::erased;
use super::gaps;
use super::keys::DataKey;
use super::load::Loaded;
use super::migrate;
use super::record::{self, Draft};
use super::sled::EngineError;
use super::store::{Home, LANES, Live, META_KEYS, Write, event_ms};
use super::types::{KeepEvent, KeepReading};
use crate::reading::Reading;
use riversync_protocol::ids::{DeviceId, MetricName};
use riversync_protocol::v1::{Event, GapReason, Lane, PurgedRow};
use std::collections::{BTreeMap, BTreeSet};

/// Records copied in one write.
const COPY_AT_ONCE: usize = 256;
/// Bytes copied in one write.
const COPY_BYTES: usize = 1 << 20;

/// What was taken back, by device and metric.
pub(super) type Taken = BTreeMap<(DeviceId, MetricName), u64>;

/// Counts what `kept` no longer has of `reading`.
fn count(reading: &Reading, kept: Option<&Reading>, taken: &mut Taken) {
    let stays: BTreeSet<&MetricName> = kept
        .filter(|kept| kept.group.device == reading.group.device)
        .map(|kept| kept.group.columns.iter().map(|column| &column.metric).collect())
        .unwrap_or_default();
    for column in reading.group.columns.iter().filter(|column| !stays.contains(&column.metric)) {
        *taken.entry((reading.group.device.clone(), column.metric.clone())).or_default() += 1;
    }
}

pub(super) fn rows(taken: Taken) -> Vec<PurgedRow> {
    taken.into_iter().map(|((device, metric), points)| PurgedRow { device, metric, points }).collect()
}

/// A sieve and what it took.
pub(super) struct Sieve {
    pub(super) keep: KeepReading,
    pub(super) keep_event: KeepEvent,
    pub(super) taken: Taken,
}

impl Sieve {
    /// Copies one telemetry record as far as it may stay.
    fn readings(
        &mut self,
        write: &mut Write,
        to: &mut Live,
        seq: u64,
        all: Vec<Reading>,
    ) -> Result<(), EngineError> {
        let mut kept = Vec::with_capacity(all.len());
        for reading in all {
            let stays = (self.keep)(reading.clone());
            count(&reading, stays.as_ref(), &mut self.taken);
            kept.extend(stays);
        }
        let drafts = record::drafts(&kept, &mut to.groups, &to.cipher, |number, sealed| {
            for key in super::groups::keys(number) {
                write.changes.push((key, Some(sealed.clone())));
            }
        });
        write.meta.next_group = to.groups.next();
        match drafts.as_deref() {
            Ok([draft]) => {
                write.put(Lane::Telemetry, seq, draft).map_err(|e| EngineError::Broken(e.to_string()))
            }
            // What a sieve lets through is never larger than what went in, so anything else is nothing.
            _ => {
                write.meta.removed.telemetry.insert(seq, seq);
                Ok(())
            }
        }
    }

    /// Copies one event, or says in its place that it was purged.
    fn event(&mut self, write: &mut Write, seq: u64, event: &Event, now_ms: i64) -> Result<(), EngineError> {
        let stays = (self.keep_event)(event);
        if let (false, Event::Alarm(alarm)) = (stays, event) {
            self.taken.entry((alarm.device.clone(), alarm.metric.clone())).or_default();
        }
        let event = if stays { event } else { &Event::Purged };
        let draft = Draft::of_event(event, event_ms(event, now_ms))
            .map_err(|e| EngineError::Broken(e.to_string()))?;
        write.put(Lane::Events, seq, &draft).map_err(|e| EngineError::Broken(e.to_string()))
    }
}

/// Copies `from` into a fresh store, through `sieve` if there is one, and makes it the live one.
pub(super) fn rewrite(home: &Home, from: &mut Live, sieve: Option<&mut Sieve>) -> Result<Live, EngineError> {
    let generation = from.generation.next();
    let kept = from.cipher.key().filter(|_| sieve.is_none()).cloned();
    let key = kept.map_or_else(|| home.fresh_key(), Ok)?;
    let mut to = Live::fresh(home, generation, from.meta.clone(), key)?;
    let copied = match sieve {
        Some(sieve) => sift(home, from, &mut to, sieve),
        None => copy(from, &mut to),
    };
    let Live { engine, .. } = to;
    engine.close();
    if let Err(error) = copied {
        directory::delete(&directory::rewrite_path(&home.dir, generation)).map_err(EngineError::from_io)?;
        return Err(error);
    }
    directory::finish(&home.dir, generation).map_err(EngineError::from_io)?;
    let read_back = match Live::load(home, generation) {
        Ok(Loaded { live, key_lost: false, bad, .. }) if bad.is_empty() => Ok(live),
        Ok(loaded) => {
            loaded.live.engine.close();
            Err(EngineError::Broken("a rewritten store does not read back".to_owned()))
        }
        Err(error) => Err(error),
    };
    match read_back {
        Ok(mut live) => {
            live.bytes_written += from.bytes_written;
            Ok(live)
        }
        // The old one goes on, so this one must not be the newest.
        Err(error) => {
            directory::delete(&directory::store_path(&home.dir, generation)).map_err(EngineError::from_io)?;
            Err(error)
        }
    }
}

/// Whether the next start would open `live`: what is written to another one is lost then.
pub(super) fn is_newest(home: &Home, live: &Live) -> bool {
    directory::layout(&home.dir).is_ok_and(|layout| layout.generations.last() == Some(&live.generation))
}

/// Deletes what a purge must not leave behind: the old store, everything moved aside, everything of another version.
pub(super) fn sweep(home: &Home, live: Generation, all: bool) -> std::io::Result<()> {
    let layout = directory::layout(&home.dir)?;
    // One of another version may hold what is nowhere else: see `migrate`.
    let is_old = |g: &&Generation| **g < live && (all || g.is_sealed == live.is_sealed);
    let old = layout.generations.iter().filter(is_old).map(|g| directory::store_path(&home.dir, *g));
    let mut doomed: Vec<_> = old.chain(layout.unfinished).collect();
    if all {
        doomed.extend(layout.aside);
        doomed.extend(layout.other_versions);
    }
    for path in doomed {
        directory::delete(&path)?;
    }
    directory::sync(&home.dir)
}

/// After what may stay was rewritten into `live`: destroys the key and the files of what was taken back, and notes it.
pub(super) fn forget(
    home: &Home,
    live: Generation,
    key: Option<&DataKey>,
    taken: &Taken,
) -> std::io::Result<()> {
    sweep(home, live, true)?;
    let Some(key) = key else { return Ok(()) };
    let noted = erased::note(&home.dir, key, home.clock.now_ms(), taken.values().sum());
    if let Err(error) = noted {
        tracing::warn!(%error, "that a key was destroyed could not be written down");
    }
    Ok(())
}

fn copy(from: &mut Live, to: &mut Live) -> Result<(), EngineError> {
    let mut after: Vec<u8> = Vec::new();
    loop {
        let mut write = to.begin();
        let mut bytes = 0;
        let mut last = None;
        from.engine.visit(after.clone()..=vec![0xff; 10], |key, value| {
            last = Some(key.to_vec());
            // What was quarantined in the clear is nobody's need.
            let stays = from.generation.is_sealed || !key.starts_with(b"q");
            if stays && !META_KEYS.contains(&key) {
                write.changes.push((key.to_vec(), Some(migrate::carried(&to.cipher, key, value))));
            }
            bytes += value.len();
            write.changes.len() < COPY_AT_ONCE && bytes < COPY_BYTES
        })?;
        let Some(mut last) = last else { return Ok(()) };
        to.write(write)?;
        last.push(0);
        after = last;
    }
}

fn sift(home: &Home, from: &mut Live, to: &mut Live, sieve: &mut Sieve) -> Result<(), EngineError> {
    let now_ms = home.clock.now_ms();
    to.groups = super::groups::Groups::default();
    to.groups.reserve(from.groups.next());
    for lane in LANES {
        let mut first = 0;
        loop {
            let page = from.page(lane, first, u64::MAX, COPY_AT_ONCE, COPY_BYTES)?;
            let Some((last, _)) = page.last() else { break };
            first = last.saturating_add(1);
            let mut write = to.begin();
            for (seq, sealed) in page {
                let found = match lane {
                    Lane::Telemetry => {
                        from.readings(seq, &sealed).map(|all| sieve.readings(&mut write, to, seq, all))
                    }
                    Lane::Events => {
                        from.event(seq, &sealed).map(|event| sieve.event(&mut write, seq, &event, now_ms))
                    }
                };
                match found {
                    Some(done) => done?,
                    None => {
                        write.meta.removed.of_mut(lane).insert(seq, seq);
                        let gap = gaps::of_record(lane, &sealed, GapReason::Corrupt, now_ms);
                        write.lose(&gap, now_ms).map_err(|e| EngineError::Broken(e.to_string()))?;
                    }
                }
            }
            to.write(write)?;
        }
    }
    let mut write = to.begin();
    for origin in from.origins.all() {
        write.changes.extend(to.origins.push(origin, &to.cipher));
    }
    to.write(write)
}
