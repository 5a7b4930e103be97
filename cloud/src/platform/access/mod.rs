//! Who may do what. One table ([`policy`]), one question ([`Actor::may`]), one answer ([`Scope`]).
//!
//! Invariants: a [`Scope`] is made nowhere else; every store function that reads or writes a tenant's rows takes one;
//! roles, capability and tier are read from the database on each request, never from a cookie.

mod action;
mod actor;
mod brand;
mod policy;
mod role;
mod scope;

pub use action::{Action, App, Item};
pub use actor::{Acting, Actor, Denied, Key, OPERATOR_ID, Standing, Viewing};
pub use brand::Brand;
pub use policy::{Cell, Level, Reach, Sight, Switches, Whose, cell_of, level, rails, reach};
pub use role::{PartnerTier, Party, Role, Roles};
pub use scope::Scope;
