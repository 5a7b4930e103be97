//! The agent's own time: the wall clock at the start, carried on by the monotonic clock.
//!
//! When the wall clock jumps, nobody here knows which of the two is right. So time goes on along its line, which keeps
//! the order, and is not believed from then on: samples are flagged. The cloud's clock, heard over an authenticated
//! connection, ends the doubt; what was stamped meanwhile is corrected on its way out. A jump that is taken back ends it
//! too. A restart begins a new line: what an earlier process could not correct stays flagged.

use super::{Clock, Stamp};
use crate::grant::TOLERANCE_MS;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Steps of the wall clock that are followed without a doubt, milliseconds: a leap second, a time server's last touch.
const SMALL_STEP_MS: i64 = 1_500;
/// Spans of doubt that are remembered.
const MAX_CORRECTIONS: usize = 64;

/// The agent's own time over the machine's clocks.
pub struct SteadyClock {
    raw: Arc<dyn Clock>,
    line: Mutex<Line>,
}

/// The line that time follows. Pure.
#[derive(Clone, Debug)]
struct Line {
    /// Unix milliseconds of the monotonic clock's zero.
    base_ms: i64,
    /// How far the wall clock is known to be ahead of the line.
    apart_ms: i64,
    /// The latest time given out.
    last_ms: i64,
    /// Since when time is not believed.
    doubt_from_ms: Option<i64>,
    corrections: VecDeque<Correction>,
}

/// What stamps of a span of doubt really meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Correction {
    from_ms: i64,
    to_ms: i64,
    add_ms: i64,
}

impl Line {
    fn new(wall_ms: i64, monotonic: Duration) -> Self {
        let base_ms = wall_ms.saturating_sub(millis(monotonic));
        Self { base_ms, apart_ms: 0, last_ms: wall_ms, doubt_from_ms: None, corrections: VecDeque::new() }
    }

    /// Now, and whether it is believed.
    fn look(&mut self, wall_ms: i64, monotonic: Duration) -> Stamp {
        let line_ms = self.base_ms.saturating_add(millis(monotonic));
        let apart_ms = wall_ms.saturating_sub(line_ms);
        let step_ms = apart_ms.saturating_sub(self.apart_ms);
        if step_ms.saturating_abs() <= SMALL_STEP_MS {
            if self.apart_ms == 0 {
                self.base_ms = self.base_ms.saturating_add(step_ms);
            } else {
                self.apart_ms = apart_ms;
            }
        } else if apart_ms.saturating_abs() <= SMALL_STEP_MS {
            self.apart_ms = 0;
            self.settle(line_ms, 0);
        } else {
            self.apart_ms = apart_ms;
            self.doubt_from_ms.get_or_insert(line_ms);
        }
        self.last_ms = self.last_ms.max(self.base_ms.saturating_add(millis(monotonic)));
        Stamp { at_ms: self.last_ms, trusted: self.doubt_from_ms.is_none() }
    }

    /// It is `server_ms` now.
    fn heard(&mut self, server_ms: i64, wall_ms: i64, monotonic: Duration) {
        let line_ms = self.look(wall_ms, monotonic).at_ms;
        let off_ms = server_ms.saturating_sub(line_ms);
        // Answers travel, and some tell only the second.
        let in_doubt = self.doubt_from_ms.is_some();
        let bound = if in_doubt { SMALL_STEP_MS } else { TOLERANCE_MS };
        let add_ms = if off_ms.saturating_abs() > bound { off_ms } else { 0 };
        self.settle(line_ms, add_ms);
        if add_ms != 0 {
            self.base_ms = self.base_ms.saturating_add(add_ms);
            self.last_ms = line_ms.saturating_add(add_ms);
            let apart_ms = wall_ms.saturating_sub(self.last_ms);
            self.apart_ms = if apart_ms.saturating_abs() <= SMALL_STEP_MS { 0 } else { apart_ms };
        }
    }

    /// Ends the doubt: what was stamped in it meant `add_ms` more.
    fn settle(&mut self, line_ms: i64, add_ms: i64) {
        let Some(from_ms) = self.doubt_from_ms.take() else { return };
        if self.corrections.len() == MAX_CORRECTIONS {
            self.corrections.pop_front();
        }
        self.corrections.push_back(Correction { from_ms, to_ms: line_ms, add_ms });
    }

