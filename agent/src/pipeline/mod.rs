//! The wiring: what arrives passes the gate, wakes alarms, and is durable before its source is told.
//!
//! What is polled is gathered for a second and stored as one record: a sync costs as much as a thousand values, a
//! record as much as a hundred. The purge runs in the same task as the appends: no reading that passed an older gate can slip into the
//! store behind it. DESIGN section 3, invariants 2 to 4; EDGE section 6, faults 6, 27, 28.

#[cfg(test)]
mod tests;

use crate::alarms::Engine;
use crate::buffer::{Buffer, BufferError, Entry};
use crate::clock::Clock;
use crate::config::{Changes, Config};
use crate::grant::{Authority, Gate, Granted, may_leave};
use crate::health::Counters;
use crate::reading::{Arrival, Reading};
use crate::sources::SourceStatus;
use crate::values::Values;
use crate::watchdog::{PATIENCE, Pulse};
use riversync_protocol::v1::{Event, Receipt};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::time::Instant;

/// How often the clock and the ends of grants are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Most arrivals that share one sync of the disk.
const GROUP: usize = 64;
/// How long polled readings wait for others to share a sync with: the devices of a site are polled spread over a second,
/// and a sync wakes the engine's seven threads, whatever it writes.
const GATHER_POLLS: Duration = Duration::from_secs(1);
/// The same when somebody waits for the word that it is stored: a broker sends only so many messages ahead of it.
const GATHER_AWAITED: Duration = Duration::from_millis(20);

/// Everything between the sources and the store.
pub struct Pipeline {
    /// What may flow.
    pub authority: Arc<Authority>,
    /// Where it is kept.
    pub buffer: Buffer,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Figures for people.
    pub counters: Arc<Counters>,
    /// Told when something was stored.
    pub stored: Arc<Notify>,
    /// The alarm rules, asked with granted readings only.
    pub alarms: Engine,
    /// What is flagged, what turns stale, what is worth keeping.
    pub values: Values,
    /// Which devices answer.
    pub sources: Arc<SourceStatus>,
    /// Its signs of life.
    pub pulse: Arc<Pulse>,
}

/// A new configuration, to be taken over between two readings.
pub struct Adoption {
    /// What it says.
    pub config: Arc<Config>,
    /// What it changes.
    pub changes: Changes,
    /// Told when the pipeline lives by it.
    pub done: oneshot::Sender<()>,
}

struct Running {
    of: Pipeline,
    granted: watch::Receiver<Arc<Granted>>,
    gate: Gate,
}

impl Pipeline {
    /// Runs until the last source has gone, and lives by each new configuration as it comes.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn run(
        self,
        mut arrivals: mpsc::Receiver<Arrival>,
        mut adoptions: mpsc::Receiver<Adoption>,
    ) -> Result<(), BufferError> {
        let granted = self.authority.granted();
        let mut running = Running { of: self, granted, gate: Gate::default() };
        let mut look = tokio::time::interval(LOOK_EVERY);
        let mut group: Vec<Arrival> = Vec::with_capacity(GROUP);
        let mut due: Option<Instant> = None;
        loop {
            running.of.pulse.within(PATIENCE);
            let due_at = due.unwrap_or_else(Instant::now);
            let room = GROUP - group.len();
            tokio::select! {
                biased;
                changed = running.granted.changed() => {
                    if changed.is_ok() {
                        running.purge_if_due().await?;
                    }
                }
                Some(adoption) = adoptions.recv() => {
                    due = None;
                    running.take(&mut group).await?;
                    running.adopt(adoption).await?;
                }
                _ = look.tick() => {
                    if let Err(error) = running.of.authority.review() {
                        tracing::warn!(%error, "the time reached could not be written down");
                    }
                    running.purge_if_due().await?;
                    running.tick().await?;
                }
                () = tokio::time::sleep_until(due_at), if due.is_some() => {
                    due = None;
                    running.take(&mut group).await?;
                }
                count = arrivals.recv_many(&mut group, room), if room > 0 => {
                    if count == 0 {
                        let finished = running.finish(&mut group).await;
                        running.of.pulse.rest();
                        return finished;
                    }
                    let soon = Instant::now() + gather(&group);
                    due = Some(if group.len() < GROUP { due.map_or(soon, |due| due.min(soon)) } else { Instant::now() });
                }
            }
        }
    }
}

impl Pipeline {
    /// Waits for the store, which watches over itself.
    async fn waits<T>(&self, store: impl Future<Output = T>) -> T {
        self.pulse.lean(PATIENCE, store).await
    }
}

/// How long this group may wait for more.
fn gather(group: &[Arrival]) -> Duration {
    if group.iter().any(|arrival| arrival.stored.is_some()) { GATHER_AWAITED } else { GATHER_POLLS }
}

