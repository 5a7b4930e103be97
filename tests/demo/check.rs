//! `--check`: the pipeline without a person, and its judge.

use crate::figures::{Figures, per};
use crate::revocation::{hits, revoke};
use crate::step;
use anyhow::{Result, ensure};
use riversync_testbed::canary::{self, Found};
use riversync_testbed::link::Weather;
use riversync_testbed::proof::{self, HandedOut, Recorded, Times, Verdict};
use riversync_testbed::site::Site;
use riversync_testbed::stage::{Cast, Stage};
use riversync_testbed::wait::{now_ms, until};
use std::path::Path;
use std::time::Duration;

/// A backlog of half a minute must be gone long before.
const DRAINED_WITHIN: Duration = Duration::from_secs(90);
/// Readings this short before a revocation may still wait in the buffer and are purged with it, milliseconds.
const PURGED_MS: i64 = 5_000;

/// Plays it and judges it.
pub async fn run(folder: &Path, port: u16, outage_s: u32) -> Result<Figures> {
    let cast = Cast { port, progress: step, ..Cast::judged() };
    let mut stage = Stage::set(folder, &cast).await?;
    let judged_from_ms = now_ms();
    grows(&stage, 30, "readings before anything goes wrong").await?;
    let outage = outage(&stage, outage_s).await?;
    let kills_ms = kills(&mut stage).await?;
    let revoked = revoke(&mut stage).await?;
    let rss: u64 =
        stage.sites.iter_mut().map(|(_, gateway)| gateway.process()?.pss_bytes()).sum::<Result<_>>()?;
    let gateways = u64::try_from(stage.sites.len())?;

    step("waiting until everything that was accepted is recorded");
    let ends_ms = now_ms();
    let times = |site: &Site| Times {
        from_ms: judged_from_ms,
        until_ms: if hits(site) { revoked.asked_ms - PURGED_MS } else { ends_ms },
        kills_ms: kills_ms.clone(),
    };
    let judged = async || {
        let recorded = stage.cloud.recorded().await?;
        let verdicts: Vec<Verdict> = stage
            .sites
            .iter()
            .map(|(site, _)| proof::judge(site, &stage.serials_of(site), &recorded, &times(site)))
            .collect();
        anyhow::Ok((recorded, verdicts))
    };
    let settled = until("everything to be recorded", DRAINED_WITHIN, async || {
        let (recorded, verdicts) = judged().await?;
        let lost: usize = verdicts.iter().map(|verdict| verdict.lost.len()).sum();
        ensure!(lost == 0, "{lost} readings are missing");
        Ok((recorded, verdicts))
    })
    .await;
    let (recorded, verdicts) = match settled {
        Ok(settled) => settled,
        Err(_) => judged().await?,
    };
    for complaint in
        verdicts.iter().flat_map(|v| v.lost.iter().chain(&v.duplicated).chain(&v.invented)).take(20)
    {
        step(&format!("complaint: {complaint}"));
    }
    let ended_ms = |site: &Site| if hits(site) { revoked.answered_ms } else { i64::MAX };
    let handed_out: Vec<HandedOut> =
        stage.sites.iter().map(|(site, _)| proof::handed_out(site, &stage.granted, ended_ms(site))).collect();
    let found = leaks(&mut stage, &recorded).await?;
    let (mut bytes, mut sent_points) = (0, 0);
    for (_, gateway) in &stage.sites {
        let sent = proof::sent(&gateway.bodies())?;
        bytes += sent.bytes;
        sent_points += sent.points;
    }
    Ok(Figures {
        points_read: handed_out.iter().map(|out| out.read).sum(),
        points_granted: handed_out.iter().map(|out| out.granted).sum(),
        points_recorded: recorded.good_points(),
        points_lost: count(&verdicts, |verdict| verdict.lost.len()),
        points_duplicated: count(&verdicts, |verdict| verdict.duplicated.len() + verdict.invented.len()),
        ungranted_values_found: u64::try_from(found.len())?,
        revocation_to_silence_ms: revoked.silence_ms,
        backlog_drained: in_time(&recorded, outage),
        wire_bytes_per_point: per(bytes, sent_points),
        stored_bytes_per_point: per(recorded.stored_bytes, recorded.stored_points),
        agent_rss_bytes: rss / gateways.max(1),
    })
}

