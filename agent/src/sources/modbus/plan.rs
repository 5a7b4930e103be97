//! The fewest legal requests that read a set of items. Pure, O(n log n).
//!
//! Invariants: a request reads granted registers and nothing else, except inside the profile's `gap_ok` regions
//! (DESIGN section 3, invariant 2); it never passes the unit's limits nor the end of a table; an item is never
//! cut in two. Items are taken by start and each request is stretched as far as it may: whatever starts later would
//! only need a later request, so no other choice needs fewer.

use crate::profile::{Place, Profile, Quirks, Region, Table};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One thing to read: a run of registers or bits that belongs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// Whatever the caller knows it by.
    pub id: usize,
    /// Its table.
    pub table: Table,
    /// First address.
    pub start: u16,
    /// Registers or bits.
    pub count: u16,
}

/// One read request and the items it brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    /// Of which table.
    pub table: Table,
    /// First address.
    pub start: u16,
    /// Registers or bits.
    pub count: u16,
    /// In the order of their addresses.
    pub items: Vec<Item>,
}

/// What one unit accepts, by its configuration and by what it refused before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Limits {
    /// How long requests for registers may be.
    pub words: Length,
    /// How long requests for bits may be.
    pub bits: Length,
    /// Items must not share a request across these addresses: it was refused before.
    pub barriers: BTreeSet<(Table, u16)>,
    /// Each item has a request of its own.
    #[serde(skip)]
    pub alone: bool,
    /// Requests for coils begin at 0 where that may be read.
    #[serde(skip)]
    pub coils_from_zero: bool,
}

/// How long a request may be, found by halving what is between accepted and refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Length {
    /// What the configuration says.
    #[serde(skip)]
    most: u16,
    /// The longest that was answered.
    accepted: u16,
    /// The shortest that was refused for its length; 0 for none.
    refused: u16,
}

impl Length {
    /// Up to `most`, of which nothing is known yet.
    pub(crate) fn up_to(most: u16) -> Self {
        Self { most, ..Self::default() }
    }

    /// The longest request to be tried now.
    pub(crate) fn now(&self) -> u16 {
        if self.refused == 0 || self.refused > self.most {
            return self.most;
        }
        let between = self.refused.saturating_sub(1).saturating_sub(self.accepted);
        self.accepted.saturating_add(between.div_ceil(2)).max(1)
    }

    /// A request of this length was answered.
    pub(crate) fn accept(&mut self, count: u16) {
        self.accepted = self.accepted.max(count);
        if self.refused != 0 && self.refused <= self.accepted {
            // The device changed its mind, or what was refused was refused for something else.
            self.refused = 0;
        }
    }

    /// A request of this length was refused for it.
    pub(crate) fn refuse(&mut self, count: u16) {
        if count > self.accepted && (self.refused == 0 || count < self.refused) {
            self.refused = count;
        }
    }
}

impl Limits {
    /// The limits that a configuration and a profile set.
    pub(crate) fn of(quirks: &Quirks) -> Self {
        Self {
            words: Length::up_to(quirks.max_words()),
            bits: Length::up_to(quirks.max_bits()),
            barriers: BTreeSet::new(),
            alone: quirks.one_request_per_metric == Some(true),
            coils_from_zero: quirks.coils_from_zero == Some(true),
        }
    }

    /// The same, with what was learned before.
    pub(crate) fn with(mut self, learned: Self) -> Self {
        self.words = Length { most: self.words.most, ..learned.words };
        self.bits = Length { most: self.bits.most, ..learned.bits };
        self.barriers = learned.barriers;
        self
    }

    /// The limit for requests of `table`.
    pub(crate) fn length(&mut self, table: Table) -> &mut Length {
        if table.is_bits() { &mut self.bits } else { &mut self.words }
    }

    fn most(&self, table: Table) -> u32 {
        if table.is_bits() { self.bits.now().into() } else { self.words.now().into() }
    }
}

/// What stands in registers among these metrics of a profile.
pub(crate) fn items(profile: &Profile, metrics: &[usize]) -> Vec<Item> {
    let item = |index: &usize| match &profile.metrics.get(*index)?.place {
        Place::Register(at) => Some(Item { id: *index, table: at.table, start: at.address, count: at.count }),
        Place::Message(_) => None,
    };
    metrics.iter().filter_map(item).collect()
}

impl Item {
    fn end(&self) -> u32 {
        u32::from(self.start) + u32::from(self.count)
    }
}

/// Plans the requests for `items`; gaps are bridged inside `gap_ok` only.
pub(crate) fn plan(items: &[Item], gap_ok: &[Region], limits: &Limits) -> Vec<Request> {
    let mut sorted = items.to_vec();
    sorted.sort_by_key(|item| (item.table, item.start, item.count, item.id));
    let readable = readable(&sorted, gap_ok);
    let mut requests: Vec<Request> = Vec::new();
    for item in sorted {
        let joined = requests.last_mut().is_some_and(|request| join(request, item, &readable, limits));
        if !joined {
            requests.push(begin(item, &readable, limits));
        }
    }
    requests
}

