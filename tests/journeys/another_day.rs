//! Another day: the story on its own date, as `cargo demo -- --clock 2026-07-15` plays it. Gateways keep real time and
//! would doubt such a cloud, so there are none, and the pages say that there are no values.

use crate::home::home;
use anyhow::Result;
use riversync_testbed::person::Person;
use riversync_testbed::stage::{Cast, Stage};

#[tokio::test]
async fn the_story_is_told_on_its_own_day_without_live_values() -> Result<()> {
    let home = home("another-day")?;
    let cast = Cast { clock: Some("2026-07-15".to_owned()), judged: false, ..Cast::judged() };
    let stage = Stage::set(home.path(), &cast).await?;
    assert!(stage.sites.is_empty(), "a gateway was started beside a cloud of another day");
    let mut missing = Vec::new();
    for (handle, path, said) in [
        ("nera.coord", "/partners/overview", "to Huawei-TH in 17 days"),
        ("nera.coord", "/partners/renewals", "Moving to Huawei-TH · 1 Aug 2026 · 17 days"),
        ("nera.coord", "/partners/devices", "Moving to Huawei-TH · 1 Aug 2026 · 17 days"),
        ("nera.coord", "/partners/devices/D-BF-1", "No values in this time"),
        ("nera.coord", "/partners/devices/D-BF-1", "Never seen"),
        ("nera.coord", "/partners/workload", "Breached"),
        ("huawei.admin", "/partners/renewals", "Arriving from Nera · 1 Aug 2026 · 17 days"),
        ("south.admin", "/portal", "Never seen"),
        ("south.admin", "/portal/sharing", "Nera"),
        ("bkk.admin", "/portal/devices/D-BF-1", "No values in this time"),
    ] {
        let link = stage.cloud.sign_in_link(handle).await?;
        let person = Person::sign_in(&stage.cloud.url(""), &link).await?;
        let (status, page) = person.page(path).await?;
        if !status.is_success() || !page.contains(said) {
            missing.push(format!("{handle} {path}: {status}, without \"{said}\""));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    Ok(())
}
