//! Who is who: organisations and what they may act as, people and where they belong, sign-in links and sessions.
//!
//! Invariants (PORTAL 6.1, 6.2): a secret is stored only as its SHA-256; a link is used up by a POST, never by a GET,
//! and only in the browser that asked for it or by who says whose it is; the newest link of a purpose is the only one
//! that works, and none works once its person, address or roles have changed; whether an address is known shows nowhere;
//! roles, capabilities and tier are read on each request and never live in the cookie; a change that matters
//! (`Routes::post_fresh`) needs a proof from within the last ten minutes of the session.
//!
//! For neighbours: [`invite()`] brings a person into an organisation, [`invitations`] says how that stands,
//! [`end_sessions_of`] and [`end_sessions_in`] sign people out (announce what they return after the commit).

mod account;
mod addressee;
mod api;
mod api_keys;
mod ask;
mod browser;
mod cookie;
mod first_start;
mod gate;
mod invite;
mod letters;
mod link;
mod login;
mod mailbox;
mod model;
mod names;
mod organisation;
mod pages;
mod passkeys;
mod redeem;
mod rules;
mod secret;
mod session;
mod session_rows;
mod sessions;
mod step_up;
mod store;
mod team;
#[cfg(test)]
mod tests;
mod turn;
mod view_as;
mod words;

pub use addressee::{Addressee, reader, write_to_administrators};
pub use api::ApiDoc;
pub use ask::{SEND_LINK, send_link, sign_in_link};
pub use first_start::setup_link;
pub use gate::Gate;
pub use invite::{invitations, invite};
pub use model::Invitation;
pub use names::names;
pub use organisation::organisation;
pub use pages::{demo_routes, routes};
pub use passkeys::forget_passkeys;
pub use rules::{fold_email, landing, no_email};
pub use session::member as actor_of;
pub use session_rows::browser_name;
pub use sessions::{Ended, end_sessions_in, end_sessions_of};
pub use team::{
    ApiDoc as TeamApiDoc, EndForm, EndSessionsBody, Member, MemberBody, MemberJson, NewMember, SessionsJson,
    SignedIn, Whose, add_member, end_sessions, end_sessions_json, former_member_json, member_fields,
    member_json, members, resend, sessions_json, sessions_page,
};
pub use turn::{take_persons_turn, take_turn};
pub use words::role_name;
