//! Taken back while the gateway cannot hear it, or ended by the calendar: what piled up meanwhile is purged before
//! anything is sent, and the owner's log has the receipt.

use crate::grants::{AT_ONCE_MS, PATIENCE, silence};
use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use riversync_testbed::gateway::Gateway;
use riversync_testbed::link::Weather;
use riversync_testbed::person::Person;
use riversync_testbed::proof::{Name, Recorded};
use riversync_testbed::site::Site;
use riversync_testbed::stage::{Cast, Stage};
use riversync_testbed::wait::{now_ms, until};
use std::path::Path;

/// Readings of one metric that must lie in the store.
const BACKLOG: usize = 5;
/// From the moment a grant is given an end to that end: the gateway must hear of it and lose the link before.
const TO_THE_END_MS: i64 = 20_000;

fn name(device: &str, metric: &str) -> Name {
    (device.to_owned(), metric.to_owned())
}

/// How often `device` was asked for `metric` in [`from_ms`, `until_ms`).
fn reads(site: &Site, (device, metric): &Name, from_ms: i64, until_ms: i64) -> usize {
    let answered = site.devices.get(device).map(|device| device.answered()).unwrap_or_default();
    let within = answered.iter().filter(|answer| (from_ms..until_ms).contains(&answer.at_ms));
    within.filter(|answer| answer.served.iter().any(|served| served.metric == *metric)).count()
}

/// The gateway's picture of itself, of a moment after `since_ms`.
async fn status(gateway: &Gateway, since_ms: i64) -> Result<serde_json::Value> {
    let status: serde_json::Value = serde_json::from_str(&gateway.command(&["status", "--json"]).await?)?;
    let at_ms = status.get("at_ms").and_then(serde_json::Value::as_i64).context("no time")?;
    ensure!(at_ms > since_ms, "the status is from before");
    Ok(status)
}

/// Waits until the store holds telemetry, or until it holds none.
async fn holds(gateway: &Gateway, something: bool) -> Result<()> {
    let since_ms = now_ms();
    until(if something { "a backlog in the store" } else { "an empty store" }, PATIENCE, async || {
        let status = status(gateway, since_ms).await?;
        let records = status.pointer("/buffer/records").and_then(serde_json::Value::as_u64);
        let records = records.context("no number of records")?;
        ensure!((records > 0) == something, "{records} records are in the store");
        Ok(())
    })
    .await
}

/// Points that the gateway's receipts in the owner's log speak of.
async fn purged(owner: &Person) -> Result<u64> {
    let (status, log) = owner.page("/portal/log?action=grant.purged").await?;
    ensure!(status.is_success(), "the log is answered {status}");
    let counts = log.split("values: ").skip(1).filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u64>().ok()
    });
    ensure!(log.contains("purged data that is no longer granted"), "there is no receipt in the log");
    Ok(counts.sum())
}

/// Waits for receipts of more than `before` points in all; answers of how many.
async fn receipt(owner: &Person, before: u64) -> Result<u64> {
    until("a receipt in the owner's log", PATIENCE, async || {
        let points = purged(owner).await?;
        ensure!(points > before, "the receipts speak of {points} points, as before");
        Ok(points)
    })
    .await
}

/// How many points of each metric in `names` are recorded with a time after `since_ms`.
fn recorded_since(recorded: &Recorded, names: &[Name], since_ms: i64) -> Vec<(Name, usize)> {
    let late = |name: &Name| {
        let points = recorded.points.get(name).into_iter().flatten();
        (name.clone(), points.filter(|(at_ms, _)| *at_ms >= since_ms).count())
    };
    names.iter().map(late).filter(|(_, late)| *late > 0).collect()
}

/// Everything that lies beside each other in the store's directory.
fn stores(gateway: &Gateway) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir::<&Path>(&gateway.state().join("buffer"))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(found)
}

/// The store that held `before` is not there any more, nor anything that was set aside.
fn rewritten(gateway: &Gateway, before: &[String]) -> Result<()> {
    let after = stores(gateway)?;
    ensure!(
        after.len() == 1 && !after.iter().any(|store| before.contains(store)),
        "the purged store is still on disk: {before:?} became {after:?}"
    );
    Ok(())
}

