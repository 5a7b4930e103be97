//! The one table: party x item x role -> how far, whose records, and how much of each. Navigation, buttons, API,
//! exports, live streams, command line and guards read it.
//!
//! The reseller and distributor rows are the product's role matrix with the extension of PORTAL 3.3. A party that
//! has no row for an item does not have the item at all: it is absent, not forbidden (PORTAL C7).

use super::{Item, Party, Role, Roles};

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

/// How much of a record is seen. What is not seen is masked, and out of order, filter, total, search and export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Which one it is and how it stands.
    StatusOnly,
    /// All but amounts and quotes.
    NoMoney,
    /// All that the lens of the party has.
    Full,
}

/// Whose records of the organisation are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// Those that one brought, was assigned, or that nobody works yet (OW-13, PORTAL C15).
    Own,
    /// Everybody's.
    All,
}

/// One cell of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// How far.
    pub level: Level,
    /// How much of a record.
    pub sight: Sight,
    /// Which records.
    pub whose: Whose,
}

/// What a set of roles opens of one item: each role adds, none takes away (PORTAL C1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// How far.
    pub level: Level,
    /// How much of a record of one's own; `None`: nothing.
    pub own: Option<Sight>,
    /// How much of a colleague's record; `None`: nothing. Never more than of one's own.
    pub others: Option<Sight>,
}

/// What the table leaves to be chosen. Each is off until somebody who may switches it on, and is read at each request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// A reseller's: Sales sees everybody's deals, quotes and closed deals. Leads and opportunities stay with who works
    /// them (OW-13, PORTAL C15).
    pub sales_sees_all: bool,
    /// A program's: the channel manager of a distributor runs the funnel as Sales does (PORTAL C2).
    pub channel_manager_funnel: bool,
}

/// What the switches are about.
const FUNNEL: [Item; 3] = [Item::Deals, Item::Quotes, Item::Closed];

const fn cell(level: Level, sight: Sight, whose: Whose) -> Cell {
    Cell { level, sight, whose }
}

/// Hidden.
const N: Cell = cell(Level::None, Sight::StatusOnly, Whose::Own);
/// Read.
const R: Cell = cell(Level::Read, Sight::Full, Whose::All);
/// Read, no money.
const M: Cell = cell(Level::Read, Sight::NoMoney, Whose::All);
/// Read, status only.
const S: Cell = cell(Level::Read, Sight::StatusOnly, Whose::All);
/// Full.
const F: Cell = cell(Level::Full, Sight::Full, Whose::All);
/// Full, of one's own records.
const O: Cell = cell(Level::Full, Sight::Full, Whose::Own);

/// Cells by role: administrator, coordinator, sales, technical, finance, viewer.
type Row = (Item, [Cell; 6]);

const RESELLER: &[Row] = &[
    (Item::Overview, [F, F, F, F, F, R]),
    (Item::Leads, [F, N, O, N, N, N]),
    (Item::Opportunities, [F, N, O, N, N, N]),
    (Item::Deals, [F, N, O, M, R, S]),
    (Item::Quotes, [F, N, O, N, R, N]),
    (Item::Closed, [F, R, O, M, R, S]),
    (Item::MyDistributors, [F, R, R, R, R, N]),
    (Item::Workload, [F, F, N, N, N, N]),
    (Item::CoveredDevices, [F, F, R, R, N, N]),
    (Item::Renewals, [F, R, F, N, R, N]),
    (Item::TierProgram, [F, R, R, R, R, N]),
    (Item::Team, [F, N, N, N, N, N]),
    // It tells of every colleague's deals and sign-ins.
    (Item::ActivityLog, [F, N, N, N, N, N]),
];

const DISTRIBUTOR: &[Row] = &[
    (Item::Overview, [F, F, F, F, F, R]),
    // A distributor's people have no records of their own: its sales sees what it handles.
    (Item::Deals, [F, N, F, M, R, S]),
    (Item::Quotes, [F, N, F, N, R, N]),
    (Item::Closed, [F, R, F, M, R, S]),
    (Item::Resellers, [F, R, R, R, R, N]),
    (Item::DistributionAgreements, [F, R, R, N, R, N]),
    (Item::Team, [F, N, N, N, N, N]),
    (Item::ActivityLog, [F, N, N, N, N, N]),
];

const CUSTOMER: &[Row] = &[
    (Item::MyDevices, [F, F, R, R, N, R]),
    (Item::Sharing, [F, R, N, R, N, R]),
    (Item::UsageLog, [F, F, N, R, R, R]),
    (Item::PortalTeam, [F, N, N, N, N, N]),
];

