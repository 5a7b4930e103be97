//! Days on which nobody in Thailand answers a business-hours promise. Data, and one question.
//!
//! Source: the public holidays that Thai banks keep. Holidays of the lunar calendar and days given in place of a
//! weekend are announced year by year, so they are listed by year; the others return on their date.

use jiff::civil::Date;

/// Month and day of holidays that keep their date.
const FIXED: &[(i8, i8)] = &[
    (1, 1),   // New Year
    (4, 6),   // Chakri Memorial Day
    (4, 13),  // Songkran
    (4, 14),  // Songkran
    (4, 15),  // Songkran
    (5, 1),   // Labour Day
    (5, 4),   // Coronation Day
    (6, 3),   // Queen Suthida's birthday
    (7, 28),  // King Vajiralongkorn's birthday
    (8, 12),  // Mother's Day
    (10, 13), // Navamindra Maharaj Day
    (10, 23), // King Chulalongkorn Day
    (12, 5),  // King Bhumibol's birthday
    (12, 10), // Constitution Day
    (12, 31), // New Year's Eve
];

/// Holidays announced for one year.
const ANNOUNCED: &[(i16, i8, i8)] = &[
    (2026, 1, 2),  // between New Year and the weekend
    (2026, 3, 3),  // Makha Bucha
    (2026, 6, 1),  // Visakha Bucha, in place of Sunday 31 May
    (2026, 7, 29), // Asanha Bucha
    (2026, 12, 7), // King Bhumibol's birthday, in place of Saturday 5 December
];

/// Whether `date` is a holiday.
pub(super) fn is_holiday(date: Date) -> bool {
    FIXED.contains(&(date.month(), date.day()))
        || ANNOUNCED.contains(&(date.year(), date.month(), date.day()))
}

#[cfg(test)]
mod tests {
    use super::is_holiday;
    use jiff::civil::date;

    #[test]
    fn lunar_days_belong_to_their_year_and_fixed_days_return() {
        assert!(is_holiday(date(2026, 7, 29)) && !is_holiday(date(2027, 7, 29)));
        assert!(is_holiday(date(2026, 4, 13)) && is_holiday(date(2027, 4, 13)));
        assert!(!is_holiday(date(2026, 7, 15)));
    }
}
