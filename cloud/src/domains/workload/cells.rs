//! What the queue and an item's page both show of an item.

use super::model::{Kind, Standing, Target};
use super::views::WorkItem;
use super::words::Words;
use crate::platform::web::layout::View;
use crate::platform::web::parts::{Cell, Chip, Icon, Tone, span, working_span};

/// The sign of a type.
pub(super) fn icon(kind: Kind) -> Icon {
    match kind {
        Kind::Ticket => Icon::Ticket,
        Kind::Alarm => Icon::Alarm,
        Kind::Visit => Icon::Visit,
    }
}

/// How the promise stands, in words: working time left and the due time on the clock.
pub(super) fn promise(item: &WorkItem, view: &View) -> Cell {
    let due = view.reader.weekday_minute(item.promise.due_ms);
    let is_working = item.promise.target != Target::Arrival && !item.promise.is_around_the_clock;
    let (words, left) = (Words(view.language()), item.promise.left_ms.abs());
    let left = if is_working { working_span(left, view.language()) } else { span(left, view.language()) };
    let (tone, icon, said) = match (item.promise.standing, is_working) {
        (Standing::Breached, false) => (Tone::Bad, Icon::Stop, words.breached(left)),
        (Standing::Breached, true) => (Tone::Bad, Icon::Stop, words.breached_working(left)),
        (Standing::AtRisk, false) => (Tone::Warn, Icon::Alert, words.at_risk(left)),
        (Standing::AtRisk, true) => (Tone::Warn, Icon::Alert, words.at_risk_working(left)),
        (Standing::OnTrack, false) => (Tone::Plain, Icon::Clock, words.on_track(left)),
        (Standing::OnTrack, true) => (Tone::Plain, Icon::Clock, words.on_track_working(left)),
        (Standing::Stopped, _) => (Tone::Quiet, Icon::Check, words.clock_stopped().to_owned()),
    };
    let due = words.due(words.target(item.promise.target), due);
    Cell::part(&Chip::new(tone, said).icon(icon)).under(due)
}

/// Whose it is.
pub(super) fn owner(item: &WorkItem, words: Words) -> Cell {
    match (&item.owner, item.acknowledged_ms) {
        (Some((_, name)), _) => Cell::text(name),
        (None, Some(_)) => Cell::text(words.taken_over()),
        (None, None) => Cell::none(words.nobody()),
    }
}

/// How a line is marked at its edge.
pub(super) fn tone(item: &WorkItem) -> Tone {
    match item.promise.standing {
        Standing::Breached => Tone::Bad,
        Standing::AtRisk => Tone::Warn,
        Standing::Stopped => Tone::Quiet,
        Standing::OnTrack => Tone::Plain,
    }
}

/// What stands under its title.
pub(super) fn notes(item: &WorkItem, words: Words) -> String {
    let mut notes = vec![words.kind(item.kind).to_owned()];
    if item.kind != Kind::Visit {
        notes.push(words.severity(item.severity).to_owned());
    }
    if item.times > 1 {
        notes.push(words.times(item.times));
    }
    if item.cleared_ms.is_some() && item.resolved_ms.is_none() {
        notes.push(words.cleared_itself().to_owned());
    }
    notes.join(" · ")
}
