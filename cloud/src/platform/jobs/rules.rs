//! When a job comes again. Pure.

use crate::platform::base::HOUR_MS;

/// The pause after the first failure, before jitter; it doubles with each further one.
const FIRST_PAUSE_MS: i64 = 2_000;
/// The longest pause, before jitter.
const LONGEST_PAUSE_MS: i64 = HOUR_MS;
/// How often a job is begun before it is given up: with the pauses above, more than a day of outage.
pub(super) const MOST_ATTEMPTS: i64 = 36;

/// The latest time of a schedule that comes every `every_ms`, at `now_ms`. What fell due while nobody worked is asked
/// for once, not once for each time that was missed.
pub(super) fn latest_due_ms(now_ms: i64, every_ms: i64) -> i64 {
    now_ms - now_ms.rem_euclid(every_ms.max(1))
}

/// How long a job rests that was begun `attempts` times: between half and the whole of the doubled pause, so that what
/// failed together does not come back together.
pub(super) fn pause_ms(attempts: i64, random: u64) -> i64 {
    let doublings = u32::try_from((attempts - 1).clamp(0, 20)).unwrap_or(20);
    let whole = FIRST_PAUSE_MS.saturating_mul(1 << doublings).min(LONGEST_PAUSE_MS);
    let half = whole / 2;
    let spread = random % u64::try_from(half + 1).unwrap_or(1);
    half + i64::try_from(spread).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_PAUSE_MS, MOST_ATTEMPTS, latest_due_ms, pause_ms};
    use crate::platform::base::DAY_MS;
    use proptest::prelude::*;

    #[test]
    fn pauses_double_up_to_an_hour_and_cover_a_day() {
        assert_eq!((pause_ms(1, 0), pause_ms(2, 0), pause_ms(3, 0)), (1_000, 2_000, 4_000));
        assert_eq!(pause_ms(30, 0), LONGEST_PAUSE_MS / 2);
        let least: i64 = (1..MOST_ATTEMPTS).map(|n| pause_ms(n, 0)).sum();
        let most: i64 = (1..MOST_ATTEMPTS).map(|n| pause_ms(n, 1_800_000)).sum();
        assert!(least > DAY_MS / 2 && most > DAY_MS, "{least} {most}");
    }

    proptest! {
        #[test]
        fn a_time_of_a_schedule_is_past_and_less_than_one_round_ago(now_ms in 0..i64::MAX, every_ms in 1..i64::MAX) {
            let due_ms = latest_due_ms(now_ms, every_ms);
            prop_assert!(due_ms <= now_ms && now_ms - due_ms < every_ms && due_ms % every_ms == 0);
        }

        #[test]
        fn a_pause_is_always_bounded(attempts in i64::MIN..i64::MAX, random: u64) {
            let pause = pause_ms(attempts, random);
            prop_assert!((1_000..=LONGEST_PAUSE_MS).contains(&pause), "{pause}");
        }
    }
}
