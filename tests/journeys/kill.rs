//! Kill at any moment: SIGKILLs of the agent and of the cloud at random instants under load. What the broker was told
//! is safe must be recorded, and nothing twice.

use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use riversync_testbed::proof::{self, Times};
use riversync_testbed::stage::{Cast, Stage};
use riversync_testbed::synth::Dice;
use riversync_testbed::wait::{now_ms, until};
use std::time::Duration;

/// SIGKILLs of the agent; a fifth as many hit the cloud.
const KILLS: u32 = 100;
const AGENT_KILLS_PER_CLOUD_KILL: u32 = 5;
/// Longest life between two kills, milliseconds: start-up, first polls, first uploads are all hit.
const LONGEST_LIFE_MS: u64 = 900;
/// A long run says how it is every so many kills.
const TELL_EVERY: u32 = 100;
const RECORDED_WITHIN: Duration = Duration::from_secs(120);

fn kills() -> Result<u32> {
    match std::env::var_os("RIVERSYNC_KILLS") {
        None => Ok(KILLS),
        Some(text) => text.to_string_lossy().parse().context("RIVERSYNC_KILLS is not a number"),
    }
}

#[tokio::test]
async fn nothing_accepted_is_lost_and_nothing_comes_twice() -> Result<()> {
    let home = home("kill")?;
    let cast = Cast { sensor_interval: Duration::from_millis(20), batch: "200ms", ..Cast::one_site() };
    let mut stage = Stage::set(home.path(), &cast).await?;
    let from_ms = now_ms();
    let seed = u64::try_from(from_ms)?;
    println!("seed {seed}");
    let mut dice = Dice::new(seed);
    let mut kills_ms = Vec::new();
    let all = kills()?;
    for kill in 1..=all {
        // A random life is what is tried here; nothing is waited for.
        tokio::time::sleep(Duration::from_millis(dice.bits() % LONGEST_LIFE_MS)).await;
        let (_, gateway) = stage.sites.first_mut().context("no site")?;
        kills_ms.push(now_ms());
        gateway.kill_and_restart().await?;
        if kill % AGENT_KILLS_PER_CLOUD_KILL == 0 {
            tokio::time::sleep(Duration::from_millis(dice.bits() % LONGEST_LIFE_MS)).await;
            stage.cloud.kill_and_restart().await?;
            stage.cloud.recorded().await?; // before compaction folds it
        }
        if kill % TELL_EVERY == 0 {
            let times = Times { from_ms, until_ms: now_ms(), kills_ms: kills_ms.clone() };
            let (site, _) = stage.sites.first().context("no site")?;
            let so_far = proof::judge(site, &stage.serials, &stage.cloud.recorded().await?, &times);
            println!(
                "{kill} of {all} kills: {} readings accepted, {} of them not recorded yet, {} recorded twice",
                so_far.accepted,
                so_far.lost.len(),
                so_far.duplicated.len()
            );
            ensure!(so_far.duplicated.is_empty(), "recorded twice: {:?}", so_far.duplicated);
        }
    }
    let (site, gateway) = stage.sites.first_mut().context("no site")?;
    gateway.ready().await?;
    let until_ms = now_ms();
    let times = Times { from_ms, until_ms, kills_ms };
    let cloud = &stage.cloud;
    let verdict = until("everything accepted to be recorded", RECORDED_WITHIN, async || {
        let verdict = proof::judge(site, &stage.serials, &cloud.recorded().await?, &times);
        let lost: Vec<_> = verdict.lost.iter().take(5).collect();
        ensure!(verdict.lost.is_empty(), "{} readings are missing, such as {lost:?}", verdict.lost.len());
        Ok(verdict)
    })
    .await?;
    assert_eq!(verdict.duplicated, Vec::<String>::new());
    assert_eq!(verdict.invented, Vec::<String>::new());
    assert!(verdict.accepted > 100, "only {} readings were accepted: nothing was proved", verdict.accepted);
    println!(
        "{} readings accepted, {} redelivered by the broker",
        verdict.accepted,
        site.broker.redelivered()
    );
    Ok(())
}
