//! How long to wait after failures: doubling, bounded, and never twice the same for two gateways.

use std::time::Duration;

/// Shortest wait.
pub const SHORTEST: Duration = Duration::from_millis(500);
/// Longest wait.
pub const LONGEST: Duration = Duration::from_secs(60);

/// The wait after `failures` in a row: between half and all of the doubled base; `dice` is any random number.
pub fn after(failures: u32, dice: u32) -> Duration {
    let doubled = SHORTEST.saturating_mul(1 << failures.saturating_sub(1).min(10));
    let bound = doubled.min(LONGEST);
    bound / 2 + share(bound / 2, dice)
}

/// A part of `whole`, as `dice` says.
pub fn share(whole: Duration, dice: u32) -> Duration {
    whole.mul_f64(f64::from(dice) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_wait_is_bounded_and_grows(failures in 1u32..u32::MAX, dice: u32) {
            let wait = after(failures, dice);
            prop_assert!(wait >= SHORTEST / 2 && wait <= LONGEST);
            prop_assert!(after(failures.saturating_add(1), dice) >= wait);
        }
    }

    #[test]
    fn two_gateways_do_not_wait_alike() {
        assert!(after(5, 1 << 30) < after(5, 3 << 30));
    }
}
