//! Who is who: organisations and what they may act as, people and where they belong, sign-in links and sessions.
//!
//! Invariants (PORTAL 6.1, 6.2): a secret is stored only as its SHA-256; a link is used up by a POST, never by a GET;
//! the newest link of a purpose is the only one that works; whether an address is known shows nowhere; roles,
//! capabilities and tier are read on each request and never live in the cookie.

mod account;
mod actions;
mod gate;
mod mailbox;
mod model;
mod pages;
mod rules;
mod secret;
mod session;
mod store;
#[cfg(test)]
mod tests;

pub use actions::sign_in_link;
pub use gate::Gate;
pub use pages::{demo_routes, routes};
pub use rules::landing;
