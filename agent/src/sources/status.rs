//! How the sources are doing: counters and states, never a value.

use crate::config::{Changes, Config, Connection, Device};
use riversync_protocol::ids::DeviceId;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

/// All devices, in the order of their names.
#[derive(Debug)]
pub struct SourceStatus {
    devices: RwLock<BTreeMap<DeviceId, Arc<DeviceStatus>>>,
    strangers: AtomicU64,
}

/// Why a message, or a part of one, was dropped. It was acknowledged all the same: it would not get better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Drop {
    /// Nothing of it is granted.
    NotGranted,
    /// Longer than is looked into.
    TooLong,
    /// Nested deeper than is looked into.
    TooDeep,
    /// Not JSON, or not UTF-8.
    NotJson,
    /// Not a plain value: not UTF-8, or too long a text.
    NotText,
    /// Not a Sparkplug payload.
    NotSparkplug,
    /// It names a metric by an alias that no birth has explained.
    UnknownAlias,
    /// The death of an earlier session of the edge node.
    OldDeath,
    /// A fault of the agent was met in reading it.
    Failed,
}

impl Drop {
    const ALL: [Self; 9] = [
        Self::NotGranted,
        Self::TooLong,
        Self::TooDeep,
        Self::NotJson,
        Self::NotText,
        Self::NotSparkplug,
        Self::UnknownAlias,
        Self::OldDeath,
        Self::Failed,
    ];

    /// Its name in figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotGranted => "not_granted",
            Self::TooLong => "too_long",
            Self::TooDeep => "too_deep",
            Self::NotJson => "not_json",
            Self::NotText => "not_text",
            Self::NotSparkplug => "not_sparkplug",
            Self::UnknownAlias => "unknown_alias",
            Self::OldDeath => "old_death",
            Self::Failed => "agent_fault",
        }
    }
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
    dropped: [AtomicU64; Drop::ALL.len()],
    lost: AtomicU64,
    retained: AtomicU64,
    sessions: AtomicU64,
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
    /// Messages that were dropped, by reason; reasons that never came are left out.
    pub dropped: BTreeMap<&'static str, u64>,
    /// Messages that the device numbered and that never came.
    pub lost: u64,
    /// Messages that the broker had kept from earlier.
    pub retained: u64,
    /// How often reading it failed by a fault of the agent, and began anew.
    pub restarts: u64,
    /// When it last gave a value, Unix milliseconds; 0 for never.
    pub last_read_ms: u64,
}

impl SourceStatus {
    /// All devices of the configuration, idle.
    pub fn new(config: &Config) -> Self {
        let devices = config.devices.iter().map(idle).collect();
        Self { devices: RwLock::new(devices), strangers: AtomicU64::default() }
    }

    /// Takes over a new configuration. A device that is in both keeps its sums; one that changed is idle until it is
    /// heard.
    pub(crate) fn adopt(&self, config: &Config, changes: &Changes) {
        let mut devices = self.devices.write().unwrap_or_else(PoisonError::into_inner);
        let mut before = std::mem::take(&mut *devices);
        for (id, fresh) in config.devices.iter().map(idle) {
            let known = before.remove(&id).filter(|known| known.source == fresh.source);
            if let Some(known) = known.as_ref().filter(|_| !changes.kept.contains(&id)) {
                known.set_link(Link::Idle, "");
            }
            devices.insert(id, known.unwrap_or(fresh));
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<DeviceId, Arc<DeviceStatus>>> {
        self.devices.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// All devices as they are now.
    pub fn snapshot(&self) -> Vec<DeviceSnapshot> {
        self.read().iter().map(|(id, device)| device.snapshot(id.clone())).collect()
    }

    /// One device.
    pub fn device(&self, id: &DeviceId) -> Option<Arc<DeviceStatus>> {
        self.read().get(id).cloned()
    }

    /// Messages on topics that nobody asked for: a broker that remembers an older configuration, or a storm.
    pub fn strangers(&self) -> u64 {
        self.strangers.load(Ordering::Relaxed)
    }

    pub(super) fn count_stranger(&self) {
        self.strangers.fetch_add(1, Ordering::Relaxed);
    }

    /// How many devices answer, and how many do not.
    pub fn up_and_down(&self) -> (u32, u32) {
        let count = |link| {
            let matching = self.read().values().filter(|device| device.state().0 == link).count();
            u32::try_from(matching).unwrap_or(u32::MAX)
        };
        (count(Link::Up), count(Link::Down))
    }
}

/// A device of which nothing is known yet.
fn idle(device: &Device) -> (DeviceId, Arc<DeviceStatus>) {
    let source = match device.connection {
        Connection::Modbus(_) => "modbus",
        Connection::Mqtt(_) => "mqtt",
    };
    (device.id.clone(), Arc::new(DeviceStatus::new(source)))
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
            dropped: Default::default(),
            lost: AtomicU64::default(),
            retained: AtomicU64::default(),
            sessions: AtomicU64::default(),
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
            dropped: Drop::ALL
                .into_iter()
                .zip(&self.dropped)
                .map(|(reason, counter)| (reason.name(), count(counter)))
                .filter(|(_, dropped)| *dropped > 0)
                .collect(),
            lost: count(&self.lost),
            retained: count(&self.retained),
            restarts: count(&self.restarts),
            last_read_ms: count(&self.last_read_ms),
        }
    }

    /// Whether the device answers, and why not, in a few fixed words.
    pub fn link(&self) -> (Link, &'static str) {
        *self.state()
    }

    /// How often a connection to it came up: what was known of it before may be old.
    pub fn sessions(&self) -> u64 {
        self.sessions.load(Ordering::Relaxed)
    }

    pub(super) fn count_session(&self) {
        self.sessions.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes whether the device answers; true when that is news.
    pub(crate) fn set_link(&self, link: Link, reason: &'static str) -> bool {
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

    pub(super) fn count_dropped(&self, reason: Drop) {
        if let Some((_, counter)) =
            Drop::ALL.into_iter().zip(&self.dropped).find(|(known, _)| *known == reason)
        {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn count_lost(&self, messages: u64) {
        self.lost.fetch_add(messages, Ordering::Relaxed);
    }

    pub(super) fn count_retained(&self) {
        self.retained.fetch_add(1, Ordering::Relaxed);
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
