//! The session against a model of the store and of the cloud, with every fault in every order.

use crate::uplink::session::Session;
use crate::uplink::step::{Action, Effect, Reply, Settings, Waiting};
use proptest::prelude::*;
use riversync_protocol::v1::{Ack, Lane, Outcome, Refusal, SchemaHash, SeqRange};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const SCHEMA: SchemaHash = SchemaHash([1; 16]);
const MAX_RECORDS: usize = 8;

fn settings() -> Settings {
    Settings { batch: Duration::from_secs(5), max_records: MAX_RECORDS, big_records: 6 }
}

/// What can go wrong with one request.
#[derive(Clone, Copy, Debug)]
enum Fault {
    None,
    LostBefore,
    LostAfter,
    Busy,
    Http503,
    TooLarge,
    NotGranted,
    ForgetsSchema,
    Abandoned,
}

#[derive(Default)]
struct Store {
    next: BTreeMap<u8, u64>,
    records: BTreeMap<u8, BTreeSet<u64>>,
    aside: BTreeSet<(u8, u64)>,
}

fn key(lane: Lane) -> u8 {
    match lane {
        Lane::Events => 0,
        Lane::Telemetry => 1,
    }
}

impl Store {
    fn append(&mut self, lane: Lane) {
        let next = self.next.entry(key(lane)).or_default();
        self.records.entry(key(lane)).or_default().insert(*next);
        *next += 1;
    }

    fn waiting(&self, lane: Lane) -> Waiting {
        let next = self.next.get(&key(lane)).copied().unwrap_or(0);
        let records = self.records.get(&key(lane));
        let first = records.and_then(BTreeSet::first).copied().unwrap_or(next);
        Waiting { records: records.map_or(0, BTreeSet::len) as u64, first, next }
    }
}

/// A cloud that records ranges, each sequence number once.
#[derive(Default)]
struct Cloud {
    ranges: BTreeMap<u8, Vec<SeqRange>>,
    recorded: BTreeMap<(u8, u64), u32>,
    has_schema: bool,
}

impl Cloud {
    fn take(&mut self, lane: Lane, range: SeqRange, seqs: &[u64], poison: &BTreeSet<u64>) -> Outcome {
        if lane == Lane::Telemetry && !self.has_schema {
            return Outcome::Refused(Refusal::UnknownSchema(SCHEMA));
        }
        let known = self.ranges.entry(key(lane)).or_default();
        if known.contains(&range) {
            return Outcome::Stored;
        }
        let overlaps: Vec<SeqRange> =
            known.iter().copied().filter(|k| k.first <= range.last && range.first <= k.last).collect();
        if !overlaps.is_empty() {
            return Outcome::Overlaps(overlaps);
        }
        if lane == Lane::Telemetry && seqs.iter().any(|seq| poison.contains(seq)) {
            return Outcome::Refused(Refusal::Malformed("poison".into()));
        }
        known.push(range);
        for seq in seqs {
            *self.recorded.entry((key(lane), *seq)).or_default() += 1;
        }
        Outcome::Stored
    }
}

struct World {
    session: Session,
    store: Store,
    cloud: Cloud,
    poison: BTreeSet<u64>,
    now: Duration,
    dice: u32,
    failed_last: bool,
}

impl World {
    fn new(poison: BTreeSet<u64>) -> Self {
        let session = Session::new(settings(), Duration::ZERO, 7);
        Self {
            session,
            store: Store::default(),
            cloud: Cloud::default(),
            poison,
            now: Duration::ZERO,
            dice: 1,
            failed_last: true,
        }
    }

    fn ack(outcome: Outcome) -> Reply {
        Reply::Ack(Ack { outcome, policy_epoch: 1, server_ms: 0, pace_ms: 100 })
    }

    /// One action with `fault`; returns whether anything was sent.
    fn step(&mut self, fault: Fault) -> bool {
        self.dice = self.dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (events, telemetry) = (self.store.waiting(Lane::Events), self.store.waiting(Lane::Telemetry));
        match self.session.next(self.now, events, telemetry) {
            Action::Wait(until) => {
                assert!(until > self.now, "a wait must end later than now");
                assert!(until <= self.now + Duration::from_secs(60 + 8), "waiting is bounded");
                self.now = until;
                false
            }
            Action::Schema(hash) => {
                assert_eq!(hash, SCHEMA);
                let reply = match fault {
                    Fault::LostBefore => Reply::Failed,
                    _ => {
                        self.cloud.has_schema = true;
                        if matches!(fault, Fault::LostAfter) {
                            Reply::Failed
                        } else {
                            Self::ack(Outcome::Stored)
                        }
                    }
                };
                self.finish(reply, &[], None);
                true
            }
            Action::Send(want) => {
                if want.lane == Lane::Telemetry && self.failed_last {
                    let newest = telemetry.next.saturating_sub(MAX_RECORDS as u64);
                    // The newest numbers may all be delivered while older records still wait.
                    let waits = self.store.records[&key(Lane::Telemetry)].range(newest..).next().is_some();
                    assert!(!waits || want.from >= newest, "after a failure the newest goes first");
                }
                let all = &self.store.records[&key(want.lane)];
                let seqs: Vec<u64> =
                    all.range(want.from..want.before).take(want.max_records).copied().collect();
                let (Some(first), Some(last)) = (seqs.first(), seqs.last()) else {
                    self.session.nothing_there(self.now, want.lane);
                    return true;
                };
                let range = SeqRange { first: *first, last: *last };
                self.session.sent(self.now, want.lane, range, seqs.len());
                let reply = self.answer(fault, want.lane, range, &seqs);
                self.finish(reply, &seqs, Some(want.lane));
                true
            }
        }
    }

