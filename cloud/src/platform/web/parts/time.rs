//! Time as people read it: relative, with the exact one on hover.

use super::words::Words;
use super::{Icon, Tone};
use crate::platform::base::Reader;
use askama::Template;

/// `15 Jul 2026, 14:03:09`, with the zone's name: for files, which are in English.
pub fn exact(at_ms: i64, zone: &str) -> String {
    Reader::default().in_zone(zone).exact(at_ms)
}

fn machine(at_ms: i64, reader: Reader) -> String {
    reader.civil(at_ms).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// How long ago, or in how long.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<time datetime="{{ machine }}" title="{{ exact }}" data-ago="{{ at_ms }}">{{ text }}</time>"#
)]
pub struct Ago {
    at_ms: i64,
    machine: String,
    exact: String,
    text: String,
}

impl Ago {
    /// `at_ms` seen from `now_ms`.
    pub fn new(at_ms: i64, now_ms: i64, reader: Reader) -> Self {
        let words = Words(reader.language);
        let text = match now_ms - at_ms {
            past @ ..=-1000 => words.ahead(words.span(-past)),
            past @ ..10_000 if past > -1000 => words.just_now().to_owned(),
            past => words.ago(words.rough(past)),
        };
        Self { at_ms, machine: machine(at_ms, reader), exact: reader.exact(at_ms), text }
    }
}

/// A calendar day, `1 Aug 2026`, with the exact instant on hover.
#[derive(Clone, Debug, Template)]
#[template(ext = "html", source = r#"<time datetime="{{ machine }}" title="{{ exact }}">{{ text }}</time>"#)]
pub struct When {
    machine: String,
    exact: String,
    text: String,
}

impl When {
    /// The day of `at_ms`.
    pub fn day(at_ms: i64, reader: Reader) -> Self {
        Self { machine: machine(at_ms, reader), exact: reader.exact(at_ms), text: reader.day(at_ms) }
    }

    /// Day and minute of `at_ms`, for logs.
    pub fn minute(at_ms: i64, reader: Reader) -> Self {
        Self { machine: machine(at_ms, reader), exact: reader.exact(at_ms), text: reader.minute(at_ms) }
    }
}

/// Time left until something is due. Its tone follows what is left of the span; the words say the same.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<span class="countdown {{ tone.class() }}" title="{{ exact }}">{{ icon }}<time datetime="{{ machine }}"{% if running %} data-due="{{ due_ms }}"{% endif %}>{{ text }}</time></span>"#
)]
pub struct Countdown {
    words: Words,
    tone: Tone,
    icon: Icon,
    due_ms: i64,
    running: bool,
    machine: String,
    exact: String,
    text: String,
}

impl Countdown {
    /// Due at `due_ms`, running since `from_ms`. Under a fifth of the span left is "at risk".
    pub fn new(from_ms: i64, due_ms: i64, now_ms: i64, reader: Reader) -> Self {
        let (words, left) = (Words(reader.language), due_ms - now_ms);
        let (tone, icon, text) = if left < 0 {
            (Tone::Bad, Icon::Stop, words.over(words.span(-left)))
        } else if left.saturating_mul(5) < due_ms - from_ms {
            (Tone::Warn, Icon::Alert, words.left(words.span(left)))
        } else {
            (Tone::Plain, Icon::Clock, words.left(words.span(left)))
        };
        let exact = words.due(reader.exact(due_ms));
        Self { words, tone, icon, due_ms, running: true, machine: machine(due_ms, reader), exact, text }
    }

    /// Stands still, and says why.
    #[must_use]
    pub fn paused(mut self, why: &str) -> Self {
        self.tone = Tone::Quiet;
        self.icon = Icon::Pause;
        self.running = false;
        self.text = self.words.paused(why);
        self
    }
}

super::safe!(Ago, When, Countdown);
