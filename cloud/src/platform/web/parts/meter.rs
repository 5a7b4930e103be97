//! So much of so much. Drawn with SVG attributes, so no inline style is needed.

use super::Tone;
use super::words::Words;
use crate::platform::base::Language;
use askama::Template;

/// A bar with words.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<span class="meter {{ tone.class() }}"><span class="meter-text">{{ label }} <b>{{ words }}</b></span><svg role="img" aria-label="{{ label }}: {{ words }}" height="6" width="100%"><rect class="track" width="100%" height="6" rx="3"/><rect class="fill" width="{{ percent }}%" height="6" rx="3"/></svg></span>"#
)]
pub struct Meter {
    tone: Tone,
    label: String,
    words: String,
    percent: i64,
}

super::safe!(Meter);

impl Meter {
    /// `value` of `max`; from four fifths on it warns, at the end it stands out.
    pub fn new(label: impl Into<String>, value: i64, max: i64, language: Language) -> Self {
        let percent = if max <= 0 { 0 } else { (value.max(0) * 100 / max).min(100) };
        let tone = match percent {
            100 => Tone::Bad,
            80.. => Tone::Warn,
            _ => Tone::Accent,
        };
        Self { tone, label: label.into(), words: Words(language).of(value, max), percent }
    }

    /// More is better: full is good.
    #[must_use]
    pub fn rising(mut self) -> Self {
        self.tone = if self.percent == 100 { Tone::Good } else { Tone::Accent };
        self
    }

    /// With other words, such as units.
    #[must_use]
    pub fn words(mut self, words: impl Into<String>) -> Self {
        self.words = words.into();
        self
    }
}
