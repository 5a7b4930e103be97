//! Who reads: the language, the zone and the era in which times are told.

use super::{BANGKOK, Language, in_zone};
use jiff::Zoned;
use jiff::civil::{Date, Weekday};
use std::sync::LazyLock;

/// A zone of the IANA time zone database, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(&'static str);

/// The names of all zones, in their order.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    names.sort_unstable();
    names
});

impl Zone {
    /// The zone of this name, however it is capitalised: as the IANA database and its programs take it.
    pub fn parse(name: &str) -> Option<Self> {
        let at = NAMES.binary_search_by(|known| known.as_str().cmp(name)).ok();
        let at = at.or_else(|| NAMES.iter().position(|known| known.eq_ignore_ascii_case(name)))?;
        NAMES.get(at).map(|known| Self(known))
    }

    /// Its name.
    pub fn key(self) -> &'static str {
        self.0
    }

    /// Those that people choose from: of a continent or an ocean, and UTC.
    pub fn all() -> impl Iterator<Item = Self> {
        let chosen = |name: &&String| {
            let continent = name.split_once('/').map(|(continent, _)| continent);
            *name == "UTC" || continent.is_some_and(|of| CONTINENTS.contains(&of))
        };
        NAMES.iter().filter(chosen).map(|name| Self(name))
    }
}

const CONTINENTS: [&str; 9] =
    ["Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

impl Default for Zone {
    fn default() -> Self {
        Self(BANGKOK)
    }
}

/// How years are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Era {
    /// From the birth of Christ.
    #[default]
    Common,
    /// From the passing of the Buddha, as Thailand counts: 543 years more.
    Buddhist,
}

impl Era {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Common, Self::Buddhist];

    /// Its name in storage (CLDR's name of the calendar).
    pub fn key(self) -> &'static str {
        match self {
            Self::Common => "gregory",
            Self::Buddhist => "buddhist",
        }
    }

    /// The era of a name in storage.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|era| era.key() == key)
    }

    fn year(self, date: Date) -> i16 {
        match self {
            Self::Common => date.year(),
            Self::Buddhist => date.year().saturating_add(543),
        }
    }
}

/// In which language, zone and era somebody is told of things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reader {
    /// The language.
    pub language: Language,
    /// The zone of times of day.
    pub zone: Zone,
    /// How years are counted.
    pub era: Era,
}

impl Reader {
    /// The same reader with times of `zone`, such as an agreement's; an unknown one counts as one's own.
    #[must_use]
    pub fn in_zone(self, zone: &str) -> Self {
        Self { zone: Zone::parse(zone).unwrap_or(self.zone), ..self }
    }

    /// `at_ms` on the clock of this reader.
    pub fn civil(self, at_ms: i64) -> Zoned {
        in_zone(at_ms, self.zone.key())
    }

    /// `15 Jul 2026`, `15 ก.ค. 2569`.
    pub fn day(self, at_ms: i64) -> String {
        self.date(self.civil(at_ms).date())
    }

    /// A date without a zone, in the same way.
    pub fn date(self, date: Date) -> String {
        format!("{} {}", self.short_date(date), self.era.year(date))
    }

    /// `15 Jul`, for what is near.
    pub fn short_date(self, date: Date) -> String {
        format!("{} {}", date.day(), self.month_of(date))
    }

    /// `Wed 15 Jul`.
    pub fn weekday_date(self, date: Date) -> String {
        format!("{} {}", self.weekday(date.weekday()), self.short_date(date))
    }

    /// `15 Jul 2026, 14:03`.
    pub fn minute(self, at_ms: i64) -> String {
        let at = self.civil(at_ms);
        format!("{}, {}", self.date(at.date()), at.strftime("%H:%M"))
    }

    /// `Wed 15 Jul, 14:03`, for what is near.
    pub fn weekday_minute(self, at_ms: i64) -> String {
        let at = self.civil(at_ms);
        format!("{}, {}", self.weekday_date(at.date()), at.strftime("%H:%M"))
    }

