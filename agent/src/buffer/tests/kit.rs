//! What the buffer's tests share: readings that can be told apart, a clock that is moved by hand, damage.

use super::Faults;
use crate::buffer::keeper::Keeper;
use crate::buffer::{Appended, BufferError, Entry, Limits, OpenReport, Random, StoredItem};
use crate::clock::Clock;
use crate::reading::{Cell, Raw, Reading};
use riversync_protocol::ids::{DeviceId, MetricName};
use riversync_protocol::v1::{
    Alarm, AlarmState, Column, Event, Group, Kind, Lane, Quality, QualityReason, Scale, Severity,
};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// Moved by hand.
#[derive(Debug, Default)]
pub(crate) struct HandClock(pub(crate) AtomicI64);

impl HandClock {
    pub(crate) fn pass(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now_ms(&self) -> i64 {
        START_MS + self.0.load(Ordering::SeqCst)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.load(Ordering::SeqCst)).unwrap())
    }
}

pub(crate) const START_MS: i64 = 1_784_000_000_000;

pub(crate) fn ms(second: i64) -> i64 {
    START_MS + second * 1_000
}

pub(crate) fn group(device: &str, metrics: &[(&str, Kind)]) -> Arc<Group> {
    let column = |(metric, kind): &(&str, Kind)| Column {
        metric: MetricName::new(*metric).unwrap(),
        unit: "kW".to_owned(),
        kind: *kind,
        scale: Scale::ONE,
        offset: 0.0,
    };
    Arc::new(Group {
        device: DeviceId::new(device).unwrap(),
        interval_ms: 1_000,
        columns: metrics.iter().map(column).collect(),
    })
}

/// A reading of each of `devices` devices, all kinds, different for each device and second.
pub(crate) fn readings(devices: usize, second: i64) -> Vec<Reading> {
    let kinds = [
        ("power", Kind::Int),
        ("energy", Kind::UInt),
        ("temp", Kind::Float32),
        ("flow", Kind::Float64),
        ("on", Kind::Bool),
        ("state", Kind::Text),
    ];
    (0..devices)
        .map(|device| {
            let mut at = second.wrapping_mul(1_000).wrapping_add(i64::try_from(device).unwrap());
            let cell = |kind: &Kind| {
                at += 1;
                let raw = match kind {
                    Kind::Int => Raw::Int(-at),
                    Kind::UInt => Raw::UInt(u64::MAX - at.unsigned_abs()),
                    Kind::Float32 => Raw::Float32(at as f32 / 8.0),
                    Kind::Float64 => Raw::Float64(at as f64 / 10.0),
                    Kind::Bool => Raw::Bool(at % 2 == 0),
                    Kind::Text => Raw::Text(format!("state {at}")),
                };
                let bad = at % 7 == 0;
                Cell {
                    raw,
                    quality: if bad { Quality::bad(QualityReason::Exception(2)) } else { Quality::GOOD },
                }
            };
            let cells = kinds.iter().map(|(_, kind)| kind).map(cell).collect();
            Reading { group: group(&format!("meter-{device}"), &kinds), at_ms: ms(second), cells }
        })
        .collect()
}

pub(crate) fn entry(devices: usize, second: i64) -> Entry {
    Entry { readings: readings(devices, second), ..Entry::default() }
}

pub(crate) fn open_keeper(dir: &Path, limits: Limits, seed: u8) -> Result<(Keeper, OpenReport), BufferError> {
    open_with(dir, limits, seed, &Arc::new(HandClock::default()))
}

pub(crate) fn open_with(
    dir: &Path,
    limits: Limits,
    seed: u8,
    clock: &Arc<HandClock>,
) -> Result<(Keeper, OpenReport), BufferError> {
    let clock: Arc<dyn Clock> = Arc::<HandClock>::clone(clock);
    Keeper::open(dir, limits, clock, dir, chance(seed))
}

/// Bytes that differ each time, and by `seed`.
pub(crate) fn chance(seed: u8) -> Random {
    let count = AtomicU64::new(0);
    Arc::new(move |bytes| {
        for chunk in bytes.chunks_mut(32) {
            let turn = count.fetch_add(1, Ordering::SeqCst);
            let digest = Sha256::new().chain_update([seed]).chain_update(turn.to_le_bytes()).finalize();
            chunk.copy_from_slice(&digest[..chunk.len()]);
        }
        Ok(())
    })
}

/// A fresh store with faults that can be switched on.
pub(crate) fn keeper(dir: &Path) -> (Keeper, Arc<Faults>) {
    let faults = Arc::new(Faults::default());
    Faults::install(&faults);
    (open_keeper(dir, small(), 1).unwrap().0, faults)
}

/// Limits that keep tests quick.
pub(crate) fn small() -> Limits {
    Limits { max_bytes: 32 << 20, ballast_bytes: 64 << 10, cache_bytes: 4 << 20 }
}

pub(crate) fn one(keeper: &mut Keeper, entry: Entry) -> Result<Appended, BufferError> {
    keeper.append(&[&entry]).pop().unwrap()
}

/// The numbers of all records of `lane`.
pub(crate) fn numbers(keeper: &mut Keeper, lane: Lane) -> Vec<u64> {
    let mut numbers = Vec::new();
    loop {
        let from = numbers.last().map_or(0, |last| last + 1);
        let page = keeper.read(lane, from, 100, usize::MAX).unwrap();
        if page.is_empty() {
            return numbers;
        }
        numbers.extend(page.into_iter().map(|stored| stored.seq));
    }
}

pub(crate) fn copy_dir(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Flips bits of one byte of a file.
pub(crate) fn flip(file: &Path, at: u64, mask: u8) {
    use std::os::unix::fs::FileExt;
    let file = std::fs::OpenOptions::new().read(true).write(true).open(file).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ mask], at).unwrap();
}

/// All telemetry, by number.
pub(crate) fn everything(keeper: &mut Keeper) -> Vec<(u64, Vec<Reading>)> {
    let mut all: Vec<(u64, Vec<Reading>)> = Vec::new();
    loop {
        let from = all.last().map_or(0, |(last, _)| last + 1);
        let page = keeper.read(Lane::Telemetry, from, 100, usize::MAX).unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page.into_iter().map(|stored| match stored.item {
            StoredItem::Readings(readings) => (stored.seq, readings),
            StoredItem::Event(_) => panic!("an event in the telemetry lane"),
        }));
    }
}

/// All events, by number.
pub(crate) fn events(keeper: &mut Keeper) -> Vec<(u64, Event)> {
    keeper
        .read(Lane::Events, 0, usize::MAX, usize::MAX)
        .unwrap()
        .into_iter()
        .map(|stored| match stored.item {
            StoredItem::Event(event) => (stored.seq, event),
            StoredItem::Readings(_) => panic!("readings in the event lane"),
        })
        .collect()
}

pub(crate) fn alarm(device: &str, second: i64) -> Event {
    Event::Alarm(Alarm {
        device: DeviceId::new(device).unwrap(),
        metric: MetricName::new("temp").unwrap(),
        code: MetricName::new("over_temperature").unwrap(),
        state: AlarmState::Raised,
        severity: Severity::Critical,
        at_ms: ms(second),
        text: "too hot".to_owned(),
    })
}
