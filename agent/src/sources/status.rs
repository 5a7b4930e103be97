//! How the sources are doing: counters and states, never a value.

use crate::config::{Config, Connection};
use riversync_protocol::ids::DeviceId;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// All devices, in the order of their names.
#[derive(Debug)]
pub struct SourceStatus {
    devices: BTreeMap<DeviceId, DeviceStatus>,
}

/// One device. Counters only grow.
#[derive(Debug)]
pub struct DeviceStatus {
    source: &'static str,
    link: Mutex<(Link, &'static str)>,
    requests: AtomicU64,
    errors: AtomicU64,
    overruns: AtomicU64,
    points_good: AtomicU64,
    points_bad: AtomicU64,
    discarded: AtomicU64,
    restarts: AtomicU64,
    last_read_ms: AtomicU64,
}

/// Whether a device answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Link {
    /// Nothing was asked of it yet, or nothing of it is granted.
    Idle,
    /// Its last answer was good.
    Up,
    /// It does not answer, or answers with a refusal.
    Down,
}

/// One device at one moment, for `/metrics` and `status --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeviceSnapshot {
    /// Its name.
    pub id: DeviceId,
    /// `modbus` or `mqtt`.
    pub source: &'static str,
    /// Whether it answers.
    pub link: Link,
    /// Why not, in a few fixed words; empty when it does.
    pub reason: &'static str,
    /// Modbus requests sent, or MQTT messages received.
    pub requests: u64,
    /// Of those, how many failed or could not be understood.
    pub errors: u64,
    /// Poll cycles that were skipped because the one before took too long.
    pub overruns: u64,
    /// Points read with a value.
    pub points_good: u64,
    /// Points that say only that there is no value, and why.
    pub points_bad: u64,
    /// Messages that were acknowledged unread: nothing of them is granted, or they do not say when they were made.
    pub discarded: u64,
    /// How often its task died and was started again.
    pub restarts: u64,
    /// When it last gave a value, Unix milliseconds; 0 for never.
    pub last_read_ms: u64,
}

impl SourceStatus {
    /// All devices of the configuration, idle.
    pub fn new(config: &Config) -> Self {
        let devices = config.devices.iter().map(|device| {
            let source = match device.connection {
                Connection::Modbus(_) => "modbus",
                Connection::Mqtt(_) => "mqtt",
            };
            (device.id.clone(), DeviceStatus::new(source))
        });
        Self { devices: devices.collect() }
    }

    /// All devices as they are now.
    pub fn snapshot(&self) -> Vec<DeviceSnapshot> {
        self.devices.iter().map(|(id, device)| device.snapshot(id.clone())).collect()
    }

    /// One device.
    pub fn device(&self, id: &DeviceId) -> Option<&DeviceStatus> {
        self.devices.get(id)
    }

    /// How many devices answer, and how many do not.
    pub fn up_and_down(&self) -> (u32, u32) {
        let count = |link| {
            let matching = self.devices.values().filter(|device| device.state().0 == link).count();
            u32::try_from(matching).unwrap_or(u32::MAX)
        };
        (count(Link::Up), count(Link::Down))
    }
}

impl DeviceStatus {
    fn new(source: &'static str) -> Self {
        Self {
            source,
            link: Mutex::new((Link::Idle, "")),
            requests: AtomicU64::default(),
            errors: AtomicU64::default(),
            overruns: AtomicU64::default(),
            points_good: AtomicU64::default(),
            points_bad: AtomicU64::default(),
            discarded: AtomicU64::default(),
            restarts: AtomicU64::default(),
            last_read_ms: AtomicU64::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, (Link, &'static str)> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn snapshot(&self, id: DeviceId) -> DeviceSnapshot {
        let (link, reason) = *self.state();
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        DeviceSnapshot {
            id,
            source: self.source,
            link,
            reason,
            requests: count(&self.requests),
            errors: count(&self.errors),
            overruns: count(&self.overruns),
            points_good: count(&self.points_good),
            points_bad: count(&self.points_bad),
            discarded: count(&self.discarded),
            restarts: count(&self.restarts),
            last_read_ms: count(&self.last_read_ms),
        }
    }

    /// Notes whether the device answers; true when that is news.
    pub(super) fn set_link(&self, link: Link, reason: &'static str) -> bool {
        let mut state = self.state();
        let is_news = state.0 != link;
        *state = (link, reason);
        is_news
    }

    pub(super) fn count_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count_error(&self) {
        self.errors.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count_overruns(&self, cycles: u64) {
        self.overruns.fetch_add(cycles, Ordering::Relaxed);
    }

    pub(super) fn count_discarded(&self) {
        self.discarded.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count_restart(&self) {
        self.restarts.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count_points(&self, good: u64, bad: u64, at_ms: i64) {
        self.points_good.fetch_add(good, Ordering::Relaxed);
        self.points_bad.fetch_add(bad, Ordering::Relaxed);
        if good > 0 {
            self.last_read_ms.store(u64::try_from(at_ms).unwrap_or(0), Ordering::Relaxed);
        }
    }
}
