//! A state in a word, with a tone and an icon.

use super::Icon;
use askama::Template;

/// What a state means to the reader. Each has its colour and, unless told otherwise, its icon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Says what is.
    #[default]
    Plain,
    /// Belongs to us or is chosen.
    Accent,
    /// As it should be.
    Good,
    /// Needs a look.
    Warn,
    /// Needs somebody now.
    Bad,
    /// Asleep: paused, past, not there.
    Quiet,
}

impl Tone {
    /// Its class in the style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Accent => "accent",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Quiet => "quiet",
        }
    }

    fn icon(self) -> Option<Icon> {
        match self {
            Self::Plain | Self::Accent => None,
            Self::Good => Some(Icon::Check),
            Self::Warn => Some(Icon::Alert),
            Self::Bad => Some(Icon::Stop),
            Self::Quiet => Some(Icon::Dot),
        }
    }
}

/// A chip.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<span class="chip {{ tone.class() }}"{% if let Some(tip) = tip %} title="{{ tip }}"{% endif %}>{% if let Some(icon) = icon %}{{ icon }}{% endif %}{{ text }}</span>"#
)]
pub struct Chip {
    tone: Tone,
    icon: Option<Icon>,
    text: String,
    tip: Option<String>,
}

super::safe!(Chip);

impl Chip {
    /// A chip with its tone's icon.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, icon: tone.icon(), text: text.into(), tip: None }
    }

    /// With this icon instead.
    #[must_use]
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// With more words on hover.
    #[must_use]
    pub fn tip(mut self, tip: impl Into<String>) -> Self {
        self.tip = Some(tip.into());
        self
    }
}
