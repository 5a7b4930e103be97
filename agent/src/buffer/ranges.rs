//! A set of sequence numbers as ranges: what was removed is nearly always one range from 0 on.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Sequence numbers, kept as disjoint inclusive ranges with a number missing between each two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SeqSet(BTreeMap<u64, u64>);

impl SeqSet {
    pub(super) fn insert(&mut self, first: u64, last: u64) {
        if last < first {
            return;
        }
        let (mut first, mut last) = (first, last);
        let touching: Vec<(u64, u64)> = self
            .0
            .range(..=last.saturating_add(1))
            .rev()
            .take_while(|(_, to)| to.saturating_add(1) >= first)
            .map(|(from, to)| (*from, *to))
            .collect();
        for (from, to) in touching {
            self.0.remove(&from);
            first = first.min(from);
            last = last.max(to);
        }
        self.0.insert(first, last);
    }

    pub(super) fn contains(&self, seq: u64) -> bool {
        self.0.range(..=seq).next_back().is_some_and(|(_, last)| seq <= *last)
    }

    /// Numbers in it.
    pub(super) fn count(&self) -> u64 {
        self.0.iter().map(|(first, last)| (last - first).saturating_add(1)).fold(0, u64::saturating_add)
    }

    pub(super) fn ranges(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.0.iter().map(|(first, last)| (*first, *last))
    }

    pub(super) fn last(&self) -> Option<u64> {
        self.0.values().next_back().copied()
    }

    /// The numbers of `0..next` that are neither here nor in `other`.
    pub(super) fn missing(&self, other: &Self, next: u64) -> Self {
        let mut either = self.clone();
        for (first, last) in other.ranges() {
            either.insert(first, last);
        }
        let mut missing = Self::default();
        let mut from = 0;
        for (first, last) in either.ranges().take_while(|(first, _)| *first < next) {
            if first > from {
                missing.insert(from, first - 1);
            }
            from = last.saturating_add(1);
        }
        if from < next {
            missing.insert(from, next - 1);
        }
        missing
    }

    /// The numbers that are in both.
    pub(super) fn common(&self, other: &Self) -> Self {
        let mut common = Self::default();
        for (first, last) in self.ranges() {
            let before = other.0.range(..first).next_back().map(|(from, to)| (*from, *to));
            let within = other.0.range(first..=last).map(|(from, to)| (*from, *to));
            for (from, to) in before.into_iter().chain(within) {
                common.insert(from.max(first), to.min(last));
            }
        }
        common
    }

    /// Forgets the shortest ranges until at most `most` are left. What is forgotten counts as still there, so a heal may
    /// bring back what was delivered: the cloud then sees the same identity again and keeps one.
    pub(super) fn shorten(&mut self, most: usize) {
        while self.0.len() > most {
            let shortest =
                self.0.iter().min_by_key(|(first, last)| **last - **first).map(|(first, _)| *first);
            match shortest {
                Some(first) => self.0.remove(&first),
                None => return,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn behaves_like_a_set_of_numbers(inserted in prop::collection::vec((0u64..60, 0u64..8), 0..30), next in 0u64..80) {
            let mut ranges = SeqSet::default();
            let mut model = BTreeSet::new();
            for (first, len) in inserted {
                ranges.insert(first, first + len);
                model.extend(first..=first + len);
            }
            prop_assert_eq!(ranges.count(), model.len() as u64);
            prop_assert_eq!(ranges.last(), model.last().copied());
            for seq in 0..100 {
                prop_assert_eq!(ranges.contains(seq), model.contains(&seq));
            }
            let missing = ranges.missing(&SeqSet::default(), next);
            for seq in 0..100 {
                prop_assert_eq!(missing.contains(seq), seq < next && !model.contains(&seq));
            }
            for (first, last) in missing.ranges().chain([(5, 9), (70, 90)]) {
                let mut other = SeqSet::default();
                other.insert(first, last);
                other.insert(first + 20, last + 23);
                let common = ranges.common(&other);
                for seq in 0..150 {
                    prop_assert_eq!(common.contains(seq), ranges.contains(seq) && other.contains(seq));
                }
            }
            let pairs: Vec<_> = ranges.ranges().collect();
            prop_assert!(pairs.windows(2).all(|w| w[0].1 + 1 < w[1].0), "ranges are apart");
        }
    }
}
