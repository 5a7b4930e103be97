//! What an organisation may act as: its capabilities, added to the same organisation and never to a second one (TEN-2,
//! TEN-5).
//!
//! Invariants: a capability exists once per organisation, so a partner is reseller XOR distributor (PORTAL C37);
//! `tenant.capability-enabled` is told in the transaction that adds the row and by nobody else, so exactly once however
//! often it is asked for; nothing is taken away while open work hangs on it; the session stays, the switcher changes.

mod actions;
mod api;
mod dependants;
mod model;
mod pages;
pub(super) mod store;
#[cfg(test)]
mod tests;
mod words;
mod workflow;

pub use actions::{announce_members, enable_in};
pub(super) use actions::{no_program, person_unverified};
pub use api::ApiDoc;
pub use dependants::{Dependant, Dependants};
pub use model::{Capability, Subtype};

use crate::platform::web::Routes;

/// This sub-room's routes.
pub fn routes() -> Routes {
    pages::routes().merge(api::routes())
}
