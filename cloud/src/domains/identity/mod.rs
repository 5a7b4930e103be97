//! Who is who: organisations and what they may act as, people and where they belong, sign-in links and sessions.
//!
//! Invariants (PORTAL 6.1, 6.2): a secret is stored only as its SHA-256; a link is used up by a POST, never by a GET;
//! the newest link of a purpose is the only one that works; whether an address is known shows nowhere; roles,
//! capabilities and tier are read on each request and never live in the cookie.

mod actions;
mod gate;
mod model;
mod pages;
mod rules;
mod secret;
mod session;
mod store;

pub use actions::sign_in_link;
pub use gate::Gate;
pub use pages::{demo_routes, routes};
pub use rules::landing;

use crate::platform::access::{Actor, App};

/// The apps that `actor` has, for the switcher: label and where each starts.
pub fn apps(actor: &Actor) -> Vec<(&'static str, &'static str)> {
    let all = [
        (App::Partners, "Partners", "/partners/overview"),
        (App::Vendor, "Pipeline", "/pipeline"),
        (App::Portal, "Portal", "/portal"),
        (App::Account, "My account", "/account"),
    ];
    let has = |app| app == App::Account || actor.acting_in(app).is_some();
    all.into_iter().filter(|(app, _, _)| has(*app)).map(|(_, label, to)| (label, to)).collect()
}
