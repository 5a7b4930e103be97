//! The shell around [`Session`]: reads the store, assembles, sends, and carries out what the reply leads to.
//! What is in flight when the policy changes is given up, and assembled anew under the new one.

use super::assemble::{Directory, correct, events};
use super::backoff;
use super::http::{Cloud, HttpError};
use super::session::Session;
use super::step::{Action, Effect, Reply, Settings, Waiting, Want};
use crate::buffer::{Buffer, BufferError, Stored, StoredItem};
use crate::clock::Clock;
use crate::grant::{Authority, Granted};
use crate::health::Counters;
use crate::watchdog::{PATIENCE, Pulse};
use riversync_protocol::ids::AgentId;
use riversync_protocol::v1::{
    Ack, Content, Event, GapReason, Lane, Message, Outcome, SchemaHash, SeqRange, Upload,
};
use riversync_protocol::{CodecError, paths};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// Longest time the last attempt may take when the agent stops.
const LAST_ATTEMPT: Duration = Duration::from_secs(5);
/// Longest time the purge after a change may keep the link waiting. Then the second gate alone stands before the
/// wire: on a full disk the store cannot be rewritten before something was sent.
const PURGE_PATIENCE: Duration = Duration::from_secs(10);
/// How soon to look whether the purge is done.
const PURGE_LOOK: Duration = Duration::from_millis(100);

/// What the link works with.
pub struct Link {
    /// Who we are.
    pub agent: AgentId,
    /// What may leave.
    pub authority: Arc<Authority>,
    /// Where it waits.
    pub buffer: Buffer,
    /// Where it goes.
    pub cloud: watch::Receiver<Arc<Cloud>>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Figures for people.
    pub counters: Arc<Counters>,
    /// Told when something was stored.
    pub stored: Arc<Notify>,
    /// Tells the long poll to ask at once.
    pub fetch: Arc<Notify>,
    /// How much and how often.
    pub settings: Settings,
    /// Most samples of one batch.
    pub max_points: usize,
    /// Random numbers.
    pub dice: fn() -> u32,
    /// Its signs of life.
    pub pulse: Arc<Pulse>,
    /// Longest time that the cloud may take for an answer.
    pub timeout: Duration,
}

/// Where each lane begins, as far as it is known: nothing lies below.
#[derive(Default)]
struct Begins {
    events: u64,
    telemetry: u64,
}

impl Begins {
    fn of(&mut self, lane: Lane) -> &mut u64 {
        match lane {
            Lane::Events => &mut self.events,
            Lane::Telemetry => &mut self.telemetry,
        }
    }
}

struct State {
    epoch: u64,
    session: Session,
    directory: Directory,
    begins: Begins,
    purge_since: Option<Duration>,
}

