//! Civil time. Stored times are Unix milliseconds; people see the zone of the agreement or their own.

use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};

/// The program's default zone.
pub const BANGKOK: &str = "Asia/Bangkok";
/// A minute in milliseconds.
pub const MINUTE_MS: i64 = 60_000;
/// An hour in milliseconds.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// A day in milliseconds.
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// `at_ms` in `zone`; in UTC when the zone is unknown or the instant is out of range.
pub fn in_zone(at_ms: i64, zone: &str) -> Zoned {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone)
}

/// The calendar day of `at_ms` in `zone`.
pub fn civil_date(at_ms: i64, zone: &str) -> Date {
    in_zone(at_ms, zone).date()
}

/// The first instant of `date` in `zone`, Unix milliseconds.
pub fn start_of_day_ms(date: Date, zone: &str) -> i64 {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    date.to_zoned(zone).map_or(0, |at| at.timestamp().as_millisecond())
}
