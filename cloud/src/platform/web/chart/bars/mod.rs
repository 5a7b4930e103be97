//! Amounts side by side, standing or lying; at most three in a group, told apart by fill and place. Lying bars carry
//! their numbers; standing ones have a crosshair and a table.

use super::number::{placed, share};
use super::scale::{Scale, bar_ticks};
use super::tools::Tools;
use super::words::Words;
use super::{HEIGHT_PX, Tick, class};
use crate::platform::base::Language;
use crate::platform::web::Csv;
use askama::Template;

/// Bars that carry their number above them; more have no room for it.
const NUMBERED: usize = 12;

/// One bar: how long, and what it says. Nothing where there is no value or it is hidden.
#[derive(Clone, Debug)]
pub struct Bar {
    value: Option<f64>,
    text: String,
}

impl Bar {
    /// A value with its words.
    pub fn new(value: f64, text: impl Into<String>) -> Self {
        Self { value: placed(value), text: text.into() }
    }

    /// No bar, and why.
    pub fn none(why: impl Into<String>) -> Self {
        Self { value: None, text: why.into() }
    }
}

/// Bars that belong together.
#[derive(Clone, Debug)]
pub struct Group {
    /// What they are of.
    pub label: String,
    /// One for each series.
    pub bars: Vec<Bar>,
}

/// A chart of bars.
#[derive(Clone, Debug)]
pub struct Bars {
    /// Unique on the page, stable over refreshes.
    pub id: String,
    /// What is shown.
    pub label: String,
    /// What a group is, such as "Month".
    pub of: String,
    /// Names of the series; one for bars that stand alone.
    pub series: Vec<String>,
    /// From left to right, or from above.
    pub groups: Vec<Group>,
    /// What its own words are in.
    pub language: Language,
}

/// One bar's box.
struct Drawn {
    class: &'static str,
    left: f64,
    width: f64,
    top: f64,
    height: f64,
    text: String,
}

struct Row<'a> {
    group: &'a Group,
    center: f64,
}

#[derive(Template)]
#[template(path = "platform/web/chart/bars/standing.html")]
struct StandingDrawn<'a> {
    words: Words,
    chart: &'a Bars,
    about: String,
    values: Vec<Tick>,
    zero: f64,
    names: Vec<Tick>,
    bars: Vec<Drawn>,
    numbered: bool,
    rows: Vec<Row<'a>>,
    tools: Tools,
}

struct Line<'a> {
    group: &'a Group,
    zero: f64,
    bars: Vec<Drawn>,
    height: usize,
}

#[derive(Template)]
#[template(path = "platform/web/chart/bars/lying.html")]
struct LyingDrawn<'a> {
    words: Words,
    chart: &'a Bars,
    lines: Vec<Line<'a>>,
    tools: Tools,
}

/// Bars from the left.
#[derive(Clone, Debug)]
pub struct Lying(Bars);

impl Bars {
    /// From the left instead of from below: for long names.
    #[must_use]
    pub fn lying(self) -> Lying {
        Lying(self)
    }

    fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.groups.iter().flat_map(|group| &group.bars).filter_map(|bar| bar.value)
    }

    fn scale(&self) -> Scale {
        bar_ticks(self.values().fold(0.0, f64::min), self.values().fold(0.0, f64::max))
    }

    fn legend(&self) -> impl Iterator<Item = (&'static str, &String)> {
        self.series.iter().enumerate().map(|(at, name)| (class(at), name))
    }

    fn tools(&self) -> Tools {
        let mut head = vec![self.of.as_str()];
        head.extend(self.series.iter().map(String::as_str));
        let mut csv = Csv::new(&head);
        for group in &self.groups {
            csv.row(std::iter::once(&group.label).chain(group.bars.iter().map(|bar| &bar.text)));
        }
        Tools::new(&self.label, Some(csv.inline()), self.language)
    }

    fn about(&self) -> String {
        let greatest = self.groups.iter().flat_map(|group| group.bars.iter().map(move |bar| (group, bar)));
        let greatest = greatest
            .filter(|(_, bar)| bar.value.is_some())
            .max_by(|(_, a), (_, b)| a.value.unwrap_or_default().total_cmp(&b.value.unwrap_or_default()));
        match greatest {
            Some((group, bar)) => Words(self.language).about_bars(self.groups.len(), &bar.text, &group.label),
            None => Words(self.language).no_bars().to_owned(),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "positions on the screen")]
    fn drawn(&self) -> StandingDrawn<'_> {
        let scale = self.scale();
        let zero = scale.down(0.0) * HEIGHT_PX;
        let each = 100.0 / self.groups.len().max(1) as f64;
        let many = self.series.len().max(1) as f64;
        // A lone bar is no wall.
        let wide = (each * 0.72 / many).min(9.0);
        let (mut bars, mut rows, mut names) = (Vec::new(), Vec::new(), Vec::new());
        let every = self.groups.len().div_ceil(8).max(1);
        for (at, group) in self.groups.iter().enumerate() {
            let center = each * (at as f64 + 0.5);
            rows.push(Row { group, center });
            if at % every == 0 {
                names.push(Tick { at: center, text: group.label.clone() });
            }
            for (of, bar) in group.bars.iter().take(3).enumerate() {
                let Some(value) = bar.value else { continue };
                let end = scale.down(value) * HEIGHT_PX;
                bars.push(Drawn {
                    class: class(of),
                    left: center + (of as f64 - many / 2.0) * wide,
                    width: wide * 0.9,
                    top: end.min(zero),
                    height: (end - zero).abs().max(1.0),
                    text: bar.text.clone(),
                });
            }
        }
        StandingDrawn {
            words: Words(self.language),
            about: self.about(),
            values: scale
                .ticks
                .iter()
                .map(|v| Tick { at: scale.down(*v) * HEIGHT_PX, text: scale.say(*v) })
                .collect(),
            zero,
            names,
            numbered: bars.len() <= NUMBERED && self.series.len() < 2,
            bars,
            rows,
            tools: self.tools(),
            chart: self,
        }
    }
}

super::drawn!(Bars);
super::drawn!(Lying);

impl Lying {
    fn drawn(&self) -> LyingDrawn<'_> {
        let chart = &self.0;
        let low = chart.values().fold(0.0, f64::min);
        let high = chart.values().fold(0.0, f64::max);
        let at = |value: f64| share(value - low, high - low) * 100.0;
        let line = |group| {
            let Group { bars, .. }: &Group = group;
            let mut drawn = Vec::new();
            for (of, bar) in bars.iter().take(3).enumerate() {
                let Some(value) = bar.value else { continue };
                let (zero, end) = (at(0.0), at(value));
                #[expect(clippy::cast_precision_loss, reason = "a position on the screen")]
                let top = of as f64 * 14.0;
                drawn.push(Drawn {
                    class: class(of),
                    left: zero.min(end),
                    width: (end - zero).abs().max(0.4),
                    top,
                    height: 12.0,
                    text: bar.text.clone(),
                });
            }
            Line { group, zero: at(0.0), bars: drawn, height: bars.len().clamp(1, 3) * 14 }
        };
        LyingDrawn {
            words: Words(chart.language),
            chart,
            lines: chart.groups.iter().map(line).collect(),
            tools: chart.tools(),
        }
    }
}
