//! Time as an argument. Production reads the machine's clock; tests and the demo may move it.

use std::sync::atomic::{AtomicI64, Ordering};

/// Where the time comes from, Unix milliseconds.
pub trait Clock: Send + Sync + 'static {
    /// Now, Unix milliseconds UTC.
    fn now_ms(&self) -> i64;
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the wall clock")]
    fn now_ms(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that runs `offset` away from the machine's, or stands still, as tests and `--clock` want it.
#[derive(Debug)]
pub struct MovableClock {
    offset_ms: AtomicI64,
    fixed: bool,
}

impl MovableClock {
    /// Stands still at `now_ms` until it is moved.
    pub fn fixed_at(now_ms: i64) -> Self {
        Self { offset_ms: AtomicI64::new(now_ms), fixed: true }
    }

    /// Runs on from `now_ms`.
    pub fn running_from(now_ms: i64) -> Self {
        Self { offset_ms: AtomicI64::new(now_ms - SystemClock.now_ms()), fixed: false }
    }

    /// Moves it on by `by_ms`.
    pub fn advance(&self, by_ms: i64) {
        self.offset_ms.fetch_add(by_ms, Ordering::SeqCst);
    }
}

impl Clock for MovableClock {
    fn now_ms(&self) -> i64 {
        let offset_ms = self.offset_ms.load(Ordering::SeqCst);
        if self.fixed { offset_ms } else { SystemClock.now_ms() + offset_ms }
    }
}
