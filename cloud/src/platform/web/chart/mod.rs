//! Charts as SVG made here: what is drawn, its words for those who do not see it, and the same numbers as a table and as
//! CSV. The script adds a crosshair, zoom by dragging and PNG; without it nothing is missing but that.
//!
//! | kind | for | file |
//! |---|---|---|
//! | [`LineChart`] | values over time: one with its band, or several; gaps, limits | [`mod@line`] |
//! | [`Bars`] | amounts side by side, standing or lying, at most three in a group | [`bars`] |
//! | [`Sparkline`] | the shape of a line in a cell of a table | [`sparkline`] |
//! | [`Gauge`] | one value between two ends | [`gauge`] |
//! | [`Funnel`] | how much there is on each rung | [`funnel`] |
//! | [`Heat`] | shares by day and hour | [`heat`] |
//! | [`Absent`] | a chart that has nothing to show, or may not | [`absent`] |
//!
//! [`curves()`] and [`figures()`] are each of them in every state, for the page that shows all parts.
//!
//! **Why no crate.** `charming` renders ECharts: in the browser with that library, or on the server with a JavaScript
//! engine inside. `plotters` writes SVG that carries colours as attributes and text at fixed places: no class for a
//! dark page, no name for assistive technology, no way from a mark to its number, and text that shrinks with the
//! picture on a phone. What is left after axes, labels and roles are ours is a path from numbers, and that is short.
//!
//! Curves are stretched by the browser, text never is: axes are their own SVGs with positions in percent. No colour but
//! from `tokens.css`, and none alone: series differ by dash and by fill, states have words. A chart holds only what its
//! reader may see; what is hidden or not granted is not in it, so neither is it in its table or its CSV.

mod absent;
mod bars;
mod exhibits;
mod funnel;
mod gauge;
mod heat;
mod line;
mod number;
mod scale;
mod sparkline;
mod tools;
mod words;

pub use absent::Absent;
pub use bars::{Bar, Bars, Group};
pub use exhibits::{curves, figures};
pub use funnel::{Funnel, Step};
pub use gauge::Gauge;
pub use heat::{Heat, Hour};
pub use line::{Limit, LineChart, Point, Series, Shape};
pub use sparkline::Sparkline;

/// Pixels of a plot's height on the page, as `chart.css` has it.
const HEIGHT_PX: f64 = 180.0;

/// A label on an axis: percent along it for what lies, pixels down for what stands.
struct Tick {
    at: f64,
    text: String,
}

/// Marks charts as HTML that escaped itself.
macro_rules! safe {
    ($($chart:ty),+ $(,)?) => { $(impl askama::filters::HtmlSafe for $chart {})+ };
}
use safe;

/// Writes `$of` through the template that `$drawn` makes of it.
macro_rules! drawn {
    ($of:ty) => {
        impl std::fmt::Display for $of {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match askama::Template::render(&self.drawn()) {
                    Ok(html) => f.write_str(&html),
                    Err(error) => {
                        tracing::error!(%error, "a chart could not be drawn");
                        Err(std::fmt::Error)
                    }
                }
            }
        }
        impl askama::filters::HtmlSafe for $of {}
    };
}
use drawn;

/// Classes by place: each series has its colour and its dash or fill.
const CLASSES: [&str; 4] = ["s1", "s2", "s3", "s4"];

fn class(at: usize) -> &'static str {
    CLASSES[at % CLASSES.len()]
}

#[cfg(test)]
mod tests;
