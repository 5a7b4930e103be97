//! Sessions as rows of a table: on the account page and for who administers.

use super::model::Session;
use super::words::Words;
use crate::platform::base::Language;
use crate::platform::web::layout::View;
use crate::platform::web::parts::{Cell, Chip, Column, Confirm, Row, Tone};

/// The columns of [`session_row`].
pub(super) fn columns(words: Words) -> Vec<Column> {
    vec![
        Column::new(words.browser()),
        Column::new(words.since()),
        Column::new(words.last()),
        Column::actions(words.actions()),
    ]
}

/// One session; `this` when it is that of the reader's own browser, `end` ends it.
pub(super) fn session_row(view: &View, session: &Session, this: bool, end: &Confirm) -> Row {
    let mut browser = Cell::text(browser_name(&session.user_agent, view.language()));
    if this {
        browser = browser.and(&Chip::new(Tone::Accent, Words(view.language()).this_browser()));
    }
    let cells = vec![
        browser,
        Cell::part(&view.time(session.created_ms)),
        Cell::part(&view.time(session.seen_ms)),
        Cell::part(end),
    ];
    Row::new(session.label(), cells)
}

/// `Chrome on Linux` from what a browser calls itself. Order matters: most of them name several others too.
pub fn browser_name(user_agent: &str, language: Language) -> String {
    const BROWSERS: [(&str, &str); 5] = [
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let named = |of: &[(&str, &'static str)]| {
        of.iter().find(|(key, _)| user_agent.contains(key)).map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => Words(language).browser_on(browser, system),
        (Some(browser), None) => browser.to_owned(),
        (None, _) if user_agent.is_empty() => Words(language).unknown_browser().to_owned(),
        (None, _) => user_agent.chars().take(60).collect(),
    }
}
