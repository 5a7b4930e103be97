//! What is known about one unit: what to read when, what it refused, whether to leave it alone for now. Pure: time and
//! chance are arguments.

use super::learned::Lesson;
use super::link::Failure;
use super::phase;
use super::plan::{Item, Limits, Request, items, plan};
use crate::config::{Device, Line, Modbus};
use crate::grant::Granted;
use crate::profile::Table;
use crate::sources::backoff::Backoff;
use crate::sources::group::{Together, polled};
use crate::sources::supervise::DIED;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long a refused register is left alone before it is tried once more.
const CULPRIT_RETRY: Duration = Duration::from_secs(600);
/// First wait after a unit failed; doubles up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Longest wait before a failed unit is asked again.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The same after a fault of ours, which no waiting mends.
const LONGEST_DEATH_WAIT: Duration = Duration::from_secs(300);
/// Periods begin at multiples of this by the clock of the process, and units at their [`phase`] of it: the gateway wakes
/// for several lines at once and not for each.
pub(super) const GRID: Duration = Duration::from_secs(1);
/// How long a unit that was recognised is taken for the same while it answers.
const RECOGNISED_FOR: Duration = Duration::from_secs(600);
/// How long a unit that is another is left alone before it is asked who it is once more.
const EXCHANGED_FOR: Duration = Duration::from_secs(10);

/// One unit behind a connection.
pub(super) struct Unit {
    /// The device it is.
    pub device: Device,
    /// How it is reached.
    pub at: Modbus,
    /// What is polled of it.
    pub polls: Vec<Poll>,
    /// Which of the site's units it is, and of how many.
    place: (u32, u32),
    limits: Limits,
    culprits: BTreeMap<usize, Culprit>,
    breaker: Option<(Failure, Instant)>,
    backoff: Backoff,
    deaths: Backoff,
    recognised: Option<Instant>,
}

/// One group with the time of its next read.
pub(super) struct Poll {
    /// Which metrics.
    pub together: Together,
    /// When next.
    pub due: Instant,
    /// The requests that read it, while nothing of the unit is refused.
    planned: Option<Vec<Arc<Request>>>,
}

#[derive(Clone, Copy)]
struct Culprit {
    failure: Failure,
    retry: Instant,
}

impl Unit {
    /// `place` is its index among the units of the site and how many there are; what was learned of it before is taken
    /// over.
    pub(super) fn new(device: Device, at: Modbus, place: (u32, u32), lesson: Lesson, now: Instant) -> Self {
        let metrics = device.profile.metrics.iter().enumerate();
        let culprits = metrics.filter_map(|(id, metric)| {
            let failure = Failure::Exception(*lesson.refused.get(metric.name.as_str())?);
            Some((id, Culprit { failure, retry: now + CULPRIT_RETRY }))
        });
        Self {
            culprits: culprits.collect(),
            limits: Limits::of(&at.quirks).with(lesson.limits),
            device,
            at,
            polls: Vec::new(),
            place,
            breaker: None,
            backoff: Backoff::new(FIRST_WAIT, LONGEST_WAIT),
            deaths: Backoff::new(FIRST_WAIT, LONGEST_DEATH_WAIT),
            recognised: None,
        }
    }

    /// Takes over what is granted now. What is read as before keeps its time and its group; the rest begins at `start`
    /// or at the unit's phase after it.
    pub(super) fn regroup(&mut self, granted: &Granted, now_ms: i64, start: Instant) {
        let mut before = std::mem::take(&mut self.polls);
        for mut together in polled(&self.device, granted, now_ms) {
            let interval = Duration::from_millis(together.interval_ms.into());
            let old = before.iter().position(|poll| poll.together.interval_ms == together.interval_ms);
            let old = old.map(|index| before.swap_remove(index));
            if let Some(old) = old.as_ref().filter(|old| old.together == together) {
                together.group = Arc::clone(&old.together.group);
            }
            let first = || start + phase::of(self.place.0, self.place.1, interval);
            self.polls.push(Poll { due: old.map_or_else(first, |old| old.due), together, planned: None });
        }
    }

    /// The requests of a poll, and the metrics that are left alone for now with the reason.
    pub(super) fn requests(
        &mut self,
        poll: usize,
        now: Instant,
    ) -> (Vec<Arc<Request>>, Vec<(usize, Failure)>) {
        let Some(state) = self.polls.get(poll) else { return (Vec::new(), Vec::new()) };
        if let Some(planned) = &state.planned {
            return (planned.clone(), Vec::new());
        }
        let (mut well, mut unknown, mut alone, mut refused) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for item in items(&self.device.profile, &state.together.metrics) {
            match self.culprits.get(&item.id) {
                None => well.push(item),
                Some(culprit) if culprit.retry > now => refused.push((item.id, culprit.failure)),
                // A function that is not known is not known for any register: one question is enough.
                Some(Culprit { failure: Failure::Exception(1), .. }) => unknown.push(item),
                Some(_) => alone.push(item),
            }
        }
        let planned = [well, unknown].into_iter();
        let planned = planned.flat_map(|items| plan(&items, &self.device.profile.gap_ok, &self.limits));
        let single = alone.into_iter().filter_map(|item| whole(vec![item]));
        let requests: Vec<_> = planned.chain(single).map(Arc::new).collect();
        if let Some(state) = self.polls.get_mut(poll).filter(|_| self.culprits.is_empty()) {
            state.planned = Some(requests.clone());
        }
        (requests, refused)
    }

