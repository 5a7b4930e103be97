//! The one error at the edge. Rooms return it; the edge renders it as a page or as `application/problem+json`.
//!
//! Status codes are those of DESIGN section 4: 401/303 not signed in, 404 not yours, 403 role, read-only, tier or grant
//! with a machine code, 409 state and races, 410 used or expired, 422 invalid, 429 limits, 503 busy.

use super::db::DbError;

/// What can go wrong, in the words of the person who meets it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in.
    #[error("Please sign in first.")]
    SignIn,
    /// What was shown instead of a session is no key that works now.
    #[error("{text}")]
    Key {
        /// Machine code: `key_unknown`, `key_expired`, `key_revoked`, `key_owner`, `key_address`.
        code: &'static str,
        /// The sentence.
        text: &'static str,
    },
    /// It does not exist, or not for you. The two are never told apart.
    #[error("There is nothing here, or nothing that your organisation may see.")]
    NotFound,
    /// Go there instead.
    #[error("This page has moved for you.")]
    Elsewhere(&'static str),
    /// Known, and not allowed.
    #[error("{text}")]
    Forbidden {
        /// Machine code: `role_forbidden`, `read_only`, `tier_locked`, `not_granted`.
        code: &'static str,
        /// The sentence.
        text: String,
    },
    /// The change matters so much that the person must have proved to be there just now.
    #[error("This change needs a fresh proof that it is you. Confirm it on the page, then send it again.")]
    StepUp,
    /// The organisation's tier does not include it yet.
    #[error("{text}")]
    TierLocked {
        /// The tier that opens it, as people read it.
        unlocks_at: &'static str,
        /// The sentence.
        text: String,
    },
    /// The input cannot be accepted as it is.
    #[error("Some of what you entered cannot be accepted.")]
    Invalid(Vec<FieldError>),
    /// Somebody was faster, or the state does not allow it.
    #[error("{text}")]
    Conflict {
        /// Machine code.
        code: &'static str,
        /// The sentence.
        text: String,
    },
    /// The link was used or has expired.
    #[error("{0}")]
    Gone(&'static str),
    /// Too often.
    #[error("That was too often. Please wait {retry_after_s} seconds and try again.")]
    TooMany {
        /// When to come back, seconds.
        retry_after_s: u32,
    },
    /// Not now.
    #[error("The service is busy. Please try again in a moment.")]
    Busy,
    /// More than anybody should send.
    #[error("That is too large to be accepted here. Send less at once.")]
    TooLarge,
    /// A body of another kind than this address reads.
    #[error(
        "The body is not of a kind that can be read here. Send JSON, with Content-Type: application/json."
    )]
    MediaType,
    /// What it holds was not what the sender meant to change.
    #[error(
        "This address keeps no version to hold If-Match against, so nothing was changed. Send it without If-Match."
    )]
    Precondition,
    /// Somebody changed it after the sender had read it.
    #[error(
        "Somebody changed this after you had read it, so nothing was done. Read it again and decide anew."
    )]
    Changed {
        /// What kind of thing, as the log names it.
        kind: &'static str,
        /// Which one.
        id: String,
        /// Its version as it is now.
        version: String,
    },
    /// The page is read, or the form is sent; not the other way round.
    #[error("This address does not take that kind of request. Open it from a page instead.")]
    Method,
    /// Ours. Logged with its cause, shown without.
    #[error("Something went wrong on our side. It has been noted; please try again.")]
    Internal(#[source] anyhow::Error),
}

/// A sentence beside a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub text: String,
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        if error.is_unreadable_text() {
            let text = "Something in it holds a character that cannot be kept. Remove it and send again.";
            return Self::Invalid(vec![FieldError { field: "form", text: text.to_owned() }]);
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
                text: "Your role does not include this page.".to_owned(),
            },
            Denied::ReadOnly => Self::Forbidden {
                code: "read_only",
                text: "Your role can read this page but not change anything on it.".to_owned(),
            },
            Denied::Key => Self::Forbidden {
                code: "insufficient_scope",
                text: "This key was not made for that, though its owner may do it. Make a key that has it.".to_owned(),
            },
            Denied::Suspended => Self::Forbidden {
                code: "suspended",
                text: "RiverSync has suspended your organisation's access to this app. Your organisation's log says \
                       why; write to your contact at RiverSync to have it reinstated."
                    .to_owned(),
            },
            Denied::Viewing => Self::Forbidden {
                code: "read_only",
                text: "You are looking on as somebody else, so nothing was changed. End the view to act as yourself."
                    .to_owned(),
            },
        }
    }
}
