//! Offline and back: the link dies in both ways a link can die, points keep flowing into the store, and afterwards
//! each of them is in the cloud exactly once, the live ones first.

use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use riversync_protocol::v1::{Content, Message};
use riversync_protocol::{Envelope, decode};
use riversync_testbed::link::Weather;
use riversync_testbed::proof::{self, Times};
use riversync_testbed::stage::{Cast, Stage};
use riversync_testbed::wait::{now_ms, until};
use std::path::Path;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);
/// The store's own bound in this journey is the default; a short outage must stay far below it.
const STORE_AT_MOST_BYTES: u64 = 32 << 20;
const MEMORY_AT_MOST_BYTES: u64 = 64 << 20;
/// How old live data may be when it is sent, milliseconds: a batch and an attempt that failed.
const LIVE_MS: i64 = 3_000;
/// Messages that pile up while the link is gone.
const BACKLOG_MESSAGES: u64 = 400;

#[tokio::test]
async fn each_point_is_there_exactly_once_and_live_comes_first() -> Result<()> {
    let home = home("offline")?;
    let cast = Cast { sensor_interval: Duration::from_millis(20), ..Cast::one_site() };
    let mut stage = Stage::set(home.path(), &cast).await?;
    let from_ms = now_ms();
    let (site, gateway) = stage.sites.first_mut().context("no site")?;
    for weather in [Weather::HalfOpen, Weather::Cut] {
        stage.cloud.link().set(weather);
        let before = site.broker.acknowledged().len() as u64;
        until("a backlog", PATIENCE, async || {
            let stored = site.broker.acknowledged().len() as u64 - before;
            ensure!(
                stored >= BACKLOG_MESSAGES,
                "{stored} messages were stored while the link was {weather:?}"
            );
            Ok(())
        })
        .await?;
        let pss = gateway.process()?.pss_bytes()?;
        assert!(pss <= MEMORY_AT_MOST_BYTES, "{pss} bytes of memory while the link was {weather:?}");
        let disk = size(&gateway.state())?;
        assert!(disk <= STORE_AT_MOST_BYTES, "{disk} bytes on disk while the link was {weather:?}");
        stage.cloud.link().set(Weather::Clear);
    }
    let back_ms = now_ms();
    until("live points", PATIENCE, async || {
        let last = stage.cloud.recorded().await?.points.into_values().flatten().map(|(at_ms, _)| at_ms).max();
        ensure!(last > Some(back_ms), "the newest point is from before the link came back");
        Ok(())
    })
    .await?;
    let times = Times { from_ms, until_ms: now_ms(), kills_ms: Vec::new() };
    let verdict = until("every point", PATIENCE, async || {
        let verdict = proof::judge(site, &stage.serials, &stage.cloud.recorded().await?, &times);
        let lost: Vec<_> = verdict.lost.iter().take(5).collect();
        ensure!(verdict.lost.is_empty(), "{} readings are missing, such as {lost:?}", verdict.lost.len());
        Ok(verdict)
    })
    .await?;
    assert_eq!((verdict.duplicated, verdict.invented), (Vec::new(), Vec::new()));
    assert!(verdict.accepted >= 2 * BACKLOG_MESSAGES, "only {} readings", verdict.accepted);
    live_first(&gateway.bodies(), back_ms)
}

/// The first telemetry sent after the link came back is newer than what still follows it.
fn live_first(bodies: &Path, back_ms: i64) -> Result<()> {
    let mut files: Vec<_> = std::fs::read_dir(bodies)?.collect::<Result<_, _>>()?;
    files.sort_by_key(std::fs::DirEntry::file_name);
    let mut after = Vec::new();
    for file in files {
        if let Envelope::V1(Message::Upload(upload)) = decode(&std::fs::read(file.path())?)?
            && let Content::Telemetry(packed) = upload.content
            && upload.sent_ms >= back_ms
        {
            after.push((packed.first_ms - back_ms, packed.last_ms - back_ms));
        }
    }
    let live = after.iter().position(|(_, last_ms)| *last_ms >= -LIVE_MS);
    let backlog = after.iter().rposition(|(first_ms, _)| *first_ms < -LIVE_MS);
    ensure!(
        live.is_some() && live <= backlog,
        "live data went out as number {live:?}, the last of the backlog as {backlog:?}: {after:?}"
    );
    Ok(())
}

fn size(folder: &Path) -> Result<u64> {
    let mut total = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let known = entry.metadata()?;
        total += if known.is_dir() { size(&entry.path())? } else { known.len() };
    }
    Ok(total)
}
