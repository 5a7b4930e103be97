//! What is on its way: steps of something, a place that is kept for what is not there yet, data that is late.

use super::words::Words;
use super::{Ago, Icon, Tone};
use crate::platform::base::Language;
use askama::Template;

/// Steps from first to last, and how far one is.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<ol class="stepper" aria-label="{{ label }}">{% for (at, step) in steps.iter().enumerate() %}<li class="{{ self.state(*at) }}"{% if at == here %} aria-current="step"{% endif %}><span class="step-mark" aria-hidden="true">{% if at < here %}{{ Icon::Check }}{% else %}{{ at + 1 }}{% endif %}</span><span>{{ step }}{% if at < here %}<span class="unseen">{{ words.done() }}</span>{% endif %}</span></li>{% endfor %}</ol>"#
)]
pub struct Stepper {
    words: Words,
    label: String,
    steps: Vec<String>,
    here: usize,
}

impl Stepper {
    /// These steps, of which `here` is the one to take; past the last one all are done.
    pub fn new<S: Into<String>>(
        label: impl Into<String>,
        steps: impl IntoIterator<Item = S>,
        here: usize,
        language: Language,
    ) -> Self {
        Self {
            words: Words(language),
            label: label.into(),
            steps: steps.into_iter().map(Into::into).collect(),
            here,
        }
    }

    fn state(&self, at: usize) -> &'static str {
        match at.cmp(&self.here) {
            std::cmp::Ordering::Less => "done",
            std::cmp::Ordering::Equal => "here",
            std::cmp::Ordering::Greater => "ahead",
        }
    }
}

/// The place of lines that are not there yet, as high as they will be, so that nothing jumps.
#[derive(Clone, Copy, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<div class="skeleton" role="status"><span class="unseen">{{ words.loading() }}</span>{% for _ in 0..lines %}<span class="bone" aria-hidden="true"></span>{% endfor %}</div>"#
)]
pub struct Skeleton {
    words: Words,
    lines: usize,
}

impl Skeleton {
    /// Of so many lines.
    pub fn lines(lines: usize, language: Language) -> Self {
        Self { words: Words(language), lines }
    }
}

/// Data that is older than it should be, and since when.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<p class="note stale {{ Tone::Warn.class() }}">{{ Icon::Clock }}<span>{{ what }}: {{ words.is_from() }} {{ since }}. {{ why }}</span></p>"#
)]
pub struct Stale {
    words: Words,
    what: String,
    since: Ago,
    why: String,
}

impl Stale {
    /// `what` was heard of last at `since`; `why` says what is known and what happens next.
    pub fn new(what: impl Into<String>, since: Ago, why: impl Into<String>, language: Language) -> Self {
        Self { words: Words(language), what: what.into(), since, why: why.into() }
    }
}

super::safe!(Stepper, Skeleton, Stale);
