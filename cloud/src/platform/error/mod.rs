//! The one error at the edge. Rooms return it; the edge renders it as a page or as `application/problem+json`.
//!
//! Status codes are those of DESIGN section 4: 401/303 not signed in, 404 not yours, 403 role, read-only, tier or grant
//! with a machine code, 409 state and races, 410 used or expired, 422 invalid, 429 limits, 503 busy.

mod sentence;

use super::db::DbError;
use super::words::{Sentence, said};
use std::fmt;

/// What can go wrong; [`Error::sentence`] tells it to the person who meets it.
#[derive(Debug)]
pub enum Error {
    /// Nobody is signed in.
    SignIn,
    /// What was shown instead of a session is no key that works now.
    Key {
        /// Machine code: `key_unknown`, `key_expired`, `key_revoked`, `key_owner`, `key_address`.
        code: &'static str,
        /// The sentence.
        text: &'static str,
    },
    /// It does not exist, or not for you. The two are never told apart.
    NotFound,
    /// Go there instead.
    Elsewhere(&'static str),
    /// Known, and not allowed.
    Forbidden {
        /// Machine code: `role_forbidden`, `read_only`, `tier_locked`, `not_granted`.
        code: &'static str,
        /// The sentence.
        text: Sentence,
    },
    /// The change matters so much that the person must have proved to be there just now.
    StepUp,
    /// The organisation's tier does not include it yet.
    TierLocked {
        /// The tier that opens it, as people read it.
        unlocks_at: &'static str,
        /// The sentence.
        text: Sentence,
    },
    /// The input cannot be accepted as it is.
    Invalid(Vec<FieldError>),
    /// Somebody was faster, or the state does not allow it.
    Conflict {
        /// Machine code.
        code: &'static str,
        /// The sentence.
        text: Sentence,
    },
    /// The link was used or has expired.
    Gone(Sentence),
    /// Too often.
    TooMany {
        /// When to come back, seconds.
        retry_after_s: u32,
    },
    /// Not now.
    Busy,
    /// More than anybody should send.
    TooLarge,
    /// A body of another kind than this address reads.
    MediaType,
    /// What it holds was not what the sender meant to change.
    Precondition,
    /// Somebody changed it after the sender had read it.
    Changed {
        /// What kind of thing, as the log names it.
        kind: &'static str,
        /// Which one.
        id: String,
        /// Its version as it is now.
        version: String,
    },
    /// The page is read, or the form is sent; not the other way round.
    Method,
    /// Ours. Logged with its cause, shown without.
    Internal(anyhow::Error),
}

impl fmt::Display for Error {
    /// In English, for programs and logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Internal(cause) => Some(cause.as_ref()),
            _ => None,
        }
    }
}

/// A sentence beside a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub text: Sentence,
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        if error.is_unreadable_text() {
            let text = said! {
                en: "Something in it holds a character that cannot be kept. Remove it and send again.",
                th: "มีอักขระที่บันทึกไม่ได้ ลบออกแล้วส่งอีกครั้ง",
            };
            return Self::Invalid(vec![FieldError { field: "form", text }]);
        }
        if error.is_for_now() {
            tracing::warn!(%error, "the database cannot do it now; the asker was told to come back");
            return Self::Busy;
        }
        Self::Internal(error.into())
    }
}

impl From<super::access::Denied> for Error {
    fn from(denied: super::access::Denied) -> Self {
        use super::access::Denied;
        match denied {
            Denied::Absent => Self::NotFound,
            Denied::NoTierForDistributors => Self::Elsewhere("/partners/overview"),
            Denied::Role => Self::Forbidden {
                code: "role_forbidden",
                text: said! { en: "Your role does not include this page.", th: "บทบาทของคุณไม่มีสิทธิ์เปิดหน้านี้" },
            },
            Denied::ReadOnly => Self::Forbidden {
                code: "read_only",
                text: said! {
                    en: "Your role can read this page but not change anything on it.",
                    th: "บทบาทของคุณดูหน้านี้ได้ แต่แก้ไขข้อมูลในหน้านี้ไม่ได้",
                },
            },
            Denied::Key => Self::Forbidden {
                code: "insufficient_scope",
                text: Sentence::english(
                    "This key was not made for that, though its owner may do it. Make a key that has it.",
                ),
            },
            Denied::Suspended => Self::Forbidden {
                code: "suspended",
                text: said! {
                    en: "RiverSync has suspended your organisation's access to this app. Your \
                         organisation's log says why; write to your contact at RiverSync to have it \
                         reinstated.",
                    th: "RiverSync ระงับสิทธิ์ขององค์กรคุณในแอปนี้ บันทึกขององค์กรระบุเหตุผลไว้ ติดต่อผู้ประสานงานของคุณที่ \
                         RiverSync เพื่อขอเปิดใช้อีกครั้ง",
                },
            },
            Denied::Viewing => Self::Forbidden {
                code: "read_only",
                text: said! {
                    en: "You are looking on as somebody else, so nothing was changed. End the view to act \
                         as yourself.",
                    th: "คุณกำลังดูในมุมมองของผู้อื่น จึงไม่มีการเปลี่ยนแปลงใด ๆ สิ้นสุดการดูก่อนเพื่อดำเนินการในชื่อของคุณ",
                },
            },
        }
    }
}
