//! Where a page is in the order of what was told: the `id` of a server-sent event, which a browser brings back as
//! `Last-Event-ID` when its stream broke.

use crate::app::App;
use crate::platform::live::Ear;
use axum::http::HeaderMap;
use std::fmt;

/// A place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The start of the process that told it.
    pub(super) run: String,
    /// The notice.
    pub(super) notice: u64,
    /// How many events of the notice were heard; 0 for all of it, whatever it was.
    pub(super) part: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.run, self.notice, self.part)
    }
}

impl Place {
    fn parse(text: &str) -> Option<Self> {
        let (rest, part) = text.rsplit_once('.')?;
        let (run, notice) = rest.rsplit_once('.')?;
        Some(Self { run: run.to_owned(), notice: notice.parse().ok()?, part: part.parse().ok()? })
    }
}

/// What a page that opens its stream has heard already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct After {
    /// How many events of the first notice that now comes it has heard.
    pub(super) part: usize,
    /// It missed something that is not known any more: it must read everything again.
    pub(super) missed: bool,
}

impl After {
    /// The place of a page whose ear stands at `notice`.
    pub(super) fn begun(self, run: &str, notice: u64) -> Place {
        let notice = if self.part == 0 { notice } else { notice + 1 };
        Place { run: run.to_owned(), notice, part: self.part }
    }
}

/// Listens on from where the page was, or from now.
pub(super) fn listen(app: &App, headers: &HeaderMap) -> (Ear, After) {
    let Some(said) = headers.get("last-event-id").filter(|said| !said.is_empty()) else {
        return (app.hub.listen(), After::default());
    };
    let place = said.to_str().ok().and_then(Place::parse).filter(|place| place.run == app.hub.run());
    let from = place.and_then(|place| {
        // A notice of which only a part was heard comes again, without that part.
        let before = if place.part == 0 { place.notice } else { place.notice.checked_sub(1)? };
        Some((app.hub.listen_after(before)?, After { part: place.part, missed: false }))
    });
    from.unwrap_or_else(|| (app.hub.listen(), After { part: 0, missed: true }))
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn a_place_reads_as_it_was_written_and_nothing_else_does() {
        let place = Place { run: "run_1.x".to_owned(), notice: 7, part: 2 };
        assert_eq!(Place::parse(&place.to_string()), Some(place));
        for nonsense in ["", "1", "a.b", "a.b.c", "a.1.-1", "a.99999999999999999999.0"] {
            assert_eq!(Place::parse(nonsense), None, "{nonsense}");
        }
    }
}
