//! The durable buffer between the grant filter and the uplink.
//!
//! **The promise.** Once [`Buffer::append`] has returned, the entry survives SIGKILL and power cut; it is handed to the
//! uplink until the uplink removes it; and if a bound, a full disk or a damaged disk forces a loss, the loss is itself an
//! event with a count and a time, delivered like any other.
//!
//! **Invariants**
//! 1. *Durable on return.* One writer thread gathers the appends that wait (up to 64), writes them as one atomic batch and
//!    syncs the store's file before any of them returns. (EDGE section 6, faults 1, 2; PARTS section 4.)
//! 2. *An identity names one content for ever.* (epoch, lane, sequence) is never given twice: numbering goes on after the
//!    store is drained, skips what a crash tore and what the cloud may have seen of a store that lost its end; a store that
//!    knows nothing of itself any more gets a new epoch.
//! 3. *A wrong value is never returned.* Every record is a frame with version and check sum that repeats its own
//!    lane, number and the check sum of its directory. What does not pass is quarantined, counted and becomes a gap event.
//! 4. *No human with `rm`.* A store that does not open, for whatever reason, is moved aside, every record whose frame
//!    still passes is salvaged into a fresh one, the rest becomes a gap event. (EDGE section 6, faults 3, 4, 7, 9.)
//! 5. *Bounded.* The directory stays below [`Limits::max_bytes`], the engine's overhead included; the oldest telemetry goes
//!    first, events never. A full disk refuses admission with a typed error and is tried again later. (Faults 6, 8.)
//! 6. *Taken back is gone.* [`Buffer::purge`] rewrites the store into a fresh directory under a fresh key, destroys the old
//!    key and deletes the old directory with every quarantined or moved-aside copy, because the engine keeps old bytes in
//!    its log and a disk keeps deleted ones. (DESIGN section 3, invariant 3.)
//! 7. *One owner.* A lock file holds the process number of the agent that has the store. (Fault 10.)
//! 8. *Sealed at rest.* Whatever tells of a device, a metric, a value or a text is sealed with the store's key before it
//!    reaches the engine; numbers, times and counts are not, so that a store whose key is lost still knows exactly what is
//!    gone. (`cipher` says how, `keys` who has the key and what that does not protect from.)
//!
//! **Known limits of a damaged store.** A whole record whose removal is forgotten is uploaded again under its old identity,
//! and the cloud keeps one. What can be recorded twice is what arrives twice: the origins of messages lie in the store, so
//! when they are lost, a message that was uploaded but not yet acknowledged to its broker, and each retained message, is
//! stored as new. The same holds for whole records of a store in which not one frame about itself is whole: they get
//! a new epoch, because nobody knows which one they had. Twice is preferred to never.
//!
//! **Reading order**: [`types`] (what callers see), [`frame`] and [`record`] (bytes), `cipher` and `keys` (who can read
//! them), `sled` (the engine, the only file that names it), `store` (state and verbs on one thread), `heal` (opening what may be damaged), `writer` (the thread),
//! `inspect` (looking at the store of a stopped agent without touching it).
//!
//! Directory: `lock`, `witness` (what the uplink may have shown to the cloud), `ballast`, `store-v2-N` (the engine and its
//! `key`; the highest `N` is the live one), `rewrite-v2-N` (unfinished, deleted at start), `safe` (what waits,
//! copied out of the engine's reach while it opens), `store.corrupt-MS` (moved aside), `erased` (which keys were
//! destroyed), `store-v1-N` (of an agent that did not seal yet; `migrate`).

mod bound;
mod cipher;
mod directory;
mod erased;
mod frame;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod gaps;
mod groups;
mod heal;
mod inspect;
mod keeper;
mod keys;
mod load;
mod lock;
mod migrate;
mod origins;
mod purge;
mod ranges;
mod record;
mod sled;
mod store;
mod survey;
mod types;
mod verbs;
mod witness;
mod writer;

#[cfg(test)]
mod tests;

pub use erased::{Erased, Erasures};
pub use inspect::{Inspection, Verified};
pub use types::{
    Appended, BufferError, Entry, KeepEvent, KeepReading, LaneStats, Limits, OpenReport, Random, Stats,
    Stored, StoredItem,
};
pub use writer::Buffer;
