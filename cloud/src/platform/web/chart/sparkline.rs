//! The shape of a line in a cell of a table: no axes, its words instead, a dot where it is now.

use super::line::{LineChart, Series};
use super::number::plain;
use super::scale::value_ticks;
use super::words::Words;
use crate::platform::base::Language;
use askama::Template;

/// A small line beside a value.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<svg class="spark" viewBox="0 0 96 24" width="96" height="24" role="img" aria-label="{{ about }}">{% if path.is_empty() %}<path class="nil" d="M2 12H94"/>{% else %}<path class="line s1" d="{{ path }}"/><circle class="end" cx="{{ x }}" cy="{{ y }}" r="2.5"/>{% endif %}</svg>"#
)]
pub struct Sparkline {
    about: String,
    path: String,
    x: String,
    y: String,
}

super::safe!(Sparkline);

impl Sparkline {
    /// The same line as a chart's, small; of its first series.
    pub fn of(chart: &LineChart) -> Self {
        let none = Series { name: String::new(), points: Vec::new(), join_ms: 0 };
        let series = chart.series.first().unwrap_or(&none);
        let points: Vec<(i64, f64)> = series.points.iter().map(|p| (p.at_ms, p.value)).collect();
        let words = Words(chart.reader.language);
        let times = (chart.from_ms, chart.until_ms);
        Self::new(words, &chart.label, &points, times, series.join_ms, |v| chart.say(v))
    }

    /// Of counts in equal steps.
    pub fn counts(label: &str, counts: &[f64], language: Language) -> Self {
        let points: Vec<(i64, f64)> = (0_i64..).zip(counts.iter().copied()).collect();
        let last = points.last().map_or(1, |(at, _)| *at);
        Self::new(Words(language), label, &points, (0, last), 1, |value| plain(value, 0))
    }

    fn new(
        words: Words,
        label: &str,
        points: &[(i64, f64)],
        (from, until): (i64, i64),
        join: i64,
        say: impl Fn(f64) -> String,
    ) -> Self {
        let points: Vec<(i64, f64)> = points.iter().copied().filter(|(_, value)| value.is_finite()).collect();
        let low = points.iter().map(|(_, v)| *v).fold(f64::INFINITY, f64::min);
        let high = points.iter().map(|(_, v)| *v).fold(f64::NEG_INFINITY, f64::max);
        let Some((last_at, last)) = points.last().copied() else {
            return Self {
                about: words.shape_of_nothing(label),
                path: String::new(),
                x: String::new(),
                y: String::new(),
            };
        };
        let scale = value_ticks(low, high);
        #[expect(clippy::cast_precision_loss, reason = "a position on the screen")]
        let x = |at: i64| {
            let share = i128::from(at).saturating_sub(from.into()) as f64
                / i128::from(until).saturating_sub(from.into()).max(1) as f64;
            3.0 + share.clamp(0.0, 1.0) * 90.0
        };
        let y = |value: f64| 3.0 + scale.down(value) * 18.0;
        let mut path = String::new();
        let mut before: Option<i64> = None;
        for (at, value) in &points {
            let joins = before.is_some_and(|before| at.saturating_sub(before) <= join);
            path.push_str(&format!("{}{:.1} {:.1}", if joins { 'L' } else { 'M' }, x(*at), y(*value)));
            before = Some(*at);
        }
        let about = words.about_shape(label, say(low), say(high), say(last));
        Self { about, path, x: format!("{:.1}", x(last_at)), y: format!("{:.1}", y(last)) }
    }
}
