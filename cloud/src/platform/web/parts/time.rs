//! Time as people read it: relative, with the exact one on hover.

use super::{Icon, Tone};
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS, in_zone};
use askama::Template;

/// `15 Jul 2026, 14:03:09`, with the zone's name.
pub fn exact(at_ms: i64, zone: &str) -> String {
    in_zone(at_ms, zone).strftime("%-d %b %Y, %H:%M:%S %Z").to_string()
}

fn machine(at_ms: i64, zone: &str) -> String {
    in_zone(at_ms, zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// A span in its two largest units: `2 d 4 h`, `3 h 05 min`, `12 min`, `40 s`.
pub(super) fn span(ms: i64) -> String {
    let ms = ms.max(0);
    let (days, hours, minutes) = (ms / DAY_MS, ms % DAY_MS / HOUR_MS, ms % HOUR_MS / MINUTE_MS);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{} s", ms / 1000),
        (0, 0, m) => format!("{m} min"),
        (0, h, 0) => format!("{h} h"),
        (0, h, m) => format!("{h} h {m:02} min"),
        (d, 0, _) | (d @ 15.., _, _) => format!("{d} d"),
        (d, h, _) => format!("{d} d {h} h"),
    }
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
    /// `at_ms` seen from `now_ms`, in `zone`.
    pub fn new(at_ms: i64, now_ms: i64, zone: &str) -> Self {
        let text = match now_ms - at_ms {
            past @ ..=-1000 => format!("in {}", span(-past)),
            past @ ..10_000 if past > -1000 => "just now".to_owned(),
            past => format!("{} ago", rough(past)),
        };
        Self { at_ms, machine: machine(at_ms, zone), exact: exact(at_ms, zone), text }
    }
}

/// The largest unit alone: what is past needs no more.
fn rough(ms: i64) -> String {
    match ms {
        DAY_MS.. => format!("{} d", ms / DAY_MS),
        _ if ms >= HOUR_MS => format!("{} h", ms / HOUR_MS),
        _ if ms >= MINUTE_MS => format!("{} min", ms / MINUTE_MS),
        _ => format!("{} s", ms / 1000),
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
    /// The day of `at_ms` in `zone`.
    pub fn day(at_ms: i64, zone: &str) -> Self {
        let text = in_zone(at_ms, zone).strftime("%-d %b %Y").to_string();
        Self { machine: machine(at_ms, zone), exact: exact(at_ms, zone), text }
    }

    /// Day and minute of `at_ms` in `zone`, for logs.
    pub fn minute(at_ms: i64, zone: &str) -> Self {
        let text = in_zone(at_ms, zone).strftime("%-d %b %Y, %H:%M").to_string();
        Self { machine: machine(at_ms, zone), exact: exact(at_ms, zone), text }
    }
}

/// Time left until something is due. Its tone follows what is left of the span; the words say the same.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<span class="countdown {{ tone.class() }}" title="{{ exact }}">{{ icon }}<time datetime="{{ machine }}"{% if running %} data-due="{{ due_ms }}"{% endif %}>{{ text }}</time></span>"#
)]
pub struct Countdown {
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
    pub fn new(from_ms: i64, due_ms: i64, now_ms: i64, zone: &str) -> Self {
        let left = due_ms - now_ms;
        let (tone, icon, text) = if left < 0 {
            (Tone::Bad, Icon::Stop, format!("{} over", span(-left)))
        } else if left.saturating_mul(5) < due_ms - from_ms {
            (Tone::Warn, Icon::Alert, format!("{} left", span(left)))
        } else {
            (Tone::Plain, Icon::Clock, format!("{} left", span(left)))
        };
        let exact = format!("Due {}", exact(due_ms, zone));
        Self { tone, icon, due_ms, running: true, machine: machine(due_ms, zone), exact, text }
    }

    /// Stands still, and says why.
    #[must_use]
    pub fn paused(mut self, why: &str) -> Self {
        self.tone = Tone::Quiet;
        self.icon = Icon::Pause;
        self.running = false;
        self.text = format!("Paused: {why}");
        self
    }
}

super::safe!(Ago, When, Countdown);