/// A request for one item.
fn begin(item: Item, readable: &[(Table, u32, u32)], limits: &Limits) -> Request {
    let from_zero = limits.coils_from_zero
        && item.table == Table::Coil
        && item.end() <= limits.most(item.table)
        && covers(readable, item.table, 0, item.end());
    let start = if from_zero { 0 } else { item.start };
    let count = item.count.saturating_add(item.start - start);
    Request { table: item.table, start, count, items: vec![item] }
}

/// Stretches `request` over `item` if that is legal.
fn join(request: &mut Request, item: Item, readable: &[(Table, u32, u32)], limits: &Limits) -> bool {
    if limits.alone || request.table != item.table || limits.barriers.contains(&(item.table, item.start)) {
        return false;
    }
    let end = (u32::from(request.start) + u32::from(request.count)).max(item.end());
    let span = end - u32::from(request.start);
    if span > limits.most(item.table) || !covers(readable, item.table, request.start.into(), end) {
        return false;
    }
    let Ok(count) = u16::try_from(span) else { return false };
    request.count = count;
    request.items.push(item);
    true
}

/// Runs of addresses that may be read, as (table, first, one past the last), apart and in order.
fn readable(sorted: &[Item], gap_ok: &[Region]) -> Vec<(Table, u32, u32)> {
    let items = sorted.iter().map(|item| (item.table, u32::from(item.start), item.end()));
    let regions =
        gap_ok.iter().map(|region| (region.table, u32::from(region.from), u32::from(region.to) + 1));
    let mut runs: Vec<_> = items.chain(regions).collect();
    runs.sort_unstable();
    let mut merged: Vec<(Table, u32, u32)> = Vec::with_capacity(runs.len());
    for (table, from, to) in runs {
        match merged.last_mut() {
            Some(last) if last.0 == table && from <= last.2 => last.2 = last.2.max(to),
            _ => merged.push((table, from, to)),
        }
    }
    merged
}

