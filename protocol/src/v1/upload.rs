//! One body of `POST /agent/v1/batches`: a range of the agent's store, as readings or as events.

use super::schema::MAX_GROUPS;
use super::{Event, Quality, SchemaHash};
use crate::bounded::list;
use crate::ids::AgentId;
use serde::{Deserialize, Serialize};

/// Most events in one upload. An event may be one byte on the wire and a hundred in memory.
pub const MAX_EVENTS: usize = 16_384;

/// What the agent sends. Its identity is (`agent`, `store_epoch`, lane, `first_seq..=last_seq`): the cloud records a
/// range once, however often it comes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Upload {
    /// Who sends; must be the agent of the client certificate.
    pub agent: AgentId,
    /// Random number of the store the records come from. A new epoch is a new sequence; where it starts means nothing.
    pub store_epoch: u64,
    /// Sequence number of the first record in it.
    pub first_seq: u64,
    /// Sequence number of the last record in it, inclusive.
    pub last_seq: u64,
    /// Epoch of the policy that the agent filtered with.
    pub policy_epoch: u64,
    /// When it was sent by the agent's clock, Unix milliseconds.
    pub sent_ms: i64,
    /// What it carries.
    pub content: Content,
}

impl Upload {
    /// The lane its sequence numbers count in.
    pub fn lane(&self) -> Lane {
        match self.content {
            Content::Telemetry(_) => Lane::Telemetry,
            Content::Events(_) => Lane::Events,
        }
    }
}

/// The two lanes of a store. Each has its own sequence; events overtake telemetry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Lane {
    /// Readings.
    Telemetry,
    /// Alarms, gaps, receipts, health: never dropped to make room.
    Events,
}

/// Readings or events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Content {
    /// Readings in columns.
    Telemetry(PackedBatch),
    /// One event per sequence number of the range, in order; a record purged since then is [`Event::Purged`].
    Events(#[serde(deserialize_with = "list::<_, _, MAX_EVENTS>")] Vec<Event>),
}

/// Readings of a few seconds in columns. The cloud stores it as it came; `crate::pack` reads and writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackedBatch {
    /// The directory of its columns.
    pub schema: SchemaHash,
    /// Time of the earliest row, Unix milliseconds.
    pub first_ms: i64,
    /// Time of the latest row, Unix milliseconds.
    pub last_ms: i64,
    /// Samples in it: the sum over groups of rows times columns.
    pub points: u32,
    /// How many rows each group has; groups not named have none.
    #[serde(deserialize_with = "list::<_, _, MAX_GROUPS>")]
    pub spans: Vec<RowSpan>,
    /// Time columns of all groups, then value columns class by class, as `crate::pack` lays them out.
    #[serde(with = "serde_bytes_vec")]
    pub columns: Vec<u8>,
    /// Samples that are not good.
    pub quality: Vec<QualityRun>,
}

/// `groups` groups in a row, from `first_group` on, have `rows` rows each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowSpan {
    /// Index into the schema's groups.
    pub first_group: u16,
    /// How many groups.
    pub groups: u16,
    /// Rows of each.
    pub rows: u32,
}

/// `len` samples of one column, from row `start` on, share a quality that is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityRun {
    /// Index into the schema's groups.
    pub group: u16,
    /// Index into the group's columns.
    pub column: u16,
    /// First row.
    pub start: u32,
    /// Rows.
    pub len: u32,
    /// Their quality.
    pub quality: Quality,
}

/// Byte vectors as one length and the bytes.
mod serde_bytes_vec {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(bytes)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let bytes = <&[u8]>::deserialize(from)?;
        Ok(bytes.to_vec())
    }
}
