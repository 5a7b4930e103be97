//! What the unit tests of several rooms share: a clock that is moved by hand, policies, readings.

use crate::buffer::Random;
use crate::clock::{Clock, Stamp};
use crate::reading::{Cell, Raw, Reading};
use ed25519_dalek::SigningKey;
use riversync_protocol::ids::{AgentId, DeviceId, MetricName};
use riversync_protocol::v1::{Column, Group, Kind, Policy, PolicyRow, Quality, Scale};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

/// Noon of a day in July 2026, Unix milliseconds.
pub(crate) const NOON_MS: i64 = 1_784_116_800_000;
/// An hour in milliseconds.
pub(crate) const HOUR_MS: i64 = 3_600_000;

/// A clock that stands until it is moved.
#[derive(Debug, Default)]
pub(crate) struct HandClock {
    wall_ms: AtomicI64,
    monotonic_ms: AtomicI64,
    doubted: AtomicBool,
    trapped: AtomicBool,
}

impl HandClock {
    pub(crate) fn at(wall_ms: i64) -> Arc<Self> {
        Arc::new(Self { wall_ms: AtomicI64::new(wall_ms), ..Self::default() })
    }

    /// Time passes.
    pub(crate) fn pass(&self, ms: i64) {
        self.wall_ms.fetch_add(ms, Ordering::SeqCst);
        self.monotonic_ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// Somebody sets the wall clock.
    pub(crate) fn set_wall(&self, wall_ms: i64) {
        self.wall_ms.store(wall_ms, Ordering::SeqCst);
    }

    /// The next who wants a stamp panics: a fault of ours wherever a reading is taken.
    pub(crate) fn trap(&self) {
        self.trapped.store(true, Ordering::SeqCst);
    }

    /// Whether its time is believed from now on.
    pub(crate) fn trust(&self, trusted: bool) {
        self.doubted.store(!trusted, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now_ms(&self) -> i64 {
        self.wall_ms.load(Ordering::SeqCst)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.monotonic_ms.load(Ordering::SeqCst).unsigned_abs())
    }

    fn stamp(&self) -> Stamp {
        assert!(!self.trapped.swap(false, Ordering::SeqCst), "a fault of ours");
        Stamp { at_ms: self.now_ms(), trusted: !self.doubted.load(Ordering::SeqCst) }
    }
}

pub(crate) fn agent(name: &str) -> AgentId {
    AgentId::new(name).unwrap()
}

pub(crate) fn device(name: &str) -> DeviceId {
    DeviceId::new(name).unwrap()
}

pub(crate) fn metric(name: &str) -> MetricName {
    MetricName::new(name).unwrap()
}

/// The key that signs policies in tests.
pub(crate) fn signer() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// A row for `pump`'s metric `name` from an hour before noon to an hour after.
pub(crate) fn row(name: &str, min_interval_ms: u32) -> PolicyRow {
    PolicyRow {
        device: device("pump"),
        metric: metric(name),
        min_interval_ms,
        from_ms: NOON_MS - HOUR_MS,
        until_ms: NOON_MS + HOUR_MS,
    }
}

/// A policy for agent `gw-1`.
pub(crate) fn policy(epoch: u64, rows: Vec<PolicyRow>) -> Policy {
    Policy { agent: agent("gw-1"), epoch, issued_ms: NOON_MS - HOUR_MS, rows }
}

/// A group of `pump` with integer columns of these names, read every second.
pub(crate) fn group(names: &[&str]) -> Arc<Group> {
    let column = |name: &&str| Column {
        metric: metric(name),
        unit: "kW".into(),
        kind: Kind::Int,
        scale: Scale { numerator: 1, denominator: 10 },
        offset: 0.0,
    };
    Arc::new(Group {
        device: device("pump"),
        interval_ms: 1_000,
        columns: names.iter().map(column).collect(),
    })
}

/// A reading of `group` with good integer cells.
pub(crate) fn reading(group: &Arc<Group>, at_ms: i64, values: &[i64]) -> Reading {
    let cell = |raw: &i64| Cell { raw: Raw::Int(*raw), quality: Quality::GOOD };
    Reading { group: Arc::clone(group), at_ms, cells: values.iter().map(cell).collect() }
}

/// Randomness that is none, for stores whose keys nobody tests.
pub(crate) fn no_chance() -> Random {
    Arc::new(|bytes| {
        bytes.fill(1);
        Ok(())
    })
}
