//! What the cloud answers. Only a well-formed [`Ack`] lets the agent delete anything.

use super::SchemaHash;
use serde::{Deserialize, Serialize};

/// The answer to an upload or a schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// What became of it.
    pub outcome: Outcome,
    /// Newest policy epoch of this agent; higher than its own means: fetch.
    pub policy_epoch: u64,
    /// The cloud's clock, Unix milliseconds: what the agent measures its own by.
    pub server_ms: i64,
    /// How long to wait before the next upload of backlog, milliseconds. Live data need not wait.
    pub pace_ms: u32,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Durable in the cloud. The same answer for a repetition.
    Stored,
    /// Parts of the range are durable already under other bounds: delete these, send the rest as a new range.
    Overlaps(Vec<SeqRange>),
    /// Not stored, and why.
    Refused(Refusal),
}

/// Sequence numbers, both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SeqRange {
    /// First.
    pub first: u64,
    /// Last, inclusive.
    pub last: u64,
}

/// Why something was not stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// Send this schema first, then again.
    UnknownSchema(SchemaHash),
    /// It holds what is not granted. Fetch the policy of the ack's epoch, filter, send the rest.
    NotGranted,
    /// It will never be accepted as it is: the sentence says why. Bisect and set the culprit aside.
    Malformed(String),
    /// Not now; again after so many milliseconds.
    Busy(u32),
}
