//! The owner of one line: polls its units in turn, each on its own schedule.
//!
//! A cycle that is late is skipped and counted, never queued. A failed read is handed on as bad cells with the
//! reason. A unit that fails is left alone for a growing while, so that a dead one costs the others at most one
//! timeout per back-off (EDGE faults 11 to 17).

use super::decode::{Block, bad, cell};
use super::learned::Learned;
use super::lessons::{Lessons, Piece};
use super::link::{Answer, Failure, Link};
use super::plan::Request;
use super::unit::Unit;
use crate::config::Line;
use crate::reading::{Arrival, Cell, Reading};
use crate::sources::backoff::{Backoff, chance};
use crate::sources::supervise::{DIED, Members};
use crate::sources::{Context, Link as State};
use futures_util::FutureExt as _;
use riversync_protocol::v1::QualityReason;
use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// First wait after a connection could not be made.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// Longest wait before a connection is tried again.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// How often an idle bus looks at the wall clock, which may jump over the start of a grant.
const LOOK: Duration = Duration::from_secs(1);

pub(super) struct Bus {
    line: Arc<Line>,
    pub(super) members: Members,
    pub(super) units: Vec<Unit>,
    pub(super) learned: Learned,
    pub(super) context: Context,
    pub(super) link: Option<Link>,
    reconnect: Backoff,
    connect_after: Instant,
    connect_failure: Failure,
    /// Closed by ourselves between polls.
    resting: bool,
}

/// Cells of one cycle, by metric.
type Cells = Vec<(usize, Cell)>;

impl Bus {
    pub(super) fn new(line: Arc<Line>, members: Members, learned: Learned, context: Context) -> Self {
        Self {
            line,
            members,
            units: Vec::new(),
            learned,
            context,
            link: None,
            reconnect: Backoff::new(FIRST_WAIT, LONGEST_WAIT),
            connect_after: Instant::now(),
            connect_failure: Failure::Down,
            resting: false,
        }
    }

