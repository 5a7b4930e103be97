//! What an endpoint may be, when a delivery comes again, and when one gives up. Pure.

use super::address;
use super::catalog;
use super::model::Wanted;
use crate::domains::audit::{Fact, Why};
use crate::platform::access::Actor;
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::platform::error::FieldError;
use crate::platform::words::{Sentence, said};
use ipnet::IpNet;
use reqwest::Url;
use std::net::IpAddr;

/// The longest name.
const MOST_OF_A_NAME: usize = 60;
/// The longest address.
const MOST_OF_A_URL: usize = 2_000;
/// How many endpoints an organisation may have.
pub(super) const MOST_ENDPOINTS: usize = 10;
/// The pauses after the first failure, the second, and so on, before jitter: 27 hours and a half together. After the last
/// the delivery is a dead letter.
const PAUSES_MS: [i64; 7] =
    [5_000, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 5 * HOUR_MS, 10 * HOUR_MS, 10 * HOUR_MS];
/// How long nothing at all is tried at an endpoint that failed, at most.
const LONGEST_REST_MS: i64 = 5 * MINUTE_MS;
/// How long an endpoint may fail before it is paused.
const FAILS_FOR_MS: i64 = 5 * DAY_MS;

/// An endpoint as it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) events: String,
}

/// Holds what was entered against what may be.
///
/// # Errors
/// Every field that is wrong, each with its sentence.
pub(super) fn checked(
    actor: &Actor,
    wanted: &Wanted,
    networks: &[IpNet],
) -> Result<Checked, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let mut say = |field, text: Sentence| wrong.push(FieldError { field, text });
    let name = wanted.name.trim();
    if name.is_empty() || name.chars().count() > MOST_OF_A_NAME || name.chars().any(char::is_control) {
        say(
            "name",
            said! {
                en: "Give it a name of up to 60 letters that says which program listens there.",
                th: "ตั้งชื่อไม่เกิน 60 ตัวอักษรที่บอกว่าโปรแกรมใดรับข้อมูล",
            },
        );
    }
    let url = target(&wanted.url, networks).unwrap_or_else(|text| {
        say("url", text);
        String::new()
    });
    let mut chosen = catalog::offered(actor);
    chosen.retain(|fact| wanted.events.iter().any(|key| key == fact.key()));
    if chosen.is_empty() || wanted.events.iter().any(|key| !chosen.iter().any(|fact| fact.key() == key)) {
        say(
            "events",
            said! {
                en: "Choose at least one event that your organisation can be told of.",
                th: "เลือกอย่างน้อยหนึ่งเหตุการณ์ที่องค์กรของคุณรับได้",
            },
        );
    }
    if wrong.is_empty() {
        Ok(Checked { name: name.to_owned(), url, events: listed(&chosen) })
    } else {
        Err(wrong)
    }
}

/// As they are kept: with a comma on each side, so that one is found by its name.
fn listed(facts: &[Fact]) -> String {
    facts.iter().fold(",".to_owned(), |list, fact| format!("{list}{},", fact.key()))
}

/// The target as it is dialled.
///
/// # Errors
/// Why it cannot be one.
fn target(entered: &str, networks: &[IpNet]) -> Result<String, Sentence> {
    let entered = entered.trim();
    let url = Url::parse(entered).ok().filter(|_| entered.len() <= MOST_OF_A_URL);
    let url = url.ok_or_else(|| {
        said! {
            en: "Write a whole address, such as https://hooks.company.example/riversync.",
            th: "กรอกที่อยู่ให้ครบ เช่น https://hooks.company.example/riversync",
        }
    })?;
    let ip = host_address(&url);
    match url.scheme() {
        "https" => {}
        "http" if ip.is_some_and(|ip| address::is_named(ip, networks)) => {}
        "http" => {
            return Err(said! {
                en: "Events are sent over https only, so that nobody on the way reads them.",
                th: "ส่งเหตุการณ์ผ่าน https เท่านั้น เพื่อไม่ให้ใครอ่านได้ระหว่างทาง",
            });
        }
        scheme => {
            return Err(said! {
                en: "\"{scheme}\" is no way to send an event. Write https://…",
                th: "ส่งเหตุการณ์ด้วย \"{scheme}\" ไม่ได้ เขียน https://…",
            });
        }
    }
    if !url.username().is_empty() || url.password().is_some() {
        let text = said! {
            en: "Leave user and password out of the address: the signature says who sends. A secret part of \
                 the path does as well.",
            th: "ไม่ต้องใส่ผู้ใช้และรหัสผ่านในที่อยู่ ลายเซ็นบอกผู้ส่งอยู่แล้ว หรือใช้ส่วนลับในพาธแทนก็ได้",
        };
        return Err(text);
    }
    if let Some(ip) = ip.filter(|ip| !address::may_reach(*ip, networks)) {
        return Err(said! {
            en: "{ip} is no public address. Events go to servers of the public internet only.",
            th: "{ip} ไม่ใช่ที่อยู่สาธารณะ ส่งเหตุการณ์ไปยังเซิร์ฟเวอร์บนอินเทอร์เน็ตสาธารณะเท่านั้น",
        });
    }
    Ok(url.into())
}

