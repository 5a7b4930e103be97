//! Against maps in memory: what is there is found, what is not implemented is left out, and nothing goes round in circles.

use super::{Map, Registers, draft, walk};
use crate::profile::{Place, Table};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A device that refuses every register it does not have.
#[derive(Clone, Debug, Default)]
struct Memory {
    words: BTreeMap<u16, u16>,
    asked: usize,
}

impl Memory {
    fn put(&mut self, at: u16, words: &[u16]) -> u16 {
        self.words.extend((at..).zip(words.iter().copied()));
        at + u16::try_from(words.len()).unwrap()
    }

    fn text(&mut self, at: u16, words: u16, text: &str) {
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(usize::from(words) * 2, 0);
        let words: Vec<u16> = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
        self.put(at, &words);
    }

    fn model(&mut self, at: u16, id: u16, length: u16, fill: u16) -> u16 {
        self.put(at, &[id, length]);
        self.put(at + 2, &vec![fill; length.into()])
    }
}

impl Registers for Memory {
    async fn words(&mut self, _: Table, start: u16, count: u16) -> Result<Vec<u16>, Option<String>> {
        self.asked += 1;
        assert!((1..=125).contains(&count));
        (0..count)
            .map(|more| self.words.get(&start.wrapping_add(more)).copied())
            .collect::<Option<_>>()
            .ok_or(None)
    }
}

fn inverter(base: u16) -> Memory {
    let mut memory = Memory::default();
    let common = memory.put(base, &[0x5375, 0x6e53]);
    let first = memory.model(common, 1, 66, 0);
    memory.text(common + 2, 16, "Acme");
    memory.text(common + 18, 16, "Sun 5000");
    memory.text(common + 42, 8, "1.2.3");
    // Everything is "not implemented" for an unsigned number, then some of it is.
    let next = memory.model(first, 103, 50, 0xFFFF);
    memory.put(first + 2, &[123]); // 12.3 A
    memory.put(first + 6, &[(-1_i16).cast_unsigned()]);
    memory.put(first + 14, &[5_000, 0]); // 5000 W, power of ten 0
    memory.put(first + 16, &[5_001, (-2_i16).cast_unsigned()]);
    memory.put(first + 18, &[0x8000, 0]);
    memory.put(first + 20, &[0x8000, 0x8000, 0x8000, 0x8000]);
    memory.put(first + 24, &[1, 2, 3]); // counts thousands
    memory.put(first + 31, &[0x8000, 0]);
    memory.put(first + 33, &[412, 0x8000, 0x8000, 0x8000, 99]); // a scale that is none
    memory.put(first + 38, &[4]);
    let mppt = next;
    let next = memory.model(mppt, 160, 8 + 20 * 2, 0);
    memory.put(mppt + 2, &[(-2_i16).cast_unsigned(), (-1_i16).cast_unsigned(), 0, 0]);
    memory.put(mppt + 8, &[2]);
    for module in 0..2 {
        memory.put(mppt + 10 + module * 20 + 9, &[831, 6_021, 500]);
        memory.put(mppt + 10 + module * 20 + 16, &[0x8000]);
    }
    let next = memory.model(next, 120, 26, 0);
    let next = memory.model(next, 64_900, 3, 0); // a maker's own
    memory.put(next, &[0xFFFF, 0]);
    memory
}

fn found(memory: &mut Memory) -> Option<Map> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(walk(memory)).unwrap()
}

#[test]
fn an_inverter_is_recognised_wherever_its_map_begins() {
    for base in [40_000, 50_000, 0] {
        let map = found(&mut inverter(base)).unwrap();
        let ids: Vec<_> = map.models.iter().map(|model| model.id).collect();
        assert_eq!((map.base, ids, map.cut.clone()), (base, vec![1, 103, 160, 120, 64_900], None));
        assert_eq!(map.models[3].title, Some("nameplate ratings"));
        let (text, profile) = draft(&map, None).finish().unwrap();
        assert_eq!(profile.name, "acme-sun-5000");
        assert!(text.contains("Acme Sun 5000 by its SunSpec map"), "{text}");
        assert!(text.contains("cabinet_temp is left out"), "{text}");
        let names: Vec<_> = profile.metrics.iter().map(|metric| metric.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "current",
                "power",
                "frequency",
                "energy",
                "state",
                "mppt1_current",
                "mppt1_voltage",
                "mppt1_power",
                "mppt1_energy",
                "mppt2_current",
                "mppt2_voltage",
                "mppt2_power",
                "mppt2_energy"
            ]
        );
        let scale = |name: &str| {
            let metric = profile.metrics.iter().find(|metric| metric.name.as_str() == name).unwrap();
            (metric.scale.numerator, metric.scale.denominator)
        };
        assert_eq!(scale("current"), (1, 10));
        assert_eq!(scale("power"), (1, 1));
        assert_eq!(scale("frequency"), (1, 100));
        assert_eq!(scale("energy"), (1_000, 1));
        let Place::Register(at) = &profile.metrics[0].place else { panic!() };
        assert_eq!((at.table, at.address), (Table::Holding, base + 2 + 68 + 2));
    }
}

#[test]
fn a_float_meter_leaves_out_what_is_not_a_number() {
    let mut memory = Memory::default();
    let at = memory.put(40_000, &[0x5375, 0x6e53]);
    let next = memory.model(at, 211, 124, 0x7FC0); // NaN in every pair
    memory.put(at + 28, &[0x4348, 0x0000]); // 200 W
    memory.put(next, &[0xFFFF, 0]);
    let (text, profile) = draft(&found(&mut memory).unwrap(), Some("shed")).finish().unwrap();
    assert_eq!((profile.name.as_str(), profile.metrics.len()), ("shed", 1), "{text}");
}

#[test]
fn what_is_no_map_is_not_followed_and_what_is_broken_ends() {
    assert_eq!(found(&mut Memory::default()), None);
    let mut other = Memory::default();
    other.put(40_000, &[1, 2]);
    assert_eq!(found(&mut other), None);
    let mut cut = Memory::default();
    cut.put(40_000, &[0x5375, 0x6e53, 1, 66]);
    let map = found(&mut cut).unwrap();
    assert!(map.cut.unwrap().contains("refuses register 40070"));
    let mut endless = Memory::default();
    endless.put(40_000, &[0x5375, 0x6e53]);
    for at in (40_002..65_000).step_by(2) {
        endless.put(at, &[700, 0]);
    }
    assert_eq!(found(&mut endless).unwrap().models.len(), 64);
}

proptest! {
    #[test]
    fn whatever_the_registers_hold_it_ends_with_a_profile_or_without(
        changes in proptest::collection::vec((40_000_u16..40_400, any::<u16>()), 0..40),
    ) {
        let mut memory = inverter(40_000);
        for (at, word) in changes {
            memory.put(at, &[word]);
        }
        let map = found(&mut memory);
        prop_assert!(memory.asked < 2_000);
        if let Some(map) = map {
            let draft = draft(&map, None);
            prop_assert!(draft.metrics.is_empty() || draft.finish().is_ok(), "{:?}", draft.finish());
        }
    }
}
