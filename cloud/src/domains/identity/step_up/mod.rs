//! Asking once more who it is, before a change that matters (PORTAL 6.1): a passkey, or, for who has none, a fresh code by
//! mail. The proof is good for ten minutes of this session, which goes on under a new token.
//!
//! Invariants: a proof counts in the session in which it was given only; whoever has a passkey proves with it, because
//! a code by mail would be the weaker door beside it; the form that waits is kept in the page, never on the server.

mod code;
mod pages;
mod words;

pub(super) use pages::{ask, by_code, by_passkey, page, send_code};
