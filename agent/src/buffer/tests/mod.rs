//! What the buffer promises, tried.

mod bounds;
mod damage;
mod disk;
mod faults;
mod inspect;
mod kit;
mod migrate;
mod model;
mod sealed;
mod stolen;
mod traps;
pub(super) use faults::Faults;
pub(super) use kit::chance;
