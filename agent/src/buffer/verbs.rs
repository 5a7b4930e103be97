//! What the uplink and the pipeline do with an open store: append, read, remove, set aside.

use super::gaps;
use super::sled::EngineError;
use super::store::{Home, LANES, Live, Write};
use super::types::{Appended, BufferError, Entry, Stored, StoredItem};
use riversync_protocol::v1::{GapReason, Lane, SeqRange};
use std::collections::HashSet;

/// Records removed in one write.
const REMOVE_AT_ONCE: usize = 1_024;
/// Most bytes read for one page.
const PAGE_BYTES: usize = 4 << 20;
/// Damaged values that are kept for inspection; the next one takes the place of the oldest.
const QUARANTINE_SLOTS: u64 = 16;

fn broken(error: impl std::fmt::Display) -> EngineError {
    EngineError::Broken(error.to_string())
}

impl Write {
    /// Keeps damaged or refused bytes where no reader looks, in a place of few.
    pub(super) fn quarantine(&mut self, key: &[u8], value: Vec<u8>) {
        let slot = u64::from(crc32fast::hash(key)) % QUARANTINE_SLOTS;
        let mut place = vec![b'q'];
        place.extend_from_slice(&slot.to_be_bytes());
        self.changes.push((place, Some(value)));
    }
}

/// What the records of a page held, and those that could not be read.
pub(super) struct Page {
    pub(super) stored: Vec<Stored>,
    pub(super) bad: Vec<(u64, Vec<u8>)>,
}

impl Live {
    /// Appends all entries that can be, as one batch. The outer error means that none is stored.
    pub(super) fn append(
        &mut self,
        entries: &[&Entry],
        home: &Home,
    ) -> Result<Vec<Result<Appended, BufferError>>, EngineError> {
        let now_ms = home.clock.now_ms();
        let mut write = self.begin();
        let mut origins = HashSet::new();
        let mut results = Vec::with_capacity(entries.len());
        write.tell_if_due(now_ms).map_err(broken)?;
        for entry in entries {
            if let Some(origin) = entry.origin
                && (self.origins.contains(&origin) || origins.contains(&origin))
            {
                results.push(Ok(Appended::Duplicate));
                continue;
            }
            let added = write.add_entry(entry, &mut self.groups, now_ms);
            if let (Ok(()), Some(origin)) = (&added, entry.origin) {
                origins.insert(origin);
                write.changes.extend(self.origins.push(origin, &self.cipher));
            }
            results.push(added.map(|()| Appended::Stored));
        }
        self.write(write)?;
        self.hold_bound(home)?;
        Ok(results)
    }

    /// Records of `lane` from `from_seq` on: at most `max_records`, and no more than `max_points` samples unless the
    /// first record alone has more.
    pub(super) fn read(
        &self,
        lane: Lane,
        from_seq: u64,
        max_records: usize,
        max_points: usize,
    ) -> Result<Page, EngineError> {
        let mut page = Page { stored: Vec::new(), bad: Vec::new() };
        let mut points = 0usize;
        for (seq, sealed) in self.page(lane, from_seq, u64::MAX, max_records, PAGE_BYTES)? {
            let item = match lane {
                Lane::Telemetry => self.readings(seq, &sealed).map(StoredItem::Readings),
                Lane::Events => self.event(seq, &sealed).map(StoredItem::Event),
            };
            let Some(item) = item else {
                page.bad.push((seq, sealed));
                continue;
            };
            if let StoredItem::Readings(readings) = &item {
                let more: usize = readings.iter().map(|reading| reading.cells.len()).sum();
                points = points.saturating_add(more);
                if points > max_points && !page.stored.is_empty() {
                    break;
                }
            }
            page.stored.push(Stored { seq, item });
        }
        Ok(page)
    }

    /// Takes damaged records out of the way and counts them.
    pub(super) fn set_bad_aside(
        &mut self,
        lane: Lane,
        bad: Vec<(u64, Vec<u8>)>,
        now_ms: i64,
    ) -> Result<(), EngineError> {
        let mut write = self.begin();
        for (seq, sealed) in bad {
            let gap = gaps::of_record(lane, &sealed, GapReason::Corrupt, now_ms);
            write.take(lane, seq, sealed.len());
            write.quarantine(&super::store::key(lane, seq), sealed);
            write.lose_quietly(&gap, now_ms).map_err(broken)?;
        }
        write.tell(now_ms).map_err(broken)?;
        self.write(write)
    }

    /// Removes the records of `range`, both ends included. With a `reason` they are a loss: kept aside and counted.
    pub(super) fn remove(
        &mut self,
        lane: Lane,
        range: SeqRange,
        reason: Option<GapReason>,
        now_ms: i64,
    ) -> Result<u64, EngineError> {
        let last = range.last.min(self.meta.next.of(lane).saturating_sub(1));
        let mut first = range.first;
        let mut removed = 0;
        while first <= last && *self.meta.next.of(lane) > 0 {
            let page = self.page(lane, first, last, REMOVE_AT_ONCE, PAGE_BYTES)?;
            let Some((upto, _)) = page.last() else { break };
            first = upto.saturating_add(1);
            let mut write = self.begin();
            for (seq, sealed) in page {
                write.take(lane, seq, sealed.len());
                removed += 1;
                if let Some(reason) = reason {
                    let gap = gaps::of_record(lane, &sealed, reason, now_ms);
                    write.lose_quietly(&gap, now_ms).map_err(broken)?;
                    write.quarantine(&super::store::key(lane, seq), sealed);
                }
            }
            self.write(write)?;
        }
        if reason.is_some() && removed > 0 {
            let mut write = self.begin();
            write.tell(now_ms).map_err(broken)?;
            self.write(write)?;
        }
        Ok(removed)
    }

    /// Makes a waiting loss an event if it has waited long enough.
    pub(super) fn pay_gap(&mut self, now_ms: i64) -> Result<(), EngineError> {
        if !self.owes_gap(now_ms) {
            return Ok(());
        }
        let mut write = self.begin();
        write.tell_if_due(now_ms).map_err(broken)?;
        self.write(write)
    }

    /// Records waiting, of both lanes.
    pub(super) fn records(&self) -> u64 {
        LANES.iter().map(|lane| self.filled.of(*lane).records).sum()
    }
}
