//! Shares by day and hour: a strip of hours for each day. Each cell fills from below, so the share is seen without its
//! colour; an hour in which nothing came is a line at the bottom, one that is not known is no cell at all.

use super::number::{percent, share};
use super::tools::Tools;
use super::words::Words;
use super::{HEIGHT_PX, Tick};
use crate::platform::base::{HOUR_MS, Reader, in_zone, start_of_day_ms};
use crate::platform::web::Csv;
use askama::Template;

/// Units of a cell: the strip is stretched sideways by the browser.
const WIDE: f64 = 10.0;
/// Pixels of a day's strip.
const HIGH: f64 = 24.0;
/// Days that one picture holds.
const MOST_DAYS: usize = 31;

/// How much of an hour there is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hour {
    /// Its first instant, Unix milliseconds.
    pub at_ms: i64,
    /// From 0 to 1.
    pub share: f64,
}

/// A heat strip.
#[derive(Clone, Debug)]
pub struct Heat {
    /// Unique on the page, stable over refreshes.
    pub id: String,
    /// What is shared.
    pub label: String,
    /// What a full hour is, in words.
    pub full: String,
    /// In order of time; an hour that is missing is not known.
    pub hours: Vec<Hour>,
    /// Whether the reader may take the numbers along.
    pub takes: bool,
    /// Who reads it; the days are those of their zone.
    pub reader: Reader,
}

struct Row {
    center: f64,
    /// Left, top, width and height of the cell.
    place: String,
    iso: String,
    time: String,
    said: String,
}

#[derive(Template)]
#[template(path = "platform/web/chart/heat.html")]
struct Drawn<'a> {
    words: Words,
    heat: &'a Heat,
    about: String,
    height: f64,
    days: Vec<Tick>,
    hours: Vec<Tick>,
    cells: String,
    none: String,
    fills: Vec<(&'static str, String)>,
    rows: Vec<Row>,
    tools: Tools,
}

super::drawn!(Heat);

/// The class of a share that is not nothing.
fn level(share: f64) -> usize {
    [0.5, 0.9].iter().filter(|least| share >= **least).count()
}

impl Heat {
    /// The hours that are drawn, with their day and their place in it.
    fn placed(&self) -> Vec<(usize, f64, Hour)> {
        let mut days: Vec<jiff::civil::Date> = Vec::new();
        let mut out = Vec::new();
        for hour in &self.hours {
            let at = self.reader.civil(hour.at_ms);
            if days.last() != Some(&at.date()) {
                days.push(at.date());
            }
            let column = f64::from(at.hour());
            let hour = Hour { at_ms: hour.at_ms, share: share(hour.share, 1.0) };
            out.push((days.len() - 1, column, hour));
        }
        let skip = days.len().saturating_sub(MOST_DAYS);
        out.retain(|(day, ..)| *day >= skip);
        for (day, ..) in &mut out {
            *day -= skip;
        }
        out
    }

    fn drawn(&self) -> Drawn<'_> {
        let placed = self.placed();
        let (mut cells, mut none) = (String::new(), String::new());
        let mut fills = [("low", String::new()), ("half", String::new()), ("full", String::new())];
        let (mut days, mut rows) = (Vec::new(), Vec::new());
        let mut csv = Csv::new(&["hour", "share"]);
        for (day, column, hour) in &placed {
            #[expect(clippy::cast_precision_loss, reason = "a position on the screen")]
            let top = *day as f64 * HIGH;
            let (left, high) = (column * WIDE, HIGH - 4.0);
            let at = self.reader.civil(hour.at_ms);
            if days.len() == *day {
                days.push(Tick { at: top + HIGH / 2.0, text: self.reader.weekday_date(at.date()) });
            }
            cells.push_str(&format!("M{left:.0} {top:.0}h9v{high:.0}h-9Z"));
            if hour.share > 0.0 {
                let fill = (hour.share * high).max(3.0);
                if let Some((_, path)) = fills.get_mut(level(hour.share)) {
                    path.push_str(&format!("M{left:.0} {:.1}h9v{fill:.1}h-9Z", top + high - fill));
                }
            } else {
                none.push_str(&format!("M{left:.0} {:.1}h9v2h-9Z", top + high - 2.0));
            }
            let said = percent(hour.share);
            csv.row([&at.strftime("%a %-d %b, %H:%M").to_string(), &said]);
            rows.push(Row {
                center: (left + 4.5) / 2.4,
                place: format!("{left:.0} {top:.0} 9 {high:.0}"),
                iso: at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
                time: self.reader.weekday_minute(hour.at_ms),
                said,
            });
        }
        #[expect(clippy::cast_precision_loss, reason = "a height on the screen")]
        let height = (days.len() as f64 * HIGH).clamp(HIGH, HEIGHT_PX * 5.0);
        rows.reverse();
        Drawn {
            words: Words(self.reader.language),
            about: self.about(&placed),
            height,
            days,
            hours: [0, 6, 12, 18]
                .map(|h| Tick { at: f64::from(h) / 0.24, text: format!("{h:02}:00") })
                .into(),
            cells,
            none,
            fills: fills.into_iter().filter(|(_, path)| !path.is_empty()).collect(),
            rows,
            tools: Tools::new(&self.label, self.takes.then(|| csv.inline()), self.reader.language),
            heat: self,
        }
    }

    fn about(&self, placed: &[(usize, f64, Hour)]) -> String {
        let none = placed.iter().filter(|(.., hour)| hour.share <= 0.0).count();
        let full = placed.iter().filter(|(.., hour)| level(hour.share) == 2).count();
        Words(self.reader.language).about_hours(placed.len(), full, none, &self.full)
    }

    /// The whole hours of a time, by what `came` in each; the fullest is a full one, and one of which nothing is known
    /// is left out.
    pub fn hours(from_ms: i64, until_ms: i64, zone: &str, came: impl Fn(i64) -> Option<f64>) -> Vec<Hour> {
        let midnight = start_of_day_ms(in_zone(from_ms, zone).date(), zone);
        let first = midnight + (from_ms - midnight).div_euclid(HOUR_MS) * HOUR_MS;
        let most_hours = i64::try_from(MOST_DAYS * 24 + 1).unwrap_or_default();
        let hours: Vec<(i64, f64)> = (0..most_hours)
            .map(|n| first + n * HOUR_MS)
            .filter(|at| *at >= from_ms && at + HOUR_MS <= until_ms)
            .filter_map(|at_ms| Some((at_ms, came(at_ms)?)))
            .collect();
        let most = hours.iter().map(|(_, came)| *came).fold(0.0, f64::max);
        hours.into_iter().map(|(at_ms, came)| Hour { at_ms, share: share(came, most) }).collect()
    }
}
