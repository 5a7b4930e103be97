//! The people of an organisation, looked after by its own administrators (OA-3, OW-1, OW-5).
//!
//! Invariants: nobody gives a role above the own ones; nobody changes the own roles or switches off the own membership;
//! an organisation always keeps an administrator who can sign in; whoever is switched off or removed is out at the next
//! request, open streams included.

mod actions;
mod api;
#[cfg(test)]
mod api_tests;
mod form;
mod model;
mod pages;
mod rules;
mod sales;
mod sessions;
mod sessions_api;
mod store;
#[cfg(test)]
mod tests;
mod told;
mod words;

pub use actions::{add_member, resend};
pub use api::{ApiDoc, MemberBody, MemberJson};
pub use form::member_fields;
pub use model::{Member, NewMember};
pub use pages::routes;
pub use sessions::{EndForm, SignedIn, Whose, end as end_sessions, page as sessions_page};
pub use sessions_api::{EndSessionsBody, SessionsJson, end_sessions_json, sessions_json};
pub use store::{administrators, members};
pub use told::{former_member_json, member_json};
