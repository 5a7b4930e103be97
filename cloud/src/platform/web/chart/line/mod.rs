//! A line over time: one series with its band of least and greatest, or several by dash and colour; stretches without
//! values are gaps; limits cross it.

mod path;

use self::path::Placed;
use super::number::{placed, plain};
use super::scale::{Scale, time_ticks, value_ticks};
use super::tools::Tools;
use super::words::Words;
use super::{HEIGHT_PX, Tick, class};
use crate::platform::base::Reader;
use askama::Template;
use std::collections::BTreeMap;

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

/// One line.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its name; shown where there are several.
    pub name: String,
    /// In order of time.
    pub points: Vec<Point>,
    /// Neighbours further apart than this are not joined, milliseconds.
    pub join_ms: i64,
}

/// A value that the line should not pass, or should reach.
#[derive(Clone, Debug)]
pub struct Limit {
    /// What it is.
    pub label: String,
    /// Where it is.
    pub value: f64,
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
    /// The lines, at most four.
    pub series: Vec<Series>,
    /// Lines across.
    pub limits: Vec<Limit>,
    /// The newest sample itself, if it is known: points may be means.
    pub latest: Option<(i64, f64)>,
    /// Why what is shown is not what is now; nothing when it is.
    pub stale: Option<String>,
    /// Who reads it.
    pub reader: Reader,
    /// Where these numbers are as CSV, for who may take them along.
    pub csv: Option<String>,
    /// Whether the page draws another stretch of time when `from` and `to` are in its address.
    pub zooms: bool,
}

struct Column {
    name: String,
    class: &'static str,
    path: String,
}

struct TableRow {
    percent: f64,
    /// Pixels of the box from its top, for each value there is.
    downs: String,
    iso: String,
    time: String,
    cells: Vec<String>,
}

struct Across {
    label: String,
    /// Units of the view box, and pixels.
    at: f64,
    px: f64,
}

#[derive(Template)]
#[template(path = "platform/web/chart/line/line.html")]
struct Drawn<'a> {
    words: Words,
    chart: &'a LineChart,
    /// What the script says of the least and the greatest, with a gap for each.
    between: String,
    now: String,
    at: String,
    about: String,
    times: Vec<Tick>,
    values: Vec<Tick>,
    columns: Vec<Column>,
    limits: Vec<Across>,
    band: String,
    gaps: Vec<(f64, f64)>,
    heads: Vec<String>,
    rows: Vec<TableRow>,
    tools: Tools,
}

super::drawn!(LineChart);

impl LineChart {
    /// Whether there is anything to draw.
    pub fn has_values(&self) -> bool {
        self.series.iter().any(|series| !series.points.is_empty())
    }

    /// A value as people read it, with its unit.
    pub fn say(&self, value: f64) -> String {
        let number = self.number(value);
        if self.unit.is_empty() { number } else { format!("{number} {}", self.unit) }
    }

    fn words(&self) -> Words {
        Words(self.reader.language)
    }

    fn number(&self, value: f64) -> String {
        match self.shape {
            Shape::Line(decimals) => plain(value, decimals),
            Shape::Steps => if value >= 0.5 { self.words().on() } else { self.words().off() }.to_owned(),
        }
    }

    /// How far along the axis an instant lies, from 0 to 100.
    fn percent(&self, at_ms: i64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a position on the screen")]
        let share = i128::from(at_ms).saturating_sub(self.from_ms.into()) as f64
            / i128::from(self.until_ms).saturating_sub(self.from_ms.into()).max(1) as f64;
        (share * 100.0).clamp(0.0, 100.0)
    }

