//! Is the wall clock believable? Every grant ends, so a gateway that does not know the time knows no grant.
//!
//! Three witnesses: when the policy was compiled, the latest time this gateway has ever lived through (persisted), and
//! the cloud's clock, heard over an authenticated connection and carried forward by the monotonic clock.
//! The cloud outranks the persisted mark: a clock that once ran ahead does not close the gateway for ever. EDGE faults 22, 27.

use std::time::Duration;

/// How far the clock may be off before nothing flows, milliseconds.
pub const TOLERANCE_MS: i64 = 120_000;

/// Why the clock is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// It shows a time before the policy was made.
    #[error(
        "the clock shows a time before the policy was issued ({behind_ms} ms behind); set the clock of this gateway"
    )]
    BeforePolicy {
        /// By how much.
        behind_ms: i64,
    },
    /// It shows a time that has already passed here.
    #[error(
        "the clock was set back by {behind_ms} ms; set the clock of this gateway, or let it reach the cloud once"
    )]
    WentBack {
        /// By how much.
        behind_ms: i64,
    },
    /// It disagrees with the cloud's.
    #[error("the clock differs from the cloud's by {apart_ms} ms; set the clock of this gateway")]
    FarFromCloud {
        /// By how much, positive when this clock is ahead.
        apart_ms: i64,
    },
}

/// The witnesses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockTrust {
    high_water_ms: i64,
    cloud: Option<(i64, Duration)>,
}

impl ClockTrust {
    /// Starts from the persisted high-water mark.
    pub fn new(high_water_ms: i64) -> Self {
        Self { high_water_ms, cloud: None }
    }

    /// The latest believable time that has passed, Unix milliseconds.
    pub fn high_water_ms(&self) -> i64 {
        self.high_water_ms
    }

    /// The cloud said it is `server_ms` when the monotonic clock showed `at`.
    pub fn heard(&mut self, server_ms: i64, at: Duration) {
        self.cloud = Some((server_ms, at));
        self.high_water_ms = server_ms;
    }

    /// Judges `now_ms`, and remembers it when it is believed.
    ///
    /// # Errors
    /// [`Doubt`]: nothing may flow.
    pub fn judge(&mut self, now_ms: i64, monotonic: Duration, issued_ms: i64) -> Result<(), Doubt> {
        if let Some((server_ms, at)) = self.cloud {
            let since = i64::try_from(monotonic.saturating_sub(at).as_millis()).unwrap_or(i64::MAX);
            let apart_ms = now_ms.saturating_sub(server_ms.saturating_add(since));
            if apart_ms.saturating_abs() > TOLERANCE_MS {
                return Err(Doubt::FarFromCloud { apart_ms });
            }
        }
        if now_ms < self.high_water_ms.saturating_sub(TOLERANCE_MS) {
            return Err(Doubt::WentBack { behind_ms: self.high_water_ms.saturating_sub(now_ms) });
        }
        if now_ms < issued_ms.saturating_sub(TOLERANCE_MS) {
            return Err(Doubt::BeforePolicy { behind_ms: issued_ms.saturating_sub(now_ms) });
        }
        self.high_water_ms = self.high_water_ms.max(now_ms);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;
    const NOON_MS: i64 = 1_784_116_800_000;

    fn after(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_clock_from_1970_is_not_believed() {
        let doubt = ClockTrust::new(0).judge(5_000, after(1), NOON_MS);
        assert!(matches!(doubt, Err(Doubt::BeforePolicy { .. })));
    }

    #[test]
    fn setting_the_clock_back_does_not_reopen_a_grant_even_after_a_restart() {
        let mut trust = ClockTrust::new(0);
        trust.judge(NOON_MS, after(1), 0).unwrap();
        assert!(matches!(trust.judge(NOON_MS - HOUR_MS, after(2), 0), Err(Doubt::WentBack { .. })));
        let mut restarted = ClockTrust::new(trust.high_water_ms());
        assert!(matches!(restarted.judge(NOON_MS - HOUR_MS, after(0), 0), Err(Doubt::WentBack { .. })));
        restarted.judge(NOON_MS - 1_000, after(0), 0).unwrap();
    }

    #[test]
    fn the_cloud_heals_a_clock_that_once_ran_ahead() {
        let mut trust = ClockTrust::new(0);
        trust.judge(NOON_MS + 1_000 * HOUR_MS, after(1), 0).unwrap();
        assert!(trust.judge(NOON_MS, after(2), 0).is_err());
        trust.heard(NOON_MS, after(2));
        trust.judge(NOON_MS + 10, after(2), 0).unwrap();
        assert!(trust.judge(NOON_MS + HOUR_MS, after(3), 0).is_err(), "it ran ahead again");
        trust.judge(NOON_MS + HOUR_MS, after(3_600), 0).unwrap();
    }
}
