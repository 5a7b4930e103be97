//! The buffer against a plain list: any order of append, read, remove, set aside, purge, reopen, crash, power cut, flipped
//! bit, full disk, failed write and failed sync.

use super::Faults;
use super::damage::{files, length};
use super::disk::{Dice, after_cut};
use super::kit::{HandClock, alarm, copy_dir, events, everything, flip, group, open_with, readings, small};
use crate::buffer::keeper::Keeper;
use crate::buffer::purge::Sieve;
use crate::buffer::{Appended, BufferError, Entry};
use crate::reading::Reading;
use proptest::prelude::*;
use riversync_protocol::v1::{Event, GapReason, Lane, SeqRange};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

#[derive(Clone, Debug)]
enum Step {
    Append {
        devices: usize,
        alarms: usize,
        origin: Option<u8>,
    },
    Together(usize),
    Remove {
        lane: Lane,
        first: u64,
        len: u64,
    },
    SetAside {
        first: u64,
        len: u64,
    },
    /// Takes back the metrics of one device.
    Purge(usize),
    /// Closed and opened again.
    Reopen,
    /// What is on the disk now, opened by another: the first never closed.
    Crash,
    /// The power goes after a write and before its sync.
    PowerCut(u64),
    /// One bit of one file, while nobody has it open.
    BitFlip(u64),
    /// No room for one append, then there is again.
    Full,
    /// A write that the disk refuses.
    WriteError,
    /// A write that the disk takes and does not sync.
    SyncError,
}

fn step() -> impl Strategy<Value = Step> {
    let lane = prop_oneof![Just(Lane::Telemetry), Just(Lane::Events)];
    prop_oneof![
        6 => (0usize..4, 0usize..2, prop::option::of(0u8..4))
            .prop_map(|(devices, alarms, origin)| Step::Append { devices, alarms, origin }),
        2 => (1usize..6).prop_map(Step::Together),
        3 => (lane, 0u64..20, 0u64..6).prop_map(|(lane, first, len)| Step::Remove { lane, first, len }),
        1 => (0u64..20, 0u64..3).prop_map(|(first, len)| Step::SetAside { first, len }),
        1 => (0usize..4).prop_map(Step::Purge),
        1 => Just(Step::Reopen),
        2 => Just(Step::Crash),
        2 => any::<u64>().prop_map(Step::PowerCut),
        1 => any::<u64>().prop_map(Step::BitFlip),
        1 => Just(Step::Full),
        1 => Just(Step::WriteError),
        1 => Just(Step::SyncError),
    ]
}

#[derive(Default)]
struct Model {
    telemetry: BTreeMap<u64, Vec<Reading>>,
    events: BTreeMap<u64, Event>,
    next_telemetry: u64,
    next_event: u64,
    origins: BTreeSet<u8>,
    second: i64,
    /// Records that had to be given up, and those of them that gap events have told.
    lost: u64,
    told: u64,
    /// A flipped bit may have cost origins: what they name is then stored as new.
    origins_in_doubt: bool,
}

impl Model {
    fn entry(&mut self, devices: usize, alarms: usize, origin: Option<u8>) -> Entry {
        self.second += 1;
        Entry {
            readings: readings(devices, self.second),
            events: (0..alarms).map(|device| alarm(&format!("meter-{device}"), self.second)).collect(),
            origin: origin.map(|origin| [origin; 16]),
        }
    }

    fn stored(&mut self, entry: Entry) {
        if !entry.readings.is_empty() {
            self.telemetry.insert(self.next_telemetry, entry.readings);
            self.next_telemetry += 1;
        }
        for event in entry.events {
            self.event(event);
        }
    }

    fn event(&mut self, event: Event) {
        self.events.insert(self.next_event, event);
        self.next_event += 1;
    }

    fn purge(&mut self, device: &str) {
        for readings in self.telemetry.values_mut() {
            readings.retain(|reading| reading.group.device.as_str() != device);
        }
        self.telemetry.retain(|_, readings| !readings.is_empty());
        for event in self.events.values_mut() {
            if matches!(event, Event::Alarm(alarm) if alarm.device.as_str() == device) {
                *event = Event::Purged;
            }
        }
    }
}

