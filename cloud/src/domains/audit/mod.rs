//! The log of every use: what was done, by whom, for whom, to what, and why (PORTAL 6.4).
//!
//! Invariants: a row is written in the transaction of the action it tells of, so neither exists without the other; rows
//! are never changed, which the database itself keeps (triggers on both engines; where the service's role of a shared
//! PostgreSQL does not own the tables, grant it `SELECT, INSERT` on `audit_entry` and `audit_checkpoint` only); each
//! tenant's rows form a hash chain with checkpoints signed every hour, so an edit, a reorder, a cut tail and a chain
//! written anew are found by [`verify_all()`]. One action may touch several tenants (a partner acts on a customer's device): each gets its own row.

mod chain;
mod checkpoint;
mod fact;
mod last_change;
mod model;
mod other;
mod page;
mod read;
mod record;
mod refused;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod verify;
mod why;

pub use checkpoint::{
    CHECKPOINT, Checkpoint, Fault, KeyError, Trusted, checkpoint, checkpoint_key, take_checkpoint, trust,
};
pub use fact::Fact;
pub use last_change::last_change;
pub use model::{By, Entry, by_key, told_name};
pub use other::open_other;
pub use read::{Filter, LogRow, log};
pub use record::{announce, record, take_heads};
pub use refused::refused;
pub use verify::{Report, Verdict, verify, verify_all};
pub use why::{Reason, Why};