    fn replan(&mut self) {
        for poll in &mut self.polls {
            poll.planned = None;
        }
    }

    /// Remembers that this metric is refused whatever stands beside it.
    pub(super) fn refuse(&mut self, index: usize, failure: Failure, now: Instant) {
        self.culprits.insert(index, Culprit { failure, retry: now + CULPRIT_RETRY });
        self.replan();
    }

    /// A request was answered whole; true when that is a lesson.
    pub(super) fn accept(&mut self, request: &Request) -> bool {
        let length = self.limits.length(request.table);
        let before = length.now();
        length.accept(request.count);
        let mut is_new = before != length.now();
        for item in &request.items {
            is_new |= self.culprits.remove(&item.id).is_some();
        }
        if is_new {
            self.replan();
        }
        is_new
    }

    /// Remembers that a request of this length was refused although nothing in it is.
    pub(super) fn shorten(&mut self, table: Table, count: u16) {
        self.limits.length(table).refuse(count);
        self.replan();
    }

    /// Remembers that requests must be divided here.
    pub(super) fn divide_at(&mut self, item: &Item) {
        self.limits.barriers.insert((item.table, item.start));
        self.replan();
    }

    /// What it taught so far.
    pub(super) fn lesson(&self) -> Lesson {
        let refused = self.culprits.iter().filter_map(|(id, culprit)| match culprit.failure {
            Failure::Exception(code) => Some((self.device.profile.metrics.get(*id)?.name.to_string(), code)),
            _ => None,
        });
        Lesson { limits: self.limits.clone(), refused: refused.collect() }
    }

    /// Why the unit is left alone now, if it is.
    pub(super) fn left_alone(&self, now: Instant) -> Option<Failure> {
        self.breaker.filter(|(_, until)| now < *until).map(|(failure, _)| failure)
    }

    /// Leaves the unit alone for a while, longer each time; over a serial line for as long as its late reply may come,
    /// which nothing would tell from the reply to another question.
    pub(super) fn trip(&mut self, failure: Failure, now: Instant, chance: u32) {
        let mut wait = self.backoff.fail(chance);
        if matches!(*self.at.line, Line::Serial(_) | Line::RtuOverTcp(_)) {
            wait = wait.max(Duration::from_millis(self.at.late_ms));
        }
        self.breaker = Some((failure, now + wait));
        self.recognised = None;
    }

    /// Reading it ended in a fault of ours. What is half done is planned anew, and it is left alone for a while.
    pub(super) fn died(&mut self, now: Instant, chance: u32) {
        self.replan();
        self.recognised = None;
        self.breaker = Some((Failure::Setup(DIED), now + self.deaths.fail(chance)));
    }

    /// A round of it was read to its end.
    pub(super) fn lived(&mut self) {
        self.deaths.succeed();
    }

    /// The unit answered.
    pub(super) fn answered(&mut self) {
        if self.breaker.is_some_and(|(failure, _)| failure != Failure::Exchanged) {
            self.breaker = None;
        }
        self.backoff.succeed();
    }

    /// Whether it must be asked who it is before anything it says is believed.
    pub(super) fn is_stranger(&self, now: Instant) -> bool {
        self.device.profile.identity.is_some()
            && self.recognised.is_none_or(|since| now.saturating_duration_since(since) >= RECOGNISED_FOR)
    }

    /// It is the right one, or it is another and is left alone for a while.
    pub(super) fn recognise(&mut self, is_right: bool, now: Instant) {
        self.recognised = is_right.then_some(now);
        self.breaker = (!is_right).then_some((Failure::Exchanged, now + EXCHANGED_FOR));
    }

    /// It may be another by now: the line was lost.
    pub(super) fn forget(&mut self) {
        self.recognised = None;
    }
}

impl Poll {
    /// Moves to the next due time after `now`, on the grid; tells how many cycles were missed.
    pub(super) fn advance(&mut self, now: Instant) -> u64 {
        let interval = Duration::from_millis(u64::from(self.together.interval_ms.max(1)));
        let late = now.saturating_duration_since(self.due);
        let missed = u64::try_from(late.as_nanos() / interval.as_nanos()).unwrap_or(u64::MAX);
        let steps = u32::try_from(missed.saturating_add(1)).unwrap_or(u32::MAX);
        self.due += interval.saturating_mul(steps);
        missed
    }
}

/// One request over `items`, which are in the order of their addresses.
pub(super) fn whole(items: Vec<Item>) -> Option<Request> {
    let first = items.first()?;
    let (table, start) = (first.table, first.start);
    let end = items.iter().map(|item| u32::from(item.start) + u32::from(item.count)).max()?;
    Some(Request { table, start, count: u16::try_from(end - u32::from(start)).ok()?, items })
}