struct Bench {
    homes: Vec<tempfile::TempDir>,
    keeper: Option<Keeper>,
    clock: Arc<HandClock>,
    faults: Arc<Faults>,
    model: Model,
}

impl Bench {
    fn new() -> Self {
        let clock = Arc::new(HandClock::default());
        let faults = Arc::new(Faults::default());
        Faults::install(&faults);
        let home = tempfile::tempdir().unwrap();
        let keeper = open_with(home.path(), small(), 1, &clock).unwrap().0;
        Self { homes: vec![home], keeper: Some(keeper), clock, faults, model: Model::default() }
    }

    fn keeper(&mut self) -> &mut Keeper {
        self.keeper.as_mut().unwrap()
    }

    fn open(&mut self) {
        let (keeper, report) = open_with(self.homes.last().unwrap().path(), small(), 2, &self.clock).unwrap();
        assert_eq!((report.lost, report.salvaged, report.moved_aside), (0, 0, None), "nothing is damaged");
        self.keeper = Some(keeper);
    }

    fn apply(&mut self, step: Step) {
        self.clock.pass(1_000);
        match step {
            Step::Append { devices, alarms, origin } => {
                let entry = self.model.entry(devices, alarms, origin);
                let seen = origin.is_some_and(|origin| !self.model.origins.insert(origin));
                let result = self.keeper().append(&[&entry]).pop().unwrap().unwrap();
                let seen = seen && !(self.model.origins_in_doubt && result == Appended::Stored);
                assert_eq!(result, if seen { Appended::Duplicate } else { Appended::Stored });
                // A loss whose time has come is told before.
                self.learn_events();
                if !seen {
                    self.model.stored(entry);
                }
            }
            Step::Together(count) => {
                let entries: Vec<Entry> =
                    (0..count).map(|at| self.model.entry(at % 3, at % 2, None)).collect();
                assert!(
                    self.keeper()
                        .append(&entries.iter().collect::<Vec<_>>())
                        .into_iter()
                        .all(|result| result.is_ok())
                );
                self.learn_events();
                entries.into_iter().for_each(|entry| self.model.stored(entry));
            }
            Step::Remove { lane, first, len } => {
                self.keeper().remove(lane, SeqRange { first, last: first + len }, None).unwrap();
                match lane {
                    Lane::Telemetry => {
                        self.model.telemetry.retain(|seq, _| !(first..=first + len).contains(seq))
                    }
                    Lane::Events => self.model.events.retain(|seq, _| !(first..=first + len).contains(seq)),
                }
            }
            Step::SetAside { first, len } => self.set_aside(first, first + len),
            Step::Purge(device) => self.purge(&format!("meter-{device}")),
            Step::Reopen => {
                self.keeper.take().unwrap().close();
                self.open();
            }
            Step::Crash => {
                let copy = tempfile::tempdir().unwrap();
                copy_dir(self.homes.last().unwrap().path(), copy.path());
                self.homes.push(copy);
                self.keeper.take().unwrap().close();
                self.open();
            }
            Step::PowerCut(seed) => self.power_cut(&mut Dice::new(seed)),
            Step::BitFlip(seed) => self.bit_flip(&mut Dice::new(seed)),
            Step::Full => self.full(),
            Step::WriteError => {
                let entry = self.model.entry(2, 1, None);
                self.faults.write_error.store(true, Ordering::SeqCst);
                assert!(matches!(self.keeper().append(&[&entry]).pop(), Some(Err(BufferError::Engine(_)))));
            }
            Step::SyncError => {
                let entry = self.model.entry(2, 1, None);
                self.faults.sync_error.store(true, Ordering::SeqCst);
                assert!(matches!(self.keeper().append(&[&entry]).pop(), Some(Err(BufferError::Engine(_)))));
                self.learn(&entry);
            }
        }
        self.check();
    }

