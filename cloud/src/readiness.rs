//! Whether people should be sent here: what a load balancer is told at `/ready`.

use crate::app::App;
use crate::platform::error::Error;
use axum::extract::State;
use axum::routing::{MethodRouter, get};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Enough that a full disk is noticed.
const PROBE_BYTES: usize = 64 * 1024;

/// How long a probe of the disk is believed: anybody may ask, and each asking must not be a write.
const BELIEVED: Duration = Duration::from_secs(1);

/// Answers 200 while the database answers and is migrated, the disk takes what is written, and no stop was asked for;
/// else 503 with `Retry-After`, and why in the log.
pub fn handler() -> MethodRouter<App> {
    let disk = Arc::new(Disk::default());
    get(async move |State(app): State<App>| ready(&app, &disk).await)
}

async fn ready(app: &App, disk: &Disk) -> Result<&'static str, Error> {
    if app.stop.is_cancelled() {
        return Err(Error::Busy);
    }
    if let Err(error) = app.db.ready().await {
        tracing::warn!(%error, "not ready: the database is not fit");
        return Err(Error::Busy);
    }
    if !disk.takes(&app.config.state_dir, Instant::now()).await {
        return Err(Error::Busy);
    }
    Ok("ready\n")
}

/// What the last probe of the state directory's disk said, and when. The lock is held while one is made, so that those
/// who ask meanwhile share it.
#[derive(Default)]
struct Disk(Mutex<Option<(Instant, bool)>>);

impl Disk {
    /// Whether a file can be written in `dir`, asked `now`.
    async fn takes(&self, dir: &Path, now: Instant) -> bool {
        let mut known = self.0.lock().await;
        if let Some((at, fit)) = *known
            && now.saturating_duration_since(at) < BELIEVED
        {
            return fit;
        }
        let probed = probe(dir).await;
        if let Err(error) = &probed {
            tracing::warn!(%error, "not ready: the disk of the state directory does not take what is written");
        }
        *known = Some((now, probed.is_ok()));
        probed.is_ok()
    }
}

async fn probe(dir: &Path) -> io::Result<()> {
    tokio::fs::create_dir_all(dir).await?;
    let path = dir.join(format!("probe-{}", std::process::id()));
    let written = tokio::fs::write(&path, vec![0; PROBE_BYTES]).await;
    let removed = tokio::fs::remove_file(&path).await;
    written.and(removed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;

    #[tokio::test]
    async fn those_who_ask_at_once_share_one_probe_and_a_later_one_is_made_anew() {
        let dir = tempfile::tempdir().unwrap();
        let (disk, now) = (Disk::default(), Instant::now());
        let asked = join_all((0..50).map(|_| disk.takes(dir.path(), now))).await;
        assert!(asked.into_iter().all(|fit| fit));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "a probe was left behind");

        // The state directory is a file now, in which nothing can be written.
        std::fs::remove_dir(dir.path()).unwrap();
        std::fs::write(dir.path(), "").unwrap();
        assert!(disk.takes(dir.path(), now).await, "within a second nothing is written again");
        assert!(!disk.takes(dir.path(), now + BELIEVED).await);
        std::fs::remove_file(dir.path()).unwrap();
        assert!(disk.takes(dir.path(), now + 2 * BELIEVED).await, "it recovers by itself");
    }
}
