//! What people are told of: the bell in the frame, the list behind it, mails at once and in a digest.
//!
//! Invariants: a notification holds no words. It names what happened to what, and each time it is shown or mailed its
//! line is made anew through its reader's lens ([`say`]); what the reader may not see any more is neither shown, counted
//! nor mailed. No line tells of money, and a subject tells of a kind and a number only. An event told twice is one
//! notification; what happens again to the same thing while it is unread is folded into it. Whoever did it is not told of
//! it. A person is told per organisation, and the bell shows those of the one acted for (case 46). Quiet hours delay
//! mails, never the bell.

mod api;
mod arrive;
mod bell;
mod choices;
mod expiring;
mod kind;
mod letters;
mod mails;
mod pages;
mod rules;
mod say;
mod settings;
mod store;
mod tell;
#[cfg(test)]
mod tests;
mod words;

use crate::platform::web::Routes;
pub use api::ApiDoc;
pub use arrive::on_event;
pub use bell::Bell;
pub use mails::{SEND, TIDY, send, tidy};
pub use tell::{TELL, tell};

/// The room's routes.
pub fn routes() -> Routes {
    pages::routes().merge(settings::routes()).merge(api::routes())
}
