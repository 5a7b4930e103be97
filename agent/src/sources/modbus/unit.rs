//! What is known about one unit: what to read when, what it refused, whether to leave it alone for now. Pure: time and
//! chance are arguments.

use super::link::Failure;
use super::plan::{Item, Limits, Request, plan};
use crate::config::{Device, Modbus};
use crate::grant::Granted;
use crate::profile::Place;
use crate::sources::backoff::Backoff;
use crate::sources::group::{Together, polled};
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
/// First polls are spread over at most this, so that units do not all begin at once.
const SPREAD: Duration = Duration::from_secs(1);

/// One unit behind a connection.
pub(super) struct Unit {
    /// The device it is.
    pub device: Device,
    /// How it is reached.
    pub at: Modbus,
    /// What is polled of it.
    pub polls: Vec<Poll>,
    limits: Limits,
    culprits: BTreeMap<usize, Culprit>,
    breaker: Option<(Failure, Instant)>,
    backoff: Backoff,
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
    pub(super) fn new(device: Device, at: Modbus) -> Self {
        let limits = Limits { max_words: at.max_words, max_bits: at.max_bits, ..Limits::default() };
        Self {
            device,
            at,
            polls: Vec::new(),
            limits,
            culprits: BTreeMap::new(),
            breaker: None,
            backoff: Backoff::new(FIRST_WAIT, LONGEST_WAIT),
        }
    }

    /// Takes over what is granted now. What is read as before keeps its time and its group.
    pub(super) fn regroup(&mut self, granted: &Granted, now_ms: i64, now: Instant) {
        let mut before = std::mem::take(&mut self.polls);
        for mut together in polled(&self.device, granted, now_ms) {
            let interval = Duration::from_millis(together.interval_ms.into());
            let old = before.iter().position(|poll| poll.together.interval_ms == together.interval_ms);
            let old = old.map(|index| before.swap_remove(index));
            if let Some(old) = old.as_ref().filter(|old| old.together == together) {
                together.group = Arc::clone(&old.together.group);
            }
            let first = || now + spread(self.device.id.as_str(), interval.min(SPREAD));
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
        let (mut items, mut alone, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        for index in &state.together.metrics {
            let Some(item) = self.item(*index) else { continue };
            match self.culprits.get(index) {
                None => items.push(item),
                Some(culprit) if culprit.retry <= now => alone.push(item),
                Some(culprit) => refused.push((*index, culprit.failure)),
            }
        }
        let planned = plan(&items, &self.device.profile.gap_ok, &self.limits).into_iter();
        let requests: Vec<_> =
            planned.chain(alone.into_iter().filter_map(|item| whole(vec![item]))).map(Arc::new).collect();
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

    fn item(&self, index: usize) -> Option<Item> {
        match &self.device.profile.metrics.get(index)?.place {
            Place::Register(at) => {
                Some(Item { id: index, table: at.table, start: at.address, count: at.count })
            }
            Place::Pointer(_) => None,
        }
    }

    /// Remembers that this metric is refused whatever stands beside it.
    pub(super) fn refuse(&mut self, index: usize, failure: Failure, now: Instant) {
        self.culprits.insert(index, Culprit { failure, retry: now + CULPRIT_RETRY });
        self.replan();
    }

    /// Forgets that a metric was refused.
    pub(super) fn accept(&mut self, index: usize) {
        if self.culprits.remove(&index).is_some() {
            self.replan();
        }
    }

    /// Remembers where requests must be divided.
    pub(super) fn divide_at(&mut self, items: &[Item]) {
        self.limits.barriers.extend(items.iter().map(|item| (item.table, item.start)));
        self.replan();
    }

    /// Why the unit is left alone now, if it is.
    pub(super) fn left_alone(&self, now: Instant) -> Option<Failure> {
        self.breaker.filter(|(_, until)| now < *until).map(|(failure, _)| failure)
    }

    /// Leaves the unit alone for a while, longer each time.
    pub(super) fn trip(&mut self, failure: Failure, now: Instant, chance: u32) {
        self.breaker = Some((failure, now + self.backoff.fail(chance)));
    }

    /// The unit answered.
    pub(super) fn answered(&mut self) {
        self.breaker = None;
        self.backoff.succeed();
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

/// A phase within `interval` that is always the same for one name.
fn spread(name: &str, interval: Duration) -> Duration {
    let hash =
        name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    interval.mul_f64(f64::from(hash) / f64::from(u32::MAX))
}
