//! What callers of the buffer see: entries in, stored records out, limits, figures, errors.

use crate::reading::Reading;
use riversync_protocol::v1::{Event, GapReason, Lane};
use std::path::PathBuf;
use std::sync::Arc;

/// Decides what of a reading stays: all, a narrower one, or nothing.
pub type KeepReading = Box<dyn FnMut(Reading) -> Option<Reading> + Send>;
/// Fills bytes with randomness, or says why it cannot. Keys are drawn from it.
pub type Random = Arc<dyn Fn(&mut [u8]) -> std::io::Result<()> + Send + Sync>;
/// Decides whether an event stays.
pub type KeepEvent = Box<dyn FnMut(&Event) -> bool + Send>;

/// What is stored together: all of it or nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// Readings of one poll cycle or one message; they become one telemetry record (several when they are many).
    pub readings: Vec<Reading>,
    /// Events; each becomes a record of the event lane.
    pub events: Vec<Event>,
    /// Names the message they came from; the same origin is stored once, across restarts.
    pub origin: Option<[u8; 16]>,
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// Durable.
    Stored,
    /// Durable since an earlier append of the same origin.
    Duplicate,
}

/// One record, as the uplink gets it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Its number in its lane. Numbers rise; some are missing (dropped, set aside or torn by a crash).
    pub seq: u64,
    /// What it holds.
    pub item: StoredItem,
}

/// What a record holds.
#[derive(Clone, Debug, PartialEq)]
pub enum StoredItem {
    /// Of [`Lane::Telemetry`].
    Readings(Vec<Reading>),
    /// Of [`Lane::Events`].
    Event(Event),
}

/// Bounds of the store.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most bytes the directory may take, the engine's overhead and the ballast included. At least 16 MiB.
    pub max_bytes: u64,
    /// Size of the file that is given up when the disk is full, so that what was stored can still be handled.
    pub ballast_bytes: u64,
    /// The engine's page cache.
    pub cache_bytes: u64,
}

/// Smallest [`Limits::max_bytes`]: the engine alone needs this much room to recycle its log.
pub(super) const MIN_MAX_BYTES: u64 = 16 << 20;

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 256 << 20, ballast_bytes: 2 << 20, cache_bytes: 4 << 20 }
    }
}

/// What opening found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenReport {
    /// Epoch of the store.
    pub epoch: u64,
    /// Whether there was none before.
    pub created: bool,
    /// Where a store that did not open was moved to.
    pub moved_aside: Option<PathBuf>,
    /// Stores of a newer version of the agent, left as they are.
    pub newer_version: Vec<PathBuf>,
    /// Records that were brought back from a damaged store.
    pub salvaged: u64,
    /// Records known to be lost. They are in a gap event too.
    pub lost: u64,
}

/// Figures of one lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LaneStats {
    /// Records waiting.
    pub records: u64,
    /// Their bytes, without the engine's overhead.
    pub bytes: u64,
    /// Number of the next record.
    pub next_seq: u64,
}

/// Figures of the store. Totals count since it was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Readings.
    pub telemetry: LaneStats,
    /// Events.
    pub events: LaneStats,
    /// Time of the oldest telemetry that waits, Unix milliseconds.
    pub oldest_ms: Option<i64>,
    /// Bytes the directory takes on disk.
    pub disk_bytes: u64,
    /// Records lost, by reason.
    pub dropped: Vec<(GapReason, u64)>,
    /// Records that did not pass their check.
    pub corrupt: u64,
    /// Bytes of records handed to the engine since start; the flash sees a multiple of it.
    pub bytes_written: u64,
    /// Whether the last write was refused because the disk is full.
    pub disk_full: bool,
}

impl Stats {
    /// The figures of `lane`.
    pub fn lane(&self, lane: Lane) -> &LaneStats {
        match lane {
            Lane::Telemetry => &self.telemetry,
            Lane::Events => &self.events,
        }
    }
}

/// Why the buffer did not do it. Nothing of a refused entry is stored.
#[derive(Debug, thiserror::Error)]
pub enum BufferError {
    /// Another agent has the store. Exit code 75.
    #[error(
        "the store {} is in use by process {pid}; stop that agent, or give this one another directory",
        path.display()
    )]
    Locked {
        /// The directory.
        path: PathBuf,
        /// The other process, 0 when it did not say.
        pid: u32,
    },
    /// The directory cannot be used: wrong owner, read-only, not a directory. Exit code 74.
    #[error("the store {} cannot be used: {source}; check its owner, its permissions and the disk", path.display())]
    Directory {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The disk is full. Admission opens again by itself when there is room.
    #[error("the disk of the store is full; new readings are refused and counted until there is room again")]
    DiskFull,
    /// The engine failed; the store was opened anew and goes on. The entry may be tried again.
    #[error(
        "the store could not write ({0}); it was opened anew, nothing that was stored is lost, try again"
    )]
    Engine(String),
    /// The entry does not fit into a record.
    #[error("a reading of {bytes} bytes does not fit into a record; at most {max} are stored")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The bound.
        max: usize,
    },
    /// The cells of a reading are not of the kinds or number that its group says.
    #[error("a reading does not fit its group: {0}")]
    Shape(&'static str),
    /// The buffer was closed.
    #[error("the store is closed")]
    Closed,
}

impl BufferError {
    /// The exit code of a command that failed because of it.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Locked { .. } => 75,
            Self::Directory { .. } | Self::DiskFull | Self::Engine(_) | Self::Closed => 74,
            Self::TooLarge { .. } | Self::Shape(_) => 70,
        }
    }
}
