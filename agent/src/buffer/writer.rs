//! The handle and its thread. All of the engine's blocking work happens on one thread; appends that wait share one sync.

use super::keeper::Keeper;
use super::purge::Sieve;
use super::types::{
    Appended, BufferError, Entry, KeepEvent, KeepReading, Limits, OpenReport, Random, Stats, Stored,
};
use crate::clock::Clock;
use crate::watchdog::Pulse;
use riversync_protocol::v1::{GapReason, Lane, PurgedRow, SeqRange};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Commands that may wait; then callers wait.
const QUEUE: usize = 128;
/// Most appends that share one sync.
const GROUP: usize = 64;
/// Longest time for one command on the slowest card that is still a disk; a damaged store is opened anew in it.
const LONGEST: Duration = Duration::from_secs(180);
/// The same for a purge, which may write the whole store anew.
const LONGEST_PURGE: Duration = Duration::from_secs(900);

type Answer<T> = oneshot::Sender<Result<T, BufferError>>;

enum Command {
    Append(Arc<Vec<Entry>>, oneshot::Sender<Vec<Result<Appended, BufferError>>>),
    Read { lane: Lane, from_seq: u64, max_records: usize, max_points: usize, answer: Answer<Vec<Stored>> },
    Remove { lane: Lane, range: SeqRange, reason: Option<GapReason>, answer: Answer<u64> },
    Purge { sieve: Sieve, answer: Answer<Vec<PurgedRow>> },
}

/// The durable buffer. Clones share one store; it closes when the last one is gone.
#[derive(Clone)]
pub struct Buffer {
    shared: Arc<Shared>,
}

struct Shared {
    commands: Option<mpsc::Sender<Command>>,
    thread: Option<JoinHandle<()>>,
    seen: Arc<Seen>,
}

/// What can be asked without waiting for the thread.
struct Seen {
    pulse: Arc<Pulse>,
    epoch: AtomicU64,
    stats: Mutex<Stats>,
}

impl std::fmt::Debug for Buffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Buffer").field("epoch", &self.store_epoch()).finish_non_exhaustive()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.commands = None;
        // The thread ends once it has answered what waits; then the lock is free for the next owner.
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's thread panicked");
        }
    }
}

impl Buffer {
    /// Opens or makes the store in `dir`. What it holds is sealed under a key that the agent's own in `key_dir` wraps, made
    /// if there is none; `random` is asked for a fresh one whenever something is taken back.
    ///
    /// A damaged store is healed or replaced, and the report says so; only a store in use by another process or a
    /// directory that cannot be used at all is an error.
    ///
    /// # Errors
    /// [`BufferError::Locked`], [`BufferError::Directory`], [`BufferError::DiskFull`] or [`BufferError::Engine`].
    pub fn open(
        dir: &Path,
        limits: Limits,
        clock: Arc<dyn Clock>,
        key_dir: &Path,
        random: Random,
    ) -> Result<(Self, OpenReport), BufferError> {
        let pulse = Pulse::new("store", Arc::clone(&clock));
        let (mut keeper, report) = Keeper::open(dir, limits, clock, key_dir, random)?;
        let seen =
            Arc::new(Seen { pulse, epoch: AtomicU64::new(report.epoch), stats: Mutex::new(keeper.stats()) });
        let (commands, inbox) = mpsc::channel(QUEUE);
        let for_thread = Arc::clone(&seen);
        let thread = std::thread::Builder::new()
            .name("buffer".to_owned())
            .spawn(move || run(keeper, inbox, &for_thread))
            .map_err(|source| BufferError::Directory { path: dir.to_path_buf(), source })?;
        let shared = Shared { commands: Some(commands), thread: Some(thread), seen };
        Ok((Self { shared: Arc::new(shared) }, report))
    }

    /// Random number of the store the records come from.
    pub fn store_epoch(&self) -> u64 {
        self.shared.seen.epoch.load(Ordering::Acquire)
    }

    /// The signs of life of its thread.
    pub fn pulse(&self) -> Arc<Pulse> {
        Arc::clone(&self.shared.seen.pulse)
    }

