//! Mails to people. A room writes a [`Letter`] in the person's language; [`queue`] keeps it in the transaction of the
//! action it tells of, so that neither is there without the other.
//!
//! Invariants: a mail is one shape in text and HTML; a subject holds no secret and no value that somebody may not see;
//! what was sent is not kept, because it may hold a link.

mod letter;
mod store;

pub use letter::{Button, Letter};
pub use store::{Kept, kept, queue};
