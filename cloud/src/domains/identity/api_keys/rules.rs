//! What a key may be, and whether one works now.

use super::model::{ApiKey, Checked, Wanted};
use crate::platform::access::{Action, Actor, Item};
use crate::platform::base::DAY_MS;
use crate::platform::error::{Error, FieldError};
use crate::platform::words::{Sentence, said};
use ipnet::IpNet;
use std::net::IpAddr;

/// What every secret begins with, so that people and scanners of code know one when they see it.
pub(super) const PREFIX: &str = "rsk_";
/// How long a key may live, in days.
pub(super) const LIVES_DAYS: [i64; 4] = [7, 30, 90, 365];
/// How long the former secret works beside the new one.
pub(super) const OVERLAP_MS: i64 = DAY_MS;
/// The longest name.
const MOST_OF_A_NAME: usize = 60;
/// The most entries of a list of addresses.
const MOST_ADDRESSES: usize = 20;

/// What the API reaches; the guards hold it against the mounted routes.
pub(super) const IN_API: [Item; 22] = [
    Item::Overview,
    Item::Leads,
    Item::Deals,
    Item::CoveredDevices,
    Item::Workload,
    Item::Renewals,
    Item::ActivityLog,
    Item::Team,
    Item::MyDevices,
    Item::Sharing,
    Item::UsageLog,
    Item::PortalTeam,
    Item::Pipeline,
    Item::Applications,
    Item::Organisations,
    Item::StaffTeam,
    Item::Modules,
    Item::Agents,
    Item::Jobs,
    Item::Audit,
    Item::Apps,
    Item::Webhooks,
];

/// What a key of `actor` can be made for.
pub(super) fn offered(actor: &Actor) -> Vec<Item> {
    IN_API.into_iter().filter(|item| actor.can(Action::See(*item))).collect()
}

/// Holds what was entered against what may be.
///
/// # Errors
/// Every field that is wrong, each with its sentence.
pub(super) fn checked(actor: &Actor, wanted: &Wanted) -> Result<Checked, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let mut say = |field, text: Sentence| wrong.push(FieldError { field, text });
    let name = wanted.name.trim();
    if name.is_empty() || name.chars().count() > MOST_OF_A_NAME || name.chars().any(char::is_control) {
        say(
            "name",
            said! {
                en: "Give it a name of up to 60 letters that says which program carries it.",
                th: "ตั้งชื่อไม่เกิน 60 ตัวอักษรที่บอกว่าโปรแกรมใดใช้คีย์นี้",
            },
        );
    }
    let offered = offered(actor);
    let items: Vec<Item> = offered.into_iter().filter(|item| wanted.items.contains(&item.key())).collect();
    if items.is_empty() || wanted.items.iter().any(|key| !items.iter().any(|item| item.key() == *key)) {
        say(
            "items",
            said! {
                en: "Choose at least one thing that you may open yourself.",
                th: "เลือกอย่างน้อยหนึ่งอย่างที่คุณเปิดเองได้",
            },
        );
    }
    let days = wanted.days.parse().ok().filter(|days| LIVES_DAYS.contains(days));
    if days.is_none() {
        say(
            "days",
            said! {
                en: "A key lives for 7, 30, 90 or 365 days; choose one of them.",
                th: "คีย์มีอายุ 7, 30, 90 หรือ 365 วัน เลือกหนึ่งอย่าง",
            },
        );
    }
    let addresses = addresses(&wanted.addresses).unwrap_or_else(|text| {
        say("addresses", text);
        Vec::new()
    });
    match days {
        Some(days) if wrong.is_empty() => Ok(Checked {
            name: name.to_owned(),
            items: items.iter().map(|item| item.key()).collect::<Vec<_>>().join(","),
            addresses: addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
            life_ms: days * DAY_MS,
        }),
        _ => Err(wrong),
    }
}

/// Addresses and networks, apart by commas or white space.
fn addresses(entered: &str) -> Result<Vec<IpNet>, Sentence> {
    let words: Vec<&str> =
        entered.split(|c: char| c == ',' || c.is_whitespace()).filter(|w| !w.is_empty()).collect();
    if words.len() > MOST_ADDRESSES {
        return Err(said! { en: "Name up to 20 addresses or networks.", th: "ระบุได้ไม่เกิน 20 ที่อยู่หรือเครือข่าย" });
    }
    let read = |word: &&str| {
        let net = word.parse().ok().or_else(|| word.parse::<IpAddr>().ok().map(IpNet::from));
        net.map(|net: IpNet| net.trunc()).ok_or_else(|| {
            said! {
                en: "\"{word}\" is no address. Write 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32.",
                th: "\"{word}\" ไม่ใช่ที่อยู่ เขียนเช่น 192.0.2.7, 192.0.2.0/24 หรือ 2001:db8::/32",
            }
        })
    };
    words.iter().map(read).collect()
}

/// Whether a key with this list works from `ip`. An unknown origin is no address of any list.
fn allows(addresses: &str, ip: &str) -> bool {
    if addresses.is_empty() {
        return true;
    }
    let Ok(ip) = ip.parse::<IpAddr>() else { return false };
    let ip = ip.to_canonical();
    addresses.split(',').filter_map(|net| net.parse::<IpNet>().ok()).any(|net| net.contains(&ip))
}

/// Whether `key` works now, shown from `ip` by the secret with this hash.
///
/// # Errors
/// Why not.
pub(super) fn works(key: &ApiKey, sha256: &[u8], ip: &str, now_ms: i64) -> Result<(), Error> {
    let no = |code, text| Err(Error::Key { code, text });
    if key.revoked_ms.is_some() {
        return no("key_revoked", "This API key was revoked. Make a new one under My account.");
    }
    if key.expires_ms <= now_ms {
        return no("key_expired", "This API key has expired. Renew it under My account, or make a new one.");
    }
    let is_former = key.secret_sha256 != sha256;
    if is_former && key.former_until_ms.is_none_or(|until_ms| until_ms <= now_ms) {
        return no(
            "key_expired",
            "This API key was renewed and its former secret has run out. Use the new one.",
        );
    }
    if !allows(&key.addresses, ip) {
        return no(
            "key_address",
            "This API key does not work from this address. Its list of addresses says from where.",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{addresses, allows};

    #[test]
    fn a_list_of_addresses_holds_networks_of_both_kinds() {
        let list = addresses(" 192.0.2.7, 198.51.100.77/24\n2001:db8::/32 ").unwrap();
        let list: Vec<String> = list.iter().map(ToString::to_string).collect();
        assert_eq!(list, ["192.0.2.7/32", "198.51.100.0/24", "2001:db8::/32"]);
        let list = list.join(",");
        for ip in ["192.0.2.7", "::ffff:192.0.2.7", "198.51.100.1", "2001:db8:5::1"] {
            assert!(allows(&list, ip), "{ip}");
        }
        for ip in ["192.0.2.8", "198.51.101.1", "2001:db9::1", "", "localhost"] {
            assert!(!allows(&list, ip), "{ip}");
        }
        assert!(allows("", "") && allows("", "203.0.113.5"), "no list, no limit");
        assert!(addresses("192.0.2.7 nonsense").unwrap_err().to_string().contains("nonsense"));
        assert!(addresses("1.2.3.4/33").is_err() && addresses(&"::1 ".repeat(21)).is_err());
    }
}
