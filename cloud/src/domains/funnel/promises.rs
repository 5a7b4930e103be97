//! What `RiverSync` promises about a record, and for how long. Pure.

use crate::domains::program::{DirectSale, Map, entitlements};
use crate::platform::access::PartnerTier;
use crate::platform::base::DAY_MS;

/// A registration is decided within this long (PAR-6f).
const DECIDE_MS: i64 = 3 * DAY_MS;
/// A direct sale of a tier that has them streamlined is decided within this long (PAR-9c).
const DECIDE_SOON_MS: i64 = DAY_MS;
/// An approved deal is nobody else's for this long (PAR-6e).
pub(super) const PROTECTION_MS: i64 = 90 * DAY_MS;
/// Its protection is put off by this long, once.
pub(super) const EXTENSION_MS: i64 = 30 * DAY_MS;
/// A reseller says within this long whether it takes a lead (PAR-11).
pub(super) const ACCEPT_MS: i64 = 3 * DAY_MS;
/// How many days before its end a protection is told of.
const REMINDERS: [i64; 3] = [1, 7, 14];
/// The first reminder, before the end.
pub(super) const FIRST_REMINDER_MS: i64 = 14 * DAY_MS;
/// For how many days a quote holds when nobody says.
pub(super) const QUOTE_DAYS: i64 = 30;
/// The longest that anybody may say.
pub(super) const MOST_QUOTE_DAYS: i64 = 365;

/// By when a registration of `tier` that is sent at `now_ms` is decided.
pub(super) fn decide_by_ms(map: &Map, tier: PartnerTier, is_direct: bool, now_ms: i64) -> i64 {
    let soon = is_direct && entitlements(map, tier).direct_sale == DirectSale::Streamlined;
    now_ms + if soon { DECIDE_SOON_MS } else { DECIDE_MS }
}

/// Of which reminder it is time at `now_ms`, in days before the end of a protection: of the nearest one that fell due.
/// What was missed for the next one is not told twice.
pub(super) fn reminder(until_ms: i64, now_ms: i64) -> Option<i64> {
    REMINDERS.into_iter().find(|days| until_ms - days * DAY_MS <= now_ms).filter(|_| now_ms < until_ms)
}

/// What `list_cents` costs a reseller of `tier`, whole minor units, half of one rounded up (PAR-9b).
pub(super) fn price_cents(map: &Map, tier: PartnerTier, list_cents: i64) -> i64 {
    let share = 100 - i128::from(entitlements(map, tier).discount_percent);
    let price = (i128::from(list_cents) * share + 50) / 100;
    // A share of what fits, fits.
    i64::try_from(price).unwrap_or(list_cents)
}

#[cfg(test)]
mod tests {
    use super::{DAY_MS, PartnerTier, decide_by_ms, price_cents, reminder};
    use crate::domains::program::MAP;
    use proptest::prelude::proptest;

    #[test]
    fn each_tier_has_its_price() {
        for (tier, price) in [
            (PartnerTier::Authorized, 10_000_000),
            (PartnerTier::Gold, 9_200_000),
            (PartnerTier::Platinum, 8_500_000),
        ] {
            assert_eq!(price_cents(&MAP, tier, 10_000_000), price, "{tier:?}");
        }
        // 8 % off 0.06 is 0.0552, off 0.19 is 0.1748; 15 % off 0.10 is 0.085, a half.
        assert_eq!(price_cents(&MAP, PartnerTier::Gold, 6), 6);
        assert_eq!(price_cents(&MAP, PartnerTier::Gold, 19), 17);
        assert_eq!(price_cents(&MAP, PartnerTier::Platinum, 10), 9);
    }

    proptest! {
        #[test]
        fn a_higher_tier_never_pays_more_and_a_price_is_never_above_the_list(list in 0..i64::MAX) {
            let prices = PartnerTier::ALL.map(|tier| price_cents(&MAP, tier, list));
            assert!(prices.is_sorted_by(|lower, higher| lower >= higher), "{prices:?}");
            assert!((0..=list).contains(&prices[0]) && prices[2] >= 0, "{prices:?}");
        }
    }

    #[test]
    fn only_a_streamlined_direct_sale_is_decided_sooner() {
        let days = |tier, direct| decide_by_ms(&MAP, tier, direct, 0) / DAY_MS;
        assert_eq!((days(PartnerTier::Gold, true), days(PartnerTier::Platinum, false)), (3, 3));
        assert_eq!(days(PartnerTier::Platinum, true), 1);
    }

    #[test]
    fn the_nearest_reminder_is_told_and_none_after_the_end() {
        let until_ms = 90 * DAY_MS;
        let at = |days_before: i64| reminder(until_ms, until_ms - days_before * DAY_MS);
        assert_eq!(
            (at(15), at(14), at(10), at(7), at(3), at(1)),
            (None, Some(14), Some(14), Some(7), Some(7), Some(1))
        );
        assert_eq!((at(0), at(-1)), (None, None));
    }
}