impl Running {
    async fn take(&mut self, group: &mut Vec<Arrival>) -> Result<(), BufferError> {
        if group.is_empty() {
            return Ok(());
        }
        let granted = Arc::clone(&self.granted.borrow());
        let now_ms = self.of.clock.now_ms();
        let (mut entries, mut waiting) = (Vec::with_capacity(group.len()), Vec::with_capacity(group.len()));
        let (mut gathered, mut nothing_kept) = (Entry::default(), Vec::new());
        for arrival in group.drain(..) {
            let entry = self.narrow(&granted, arrival.readings, arrival.origin, now_ms);
            if entry.readings.is_empty() {
                nothing_kept.push(arrival.stored);
            } else if entry.origin.is_none() && arrival.stored.is_none() {
                gathered.readings.extend(entry.readings);
            } else {
                entries.push(entry);
                waiting.push(arrival.stored);
            }
        }
        if !gathered.readings.is_empty() {
            entries.push(gathered);
            waiting.push(None);
        }
        self.of.counters.denied(self.gate.take_denied());
        self.tell_alarms(&granted, now_ms).await?;
        // Nothing of these may be kept or is worth it, so there is nothing more to wait for.
        nothing_kept.into_iter().for_each(tell);
        self.store(Arc::new(entries), waiting).await?;
        self.of.stored.notify_one();
        Ok(())
    }

    /// Stores `entries` and tells those who wait for the word.
    async fn store(
        &mut self,
        entries: Arc<Vec<Entry>>,
        waiting: Vec<Option<oneshot::Sender<()>>>,
    ) -> Result<(), BufferError> {
        if entries.is_empty() {
            return Ok(());
        }
        let results = self.of.waits(self.of.buffer.append_all(&entries)).await?;
        for ((entry, stored), result) in entries.iter().zip(waiting).zip(results) {
            let result = match result {
                // The engine was opened anew and says that a second try is safe.
                Err(BufferError::Engine(_)) => self.of.waits(self.of.buffer.append(entry.clone())).await,
                other => other,
            };
            match result {
                Ok(_) => {
                    self.of.counters.points_stored(points(entry));
                    tell(stored);
                }
                Err(BufferError::Closed) => return Err(BufferError::Closed),
                Err(BufferError::TooLarge { .. } | BufferError::Shape(_))
                    if entry.origin.is_none() && entry.readings.len() > 1 =>
                {
                    self.store_apart(entry).await?;
                }
                // Without the sender's word the source does not acknowledge, and a broker delivers again.
                Err(error) => self.refused(&error),
            }
        }
        Ok(())
    }

    /// One reading that does not fit must not cost those that it was gathered with.
    async fn store_apart(&mut self, gathered: &Entry) -> Result<(), BufferError> {
        let alone = |reading: &Reading| Entry { readings: vec![reading.clone()], ..Entry::default() };
        let entries: Arc<Vec<Entry>> = Arc::new(gathered.readings.iter().map(alone).collect());
        let results = self.of.waits(self.of.buffer.append_all(&entries)).await?;
        for (entry, result) in entries.iter().zip(results) {
            match result {
                Ok(_) => self.of.counters.points_stored(points(entry)),
                Err(error) => self.refused(&error),
            }
        }
        Ok(())
    }

    fn narrow(
        &mut self,
        granted: &Granted,
        readings: Vec<Reading>,
        origin: Option<[u8; 16]>,
        now_ms: i64,
    ) -> Entry {
        let gate = &mut self.gate;
        let monotonic = self.of.clock.monotonic();
        let mut kept = Vec::new();
        for reading in readings.into_iter().filter_map(|reading| gate.pass(granted, reading, now_ms)) {
            let reading = self.of.values.check(reading, monotonic);
            self.of.alarms.on_reading(&reading, monotonic);
            let device = self.of.sources.device(&reading.group.device);
            let sessions = device.map_or(0, |device| device.sessions());
            kept.extend(self.of.values.report(reading, monotonic, sessions));
        }
        Entry { readings: kept, origin, ..Entry::default() }
    }

    /// Time passes: for alarms, for what turns stale, for what is held back.
    async fn tick(&mut self) -> Result<(), BufferError> {
        let granted = Arc::clone(&self.granted.borrow());
        let (at, monotonic) = (self.of.clock.stamp(), self.of.clock.monotonic());
        let readings = self.of.values.tick(&granted, &self.of.sources, at, monotonic);
        self.of.alarms.tick(&granted, &self.of.sources, at.at_ms, monotonic);
        self.tell_alarms(&granted, at.at_ms).await?;
        self.keep(readings).await
    }

    /// Lives by a new configuration: what was held back of a device that goes or changes is told first.
    async fn adopt(&mut self, adoption: Adoption) -> Result<(), BufferError> {
        let Adoption { config, changes, done } = adoption;
        let granted = Arc::clone(&self.granted.borrow());
        let readings = self.of.values.adopt(&config, &changes, &granted, self.of.clock.now_ms());
        self.of.alarms.adopt(&config, &changes);
        self.keep(readings).await?;
        tell(Some(done));
        Ok(())
    }

