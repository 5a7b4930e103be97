//! What to send next, as a pure state machine: `(state, what waits, now) -> action`, `(state, reply, now) -> effects`.
//! No I/O, no clock, no randomness of its own. EDGE section 6, faults 24 and 25.
//!
//! Invariants, each tried by the model test:
//! - nothing is deleted without a well-formed [`Ack`] that says it is durable; never more than what was sent;
//! - events before telemetry, live before backlog, and backlog moves between two live batches;
//! - a batch that can never be accepted is cut in halves down to one record, which is set aside; the rest goes on;
//! - waiting is bounded, grows with failures and carries jitter, so that a thousand sites do not come back at once.

use super::backoff;
use super::step::{Action, Effect, Reply, Settings, Waiting, Want};
use riversync_protocol::v1::{Ack, Lane, Outcome, Refusal, SchemaHash, SeqRange};
use std::time::Duration;

/// Longest wait the cloud may ask for.
const MAX_ASKED: Duration = Duration::from_secs(600);
/// A schema that the cloud asks for again although it has it, before this is treated as a failure.
const SCHEMA_TRIES: u32 = 3;

#[derive(Clone, Copy, Debug)]
struct Flight {
    lane: Lane,
    range: SeqRange,
    records: usize,
    backlog: bool,
    sent_at: Duration,
}

/// One lane's troubles.
#[derive(Clone, Debug)]
struct Course {
    limit: usize,
    held_until: Duration,
    refusals: u32,
    /// Ranges that the cloud holds already: a new range must not reach across one.
    holes: Vec<SeqRange>,
}

/// The state machine of one link.
#[derive(Clone, Debug)]
pub struct Session {
    settings: Settings,
    events: Course,
    telemetry: Course,
    /// Telemetry below it is backlog. Set anew after each failure, so that the newest goes first.
    split: Option<u64>,
    /// First live sequence number that the cloud has not got.
    live_next: u64,
    /// What the newest question for live telemetry reached to.
    asked_to: u64,
    live_due: Duration,
    backlog_due: Duration,
    last_was_live: bool,
    held_until: Duration,
    failures: u32,
    want_backlog: bool,
    flight: Option<Flight>,
    schema: Option<SchemaHash>,
    schema_tries: u32,
}

impl Session {
    /// A session that starts at a random moment within the first batch time; `dice` is any random number.
    pub fn new(settings: Settings, now: Duration, dice: u32) -> Self {
        let course = Course {
            limit: settings.max_records,
            held_until: Duration::ZERO,
            refusals: 0,
            holes: Vec::new(),
        };
        Self {
            settings,
            events: course.clone(),
            telemetry: course,
            split: None,
            live_next: 0,
            asked_to: 0,
            live_due: Duration::ZERO,
            backlog_due: Duration::ZERO,
            last_was_live: false,
            held_until: now + backoff::share(settings.batch, dice),
            failures: 0,
            want_backlog: false,
            flight: None,
            schema: None,
            schema_tries: 0,
        }
    }

    /// Failures since the last well-formed answer.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// What waits is due now: the agent is about to stop.
    pub fn flush(&mut self) {
        self.live_due = Duration::ZERO;
        self.held_until = Duration::ZERO;
    }

    /// The policy changed: what was refused for it may go now, and what was in flight was given up.
    pub fn policy_changed(&mut self) {
        for course in [&mut self.events, &mut self.telemetry] {
            course.held_until = Duration::ZERO;
            course.refusals = 0;
        }
        self.schema = None;
    }

    /// What to do at `now`.
    pub fn next(&mut self, now: Duration, events: Waiting, telemetry: Waiting) -> Action {
        if now < self.held_until {
            return Action::Wait(self.held_until);
        }
        if let Some(hash) = self.schema {
            return Action::Schema(hash);
        }
        let mut wake = now + self.settings.batch;
        if events.records > 0 {
            if now >= self.events.held_until {
                self.want_backlog = false;
                return Action::Send(self.events.want(Lane::Events, events.first, events));
            }
            wake = wake.min(self.events.held_until);
        }
        if telemetry.records > 0 {
            if now < self.telemetry.held_until {
                wake = wake.min(self.telemetry.held_until);
            } else {
                match self.next_telemetry(now, telemetry) {
                    Ok(want) => return Action::Send(want),
                    Err(due) => wake = wake.min(due),
                }
            }
        }
        Action::Wait(wake)
    }

