//! Time as an argument: the wall clock people mean and the monotonic one that timers need.
//!
//! The agent's own time runs along the monotonic clock ([`SteadyClock`]), so that nobody who sets the machine's clock
//! changes the order of samples or opens a grant early. EDGE fault 22: the tests of `steady` provoke it.

mod steady;

pub use steady::SteadyClock;

use std::time::Duration;

/// Where time comes from. Tests move it; production reads it.
pub trait Clock: Send + Sync + 'static {
    /// Unix milliseconds.
    fn now_ms(&self) -> i64;

    /// Time since some fixed moment of this process. Never goes back.
    fn monotonic(&self) -> Duration;

    /// Now, and whether it is believed.
    fn stamp(&self) -> Stamp {
        Stamp { at_ms: self.now_ms(), trusted: true }
    }

    /// The cloud said over an authenticated connection that it is `server_ms` now: then time is known.
    fn heard(&self, _server_ms: i64) {}

    /// What a stamp that was not believed really meant, once that is known; Unix milliseconds.
    fn corrected(&self, _at_ms: i64) -> Option<i64> {
        None
    }
}

/// A moment by the gateway's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Unix milliseconds.
    pub at_ms: i64,
    /// Whether it is believed.
    pub trusted: bool,
}

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    started: std::time::Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { started: std::time::Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the wall clock")]
    fn now_ms(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}