    fn answer(&mut self, fault: Fault, lane: Lane, range: SeqRange, seqs: &[u64]) -> Reply {
        match fault {
            Fault::LostBefore => Reply::Failed,
            Fault::Busy => Self::ack(Outcome::Refused(Refusal::Busy(900))),
            Fault::Http503 => Reply::Busy(None),
            Fault::TooLarge if seqs.len() > 1 => Reply::TooLarge,
            Fault::NotGranted => Self::ack(Outcome::Refused(Refusal::NotGranted)),
            Fault::Abandoned => Reply::Abandoned,
            Fault::LostAfter => {
                self.cloud.take(lane, range, seqs, &self.poison);
                Reply::Failed
            }
            Fault::ForgetsSchema => {
                self.cloud.has_schema = false;
                Self::ack(self.cloud.take(lane, range, seqs, &self.poison))
            }
            Fault::None | Fault::TooLarge => Self::ack(self.cloud.take(lane, range, seqs, &self.poison)),
        }
    }

    fn finish(&mut self, reply: Reply, sent: &[u64], lane: Option<Lane>) {
        self.failed_last = matches!(reply, Reply::Failed);
        let well_formed = matches!(reply, Reply::Ack(_));
        let effects = self.session.reply(self.now, reply, self.dice);
        for effect in effects {
            match effect {
                Effect::Remove(of, range) => {
                    assert!(well_formed, "only an ack deletes");
                    assert_eq!(Some(of), lane);
                    let records = self.store.records.get_mut(&key(of)).unwrap();
                    for seq in records.range(range.first..=range.last).copied().collect::<Vec<_>>() {
                        assert!(sent.contains(&seq), "only what was sent is deleted");
                        assert!(self.cloud.recorded.contains_key(&(key(of), seq)), "{seq} is not durable");
                        records.remove(&seq);
                    }
                }
                Effect::SetAside(of, range, why) => {
                    assert_eq!(range.first, range.last, "one record, never more");
                    assert_eq!(why, "poison");
                    assert!(self.poison.contains(&range.first), "only the culprit");
                    self.store.records.get_mut(&key(of)).unwrap().remove(&range.first);
                    self.store.aside.insert((key(of), range.first));
                }
                Effect::FetchPolicy => {}
            }
        }
    }
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        6 => Just(Fault::None),
        2 => Just(Fault::LostBefore),
        2 => Just(Fault::LostAfter),
        1 => Just(Fault::Busy),
        1 => Just(Fault::Http503),
        1 => Just(Fault::TooLarge),
        1 => Just(Fault::NotGranted),
        1 => Just(Fault::ForgetsSchema),
        1 => Just(Fault::Abandoned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn every_record_arrives_once_whatever_happens_on_the_way(
        script in prop::collection::vec((fault(), 0usize..6, 0usize..2, any::<bool>()), 1..80),
        poison in prop::collection::btree_set(0u64..200, 0..4),
    ) {
        let mut world = World::new(poison);
        for (fault, telemetry, events, restart) in script {
            (0..telemetry).for_each(|_| world.store.append(Lane::Telemetry));
            (0..events).for_each(|_| world.store.append(Lane::Events));
            if restart && matches!(fault, Fault::LostAfter) {
                // A crash: the store stays, the session is another one.
                world.session = Session::new(settings(), world.now, world.dice);
                world.failed_last = true;
            }
            world.step(fault);
        }
        let mut steps = 0;
        while world.store.records.values().any(|records| !records.is_empty()) {
            world.step(Fault::None);
            steps += 1;
            prop_assert!(steps < 5_000, "it must come to an end");
        }
        prop_assert!(world.cloud.recorded.values().all(|times| *times == 1), "recorded once");
        for (lane, next) in &world.store.next {
            for seq in 0..*next {
                let there = world.cloud.recorded.contains_key(&(*lane, seq));
                prop_assert!(there != world.store.aside.contains(&(*lane, seq)), "lane {} seq {}", lane, seq);
            }
        }
    }
}

#[test]
fn events_go_before_telemetry_and_live_before_backlog() {
    let mut world = World::new(BTreeSet::new());
    world.cloud.has_schema = true;
    (0..40).for_each(|_| world.store.append(Lane::Telemetry));
    world.store.append(Lane::Events);
    let mut order = Vec::new();
    while world.store.records.values().any(|records| !records.is_empty()) {
        let (events, telemetry) = (world.store.waiting(Lane::Events), world.store.waiting(Lane::Telemetry));
        if let Action::Send(want) = world.session.clone().next(world.now, events, telemetry) {
            order.push((key(want.lane), want.from));
        }
        world.step(Fault::None);
        if order.len() == 3 {
            (0..6).for_each(|_| world.store.append(Lane::Telemetry));
            order.push((9, 9));
        }
    }
    let expected = [(0, 0), (1, 32), (1, 0), (9, 9), (1, 40), (1, 8), (1, 16), (1, 24)];
    assert_eq!(order, expected);
}
