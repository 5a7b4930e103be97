//! The policy in force, as everybody in the agent asks it: may this metric of this device flow now?

use riversync_protocol::ids::{DeviceId, MetricName};
use riversync_protocol::v1::Policy;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The verified policy, or nothing. Without one nothing is granted: deny by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Granted {
    epoch: u64,
    rows: HashMap<DeviceId, Arc<OfDevice>>,
    /// When rows begin, each instant once, in order.
    begins: Vec<i64>,
    /// When rows end, likewise.
    ends: Vec<i64>,
}

/// What is granted of one device. Shared, so that whoever has looked its metrics up can tell whether that still holds.
pub(super) type OfDevice = HashMap<MetricName, Vec<Window>>;

/// When one metric may flow and how close its samples may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    from_ms: i64,
    until_ms: i64,
    min_interval_ms: u32,
}

impl Window {
    fn holds_at(&self, at_ms: i64) -> bool {
        self.from_ms <= at_ms && at_ms < self.until_ms
    }
}

/// One row of the policy as people are shown it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct GrantedRow {
    /// The device.
    pub device: String,
    /// The metric.
    pub metric: String,
    /// First instant granted, Unix milliseconds.
    pub from_ms: i64,
    /// First instant no longer granted, Unix milliseconds.
    pub until_ms: i64,
    /// Closest spacing of two samples, milliseconds.
    pub min_interval_ms: u32,
}

impl Granted {
    /// Nothing is granted.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// The view of a policy whose signature, agent and epoch were checked.
    pub fn new(policy: &Policy) -> Self {
        let mut rows: HashMap<DeviceId, OfDevice> = HashMap::new();
        for row in &policy.rows {
            let window =
                Window { from_ms: row.from_ms, until_ms: row.until_ms, min_interval_ms: row.min_interval_ms };
            let of_device = rows.entry(row.device.clone()).or_default();
            of_device.entry(row.metric.clone()).or_default().push(window);
        }
        let rows = rows.into_iter().map(|(device, metrics)| (device, Arc::new(metrics))).collect();
        let begins = in_order(policy.rows.iter().map(|row| row.from_ms));
        let ends = in_order(policy.rows.iter().map(|row| row.until_ms));
        Self { epoch: policy.epoch, rows, begins, ends }
    }

    /// Epoch of the policy, 0 for none.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The closest spacing in milliseconds that is allowed for a sample taken at `at_ms` and let out at `now_ms`;
    /// `None` when it may not flow. Both instants must lie in one row's time: a grant that has ended lets nothing
    /// out, not even what it allowed when it was read.
    pub fn allows(&self, device: &DeviceId, metric: &MetricName, at_ms: i64, now_ms: i64) -> Option<u32> {
        closest(self.rows.get(device)?.get(metric)?, at_ms, now_ms)
    }

    /// What is granted of `device` at any time, if anything is.
    pub(super) fn of_device(&self, device: &DeviceId) -> Option<&Arc<OfDevice>> {
        self.rows.get(device)
    }

    /// Whether anything of `device` may be read at `now_ms`.
    pub fn reads(&self, device: &DeviceId, now_ms: i64) -> bool {
        let mut windows = self.rows.get(device).into_iter().flat_map(|metrics| metrics.values());
        windows.any(|windows| closest(windows, now_ms, now_ms).is_some())
    }

    /// What may be read from `device` at `now_ms`: each metric with its closest allowed spacing in milliseconds.
    pub fn metrics_of(&self, device: &DeviceId, now_ms: i64) -> BTreeMap<MetricName, u32> {
        let metrics = self.rows.get(device).into_iter().flat_map(|metrics| metrics.iter());
        metrics.filter_map(|(m, windows)| Some((m.clone(), closest(windows, now_ms, now_ms)?))).collect()
    }

    /// The next instant after `now_ms` at which a row begins or ends, Unix milliseconds.
    pub fn next_change_ms(&self, now_ms: i64) -> Option<i64> {
        let next = |instants: &[i64]| instants.get(instants.partition_point(|t| *t <= now_ms)).copied();
        [next(&self.begins), next(&self.ends)].into_iter().flatten().min()
    }

    /// Whether a row ended after `since_ms` and until `now_ms`: what it let in must go.
    pub fn ended_between(&self, since_ms: i64, now_ms: i64) -> bool {
        let next = self.ends.get(self.ends.partition_point(|t| *t <= since_ms));
        next.is_some_and(|end| *end <= now_ms)
    }

    /// How many rows there are, those included that have not begun or have ended.
    pub fn row_count(&self) -> usize {
        self.windows().count()
    }

    /// All rows, sorted by device and metric, for people.
    pub fn rows(&self) -> Vec<GrantedRow> {
        let mut rows: Vec<GrantedRow> = self
            .rows
            .iter()
            .flat_map(|(device, metrics)| metrics.iter().map(move |(metric, w)| (device, metric, w)))
            .flat_map(|(device, metric, windows)| {
                windows.iter().map(|w| GrantedRow {
                    device: device.to_string(),
                    metric: metric.to_string(),
                    from_ms: w.from_ms,
                    until_ms: w.until_ms,
                    min_interval_ms: w.min_interval_ms,
                })
            })
            .collect();
        rows.sort();
        rows
    }

    fn windows(&self) -> impl Iterator<Item = &Window> {
        self.rows.values().flat_map(|metrics| metrics.values()).flatten()
    }
}

fn in_order(instants: impl Iterator<Item = i64>) -> Vec<i64> {
    let distinct: BTreeSet<i64> = instants.collect();
    distinct.into_iter().collect()
}

/// The closest spacing in milliseconds of those `windows` that hold at both instants; `None` when none does.
pub(super) fn closest(windows: &[Window], at_ms: i64, now_ms: i64) -> Option<u32> {
    let holds = |w: &&Window| w.holds_at(at_ms) && w.holds_at(now_ms);
    windows.iter().filter(holds).map(|w| w.min_interval_ms).min()
}
