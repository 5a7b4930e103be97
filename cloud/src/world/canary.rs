//! What the world holds that not everybody may see, and who may. The oracle is written by hand, from the product's
//! words and not from the policy table: the two have to agree. Every answer that a story's browser gets is held against
//! it ([`super::scan`]), so each story is a search for leaks as well (PORTAL 6.3).

/// Somebody's secret, in every spelling in which it could leave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Secret {
    /// Spellings.
    pub(crate) words: &'static [&'static str],
    /// Persons who may meet it, by handle.
    pub(crate) may: &'static [&'static [&'static str]],
    /// Whether it is an amount or the number of a quote: no event, mail or log row tells of it.
    pub(crate) is_money: bool,
}

impl Secret {
    /// Whether `handle` may meet it.
    pub(crate) fn is_for(&self, handle: &str) -> bool {
        self.may.iter().any(|group| group.contains(&handle))
    }

    /// The spelling that `text` holds, if any. A number counts only where it is not a part of a longer one, nor of an id,
    /// whose random hexadecimal digits spell any number some day.
    pub(crate) fn found_in(&self, text: &str) -> Option<&'static str> {
        self.words.iter().copied().find(|word| {
            text.match_indices(word).any(|(at, _)| {
                let number = word.ends_with(|c: char| c.is_ascii_digit());
                let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
                let before = text[..at].chars().next_back().is_some_and(|c| hex(c) || c == ',' || c == '.');
                let after = text[at + word.len()..].starts_with(hex);
                !number || !(before || after)
            })
        })
    }
}

const fn money(words: &'static [&'static str], may: &'static [&'static [&'static str]]) -> Secret {
    Secret { words, may, is_money: true }
}

const fn words(words: &'static [&'static str], may: &'static [&'static [&'static str]]) -> Secret {
    Secret { words, may, is_money: false }
}

const RS: &[&str] = &["rs.admin", "rs.pipeline"];
const RS_NAMES: &[&str] = &["rs.admin", "rs.pipeline", "rs.support"];
const MW: &[&str] = &["mw.admin", "mw.sales"];
const MW_CLOSED: &[&str] = &["mw.admin", "mw.sales", "mw.manager"];
const ED: &[&str] = &["ed.sales"];
const SIAM: &[&str] = &["siam.admin", "siam.sales"];
const NERA: &[&str] = &["nera.admin", "nera.fin"];
const NERA_1: &[&str] = &["nera.admin", "nera.fin", "nera.sales1"];
const NERA_2: &[&str] = &["nera.admin", "nera.fin", "nera.sales2"];
const TECH: &[&str] = &["nera.tech"];
const COORD: &[&str] = &["nera.coord"];
const ANDAMAN: &[&str] = &["andaman.admin"];
const HUAWEI: &[&str] = &["huawei.admin"];
const BKK: &[&str] = &["bkk.admin"];
const SOUTH: &[&str] = &["south.admin"];
const LONELY: &[&str] = &["lonely.admin"];
/// Whoever reads covered devices or their renewals at Nera.
const NERA_SERVICE: &[&str] =
    &["nera.admin", "nera.coord", "nera.sales1", "nera.sales2", "nera.tech", "nera.fin"];
/// Whoever reads the devices that Nera itself owns.
const NERA_OWN: &[&str] =
    &["nera.admin", "nera.coord", "nera.sales1", "nera.sales2", "nera.tech", "nera.view"];
/// Whoever reads renewals at Nera.
const NERA_RENEWALS: &[&str] = &["nera.admin", "nera.coord", "nera.sales1", "nera.sales2", "nera.fin"];
const NERA_WORK: &[&str] = &["nera.admin", "nera.coord"];

