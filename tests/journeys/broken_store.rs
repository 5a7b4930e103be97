//! Broken store: whatever happens to its files while it is off, the agent starts, sets aside what it cannot read, and
//! goes on. (Every single byte of a small store is flipped in the agent's own tests, without a process each time.)

use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use riversync_testbed::link::Weather;
use riversync_testbed::proof::{self, Times};
use riversync_testbed::stage::{Cast, Stage};
use riversync_testbed::wait::{now_ms, until};
use std::path::{Path, PathBuf};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);
const BACKLOG_MESSAGES: usize = 60;

#[derive(Clone, Copy, Debug)]
enum Damage {
    /// One byte flipped, at so many thousandths of the largest file.
    Flip(u64),
    /// The largest file cut to so many thousandths.
    Truncate(u64),
    /// The largest file gone.
    Missing,
    /// The store's directory is one of a version that does not exist yet.
    OtherVersion,
}

const DAMAGES: [Damage; 8] = [
    Damage::Flip(1),
    Damage::Flip(333),
    Damage::Flip(900),
    Damage::Truncate(500),
    Damage::Truncate(999),
    Damage::Truncate(0),
    Damage::Missing,
    Damage::OtherVersion,
];

fn files(folder: &Path) -> Result<Vec<(u64, PathBuf)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.metadata()?.is_dir() {
            found.extend(files(&entry.path())?);
        } else {
            found.push((entry.metadata()?.len(), entry.path()));
        }
    }
    Ok(found)
}

fn store(buffer: &Path) -> Result<PathBuf> {
    let entries: Vec<_> = std::fs::read_dir(buffer)?.collect::<Result<_, _>>()?;
    let found = entries.iter().map(std::fs::DirEntry::path).filter(|path| path.is_dir()).max();
    found.context("there is no store")
}

fn harm(buffer: &Path, damage: Damage) -> Result<()> {
    let store = store(buffer)?;
    let (bytes, largest) = files(&store)?.into_iter().max().context("the store has no file")?;
    match damage {
        Damage::Flip(thousandths) => {
            let mut content = std::fs::read(&largest)?;
            let at = usize::try_from(bytes * thousandths / 1000)?;
            *content.get_mut(at).context("beyond the file")? ^= 0x10;
            std::fs::write(&largest, content)?;
        }
        Damage::Truncate(thousandths) => {
            std::fs::OpenOptions::new().write(true).open(&largest)?.set_len(bytes * thousandths / 1000)?;
        }
        Damage::Missing => std::fs::remove_file(&largest)?,
        Damage::OtherVersion => std::fs::rename(&store, buffer.join("store-v9-1"))?,
    }
    Ok(())
}

#[tokio::test]
async fn the_agent_starts_on_any_store_and_goes_on() -> Result<()> {
    let home = home("broken-store")?;
    let cast = Cast { sensor_interval: Duration::from_millis(50), ..Cast::one_site() };
    let mut stage = Stage::set(home.path(), &cast).await?;
    let (site, gateway) = stage.sites.first_mut().context("no site")?;
    for damage in DAMAGES {
        stage.cloud.link().set(Weather::Cut);
        let before = site.broker.acknowledged().len();
        until("a backlog in the store", PATIENCE, async || {
            let stored = site.broker.acknowledged().len() - before;
            ensure!(stored >= BACKLOG_MESSAGES, "{stored} messages");
            Ok(())
        })
        .await?;
        gateway.process()?.kill().await?;
        harm(&gateway.state().join("buffer"), damage)?;
        gateway.start().await.with_context(|| format!("after {damage:?}"))?;
        stage.cloud.link().set(Weather::Clear);
        let since_ms = now_ms();
        until("new readings", PATIENCE, async || {
            let newest = stage.cloud.recorded().await?.points.into_values().flatten().map(|(at, _)| at).max();
            ensure!(newest > Some(since_ms), "nothing new is recorded after {damage:?}");
            Ok(())
        })
        .await?;
        gateway.process()?.check_running()?;
    }
    // A damaged store may lose what the damage hit. It never gives out a value that no device ever said, and what it
    // gives out again has the identity it was delivered under, so the cloud keeps one.
    let times = Times { from_ms: i64::MAX, until_ms: i64::MAX, kills_ms: Vec::new() };
    let verdict = proof::judge(site, &stage.serials, &stage.cloud.recorded().await?, &times);
    assert_eq!(verdict.invented, Vec::<String>::new());
    assert_eq!(verdict.duplicated, Vec::<String>::new());
    Ok(())
}