impl Link {
    /// Sends until `stop`, then tries once more to send what waits.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn run(self, stop: CancellationToken) -> Result<(), BufferError> {
        let mut state = self.fresh();
        let mut granted = self.authority.granted();
        granted.mark_changed();
        while !stop.is_cancelled() {
            self.pulse.within(PATIENCE);
            let wait = match self.step(&mut state, &mut granted, Some(&stop)).await {
                Ok(None) => continue,
                Ok(Some(until)) => until.saturating_sub(self.clock.monotonic()),
                Err(BufferError::Closed) => return Err(BufferError::Closed),
                Err(error) => {
                    tracing::warn!(%error, "the store could not be read");
                    backoff::after(2, (self.dice)())
                }
            };
            self.pulse.within(wait + PATIENCE);
            tokio::select! {
                () = stop.cancelled() => {}
                _ = granted.changed() => granted.mark_changed(),
                () = self.stored.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
        state.session.flush();
        let last = async {
            while self.step(&mut state, &mut granted, None).await?.is_none() {}
            Ok(())
        };
        let ended = tokio::time::timeout(LAST_ATTEMPT, last).await.unwrap_or(Ok(()));
        self.pulse.rest();
        ended
    }

    /// Waits for the store, which watches over itself.
    async fn waits<T>(&self, store: impl Future<Output = T>) -> T {
        self.pulse.lean(PATIENCE, store).await
    }

    fn fresh(&self) -> State {
        State {
            epoch: self.buffer.store_epoch(),
            session: Session::new(self.settings, self.clock.monotonic(), (self.dice)()),
            directory: Directory::default(),
            begins: Begins::default(),
            purge_since: None,
        }
    }

    /// When to look again, while the purge is due that a change has caused: what goes first is purged and told in the
    /// receipt, not filtered in silence.
    fn await_purge(&self, state: &mut State) -> Option<Duration> {
        let now = self.clock.monotonic();
        if self.authority.purge_due().is_none() {
            state.purge_since = None;
            return None;
        }
        let since = *state.purge_since.get_or_insert(now);
        (now < since + PURGE_PATIENCE).then_some(now + PURGE_LOOK)
    }

    /// One action; the moment to wait for when there is nothing to do.
    async fn step(
        &self,
        state: &mut State,
        granted: &mut watch::Receiver<Arc<Granted>>,
        stop: Option<&CancellationToken>,
    ) -> Result<Option<Duration>, BufferError> {
        if self.buffer.store_epoch() != state.epoch {
            // The store was replaced and counts anew.
            *state = self.fresh();
        }
        if granted.has_changed().unwrap_or(false) {
            granted.mark_unchanged();
            state.session.policy_changed();
        }
        if let Some(look) = self.await_purge(state) {
            return Ok(Some(look));
        }
        let stats = self.buffer.stats();
        let waiting = |lane: Lane, first: u64| {
            let lane = stats.lane(lane);
            Waiting { records: lane.records, first: first.min(lane.next_seq), next: lane.next_seq }
        };
        let events = waiting(Lane::Events, state.begins.events);
        let telemetry = waiting(Lane::Telemetry, state.begins.telemetry);
        match state.session.next(self.clock.monotonic(), events, telemetry) {
            Action::Wait(until) => Ok(Some(until)),
            Action::Schema(hash) => {
                let reply = self.send_schema(state, hash, granted, stop).await;
                self.apply(state, reply).await?;
                Ok(None)
            }
            Action::Send(want) => {
                if granted.borrow().epoch() == 0 && want.lane == Lane::Telemetry {
                    // Nothing may flow, and a doubt deletes nothing: the records wait for the next policy.
                    state.session.hold_lane(self.clock.monotonic(), Lane::Telemetry);
                    return Ok(None);
                }
                self.send(state, want, granted, stop).await?;
                Ok(None)
            }
        }
    }

    async fn send(
        &self,
        state: &mut State,
        want: Want,
        granted: &mut watch::Receiver<Arc<Granted>>,
        stop: Option<&CancellationToken>,
    ) -> Result<(), BufferError> {
        let mut records =
            self.waits(self.buffer.read(want.lane, want.from, want.max_records, self.max_points)).await?;
        if self.buffer.store_epoch() != state.epoch {
            return Ok(());
        }
        records.retain(|record| record.seq < want.before);
        let now = self.clock.monotonic();
        let current = Arc::clone(&granted.borrow_and_update());
        if current.epoch() == 0 {
            // An alarm waits for the next policy: a doubt purges nothing. What says nothing of a device goes on.
            let alarm = records.iter().position(|r| matches!(r.item, StoredItem::Event(Event::Alarm(_))));
            if alarm == Some(0) {
                state.session.hold_lane(now, want.lane);
                return Ok(());
            }
            records.truncate(alarm.unwrap_or(records.len()));
        }
        let begin = state.begins.of(want.lane);
        let asked_from_begin = want.from <= *begin;
        let (Some(first), Some(last)) = (records.first().map(|r| r.seq), records.last().map(|r| r.seq))
        else {
            if asked_from_begin {
                *begin = (*begin).max(want.before.min(self.buffer.stats().lane(want.lane).next_seq));
            }
            state.session.nothing_there(now, want.lane);
            return Ok(());
        };
        if asked_from_begin {
            *begin = (*begin).max(first);
        }
        let (range, count) = (SeqRange { first, last }, records.len());
        let content = match self.content(state, &current, records, range) {
            Ok(Some(content)) => content,
            Ok(None) => {
                self.waits(self.buffer.remove(want.lane, range)).await?;
                state.session.filtered(want.lane, range);
                return Ok(());
            }
            Err(why) => {
                state.session.sent(now, want.lane, range, count);
                return self.apply(state, Reply::Unsendable(why)).await;
            }
        };
        state.session.sent(now, want.lane, range, count);
        let points = if let Content::Telemetry(batch) = &content { u64::from(batch.points) } else { 0 };
        let upload = Upload {
            agent: self.agent.clone(),
            store_epoch: state.epoch,
            first_seq: first,
            last_seq: last,
            policy_epoch: current.epoch(),
            sent_ms: self.clock.now_ms(),
            content,
        };
        let reply = self.exchange(paths::BATCHES, Message::Upload(upload), granted, stop).await;
        if matches!(&reply, Reply::Ack(ack) if ack.outcome == Outcome::Stored) {
            self.counters.points_sent(points);
        }
        self.apply(state, reply).await
    }

    /// What of the records may leave, nothing when nothing may, or why they cannot be sent.
    fn content(
        &self,
        state: &mut State,
        granted: &Granted,
        records: Vec<Stored>,
        range: SeqRange,
    ) -> Result<Option<Content>, String> {
        let now_ms = self.clock.now_ms();
        let mut readings = Vec::new();
        let mut found: Vec<(u64, Event)> = Vec::new();
        for record in records {
            match record.item {
                StoredItem::Readings(more) => readings.extend(more),
                StoredItem::Event(event) => found.push((record.seq, event)),
            }
        }
        if !found.is_empty() {
            return Ok(Some(events(granted, found, range, now_ms)));
        }
        correct(&mut readings, self.clock.as_ref());
        let assembled =
            state.directory.assemble(granted, readings, now_ms).map_err(|error| error.to_string())?;
        Ok(assembled.map(|assembled| {
            self.counters.denied(assembled.denied);
            Content::Telemetry(assembled.batch)
        }))
    }

    async fn send_schema(
        &self,
        state: &State,
        hash: SchemaHash,
        granted: &mut watch::Receiver<Arc<Granted>>,
        stop: Option<&CancellationToken>,
    ) -> Reply {
        match state.directory.schema(hash) {
            Some(schema) => {
                self.exchange(paths::SCHEMAS, Message::Schema(schema.as_ref().clone()), granted, stop).await
            }
            // The directory has changed since: the next batch names another one.
            None => Reply::Abandoned,
        }
    }

    async fn exchange(
        &self,
        path: &str,
        message: Message,
        granted: &mut watch::Receiver<Arc<Granted>>,
        stop: Option<&CancellationToken>,
    ) -> Reply {
        self.pulse.within(self.timeout + PATIENCE);
        let cloud = Arc::clone(&self.cloud.borrow());
        let stopped = async {
            match stop {
                Some(stop) => stop.cancelled().await,
                None => std::future::pending().await,
            }
        };
        let answer = tokio::select! {
            biased;
            _ = granted.changed() => {
                granted.mark_changed();
                return Reply::Abandoned;
            }
            answer = cloud.post(path, message) => answer,
            () = async { stopped.await; tokio::time::sleep(LAST_ATTEMPT).await } => return Reply::Abandoned,
        };
        self.pulse.within(PATIENCE);
        let reply = reply_of(answer.map(|answer| answer.message));
        match &reply {
            Ok(reply) => self.note(reply),
            Err(error) => {
                tracing::info!(%error, "an upload did not go through");
                self.counters.link_failed(&error.to_string());
            }
        }
        match reply {
            Ok(ack) => Reply::Ack(ack),
            Err(HttpError::Status { status: 413, .. } | HttpError::Codec(CodecError::TooLarge { .. })) => {
                Reply::TooLarge
            }
            Err(HttpError::Status { status: 408 | 429 | 503, retry_after }) => Reply::Busy(retry_after),
            Err(_) => Reply::Failed,
        }
    }

    fn note(&self, ack: &Ack) {
        self.authority.heard(ack.server_ms);
        if ack.policy_epoch > self.authority.have_epoch() {
            self.fetch.notify_one();
        }
        self.counters.acked(ack, self.clock.now_ms());
    }

    async fn apply(&self, state: &mut State, reply: Reply) -> Result<(), BufferError> {
        for effect in state.session.reply(self.clock.monotonic(), reply, (self.dice)()) {
            match effect {
                Effect::Remove(lane, range) => {
                    self.waits(self.buffer.remove(lane, range)).await?;
                    let begin = state.begins.of(lane);
                    if range.first <= *begin {
                        *begin = (*begin).max(range.last.saturating_add(1));
                    }
                }
                Effect::SetAside(lane, range, reason) => {
                    tracing::warn!(
                        first = range.first,
                        reason,
                        "the cloud will never take a record; it is set aside"
                    );
                    self.waits(self.buffer.set_aside(lane, range, GapReason::Refused)).await?;
                }
                Effect::FetchPolicy => self.fetch.notify_one(),
            }
        }
        Ok(())
    }
}

fn reply_of(answer: Result<Message, HttpError>) -> Result<Ack, HttpError> {
    match answer? {
        Message::Ack(ack) => Ok(ack),
        _ => Err(HttpError::NotOurs("the answer is another message than an ack")),
    }
}
