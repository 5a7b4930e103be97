//! Replayed: a policy that the cloud did sign, for this very gateway, before something was taken back, put in place of
//! the newest while the gateway is off. Nothing of it counts, and the gateway says why.

use crate::grants::{AT_ONCE_MS, PATIENCE, last_read_ms, withheld};
use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use riversync_testbed::link::Weather;
use riversync_testbed::person::Person;
use riversync_testbed::stage::{Cast, Stage};
use riversync_testbed::wait::{now_ms, until};

#[tokio::test]
async fn an_older_policy_does_not_bring_back_what_was_taken() -> Result<()> {
    let home = home("replayed")?;
    let mut stage = Stage::set(home.path(), &Cast::one_site()).await?;
    let owner = Person::sign_in(&stage.cloud.url(""), &stage.cloud.sign_in_link("bkk.admin").await?).await?;
    let grant = stage.grants_of("bkkfoods").await?.into_iter().next().context("nothing is granted")?;
    let (site, gateway) = stage.sites.first_mut().context("no site")?;
    let file = gateway.state().join("grant/policy");
    let wider = std::fs::read(&file)?;

    let narrowed_ms = now_ms();
    let answer = owner.post(&format!("/portal/sharing/{grant}/narrow"), &[("items", "D-BF-1/power")]).await?;
    assert!(answer.status().is_redirection(), "narrowing was answered {}", answer.status());
    until("the narrower policy on disk", PATIENCE, async || {
        ensure!(std::fs::read(&file)? != wider, "it is still the wider one");
        Ok(())
    })
    .await?;
    gateway.stop().await?;

    stage.cloud.link().set(Weather::Cut);
    std::fs::write(&file, &wider)?;
    let asked = || site.devices.values().map(|device| device.counts().1).sum::<u64>();
    let (before, started_ms) = (asked(), now_ms());
    gateway.start().await?;
    let why = withheld(gateway, started_ms).await?;
    assert!(why.contains("already seen"), "it does not say that the policy is an old one: {why}");
    let said: serde_json::Value = serde_json::from_str(&gateway.command(&["grants", "--json"]).await?)?;
    let field = |name: &str| said.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    assert_eq!(field("signature"), "refused", "{said}");
    assert!(field("withheld").contains("older policies are refused"), "{said}");
    let rows = said.get("rows").and_then(serde_json::Value::as_array).map(Vec::len);
    assert_eq!(rows, Some(0), "{said}");
    assert_eq!(asked(), before, "devices were read under a policy of the past");

    let status: serde_json::Value = serde_json::from_str(&gateway.command(&["status", "--json"]).await?)?;
    let stored = status.pointer("/totals/points_stored").and_then(serde_json::Value::as_u64);
    assert_eq!(stored, Some(0), "points were stored under a policy of the past: {status}");

    // The cloud has the last word: what was left flows again, what was taken back does not.
    let back_ms = now_ms();
    stage.cloud.link().set(Weather::Clear);
    until("what is still granted", PATIENCE, async || {
        let recorded = stage.cloud.recorded().await?;
        let power = recorded.points.get(&("D-BF-1".to_owned(), "power".to_owned()));
        let newest = power.into_iter().flatten().map(|(at_ms, _)| *at_ms).max();
        ensure!(newest > Some(back_ms), "the newest power of D-BF-1 is from before the link came back");
        Ok(())
    })
    .await?;
    assert!(std::fs::read(&file)? != wider, "the gateway still keeps the older policy");
    let last = last_read_ms(site, "D-BF-1", "temp").context("temp was never read")?;
    assert!(
        last <= narrowed_ms + AT_ONCE_MS,
        "temp was read {} ms after it was taken back",
        last - narrowed_ms
    );
    // A message that the broker still held may be acknowledged, so that it does not come again; it is never kept.
    for ((device, metric), points) in stage.cloud.recorded().await?.points {
        let late = points.iter().filter(|(at_ms, _)| *at_ms > narrowed_ms + AT_ONCE_MS).count();
        assert!(
            late == 0 || (device.as_str(), metric.as_str()) == ("D-BF-1", "power"),
            "{late} points of {metric} of {device} are from after it was taken back"
        );
    }
    Ok(())
}
