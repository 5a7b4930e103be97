//! The owner of one connection: polls its units in turn, each on its own schedule.
//!
//! A cycle that is late is skipped and counted, never queued. A failed read is handed on as bad cells with the
//! reason. A unit that fails is left alone for a growing while, so that a dead one costs the others at most one
//! timeout per back-off (EDGE faults 11 to 17).

use super::decode::{Block, bad, cell};
use super::link::{Answer, Failure, Link};
use super::plan::{Item, Request};
use super::unit::{Unit, whole};
use crate::reading::{Arrival, Cell, Reading};
use crate::sources::backoff::{Backoff, chance};
use crate::sources::group::Validity;
use crate::sources::{Context, Link as State};
use riversync_protocol::v1::QualityReason;
use std::collections::VecDeque;
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
    host: String,
    port: u16,
    units: Vec<Unit>,
    context: Context,
    link: Option<Link>,
    reconnect: Backoff,
    connect_after: Instant,
    connect_failure: Failure,
}

/// Cells of one cycle, by metric.
type Cells = Vec<(usize, Cell)>;

/// A piece of a planned request; `origin` tells pieces of one request apart from others.
struct Piece {
    request: Arc<Request>,
    origin: usize,
}

impl Bus {
    pub(super) fn new(host: String, port: u16, units: Vec<Unit>, context: Context) -> Self {
        Self {
            host,
            port,
            units,
            context,
            link: None,
            reconnect: Backoff::new(FIRST_WAIT, LONGEST_WAIT),
            connect_after: Instant::now(),
            connect_failure: Failure::Down,
        }
    }

