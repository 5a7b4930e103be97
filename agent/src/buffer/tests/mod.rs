//! What the buffer promises, tried.

mod faults;
mod traps;
pub(super) use faults::Faults;
