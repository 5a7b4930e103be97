//! What one permission check costs: `may`, from roles and action to the scope that statements bind.
//!
//! ```text
//! cargo run --release -p riversync-cloud --example permission
//! ```
//! Every item of every party, read and changed, by a person of two roles, a million times over. A second is one of wall
//! time on one thread. Prints one JSON object.

use anyhow::ensure;
use riversync_cloud::platform::access::{
    Acting, Action, Actor, Item, PartnerTier, Party, Role, Roles, Standing, Switches,
};
use riversync_cloud::platform::base::Reader;
use serde_json::json;
use std::hint::black_box;

const TIMES: u32 = 20_000;

#[expect(clippy::print_stdout, reason = "the figure is the output")]
fn main() -> anyhow::Result<()> {
    let actor = Actor {
        person_id: "nera.sales1".into(),
        person_name: "Somsak Dee".into(),
        email: "nera.sales1@nera.example".into(),
        tenant_id: "nera".into(),
        tenant_name: "Nera".into(),
        roles: Roles::from_iter([Role::Sales, Role::Technical]),
        acting: vec![
            Acting {
                party: Party::Reseller,
                partner_tier: Some(PartnerTier::Gold),
                vendor_id: None,
                standing: Standing::Active,
                switches: Switches::default(),
                brand: None,
            },
            Acting {
                party: Party::Customer,
                partner_tier: None,
                vendor_id: None,
                standing: Standing::Active,
                switches: Switches::default(),
                brand: None,
            },
        ],
        tenants: Vec::new(),
        viewing: None,
        proved_ms: None,
        key: None,
        reader: Reader::default(),
    };
    let actions: Vec<Action> =
        Item::ALL.into_iter().flat_map(|item| [Action::See(item), Action::Change(item)]).collect();
    let (mut allowed, mut denied) = (0_u64, 0_u64);
    let started = std::time::Instant::now();
    for _ in 0..TIMES {
        for action in &actions {
            match black_box(&actor).may(black_box(*action)) {
                Ok(scope) => allowed += u64::from(black_box(scope).party() == Party::Reseller),
                Err(_) => denied += 1,
            }
        }
    }
    let took = started.elapsed();
    ensure!(allowed > 0 && denied > 0, "nothing was decided");
    let checks = u64::from(TIMES) * u64::try_from(actions.len())?;
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let each_ns = took.as_nanos() as f64 / checks as f64;
    println!("{}", json!({ "checks": checks, "nanoseconds_each": each_ns.round() }));
    Ok(())
}