/// The address that stands in a URL instead of a name, in whatever spelling.
pub(super) fn host_address(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    host.trim_matches(['[', ']']).parse().ok()
}

/// What becomes of a delivery that was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It comes again after this pause, and nothing else is tried there for `rest_ms`.
    Again {
        /// Milliseconds.
        pause_ms: i64,
        /// Milliseconds.
        rest_ms: i64,
    },
    /// It is given up.
    Dead,
}

/// What becomes of a delivery that failed for the `attempts`-th time. `random` spreads what failed together by up to a
/// fifth.
pub(super) fn next(attempts: i64, random: u64) -> Next {
    let nth = usize::try_from(attempts.max(1) - 1).unwrap_or(usize::MAX);
    let Some(pause_ms) = PAUSES_MS.get(nth).copied() else { return Next::Dead };
    let pause_ms = pause_ms + spread(pause_ms / 5, random);
    Next::Again { pause_ms, rest_ms: pause_ms.min(LONGEST_REST_MS) }
}

/// Somewhere from 0 to `most_ms`.
pub(super) fn spread(most_ms: i64, random: u64) -> i64 {
    let steps = u64::try_from(most_ms).unwrap_or(0).saturating_add(1);
    i64::try_from(random % steps).unwrap_or(0)
}

/// Why an endpoint that has taken nothing since `since_ms`, and answered `status` now, is paused; `None`: it is not.
pub(super) fn pauses(since_ms: i64, status: Option<u16>, now_ms: i64) -> Option<Why> {
    if status == Some(410) {
        return Some(Why::WantsNoMore);
    }
    (now_ms - since_ms >= FAILS_FOR_MS).then_some(Why::TookNothing)
}

#[cfg(test)]
mod tests {
    use super::{FAILS_FOR_MS, LONGEST_REST_MS, Next, PAUSES_MS, next, pauses, target};
    use crate::domains::audit::Why;
    use crate::platform::base::{DAY_MS, HOUR_MS};
    use ipnet::IpNet;
    use proptest::prelude::*;

    #[test]
    fn a_target_is_https_and_public_unless_the_installation_names_its_network() {
        let networks: Vec<IpNet> = vec!["10.20.0.0/16".parse().unwrap()];
        for good in [
            "https://hooks.nera.example/riversync?site=7",
            " https://hooks.nera.example:8443/ ",
            "https://8.8.8.8/x",
            "https://[2606:4700::1111]/x",
            "http://10.20.3.4:9000/x",
            "https://10.20.3.4/x",
        ] {
            assert!(target(good, &networks).is_ok(), "{good}: {:?}", target(good, &networks));
        }
        for (bad, said) in [
            ("", "whole address"),
            ("hooks.nera.example", "whole address"),
            ("http://hooks.nera.example/x", "https only"),
            ("http://10.21.0.1/x", "https only"),
            ("ftp://hooks.nera.example/x", "no way to send"),
            ("file:///etc/passwd", "no way to send"),
            ("https://user:secret@hooks.nera.example/x", "user and password"),
            ("https://user@hooks.nera.example/x", "user and password"),
            ("https://127.0.0.1/x", "no public address"),
            ("https://127.1/x", "no public address"),
            ("https://2130706433/x", "no public address"),
            ("https://0x7f.0.0.1/x", "no public address"),
            ("https://0177.0.0.1/x", "no public address"),
            ("https://[::1]/x", "no public address"),
            ("https://[::ffff:169.254.169.254]/latest/meta-data", "no public address"),
            ("https://169.254.169.254/latest/meta-data", "no public address"),
            ("https://10.21.0.1/x", "no public address"),
        ] {
            let refused = target(bad, &networks).unwrap_err();
            assert!(refused.to_string().contains(said), "{bad}: {refused}");
        }
        assert!(target(&format!("https://x.example/{}", "a".repeat(2_000)), &networks).is_err());
    }

    #[test]
    fn a_delivery_is_tried_for_more_than_a_day_and_then_given_up() {
        assert!(PAUSES_MS.iter().sum::<i64>() > DAY_MS);
        assert_eq!(next(1, 0), Next::Again { pause_ms: 5_000, rest_ms: 5_000 });
        assert_eq!(next(7, 0), Next::Again { pause_ms: 10 * HOUR_MS, rest_ms: LONGEST_REST_MS });
        assert_eq!(next(8, 0), Next::Dead);
    }

    #[test]
    fn an_endpoint_is_paused_when_it_says_so_or_fails_for_long() {
        assert_eq!(pauses(0, Some(500), FAILS_FOR_MS - 1), None);
        assert_eq!(pauses(0, None, FAILS_FOR_MS), Some(Why::TookNothing));
        assert_eq!(pauses(7, Some(410), 7), Some(Why::WantsNoMore));
    }

    proptest! {
        #[test]
        fn a_pause_is_at_most_a_fifth_longer_than_its_place_says(attempts in i64::MIN..i64::MAX, random: u64) {
            if let Next::Again { pause_ms, rest_ms } = next(attempts, random) {
                prop_assert!((5_000..=12 * HOUR_MS).contains(&pause_ms) && rest_ms <= LONGEST_REST_MS);
            }
        }

        #[test]
        fn whatever_is_typed_is_judged(text in "\\PC*") {
            let _judged = target(&text, &[]).is_ok();
        }
    }
}
