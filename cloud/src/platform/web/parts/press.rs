//! A button that posts: a small form of its own, so that it works without script.

use askama::Template;

/// A button.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<form class="press" method="post" action="{{ action }}"><button class="button{% if primary %} primary{% endif %}">{{ label }}</button></form>"#
)]
pub struct Press {
    label: String,
    action: String,
    primary: bool,
}

super::safe!(Press);

impl Press {
    /// `label` posts to `action`.
    pub fn new(label: impl Into<String>, action: impl Into<String>) -> Self {
        Self { label: label.into(), action: action.into(), primary: false }
    }

    /// The one thing to do here.
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.primary = true;
        self
    }
}
