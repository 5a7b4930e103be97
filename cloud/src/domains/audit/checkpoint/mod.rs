//! Signed checkpoints: where every chain stood at an instant (PORTAL 6.4). A chain alone is whole again when somebody
//! with the database in hand writes all of it anew; a checkpoint, whose key is not in the database and which is kept in
//! a file beside it, still says what the rows were.
//!
//! Invariants: a checkpoint names the signature of the one before it, so that none is left out or put in; its text is
//! what was signed, byte for byte, in the database and in the file `audit-checkpoints.txt` of the state directory, which
//! is only ever appended to and is meant to be copied to where this service cannot write.

mod key;
mod store;
mod take;
#[cfg(test)]
mod tests;
mod text;
mod trust;

pub use key::{KeyError, checkpoint_key};
pub use take::{CHECKPOINT, checkpoint, take_checkpoint};
pub use text::Checkpoint;
pub(super) use trust::Mark;
pub use trust::{Fault, Trusted, trust};
