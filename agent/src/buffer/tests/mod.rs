//! What the buffer promises, tried.

mod bounds;
mod damage;
mod faults;
mod kit;
mod model;
mod traps;
pub(super) use faults::Faults;
