//! What the owner takes back is silent at once, and a gateway believes no policy but the newest one that the cloud
//! signed for it.

use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use riversync_testbed::gateway::Gateway;
use riversync_testbed::link::Weather;
use riversync_testbed::person::Person;
use riversync_testbed::site::Site;
use riversync_testbed::site::layout::{BKK_FOODS, SOUTH_RUBBER};
use riversync_testbed::stage::{Cast, Stage};
use riversync_testbed::wait::{now_ms, until};
use std::time::Duration;

pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// After this long without a reading a device counts as silent, milliseconds: its metrics are read every second.
const SILENCE_MS: i64 = 3_000;
/// From the owner's click to the last reading.
pub(crate) const AT_ONCE_MS: i64 = 1_000;

/// When `device` was last asked for `metric`, Unix milliseconds.
pub(crate) fn last_read_ms(site: &Site, device: &str, metric: &str) -> Option<i64> {
    let answered = site.devices.get(device)?.answered();
    let reads = answered.iter().filter(|answer| answer.served.iter().any(|served| served.metric == metric));
    reads.map(|answer| answer.at_ms).max()
}

/// Waits until `device` is no longer asked for `metric`; answers when it was last.
pub(crate) async fn silence(site: &Site, device: &str, metric: &str) -> Result<i64> {
    until(&format!("silence of {metric} of {device}"), PATIENCE, async || {
        let last = last_read_ms(site, device, metric).context("it was never read")?;
        ensure!(now_ms() >= last + SILENCE_MS, "it was read {} ms ago", now_ms() - last);
        Ok(last)
    })
    .await
}

/// Why nothing flows, by the gateway's own account of a moment after `since_ms`.
pub(crate) async fn withheld(gateway: &Gateway, since_ms: i64) -> Result<String> {
    until("the gateway to say that nothing flows", PATIENCE, async || {
        let status: serde_json::Value = serde_json::from_str(&gateway.command(&["status", "--json"]).await?)?;
        let at_ms = status.get("at_ms").and_then(serde_json::Value::as_i64).context("no time")?;
        ensure!(at_ms >= since_ms, "the status is from before");
        let why = status.pointer("/grant/withheld").and_then(serde_json::Value::as_str);
        Ok(why.context("it says that something flows")?.to_owned())
    })
    .await
}

#[tokio::test]
async fn narrowed_then_revoked_is_silent_within_a_second_and_in_the_log() -> Result<()> {
    let home = home("grants")?;
    let mut stage = Stage::set(home.path(), &Cast::one_site()).await?;
    let owner = Person::sign_in(&stage.cloud.url(""), &stage.cloud.sign_in_link("bkk.admin").await?).await?;
    let grant = stage.grants_of("bkkfoods").await?.into_iter().next().context("nothing is granted")?;
    let (site, gateway) = stage.sites.first_mut().context("no site")?;

    let narrowed_ms = now_ms();
    let path = format!("/portal/sharing/{grant}/narrow");
    let kept = [("items", "D-BF-1/power"), ("items", "D-BF-2/power"), ("items", "D-BF-2/temp")];
    let answer = owner.post(&path, &kept).await?;
    assert!(answer.status().is_redirection(), "narrowing was answered {}", answer.status());
    let last = silence(site, "D-BF-1", "temp").await?;
    assert!(
        last <= narrowed_ms + AT_ONCE_MS,
        "temp was read {} ms after it was taken back",
        last - narrowed_ms
    );
    let power = last_read_ms(site, "D-BF-1", "power").context("power was never read")?;
    assert!(power > narrowed_ms + AT_ONCE_MS, "narrowing silenced what was kept");

    let revoked_ms = now_ms();
    let answer = owner.post(&format!("/portal/sharing/{grant}/revoke"), &[("reason", "enough")]).await?;
    assert!(answer.status().is_redirection(), "revoking was answered {}", answer.status());
    for (device, metric) in [("D-BF-1", "power"), ("D-BF-2", "temp")] {
        let last = silence(site, device, metric).await?;
        assert!(
            last <= revoked_ms + AT_ONCE_MS,
            "{metric} was read {} ms after the revocation",
            last - revoked_ms
        );
    }
    let why = withheld(gateway, revoked_ms).await;
    let rows = gateway.command(&["grants"]).await?;
    assert!(why.is_ok() || !rows.contains("D-BF-"), "the gateway still lists rows: {rows}");
    let (status, log) = owner.page("/portal/log").await?;
    assert!(status.is_success() && log.contains("enough"), "the log does not show the revocation: {status}");
    Ok(())
}

#[tokio::test]
async fn no_policy_but_the_newest_of_its_own_is_believed() -> Result<()> {
    let home = home("policies")?;
    let cast = Cast { layouts: vec![BKK_FOODS, SOUTH_RUBBER], ..Cast::judged() };
    let mut stage = Stage::set(home.path(), &cast).await?;
    let others = std::fs::read(stage.sites.get(1).context("no second site")?.1.state().join("grant/policy"))?;
    let (site, gateway) = stage.sites.first_mut().context("no site")?;
    let file = gateway.state().join("grant/policy");
    let own = std::fs::read(&file)?;
    let mut forged = own.clone();
    let middle = forged.len() / 2;
    if let Some(byte) = forged.get_mut(middle) {
        *byte ^= 1;
    }
    gateway.stop().await?;
    stage.cloud.link().set(Weather::Cut);
    for (what, policy) in [("forged", forged), ("for another agent", others), ("empty", Vec::new())] {
        std::fs::write(&file, policy)?;
        let before: u64 = site.devices.values().map(|device| device.counts().1).sum();
        let started_ms = now_ms();
        gateway.start().await?;
        let why =
            withheld(gateway, started_ms).await.with_context(|| format!("with a policy that is {what}"))?;
        let after: u64 = site.devices.values().map(|device| device.counts().1).sum();
        assert_eq!(after, before, "devices were read under a policy that is {what} ({why})");
        gateway.kill_and_restart().await?;
        gateway.stop().await?;
    }
    std::fs::write(&file, own)?;
    let before: u64 = site.devices.values().map(|device| device.counts().1).sum();
    gateway.start().await?;
    until("readings under its own policy, offline", PATIENCE, async || {
        let after: u64 = site.devices.values().map(|device| device.counts().1).sum();
        ensure!(after > before, "no device was read");
        Ok(())
    })
    .await
}
