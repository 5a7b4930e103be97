//! A line chart as SVG made here: min/max band, gaps drawn as gaps, round ticks, local time, the same numbers as a
//! table. The script adds a crosshair; without it nothing is missing but that.
//!
//! Drawn by hand: the crates at hand draw text at fixed positions, which a phone squeezes, and name no accessible
//! parts. Curves are stretched by the browser, text never is: axes are their own SVGs with positions in percent.

mod scale;

use super::parts::exact;
use crate::platform::base::in_zone;
use askama::Template;
pub use scale::thin;
use scale::{time_ticks, value_ticks};

/// What was measured in one stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// When: the last sample in the stretch, Unix milliseconds.
    pub at_ms: i64,
    /// The smallest value in it.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// The value shown by the line.
    pub value: f64,
}

/// How values are drawn and said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A line; this many digits behind the point.
    Line(u8),
    /// Off and on, as steps.
    Steps,
}

/// What to draw. It holds only what its reader may see.
#[derive(Clone, Debug)]
pub struct LineChart {
    /// Unique on the page, stable over refreshes.
    pub id: String,
    /// What is measured.
    pub label: String,
    /// Its unit; may be empty.
    pub unit: String,
    /// How.
    pub shape: Shape,
    /// First instant shown, Unix milliseconds.
    pub from_ms: i64,
    /// Last instant shown.
    pub until_ms: i64,
    /// In order of time.
    pub points: Vec<Point>,
    /// Neighbours further apart than this are not joined, milliseconds.
    pub join_ms: i64,
    /// The newest sample itself, if it is known: points may be means.
    pub latest: Option<(i64, f64)>,
    /// Zone of the axis.
    pub zone: &'static str,
}

struct Tick {
    /// Along the axis: percent for time, pixels for values.
    at: f64,
    text: String,
}

struct TableRow {
    percent: f64,
    iso: String,
    time: String,
    value: String,
    min: String,
    max: String,
}

#[derive(Template)]
#[template(path = "platform/web/chart/chart.html")]
struct Drawn<'a> {
    chart: &'a LineChart,
    now: String,
    at: String,
    about: String,
    times: Vec<Tick>,
    values: Vec<Tick>,
    line: String,
    band: String,
    gaps: Vec<(f64, f64)>,
    rows: Vec<TableRow>,
    banded: bool,
}

/// Height of the plot in the units of its view box; the browser stretches it to the height below.
const BOX: f64 = 100.0;
/// Pixels of the plot's height on the page, as `chart.css` has it.
const HEIGHT_PX: f64 = 180.0;

impl std::fmt::Display for LineChart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.drawn().render() {
            Ok(html) => f.write_str(&html),
            Err(error) => {
                tracing::error!(%error, "a chart could not be drawn");
                Err(std::fmt::Error)
            }
        }
    }
}

impl askama::filters::HtmlSafe for LineChart {}

impl LineChart {
    /// A value as people read it, with its unit.
    pub fn say(&self, value: f64) -> String {
        let number = self.number(value);
        if self.unit.is_empty() { number } else { format!("{number} {}", self.unit) }
    }

    fn number(&self, value: f64) -> String {
        match self.shape {
            Shape::Line(decimals) => format!("{value:.*}", usize::from(decimals)),
            Shape::Steps => if value >= 0.5 { "On" } else { "Off" }.to_owned(),
        }
    }

    fn x(&self, at_ms: i64) -> f64 {
        let span = (self.until_ms - self.from_ms).max(1);
        #[expect(clippy::cast_precision_loss, reason = "a position on the screen")]
        let share = (at_ms - self.from_ms) as f64 / span as f64;
        (share * 1000.0).clamp(0.0, 1000.0)
    }

