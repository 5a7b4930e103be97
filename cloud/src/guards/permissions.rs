//! The role matrix: frozen as a whole, and its 45 cells of the product's own table exactly (PORTAL 3.3, G1).

use super::golden::compare;
use crate::cli::{matrix, menu_csv};
use crate::platform::access::{Item, Level, Party, Role, Switches, cell_of, level};

/// The product's matrix: administrator, coordinator or channel manager, sales.
const SEED: [(Party, Item, &str); 15] = [
    (Party::Reseller, Item::Leads, "F-F"),
    (Party::Reseller, Item::Opportunities, "F-F"),
    (Party::Reseller, Item::Deals, "F-F"),
    (Party::Reseller, Item::Quotes, "F-F"),
    (Party::Reseller, Item::Closed, "FRF"),
    (Party::Reseller, Item::MyDistributors, "FRR"),
    (Party::Reseller, Item::Workload, "FF-"),
    (Party::Reseller, Item::CoveredDevices, "FFR"),
    (Party::Reseller, Item::Renewals, "FRF"),
    (Party::Reseller, Item::TierProgram, "FRR"),
    (Party::Distributor, Item::Deals, "F-F"),
    (Party::Distributor, Item::Quotes, "F-F"),
    (Party::Distributor, Item::Closed, "FRF"),
    (Party::Distributor, Item::Resellers, "FRR"),
    (Party::Distributor, Item::DistributionAgreements, "FRR"),
];

#[test]
fn the_seed_cells_are_exact() {
    let mut counted = (0, 0, 0);
    for (party, item, cells) in SEED {
        for (role, cell) in
            [Role::Administrator, Role::Coordinator, Role::Sales].into_iter().zip(cells.chars())
        {
            let expected = match cell {
                'F' => Level::Full,
                'R' => Level::Read,
                _ => Level::None,
            };
            assert_eq!(level(party, item, role), Some(expected), "{party:?} {item:?} {role:?}");
            match expected {
                Level::Full => counted.0 += 1,
                Level::Read => counted.1 += 1,
                Level::None => counted.2 += 1,
            }
        }
    }
    assert_eq!(counted, (26, 12, 7), "the product counts 26 full, 12 read, 7 none");
}

#[test]
fn what_a_subtype_lacks_is_absent_not_forbidden() {
    use Item::{
        CoveredDevices, DistributionAgreements, Leads, MyDistributors, Opportunities, Renewals, Resellers,
        TierProgram, Workload,
    };
    for role in Role::ALL {
        for item in [Leads, Opportunities, MyDistributors, Workload, CoveredDevices, Renewals, TierProgram] {
            assert_eq!(level(Party::Distributor, item, role), None, "{item:?}");
        }
        for item in [Resellers, DistributionAgreements] {
            assert_eq!(level(Party::Reseller, item, role), None, "{item:?}");
        }
    }
}

/// A switch changes the cells it names and none else (PORTAL C2, C15).
#[test]
fn each_switch_changes_its_own_cells_only() {
    use Item::{Closed, Deals, Quotes};
    let changed = |switches: Switches| {
        let mut changed = Vec::new();
        for (party, item) in Party::ALL.iter().flat_map(|party| Item::ALL.map(|item| (*party, item))) {
            for role in Role::ALL {
                let off = cell_of(party, item, role, Switches::default());
                let on = cell_of(party, item, role, switches);
                if off != on {
                    assert!(
                        on.unwrap().level >= off.unwrap().level,
                        "{party:?} {item:?} {role:?} loses by it"
                    );
                    changed.push((party, item, role));
                }
            }
        }
        changed
    };
    let of = |party, role| [Deals, Quotes, Closed].map(|item| (party, item, role)).to_vec();
    let all = Switches { sales_sees_all: true, ..Switches::default() };
    assert_eq!(changed(all), of(Party::Reseller, Role::Sales));
    let funnel = Switches { channel_manager_funnel: true, ..Switches::default() };
    assert_eq!(changed(funnel), of(Party::Distributor, Role::Coordinator));
    assert_eq!(changed(Switches::default()), []);
}

#[test]
fn the_matrix_is_what_it_was() {
    compare("permissions.txt", &matrix());
    compare("menu.csv", &menu_csv());
}
