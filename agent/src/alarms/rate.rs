//! How far a value has moved within a span of time. Pure; memory is bounded: of each sixty-fourth of the span only
//! the extreme is kept, so the span is exact to that part.

use std::collections::VecDeque;

/// Into how many parts a span is divided.
const PARTS: i64 = 64;

/// The extremes that a rise or a fall is measured from.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Window {
    /// Start of a part and the lowest (for a rise) or highest (for a fall) value in it.
    extremes: VecDeque<(i64, f64)>,
}

impl Window {
    /// How far `value` at `at_ms` lies above the lowest (`rises`) or below the highest value of the last `within_ms`.
    pub(super) fn moved(&mut self, rises: bool, within_ms: u32, at_ms: i64, value: f64) -> f64 {
        let within = i64::from(within_ms);
        while self.extremes.front().is_some_and(|(part, _)| at_ms.saturating_sub(*part) > within) {
            self.extremes.pop_front();
        }
        let further = |a: f64, b: f64| if rises { a < b } else { a > b };
        // An earlier value that is less extreme will never matter again.
        while self.extremes.back().is_some_and(|(_, extreme)| !further(*extreme, value)) {
            self.extremes.pop_back();
        }
        let part = at_ms.div_euclid((within / PARTS).max(1)) * (within / PARTS).max(1);
        if self.extremes.back().is_none_or(|(last, _)| *last != part) {
            self.extremes.push_back((part, value));
        }
        let from = self.extremes.front().map_or(value, |(_, extreme)| *extreme);
        if rises { value - from } else { from - value }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.extremes.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_rise_is_measured_from_the_lowest_value_of_the_span() {
        let mut window = Window::default();
        let mut at = |at_ms, value| window.moved(true, 1_000, at_ms, value);
        assert!((at(0, 10.0) - 0.0).abs() < 1e-9);
        assert!((at(400, 8.0) - 0.0).abs() < 1e-9);
        assert!((at(900, 12.5) - 4.5).abs() < 1e-9);
        assert!(
            (at(1_500, 12.0) - 0.0).abs() < 1e-9,
            "the low one is over a second ago, 12 is the lowest since"
        );
    }

    proptest! {
        #[test]
        fn it_agrees_with_looking_at_everything(
            steps in proptest::collection::vec((0_i64..400, -50_i32..50), 1..200), rises in any::<bool>(),
        ) {
            let (mut window, mut seen, mut at_ms) = (Window::default(), Vec::new(), 0);
            for (step_ms, value) in steps {
                at_ms += step_ms;
                let value = f64::from(value);
                seen.push((at_ms, value));
                let moved = window.moved(rises, 6_400, at_ms, value);
                // A span is exact to a sixty-fourth: the answer lies between the two spans around it.
                let best = |within: i64| seen.iter().filter(|(at, _)| at_ms - at <= within)
                    .map(|(_, v)| if rises { value - v } else { v - value }).fold(0.0, f64::max);
                prop_assert!(best(6_300) <= moved && moved <= best(6_400), "{} {moved} {}", best(6_300), best(6_400));
                prop_assert!(window.extremes.len() <= 66);
            }
        }
    }
}
