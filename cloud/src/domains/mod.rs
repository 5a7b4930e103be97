//! The rooms.

pub mod audit;
pub mod coverage;
pub mod identity;
