//! What the program's owner has agreed with a partner: its default commission share, its tax form, its territories
//! (OA-2).
//!
//! Invariants: only the owner of the program writes them, with a fresh proof, because they say where money goes; each
//! change stands in both logs with what was before, the owner's notes left out; who reads no money reads no share.

mod model;
mod page;
mod store;
#[cfg(test)]
mod tests;

pub(super) use page::{Section, routes, section};