    fn corrected(&self, at_ms: i64) -> Option<i64> {
        let holds = |of: &&Correction| (of.from_ms..=of.to_ms).contains(&at_ms);
        self.corrections.iter().rev().find(holds).map(|of| at_ms.saturating_add(of.add_ms))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl SteadyClock {
    /// Begins a line at what `raw` shows now.
    pub fn new(raw: Arc<dyn Clock>) -> Self {
        let line = Line::new(raw.now_ms(), raw.monotonic());
        Self { raw, line: Mutex::new(line) }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // Each change of the line is complete before the guard is dropped.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for SteadyClock {
    fn now_ms(&self) -> i64 {
        self.stamp().at_ms
    }

    fn monotonic(&self) -> Duration {
        self.raw.monotonic()
    }

    fn stamp(&self) -> Stamp {
        let mut line = self.line();
        let before = line.doubt_from_ms.is_some();
        let stamp = line.look(self.raw.now_ms(), self.raw.monotonic());
        if before == stamp.trusted {
            let apart_ms = line.apart_ms;
            tracing::warn!(trusted = stamp.trusted, apart_ms, "the machine's clock was set");
        }
        stamp
    }

    fn heard(&self, server_ms: i64) {
        self.line().heard(server_ms, self.raw.now_ms(), self.raw.monotonic());
    }

    fn corrected(&self, at_ms: i64) -> Option<i64> {
        self.line().corrected(at_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HOUR_MS, HandClock, NOON_MS};
    use proptest::prelude::*;

    fn clock() -> (Arc<HandClock>, SteadyClock) {
        let raw = HandClock::at(NOON_MS);
        (Arc::clone(&raw), SteadyClock::new(raw))
    }

    fn at(at_ms: i64, trusted: bool) -> Stamp {
        Stamp { at_ms, trusted }
    }

    #[test]
    fn a_jump_of_hours_keeps_the_order_and_is_flagged_until_the_cloud_is_heard() {
        for jump_ms in [3 * HOUR_MS, -3 * HOUR_MS] {
            let (raw, steady) = clock();
            raw.pass(1_000);
            assert_eq!(steady.stamp(), at(NOON_MS + 1_000, true));
            raw.set_wall(NOON_MS + 1_000 + jump_ms);
            assert_eq!(steady.stamp(), at(NOON_MS + 1_000, false));
            raw.pass(1_000);
            assert_eq!(steady.stamp(), at(NOON_MS + 2_000, false));
            assert_eq!(steady.corrected(NOON_MS + 2_000), None, "nobody knows yet");
            // The machine's clock was right after the jump.
            steady.heard(NOON_MS + 2_000 + jump_ms);
            assert_eq!(steady.stamp(), at(NOON_MS + 2_000 + jump_ms, true));
            assert_eq!(steady.corrected(NOON_MS + 1_500), Some(NOON_MS + 1_500 + jump_ms));
            assert_eq!(steady.corrected(NOON_MS + 500), None, "that was before the jump");
        }
    }

    #[test]
    fn when_the_jump_was_wrong_what_was_stamped_stands() {
        let (raw, steady) = clock();
        raw.set_wall(NOON_MS + HOUR_MS);
        assert!(!steady.stamp().trusted);
        raw.pass(500);
        steady.heard(NOON_MS + 400);
        assert_eq!(steady.stamp(), at(NOON_MS + 500, true));
        assert_eq!(steady.corrected(NOON_MS + 100), Some(NOON_MS + 100));
        // The wall clock stays wrong; that is known now. Putting it right is another jump.
        raw.pass(500);
        assert_eq!(steady.stamp(), at(NOON_MS + 1_000, true));
        raw.set_wall(NOON_MS + 1_000);
        assert_eq!(steady.stamp(), at(NOON_MS + 1_000, true), "it is back on the line");
    }

    #[test]
    fn a_jump_that_is_taken_back_ends_the_doubt() {
        let (raw, steady) = clock();
        raw.set_wall(NOON_MS - 2 * HOUR_MS);
        raw.pass(10);
        assert!(!steady.stamp().trusted);
        raw.set_wall(NOON_MS + 10);
        assert_eq!(steady.stamp(), at(NOON_MS + 10, true));
        assert_eq!(steady.corrected(NOON_MS + 10), Some(NOON_MS + 10));
    }

    #[test]
    fn a_leap_second_is_followed_and_never_backwards() {
        let (raw, steady) = clock();
        raw.pass(5_000);
        assert_eq!(steady.now_ms(), NOON_MS + 5_000);
        raw.set_wall(NOON_MS + 4_000);
        assert_eq!(steady.stamp(), at(NOON_MS + 5_000, true), "it stands until the wall has come");
        raw.pass(1_500);
        assert_eq!(steady.stamp(), at(NOON_MS + 5_500, true));
    }

    #[test]
    fn a_machine_that_started_with_a_wrong_clock_takes_the_clouds() {
        let (raw, steady) = clock();
        steady.heard(NOON_MS + 5 * HOUR_MS);
        assert_eq!(steady.stamp(), at(NOON_MS + 5 * HOUR_MS, true));
        raw.pass(1_000);
        steady.heard(NOON_MS + 5 * HOUR_MS + 30_000);
        assert_eq!(
            steady.now_ms(),
            NOON_MS + 5 * HOUR_MS + 1_000,
            "a clock that is a little off is not torn about"
        );
    }

    proptest! {
        #[test]
        fn without_the_cloud_time_never_goes_back(
            steps in proptest::collection::vec((0_i64..5_000, proptest::option::of(-9_000_000_i64..9_000_000)), 1..60),
        ) {
            let (raw, steady) = clock();
            let (mut last, mut passed) = (steady.now_ms(), 0);
            for (pass, jump) in steps {
                if let Some(jump) = jump {
                    raw.set_wall(raw.now_ms() + jump);
                }
                raw.pass(pass);
                passed += pass;
                let now = steady.now_ms();
                prop_assert!(now >= last);
                last = now;
            }
            prop_assert!(last - NOON_MS >= passed - 90_000 && last - NOON_MS <= passed + 90_000, "small steps only");
        }
    }
}
