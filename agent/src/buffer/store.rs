//! The open store: its state in memory, and writing as one atomic, synced batch. Lives on one thread.

use super::cipher::Cipher;
use super::directory::{self, Generation};
use super::frame::{self, FrameKind, seal};
use super::groups::{self, Groups};
use super::keys::{self, AgentKey, DataKey};
use super::origins::Origins;
use super::ranges::SeqSet;
use super::record::{self, Draft};
use super::sled::{Change, Engine, EngineError};
use super::types::{BufferError, Entry, Limits, Random};
use crate::clock::Clock;
use crate::reading::Reading;
use riversync_protocol::v1::{Event, Gap, GapReason, Lane};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;

/// One of a thing for each lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PerLane<T> {
    pub(super) telemetry: T,
    pub(super) events: T,
}

pub(super) const LANES: [Lane; 2] = [Lane::Telemetry, Lane::Events];

impl<T> PerLane<T> {
    pub(super) fn of(&self, lane: Lane) -> &T {
        match lane {
            Lane::Telemetry => &self.telemetry,
            Lane::Events => &self.events,
        }
    }

    pub(super) fn of_mut(&mut self, lane: Lane) -> &mut T {
        match lane {
            Lane::Telemetry => &mut self.telemetry,
            Lane::Events => &mut self.events,
        }
    }
}

/// What the store says about itself; written with every batch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Meta {
    /// Rises with every batch, so that of two copies the newer one is known.
    pub(super) write: u64,
    pub(super) epoch: u64,
    pub(super) next: PerLane<u64>,
    /// Numbers that were given and are no longer here: removed, dropped, purged, torn or lost.
    pub(super) removed: PerLane<SeqSet>,
    pub(super) dropped: Vec<(GapReason, u64)>,
    pub(super) corrupt: u64,
    pub(super) next_group: u32,
    /// A loss that still goes on; becomes an event when it ends or has waited long enough.
    pub(super) open_gap: Option<Gap>,
}

/// Records and bytes of a lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Filled {
    pub(super) records: u64,
    pub(super) bytes: u64,
}

/// Where the store is and what it lives by.
pub(super) struct Home {
    pub(super) dir: PathBuf,
    pub(super) limits: Limits,
    pub(super) clock: Arc<dyn Clock>,
    /// Random; new epochs are drawn from it.
    pub(super) seed: [u8; 32],
    /// Where keys come from.
    pub(super) random: Random,
    /// What wraps them.
    pub(super) agent_key: AgentKey,
}

impl Home {
    /// `key` at work, for as long as one store is open.
    pub(super) fn cipher(&self, key: DataKey) -> Result<Arc<Cipher>, EngineError> {
        let mut prefix = [0; 16];
        (self.random)(&mut prefix).map_err(EngineError::from_io)?;
        Ok(Arc::new(Cipher::new(key, prefix)))
    }

    /// A key that nothing was ever sealed under.
    pub(super) fn fresh_key(&self) -> Result<DataKey, EngineError> {
        DataKey::fresh(&self.random).map_err(EngineError::from_io)
    }
}

/// An open store.
pub(super) struct Live {
    pub(super) engine: Engine,
    pub(super) generation: Generation,
    pub(super) cipher: Arc<Cipher>,
    pub(super) meta: Meta,
    pub(super) groups: Groups,
    pub(super) origins: Origins,
    pub(super) filled: PerLane<Filled>,
    /// Time of the oldest telemetry, while it is known to be that.
    pub(super) oldest_ms: Option<i64>,
    pub(super) bytes_written: u64,
}

/// A batch that is being put together. Nothing of it counts before [`Live::write`].
#[derive(Debug)]
pub(super) struct Write {
    pub(super) cipher: Arc<Cipher>,
    pub(super) meta: Meta,
    pub(super) changes: Vec<Change>,
    pub(super) added: PerLane<Filled>,
    pub(super) removed: PerLane<Filled>,
}

/// Most ranges of removed numbers that are kept.
const MAX_REMOVED_RANGES: usize = 512;

