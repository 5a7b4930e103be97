//! The first administrator. A service without one prints a link; whoever holds it names the organisation that owns the
//! program and becomes its administrator. There are no default credentials anywhere.
//!
//! Invariants: the link is 256 bits, kept as a hash, used once, replaced by a newer one; it opens nothing once an
//! administrator exists.

mod actions;
mod pages;
mod store;
#[cfg(test)]
mod tests;
mod words;

pub use actions::setup_link;
pub use pages::routes;
