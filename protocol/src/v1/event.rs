//! What overtakes telemetry: alarms, forced losses, purge receipts, the agent's health.

use crate::ids::{DeviceId, MetricName};
use serde::{Deserialize, Serialize};

/// One record of the event lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// An alarm was raised or cleared at the edge.
    Alarm(Alarm),
    /// A bound forced a loss; the loss is data.
    Gap(Gap),
    /// What a narrowing or a revocation removed from the store.
    Receipt(Receipt),
    /// How the agent is.
    Health(Health),
    /// The record of this sequence number was purged before it was sent.
    Purged,
}

/// An alarm of a granted metric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// Where.
    pub device: DeviceId,
    /// The metric that caused it. An alarm leaves only while this metric is granted.
    pub metric: MetricName,
    /// Its code in the device's profile, such as `over_temperature`; with the device it names the alarm.
    pub code: MetricName,
    /// Raised or cleared.
    pub state: AlarmState,
    /// How bad.
    pub severity: Severity,
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// The profile's sentence for people; carries no value.
    pub text: String,
}

/// Whether an alarm begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AlarmState {
    /// The condition holds.
    Raised,
    /// The condition has passed.
    Cleared,
}

/// How bad an alarm is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    /// For the record.
    Info,
    /// Someone should look.
    Warning,
    /// Someone must act.
    Critical,
}

/// Records that were stored and are gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Time of the earliest lost sample, Unix milliseconds, as far as it is known.
    pub from_ms: i64,
    /// Time of the latest lost sample, Unix milliseconds, as far as it is known.
    pub to_ms: i64,
    /// Records lost.
    pub records: u64,
    /// Samples lost; 0 when a damaged record no longer tells.
    pub points: u64,
    /// Why.
    pub reason: GapReason,
    /// When it was noticed, Unix milliseconds.
    pub at_ms: i64,
}

/// Why records were lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GapReason {
    /// The bound of the store's size was reached; the oldest telemetry went first.
    DiskBound,
    /// The disk was full; nothing could be admitted.
    DiskFull,
    /// A record did not pass its check sum and was set aside.
    Corrupt,
    /// The store did not open and was moved aside; what could be salvaged was.
    StoreReplaced,
    /// The cloud refused a batch for good; it was set aside on the gateway.
    Refused,
}

/// Proof that what was taken back is gone from the gateway: its files are deleted, and the key that opened them is destroyed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The policy that caused the purge.
    pub policy_epoch: u64,
    /// When it was finished, Unix milliseconds.
    pub at_ms: i64,
    /// What was removed.
    pub rows: Vec<PurgedRow>,
}

/// Samples of one metric that were removed from the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgedRow {
    /// Whose.
    pub device: DeviceId,
    /// Which metric.
    pub metric: MetricName,
    /// How many samples.
    pub points: u64,
}

/// The agent about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// Its version, such as `0.1.0`.
    pub version: String,
    /// When the process started, Unix milliseconds.
    pub started_ms: i64,
    /// Records waiting in the store.
    pub buffered_records: u64,
    /// Bytes the store takes on disk.
    pub buffered_bytes: u64,
    /// Devices that answer.
    pub devices_up: u32,
    /// Devices that do not.
    pub devices_down: u32,
    /// Epoch of the policy in force, 0 for none.
    pub policy_epoch: u64,
}
