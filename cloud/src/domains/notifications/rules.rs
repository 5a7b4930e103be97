//! When a mail goes out. Pure: (what was chosen, now) -> when.

use crate::platform::base::Zone;
use jiff::civil::Time;
use jiff::{Timestamp, ToSpan, Zoned};

/// How somebody is told of a kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Not at all.
    Off,
    /// By the bell.
    App,
    /// By the bell, and by mail at once.
    Mail,
    /// By the bell, and by mail with what else the day brought.
    Digest,
}

impl Way {
    /// All of them, from little to much.
    pub(super) const ALL: [Self; 4] = [Self::Off, Self::App, Self::Digest, Self::Mail];

    /// Its key in storage and API.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::App => "app",
            Self::Mail => "mail",
            Self::Digest => "digest",
        }
    }

    /// As people read it.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Off => "Off",
            Self::App => "Here only",
            Self::Mail => "Here and by e-mail at once",
            Self::Digest => "Here and in the daily e-mail",
        }
    }

    /// The way of a key.
    pub(super) fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.key() == key)
    }
}

/// When somebody wants mails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Times {
    /// The person's zone.
    pub(super) zone: Zone,
    /// From which hour to which no mail comes; over midnight when the second is the smaller.
    pub(super) quiet: Option<(i8, i8)>,
    /// At which hour the digest comes.
    pub(super) digest_hour: i8,
}

impl Default for Times {
    fn default() -> Self {
        Self { zone: Zone::default(), quiet: Some((21, 7)), digest_hour: 8 }
    }
}

/// When a mail about something that is told `way` goes out, Unix milliseconds; `None`: never.
pub(super) fn mail_ms(way: Way, times: &Times, now_ms: i64) -> Option<i64> {
    match way {
        Way::Off | Way::App => None,
        Way::Mail => Some(after_quiet(times, now_ms)),
        Way::Digest => Some(after_quiet(times, next_hour(times, now_ms, times.digest_hour))),
    }
}

fn local(times: &Times, at_ms: i64) -> Option<Zoned> {
    Timestamp::from_millisecond(at_ms).ok()?.in_tz(times.zone.key()).ok()
}

/// The next time that it is `hour` there, which may be now.
fn next_hour(times: &Times, now_ms: i64, hour: i8) -> i64 {
    let next = || {
        let now = local(times, now_ms)?;
        let hour = Time::new(hour, 0, 0, 0).ok()?;
        let today = now.date().to_datetime(hour).to_zoned(now.time_zone().clone()).ok()?;
        if today >= now {
            return Some(today.timestamp().as_millisecond());
        }
        let tomorrow = now.date().checked_add(1.day()).ok()?.to_datetime(hour);
        Some(tomorrow.to_zoned(now.time_zone().clone()).ok()?.timestamp().as_millisecond())
    };
    next().unwrap_or(now_ms)
}

/// The same time, or the end of the quiet hours in which it lies.
fn after_quiet(times: &Times, at_ms: i64) -> i64 {
    let Some((from, until)) = times.quiet else { return at_ms };
    let Some(at) = local(times, at_ms) else { return at_ms };
    if is_quiet(at.hour(), from, until) { next_hour(times, at_ms, until) } else { at_ms }
}

fn is_quiet(hour: i8, from: i8, until: i8) -> bool {
    if from <= until { (from..until).contains(&hour) } else { hour >= from || hour < until }
}

#[cfg(test)]
mod tests {
    use super::{Times, Way, is_quiet, local, mail_ms};
    use crate::platform::base::{BANGKOK, DAY_MS, HOUR_MS, Zone};
    use proptest::prelude::{prop_assert, proptest};

    fn at(times: &Times, text: &str) -> i64 {
        let at: jiff::civil::DateTime = text.parse().unwrap();
        at.in_tz(times.zone.key()).unwrap().timestamp().as_millisecond()
    }

    #[test]
    fn quiet_hours_delay_and_the_digest_waits_for_its_hour() {
        let times = Times::default();
        for (way, now, then) in [
            (Way::Mail, "2026-07-15T10:00", Some("2026-07-15T10:00")),
            (Way::Mail, "2026-07-15T23:30", Some("2026-07-16T07:00")),
            (Way::Mail, "2026-07-15T06:59", Some("2026-07-15T07:00")),
            (Way::Mail, "2026-07-15T07:00", Some("2026-07-15T07:00")),
            (Way::Digest, "2026-07-15T07:30", Some("2026-07-15T08:00")),
            (Way::Digest, "2026-07-15T08:00", Some("2026-07-15T08:00")),
            (Way::Digest, "2026-07-15T08:01", Some("2026-07-16T08:00")),
            (Way::App, "2026-07-15T10:00", None),
            (Way::Off, "2026-07-15T10:00", None),
        ] {
            assert_eq!(
                mail_ms(way, &times, at(&times, now)),
                then.map(|then| at(&times, then)),
                "{way:?} {now}"
            );
        }
        let night = Times { digest_hour: 3, ..times };
        assert_eq!(
            mail_ms(Way::Digest, &night, at(&night, "2026-07-15T12:00")),
            Some(at(&night, "2026-07-16T07:00"))
        );
    }

    #[test]
    fn an_hour_that_a_spring_night_has_not_got_is_no_trouble() {
        let times = Times { zone: Zone::parse("Europe/Berlin").unwrap(), quiet: None, digest_hour: 2 };
        let then = mail_ms(Way::Digest, &times, at(&times, "2026-03-28T12:00")).unwrap();
        assert_eq!(then, at(&times, "2026-03-29T03:00"));
    }

    proptest! {
        #[test]
        fn a_mail_is_never_early_never_in_quiet_hours_and_never_later_than_two_days(
            now_ms in 1_500_000_000_000_i64..2_500_000_000_000,
            from in 0_i8..24, until in 0_i8..24, digest_hour in 0_i8..24,
            zone in proptest::sample::select(vec![BANGKOK, "UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]),
            at_once in proptest::bool::ANY,
        ) {
            let times = Times { zone: Zone::parse(zone).unwrap(), quiet: Some((from, until)), digest_hour };
            let way = if at_once { Way::Mail } else { Way::Digest };
            let then = mail_ms(way, &times, now_ms).unwrap();
            prop_assert!(then >= now_ms && then <= now_ms + 2 * DAY_MS + HOUR_MS);
            let hour = local(&times, then).unwrap().hour();
            // The end of quiet hours may itself be an hour that is skipped in spring.
            prop_assert!(!is_quiet(hour, from, until), "{hour} in {from}..{until}");
        }
    }
}
