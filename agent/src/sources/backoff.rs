//! Waiting longer after each failure, never in step with others. Pure: chance is an argument.

use std::time::Duration;

/// How long to wait before the next try.
#[derive(Clone, Debug)]
pub(super) struct Backoff {
    first: Duration,
    most: Duration,
    failures: u32,
}

impl Backoff {
    /// Waits about `first` after one failure, twice as long after each further one, about `most` at last.
    pub(super) fn new(first: Duration, most: Duration) -> Self {
        Self { first, most, failures: 0 }
    }

    /// Notes a failure; the wait lies between half and the whole of the step, as `chance` decides.
    pub(super) fn fail(&mut self, chance: u32) -> Duration {
        let doubled = self.first.saturating_mul(1_u32.checked_shl(self.failures.min(20)).unwrap_or(u32::MAX));
        self.failures = self.failures.saturating_add(1);
        let step = doubled.min(self.most);
        step.mul_f64(0.5 + f64::from(chance) / f64::from(u32::MAX) / 2.0)
    }

    /// Notes a success.
    pub(super) fn succeed(&mut self) {
        self.failures = 0;
    }
}

/// Chance for the edge of the program; 0 where the system gives none, which only means less spread.
pub(super) fn chance() -> u32 {
    getrandom::u32().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_grows_to_its_bound_and_starts_over(chances in proptest::collection::vec(any::<u32>(), 1..40)) {
            let (first, most) = (Duration::from_millis(500), Duration::from_secs(30));
            let mut backoff = Backoff::new(first, most);
            for (tries, chance) in chances.iter().enumerate() {
                let step = first.saturating_mul(1 << tries.min(20)).min(most);
                let wait = backoff.fail(*chance);
                prop_assert!(step / 2 <= wait && wait <= step);
            }
            backoff.succeed();
            prop_assert!(backoff.fail(u32::MAX) <= first);
        }
    }
}