    /// Polls until told to stop, or until nobody takes the readings.
    pub(super) async fn run(mut self) {
        let stop = self.context.stop.clone();
        let (mut granted, mut members) = (self.context.granted.clone(), self.members.clone());
        self.adopt();
        let mut valid_until = self.regroup();
        loop {
            let next = self.next();
            let wake = match (next, valid_until) {
                (Some((_, _, due)), None) => Some(due),
                (Some((_, _, due)), Some(_)) => Some(due.min(Instant::now() + LOOK)),
                (None, Some(_)) => Some(Instant::now() + LOOK),
                (None, None) => None,
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                changed = granted.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    valid_until = self.regroup();
                    continue;
                }
                Ok(()) = members.changed() => {
                    self.adopt();
                    valid_until = self.regroup();
                    continue;
                }
                () = sleep(wake) => {}
            }
            if valid_until.is_some_and(|until| until.is_over(self.context.clock.now_ms())) {
                valid_until = self.regroup();
                continue;
            }
            let Some((unit, poll, _)) = next.filter(|(_, _, due)| *due <= Instant::now()) else { continue };
            let cycle = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                cycle = AssertUnwindSafe(self.cycle(unit, poll)).catch_unwind() => cycle,
            };
            let reading = cycle.unwrap_or_else(|_| {
                self.died(unit);
                None
            });
            if let Some(reading) = reading {
                let arrival = Arrival { readings: vec![reading], origin: None, stored: None };
                tokio::select! {
                    biased;
                    () = stop.cancelled() => return,
                    sent = self.context.out.send(arrival) => if sent.is_err() { return },
                }
            }
            self.advance(unit, poll);
        }
    }

    /// A fault of ours, met in reading one unit: it begins anew after a while, longer each time, and the others go on.
    fn died(&mut self, unit: usize) {
        // What was on its way over the line belongs to nobody any more.
        self.link = None;
        let Some(unit) = self.units.get_mut(unit) else { return };
        unit.died(Instant::now(), chance());
        tracing::error!(device = %unit.device.id, "reading a device failed by a fault of the agent; it is left alone for a while");
        if let Some(status) = self.context.status.device(&unit.device.id) {
            status.count_restart();
        }
        set_link(&self.context, unit, State::Down, DIED);
    }

    /// The poll that is due first.
    fn next(&self) -> Option<(usize, usize, Instant)> {
        let polls = self.units.iter().enumerate().flat_map(|(unit, state)| {
            state.polls.iter().enumerate().map(move |(poll, state)| (unit, poll, state.due))
        });
        polls.min_by_key(|(_, _, due)| *due)
    }

    fn advance(&mut self, unit: usize, poll: usize) {
        let Some(unit) = self.units.get_mut(unit) else { return };
        let Some(poll) = unit.polls.get_mut(poll) else { return };
        let missed = poll.advance(Instant::now());
        if let (true, Some(status)) = (missed > 0, self.context.status.device(&unit.device.id)) {
            status.count_overruns(missed);
        }
    }

    /// Reads one group once. `None` when the policy changed meanwhile: what it may read is not known any more.
    async fn cycle(&mut self, unit: usize, poll: usize) -> Option<Reading> {
        let group = Arc::clone(&self.units.get(unit)?.polls.get(poll)?.together.group);
        let (requests, refused) = self.units.get_mut(unit)?.requests(poll, Instant::now());
        let mut cells: Cells = Vec::with_capacity(group.columns.len());
        for (index, failure) in refused {
            self.fail(unit, &[index], failure.reason(), &mut cells);
        }
        let mut pieces: VecDeque<Piece> = requests.into_iter().map(Piece::planned).collect();
        let mut lessons = Lessons::default();
        while let Some(piece) = pieces.pop_front() {
            if self.context.granted.has_changed().unwrap_or(true) {
                return None;
            }
            let left_alone = self.units.get(unit)?.left_alone(Instant::now());
            let answer = match left_alone {
                Some(failure) => Err(failure),
                None => self.ask(unit, &piece.request).await,
            };
            match answer {
                Ok(answer) => self.take(unit, &piece.request, &answer, &mut lessons, &mut cells),
                Err(Failure::Exception(code @ 2..=3)) if self.may_divide(unit, &piece.request) => {
                    lessons.divide(&piece, code, &mut pieces);
                }
                Err(failure) => {
                    lessons.failed(&piece);
                    if left_alone.is_none() {
                        self.learn(unit, &piece.request, failure, &mut lessons);
                    }
                    let ids: Vec<usize> = piece.request.items.iter().map(|item| item.id).collect();
                    self.fail(unit, &ids, failure.reason(), &mut cells);
                }
            }
        }
        let at = self.context.clock.stamp();
        self.remember(unit, lessons);
        self.rest(unit);
        if let Some(unit) = self.units.get_mut(unit).filter(|unit| unit.left_alone(Instant::now()).is_none())
        {
            unit.lived();
        }
        cells.sort_by_key(|(index, _)| *index);
        let cells: Vec<Cell> = cells.into_iter().map(|(_, cell)| cell).collect();
        self.count(unit, &cells, at.at_ms);
        (cells.len() == group.columns.len()).then(|| Reading::taken(group, at, cells))
    }

    /// Whether a refused request can be asked for in two parts.
    fn may_divide(&self, unit: usize, request: &Request) -> bool {
        let from_zero = self.units.get(unit).is_some_and(|unit| unit.at.quirks.coils_from_zero == Some(true));
        request.items.len() > 1 && !(from_zero && request.table == crate::profile::Table::Coil)
    }

    /// One request with its answer. A line that the peer closed while it was idle is replaced once.
    async fn ask(&mut self, unit: usize, request: &Request) -> Result<Answer, Failure> {
        let was_open = self.link.is_some();
        match self.ask_once(unit, request).await {
            Err(Failure::Down) if was_open => self.ask_once(unit, request).await,
            other => other,
        }
    }

    async fn ask_once(&mut self, unit: usize, request: &Request) -> Result<Answer, Failure> {
        self.reach(unit).await?;
        if self.units.get(unit).is_some_and(|unit| unit.is_stranger(Instant::now())) {
            self.recognise(unit).await?;
        }
        let (id, timeout) = self.address(unit)?;
        let link = self.link.take().ok_or(Failure::Down)?;
        let (link, answer) = link.read(id, request, timeout).await;
        self.told(unit, link, answer).await
    }

    pub(super) fn address(&self, unit: usize) -> Result<(u8, Duration), Failure> {
        let at = &self.units.get(unit).ok_or(Failure::Down)?.at;
        Ok((at.unit, Duration::from_millis(at.timeout_ms)))
    }

    /// Takes the line back after an exchange, and rests as the unit wants it.
    pub(super) async fn told<T>(
        &mut self,
        unit: usize,
        link: Option<Link>,
        answer: Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.link = link;
        let Some(unit) = self.units.get(unit) else { return answer };
        if let Some(status) = self.context.status.device(&unit.device.id) {
            status.count_request();
            if answer.is_err() {
                status.count_error();
            }
        }
        pause(unit.at.quirks.pause_between_requests_ms).await;
        answer
    }

    /// Sees to it that the line is open, unless it is too early to try again. Who is behind a new line is not known.
    async fn reach(&mut self, unit: usize) -> Result<(), Failure> {
        if self.link.is_some() {
            return Ok(());
        }
        if Instant::now() < self.connect_after {
            return Err(self.connect_failure);
        }
        let (_, timeout) = self.address(unit)?;
        match Link::open(&self.line, timeout).await {
            Ok(link) => {
                self.link = Some(link);
                self.reconnect.succeed();
                if !std::mem::take(&mut self.resting) {
                    self.units.iter_mut().for_each(Unit::forget);
                }
                pause(self.units.get(unit).and_then(|unit| unit.at.quirks.pause_after_connect_ms)).await;
                Ok(())
            }
            Err(failure) => {
                self.connect_failure = failure;
                self.connect_after = Instant::now() + self.reconnect.fail(chance());
                Err(failure)
            }
        }
    }

    /// Leaves the line free until the next poll, if the unit wants that.
    fn rest(&mut self, unit: usize) {
        let closes = self.units.get(unit).is_some_and(|unit| unit.at.quirks.close_after_poll == Some(true));
        if closes && self.link.take().is_some() {
            self.resting = true;
        }
    }

    /// Decodes what was asked for; the words between, which nobody granted, end here.
    fn take(
        &mut self,
        unit: usize,
        request: &Request,
        answer: &Answer,
        lessons: &mut Lessons,
        cells: &mut Cells,
    ) {
        let Some(unit) = self.units.get_mut(unit) else { return };
        let block = match answer {
            Answer::Words(words) => Block::Words(request.start, words),
            Answer::Bits(bits) => Block::Bits(request.start, bits),
        };
        for item in &request.items {
            let Some(metric) = unit.device.profile.metrics.get(item.id) else { continue };
            cells.push((item.id, cell(metric, block)));
        }
        lessons.is_new |= unit.accept(request);
        unit.answered();
        set_link(&self.context, unit, State::Up, "");
    }

    fn fail(&self, unit: usize, metrics: &[usize], reason: QualityReason, cells: &mut Cells) {
        let Some(unit) = self.units.get(unit) else { return };
        for index in metrics {
            if let Some(metric) = unit.device.profile.metrics.get(*index) {
                cells.push((*index, bad(metric, reason)));
            }
        }
    }

    /// Draws the consequence of a failure that cannot be divided any more.
    fn learn(&mut self, unit: usize, request: &Request, failure: Failure, lessons: &mut Lessons) {
        let no_line = self.link.is_none() && Instant::now() < self.connect_after;
        let Some(unit) = self.units.get_mut(unit) else { return };
        match failure {
            Failure::Exception(1..=3) => {
                for item in &request.items {
                    unit.refuse(item.id, failure, Instant::now());
                }
                lessons.is_new = true;
                unit.answered();
                return;
            }
            // It answers, if only to say that it cannot.
            Failure::Exception(code) if !matches!(code, 5 | 6 | 10 | 11) => {
                unit.answered();
                return;
            }
            // It is left alone already.
            Failure::Exchanged => {}
            // The line as a whole waits; the units behind it are not to blame.
            _ if no_line => {}
            Failure::Exception(_)
            | Failure::Timeout
            | Failure::Down
            | Failure::Setup(_)
            | Failure::Malformed => unit.trip(failure, Instant::now(), chance()),
        }
        set_link(&self.context, unit, State::Down, failure.words());
    }

    /// Keeps what a cycle taught, for the next one and for after a restart.
    fn remember(&mut self, unit: usize, lessons: Lessons) {
        let Some(unit) = self.units.get_mut(unit) else { return };
        let mut is_new = lessons.is_new;
        for lesson in lessons.settled() {
            is_new = true;
            if lesson.code == 3 {
                unit.shorten(lesson.border.table, lesson.count);
            } else {
                unit.divide_at(&lesson.border);
            }
        }
        if is_new {
            self.learned.keep(&unit.device, &unit.at, unit.lesson());
        }
    }

    fn count(&self, unit: usize, cells: &[Cell], at_ms: i64) {
        let good = cells.iter().filter(|cell| cell.quality.has_value()).count() as u64;
        let status = self.units.get(unit).and_then(|unit| self.context.status.device(&unit.device.id));
        if let Some(status) = status {
            status.count_points(good, cells.len() as u64 - good, at_ms);
        }
    }
}

async fn pause(ms: Option<u64>) {
    if let Some(ms) = ms.filter(|ms| *ms > 0) {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
}

pub(super) fn set_link(context: &Context, unit: &Unit, state: State, reason: &'static str) {
    let Some(status) = context.status.device(&unit.device.id) else { return };
    if status.set_link(state, reason) {
        tracing::info!(device = %unit.device.id, ?state, reason, "the device's state changed");
    }
}

async fn sleep(until: Option<Instant>) {
    match until {
        Some(until) => tokio::time::sleep_until(until).await,
        None => std::future::pending().await,
    }
}