fn count(verdicts: &[Verdict], what: impl Fn(&Verdict) -> usize) -> u64 {
    verdicts.iter().map(|verdict| what(verdict) as u64).sum()
}

fn in_time(recorded: &Recorded, (from_ms, until_ms): (i64, i64)) -> u64 {
    let points = recorded.points.values().flatten();
    points.filter(|(at_ms, _)| from_ms <= *at_ms && *at_ms < until_ms).count() as u64
}

/// Waits until the cloud has `more` points more than now.
async fn grows(stage: &Stage, more: u64, what: &str) -> Result<()> {
    let before = stage.cloud.recorded().await?.stored_points;
    until(what, DRAINED_WITHIN, async || {
        let now = stage.cloud.recorded().await?.stored_points;
        ensure!(now >= before + more, "{} of {more} more points", now - before);
        Ok(())
    })
    .await
}

/// Cuts the link until the devices have lived through `seconds` of it, then waits until the backlog is in the cloud.
async fn outage(stage: &Stage, seconds: u32) -> Result<(i64, i64)> {
    step(&format!("cutting the link for {seconds} s"));
    let cut_ms = now_ms();
    stage.cloud.link().set(Weather::Cut);
    let length = Duration::from_secs(u64::from(seconds));
    until("the outage to pass", length + DRAINED_WITHIN, async || {
        ensure!(now_ms() >= cut_ms + i64::from(seconds) * 1_000, "still cut");
        Ok(())
    })
    .await?;
    stage.cloud.link().set(Weather::Clear);
    let back_ms = now_ms();
    step("the link is back: the backlog drains");
    until("the backlog to arrive", DRAINED_WITHIN, async || {
        let recorded = stage.cloud.recorded().await?;
        for name in stage.serials.keys() {
            let points = recorded.points.get(name).map(Vec::as_slice).unwrap_or_default();
            let last = points.iter().map(|(at_ms, _)| *at_ms).filter(|at_ms| *at_ms < back_ms).max();
            ensure!(last >= Some(back_ms - 3_000), "{} of {} is not here up to the end", name.1, name.0);
        }
        Ok(())
    })
    .await?;
    Ok((cut_ms, back_ms))
}

/// SIGKILLs one gateway and the cloud in mid-flow; answers when the gateway died.
async fn kills(stage: &mut Stage) -> Result<Vec<i64>> {
    step("killing a gateway in mid-flow");
    let mut kills_ms = Vec::new();
    for (_, gateway) in &mut stage.sites {
        kills_ms.push(now_ms());
        gateway.kill_and_restart().await?;
        kills_ms.push(now_ms());
        gateway.ready().await?;
    }
    grows(stage, 30, "readings after the gateway was killed").await?;
    step("killing the cloud in mid-flow");
    stage.cloud.kill_and_restart().await?;
    grows(stage, 30, "readings after the cloud was killed").await?;
    Ok(kills_ms)
}

/// Every canary in everything that the gateways and the cloud keep, say or sent.
async fn leaks(stage: &mut Stage, recorded: &Recorded) -> Result<Vec<Found>> {
    step("searching for values that nobody granted");
    let mut found = recorded.ungranted(&stage.granted);
    for (site, gateway) in &mut stage.sites {
        let metrics = gateway.metrics().await?;
        found.extend(canary::search(&format!("metrics of {}", site.layout.agent), metrics.as_bytes()));
        found.extend(canary::search_folder(&gateway.diagnosed().await?)?);
        gateway.stop().await?;
        found.extend(canary::search_folder(&gateway.state())?);
        found.extend(canary::search_folder(&gateway.bodies())?);
        found.extend(canary::search("agent log", &std::fs::read(gateway.log())?));
        found.extend(proof::sent(&gateway.bodies())?.recorded.ungranted(&stage.granted));
    }
    found.extend(canary::search_folder(&stage.cloud.data())?);
    for leak in found.iter().take(20) {
        step(&format!("LEAK: {} at {} of {}", leak.rendering, leak.offset, leak.place));
    }
    Ok(found)
}
