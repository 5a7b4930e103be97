//! A change that asks first: opens in place, works without script, keyboard and screen reader included.

use super::{Field, Tone};
use askama::Template;

/// A button that opens a question with its own form.
#[derive(Clone, Debug, Template)]
#[template(path = "platform/web/parts/confirm.html")]
pub struct Confirm {
    label: String,
    question: String,
    action: String,
    yes: String,
    tone: Tone,
    hidden: Vec<(&'static str, String)>,
    fields: Vec<Field>,
    reason: Option<&'static str>,
    typed: String,
    key: Option<&'static str>,
    open: bool,
}

super::safe!(Confirm);

impl Confirm {
    /// `label` opens `question`; `yes` posts to `action`.
    pub fn new(
        label: impl Into<String>,
        question: impl Into<String>,
        yes: impl Into<String>,
        action: impl Into<String>,
    ) -> Self {
        Self {
            label: label.into(),
            question: question.into(),
            action: action.into(),
            yes: yes.into(),
            tone: Tone::Accent,
            hidden: Vec::new(),
            fields: Vec::new(),
            reason: None,
            typed: String::new(),
            key: None,
            open: false,
        }
    }

    /// It takes something away.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.tone = Tone::Bad;
        self
    }

    /// Sends this along.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.hidden.push((name, value.into()));
        self
    }

    /// Asks for this before the reason.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// What opens it, as a key.
    #[must_use]
    pub fn key(mut self, key: &'static str) -> Self {
        self.key = Some(key);
        self
    }

    /// Shown open, with the reason that was `typed`: what was sent could not be accepted.
    #[must_use]
    pub fn again(mut self, typed: &str) -> Self {
        self.open = true;
        typed.clone_into(&mut self.typed);
        self
    }

    /// Asks for a reason, sent as `reason`.
    #[must_use]
    pub fn reason(mut self, label: &'static str) -> Self {
        self.reason = Some(label);
        self
    }
}
