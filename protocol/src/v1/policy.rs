//! The policy: everything one agent may let out, and nothing else. Deny by default.

use crate::ids::{AgentId, DeviceId, MetricName};
use serde::{Deserialize, Serialize};

/// The union of all active and future-dated grants for one agent's devices, compiled to exact rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The only agent this policy is for.
    pub agent: AgentId,
    /// Only grows. An agent that has seen a higher epoch refuses this one.
    pub epoch: u64,
    /// When the cloud compiled it, Unix milliseconds.
    pub issued_ms: i64,
    /// What may flow. Several rows for one metric are alternatives: one that matches suffices.
    pub rows: Vec<PolicyRow>,
}

/// One device's metric, for one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRow {
    /// The device.
    pub device: DeviceId,
    /// The metric; exact, never a pattern.
    pub metric: MetricName,
    /// Closest spacing of two samples that this row allows, milliseconds; 0 for every sample.
    pub min_interval_ms: u32,
    /// First instant that is granted, Unix milliseconds, inclusive.
    pub from_ms: i64,
    /// First instant that is no longer granted, Unix milliseconds, exclusive. Every grant ends.
    pub until_ms: i64,
}

impl PolicyRow {
    /// Whether `at_ms` lies in this row's time.
    pub fn holds_at(&self, at_ms: i64) -> bool {
        self.from_ms <= at_ms && at_ms < self.until_ms
    }
}