    fn drawn(&self) -> Drawn<'_> {
        let low = self.points.iter().map(|p| p.min).fold(f64::INFINITY, f64::min);
        let high = self.points.iter().map(|p| p.max).fold(f64::NEG_INFINITY, f64::max);
        let scale = match self.shape {
            Shape::Line(_) => value_ticks(low, high),
            Shape::Steps => scale::Scale { low: -0.15, high: 1.15, ticks: vec![0.0, 1.0] },
        };
        let y = |value: f64| BOX * (scale.high - value) / (scale.high - scale.low);
        let banded = self.points.iter().any(|p| p.min < p.max) && matches!(self.shape, Shape::Line(_));
        let last = self.points.last().map(|p| self.latest.unwrap_or((p.at_ms, p.value)));
        Drawn {
            chart: self,
            now: last.map(|(_, value)| self.say(value)).unwrap_or_default(),
            at: last.map(|(at_ms, _)| exact(at_ms, self.zone)).unwrap_or_default(),
            about: self.about(low, high),
            times: time_ticks(self.from_ms, self.until_ms, self.zone)
                .into_iter()
                .map(|(at_ms, text)| Tick { at: self.x(at_ms) / 10.0, text })
                .collect(),
            values: scale
                .ticks
                .iter()
                .map(|v| Tick {
                    at: y(*v) / BOX * HEIGHT_PX,
                    text: match self.shape {
                        Shape::Line(_) => scale.say(*v),
                        Shape::Steps => self.number(*v),
                    },
                })
                .collect(),
            line: self.line(&y),
            band: if banded { self.band(&y) } else { String::new() },
            gaps: self.gaps(),
            rows: self.rows(),
            banded,
        }
    }

    /// The runs of points that belong together.
    fn runs(&self) -> impl Iterator<Item = &[Point]> {
        self.points.chunk_by(|a, b| b.at_ms - a.at_ms <= self.join_ms)
    }

    fn line(&self, y: &impl Fn(f64) -> f64) -> String {
        let mut path = String::new();
        for run in self.runs() {
            let mut before: Option<&Point> = None;
            for point in run {
                let (px, py) = (self.x(point.at_ms), y(point.value));
                match before {
                    None => path.push_str(&format!("M{px:.1} {py:.2}")),
                    Some(_) if self.shape == Shape::Steps => path.push_str(&format!("H{px:.1}V{py:.2}")),
                    Some(_) => path.push_str(&format!("L{px:.1} {py:.2}")),
                }
                before = Some(point);
            }
            if run.len() == 1 {
                // A round cap makes a dot of it.
                path.push_str("h.01");
            }
        }
        path
    }

    fn band(&self, y: &impl Fn(f64) -> f64) -> String {
        let mut path = String::new();
        for run in self.runs().filter(|run| run.len() > 1) {
            for (at, point) in run.iter().enumerate() {
                let verb = if at == 0 { 'M' } else { 'L' };
                path.push_str(&format!("{verb}{:.1} {:.2}", self.x(point.at_ms), y(point.max)));
            }
            for point in run.iter().rev() {
                path.push_str(&format!("L{:.1} {:.2}", self.x(point.at_ms), y(point.min)));
            }
            path.push('Z');
        }
        path
    }

    /// Stretches without points, as start and width.
    fn gaps(&self) -> Vec<(f64, f64)> {
        self.points
            .windows(2)
            .filter_map(|pair| match pair {
                [a, b] if b.at_ms - a.at_ms > self.join_ms => {
                    Some((self.x(a.at_ms), self.x(b.at_ms) - self.x(a.at_ms)))
                }
                _ => None,
            })
            .collect()
    }

    fn about(&self, low: f64, high: f64) -> String {
        let Some(last) = self.points.last() else { return "No values in this time.".to_owned() };
        let gaps = self.gaps().len();
        let gaps = match gaps {
            0 => "no gap".to_owned(),
            1 => "one gap".to_owned(),
            n => format!("{n} gaps"),
        };
        let (from, until) = (exact(self.from_ms, self.zone), exact(self.until_ms, self.zone));
        match self.shape {
            Shape::Line(_) => format!(
                "From {from} to {until}: between {} and {}, latest {}, {gaps}.",
                self.say(low),
                self.say(high),
                self.say(last.value)
            ),
            Shape::Steps => format!("From {from} to {until}: latest {}, {gaps}.", self.say(last.value)),
        }
    }

    fn rows(&self) -> Vec<TableRow> {
        self.points
            .iter()
            .rev()
            .map(|p| {
                let at = in_zone(p.at_ms, self.zone);
                TableRow {
                    percent: self.x(p.at_ms) / 10.0,
                    iso: at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
                    time: at.strftime("%-d %b, %H:%M:%S").to_string(),
                    value: self.number(p.value),
                    min: self.number(p.min),
                    max: self.number(p.max),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
