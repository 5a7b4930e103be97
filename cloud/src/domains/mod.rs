//! The rooms.

pub mod coverage;
