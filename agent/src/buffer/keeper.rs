//! Keeps the store open: answers the verbs, and when the engine fails closes it, heals it and goes on.

use super::directory;
use super::gaps;
use super::heal;
use super::keys::AgentKey;
use super::lock::{self, Lock};
use super::purge::{self, Sieve};
use super::sled::EngineError;
use super::store::{Home, LANES, Live};
use super::types::{Appended, BufferError, Entry, LaneStats, Limits, OpenReport, Random, Stats, Stored};
use super::witness::Witness;
use crate::clock::Clock;
use riversync_protocol::v1::{Gap, GapReason, Lane, PurgedRow, SeqRange};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long a measurement of the files holds, unless much is written meanwhile.
const MEASURE_EVERY: Duration = Duration::from_secs(10);
/// Bytes written after which the files are measured again.
const MEASURE_AFTER_BYTES: u64 = 256 << 10;
/// After the disk was full or the store did not open, the next try is made this much later.
const TRY_AGAIN: Duration = Duration::from_millis(500);

/// The store and what surrounds it. Lives on one thread.
pub(super) struct Keeper {
    home: Home,
    witness: Witness,
    /// None only while the store cannot be opened at all.
    live: Option<Live>,
    /// When to try again, by the monotonic clock.
    full_until: Option<Duration>,
    closed_until: Option<Duration>,
    /// What was refused while the disk was full and not yet told.
    refused: Option<Gap>,
    bytes_written: u64,
    measured: Option<Measured>,
    _lock: Lock,
}

/// What the files took when they were last looked at. Looking costs more than an append, so it is not done for each.
#[derive(Clone, Copy)]
struct Measured {
    at: Duration,
    at_written: u64,
    generation: Option<directory::Generation>,
    store_bytes: u64,
    all_bytes: u64,
}

impl Keeper {
    pub(super) fn open(
        dir: &Path,
        limits: Limits,
        clock: Arc<dyn Clock>,
        key_dir: &Path,
        random: Random,
    ) -> Result<(Self, OpenReport), BufferError> {
        let unusable = |source| BufferError::Directory { path: dir.to_path_buf(), source };
        directory::create(dir).map_err(unusable)?;
        let lock = lock::take(dir)?;
        let agent_key = AgentKey::open(key_dir, &random)?;
        let mut seed = [0; 32];
        random(&mut seed).map_err(unusable)?;
        let home = Home { dir: dir.to_path_buf(), limits, clock, seed, random, agent_key };
        let witness = Witness::open(dir).map_err(unusable)?;
        let mut report = OpenReport::default();
        let live = match heal::open(&home, &witness, &mut report) {
            Err(EngineError::DiskFull) => {
                directory::delete(&ballast(&home)).map_err(unusable)?;
                heal::open(&home, &witness, &mut report)
            }
            other => other,
        };
        let live = live.map_err(|error| match error {
            EngineError::DiskFull => BufferError::DiskFull,
            EngineError::Io(source) => unusable(source),
            EngineError::Broken(why) => BufferError::Engine(why),
        })?;
        report.epoch = live.meta.epoch;
        let mut keeper = Self {
            home,
            witness,
            live: Some(live),
            full_until: None,
            closed_until: None,
            refused: None,
            bytes_written: 0,
            measured: None,
            _lock: lock,
        };
        if keeper.fill_ballast().is_err() {
            keeper.disk_is_full();
        }
        Ok((keeper, report))
    }

    pub(super) fn epoch(&self) -> u64 {
        self.live.as_ref().map_or(self.witness.shown().epoch, |live| live.meta.epoch)
    }

    /// The open store; opens it again when it is time.
    fn live(&mut self) -> Result<&mut Live, BufferError> {
        if self.live.is_none() {
            let now = self.home.clock.monotonic();
            if self.closed_until.is_some_and(|until| now < until) {
                return Err(BufferError::Engine("it did not open a moment ago".to_owned()));
            }
            self.closed_until = Some(now + TRY_AGAIN);
            let mut report = OpenReport::default();
            let opened = heal::open(&self.home, &self.witness, &mut report);
            self.live = Some(opened.map_err(|error| BufferError::Engine(error.to_string()))?);
            self.closed_until = None;
        }
        self.live.as_mut().ok_or(BufferError::Closed)
    }

    /// Runs `verb` on the open store; when the engine fails, closes and heals it before the error is returned.
    fn with<T>(
        &mut self,
        verb: impl FnOnce(&mut Live, &Home) -> Result<T, EngineError>,
    ) -> Result<T, BufferError> {
        self.live()?;
        let Some(live) = self.live.as_mut() else { return Err(BufferError::Closed) };
        match verb(live, &self.home) {
            Ok(value) => Ok(value),
            Err(error) => {
                tracing::error!(%error, "the store failed; it is opened anew");
                self.reopen(&error);
                Err(match error {
                    EngineError::DiskFull => BufferError::DiskFull,
                    EngineError::Io(error) => BufferError::Engine(error.to_string()),
                    EngineError::Broken(why) => BufferError::Engine(why),
                })
            }
        }
    }