    /// The points that have a place, of each series.
    fn placed(&self) -> Vec<Placed<'_>> {
        self.series.iter().map(|series| Placed::of(series, |at_ms| self.percent(at_ms) * 10.0)).collect()
    }

    fn scale(&self, low: f64, high: f64) -> Scale {
        match self.shape {
            Shape::Line(_) => {
                let limits = self.limits.iter().filter_map(|limit| placed(limit.value));
                let (low, high) = limits.fold((low, high), |(low, high), l| (low.min(l), high.max(l)));
                value_ticks(low, high)
            }
            Shape::Steps => Scale { low: -0.15, high: 1.15, ticks: vec![0.0, 1.0] },
        }
    }

    fn drawn(&self) -> Drawn<'_> {
        let all = self.placed();
        let points = || all.iter().flat_map(|series| &series.points);
        let low = points().map(|p| p.min).fold(f64::INFINITY, f64::min);
        let high = points().map(|p| p.max).fold(f64::NEG_INFINITY, f64::max);
        let scale = self.scale(low, high);
        let only = match all.as_slice() {
            [only] if self.shape != Shape::Steps && only.points.iter().any(|p| p.min < p.max) => Some(only),
            _ => None,
        };
        let many = self.series.len() > 1;
        let last = points().max_by_key(|p| p.at_ms).map(|p| self.latest.unwrap_or((p.at_ms, p.value)));
        let last = last.filter(|(_, value)| !many && value.is_finite());
        let column = |(at, series): (usize, &Placed<'_>)| Column {
            name: series.name.to_owned(),
            class: class(at),
            path: series.line(&scale, self.shape == Shape::Steps),
        };
        Drawn {
            words: self.words(),
            between: self.words().between("{}", "{}"),
            now: last.map(|(_, value)| self.say(value)).unwrap_or_default(),
            at: last.map(|(at_ms, _)| self.reader.exact(at_ms)).unwrap_or_default(),
            about: self.about(&all, low, high),
            times: self.times(),
            values: self.values(&scale),
            columns: all.iter().enumerate().map(column).collect(),
            limits: self.across(&scale),
            band: only.map(|series| series.band(&scale)).unwrap_or_default(),
            gaps: if many { Vec::new() } else { all.iter().flat_map(Placed::gaps).collect() },
            heads: self.heads(only.is_some()),
            rows: self.rows(&all, &scale, only.is_some()),
            tools: Tools::new(&self.label, self.csv.clone(), self.reader.language),
            chart: self,
        }
    }

    fn times(&self) -> Vec<Tick> {
        let ticks = time_ticks(self.from_ms, self.until_ms, self.reader).into_iter();
        ticks.map(|(at_ms, text)| Tick { at: self.percent(at_ms), text }).collect()
    }

    fn values(&self, scale: &Scale) -> Vec<Tick> {
        let said = |value: f64| match self.shape {
            Shape::Line(_) => scale.say(value),
            Shape::Steps => self.number(value),
        };
        scale.ticks.iter().map(|v| Tick { at: scale.down(*v) * HEIGHT_PX, text: said(*v) }).collect()
    }

    fn across(&self, scale: &Scale) -> Vec<Across> {
        let limits = self.limits.iter().filter(|limit| limit.value.is_finite());
        let across = |limit: &Limit| {
            let down = scale.down(limit.value);
            let label = format!("{} {}", limit.label, self.say(limit.value));
            Across { label, at: down * 100.0, px: down * HEIGHT_PX }
        };
        limits.map(across).collect()
    }

    fn heads(&self, banded: bool) -> Vec<String> {
        let with_unit = |name: &str| match self.unit.as_str() {
            "" => name.to_owned(),
            unit => format!("{name} ({unit})"),
        };
        if self.series.len() > 1 {
            return self.series.iter().map(|series| with_unit(&series.name)).collect();
        }
        let mut heads = vec![with_unit(&self.label)];
        if banded {
            heads.extend([self.words().lowest().to_owned(), self.words().highest().to_owned()]);
        }
        heads
    }

    /// Latest first; what was measured at the same instant in one row.
    fn rows(&self, all: &[Placed<'_>], scale: &Scale, banded: bool) -> Vec<TableRow> {
        let mut by_time: BTreeMap<i64, Vec<Option<&Point>>> = BTreeMap::new();
        for (at, series) in all.iter().enumerate() {
            for point in &series.points {
                let row = by_time.entry(point.at_ms).or_insert_with(|| vec![None; all.len()]);
                if let Some(cell) = row.get_mut(at) {
                    *cell = Some(point);
                }
            }
        }
        let row = |(at_ms, points): (i64, Vec<Option<&Point>>)| {
            let at = self.reader.civil(at_ms);
            let mut cells: Vec<String> =
                points.iter().map(|p| p.map_or("–".to_owned(), |p| self.number(p.value))).collect();
            if let (true, Some(Some(point))) = (banded, points.first()) {
                cells.extend([self.number(point.min), self.number(point.max)]);
            }
            let downs = points.iter().flatten().map(|p| format!("{:.1}", scale.down(p.value) * 100.0));
            TableRow {
                percent: self.percent(at_ms),
                downs: downs.collect::<Vec<_>>().join(" "),
                iso: at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
                time: format!("{}, {}", self.reader.short_date(at.date()), at.strftime("%H:%M:%S")),
                cells,
            }
        };
        by_time.into_iter().rev().map(row).collect()
    }

    fn about(&self, all: &[Placed<'_>], low: f64, high: f64) -> String {
        let words = self.words();
        let (from, until) = (self.reader.exact(self.from_ms), self.reader.exact(self.until_ms));
        let gaps = match all.iter().map(|series| series.gaps().count()).sum::<usize>() {
            0 => words.no_gap().to_owned(),
            count => words.gaps(i64::try_from(count).unwrap_or(i64::MAX)),
        };
        let mut what = match all.len() {
            0 | 1 => String::new(),
            count => words.lines(count),
        };
        let Some(last) = all.iter().filter_map(|series| series.points.last()).max_by_key(|p| p.at_ms) else {
            return words.about_nothing().to_owned();
        };
        if self.shape != Shape::Steps {
            what.push_str(&words.low_and_high(self.say(low), self.say(high)));
        }
        words.about_line(from, until, what, self.say(last.value), gaps)
    }
}