    /// `14:03`.
    pub fn clock(self, at_ms: i64) -> String {
        self.civil(at_ms).strftime("%H:%M").to_string()
    }

    /// `15 Jul 2026, 14:03:09`, with the zone's short name.
    pub fn exact(self, at_ms: i64) -> String {
        let at = self.civil(at_ms);
        format!("{}, {}", self.date(at.date()), at.strftime("%H:%M:%S %Z"))
    }

    /// `July 2026`, `กรกฎาคม 2569`.
    pub fn month(self, date: Date) -> String {
        let name = match self.language {
            Language::English => date.strftime("%B").to_string(),
            Language::Thai => of_month(&THAI_MONTHS, date).to_owned(),
        };
        format!("{name} {}", self.era.year(date))
    }

    /// `Jul 2026`, `ก.ค. 2569`.
    pub fn short_month(self, date: Date) -> String {
        format!("{} {}", self.month_of(date), self.era.year(date))
    }

    /// `Wed`, `พ.`.
    pub fn weekday(self, day: Weekday) -> &'static str {
        let names = match self.language {
            Language::English => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
            Language::Thai => ["จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส.", "อา."],
        };
        let at = usize::try_from(day.to_monday_zero_offset()).unwrap_or_default();
        names.get(at).copied().unwrap_or_default()
    }

    fn month_of(self, date: Date) -> String {
        match self.language {
            Language::English => date.strftime("%b").to_string(),
            Language::Thai => of_month(&THAI_MONTHS_SHORT, date).to_owned(),
        }
    }
}

fn of_month(names: &[&'static str; 12], date: Date) -> &'static str {
    let at = usize::try_from(date.month() - 1).unwrap_or_default();
    names.get(at).copied().unwrap_or_default()
}

/// As the Royal Society of Thailand shortens them.
const THAI_MONTHS_SHORT: [&str; 12] =
    ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."];

const THAI_MONTHS: [&str; 12] = [
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
];

#[cfg(test)]
mod tests {
    use super::{Era, Reader, Zone};
    use crate::platform::base::Language;

    /// 15 July 2026, 14:03:09 in Bangkok.
    const AT_MS: i64 = 1_784_098_989_000;

    #[test]
    fn a_time_is_told_in_the_readers_language_zone_and_era() {
        let english = Reader::default();
        assert_eq!(english.exact(AT_MS), "15 Jul 2026, 14:03:09 +07");
        assert_eq!(english.weekday_minute(AT_MS), "Wed 15 Jul, 14:03");
        let thai = Reader { language: Language::Thai, ..english };
        assert_eq!(thai.minute(AT_MS), "15 ก.ค. 2026, 14:03");
        let buddhist = Reader { era: Era::Buddhist, ..thai };
        assert_eq!(buddhist.day(AT_MS), "15 ก.ค. 2569");
        assert_eq!(buddhist.month(buddhist.civil(AT_MS).date()), "กรกฎาคม 2569");
        assert_eq!(buddhist.weekday_date(buddhist.civil(AT_MS).date()), "พ. 15 ก.ค.");
        let tokyo = english.in_zone("Asia/Tokyo");
        assert_eq!(tokyo.minute(AT_MS), "15 Jul 2026, 16:03");
        assert_eq!(tokyo.in_zone("Asia/Nowhere"), tokyo);
    }

    #[test]
    fn every_zone_that_is_offered_is_found_by_its_name() {
        assert!(Zone::all().count() > 300);
        for zone in Zone::all() {
            assert_eq!(Zone::parse(zone.key()), Some(zone));
        }
        assert_eq!(Zone::default().key(), "Asia/Bangkok");
        assert_eq!(Zone::parse("europe/BERLIN").map(Zone::key), Some("Europe/Berlin"));
        assert_eq!(Zone::parse(""), None);
        assert!(Zone::all().any(|zone| zone == Zone::default()));
    }
}