    fn next_telemetry(&mut self, now: Duration, waiting: Waiting) -> Result<Want, Duration> {
        let window = self.settings.max_records as u64;
        self.live_next = self.live_next.max(waiting.first);
        let behind = waiting.next.saturating_sub(self.live_next) > 4 * window;
        let split = match self.split {
            Some(split) if !behind => split,
            _ => {
                self.live_next = waiting.next.saturating_sub(window).max(waiting.first);
                self.live_next
            }
        };
        self.split = Some(split);
        let backlog = waiting.first < split;
        // Sequence numbers without a record may make this too large; it only decides when, never what.
        let live = waiting.next.saturating_sub(self.live_next).min(waiting.records);
        let live_ready = live > 0 && (now >= self.live_due || live >= self.settings.big_records);
        let backlog_ready = backlog && now >= self.backlog_due;
        if live_ready && !(self.last_was_live && backlog_ready) {
            self.want_backlog = false;
            let want = self.telemetry.want(Lane::Telemetry, self.live_next, waiting);
            self.asked_to = want.before.min(waiting.next);
            return Ok(want);
        }
        if backlog_ready {
            self.want_backlog = true;
            let mut want = self.telemetry.want(Lane::Telemetry, waiting.first, waiting);
            want.before = want.before.min(split);
            return Ok(want);
        }
        let live_at = if live > 0 { Some(self.live_due) } else { None };
        let backlog_at = if backlog { Some(self.backlog_due) } else { None };
        Err(live_at.into_iter().chain(backlog_at).min().unwrap_or(now + self.settings.batch))
    }

    /// The records of [`Action::Send`] in `range` are on their way; `records` of them were read.
    pub fn sent(&mut self, now: Duration, lane: Lane, range: SeqRange, records: usize) {
        let backlog = self.want_backlog;
        if lane == Lane::Telemetry {
            self.last_was_live = !backlog;
        }
        self.flight = Some(Flight { lane, range, records, backlog, sent_at: now });
    }

    /// Nothing was there although sequence numbers were given, or the store refused: do not ask again at once.
    pub fn nothing_there(&mut self, now: Duration, lane: Lane) {
        match lane {
            Lane::Telemetry if !self.want_backlog => self.live_next = self.asked_to,
            // The shell now knows that the backlog begins later, so the next question is another one.
            Lane::Telemetry => {}
            Lane::Events => self.events.held_until = now + self.settings.batch,
        }
    }

    /// Nothing of `lane` may flow for now; look again later.
    pub fn hold_lane(&mut self, now: Duration, lane: Lane) {
        self.course(lane).held_until = now + self.settings.batch;
    }

    /// Nothing of `range` may flow any more; the shell removed it.
    pub fn filtered(&mut self, lane: Lane, range: SeqRange) {
        if lane == Lane::Telemetry && !self.want_backlog {
            self.live_next = self.live_next.max(range.last.saturating_add(1));
        }
    }

    /// The request ended; `dice` is any random number.
    pub fn reply(&mut self, now: Duration, reply: Reply, dice: u32) -> Vec<Effect> {
        let flight = self.flight.take();
        let schema = self.schema.take();
        match (reply, schema, flight) {
            (Reply::Abandoned, _, _) => Vec::new(),
            (Reply::Failed, schema, _) => {
                self.schema = schema;
                self.failed(now, dice);
                Vec::new()
            }
            (Reply::Busy(after), schema, _) => {
                self.schema = schema;
                self.failures = self.failures.saturating_add(1);
                let own = backoff::after(self.failures, dice);
                let asked = after.unwrap_or(own).min(MAX_ASKED);
                self.hold(now, asked, dice);
                Vec::new()
            }
            (Reply::TooLarge, _, Some(flight)) => self.cut(flight, "a single record is too large to send"),
            (Reply::Unsendable(why), _, Some(flight)) => self.cut(flight, &why),
            (Reply::Ack(ack), Some(hash), _) => self.schema_answered(now, &ack, hash, dice),
            (Reply::Ack(ack), None, Some(flight)) => self.answered(now, ack, flight, dice),
            (Reply::TooLarge | Reply::Unsendable(_) | Reply::Ack(_), _, None) => {
                self.failed(now, dice);
                Vec::new()
            }
        }
    }

