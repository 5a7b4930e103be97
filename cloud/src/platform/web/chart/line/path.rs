//! The geometry of one line, in a box of 1000 by 100 that the browser stretches.

use super::super::number::placed;
use super::super::scale::Scale;
use super::{Point, Series};

/// A series' points that have a place.
pub(super) struct Placed<'a> {
    pub(super) name: &'a str,
    pub(super) points: Vec<Point>,
    join_ms: i64,
    /// Where each point is on the way from 0 to 1000.
    xs: Vec<f64>,
}

impl<'a> Placed<'a> {
    /// What is no number has no place and leaves a gap; `x` tells where an instant is.
    pub(super) fn of(series: &'a Series, x: impl Fn(i64) -> f64) -> Self {
        let point = |p: &Point| {
            let value = placed(p.value)?;
            let min = placed(p.min).unwrap_or(value).min(value);
            let max = placed(p.max).unwrap_or(value).max(value);
            Some(Point { at_ms: p.at_ms, min, max, value })
        };
        let points: Vec<Point> = series.points.iter().filter_map(point).collect();
        let xs = points.iter().map(|p| x(p.at_ms)).collect();
        Self { name: &series.name, points, join_ms: series.join_ms, xs }
    }

    /// The runs of points that belong together, with their places.
    fn runs(&self) -> impl Iterator<Item = impl Iterator<Item = (f64, &Point)> + Clone> {
        let mut start = 0;
        self.points.chunk_by(|a, b| b.at_ms.saturating_sub(a.at_ms) <= self.join_ms).map(move |run| {
            let xs = self.xs.get(start..start + run.len()).unwrap_or_default();
            start += run.len();
            xs.iter().copied().zip(run)
        })
    }

    /// The line; in steps, it stays until it changes.
    pub(super) fn line(&self, scale: &Scale, steps: bool) -> String {
        let mut path = String::new();
        for run in self.runs() {
            let mut length = 0;
            for (x, point) in run {
                let y = scale.down(point.value) * 100.0;
                match (length, steps) {
                    (0, _) => path.push_str(&format!("M{x:.1} {y:.2}")),
                    (_, true) => path.push_str(&format!("H{x:.1}V{y:.2}")),
                    (_, false) => path.push_str(&format!("L{x:.1} {y:.2}")),
                }
                length += 1;
            }
            if length == 1 {
                // A round cap makes a dot of it.
                path.push_str("h.01");
            }
        }
        path
    }

    /// From the greatest values there, along the least ones back.
    pub(super) fn band(&self, scale: &Scale) -> String {
        let mut path = String::new();
        for run in self.runs() {
            let mut back = Vec::new();
            for (x, point) in run {
                let verb = if back.is_empty() { 'M' } else { 'L' };
                path.push_str(&format!("{verb}{x:.1} {:.2}", scale.down(point.max) * 100.0));
                back.push((x, scale.down(point.min) * 100.0));
            }
            for (x, y) in back.into_iter().rev() {
                path.push_str(&format!("L{x:.1} {y:.2}"));
            }
            path.push('Z');
        }
        path
    }

    /// Stretches without points, as start and width.
    pub(super) fn gaps(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.points.windows(2).zip(self.xs.windows(2)).filter_map(|pair| match pair {
            ([a, b], [x, next]) if b.at_ms.saturating_sub(a.at_ms) > self.join_ms => Some((*x, next - x)),
            _ => None,
        })
    }
}
