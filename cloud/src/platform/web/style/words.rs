//! Single words: chips, times, what is hidden, how far something is.

use super::Exhibit;
use crate::platform::access::PartnerTier;
use crate::platform::base::{DAY_MS, HOUR_MS, Language, MINUTE_MS, Money};
use crate::platform::web::layout::View;
use crate::platform::web::parts::{
    Amount, Cell, Chip, Icon, Locked, Masked, Meter, NotGranted, ReadOnly, Skeleton, Stale, Stepper, Tone,
    When,
};

pub(super) fn exhibits(view: &View) -> Vec<Exhibit> {
    vec![
        icons(),
        chips(),
        countdowns(view),
        times(view),
        hidden(view.language()),
        meters(view.language()),
        steps(view.language()),
        waiting(view),
    ]
}

fn icons() -> Exhibit {
    let all = Icon::ALL.iter().fold(Cell::default(), |cell, icon| cell.and(icon));
    Exhibit::new("icons", "Icons", "Our own symbols, on a grid of 16 with a stroke of 1.5.")
        .show("All", &all)
        .in_both()
}

fn chips() -> Exhibit {
    let tones = [
        (Tone::Plain, "Submitted"),
        (Tone::Accent, "Shared to you"),
        (Tone::Good, "Approved"),
        (Tone::Warn, "Returned"),
        (Tone::Bad, "Rejected"),
        (Tone::Quiet, "Withdrawn"),
    ];
    let chips = tones.map(|(tone, text)| Chip::new(tone, text));
    Exhibit::new("chips", "Chips", "A state in a word; what a colour says, an icon and the word say too.")
        .show("Tones", &Cell::parts(&chips))
        .show("With an icon of its own", &Chip::new(Tone::Warn, "Moving to Huawei-TH").icon(Icon::Moving))
        .in_both()
}

fn countdowns(view: &View) -> Exhibit {
    let now = view.now_ms;
    let until = |left: i64| view.countdown(now - 4 * HOUR_MS, now + left);
    Exhibit::new("countdown", "Countdown", "Time left until something is due. It runs on by itself.")
        .show("On track", &until(3 * HOUR_MS + 5 * MINUTE_MS))
        .show("At risk: under a fifth is left", &until(40 * MINUTE_MS))
        .show("Over", &until(-12 * MINUTE_MS))
        .show("Paused", &until(HOUR_MS).paused("waiting for the customer"))
        .in_both()
}

fn times(view: &View) -> Exhibit {
    let now = view.now_ms;
    Exhibit::new("time", "Time and money", "Relative with the exact one on hover; money with its currency.")
        .show("Ago", &view.time(now - 5 * MINUTE_MS))
        .show("Ahead", &view.time(now + 2 * DAY_MS))
        .show("A day", &When::day(now, view.reader))
        .show("In a log", &When::minute(now, view.reader))
        .show("Money", &Amount::of(&Money::new(123_456_700, "THB")))
        .in_both()
}

fn hidden(language: Language) -> Exhibit {
    Exhibit::new(
        "hidden",
        "Masked, locked, read only",
        "What a reader may not see, use or change says so, each in its way.",
    )
    .show("Masked", &Masked::off_channel(language))
    .show("Masked for the role", &Masked::new("Not for your role", "Your role does not include this."))
    .show("Locked by the tier", &Locked::new("Register deals", PartnerTier::Gold, language))
    .show("Not granted by its owner", &NotGranted::by("BKKFoods", language))
    .show("Read only", &ReadOnly::role(language))
    .in_both()
}

fn meters(language: Language) -> Exhibit {
    Exhibit::new("meter", "Meter", "So much of so much, in words and as a bar.")
        .show("Room left", &Meter::new("Open deals", 2, 5, language))
        .show("Nearly full", &Meter::new("Open deals", 4, 5, language))
        .show("Full", &Meter::new("Open deals", 5, 5, language))
        .show("More is better", &Meter::new("Certified people", 4, 4, language).rising())
        .in_both()
}

fn steps(language: Language) -> Exhibit {
    let names = ["Apply", "Documents", "Review", "Active"];
    Exhibit::new("stepper", "Stepper", "Steps from first to last, and the one to take.")
        .show("At the beginning", &Stepper::new("Application", names, 0, language))
        .show("Half way", &Stepper::new("Application", names, 2, language))
        .show("Done", &Stepper::new("Application", names, 4, language))
        .in_both()
}

fn waiting(view: &View) -> Exhibit {
    let since = view.time(view.now_ms - 12 * MINUTE_MS);
    Exhibit::new(
        "waiting",
        "Stale and skeleton",
        "Data that is late says so; a place is kept for what is not there yet.",
    )
    .show(
        "Stale",
        &Stale::new(
            "The gateway is silent",
            since,
            "It keeps its readings and sends them when the link is back.",
            view.language(),
        ),
    )
    .show("Skeleton", &Skeleton::lines(4, view.language()))
    .in_both()
}