    fn set_aside(&mut self, first: u64, last: u64) {
        let before = self.model.telemetry.len();
        self.model.telemetry.retain(|seq, _| !(first..=last).contains(seq));
        let gone = (before - self.model.telemetry.len()) as u64;
        let said = self
            .keeper()
            .remove(Lane::Telemetry, SeqRange { first, last }, Some(GapReason::Refused))
            .unwrap();
        assert_eq!(said, gone);
        self.model.lost += gone;
        if gone > 0 {
            let told = events(self.keeper()).pop().unwrap();
            assert!(
                matches!(&told.1, Event::Gap(gap) if gap.records == gone && gap.reason == GapReason::Refused)
            );
        }
    }

    fn full(&mut self) {
        let (refused, taken) = (self.model.entry(2, 1, None), self.model.entry(1, 1, None));
        self.faults.disk_full.store(true, Ordering::SeqCst);
        assert!(matches!(self.keeper().append(&[&refused]).pop(), Some(Err(BufferError::DiskFull))));
        self.faults.disk_full.store(false, Ordering::SeqCst);
        self.clock.pass(1_000);
        assert!(matches!(self.keeper().append(&[&taken]).pop(), Some(Ok(Appended::Stored))));
        self.model.lost += 1;
        self.learn_events();
        self.model.stored(taken);
    }

    fn power_cut(&mut self, dice: &mut Dice) {
        let entry = self.model.entry(2, 1, None);
        let [synced, written, after] = [(); 3].map(|()| tempfile::tempdir().unwrap());
        copy_dir(self.homes.last().unwrap().path(), synced.path());
        *self.faults.power_cut.lock().unwrap() = Some(written.path().to_path_buf());
        assert!(self.keeper().append(&[&entry]).pop().unwrap().is_err());
        self.keeper.take().unwrap().close();
        after_cut(synced.path(), written.path(), after.path(), dice);
        let (keeper, report) = open_with(after.path(), small(), 3, &self.clock).unwrap();
        assert!(report.lost <= 2, "more is lost than was ever in doubt: {report:?}");
        self.homes.push(after);
        self.keeper = Some(keeper);
        self.model.lost += report.lost;
        self.learn(&entry);
    }

    fn bit_flip(&mut self, dice: &mut Dice) {
        self.keeper.take().unwrap().close();
        let home = self.homes.last().unwrap().path();
        let some = files(home);
        let some: Vec<_> =
            some.iter().filter(|file| !file.ends_with("ballast") && length(file) > 0).collect();
        let file = some[dice.below(some.len())];
        let at = dice.below(usize::try_from(length(file)).unwrap()) as u64;
        flip(file, at, 1 << dice.below(8));
        let (mut keeper, report) = open_with(home, small(), 4, &self.clock).unwrap();
        assert!(report.lost <= 1, "one bit cost {report:?}");
        let found: BTreeSet<u64> = everything(&mut keeper).into_iter().map(|(seq, _)| seq).collect();
        let told: BTreeSet<u64> = events(&mut keeper).into_iter().map(|(seq, _)| seq).collect();
        let before = self.model.telemetry.len() + self.model.events.len();
        self.model.telemetry.retain(|seq, _| found.contains(seq));
        self.model.events.retain(|seq, _| told.contains(seq));
        let after = self.model.telemetry.len() + self.model.events.len();
        assert_eq!((before - after) as u64, report.lost, "what is not there is counted");
        self.model.lost += report.lost;
        self.model.origins_in_doubt = true;
        self.keeper = Some(keeper);
        self.learn_numbers();
    }

    /// After an append that was refused with the words of a failed disk: all of it may be there, part of it, or nothing.
    fn learn(&mut self, refused: &Entry) {
        for (seq, found) in everything(self.keeper()) {
            if seq >= self.model.next_telemetry {
                assert_eq!(found, refused.readings, "number {seq} was never stored");
                self.model.telemetry.insert(seq, found);
            }
        }
        for (seq, event) in events(self.keeper()) {
            if seq >= self.model.next_event && !matches!(event, Event::Gap(_)) {
                assert!(refused.events.contains(&event), "number {seq} was never stored");
                self.model.events.insert(seq, event);
            }
        }
        self.learn_numbers();
    }

