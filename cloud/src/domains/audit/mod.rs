//! The log of every use: what was done, by whom, for whom, to what, and why (PORTAL 6.4).
//!
//! Invariants: a row is written in the transaction of the action it tells of, so neither exists without the other; rows
//! are never changed; each tenant's rows form a hash chain, so an edit, a reorder and a cut tail are found by
//! [`verify()`]. One action may touch several tenants (a partner acts on a customer's device): each gets its own row.

mod chain;
mod fact;
mod model;
mod read;
mod record;
mod refused;
#[cfg(test)]
mod tests;
mod verify;

pub use fact::Fact;
pub use model::{By, Entry};
pub use read::{Filter, LogRow, log};
pub use record::{announce, record};
pub use refused::refused;
pub use verify::{Verdict, tenants_with_a_log, verify};
