//! `permissions`: the role matrix, from the one table that the service reads.

use super::{Failure, say};
use crate::platform::access::{Cell, Item, Level, Party, Role, Sight, Switches, Whose, cell_of, rails};

/// What `permissions` takes.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Only the partner menu of the product's role matrix: full, read or none for each role
    #[arg(long)]
    menu: bool,
    /// Comma-separated instead of a table
    #[arg(long)]
    csv: bool,
}

/// Prints the matrix.
pub(super) fn run(args: &Args) -> Result<(), Failure> {
    say(&match (args.menu, args.csv) {
        (true, true) => menu_csv(),
        (true, false) => menu(),
        (false, true) => matrix_csv(),
        (false, false) => matrix(),
    })
}

/// A cell with every switch off.
fn default_cell(party: Party, item: Item, role: Role) -> Option<Cell> {
    cell_of(party, item, role, Switches::default())
}

/// The switches by name, and who switches them.
const SWITCHES: [(&str, &str, Switches); 2] = [
    (
        "sales_sees_all",
        "a reseller's administrator, for the own organisation",
        Switches { sales_sees_all: true, channel_manager_funnel: false },
    ),
    (
        "channel_manager_funnel",
        "the program's owner, for all distributors",
        Switches { sales_sees_all: false, channel_manager_funnel: true },
    ),
];

/// What each switch changes in the matrix.
fn switched() -> String {
    let mut out = String::from("Switches, off until they are switched on:\n");
    for (name, whose, switches) in SWITCHES {
        out.push_str(&format!("{name}: {whose}\n"));
        for party in Party::ALL {
            for item in rails(party) {
                for role in Role::ALL {
                    let (off, on) = (default_cell(party, item, role), cell_of(party, item, role, switches));
                    if off != on {
                        let what = format!("{}, {}, {}", party.key(), item.label(), role.key());
                        out.push_str(&format!("    {what:<40} {:>6} -> {}\n", sign(off), sign(on)));
                    }
                }
            }
        }
    }
    out
}

/// The matrix for people.
pub(crate) fn matrix() -> String {
    let mut out = String::new();
    for party in Party::ALL {
        let cell = |item, role| sign(default_cell(party, item, role));
        table(&mut out, party.key(), rails(party), cell);
    }
    out.push_str(
        "F full, R read, - hidden and refused; own: one's own, assigned and unassigned records only; no $: without\n\
         amounts and quotes; status: how it stands only. An item that a party has no row for does not exist for it.\n\n",
    );
    out.push_str(&switched());
    out
}

fn table<'a>(
    out: &mut String,
    heading: &str,
    items: impl Iterator<Item = Item>,
    cell: impl Fn(Item, Role) -> &'a str,
) {
    out.push_str(&format!("{heading:<24}"));
    for role in Role::ALL {
        out.push_str(&format!(" {:>13}", role.key()));
    }
    out.push('\n');
    for item in items {
        out.push_str(&format!("{:<24}", item.label()));
        for role in Role::ALL {
            out.push_str(&format!(" {:>13}", cell(item, role)));
        }
        out.push('\n');
    }
    out.push('\n');
}

/// The matrix for machines: one line per cell.
fn matrix_csv() -> String {
    let mut out = String::from("party,item,role,level,sees,records\n");
    for party in Party::ALL {
        for item in rails(party) {
            for role in Role::ALL {
                let cell = default_cell(party, item, role);
                let level = word(cell);
                let (sees, records) = match cell.filter(|cell| cell.level > Level::None) {
                    None => ("nothing", "none"),
                    Some(cell) => (sees(cell.sight), records(cell.whose)),
                };
                let (party, item, role) = (party.key(), item.label(), role.key());
                out.push_str(&format!("{party},{item},{role},{level},{sees},{records}\n"));
            }
        }
    }
    out
}

/// The subtypes and items of the product's role matrix, in its order.
fn menu_items() -> impl Iterator<Item = (Party, Item)> {
    let of = |party| rails(party).filter(|item| item.in_product_matrix()).map(move |item| (party, item));
    of(Party::Reseller).chain(of(Party::Distributor))
}

fn menu() -> String {
    let mut out = String::new();
    for party in [Party::Reseller, Party::Distributor] {
        let items = menu_items().filter(|(of, _)| *of == party).map(|(_, item)| item);
        table(&mut out, party.key(), items, |item, role| word(default_cell(party, item, role)));
    }
    out
}

/// One row per menu item, one column per role.
pub(crate) fn menu_csv() -> String {
    let mut out = String::from("subtype,item");
    for role in Role::ALL {
        out.push_str(&format!(",{}", role.key()));
    }
    out.push('\n');
    for (party, item) in menu_items() {
        out.push_str(&format!("{},{}", party.key(), item.label()));
        for role in Role::ALL {
            out.push_str(&format!(",{}", word(default_cell(party, item, role))));
        }
        out.push('\n');
    }
    out
}

fn word(cell: Option<Cell>) -> &'static str {
    match cell.map(|cell| cell.level) {
        Some(Level::Full) => "full",
        Some(Level::Read) => "read",
        Some(Level::None) | None => "none",
    }
}

fn sees(sight: Sight) -> &'static str {
    match sight {
        Sight::StatusOnly => "status_only",
        Sight::NoMoney => "no_money",
        Sight::Full => "all",
    }
}

fn records(whose: Whose) -> &'static str {
    match whose {
        Whose::Own => "own",
        Whose::All => "all",
    }
}

fn sign(cell: Option<Cell>) -> &'static str {
    match cell {
        Some(Cell { level: Level::Full, whose: Whose::All, .. }) => "F",
        Some(Cell { level: Level::Full, whose: Whose::Own, .. }) => "F own",
        Some(Cell { level: Level::Read, sight: Sight::Full, .. }) => "R",
        Some(Cell { level: Level::Read, sight: Sight::NoMoney, .. }) => "R no $",
        Some(Cell { level: Level::Read, sight: Sight::StatusOnly, .. }) => "R status",
        Some(Cell { level: Level::None, .. }) | None => "-",
    }
}
