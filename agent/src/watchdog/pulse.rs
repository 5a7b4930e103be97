//! Whether a part of the agent makes progress: it promises when it will give its next sign of life, and is late when it
//! does not. One that waits for another part rests meanwhile: that one has a pulse of its own.

use crate::clock::Clock;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Nothing is promised.
const RESTS: u64 = u64::MAX;

/// The promise of one part.
pub struct Pulse {
    part: &'static str,
    clock: Arc<dyn Clock>,
    due_ms: AtomicU64,
}

impl Pulse {
    /// A part that promises nothing yet.
    pub fn new(part: &'static str, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { part, clock, due_ms: AtomicU64::new(RESTS) })
    }

    /// The part lives, and says so again within `longest`.
    pub fn within(&self, longest: Duration) {
        let due = self.clock.monotonic().saturating_add(longest);
        self.due_ms.store(u64::try_from(due.as_millis()).unwrap_or(RESTS), Ordering::Relaxed);
    }

    /// The part waits for as long as it takes.
    pub fn rest(&self) {
        self.due_ms.store(RESTS, Ordering::Relaxed);
    }

    /// Rests until `other` is done, which watches over itself, and promises to live `longest` from then.
    pub async fn lean<T>(&self, longest: Duration, other: impl Future<Output = T>) -> T {
        self.rest();
        let done = other.await;
        self.within(longest);
        done
    }

    /// Which part it is.
    pub fn part(&self) -> &'static str {
        self.part
    }

    /// By how much the promise is broken.
    pub fn late(&self) -> Option<Duration> {
        let due_ms = self.due_ms.load(Ordering::Relaxed);
        let late = self.clock.monotonic().checked_sub(Duration::from_millis(due_ms))?;
        (due_ms != RESTS && !late.is_zero()).then_some(late)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HandClock, NOON_MS};

    #[tokio::test]
    async fn a_promise_is_broken_by_silence_and_not_by_waiting_for_others() {
        let clock = HandClock::at(NOON_MS);
        let pulse = Pulse::new("part", Arc::clone(&clock) as _);
        clock.pass(1_000_000);
        assert_eq!(pulse.late(), None, "nothing was promised");
        pulse.within(Duration::from_secs(30));
        clock.pass(30_000);
        assert_eq!(pulse.late(), None);
        clock.pass(1);
        assert_eq!(pulse.late(), Some(Duration::from_millis(1)));
        let others = async {
            clock.pass(1_000_000);
            pulse.late()
        };
        assert_eq!(pulse.lean(Duration::from_secs(1), others).await, None);
        clock.pass(2_000);
        assert_eq!(pulse.late(), Some(Duration::from_secs(1)));
        pulse.rest();
        assert_eq!(pulse.late(), None);
    }
}