    /// The figures after the last command.
    pub fn stats(&self) -> Stats {
        self.shared.seen.stats.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn send<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, BufferError> {
        let (answer, answered) = oneshot::channel();
        let commands = self.shared.commands.as_ref().ok_or(BufferError::Closed)?;
        commands.send(command(answer)).await.map_err(|_| BufferError::Closed)?;
        answered.await.map_err(|_| BufferError::Closed)
    }

    async fn ask<T>(&self, command: impl FnOnce(Answer<T>) -> Command) -> Result<T, BufferError> {
        self.send(command).await?
    }

    /// Stores all of `entry`, durably, or nothing of it.
    ///
    /// # Errors
    /// [`BufferError`]: nothing of the entry is stored. While the disk is full, readings without an origin are counted
    /// as lost; those with one come again from their source.
    pub async fn append(&self, entry: Entry) -> Result<Appended, BufferError> {
        self.append_all(&Arc::new(vec![entry])).await?.pop().unwrap_or(Err(BufferError::Closed))
    }

    /// As [`Self::append`] for each of `entries`, with one sync for all: the answers are in their order.
    ///
    /// # Errors
    /// [`BufferError::Closed`].
    pub async fn append_all(
        &self,
        entries: &Arc<Vec<Entry>>,
    ) -> Result<Vec<Result<Appended, BufferError>>, BufferError> {
        self.send(|answer| Command::Append(Arc::clone(entries), answer)).await
    }

    /// Records of `lane` from number `from_seq` on, oldest first: at most `max_records`, and at most `max_points` samples
    /// unless the first one alone has more. An empty answer means that there are none.
    ///
    /// # Errors
    /// [`BufferError`] when the store cannot be read now.
    pub async fn read(
        &self,
        lane: Lane,
        from_seq: u64,
        max_records: usize,
        max_points: usize,
    ) -> Result<Vec<Stored>, BufferError> {
        self.ask(|answer| Command::Read { lane, from_seq, max_records, max_points, answer }).await
    }

    /// Removes what the cloud has: the records of `range`, both ends included. Numbers without a record are skipped.
    ///
    /// # Errors
    /// [`BufferError`]: some may be removed already; removing again is fine.
    pub async fn remove(&self, lane: Lane, range: SeqRange) -> Result<(), BufferError> {
        self.ask(|answer| Command::Remove { lane, range, reason: None, answer }).await.map(|_| ())
    }

    /// Gives up the records of `range`: they are a loss, counted and told as a gap of this reason. Says how many.
    ///
    /// # Errors
    /// [`BufferError`] when the store cannot be written now.
    pub async fn set_aside(
        &self,
        lane: Lane,
        range: SeqRange,
        reason: GapReason,
    ) -> Result<u64, BufferError> {
        self.ask(|answer| Command::Remove { lane, range, reason: Some(reason), answer }).await
    }

    /// Keeps of every record only what `keep` and `keep_event` let through. When it returns, what was taken back is in no
    /// file of the store any more. An event that goes leaves [`riversync_protocol::v1::Event::Purged`] in its place.
    ///
    /// # Errors
    /// [`BufferError`]: nothing was purged; try again until it succeeds.
    pub async fn purge(
        &self,
        keep: KeepReading,
        keep_event: KeepEvent,
    ) -> Result<Vec<PurgedRow>, BufferError> {
        let sieve = Sieve { keep, keep_event, taken: BTreeMap::new() };
        self.ask(|answer| Command::Purge { sieve, answer }).await
    }
}

fn run(mut keeper: Keeper, mut inbox: mpsc::Receiver<Command>, seen: &Seen) {
    let mut next = inbox.blocking_recv();
    while let Some(command) = next.take() {
        let purges = matches!(command, Command::Purge { .. });
        seen.pulse.within(if purges { LONGEST_PURGE } else { LONGEST });
        next = obey(&mut keeper, &mut inbox, command, seen).or_else(|| {
            seen.pulse.rest();
            inbox.blocking_recv()
        });
    }
    keeper.close();
}

/// Carries out one command, and publishes the figures before it answers; gives back the command that ended a group of
/// appends.
fn obey(
    keeper: &mut Keeper,
    inbox: &mut mpsc::Receiver<Command>,
    command: Command,
    seen: &Seen,
) -> Option<Command> {
    match command {
        Command::Append(entries, answer) => return append_group(keeper, inbox, entries, answer, seen),
        Command::Read { lane, from_seq, max_records, max_points, answer } => {
            let result = keeper.read(lane, from_seq, max_records, max_points);
            publish(keeper, seen);
            tell(answer, result);
        }
        Command::Remove { lane, range, reason, answer } => {
            let result = keeper.remove(lane, range, reason);
            publish(keeper, seen);
            tell(answer, result);
        }
        Command::Purge { sieve, answer } => {
            let result = keeper.purge(sieve);
            publish(keeper, seen);
            tell(answer, result);
        }
    }
    None
}

/// Appends the first entries with all that wait behind them; gives back the command that ended the group.
fn append_group(
    keeper: &mut Keeper,
    inbox: &mut mpsc::Receiver<Command>,
    entries: Arc<Vec<Entry>>,
    answer: oneshot::Sender<Vec<Result<Appended, BufferError>>>,
    seen: &Seen,
) -> Option<Command> {
    let mut count = entries.len();
    let mut group = vec![(entries, answer)];
    let mut after = None;
    while count < GROUP && after.is_none() {
        match inbox.try_recv() {
            Ok(Command::Append(entries, answer)) => {
                count += entries.len();
                group.push((entries, answer));
            }
            Ok(other) => after = Some(other),
            Err(_) => break,
        }
    }
    let entries: Vec<&Entry> = group.iter().flat_map(|(entries, _)| entries.iter()).collect();
    let mut results = keeper.append(&entries).into_iter();
    publish(keeper, seen);
    for (entries, answer) in group {
        tell(answer, results.by_ref().take(entries.len()).collect());
    }
    after
}

fn tell<T>(answer: oneshot::Sender<T>, result: T) {
    if answer.send(result).is_err() {
        tracing::trace!("nobody waits for this answer of the store any more");
    }
}

fn publish(keeper: &mut Keeper, seen: &Seen) {
    seen.epoch.store(keeper.epoch(), Ordering::Release);
    *seen.stats.lock().unwrap_or_else(PoisonError::into_inner) = keeper.stats();
}
