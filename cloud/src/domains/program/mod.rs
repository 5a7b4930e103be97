//! The partner program: tiers and what they are entitled to.
//!
//! Invariants: the comparison that partners read is generated from the map that the rooms enforce; no partner sets a
//! tier; a distributor has none (PAR-4).

mod map;
mod store;

pub use map::{Comparison, DirectSale, Entitlements, MAP, Map, comparison, entitlements, unlocks_at};
pub use store::owner_id;
