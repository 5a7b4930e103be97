//! How urgent an item is. Pure: `(service level, what happened to the item, now) -> promise`.
//!
//! Invariants: a promise never gets more time by waiting; the order is total, so that two readers see one queue.
//! Source: PAR-2b, PAR-2c; the figures of the service levels are those of PORTAL 0.

use super::calendar::{BUSINESS_DAY_MS, Calendar};
use super::model::{Order, Severity, Standing, Target};
use crate::domains::coverage::ServiceLevel;
use crate::platform::base::{HOUR_MS, MINUTE_MS};

/// An alarm that comes back within this time after clearing flaps: its clock never stopped.
const FLAP_MS: i64 = 10 * MINUTE_MS;

/// What happened to an item so far, as far as its clock is concerned. Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timeline {
    /// When the clock started.
    pub(crate) opened_ms: i64,
    /// When somebody took it.
    pub(crate) acknowledged_ms: Option<i64>,
    /// When it was done, or cleared by itself.
    pub(crate) stopped_ms: Option<i64>,
    /// For visits: the end of the agreed window.
    pub(crate) arrive_by_ms: Option<i64>,
}

/// What was promised for an item, and how that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// What the clock counts towards.
    pub target: Target,
    /// When it is due, wall clock, Unix milliseconds.
    pub due_ms: i64,
    /// Working time left, milliseconds; negative when it is over.
    pub left_ms: i64,
    /// How it stands.
    pub standing: Standing,
    /// Whether the clock runs day and night, so that working time is all time.
    pub is_around_the_clock: bool,
}

/// What the service level promises.
struct Terms {
    calendar: Calendar,
    first_response_ms: i64,
    resolution_ms: i64,
}

fn terms(level: ServiceLevel) -> Terms {
    match level {
        ServiceLevel::Platinum => {
            Terms { calendar: Calendar::Always, first_response_ms: HOUR_MS, resolution_ms: 4 * HOUR_MS }
        }
        ServiceLevel::Gold => Terms {
            calendar: Calendar::ThaiBusiness,
            first_response_ms: 4 * HOUR_MS,
            resolution_ms: BUSINESS_DAY_MS,
        },
        ServiceLevel::Basic => Terms {
            calendar: Calendar::ThaiBusiness,
            first_response_ms: BUSINESS_DAY_MS,
            resolution_ms: 5 * BUSINESS_DAY_MS,
        },
    }
}

/// The place of a service level in the queue; the best first.
pub(crate) fn rank(level: ServiceLevel) -> u8 {
    match level {
        ServiceLevel::Platinum => 0,
        ServiceLevel::Gold => 1,
        ServiceLevel::Basic => 2,
    }
}

/// What `level` promises for `item`, seen at `now_ms`.
pub(crate) fn promise(level: ServiceLevel, item: &Timeline, now_ms: i64) -> Promise {
    let terms = terms(level);
    let (target, calendar, due_ms) = match (item.arrive_by_ms, item.acknowledged_ms) {
        (Some(until_ms), _) => (Target::Arrival, Calendar::Always, until_ms),
        (None, None) => {
            let due_ms = terms.calendar.add(item.opened_ms, terms.first_response_ms);
            (Target::FirstResponse, terms.calendar, due_ms)
        }
        (None, Some(_)) => {
            let due_ms = terms.calendar.add(item.opened_ms, terms.resolution_ms);
            (Target::Resolution, terms.calendar, due_ms)
        }
    };
    let seen_ms = item.stopped_ms.unwrap_or(now_ms);
    let left_ms = calendar.between(seen_ms, due_ms);
    let whole_ms = calendar.between(item.opened_ms, due_ms);
    let standing = if item.stopped_ms.is_some() {
        Standing::Stopped
    } else if now_ms >= due_ms {
        Standing::Breached
    } else if left_ms.saturating_mul(5) < whole_ms {
        Standing::AtRisk
    } else {
        Standing::OnTrack
    };
    Promise { target, due_ms, left_ms, standing, is_around_the_clock: calendar == Calendar::Always }
}

/// What decides an item's place in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place<'a> {
    /// How its promise stands.
    pub(crate) standing: Standing,
    /// When it is due.
    pub(crate) due_ms: i64,
    /// The service level of its device.
    pub(crate) level: ServiceLevel,
    /// How bad.
    pub(crate) severity: Severity,
    /// Since when.
    pub(crate) opened_ms: i64,
    /// The last resort, so that equals keep one order.
    pub(crate) id: &'a str,
}

/// What the queue is ordered by: the service level where that comes first, how the promise stands, when it is due, the
/// service level, the severity from the worst, the age, and the id so that equals keep one order.
///
/// No index holds this order, because how a promise stands follows from the time: what is at risk passes what is due sooner
/// and still on track, at an instant of its own, and what is due follows from the service level that covers the device
/// now. So the queue of one partner is put in order when it is read. Who goes through it in pieces keeps the order of the
/// instant at which they began ([`Walk`](crate::platform::web::Walk)), so that nothing passes anything in between.
pub(crate) type Key = (u8, u8, i64, u8, u8, i64, String);

impl Place<'_> {
    /// The key to sort by, smallest first.
    pub(crate) fn key(&self, order: Order) -> Key {
        let rank = rank(self.level);
        let (standing, severity) = (self.standing as u8, Severity::Critical as u8 - self.severity as u8);
        let first = match order {
            Order::Deadline => 0,
            Order::Tier => rank,
        };
        (first, standing, self.due_ms, rank, severity, self.opened_ms, self.id.to_owned())
    }
}

/// An alarm of this device and code that nobody has resolved yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OpenAlarm {
    /// When it was raised last.
    pub(crate) raised_ms: i64,
    /// When it cleared by itself, if it did since.
    pub(crate) cleared_ms: Option<i64>,
}

/// What a raised alarm does to the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Raise {
    /// A new item.
    New,
    /// One more occurrence; the clock goes on.
    Again,
    /// One more occurrence after a calm: the clock starts afresh, and somebody must take it anew.
    Afresh,
    /// It arrived late and is already superseded: it only counts.
    Late,
}

/// What raising does, seen the unresolved alarm of the same device and code.
pub(crate) fn raise(open: Option<OpenAlarm>, at_ms: i64) -> Raise {
    match open {
        None => Raise::New,
        Some(OpenAlarm { raised_ms, .. }) if at_ms < raised_ms => Raise::Late,
        Some(OpenAlarm { cleared_ms: Some(cleared_ms), .. }) if at_ms < cleared_ms => Raise::Late,
        Some(OpenAlarm { cleared_ms: Some(cleared_ms), .. }) if at_ms - cleared_ms > FLAP_MS => Raise::Afresh,
        Some(_) => Raise::Again,
    }
}

/// Whether clearing at `at_ms` ends the open alarm: not when it was raised again since.
pub(crate) fn clears(open: OpenAlarm, at_ms: i64) -> bool {
    open.cleared_ms.is_none() && at_ms >= open.raised_ms
}
