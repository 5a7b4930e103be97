//! What each partner tier is entitled to, as data. The pages print it and the rooms enforce it: one source (PAR-4b).

use super::words::Words;
use crate::platform::access::PartnerTier;

/// How a reseller may sell without a distributor. `RiverSync` grants each case in all of them (PORTAL C33).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectSale {
    /// Not offered.
    No,
    /// By request.
    ByRequest,
    /// Prefilled and decided sooner.
    Streamlined,
}

/// The entitlements of one tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entitlements {
    /// Of which tier.
    pub tier: PartnerTier,
    /// How many registered deals may be open at once; `None` for any number.
    pub open_deals: Option<u32>,
    /// Percent off the price list.
    pub discount_percent: u8,
    /// Selling without a distributor.
    pub direct_sale: DirectSale,
    /// Leads and opportunities from `RiverSync`.
    pub lead_sharing: bool,
    /// Shared marketing funds.
    pub comarketing: bool,
    /// Hardware before its release.
    pub early_hardware: bool,
}

/// The ladder.
pub type Map = [Entitlements; 3];

/// The ladder as it is sold, rising.
pub const MAP: Map = [
    Entitlements {
        tier: PartnerTier::Authorized,
        open_deals: Some(5),
        discount_percent: 0,
        direct_sale: DirectSale::No,
        lead_sharing: false,
        comarketing: false,
        early_hardware: false,
    },
    Entitlements {
        tier: PartnerTier::Gold,
        open_deals: Some(20),
        discount_percent: 8,
        direct_sale: DirectSale::ByRequest,
        lead_sharing: true,
        comarketing: true,
        early_hardware: false,
    },
    Entitlements {
        tier: PartnerTier::Platinum,
        open_deals: None,
        discount_percent: 15,
        direct_sale: DirectSale::Streamlined,
        lead_sharing: true,
        comarketing: true,
        early_hardware: true,
    },
];

/// What `tier` is entitled to.
pub fn entitlements(map: &Map, tier: PartnerTier) -> Entitlements {
    let [lowest, ..] = map;
    *map.iter().find(|of| of.tier == tier).unwrap_or(lowest)
}

/// The lowest tier above `tier` that has what `wanted` asks for.
pub fn unlocks_at(
    map: &Map,
    tier: PartnerTier,
    wanted: impl Fn(&Entitlements) -> bool,
) -> Option<PartnerTier> {
    map.iter().filter(|of| of.tier > tier).find(|of| wanted(of)).map(|of| of.tier)
}

/// One line of the comparison: what, and what each tier has of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    /// What.
    pub(super) label: &'static str,
    /// By tier, rising.
    pub(super) cells: Vec<String>,
}

/// The comparison of all tiers, made from the map.
pub(super) fn comparison(map: &Map, words: Words) -> Vec<Comparison> {
    let yes_no = |yes: bool| if yes { words.yes() } else { "—" }.to_owned();
    let row = |label, cell: &dyn Fn(&Entitlements) -> String| Comparison {
        label,
        cells: map.iter().map(cell).collect(),
    };
    vec![
        row(words.open_deals(), &|of| {
            of.open_deals.map_or_else(|| words.unlimited().to_owned(), |n| n.to_string())
        }),
        row(words.price_level(), &|of| match of.discount_percent {
            0 => words.list_price().to_owned(),
            percent => words.below_list(percent),
        }),
        row(words.direct_sale(), &|of| {
            match of.direct_sale {
                DirectSale::No => "—",
                DirectSale::ByRequest => words.by_request(),
                DirectSale::Streamlined => words.streamlined(),
            }
            .to_owned()
        }),
        row(words.shared_leads(), &|of| yes_no(of.lead_sharing)),
        row(words.comarketing(), &|of| yes_no(of.comarketing)),
        row(words.early_hardware(), &|of| yes_no(of.early_hardware)),
    ]
}

#[cfg(test)]
mod tests {
    use super::{DirectSale, MAP, Words, comparison, entitlements, unlocks_at};
    use crate::platform::access::PartnerTier;
    use crate::platform::base::Language;

    #[test]
    fn page_and_enforcement_read_one_map() {
        let mut map = MAP;
        map[1].open_deals = Some(25);
        assert_eq!(entitlements(&map, PartnerTier::Gold).open_deals, Some(25));
        assert_eq!(comparison(&map, Words(Language::English))[0].cells, ["5", "25", "Unlimited"]);
    }

    #[test]
    fn a_lock_names_the_next_tier_that_opens_it() {
        let direct = |of: &super::Entitlements| of.direct_sale != DirectSale::No;
        assert_eq!(unlocks_at(&MAP, PartnerTier::Authorized, direct), Some(PartnerTier::Gold));
        assert_eq!(
            unlocks_at(&MAP, PartnerTier::Gold, |of| of.open_deals.is_none()),
            Some(PartnerTier::Platinum)
        );
        assert_eq!(unlocks_at(&MAP, PartnerTier::Platinum, |_| true), None);
    }

    #[test]
    fn every_step_up_gives_at_least_as_much() {
        for pair in MAP.windows(2) {
            let [below, above] = pair else { continue };
            assert!(above.tier > below.tier && above.discount_percent >= below.discount_percent);
            assert!(above.open_deals.is_none_or(|cap| below.open_deals.is_some_and(|less| less < cap)));
            assert!(above.lead_sharing >= below.lead_sharing && above.comarketing >= below.comarketing);
        }
    }
}