    /// Takes over the numbers that were given meanwhile; they never go back.
    fn learn_numbers(&mut self) {
        self.learn_events();
        let stats = self.keeper().stats();
        assert!(stats.telemetry.next_seq >= self.model.next_telemetry);
        assert!(stats.events.next_seq >= self.model.next_event);
        self.model.next_telemetry = stats.telemetry.next_seq;
        self.model.next_event = stats.events.next_seq;
    }

    /// Takes over the gaps that were told since the last look.
    fn learn_events(&mut self) {
        for (seq, event) in events(self.keeper()) {
            if let Event::Gap(gap) = &event
                && seq >= self.model.next_event
            {
                self.model.told += gap.records;
                self.model.events.insert(seq, event);
                self.model.next_event = self.model.next_event.max(seq + 1);
            }
        }
        assert!(self.model.told <= self.model.lost, "{} told of {}", self.model.told, self.model.lost);
    }

    fn purge(&mut self, device: &str) {
        let name = device.to_owned();
        let alarmed = device.to_owned();
        let taken: usize =
            self.model.telemetry.values().flatten().filter(|r| r.group.device.as_str() == device).count();
        let sieve = Sieve {
            keep: Box::new(move |reading| (reading.group.device.as_str() != name).then_some(reading)),
            keep_event: Box::new(
                move |event| !matches!(event, Event::Alarm(alarm) if alarm.device.as_str() == alarmed),
            ),
            taken: BTreeMap::new(),
        };
        let rows = self.keeper().purge(sieve).unwrap();
        assert_eq!(rows.iter().map(|row| row.points).sum::<u64>(), 6 * taken as u64);
        self.model.purge(device);
    }

    fn check(&mut self) {
        self.learn_events();
        let all: BTreeMap<u64, Vec<Reading>> = everything(self.keeper()).into_iter().collect();
        assert_eq!(all, self.model.telemetry);
        let told: BTreeMap<u64, Event> = events(self.keeper()).into_iter().collect();
        assert_eq!(told, self.model.events);
        let stats = self.keeper().stats();
        assert_eq!(stats.telemetry.records, self.model.telemetry.len() as u64);
        assert_eq!(stats.events.records, self.model.events.len() as u64);
        assert_eq!(stats.telemetry.next_seq, self.model.next_telemetry, "numbers are never given twice");
        assert_eq!(stats.events.next_seq, self.model.next_event);
        assert_eq!(
            stats.oldest_ms,
            self.model.telemetry.values().next().and_then(|r| r.first()).map(|r| r.at_ms)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn the_buffer_behaves_like_a_list(steps in prop::collection::vec(step(), 1..24)) {
        let mut bench = Bench::new();
        for step in steps {
            bench.apply(step);
        }
        bench.clock.pass(60_000);
        bench.check();
        prop_assert_eq!(bench.model.told, bench.model.lost, "every loss is told");
        bench.keeper.take().unwrap().close();
    }
}

#[test]
fn a_group_is_known_by_what_it_says_not_by_where_it_lies() {
    let home = tempfile::tempdir().unwrap();
    let clock = Arc::new(HandClock::default());
    let (mut keeper, _) = open_with(home.path(), small(), 1, &clock).unwrap();
    let kinds = [("power", riversync_protocol::v1::Kind::Int)];
    for value in 0..50 {
        let cell = crate::reading::Cell {
            raw: crate::reading::Raw::Int(value),
            quality: riversync_protocol::v1::Quality::GOOD,
        };
        let reading = Reading { group: group("meter-1", &kinds), at_ms: value, cells: vec![cell] };
        let entry = Entry { readings: vec![reading], ..Entry::default() };
        keeper.append(&[&entry]).pop().unwrap().unwrap();
    }
    let bytes = keeper.stats().telemetry.bytes;
    assert!(bytes < 50 * 80, "{bytes} bytes: the directory is not repeated in every record");
    keeper.close();
}
