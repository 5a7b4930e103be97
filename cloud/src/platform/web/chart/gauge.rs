//! One value between two ends, as an arc that fills. Its words stand beside it: the arc alone says nothing.

use super::number::{percent, placed, plain, share};
use super::words::Words;
use crate::platform::base::Language;
use crate::platform::web::parts::Tone;
use askama::Template;

/// The length of the arc in its own units.
const ARC: f64 = 100.0;

/// A gauge.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<figure class="gauge {{ tone.class() }}" id="{{ id }}"><svg viewBox="0 0 120 70" width="120" height="70" role="img" aria-label="{{ own.about_gauge(label, text, words, low, high) }}"><path class="track" d="M12 62A48 48 0 0 1 108 62"/>{% if filled > 0.0 %}<path class="fill" d="M12 62A48 48 0 0 1 108 62" pathLength="100" stroke-dasharray="{{ "{:.1}"|format(filled) }} 200"/>{% endif %}<text class="value" x="60" y="52">{{ text }}</text></svg><figcaption><span class="ends" aria-hidden="true"><span>{{ low }}</span><span>{{ high }}</span></span><b>{{ label }}</b><span>{{ words }}</span></figcaption></figure>"#
)]
pub struct Gauge {
    own: Words,
    id: String,
    tone: Tone,
    label: String,
    text: String,
    words: String,
    low: String,
    high: String,
    filled: f64,
}

super::safe!(Gauge);

impl Gauge {
    /// `value` between `low` and `high`, said with `decimals` digits and `unit`.
    pub fn new(
        id: &str,
        label: &str,
        value: f64,
        (low, high): (f64, f64),
        unit: &str,
        decimals: u8,
        language: Language,
    ) -> Self {
        let filled = match (placed(value), placed(low), placed(high)) {
            (Some(value), Some(low), Some(high)) => share(value - low, high - low) * ARC,
            _ => 0.0,
        };
        let say = |value: f64| match unit {
            "" => plain(value, decimals),
            unit => format!("{} {unit}", plain(value, decimals)),
        };
        Self {
            own: Words(language),
            id: id.to_owned(),
            tone: Tone::Accent,
            label: label.to_owned(),
            text: say(value),
            words: String::new(),
            low: say(low),
            high: say(high),
            filled,
        }
    }

    /// So many of so many, as a share.
    pub fn of(id: &str, label: &str, part: u64, whole: u64, language: Language) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a share on the screen")]
        let share = share(part as f64, whole as f64);
        Self {
            own: Words(language),
            id: id.to_owned(),
            tone: Tone::Accent,
            label: label.to_owned(),
            text: if whole == 0 { "–".to_owned() } else { percent(share) },
            words: Words(language).part_of(part, whole),
            low: "0".to_owned(),
            high: whole.to_string(),
            filled: share * ARC,
        }
    }

    /// What the value means, in words and in colour.
    #[must_use]
    pub fn tone(mut self, tone: Tone, words: impl Into<String>) -> Self {
        self.tone = tone;
        self.words = words.into();
        self
    }
}
