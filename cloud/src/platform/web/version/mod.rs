//! The version of a record that can be changed, and what the sender of a change believes it to be (RFC 9110, section
//! 13.1.1). A room says what makes a version of its record, shows it beside the record, and asks [`Believed::holds`] in
//! the transaction that changes it, after it has taken the record's row (or its organisation's, or its person's) so that
//! nobody else can change it until the commit. The rest is here, in [`super::tag`] and in [`super::once`].
//!
//! A program says it as `If-Match: "VERSION"`: every record of the API shows its `version`, alone or in a list. The `ETag`
//! of a record that is shown alone is `"VERSION.SHOWN"`: the second half changes with anything that is shown, such as the
//! time left, and serves `If-None-Match`; `If-Match` asks for the first half only, because time alone is no change.
//!
//! A page says it in the address of its form, [`Version::bound`], which outlives the page that asks for a fresh proof. Who
//! sends a form that somebody overtook is told so, with what was entered ([`stale`]). A button that takes access back is
//! not bound: that is meant whatever became of the record meanwhile, and stays one press.

pub(super) mod stale;
mod words;

use super::layout::View;
use super::middleware::is_api;
use crate::platform::error::Error;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// How a page's form names the version that it was made from.
const FIELD: &str = "version";

/// A route that holds `If-Match` against what it changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Versioned;

/// What a record is now, short: equal as long as nobody changes it. Send it back with a change as `If-Match: "VERSION"`,
/// and nothing is done when somebody changed the record meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
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

    /// Where a form of the page `view` goes that was made from this version. A form that is shown again, because it
    /// could not be accepted, stays bound to the version that it was filled in for.
    pub fn bound(&self, view: &View, path: &str) -> String {
        let mark = if path.contains('?') { '&' } else { '?' };
        format!("{path}{mark}{FIELD}={}", super::query_value(view.get(FIELD).unwrap_or(&self.0)))
    }
}

/// Which version the sender believes to change; by default whatever it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Believed(Option<Vec<String>>);

impl Believed {
    /// What a request says: in `If-Match` at the API, in the address of its form at a page.
    pub(super) fn of(parts: &Parts, view: &View) -> Self {
        if !is_api(parts.uri.path()) {
            return Self(view.get(FIELD).map(|version| vec![version.to_owned()]));
        }
        // What is no text is no tag of ours, and is believed all the same.
        let said = parts.headers.get_all(header::IF_MATCH).iter();
        Self::read(said.map(|value| value.to_str().unwrap_or("unreadable")))
    }

    /// Nothing, when `now` is what the sender believes. Ask within the transaction that changes the record. `record` is
    /// its kind and id as the log names them.
    ///
    /// # Errors
    /// 412 when somebody changed it meanwhile.
    pub fn holds(&self, record: (&'static str, &str), now: &Version) -> Result<(), Error> {
        match &self.0 {
            Some(believed) if !believed.contains(&now.0) => {
                let (kind, id) = (record.0, record.1.to_owned());
                Err(Error::Changed { kind, id, version: now.0.clone() })
            }
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

#[cfg(test)]
mod tests {
    use super::{Believed, Version};
    use crate::platform::web::layout::View;

    #[test]
    fn a_change_is_held_against_what_its_sender_read() {
        let now = Version::of(&("open", 7));
        let holds =
            |said: &[&str]| Believed::read(said.iter().copied()).holds(("alarm", "A-1"), &now).is_ok();
        let mine = format!("\"{}.abc\"", now.0);
        assert!(holds(&[]) && holds(&["*"]) && holds(&[&mine]) && holds(&[&format!("\"{}\"", now.0)]));
        assert!(holds(&["\"x\"", &mine]) && holds(&[&format!("\"x\", {mine}")]), "any of several");
        assert!(!holds(&[&format!("W/{mine}")]), "a weak tag is the same as nothing");
        assert!(!holds(&["\"x\""]) && !holds(&[""]) && !holds(&["\"\""]) && !holds(&["unreadable"]));
        assert_ne!(now, Version::of(&("open", 8)));
    }

    #[test]
    fn a_form_stays_bound_to_the_version_it_was_filled_in_for() {
        let (first, later) = (Version::of(&1), Version::of(&2));
        let shown = first.bound(&View::at("/x"), "/x/do?on=yes");
        assert_eq!(shown, format!("/x/do?on=yes&version={}", first.0));
        assert_eq!(
            later.bound(&View::at(&shown), "/x/do"),
            format!("/x/do?version={}", first.0),
            "shown again"
        );
    }
}