#[tokio::test]
async fn what_was_taken_back_during_an_outage_is_purged_and_never_sent() -> Result<()> {
    let home = home("outage")?;
    let mut stage = Stage::set(home.path(), &Cast::one_site()).await?;
    let owner = Person::sign_in(&stage.cloud.url(""), &stage.cloud.sign_in_link("bkk.admin").await?).await?;
    let grant = stage.grants_of("bkkfoods").await?.into_iter().next().context("nothing is granted")?;
    let (kept, taken) = (name("D-BF-1", "power"), name("D-BF-1", "temp"));
    let (site, gateway) = stage.sites.first_mut().context("no site")?;
    let cloud = &stage.cloud;
    let outage = async |metric: &Name| {
        let before = purged(&owner).await.unwrap_or_default();
        cloud.link().set(Weather::Cut);
        let cut_ms = now_ms();
        until("a backlog", PATIENCE, async || {
            let read = reads(site, metric, cut_ms, i64::MAX);
            ensure!(read >= BACKLOG, "{read} readings since the link was cut");
            Ok(())
        })
        .await?;
        holds(gateway, true).await?;
        anyhow::Ok((cut_ms, before, stores(gateway)?))
    };

    let (cut_ms, before, store) = outage(&taken).await?;
    let answer = owner.post(&format!("/portal/sharing/{grant}/narrow"), &[("items", "D-BF-1/power")]).await?;
    assert!(answer.status().is_redirection(), "narrowing was answered {}", answer.status());
    cloud.link().set(Weather::Clear);
    let before = receipt(&owner, before).await?;
    rewritten(gateway, &store)?;
    until("what is still granted", PATIENCE, async || {
        let backlog = recorded_since(&cloud.recorded().await?, std::slice::from_ref(&kept), cut_ms);
        ensure!(backlog.iter().any(|(_, points)| *points >= BACKLOG), "recorded of the outage: {backlog:?}");
        Ok(())
    })
    .await?;
    let others: Vec<Name> = stage.granted.iter().filter(|name| **name != kept).cloned().collect();
    assert_eq!(recorded_since(&cloud.recorded().await?, &others, cut_ms), Vec::new());

    let (cut_ms, _, store) = outage(&kept).await?;
    let answer = owner.post(&format!("/portal/sharing/{grant}/revoke"), &[("reason", "enough")]).await?;
    assert!(answer.status().is_redirection(), "revoking was answered {}", answer.status());
    cloud.link().set(Weather::Clear);
    receipt(&owner, before).await?;
    rewritten(gateway, &store)?;
    holds(gateway, false).await?;
    let names: Vec<Name> = stage.granted.iter().cloned().collect();
    assert_eq!(recorded_since(&cloud.recorded().await?, &names, cut_ms), Vec::new());
    Ok(())
}

#[tokio::test]
async fn a_grant_that_ends_during_an_outage_ends_on_the_gateway_too() -> Result<()> {
    let home = home("expired")?;
    let mut stage = Stage::set(home.path(), &Cast::one_site()).await?;
    let owner = Person::sign_in(&stage.cloud.url(""), &stage.cloud.sign_in_link("bkk.admin").await?).await?;
    let grant = stage.grants_of("bkkfoods").await?.into_iter().next().context("nothing is granted")?;
    let power = name("D-BF-1", "power");
    let (site, gateway) = stage.sites.first_mut().context("no site")?;
    let before = purged(&owner).await.unwrap_or_default();
    let end_ms = now_ms() + TO_THE_END_MS;
    stage.cloud.end_grant(&grant, site.layout.agent, end_ms).await?;
    until("the gateway to know the end", PATIENCE, async || {
        let rows = gateway.command(&["grants", "--json"]).await?;
        ensure!(rows.contains(&end_ms.to_string()), "it knows other ends: {rows}");
        Ok(())
    })
    .await?;
    stage.cloud.link().set(Weather::Cut);
    let cut_ms = now_ms();

    let last = silence(site, &power.0, &power.1).await?;
    assert!(last <= end_ms + AT_ONCE_MS, "power was read {} ms after the grant ended", last - end_ms);
    let backlog = reads(site, &power, cut_ms, end_ms);
    assert!(backlog >= BACKLOG, "only {backlog} readings between the cut and the end: nothing was proved");
    // Nobody could tell the gateway: the end stood in what it had, and its own clock sufficed.
    holds(gateway, false).await?;
    let said = gateway.command(&["grants", "--json"]).await?;
    assert!(said.contains("\"ended\"") && !said.contains("\"now\""), "rows are said to hold: {said}");

    stage.cloud.link().set(Weather::Clear);
    receipt(&owner, before).await?;
    holds(gateway, false).await?;
    let names: Vec<Name> = stage.granted.iter().cloned().collect();
    assert_eq!(recorded_since(&stage.cloud.recorded().await?, &names, cut_ms), Vec::new());
    Ok(())
}
