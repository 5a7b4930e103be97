//! What the buffer promises, tried.

mod bounds;
mod damage;
mod faults;
mod inspect;
mod kit;
mod model;
mod traps;
pub(super) use faults::Faults;
