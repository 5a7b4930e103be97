//! What gateways measured: taken in once, kept small, shown to whom it is granted (DESIGN section 3, X-12, PAR-1).
//!
//! Invariants: an upload is recorded exactly once, by the sequence numbers of its agent's store; nothing is recorded
//! that is not granted for its whole time and now; a batch is stored as it came and points are not decoded on the way
//! in; a reader gives the metrics that [`crate::domains::coverage`] lets it see now, and nothing else is decoded for
//! it; a batch that does not unpack is set aside with its error and stops nobody.

pub mod compact;
mod ingest;
mod query;
mod sample;
#[cfg(test)]
pub(crate) mod testing;

pub use compact::{COMPACT, compact};
pub use ingest::{Answered, Figures, Ingest, agent_routes, learn};
pub use query::{Bucket, GapSpan, Latest, LivePoint, Range, Series, Work, latest, note_read, series, tail};
pub use sample::Value;
