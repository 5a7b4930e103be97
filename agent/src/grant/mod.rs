//! What may flow: the signed policy, its view, the gate. Deny by default.
//!
//! [`Authority`] verifies ([`verify`]), remembers ([`cache`]), doubts the clock ([`trust`]) and publishes a [`Granted`];
//! [`Gate`] narrows readings to it. DESIGN section 3, invariants 1 to 3.

mod authority;
pub mod cache;
mod gate;
pub mod trust;
pub mod verify;
mod view;

#[cfg(test)]
mod tests;

pub use authority::{AcceptError, Accepted, Authority, Withheld};
pub use gate::{Denied, Gate, may_leave};
pub use trust::TOLERANCE_MS;
pub use verify::{Pins, Refused};
pub use view::{Granted, GrantedRow};
