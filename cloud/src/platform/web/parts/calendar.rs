//! A month: a table of weeks; at phone width a list of the days on which there is something.

use super::words::Words;
use super::{Cell, Icon};
use crate::platform::base::Reader;
use crate::platform::web::layout::View;
use askama::Template;
use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan as _};

/// Weeks that every month fits into.
const WEEKS: i64 = 6;

struct Day {
    date: Date,
    outside: bool,
    today: bool,
    entries: Vec<Cell>,
}

/// The month.
#[derive(Template)]
#[template(path = "platform/web/parts/calendar.html")]
pub struct Calendar {
    words: Words,
    reader: Reader,
    title: String,
    before: String,
    now: String,
    after: String,
    weeks: Vec<Vec<Day>>,
}

super::safe!(Calendar);

impl Calendar {
    /// The month that `view` asks for (`?month=2026-08`), or the one it is; with what there is on each day.
    pub fn month(view: &View, entries: impl IntoIterator<Item = (Date, Cell)>) -> Self {
        let today = view.reader.civil(view.now_ms).date();
        let asked = view.get("month").and_then(|month| format!("{month}-01").parse::<Date>().ok());
        // Far from any calendar that is kept there is no month before or after.
        let first = asked.filter(|day| (1971..9000).contains(&day.year())).unwrap_or(today).first_of_month();
        let monday = plus(first, (-i64::from(first.weekday().since(Weekday::Monday))).days());
        let mut entries: Vec<(Date, Cell)> = entries.into_iter().collect();
        entries.sort_by_key(|(date, _)| *date);
        let day = |at: i64| {
            let date = plus(monday, at.days());
            let here = entries.iter().filter(|(of, _)| *of == date).map(|(_, cell)| cell.clone());
            Day {
                date,
                outside: date.month() != first.month(),
                today: date == today,
                entries: here.collect(),
            }
        };
        let weeks = (0..WEEKS).map(|week| (0..7).map(|weekday| day(week * 7 + weekday)).collect::<Vec<_>>());
        let link =
            |months: i64| view.with("month", &plus(first, months.months()).strftime("%Y-%m").to_string());
        Self {
            words: Words(view.language()),
            reader: view.reader,
            title: view.reader.month(first),
            before: link(-1),
            now: view.with("month", ""),
            after: link(1),
            weeks: weeks.filter(|week| week.iter().any(|day| !day.outside)).collect(),
        }
    }

    fn weekdays(&self) -> impl Iterator<Item = &'static str> {
        Weekday::Monday.cycle_forward().take(7).map(|day| self.reader.weekday(day))
    }

    fn is_empty(&self) -> bool {
        self.weeks.iter().flatten().all(|day| day.outside || day.entries.is_empty())
    }
}

fn plus(date: Date, span: Span) -> Date {
    date.saturating_add(span)
}
