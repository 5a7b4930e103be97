//! How near the end is, and what may be said about it. Pure. Days are calendar days in the agreement's zone, because
//! that is how people count towards a date (PAR-3, PORTAL C35).

use super::model::Outcome;
use crate::platform::base::civil_date;
use crate::platform::words::{Sentence, said};

/// A stretch of days before the end, or a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// The agreement has ended and the device is still served.
    Overdue,
    /// At most a week.
    Within7,
    /// At most 30 days.
    Within30,
    /// At most 60 days.
    Within60,
    /// At most 90 days.
    Within90,
    /// At most 120 days.
    Within120,
    /// Further away.
    Later,
    /// Another partner takes over.
    MovingAway,
    /// This partner takes over.
    Arriving,
}

impl Band {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 9] = [
        Self::Overdue,
        Self::MovingAway,
        Self::Arriving,
        Self::Within7,
        Self::Within30,
        Self::Within60,
        Self::Within90,
        Self::Within120,
        Self::Later,
    ];

    /// Its heading.
    pub fn label(self) -> &'static str {
        match self {
            Self::Overdue => "Overdue",
            Self::Within7 => "Within 7 days",
            Self::Within30 => "Within 30 days",
            Self::Within60 => "Within 60 days",
            Self::Within90 => "Within 90 days",
            Self::Within120 => "Within 120 days",
            Self::Later => "Later",
            Self::MovingAway => "Moving away",
            Self::Arriving => "Arriving",
        }
    }

    /// Its key in addresses and API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Within7 => "7",
            Self::Within30 => "30",
            Self::Within60 => "60",
            Self::Within90 => "90",
            Self::Within120 => "120",
            Self::Later => "later",
            Self::MovingAway => "moving-away",
            Self::Arriving => "arriving",
        }
    }

    /// Whether a renewal is to be won here at all.
    pub fn is_renewable(self) -> bool {
        !matches!(self, Self::MovingAway | Self::Arriving)
    }
}

/// Calendar days from now to `at_ms` in `zone`; negative when it has passed.
pub fn days_until(at_ms: i64, now_ms: i64, zone: &str) -> i64 {
    let (today, day) = (civil_date(now_ms, zone), civil_date(at_ms, zone));
    today.until(day).map_or(0, |span| i64::from(span.get_days()))
}

/// The band of an agreement that ends at `at_ms`.
pub fn band(at_ms: i64, now_ms: i64, zone: &str) -> Band {
    if at_ms <= now_ms {
        return Band::Overdue;
    }
    match days_until(at_ms, now_ms, zone) {
        ..=7 => Band::Within7,
        8..=30 => Band::Within30,
        31..=60 => Band::Within60,
        61..=90 => Band::Within90,
        91..=120 => Band::Within120,
        _ => Band::Later,
    }
}

/// Whether `outcome` may be said of a renewal in `band`.
///
/// # Errors
/// The sentence for the person who said it.
pub fn say(band: Band, days: i64, outcome: Outcome) -> Result<(), Sentence> {
    if !band.is_renewable() {
        return Err(said! {
            en: "This device changes partner; there is no renewal to decide on.",
            th: "อุปกรณ์นี้เปลี่ยนพาร์ตเนอร์ จึงไม่มีการต่อสัญญาให้ตัดสินใจ",
        });
    }
    if outcome == Outcome::Undecided && days <= 90 {
        return Err(match days {
            ..=0 => {
                said! {
                    en: "The agreement has ended, so undecided is no answer. Choose keep, at risk or lost.",
                    th: "สัญญาสิ้นสุดแล้ว จึงเลือกยังไม่ตัดสินใจไม่ได้ เลือกต่อสัญญา เสี่ยง หรือเสียลูกค้า",
                }
            }
            _ => {
                said! {
                    en: "The agreement ends in {days} days, so undecided is no answer. Choose keep, at risk \
                         or lost.",
                    th: "สัญญาจะสิ้นสุดในอีก {days} วัน จึงเลือกยังไม่ตัดสินใจไม่ได้ เลือกต่อสัญญา เสี่ยง หรือเสียลูกค้า",
                }
            }
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Band, band, days_until, say};
    use crate::domains::renewals::Outcome;
    use crate::platform::base::{BANGKOK, DAY_MS, HOUR_MS, start_of_day_ms};
    use jiff::civil::date;
    use proptest::prelude::proptest;

    #[test]
    fn days_are_counted_as_people_count_them() {
        let now_ms = start_of_day_ms(date(2026, 7, 15), BANGKOK) + 23 * HOUR_MS;
        assert_eq!(days_until(start_of_day_ms(date(2026, 8, 1), BANGKOK), now_ms, BANGKOK), 17);
        assert_eq!(days_until(start_of_day_ms(date(2026, 10, 8), BANGKOK), now_ms, BANGKOK), 85);
        assert_eq!(band(start_of_day_ms(date(2026, 10, 8), BANGKOK), now_ms, BANGKOK), Band::Within90);
    }

    #[test]
    fn each_band_ends_where_the_next_begins() {
        let now_ms = start_of_day_ms(date(2026, 7, 15), BANGKOK);
        for (days, is) in [
            (0, Band::Overdue),
            (7, Band::Within7),
            (8, Band::Within30),
            (30, Band::Within30),
            (31, Band::Within60),
            (60, Band::Within60),
            (61, Band::Within90),
            (90, Band::Within90),
            (91, Band::Within120),
            (120, Band::Within120),
            (121, Band::Later),
        ] {
            assert_eq!(band(now_ms + days * DAY_MS, now_ms, BANGKOK), is, "{days}");
        }
    }

    proptest! {
        #[test]
        fn time_only_brings_the_end_nearer(end in 0..400_i64, wait in 0..400_i64) {
            let now_ms = start_of_day_ms(date(2026, 7, 15), BANGKOK);
            let end_ms = now_ms + end * DAY_MS;
            assert!(band(end_ms, now_ms + wait * DAY_MS, BANGKOK) <= band(end_ms, now_ms, BANGKOK));
        }
    }

    #[test]
    fn undecided_is_refused_inside_ninety_days_and_moves_are_not_decided() {
        assert!(say(Band::Within90, 85, Outcome::Undecided).unwrap_err().to_string().contains("85 days"));
        assert!(say(Band::Within120, 91, Outcome::Undecided).is_ok());
        assert!(say(Band::Overdue, -3, Outcome::Undecided).is_err());
        for outcome in [Outcome::Keep, Outcome::AtRisk, Outcome::Lost] {
            assert!(say(Band::Within7, 3, outcome).is_ok());
            assert!(say(Band::MovingAway, 17, outcome).is_err());
        }
    }
}
