//! Passkeys: how a person proves to be there without a mail (W3C Web Authentication). A person may have several, each with a
//! name of its own.
//!
//! Invariants: a ceremony's state stays in our database, belongs to one session, is good for five minutes and once; a
//! credential belongs to one person; a passkey is added or taken away after a fresh proof only, in the log, and the
//! person is told by mail. Nothing of a person's body ever reaches us: the device checks it.

mod ceremony;
mod manage;
mod pages;
mod party;
mod store;

pub(super) use ceremony::{challenge, prove};
pub use manage::forget_passkeys;
pub(super) use pages::{Section, add, begin_adding, remove, rename, section};
pub(super) use store::required;

use super::words::Words;
use crate::platform::base::Language;

/// What the script says to who reads `language`, in the order in which it names it.
pub(super) fn script_words(language: Language) -> String {
    Words(language).of_passkey_script()
}