const VENDOR: &[Row] = &[
    (Item::Pipeline, [F, R, F, M, R, S]),
    (Item::Agents, [F, F, N, R, N, R]),
    (Item::Applications, [F, F, R, R, N, R]),
    (Item::Organisations, [F, R, R, R, R, R]),
    (Item::StaffTeam, [F, N, N, N, N, N]),
    (Item::Modules, [F, N, N, N, N, N]),
    (Item::Jobs, [F, N, N, R, N, N]),
    (Item::ViewAs, [F, N, N, F, N, N]),
    (Item::Audit, [F, N, N, N, N, N]),
];

/// The account belongs to no party: everybody has it, whatever the organisation may act as.
const ACCOUNT: &[Row] = &[
    (Item::Account, [F, F, F, F, F, F]),
    (Item::Apps, [F, R, R, R, R, R]),
    // They tell a program what an administrator sees.
    (Item::Webhooks, [F, N, N, N, N, N]),
];

/// The items a party has at all, in the order of its rail.
pub fn rails(party: Party) -> impl Iterator<Item = Item> {
    rows(party).iter().map(|(item, _)| *item)
}

/// The cell of `role` at `item` when its organisation acts as `party`; `None` when that party does not have the item.
pub fn cell_of(party: Party, item: Item, role: Role, switches: Switches) -> Option<Cell> {
    let in_funnel = FUNNEL.contains(&item);
    let manages_channel = party == Party::Distributor && role == Role::Coordinator;
    let as_sales = manages_channel && in_funnel && switches.channel_manager_funnel;
    let column = if as_sales { Role::Sales } else { role };
    let (_, cells) = ACCOUNT.iter().chain(rows(party)).find(|(of, _)| *of == item)?;
    let mut cell = Role::ALL.iter().zip(cells).find(|(of, _)| **of == column).map(|(_, cell)| *cell)?;
    if switches.sales_sees_all && in_funnel && party == Party::Reseller && role == Role::Sales {
        cell.whose = Whose::All;
    }
    Some(cell)
}

/// How far `role` reaches into `item` with every switch off; `None` (the option) when `party` does not have the item.
pub fn level(party: Party, item: Item, role: Role) -> Option<Level> {
    cell_of(party, item, role, Switches::default()).map(|cell| cell.level)
}

/// What `roles` open of `item` together; `None` when `party` does not have the item.
pub fn reach(party: Party, item: Item, roles: &Roles, switches: Switches) -> Option<Reach> {
    let mut reach = Reach { level: Level::None, own: None, others: None };
    ACCOUNT.iter().chain(rows(party)).find(|(of, _)| *of == item)?;
    for cell in roles.iter().filter_map(|role| cell_of(party, item, role, switches)) {
        if cell.level == Level::None {
            continue;
        }
        reach.level = reach.level.max(cell.level);
        reach.own = reach.own.max(Some(cell.sight));
        if cell.whose == Whose::All {
            reach.others = reach.others.max(Some(cell.sight));
        }
    }
    Some(reach)
}

fn rows(party: Party) -> &'static [Row] {
    match party {
        Party::Reseller => RESELLER,
        Party::Distributor => DISTRIBUTOR,
        Party::Customer => CUSTOMER,
        Party::Vendor => VENDOR,
    }
}

#[cfg(test)]
mod tests {
    use super::{Level, Reach, Sight, Switches, reach};
    use crate::platform::access::{Item, Party, Role, Roles};

    const ON: Switches = Switches { sales_sees_all: true, channel_manager_funnel: true };

    fn of(item: Item, roles: &[Role]) -> Reach {
        reach(Party::Reseller, item, &Roles::from_iter(roles.iter().copied()), Switches::default()).unwrap()
    }

    #[test]
    fn roles_add_up_and_never_take_away() {
        let both = of(Item::Deals, &[Role::Technical, Role::Sales]);
        let expected = Reach { level: Level::Full, own: Some(Sight::Full), others: Some(Sight::NoMoney) };
        assert_eq!(both, expected, "money of one's own deals, the rest of everybody's");
        let coordinates_and_sells = of(Item::Deals, &[Role::Coordinator, Role::Sales]);
        assert_eq!(coordinates_and_sells.others, None, "reading Closed opens no colleague's deal");
        assert_eq!(of(Item::Deals, &[]), Reach { level: Level::None, own: None, others: None });
        assert_eq!(
            reach(Party::Distributor, Item::Leads, &Roles::from_iter(Role::ALL), Switches::default()),
            None
        );
    }

    #[test]
    fn of_a_colleagues_record_nobody_sees_more_than_of_their_own() {
        for party in Party::ALL {
            for item in Item::ALL {
                for (one, other) in Role::ALL.iter().flat_map(|a| Role::ALL.iter().map(move |b| (*a, *b))) {
                    let roles = Roles::from_iter([one, other]);
                    for switches in [Switches::default(), ON] {
                        let Some(reach) = reach(party, item, &roles, switches) else { continue };
                        assert!(reach.others <= reach.own, "{party:?} {item:?} {one:?} {other:?}: {reach:?}");
                    }
                }
            }
        }
    }
}