pub(super) fn key(lane: Lane, seq: u64) -> Vec<u8> {
    let mut key = vec![match lane {
        Lane::Telemetry => b't',
        Lane::Events => b'e',
    }];
    key.extend_from_slice(&seq.to_be_bytes());
    key
}

pub(super) fn keys(lane: Lane, first: u64, last: u64) -> RangeInclusive<Vec<u8>> {
    key(lane, first)..=key(lane, last)
}

pub(super) fn seq_of(key: &[u8]) -> Option<u64> {
    key.get(1..)?.try_into().ok().map(u64::from_be_bytes)
}

/// Written twice: one flipped bit must not make the store forget what was delivered.
pub(super) const META_KEYS: [&[u8]; 2] = [b"m", b"n"];

/// When an event happened, Unix milliseconds.
pub(super) fn event_ms(event: &Event, now_ms: i64) -> i64 {
    match event {
        Event::Alarm(alarm) => alarm.at_ms,
        Event::Gap(gap) => gap.at_ms,
        Event::Receipt(receipt) => receipt.at_ms,
        Event::Health(health) => health.at_ms,
        Event::Purged => now_ms,
    }
}

impl Write {
    /// Adds a record under the next number of its lane.
    pub(super) fn add(&mut self, lane: Lane, draft: &Draft) -> Result<(), BufferError> {
        let seq = *self.meta.next.of(lane);
        self.put(lane, seq, draft)?;
        *self.meta.next.of_mut(lane) = seq + 1;
        Ok(())
    }

    /// Writes a record under a number that was given before or is given now.
    pub(super) fn put(&mut self, lane: Lane, seq: u64, draft: &Draft) -> Result<(), BufferError> {
        let sealed = draft.seal(lane, seq, self.meta.write, &self.cipher)?;
        let added = self.added.of_mut(lane);
        added.records += 1;
        added.bytes += sealed.len() as u64;
        self.changes.push((key(lane, seq), Some(sealed)));
        Ok(())
    }

    pub(super) fn add_event(&mut self, event: &Event, now_ms: i64) -> Result<(), BufferError> {
        self.add(Lane::Events, &Draft::of_event(event, event_ms(event, now_ms))?)
    }

    /// Adds everything of `entry`; on an error nothing of it is left.
    pub(super) fn add_entry(
        &mut self,
        entry: &Entry,
        groups: &mut Groups,
        now_ms: i64,
    ) -> Result<(), BufferError> {
        let before = (self.meta.clone(), self.added);
        let mut records = Vec::new();
        // A new group is known from now on, so it is stored even when this entry is refused.
        let drafts = record::drafts(&entry.readings, groups, &self.cipher, |number, sealed| {
            for key in groups::keys(number) {
                self.changes.push((key, Some(sealed.clone())));
            }
        });
        self.meta.next_group = groups.next();
        records.extend(drafts?);
        let kept = self.changes.len();
        let mut all = records.iter().try_for_each(|draft| self.add(Lane::Telemetry, draft));
        if all.is_ok() {
            all = entry.events.iter().try_for_each(|event| self.add_event(event, now_ms));
        }
        if all.is_err() {
            self.changes.truncate(kept);
            (self.meta, self.added) = before;
            self.meta.next_group = groups.next();
        }
        all
    }

    /// Takes a record of `bytes` bytes out.
    pub(super) fn take(&mut self, lane: Lane, seq: u64, bytes: usize) {
        let removed = self.removed.of_mut(lane);
        removed.records += 1;
        removed.bytes += bytes as u64;
        self.changes.push((key(lane, seq), None));
        self.meta.removed.of_mut(lane).insert(seq, seq);
    }
}

