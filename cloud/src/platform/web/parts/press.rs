//! A button that posts: a small form of its own, so that it works without script.

use askama::Template;

/// A button.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<form class="press" method="post" action="{{ action }}"><button class="button{% if primary %} primary{% endif %}"{% if let Some(key) = key %} aria-keyshortcuts="{{ key }}"{% endif %}>{{ label }}</button></form>"#
)]
pub struct Press {
    label: String,
    action: String,
    primary: bool,
    key: Option<&'static str>,
}

super::safe!(Press);

impl Press {
    /// `label` posts to `action`.
    pub fn new(label: impl Into<String>, action: impl Into<String>) -> Self {
        Self { label: label.into(), action: action.into(), primary: false, key: None }
    }

    /// What a key does about the line that somebody is in, or the page.
    #[must_use]
    pub fn key(mut self, key: &'static str) -> Self {
        self.key = Some(key);
        self
    }

    /// The one thing to do here.
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.primary = true;
        self
    }
}