/// All of them.
pub(crate) const SECRETS: &[Secret] = &[
    // What deals are worth: their seller's (its own salesperson), the distributor of their channel, RiverSync's sales.
    money(&["4812500", "4,812,500", "481250000"], &[RS, NERA_1, MW]),
    money(&["2377700", "2,377,700", "237770000"], &[RS, NERA_2, ED]),
    money(&["9145300", "9,145,300", "914530000"], &[RS, NERA_1]),
    money(&["613900", "613,900", "61390000"], &[RS, SIAM, MW]),
    money(&["1268400", "1,268,400", "126840000", "QT-2026-0009"], &[RS, NERA_1, COORD, MW_CLOSED]),
    money(&["1934100", "1,934,100", "193410000", "QT-2026-0014"], &[RS, NERA_1, MW]),
    money(&["3056800", "3,056,800", "305680000", "QT-2026-0017"], &[RS, NERA_2, ED]),
    // What deals are about and for whom: also for a technician, and for every distributor that handles the seller.
    words(&["24 feed pumps"], &[RS_NAMES, NERA_1, TECH, MW, ED]),
    words(&["Chonburi Ice", "6 inverters, cold store"], &[RS_NAMES, NERA_2, TECH, MW, ED]),
    words(&["Ministry of Water", "Level sensors, 40 sites"], &[RS_NAMES, NERA_1, TECH, MW, ED]),
    words(&["Pool pumps, 8"], &[RS_NAMES, SIAM, MW]),
    words(&["4 flow meters, dryer line"], &[RS_NAMES, NERA_1, TECH, COORD, MW_CLOSED, ED]),
    words(&["Boiler house, 12 meters"], &[RS_NAMES, NERA_1, MW, ED]),
    words(&["Rayong Glass", "Furnace cooling, 3 inverters"], &[RS_NAMES, NERA_2, MW, ED]),
    // Leads and opportunities: nobody's but the reseller's own and RiverSync's.
    words(&["Thonburi Dairy", "Asked about flow metering"], &[RS_NAMES, &["nera.admin", "nera.sales1"]]),
    words(
        &["Bang Pa-in Paper", "Wants pump monitoring"],
        &[RS_NAMES, &["nera.admin", "nera.sales1", "nera.sales2"]],
    ),
    words(&["Phuket Marina", "Wrote through the website"], &[RS_NAMES]),
    words(&["Samut Salt", "Brine level, two basins"], &[RS_NAMES, &["nera.admin", "nera.sales2"]]),
    words(&["Krabi Palm", "Press line retrofit"], &[RS_NAMES, ANDAMAN]),
    // Devices: their owner's, and of those who cover them or will.
    words(&["Well pump", "RSP-210008"], &[LONELY]),
    words(&["Waste water pump", "RSP-220519"], &[BKK]),
    words(&["Office meter", "RSM-240260"], &[NERA_OWN]),
    words(&["Chilled water pump 1", "RSP-240117"], &[BKK, NERA_SERVICE]),
    words(&["Roof inverter", "RSI-240342"], &[BKK, NERA_SERVICE]),
    words(&["Cold room 1", "RSC-230958"], &[BKK, NERA_SERVICE]),
    words(&["Main meter", "RSM-230071"], &[BKK, NERA_SERVICE]),
    words(&["Latex pump 1", "RSP-250204", "Dryer inverter", "RSI-250118"], &[SOUTH, NERA_SERVICE, HUAWEI]),
    words(&["Water intake", "RSF-250033", "Latex pump 2", "RSP-250205"], &[SOUTH, NERA_SERVICE, HUAWEI]),
    // What agreements are worth a year: whoever renews them.
    money(&["480000", "480,000", "48000000"], &[NERA_RENEWALS]),
    money(&["264000", "264,000", "26400000"], &[NERA_RENEWALS]),
    money(&["228000", "228,000", "22800000"], &[NERA_RENEWALS]),
    money(&["720000", "720,000", "72000000"], &[NERA_RENEWALS]),
    money(&["696000", "696,000", "69600000"], &[HUAWEI]),
    // Work.
    words(&["Monthly reading differs from the invoice"], &[NERA_WORK, BKK]),
    words(&["Half-yearly service of the compressor"], &[NERA_WORK, BKK]),
    words(&["Dryer stops after rain", "Clean the intake sensor"], &[NERA_WORK, SOUTH, HUAWEI]),
    words(&["Pump started without prime"], &[NERA_SERVICE, SOUTH, HUAWEI]),
    words(&["Bearing runs warmer than its neighbours"], &[NERA_SERVICE, BKK]),
];

/// Readers whose whole organisation sees no deal at all: for coverage of the list itself.
pub(crate) const NO_DEALS: &[&str] =
    &["bkk.admin", "south.admin", "lonely.admin", "offco.admin", "huawei.admin"];

#[cfg(test)]
mod tests {
    use super::{NERA, NO_DEALS, SECRETS};
    use crate::world::people;

    #[test]
    fn the_list_names_only_people_who_live_here() {
        let known = |handle: &str| people().iter().any(|member| member.handle == handle);
        let named = SECRETS.iter().flat_map(|secret| secret.may.iter().copied().flatten());
        let strangers: Vec<_> = named.chain(NO_DEALS).chain(NERA).filter(|handle| !known(handle)).collect();
        assert!(strangers.is_empty(), "{strangers:?}");
        for handle in NO_DEALS {
            let deals =
                SECRETS.iter().filter(|secret| secret.words.iter().any(|word| word.starts_with("QT-")));
            assert!(deals.clone().count() == 3 && !deals.clone().any(|secret| secret.is_for(handle)));
        }
    }

    #[test]
    fn a_number_is_found_only_where_it_stands_alone() {
        let worth = SECRETS[0];
        for (text, found) in [
            ("worth 4,812,500.00 THB", true),
            ("\"cents\":481250000,", true),
            ("14,812,500.00 THB", false),
            ("4812500123", false),
            ("x=4812500", true),
            ("id=req_019f63b787807d338d4812500c0a0a3f", false),
            ("id=req_019f63b787807d338d0c0a0a3f4812500 ", false),
            ("THB4812500", true),
        ] {
            assert_eq!(worth.found_in(text).is_some(), found, "{text}");
        }
    }
}