    /// The last source has gone: what is held back is told.
    async fn finish(&mut self, group: &mut Vec<Arrival>) -> Result<(), BufferError> {
        self.take(group).await?;
        let granted = Arc::clone(&self.granted.borrow());
        let readings = self.of.values.flush(&granted, self.of.clock.now_ms());
        self.keep(readings).await
    }

    /// Stores readings of our own: nobody waits for the word.
    async fn keep(&mut self, readings: Vec<Reading>) -> Result<(), BufferError> {
        if readings.is_empty() {
            return Ok(());
        }
        let points = readings.iter().map(|reading| reading.cells.len() as u64).sum();
        match self.of.waits(self.of.buffer.append(Entry { readings, ..Entry::default() })).await {
            Ok(_) => {
                self.of.counters.points_stored(points);
                self.of.stored.notify_one();
                Ok(())
            }
            Err(BufferError::Closed) => Err(BufferError::Closed),
            Err(error) => {
                self.refused(&error);
                Ok(())
            }
        }
    }

    /// Stores what alarms have to say. It is written down before the readings that caused it are acknowledged.
    async fn tell_alarms(&mut self, granted: &Granted, now_ms: i64) -> Result<(), BufferError> {
        if granted.epoch() == 0 {
            return Ok(());
        }
        for (alarm, origin) in self.of.alarms.untold() {
            let event = Event::Alarm(alarm.clone());
            if !may_leave(granted, &event, now_ms) {
                self.of.alarms.told(&alarm);
                continue;
            }
            let entry = Entry { events: vec![event], origin: Some(origin), ..Entry::default() };
            match self.of.waits(self.of.buffer.append(entry)).await {
                Ok(_) => {
                    self.of.alarms.told(&alarm);
                    self.of.stored.notify_one();
                }
                Err(BufferError::Closed) => return Err(BufferError::Closed),
                // It stays untold and is tried again.
                Err(error) => self.refused(&error),
            }
        }
        Ok(())
    }

    fn refused(&mut self, error: &BufferError) {
        self.of.values.not_stored();
        // One line per storm; the counter has the rest.
        if self.of.counters.store_refused() == 0 {
            tracing::warn!(%error, "the store refuses readings");
        }
    }

    async fn purge_if_due(&mut self) -> Result<(), BufferError> {
        self.granted.mark_unchanged();
        let Some(granted) = self.of.authority.purge_due() else { return Ok(()) };
        self.of.alarms.forget_ungranted(&granted, self.of.clock.now_ms());
        self.of.values.forget_ungranted(&granted, self.of.clock.now_ms());
        match self.purge(&granted).await {
            Err(BufferError::Closed) => Err(BufferError::Closed),
            // Nothing ungranted can leave meanwhile; the second gate stands before the wire.
            Err(error) => {
                tracing::warn!(%error, "the store could not be purged; it will be tried again");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    async fn purge(&mut self, granted: &Arc<Granted>) -> Result<(), BufferError> {
        let at_ms = self.of.clock.now_ms();
        let (mut gate, keep, keep_event) = (Gate::default(), Arc::clone(granted), Arc::clone(granted));
        let purge = self.of.buffer.purge(
            Box::new(move |reading| gate.pass(&keep, reading, at_ms)),
            Box::new(move |event| may_leave(&keep_event, event, at_ms)),
        );
        let rows = self.of.waits(purge).await?;
        let points: u64 = rows.iter().map(|row| row.points).sum();
        let new_epoch = self.of.authority.purged_epoch() != granted.epoch();
        if new_epoch || !rows.is_empty() {
            let receipt = Receipt { policy_epoch: granted.epoch(), at_ms: self.of.clock.now_ms(), rows };
            let entry = Entry { events: vec![Event::Receipt(receipt)], ..Entry::default() };
            self.of.waits(self.of.buffer.append(entry)).await?;
            self.of.stored.notify_one();
        }
        tracing::info!(
            epoch = granted.epoch(),
            points,
            "the store holds only what is granted, and the key of what it held before is destroyed"
        );
        self.of.counters.purged(points);
        if let Err(error) = self.of.authority.purged(granted.epoch(), at_ms) {
            tracing::warn!(%error, "the purge could not be written down; it will be done again");
        }
        Ok(())
    }
}

fn points(entry: &Entry) -> u64 {
    entry.readings.iter().map(|reading| reading.cells.len() as u64).sum()
}

fn tell(stored: Option<oneshot::Sender<()>>) {
    // A source that has gone has no one to acknowledge to.
    if stored.is_some_and(|stored| stored.send(()).is_err()) {
        tracing::trace!("a source went before its readings were stored");
    }
}