    /// After a failed write the engine's handle is useless and its file is in doubt. What it holds is written anew into
    /// a fresh file, because a failed sync may have marked unwritten pages as written. (EDGE section 6, fault 7.)
    fn reopen(&mut self, error: &EngineError) {
        if let Some(live) = self.live.take() {
            self.bytes_written += live.bytes_written;
            live.engine.close();
        }
        if matches!(error, EngineError::DiskFull) {
            self.disk_is_full();
        }
        if self.live().is_ok() && matches!(error, EngineError::Io(_)) {
            self.rewrite_quietly();
        }
    }

    fn rewrite_quietly(&mut self) {
        let Some(mut live) = self.live.take() else { return };
        match purge::rewrite(&self.home, &mut live, None) {
            Ok(fresh) => {
                live.engine.close();
                let generation = fresh.generation;
                self.live = Some(fresh);
                if let Err(error) = purge::sweep(&self.home, generation, false) {
                    tracing::warn!(%error, "an old store could not be deleted yet");
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the store could not be rewritten; it goes on as the disk has it");
                if purge::is_newest(&self.home, &live) {
                    self.live = Some(live);
                } else {
                    live.engine.close();
                }
            }
        }
    }

    fn disk_is_full(&mut self) {
        if let Err(error) = directory::delete(&ballast(&self.home)) {
            tracing::warn!(%error, "the ballast could not be given up");
        }
        self.full_until = Some(self.home.clock.monotonic() + TRY_AGAIN);
    }

    /// Takes the ballast's room, really: zeros are written, not a hole.
    fn fill_ballast(&self) -> std::io::Result<()> {
        let path = ballast(&self.home);
        let wanted = self.home.limits.ballast_bytes;
        if std::fs::metadata(&path).is_ok_and(|meta| meta.len() == wanted) {
            return Ok(());
        }
        let mut file: File = OpenOptions::new().create(true).truncate(true).write(true).open(&path)?;
        let block = vec![0x5a; 64 << 10];
        let mut left = usize::try_from(wanted).unwrap_or(0);
        while left > 0 {
            let some = block.get(..left.min(block.len())).unwrap_or_default();
            file.write_all(some)?;
            left -= some.len();
        }
        file.sync_all()
    }

    /// Whether the disk has room again; asks at most twice a second.
    fn admits(&mut self) -> bool {
        let Some(until) = self.full_until else { return true };
        if self.home.clock.monotonic() < until {
            return false;
        }
        if self.fill_ballast().is_err() {
            self.disk_is_full();
            return false;
        }
        self.full_until = None;
        true
    }

    pub(super) fn append(&mut self, entries: &[&Entry]) -> Vec<Result<Appended, BufferError>> {
        if !self.admits() {
            return self.refuse(entries);
        }
        if let Some(gap) = self.refused.take() {
            let told = self.with(|live, home| {
                let mut write = live.begin();
                write.lose(&gap, home.clock.now_ms()).map_err(|e| EngineError::Broken(e.to_string()))?;
                live.write(write)
            });
            if told.is_err() {
                self.refused = Some(gap);
                return self.refuse(entries);
            }
        }
        match self.with(|live, home| live.append(entries, home)) {
            Ok(results) => {
                self.keep_small();
                results
            }
            Err(BufferError::DiskFull) => self.refuse(entries),
            Err(error) => {
                let why = error.to_string();
                entries.iter().map(|_| Err(BufferError::Engine(why.clone()))).collect()
            }
        }
    }

    /// Says no, and counts what no source will bring again.
    fn refuse(&mut self, entries: &[&Entry]) -> Vec<Result<Appended, BufferError>> {
        let now_ms = self.home.clock.now_ms();
        for entry in entries.iter().filter(|entry| entry.origin.is_none() && !entry.readings.is_empty()) {
            let times = || entry.readings.iter().map(|reading| reading.at_ms);
            let gap = Gap {
                from_ms: times().min().unwrap_or(now_ms),
                to_ms: times().max().unwrap_or(now_ms),
                records: 1,
                points: entry.readings.iter().map(|reading| reading.cells.len() as u64).sum(),
                reason: GapReason::DiskFull,
                at_ms: now_ms,
            };
            match &mut self.refused {
                Some(refused) => gaps::join(refused, &gap),
                None => self.refused = Some(gap),
            }
        }
        entries.iter().map(|_| Err(BufferError::DiskFull)).collect()
    }

    /// Rewrites the store when its file has outgrown the bound.
    fn keep_small(&mut self) {
        let bytes = self.measure().store_bytes;
        if self.live.as_ref().is_some_and(|live| super::bound::wants_rewrite(&self.home, live, bytes)) {
            self.rewrite_quietly();
        }
    }

    /// What the files take: looked up again after ten seconds, a quarter of a megabyte, or a change of store.
    fn measure(&mut self) -> Measured {
        let at = self.home.clock.monotonic();
        let at_written = self.bytes_written + self.live.as_ref().map_or(0, |live| live.bytes_written);
        let generation = self.live.as_ref().map(|live| live.generation);
        if let Some(known) = self.measured
            && known.generation == generation
            && at.saturating_sub(known.at) < MEASURE_EVERY
            && at_written.saturating_sub(known.at_written) < MEASURE_AFTER_BYTES
        {
            return known;
        }
        let store = |generation| directory::bytes(&directory::store_path(&self.home.dir, generation));
        let store_bytes = generation.map_or(0, store);
        let all_bytes = directory::bytes(&self.home.dir);
        let measured = Measured { at, at_written, generation, store_bytes, all_bytes };
        self.measured = Some(measured);
        measured
    }

    pub(super) fn read(
        &mut self,
        lane: Lane,
        from_seq: u64,
        max_records: usize,
        max_points: usize,
    ) -> Result<Vec<Stored>, BufferError> {
        self.with(|live, home| live.pay_gap(home.clock.now_ms()))?;
        let page = self.with(|live, _| live.read(lane, from_seq, max_records, max_points))?;
        if !page.bad.is_empty() {
            self.with(|live, home| live.set_bad_aside(lane, page.bad, home.clock.now_ms()))?;
        }
        self.show(lane, &page.stored)?;
        Ok(page.stored)
    }

    /// Before numbers leave the house it is written down that they may be known outside.
    fn show(&mut self, lane: Lane, stored: &[Stored]) -> Result<(), BufferError> {
        let Some(last) = stored.last() else { return Ok(()) };
        let Some(live) = &self.live else { return Err(BufferError::Closed) };
        let shown = self.witness.shown();
        if shown.epoch == live.meta.epoch && last.seq < *shown.below.of(lane) {
            return Ok(());
        }
        let said = self.witness.show(live.meta.epoch, live.meta.next);
        said.map_err(|error| BufferError::Engine(error.to_string()))
    }

    pub(super) fn remove(
        &mut self,
        lane: Lane,
        range: SeqRange,
        reason: Option<GapReason>,
    ) -> Result<u64, BufferError> {
        let removed = self.with(|live, home| live.remove(lane, range, reason, home.clock.now_ms()))?;
        if self.live.as_ref().is_some_and(|live| live.records() == 0) {
            self.keep_small();
        }
        Ok(removed)
    }

    pub(super) fn purge(&mut self, sieve: Sieve) -> Result<Vec<PurgedRow>, BufferError> {
        let mut sieve = sieve;
        self.live()?;
        let Some(mut live) = self.live.take() else { return Err(BufferError::Closed) };
        let rewritten = match purge::rewrite(&self.home, &mut live, Some(&mut sieve)) {
            Err(EngineError::DiskFull) => {
                self.disk_is_full();
                sieve.taken = BTreeMap::new();
                purge::rewrite(&self.home, &mut live, Some(&mut sieve))
            }
            other => other,
        };
        match rewritten {
            Ok(fresh) => {
                let Live { engine, cipher, .. } = live;
                engine.close();
                let generation = fresh.generation;
                self.live = Some(fresh);
                purge::forget(&self.home, generation, cipher.key(), &sieve.taken)
                    .map_err(|source| BufferError::Directory { path: self.home.dir.clone(), source })?;
                Ok(purge::rows(sieve.taken))
            }
            Err(error) => {
                self.live = Some(live);
                self.reopen(&error);
                Err(match error {
                    EngineError::DiskFull => BufferError::DiskFull,
                    other => BufferError::Engine(other.to_string()),
                })
            }
        }
    }

    pub(super) fn stats(&mut self) -> Stats {
        let disk_bytes = self.measure().all_bytes;
        let (disk_full, written) = (self.full_until.is_some(), self.bytes_written);
        let Ok(live) = self.live() else { return Stats { disk_bytes, disk_full, ..Stats::default() } };
        let [telemetry, events] = LANES.map(|lane| {
            let filled = live.filled.of(lane);
            LaneStats { records: filled.records, bytes: filled.bytes, next_seq: *live.meta.next.of(lane) }
        });
        Stats {
            telemetry,
            events,
            oldest_ms: live.oldest_ms().ok().flatten(),
            disk_bytes,
            dropped: live.meta.dropped.clone(),
            corrupt: live.meta.corrupt,
            bytes_written: written + live.bytes_written,
            disk_full,
        }
    }

    pub(super) fn close(self) {
        if let Some(live) = self.live {
            live.engine.close();
        }
    }
}

fn ballast(home: &Home) -> std::path::PathBuf {
    home.dir.join("ballast")
}
