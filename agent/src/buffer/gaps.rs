//! A forced loss is data: losses of one kind that follow each other become one counted event. (DESIGN section 3, 5.)

use super::record;
use super::store::Write;
use super::types::BufferError;
use super::{frame, store};
use riversync_protocol::v1::{Event, Gap, GapReason, Lane};

/// A loss that goes on is told at least this often.
const TELL_EVERY_MS: i64 = 10_000;

/// The gap that one lost record makes. A damaged one no longer tells its time or samples.
pub(super) fn of_record(lane: Lane, sealed: &[u8], reason: GapReason, now_ms: i64) -> Gap {
    let head = frame::open(record::kind_of(lane), sealed).and_then(record::head);
    let (from_ms, to_ms, points) = head.map_or((now_ms, now_ms, 0), |h| (h.first_ms, h.last_ms, h.points));
    Gap { from_ms, to_ms, records: 1, points, reason, at_ms: now_ms }
}

/// Both losses as one; they have one reason.
pub(super) fn join(gap: &mut Gap, other: &Gap) {
    gap.from_ms = gap.from_ms.min(other.from_ms);
    gap.to_ms = gap.to_ms.max(other.to_ms);
    gap.records = gap.records.saturating_add(other.records);
    gap.points = gap.points.saturating_add(other.points);
}

impl Write {
    /// Counts a loss. One that tends to go on waits for more of its kind, any other is told at once.
    pub(super) fn lose(&mut self, gap: &Gap, now_ms: i64) -> Result<(), BufferError> {
        self.lose_quietly(gap, now_ms)?;
        if matches!(gap.reason, GapReason::DiskBound | GapReason::DiskFull) {
            self.tell_if_due(now_ms)
        } else {
            self.tell(now_ms)
        }
    }

    /// Counts a loss and keeps it open for the next one of its kind.
    pub(super) fn lose_quietly(&mut self, gap: &Gap, now_ms: i64) -> Result<(), BufferError> {
        match self.meta.dropped.iter_mut().find(|(reason, _)| *reason == gap.reason) {
            Some((_, count)) => *count = count.saturating_add(gap.records),
            None => self.meta.dropped.push((gap.reason, gap.records)),
        }
        if gap.reason == GapReason::Corrupt {
            self.meta.corrupt = self.meta.corrupt.saturating_add(gap.records);
        }
        match &mut self.meta.open_gap {
            Some(open) if open.reason == gap.reason => join(open, gap),
            Some(_) => {
                self.tell(now_ms)?;
                self.meta.open_gap = Some(gap.clone());
            }
            None => self.meta.open_gap = Some(gap.clone()),
        }
        Ok(())
    }

    /// Makes the open loss an event.
    pub(super) fn tell(&mut self, now_ms: i64) -> Result<(), BufferError> {
        match self.meta.open_gap.take() {
            Some(gap) => self.add_event(&Event::Gap(gap), now_ms),
            None => Ok(()),
        }
    }

    /// Makes the open loss an event when it has waited long enough.
    pub(super) fn tell_if_due(&mut self, now_ms: i64) -> Result<(), BufferError> {
        if self.meta.open_gap.as_ref().is_some_and(|gap| is_due(gap, now_ms)) {
            self.tell(now_ms)
        } else {
            Ok(())
        }
    }
}

fn is_due(gap: &Gap, now_ms: i64) -> bool {
    // A clock that jumped back must not keep a loss secret.
    !(gap.at_ms..gap.at_ms.saturating_add(TELL_EVERY_MS)).contains(&now_ms)
}

impl store::Live {
    /// Whether a loss waits to be told.
    pub(super) fn owes_gap(&self, now_ms: i64) -> bool {
        self.meta.open_gap.as_ref().is_some_and(|gap| is_due(gap, now_ms))
    }
}
