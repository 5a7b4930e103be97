//! What lists and pages of devices say in the same words.

use super::words::Words;
use crate::domains::coverage::{Device, ServiceLevel, Standing, VisibleMetric};
use crate::platform::base::{Language, MINUTE_MS};
use crate::platform::web::layout::View;
use crate::platform::web::parts::{Cell, Chip, Icon, NotGranted, Tone};

/// A gateway that was silent for longer is marked.
const STALE_MS: i64 = 5 * MINUTE_MS;

/// When its gateway was last heard, with a word when that is too long ago.
pub(super) fn seen(view: &View, device: &Device) -> Cell {
    let words = Words(view.language());
    match device.last_seen_ms {
        None => Cell::part(&Chip::new(Tone::Quiet, words.never_seen()).tip(words.never_seen_tip())),
        Some(at_ms) if is_stale(view, device) => {
            let chip = Chip::new(Tone::Warn, words.stale()).tip(words.stale_tip());
            Cell::part(&view.time(at_ms)).and(&chip)
        }
        Some(at_ms) => Cell::part(&view.time(at_ms)),
    }
}

pub(super) fn is_stale(view: &View, device: &Device) -> bool {
    device.last_seen_ms.is_none_or(|at_ms| view.now_ms - at_ms > STALE_MS)
}

/// The service level, strictest strongest.
pub(super) fn level(level: ServiceLevel, language: Language) -> Chip {
    let tone = match level {
        ServiceLevel::Platinum => Tone::Accent,
        ServiceLevel::Gold | ServiceLevel::Basic => Tone::Plain,
    };
    Chip::new(tone, level.label_in(language))
}

/// One chip per metric that may be read, or whose decision it is that there is none.
pub(super) fn granted(metrics: &[VisibleMetric], owner: &str, language: Language) -> Cell {
    if metrics.is_empty() {
        return Cell::part(&NotGranted::by(owner, language));
    }
    let chip = |m: &VisibleMetric| Chip::new(Tone::Plain, &m.metric.label);
    Cell::parts(&metrics.iter().map(chip).collect::<Vec<_>>())
}

/// Where coverage goes, if it goes.
pub(super) fn standing(view: &View, standing: &Standing) -> Option<Chip> {
    let words = Words(view.language());
    let day = |at_ms| view.reader.day(at_ms);
    let days = |at_ms: i64| {
        let until = view.reader.civil(at_ms).date();
        let from = view.reader.civil(view.now_ms).date();
        words.days(from.until(until).map_or(0, |span| i64::from(span.get_days())))
    };
    match standing {
        Standing::Covered { moving_to: None } => None,
        Standing::Covered { moving_to: Some(to) } => Some(
            Chip::new(Tone::Warn, words.moving_to(&to.partner_name, day(to.at_ms), days(to.at_ms)))
                .icon(Icon::Moving),
        ),
        Standing::Arriving { from, at_ms } => {
            let text = match from {
                Some(from) => words.arriving_from(&from.partner_name, day(*at_ms), days(*at_ms)),
                None => words.arriving(day(*at_ms), days(*at_ms)),
            };
            Some(Chip::new(Tone::Accent, text).icon(Icon::Moving))
        }
    }
}
