//! The one table: party x item x role -> level. Navigation, buttons, API, command line and guards read it.
//!
//! The reseller and distributor rows are the product's role matrix with the extension of PORTAL 3.3. A party that
//! has no row for an item does not have the item at all: it is absent, not forbidden.

use super::{Item, Party, Role};

/// How far a role reaches into an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Hidden, and refused on a direct visit.
    None,
    /// Seen, without controls.
    Read,
    /// Seen and changed.
    Full,
}

use Level::{Full as F, None as N, Read as R};

/// Levels by role: administrator, coordinator, sales, technical, finance, viewer.
type Row = (Item, [Level; 6]);

const RESELLER: &[Row] = &[
    (Item::Overview, [F, F, F, F, F, R]),
    (Item::Leads, [F, N, F, N, N, N]),
    (Item::Opportunities, [F, N, F, N, N, N]),
    (Item::Deals, [F, N, F, R, R, R]),
    (Item::Quotes, [F, N, F, N, R, N]),
    (Item::Closed, [F, R, F, R, R, R]),
    (Item::MyDistributors, [F, R, R, R, R, N]),
    (Item::Workload, [F, F, N, N, N, N]),
    (Item::CoveredDevices, [F, F, R, R, N, N]),
    (Item::Renewals, [F, R, F, N, R, N]),
    (Item::TierProgram, [F, R, R, R, R, N]),
];

const DISTRIBUTOR: &[Row] = &[
    (Item::Overview, [F, F, F, F, F, R]),
    (Item::Deals, [F, N, F, R, R, R]),
    (Item::Quotes, [F, N, F, N, R, N]),
    (Item::Closed, [F, R, F, R, R, R]),
    (Item::Resellers, [F, R, R, R, R, N]),
    (Item::DistributionAgreements, [F, R, R, N, R, N]),
];

const CUSTOMER: &[Row] = &[
    (Item::MyDevices, [F, F, R, R, N, R]),
    (Item::Sharing, [F, R, N, R, N, R]),
    (Item::UsageLog, [F, F, N, R, R, R]),
];

const VENDOR: &[Row] = &[(Item::Pipeline, [F, R, F, R, R, R]), (Item::Agents, [F, F, N, R, N, R])];

/// The items a party has at all, in the order of its rail.
pub fn rails(party: Party) -> impl Iterator<Item = Item> {
    rows(party).iter().map(|(item, _)| *item)
}

/// How far `role` reaches into `item` when its organisation acts as `party`; `None` (the option) when that party does
/// not have the item at all.
pub fn level(party: Party, item: Item, role: Role) -> Option<Level> {
    if item == Item::Account {
        return Some(F);
    }
    let (_, levels) = rows(party).iter().find(|(of, _)| *of == item)?;
    Role::ALL.iter().zip(levels).find(|(of, _)| **of == role).map(|(_, level)| *level)
}

fn rows(party: Party) -> &'static [Row] {
    match party {
        Party::Reseller => RESELLER,
        Party::Distributor => DISTRIBUTOR,
        Party::Customer => CUSTOMER,
        Party::Vendor => VENDOR,
    }
}