    fn answered(&mut self, now: Duration, ack: Ack, flight: Flight, dice: u32) -> Vec<Effect> {
        self.failures = 0;
        if flight.backlog {
            self.backlog_due = now + Duration::from_millis(u64::from(ack.pace_ms)).min(MAX_ASKED);
        }
        let (lane, range) = (flight.lane, flight.range);
        match ack.outcome {
            Outcome::Stored => {
                self.schema_tries = 0;
                let most = self.settings.max_records;
                if lane == Lane::Telemetry && !flight.backlog {
                    self.live_next = self.live_next.max(range.last.saturating_add(1));
                    // What did not fit into this batch has waited long enough for company.
                    let cut_short = self.live_next < self.asked_to;
                    self.live_due = if cut_short { now } else { flight.sent_at + self.settings.batch };
                }
                let course = self.course(lane);
                course.refusals = 0;
                course.limit = course.limit.saturating_mul(2).min(most);
                vec![Effect::Remove(lane, range)]
            }
            Outcome::Overlaps(parts) => self.overlapping(now, flight, &parts, dice),
            Outcome::Refused(Refusal::UnknownSchema(hash)) => {
                self.schema_tries += 1;
                if self.schema_tries > SCHEMA_TRIES {
                    self.refused(now, lane, dice);
                } else {
                    self.schema = Some(hash);
                }
                Vec::new()
            }
            Outcome::Refused(Refusal::NotGranted) => {
                self.refused(now, lane, dice);
                vec![Effect::FetchPolicy]
            }
            Outcome::Refused(Refusal::Malformed(why)) => self.cut(flight, &why),
            Outcome::Refused(Refusal::Busy(ms)) => {
                self.hold(now, Duration::from_millis(u64::from(ms)).min(MAX_ASKED), dice);
                Vec::new()
            }
        }
    }

    fn overlapping(&mut self, now: Duration, flight: Flight, parts: &[SeqRange], dice: u32) -> Vec<Effect> {
        let sent = flight.range;
        let inside: Vec<SeqRange> = parts
            .iter()
            .map(|part| SeqRange { first: part.first.max(sent.first), last: part.last.min(sent.last) })
            .filter(|part| part.first <= part.last)
            .collect();
        if inside.is_empty() {
            self.refused(now, flight.lane, dice);
        }
        self.course(flight.lane).holes.extend(&inside);
        inside.into_iter().map(|part| Effect::Remove(flight.lane, part)).collect()
    }

    fn schema_answered(&mut self, now: Duration, ack: &Ack, hash: SchemaHash, dice: u32) -> Vec<Effect> {
        self.failures = 0;
        match &ack.outcome {
            Outcome::Stored => Vec::new(),
            Outcome::Refused(Refusal::Busy(ms)) => {
                self.schema = Some(hash);
                self.hold(now, Duration::from_millis(u64::from(*ms)).min(MAX_ASKED), dice);
                Vec::new()
            }
            Outcome::Refused(Refusal::NotGranted) => {
                self.refused(now, Lane::Telemetry, dice);
                vec![Effect::FetchPolicy]
            }
            Outcome::Overlaps(_) | Outcome::Refused(_) => {
                self.refused(now, Lane::Telemetry, dice);
                Vec::new()
            }
        }
    }

    /// Half as much next time; a single record that does not go is set aside.
    fn cut(&mut self, flight: Flight, why: &str) -> Vec<Effect> {
        if flight.records <= 1 {
            self.filtered(flight.lane, flight.range);
            return vec![Effect::SetAside(flight.lane, flight.range, why.to_owned())];
        }
        self.course(flight.lane).limit = flight.records / 2;
        Vec::new()
    }

    fn failed(&mut self, now: Duration, dice: u32) {
        self.failures = self.failures.saturating_add(1);
        self.split = None;
        self.last_was_live = false;
        self.live_due = Duration::ZERO;
        self.held_until = now + backoff::after(self.failures, dice);
    }

    fn refused(&mut self, now: Duration, lane: Lane, dice: u32) {
        let course = self.course(lane);
        course.refusals = course.refusals.saturating_add(1);
        course.held_until = now + backoff::after(course.refusals, dice);
        self.schema_tries = 0;
    }

    /// Waits as long as the cloud asked, and up to an eighth longer.
    fn hold(&mut self, now: Duration, asked: Duration, dice: u32) {
        let asked = asked.max(backoff::SHORTEST);
        self.held_until = now + asked + backoff::share(asked / 8, dice);
    }

    fn course(&mut self, lane: Lane) -> &mut Course {
        match lane {
            Lane::Events => &mut self.events,
            Lane::Telemetry => &mut self.telemetry,
        }
    }
}

impl Course {
    fn want(&mut self, lane: Lane, from: u64, waiting: Waiting) -> Want {
        self.holes.retain(|hole| hole.last >= waiting.first);
        let beyond = self.holes.iter().filter(|hole| hole.first > from).map(|hole| hole.first).min();
        Want { lane, from, before: beyond.unwrap_or(u64::MAX), max_records: self.limit.max(1) }
    }
}
