//! The version of a record that can be changed, and what the sender of a change believes it to be (RFC 9110, section
//! 13.1.1). A room says what makes a version of its record, as its reader sees it, and asks [`Believed::holds`] in the
//! transaction that changes it; the rest is here, in [`super::tag`] and in [`super::once`].
//!
//! The `ETag` of such a record is `"VERSION.SHOWN"`: the second half changes with anything that is shown, such as the time
//! left, and serves `If-None-Match`; `If-Match` asks for the first half only, because time alone is no change.

use crate::app::App;
use crate::platform::error::Error;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::convert::Infallible;

/// A route that holds `If-Match` against what it changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Versioned;

/// What a record is now, short. Equal as long as nobody changed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(pub(super) String);

impl Version {
    /// Of what a reader sees of a record. Take nothing that changes by itself.
    pub fn of(record: &impl Serialize) -> Self {
        // What rooms hand over are numbers, texts and lists of them, which JSON writes.
        let bytes = serde_json::to_vec(record).unwrap_or_default();
        let hash = Sha256::digest(bytes);
        Self(BASE64URL_NOPAD.encode(hash.get(..18).unwrap_or_default()))
    }

    /// `answer`, with this as the version of what it shows.
    pub fn on(self, answer: impl IntoResponse) -> Response {
        let mut response = answer.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Which version the sender believes to change. Without `If-Match`: whatever it is.
#[derive(Clone, Debug, Default)]
pub struct Believed(Option<Vec<String>>);

impl Believed {
    /// For who changes a record whatever its version: a page's button, which changes from a state that it names.
    pub fn anything() -> Self {
        Self(None)
    }

    /// Nothing, when `now` is what the sender believes. Ask within the transaction that changes the record.
    ///
    /// # Errors
    /// 412 when somebody changed it meanwhile.
    pub fn holds(&self, now: &Version) -> Result<(), Error> {
        match &self.0 {
            Some(believed) if !believed.contains(&now.0) => Err(Error::Changed),
            Some(_) | None => Ok(()),
        }
    }

    /// What `If-Match` says. A weak tag is never the same as a record's (section 8.8.3.2).
    fn read<'a>(headers: impl Iterator<Item = &'a str>) -> Self {
        let mut believed: Option<Vec<String>> = None;
        for tag in headers.flat_map(|header| header.split(',')).map(str::trim) {
            if tag == "*" {
                return Self(None);
            }
            let bare = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).unwrap_or_default();
            let version = bare.split_once('.').map_or(bare, |(version, _)| version);
            believed.get_or_insert_default().push(version.to_owned());
        }
        Self(believed)
    }
}

impl FromRequestParts<App> for Believed {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        // What is no text is no tag of ours, and is believed all the same.
        let said = parts.headers.get_all(header::IF_MATCH).iter();
        Ok(Self::read(said.map(|value| value.to_str().unwrap_or("unreadable"))))
    }
}

#[cfg(test)]
mod tests {
    use super::{Believed, Version};

    #[test]
    fn a_change_is_held_against_what_its_sender_read() {
        let now = Version::of(&("open", 7));
        let holds = |said: &[&str]| Believed::read(said.iter().copied()).holds(&now).is_ok();
        let mine = format!("\"{}.abc\"", now.0);
        assert!(holds(&[]) && holds(&["*"]) && holds(&[&mine]) && holds(&[&format!("\"{}\"", now.0)]));
        assert!(holds(&["\"x\"", &mine]) && holds(&[&format!("\"x\", {mine}")]), "any of several");
        assert!(!holds(&[&format!("W/{mine}")]), "a weak tag is the same as nothing");
        assert!(!holds(&["\"x\""]) && !holds(&[""]) && !holds(&["\"\""]) && !holds(&["unreadable"]));
        assert_ne!(now, Version::of(&("open", 8)));
    }
}
