//! Working time: when a promise's clock runs. Pure.
//!
//! Invariants (property-tested against a reference that walks minute by minute): `add` and `between` are inverse to
//! each other, never run backwards, and count nothing outside working time. Source: PAR-2c, the fixture of PORTAL 0.

use super::holidays::is_holiday;
use crate::platform::base::{BANGKOK, HOUR_MS, civil_date};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

/// First working hour of a business day.
const OPENS_HOUR: i8 = 9;
/// First hour after a business day.
const CLOSES_HOUR: i8 = 18;
/// One business day, as working time.
pub(super) const BUSINESS_DAY_MS: i64 = (CLOSES_HOUR as i64 - OPENS_HOUR as i64) * HOUR_MS;
/// How far ahead working time is looked for: longer than any run of holidays, short enough to end.
const HORIZON_DAYS: usize = 3660;

/// When a clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Calendar {
    /// Day and night.
    Always,
    /// Monday to Friday, 09:00 to 18:00 in Bangkok, except Thai holidays.
    ThaiBusiness,
}

impl Calendar {
    /// The instant at which `working_ms` of working time have passed since `from_ms`.
    pub(super) fn add(self, from_ms: i64, working_ms: i64) -> i64 {
        if self == Self::Always || working_ms <= 0 {
            return from_ms.saturating_add(working_ms.max(0));
        }
        let mut left_ms = working_ms;
        for (opens_ms, closes_ms) in days(from_ms) {
            let starts_ms = opens_ms.max(from_ms);
            let room_ms = (closes_ms - starts_ms).max(0);
            if left_ms <= room_ms {
                return starts_ms + left_ms;
            }
            left_ms -= room_ms;
        }
        i64::MAX
    }

    /// The working time from `from_ms` until `until_ms`; negative when `until_ms` is earlier.
    pub(super) fn between(self, from_ms: i64, until_ms: i64) -> i64 {
        if until_ms < from_ms {
            return -self.between(until_ms, from_ms);
        }
        if self == Self::Always {
            return until_ms.saturating_sub(from_ms);
        }
        days(from_ms)
            .take_while(|(opens_ms, _)| *opens_ms < until_ms)
            .map(|(opens_ms, closes_ms)| (closes_ms.min(until_ms) - opens_ms.max(from_ms)).max(0))
            .sum()
    }
}

/// Opening and closing of each business day from the one of `from_ms` on.
fn days(from_ms: i64) -> impl Iterator<Item = (i64, i64)> {
    let zone = TimeZone::get(BANGKOK).unwrap_or(TimeZone::UTC);
    civil_date(from_ms, BANGKOK)
        .series(jiff::Span::new().days(1))
        .take(HORIZON_DAYS)
        .filter(|date| is_working_day(*date))
        .filter_map(move |date| {
            let at = |hour| {
                date.at(hour, 0, 0, 0)
                    .to_zoned(zone.clone())
                    .ok()
                    .map(|moment| moment.timestamp().as_millisecond())
            };
            Some((at(OPENS_HOUR)?, at(CLOSES_HOUR)?))
        })
}

pub(super) fn is_working_day(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_holiday(date)
}
