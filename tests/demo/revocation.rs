//! BKKFoods revokes what it granted, and how long it takes until nothing flows.

use crate::step;
use anyhow::{Context as _, Result, ensure};
use riversync_testbed::gateway::Gateway;
use riversync_testbed::person::Person;
use riversync_testbed::site::Site;
use riversync_testbed::stage::Stage;
use riversync_testbed::wait::{now_ms, until};
use sqlx::Row as _;
use std::time::Duration;

const SILENT_WITHIN: Duration = Duration::from_secs(90);
/// How long nothing may flow before it counts as silence, milliseconds: the devices are read every second.
const SILENCE_MS: i64 = 4_000;
const OWNER: (&str, &str) = ("bkk.admin", "bkkfoods");

/// When it happened, Unix milliseconds.
pub struct Revocation {
    /// The owner's request was sent.
    pub asked_ms: i64,
    /// It was answered: the grants are gone.
    pub answered_ms: i64,
    /// From `asked_ms` until nothing flows any more, milliseconds.
    pub silence_ms: i64,
}

/// Whether the revocation silences this site.
pub fn hits(site: &Site) -> bool {
    site.layout.agent == "A-BF"
}

/// Revokes every grant of the owner, and waits for silence.
pub async fn revoke(stage: &mut Stage) -> Result<Revocation> {
    step("BKKFoods revokes what it granted");
    let link = stage.cloud.sign_in_link(OWNER.0).await?;
    let owner = Person::sign_in(&stage.cloud.url(""), &link).await?;
    let grants = stage.grants_of(OWNER.1).await?;
    ensure!(!grants.is_empty(), "BKKFoods has granted nothing");
    let asked_ms = now_ms();
    for grant in grants {
        let path = format!("/portal/sharing/{grant}/revoke");
        let answer = owner.post(&path, &[("reason", "check")]).await?;
        let status = answer.status();
        ensure!(status.is_redirection() || status.is_success(), "{path} was answered {status}");
    }
    let answered_ms = now_ms();
    let (site, gateway) = stage.sites.iter().find(|(site, _)| hits(site)).context("no site of BKKFoods")?;
    let obeyed_ms = obeyed(stage, site.layout.agent, gateway).await?;
    let flowed_ms = last_flow(stage, site).await?;
    Ok(Revocation { asked_ms, answered_ms, silence_ms: obeyed_ms.max(flowed_ms.unwrap_or(0)) - asked_ms })
}

/// When the gateway was first seen under the policy that the cloud has for it now.
async fn obeyed(stage: &Stage, agent: &str, gateway: &Gateway) -> Result<i64> {
    let mut database = stage.cloud.database().await?;
    let row = sqlx::query("SELECT policy_epoch FROM agent WHERE id = ?").bind(agent);
    let newest: i64 = row.fetch_one(&mut database).await?.get("policy_epoch");
    #[expect(clippy::cast_precision_loss, reason = "epochs are small")]
    let newest = newest as f64;
    until("the gateway to obey", SILENT_WITHIN, async || {
        let held = gateway.metric("agent_grant_epoch").await?;
        ensure!(held >= newest, "it runs under policy {held}, the newest is {newest}");
        Ok(now_ms())
    })
    .await
}

/// When a device of the site last answered its gateway, or when the last reading that was recorded was taken; known once
/// nothing has flowed for a while. Sensors speak to whoever subscribed; what a gateway does with it shows in what is
/// recorded.
async fn last_flow(stage: &Stage, site: &Site) -> Result<Option<i64>> {
    let devices: Vec<&str> = site.layout.devices.iter().map(|(device, _)| *device).collect();
    until("silence", SILENT_WITHIN, async || {
        let recorded = stage.cloud.recorded().await?;
        let ours = recorded.points.iter().filter(|((device, _), _)| devices.contains(&device.as_str()));
        let recorded_ms = ours.flat_map(|(_, points)| points).map(|(at_ms, _)| *at_ms).max();
        let polled_ms =
            site.devices.values().filter_map(|device| Some(device.answered().last()?.at_ms)).max();
        let last = recorded_ms.max(polled_ms);
        let for_ms = last.map_or(i64::MAX, |last| now_ms() - last);
        ensure!(for_ms >= SILENCE_MS, "something flowed {for_ms} ms ago");
        Ok(last)
    })
    .await
}
