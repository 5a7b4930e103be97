//! When in its period each unit begins, so that not all are read at once.

use std::time::Duration;

/// How far apart two beginnings are at least. A gateway that wakes for each of a hundred devices pays more for waking
/// than for reading, and readings wait a second for others to be stored with anyway.
const APART: Duration = Duration::from_millis(500);
/// Over how much of a long period the beginnings are spread: nobody at a new device waits longer for its first value.
const LONGEST: Duration = Duration::from_secs(10);

/// How long after the start of its period the unit `index` of `count` begins: evenly over `interval`, and always the
/// same for the same site.
pub(super) fn of(index: u32, count: u32, interval: Duration) -> Duration {
    let span = interval.min(LONGEST);
    let room = u32::try_from(span.as_nanos() / APART.as_nanos()).unwrap_or(u32::MAX);
    let slots = room.min(count).max(1);
    span / slots * (index % slots)
}

#[cfg(test)]
mod tests {
    use super::{APART, LONGEST, of};
    use proptest::prelude::{ProptestConfig, any, proptest};
    use std::collections::BTreeMap;
    use std::time::Duration;

    #[test]
    fn ten_units_that_are_read_each_second_begin_at_two_moments() {
        let begins = |index| of(index, 10, Duration::from_secs(1)).as_millis();
        assert_eq!((0..6).map(begins).collect::<Vec<_>>(), [0, 500, 0, 500, 0, 500]);
        assert_eq!(of(7, 8, Duration::from_secs(60)), Duration::from_millis(8_750));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn units_begin_evenly_within_their_period(count in 1_u32..300, interval_ms in any::<u32>()) {
            let interval = Duration::from_millis(interval_ms.max(1).into());
            let mut begun: BTreeMap<Duration, u32> = BTreeMap::new();
            for index in 0..count {
                *begun.entry(of(index, count, interval)).or_default() += 1;
            }
            let (least, most) = (begun.values().min().unwrap(), begun.values().max().unwrap());
            assert!(most - least <= 1, "{begun:?}");
            let moments: Vec<Duration> = begun.into_keys().collect();
            assert_eq!(moments[0], Duration::ZERO);
            assert!(*moments.last().unwrap() < interval.min(LONGEST));
            let steps: Vec<Duration> = moments.windows(2).map(|pair| pair[1] - pair[0]).collect();
            assert!(steps.iter().all(|step| *step >= APART && *step == steps[0]), "{steps:?}");
        }
    }
}