impl Live {
    /// A new, empty store under `key` in the directory of an unfinished rewrite.
    pub(super) fn fresh(
        home: &Home,
        generation: Generation,
        meta: Meta,
        key: DataKey,
    ) -> Result<Self, EngineError> {
        let path = directory::rewrite_path(&home.dir, generation);
        directory::delete(&path).map_err(EngineError::from_io)?;
        directory::create(&path).map_err(EngineError::from_io)?;
        keys::keep(&path, &key, &home.agent_key, &home.random).map_err(EngineError::from_io)?;
        let mut groups = Groups::default();
        groups.reserve(meta.next_group);
        Ok(Self {
            engine: Engine::open(&path, home.limits.cache_bytes)?,
            generation,
            cipher: home.cipher(key)?,
            meta,
            groups,
            origins: Origins::default(),
            filled: PerLane::default(),
            oldest_ms: None,
            bytes_written: 0,
        })
    }

    pub(super) fn begin(&self) -> Write {
        let mut meta = self.meta.clone();
        meta.write += 1;
        Write {
            cipher: Arc::clone(&self.cipher),
            meta,
            changes: Vec::new(),
            added: PerLane::default(),
            removed: PerLane::default(),
        }
    }

    /// Writes all of it as one batch and syncs.
    pub(super) fn write(&mut self, write: Write) -> Result<(), EngineError> {
        let Write { mut meta, mut changes, added, removed, .. } = write;
        for lane in LANES {
            meta.removed.of_mut(lane).shorten(MAX_REMOVED_RANGES);
        }
        let body = postcard::to_stdvec(&meta).map_err(|e| EngineError::Broken(e.to_string()))?;
        let sealed = seal(FrameKind::Meta, &body)
            .ok_or_else(|| EngineError::Broken("the store's own record is too large".to_owned()))?;
        changes.extend(META_KEYS.map(|key| (key.to_vec(), Some(sealed.clone()))));
        let bytes: usize =
            changes.iter().map(|(key, value)| key.len() + value.as_ref().map_or(0, Vec::len)).sum();
        self.engine.apply(changes)?;
        self.engine.commit()?;
        self.bytes_written += bytes as u64;
        self.meta = meta;
        if removed.telemetry.records > 0 {
            self.oldest_ms = None;
        }
        for lane in LANES {
            let (filled, added, removed) = (self.filled.of_mut(lane), added.of(lane), removed.of(lane));
            filled.records = (filled.records + added.records).saturating_sub(removed.records);
            filled.bytes = (filled.bytes + added.bytes).saturating_sub(removed.bytes);
        }
        Ok(())
    }

    /// Up to `most` records of `lane` from `first` to `last`, as number and frame, no more than about `bytes` bytes.
    pub(super) fn page(
        &self,
        lane: Lane,
        first: u64,
        last: u64,
        most: usize,
        bytes: usize,
    ) -> Result<Vec<(u64, Vec<u8>)>, EngineError> {
        let mut page = Vec::new();
        let mut total = 0;
        if most == 0 || last < first {
            return Ok(page);
        }
        self.engine.visit(keys(lane, first, last), |key, value| {
            let Some(seq) = seq_of(key) else { return true };
            total += value.len();
            page.push((seq, value.to_vec()));
            page.len() < most && total < bytes
        })?;
        Ok(page)
    }

    /// The readings of a telemetry frame, if it is whole and number `seq`.
    pub(super) fn readings(&self, seq: u64, sealed: &[u8]) -> Option<Vec<Reading>> {
        record::readings(sealed, seq, &self.groups, &self.cipher)
    }

    /// The event of an event frame, if it is whole and number `seq`.
    pub(super) fn event(&self, seq: u64, sealed: &[u8]) -> Option<Event> {
        record::event(sealed, seq, &self.cipher)
    }

    /// Time of the oldest telemetry, Unix milliseconds; nothing when there is none.
    pub(super) fn oldest_ms(&mut self) -> Result<Option<i64>, EngineError> {
        if self.filled.telemetry.records == 0 {
            self.oldest_ms = None;
        } else if self.oldest_ms.is_none() {
            let first = self.page(Lane::Telemetry, 0, u64::MAX, 1, 1)?;
            let body = first.first().and_then(|(_, sealed)| frame::open(FrameKind::Telemetry, sealed));
            self.oldest_ms = body.and_then(record::head).map(|head| head.first_ms);
        }
        Ok(self.oldest_ms)
    }
}
