//! `permissions`: the role matrix, from the one table that the service reads.

use super::{Failure, say};
use crate::platform::access::{Item, Level, Party, Role, level, rails};

/// What `permissions` takes.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Only the menu: for each party and role the items of the rail
    #[arg(long)]
    menu: bool,
    /// Comma-separated instead of a table
    #[arg(long)]
    csv: bool,
}

/// Prints the matrix.
pub(super) fn run(args: &Args) -> Result<(), Failure> {
    say(&match (args.menu, args.csv) {
        (true, csv) => menu(csv),
        (false, true) => matrix_csv(),
        (false, false) => matrix(),
    })
}

/// The matrix for people: `F` full, `R` read, `-` hidden and refused.
pub(crate) fn matrix() -> String {
    let mut out = String::new();
    for party in Party::ALL {
        out.push_str(&format!("{:<24}", party.key()));
        for role in Role::ALL {
            out.push_str(&format!(" {:>13}", role.key()));
        }
        out.push('\n');
        for item in rails(party) {
            out.push_str(&format!("{:<24}", item.label()));
            for role in Role::ALL {
                out.push_str(&format!(" {:>13}", sign(party, item, role)));
            }
            out.push('\n');
        }
        out.push('\n');
    }
    out.push_str(
        "F full, R read, - hidden and refused. An item that a party has no row for does not exist for it.\n",
    );
    out
}

/// The matrix for machines: one line per cell.
fn matrix_csv() -> String {
    let mut out = String::from("party,item,role,level\n");
    for party in Party::ALL {
        for item in rails(party) {
            for role in Role::ALL {
                let sign = sign(party, item, role);
                out.push_str(&format!("{},{},{},{sign}\n", party.key(), item.label(), role.key()));
            }
        }
    }
    out
}

fn menu(csv: bool) -> String {
    let mut out = String::from(if csv { "party,role,item\n" } else { "" });
    for party in Party::ALL {
        for role in Role::ALL {
            let seen = rails(party).filter(|item| level(party, *item, role) > Some(Level::None));
            let labels: Vec<&str> = seen.map(Item::label).collect();
            if csv {
                for label in labels {
                    out.push_str(&format!("{},{},{label}\n", party.key(), role.key()));
                }
            } else {
                out.push_str(&format!("{:<12} {:<14} {}\n", party.key(), role.key(), labels.join(" · ")));
            }
        }
    }
    out
}

fn sign(party: Party, item: Item, role: Role) -> &'static str {
    match level(party, item, role) {
        Some(Level::Full) => "F",
        Some(Level::Read) => "R",
        Some(Level::None) | None => "-",
    }
}
