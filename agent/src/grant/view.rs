//! The policy in force, as everybody in the agent asks it: may this metric of this device flow now?

use riversync_protocol::ids::{DeviceId, MetricName};
use riversync_protocol::v1::Policy;
use std::collections::{BTreeMap, HashMap};

/// The verified policy, or nothing. Without one nothing is granted: deny by default.
#[derive(Clone, Debug, Default)]
pub struct Granted {
    epoch: u64,
    rows: HashMap<(DeviceId, MetricName), Vec<Window>>,
}

/// When one metric may flow and how close its samples may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Window {
    from_ms: i64,
    until_ms: i64,
    min_interval_ms: u32,
}

impl Granted {
    /// Nothing is granted.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// The view of a policy whose signature, agent and epoch were checked.
    pub fn new(policy: &Policy) -> Self {
        let mut rows: HashMap<_, Vec<Window>> = HashMap::new();
        for row in &policy.rows {
            let window =
                Window { from_ms: row.from_ms, until_ms: row.until_ms, min_interval_ms: row.min_interval_ms };
            rows.entry((row.device.clone(), row.metric.clone())).or_default().push(window);
        }
        Self { epoch: policy.epoch, rows }
    }

    /// Epoch of the policy, 0 for none.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The closest spacing in milliseconds that is allowed for a sample taken at `at_ms` and let out at `now_ms`;
    /// `None` when it may not flow. Both instants must lie in one row's time: a grant that has ended lets nothing
    /// out, not even what it allowed when it was read.
    pub fn allows(&self, device: &DeviceId, metric: &MetricName, at_ms: i64, now_ms: i64) -> Option<u32> {
        let windows = self.rows.get(&(device.clone(), metric.clone()))?;
        let holds = |w: &&Window| {
            w.from_ms <= at_ms && at_ms < w.until_ms && w.from_ms <= now_ms && now_ms < w.until_ms
        };
        windows.iter().filter(holds).map(|w| w.min_interval_ms).min()
    }

    /// What may be read from `device` at `now_ms`: each metric with its closest allowed spacing in milliseconds.
    pub fn metrics_of(&self, device: &DeviceId, now_ms: i64) -> BTreeMap<MetricName, u32> {
        self.rows
            .keys()
            .filter(|(of, _)| of == device)
            .filter_map(|(of, metric)| Some((metric.clone(), self.allows(of, metric, now_ms, now_ms)?)))
            .collect()
    }

    /// The next instant after `now_ms` at which a row begins or ends, Unix milliseconds.
    pub fn next_change_ms(&self, now_ms: i64) -> Option<i64> {
        self.rows.values().flatten().flat_map(|w| [w.from_ms, w.until_ms]).filter(|t| *t > now_ms).min()
    }
}
