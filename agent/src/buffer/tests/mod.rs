//! What the buffer promises, tried.

mod faults;
mod kit;
mod traps;
pub(super) use faults::Faults;