    /// Polls until told to stop, or until nobody takes the readings.
    pub(super) async fn run(mut self) {
        let stop = self.context.stop.clone();
        let mut granted = self.context.granted.clone();
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
                cycle = self.cycle(unit, poll) => cycle,
            };
            if let Some(reading) = cycle {
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

    /// Takes over the policy in force; tells when it must be looked at again.
    fn regroup(&mut self) -> Option<Validity> {
        let granted = Arc::clone(&self.context.granted.borrow_and_update());
        let (now_ms, now) = (self.context.clock.now_ms(), Instant::now());
        for unit in &mut self.units {
            unit.regroup(&granted, now_ms, now);
            if unit.polls.is_empty() {
                set_link(&self.context, unit, State::Idle, "");
            }
        }
        Validity::of(&granted, now_ms)
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
        let mut pieces: VecDeque<Piece> =
            requests.into_iter().enumerate().map(|(origin, request)| Piece { request, origin }).collect();
        let mut lessons = Lessons::default();
        while let Some(piece) = pieces.pop_front() {
            if self.context.granted.has_changed().unwrap_or(true) {
                return None;
            }
            let ids: Vec<usize> = piece.request.items.iter().map(|item| item.id).collect();
            if let Some(failure) = self.units.get(unit)?.left_alone(Instant::now()) {
                self.fail(unit, &ids, failure.reason(), &mut cells);
                continue;
            }
            match self.ask(unit, &piece.request).await {
                Ok(answer) => self.take(unit, &piece.request, &answer, &mut cells),
                Err(Failure::Exception(1..=3)) if ids.len() > 1 => {
                    lessons.divide(&piece, &mut pieces);
                }
                Err(failure) => {
                    self.learn(unit, &piece, failure, &mut lessons);
                    self.fail(unit, &ids, failure.reason(), &mut cells);
                }
            }
        }
        let at_ms = self.context.clock.now_ms();
        let borders = lessons.settled();
        if !borders.is_empty() {
            self.units.get_mut(unit)?.divide_at(&borders);
        }
        cells.sort_by_key(|(index, _)| *index);
        let cells: Vec<Cell> = cells.into_iter().map(|(_, cell)| cell).collect();
        self.count(unit, &cells, at_ms);
        (cells.len() == group.columns.len()).then_some(Reading { group, at_ms, cells })
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
        let at = &self.units.get(unit).ok_or(Failure::Down)?.at;
        let (id, pause) = (at.unit, Duration::from_millis(at.pause_between_requests_ms));
        let timeout = Duration::from_millis(at.timeout_ms);
        let link = self.connected(timeout).await?;
        let status = self.units.get(unit).and_then(|unit| self.context.status.device(&unit.device.id));
        let (link, answer) = link.read(id, request, timeout).await;
        if let Some(status) = status {
            status.count_request();
            if answer.is_err() {
                status.count_error();
            }
        }
        self.link = link;
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        answer
    }

    /// The open line, or a new one unless it is too early to try again.
    async fn connected(&mut self, timeout: Duration) -> Result<Link, Failure> {
        if let Some(link) = self.link.take() {
            return Ok(link);
        }
        if Instant::now() < self.connect_after {
            return Err(self.connect_failure);
        }
        let connected = Link::connect(&self.host, self.port, timeout).await;
        match &connected {
            Ok(_) => self.reconnect.succeed(),
            Err(failure) => {
                self.connect_failure = *failure;
                self.connect_after = Instant::now() + self.reconnect.fail(chance());
            }
        }
        connected
    }

    /// Decodes what was asked for; the words between, which nobody granted, end here.
    fn take(&mut self, unit: usize, request: &Request, answer: &Answer, cells: &mut Cells) {
        let Some(unit) = self.units.get_mut(unit) else { return };
        let block = match answer {
            Answer::Words(words) => Block::Words(request.start, words),
            Answer::Bits(bits) => Block::Bits(request.start, bits),
        };
        for item in &request.items {
            if let Some(metric) = unit.device.profile.metrics.get(item.id) {
                cells.push((item.id, cell(metric, block)));
            }
            unit.accept(item.id);
        }
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
    fn learn(&mut self, unit: usize, piece: &Piece, failure: Failure, lessons: &mut Lessons) {
        let no_line = self.link.is_none() && Instant::now() < self.connect_after;
        let Some(unit) = self.units.get_mut(unit) else { return };
        match failure {
            Failure::Exception(1..=3) => {
                lessons.explained.push(piece.origin);
                for item in &piece.request.items {
                    unit.refuse(item.id, failure, Instant::now());
                }
                unit.answered();
                return;
            }
            // It answers, if only to say that it cannot.
            Failure::Exception(code) if !matches!(code, 5 | 6 | 10 | 11) => {
                unit.answered();
                return;
            }
            // The line as a whole waits; the units behind it are not to blame.
            _ if no_line => {}
            Failure::Exception(_) | Failure::Timeout | Failure::Down | Failure::Malformed => {
                unit.trip(failure, Instant::now(), chance());
            }
        }
        set_link(&self.context, unit, State::Down, failure.words());
    }

    fn count(&self, unit: usize, cells: &[Cell], at_ms: i64) {
        let good = cells.iter().filter(|cell| cell.quality.has_value()).count() as u64;
        let status = self.units.get(unit).and_then(|unit| self.context.status.device(&unit.device.id));
        if let Some(status) = status {
            status.count_points(good, cells.len() as u64 - good, at_ms);
        }
    }
}

/// What dividing a refused request taught.
#[derive(Default)]
struct Lessons {
    divided: Vec<(usize, Item)>,
    explained: Vec<usize>,
}

impl Lessons {
    /// Divides a refused request in the middle; both halves are asked next.
    fn divide(&mut self, piece: &Piece, pieces: &mut VecDeque<Piece>) {
        let (left, right) = piece.request.items.split_at(piece.request.items.len() / 2);
        if let Some(first) = right.first() {
            self.divided.push((piece.origin, *first));
        }
        for half in [right, left] {
            if let Some(request) = whole(half.to_vec()) {
                pieces.push_front(Piece { request: Arc::new(request), origin: piece.origin });
            }
        }
    }

    /// Where requests were refused for their extent: no single item in them was to blame.
    fn settled(self) -> Vec<Item> {
        let explained = self.explained;
        self.divided
            .into_iter()
            .filter(|(origin, _)| !explained.contains(origin))
            .map(|(_, item)| item)
            .collect()
    }
}

fn set_link(context: &Context, unit: &Unit, state: State, reason: &'static str) {
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