fn covers(readable: &[(Table, u32, u32)], table: Table, from: u32, to: u32) -> bool {
    let after = readable.partition_point(|run| (run.0, run.1) <= (table, from));
    let run = after.checked_sub(1).and_then(|index| readable.get(index));
    run.is_some_and(|run| run.0 == table && run.1 <= from && to <= run.2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn limits(max_words: u16) -> Limits {
        Limits { words: Length::up_to(max_words), bits: Length::up_to(2_000), ..Limits::default() }
    }

    fn holding(id: usize, start: u16, count: u16) -> Item {
        Item { id, table: Table::Holding, start, count }
    }

    fn gap(from: u16, to: u16) -> Region {
        Region { table: Table::Holding, from, to }
    }

    fn spans(requests: &[Request]) -> Vec<(u16, u16)> {
        requests.iter().map(|request| (request.start, request.count)).collect()
    }

    #[test]
    fn neighbours_share_a_request_and_a_gap_separates() {
        let items = [holding(0, 0, 2), holding(1, 2, 1), holding(2, 5, 1)];
        assert_eq!(spans(&plan(&items, &[], &limits(125))), [(0, 3), (5, 1)]);
        assert_eq!(spans(&plan(&items, &[gap(3, 4)], &limits(125))), [(0, 6)]);
        assert_eq!(spans(&plan(&items, &[gap(3, 3)], &limits(125))), [(0, 3), (5, 1)]);
        assert_eq!(spans(&plan(&items, &[gap(3, 4)], &limits(5))), [(0, 3), (5, 1)]);
    }

    #[test]
    fn tables_never_mix_and_the_last_address_is_reached() {
        let coil = Item { id: 1, table: Table::Coil, start: 0, count: 1 };
        let requests = plan(&[holding(0, 65_535, 1), coil], &[gap(0, 65_535)], &limits(125));
        assert_eq!(requests.len(), 2);
        assert!(requests.iter().any(|r| (r.table, r.start, r.count) == (Table::Holding, 65_535, 1)));
    }

    #[test]
    fn a_barrier_that_was_learned_holds() {
        let items = [holding(0, 0, 1), holding(1, 1, 1)];
        let mut limits = limits(125);
        limits.barriers.insert((Table::Holding, 1));
        assert_eq!(spans(&plan(&items, &[], &limits)), [(0, 1), (1, 1)]);
    }

    #[test]
    fn a_hundred_thousand_items_are_planned_at_once() {
        let items: Vec<_> = (0..100_000).map(|id| holding(id, (id % 60_000) as u16, 1)).collect();
        let started = std::time::Instant::now();
        assert_eq!(plan(&items, &[], &limits(125)).len(), 480);
        assert!(started.elapsed().as_secs() < 5, "planning must not grow with the square of the items");
    }

    #[test]
    fn one_request_per_metric_and_coils_from_zero() {
        let items = [holding(0, 0, 2), holding(1, 2, 1)];
        let alone = Limits { alone: true, ..limits(125) };
        assert_eq!(spans(&plan(&items, &[], &alone)), [(0, 2), (2, 1)]);
        let coil = |id, start| Item { id, table: Table::Coil, start, count: 1 };
        let zero = Limits { coils_from_zero: true, ..limits(125) };
        let may = Region { table: Table::Coil, from: 0, to: 20 };
        assert_eq!(spans(&plan(&[coil(0, 9), coil(1, 17)], &[may], &zero)), [(0, 18)]);
        assert_eq!(spans(&plan(&[coil(0, 9)], &[], &zero)), [(9, 1)], "what nobody allows is not read");
    }

    #[test]
    fn a_limit_is_found_by_halving() {
        for limit in 1..=125 {
            let mut length = Length::up_to(125);
            let mut refusals = 0;
            for _ in 0..20 {
                let tried = length.now();
                assert!((1..=125).contains(&tried));
                if tried <= limit {
                    length.accept(tried);
                } else {
                    length.refuse(tried);
                    refusals += 1;
                }
            }
            assert_eq!(length.now(), limit);
            assert!(refusals <= 7, "{refusals} refusals to learn {limit}");
        }
    }

    /// The fewest requests over all ways to divide the items, found by trying them all.
    fn fewest(items: &[Item], gap_ok: &[Region], limits: &Limits) -> usize {
        let readable = readable(
            &{
                let mut sorted = items.to_vec();
                sorted.sort_by_key(|item| (item.table, item.start));
                sorted
            },
            gap_ok,
        );
        fn divide(
            rest: &[Item],
            blocks: &mut Vec<Vec<Item>>,
            legal: &dyn Fn(&[Item]) -> bool,
            best: &mut usize,
        ) {
            let Some((first, rest)) = rest.split_first() else {
                if blocks.iter().all(|block| legal(block)) {
                    *best = (*best).min(blocks.len());
                }
                return;
            };
            for index in 0..blocks.len() {
                blocks[index].push(*first);
                divide(rest, blocks, legal, best);
                blocks[index].pop();
            }
            blocks.push(vec![*first]);
            divide(rest, blocks, legal, best);
            blocks.pop();
        }
        let legal = |block: &[Item]| {
            let from = block.iter().map(|item| u32::from(item.start)).min().unwrap();
            let to = block.iter().map(Item::end).max().unwrap();
            to - from <= limits.most(Table::Holding) && covers(&readable, Table::Holding, from, to)
        };
        let mut best = usize::MAX;
        divide(items, &mut Vec::new(), &legal, &mut best);
        best
    }

    fn some_items(most: usize) -> impl Strategy<Value = Vec<Item>> {
        proptest::collection::vec((0_u16..40, 1_u16..5), 1..=most).prop_map(|spans| {
            spans.into_iter().enumerate().map(|(id, (start, count))| holding(id, start, count)).collect()
        })
    }

    fn some_gaps() -> impl Strategy<Value = Vec<Region>> {
        proptest::collection::vec((0_u16..40, 0_u16..8), 0..4)
            .prop_map(|gaps| gaps.into_iter().map(|(from, more)| gap(from, from + more)).collect())
    }

    proptest! {
        #[test]
        fn no_way_to_divide_needs_fewer(items in some_items(7), gaps in some_gaps(), most in 4_u16..20) {
            let limits = limits(most);
            prop_assert_eq!(plan(&items, &gaps, &limits).len(), fewest(&items, &gaps, &limits));
        }

        #[test]
        fn only_what_may_be_read_is_read_and_all_of_it(
            items in some_items(40), gaps in some_gaps(), most in 4_u16..126,
        ) {
            let requests = plan(&items, &gaps, &limits(most));
            let mut seen: Vec<usize> = Vec::new();
            for request in &requests {
                prop_assert!(request.count >= 1 && request.count <= most);
                for address in u32::from(request.start)..u32::from(request.start) + u32::from(request.count) {
                    let granted = items.iter().any(|i| u32::from(i.start) <= address && address < i.end());
                    let allowed = gaps.iter().any(|g| u32::from(g.from) <= address && address <= u32::from(g.to));
                    prop_assert!(granted || allowed, "address {} was granted by nobody", address);
                }
                for item in &request.items {
                    prop_assert!(request.start <= item.start);
                    prop_assert!(item.end() <= u32::from(request.start) + u32::from(request.count));
                    seen.push(item.id);
                }
            }
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..items.len()).collect::<Vec<_>>());
        }
    }
}
