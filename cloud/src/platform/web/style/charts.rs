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

pub(super) fn exhibits() -> Vec<Exhibit> {
    let all = Exhibit::new(
        "charts",
        "Charts",
        "Drawn by the server, each with its numbers as a table; the script points at them.",
    );
    vec![chart::exhibits().into_iter().fold(all, |all, (state, html)| all.show(state, &Drawn(html)))]
}
