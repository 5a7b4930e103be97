//! Who can sign in, and what there is to see.

use anyhow::Result;
use riversync_testbed::cloud::Cloud;

/// People worth being, and why.
const WORTH_BEING: [(&str, &str); 11] = [
    (
        "nera.coord",
        "partner, Gold reseller: covered devices, live charts of what was granted, workload, renewals",
    ),
    ("nera.admin", "the same partner's administrator; Nera is a customer too, so there is a portal as well"),
    ("nera.sales1", "sales at Nera: the funnel with its own deals"),
    ("nera.view", "may look at Nera and change nothing"),
    ("bkk.admin", "customer BKKFoods: who can see my devices, grant, narrow, revoke, the log of every use"),
    ("south.admin", "customer SouthRubber: its devices move from Nera to Huawei-TH in 17 days"),
    ("huawei.admin", "partner that receives the Southern Thailand devices"),
    ("mw.manager", "distributor: the same deals, with off-channel value masked"),
    ("siam.admin", "another reseller: sees nothing of Nera's"),
    ("lonely.admin", "a customer whom nobody covers"),
    ("rs.pipeline", "RiverSync's own view of the shared funnel"),
];

/// Prints a one-time link for each.
pub async fn introduce(cloud: &Cloud) -> Result<()> {
    let people = riversync_cloud::world::people();
    println!("\nRiverSync runs at {}\n", cloud.url("/"));
    println!("Each link signs one person in, once, within 30 minutes. More at {}:", cloud.url("/mailbox"));
    for (handle, what) in WORTH_BEING {
        let Some(person) = people.iter().find(|person| person.handle == handle) else { continue };
        let link = cloud.sign_in_link(handle).await?;
        println!("\n  {} <{}>\n    {what}\n    {link}", person.name, person.email());
    }
    println!("\nPress Ctrl-C to stop; everything is removed then.");
    Ok(())
}
