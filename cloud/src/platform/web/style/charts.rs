//! Charts, with numbers made up by their own room.

use super::Exhibit;
use crate::platform::web::chart;
use askama::filters::HtmlSafe;
use std::fmt;

/// A chart that has escaped itself already.
struct Drawn(String);

impl HtmlSafe for Drawn {}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Lines.
pub(super) fn curves() -> Vec<Exhibit> {
    let all = Exhibit::new(
        "curves",
        "Lines",
        "Drawn by the server, each with its numbers as a table; the script points at them.",
    );
    shown(all, chart::curves())
}

/// Everything else that is drawn.
pub(super) fn figures() -> Vec<Exhibit> {
    let all = Exhibit::new(
        "figures",
        "Figures",
        "Bars, gauges, funnels and heat strips, with their numbers as tables.",
    );
    shown(all, chart::figures())
}

fn shown(all: Exhibit, drawn: Vec<(&'static str, String)>) -> Vec<Exhibit> {
    vec![drawn.into_iter().fold(all, |all, (state, html)| all.show(state, &Drawn(html)))]
}
