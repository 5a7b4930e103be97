//! Two serial ports joined by a cable: a pair of pseudo terminals that socat holds.

use super::installed;
use crate::process::{Process, Program};
use crate::wait::until;
use anyhow::{Result, ensure};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The pair; gone when it is dropped.
pub struct SerialPair {
    /// One end.
    pub ours: PathBuf,
    /// The other.
    pub theirs: PathBuf,
    _socat: Process,
}

impl SerialPair {
    /// Joins two ports in `folder`.
    ///
    /// # Errors
    /// When socat is not installed; `tests/run` installs it.
    pub async fn join(folder: &Path) -> Result<Self> {
        let (ours, theirs) = (folder.join("tty-ours"), folder.join("tty-theirs"));
        let end = |path: &Path| format!("pty,raw,echo=0,link={}", path.display());
        let program = Program::new(installed("socat")?, folder.join("socat.log"));
        let mut socat = program.args([end(&ours), end(&theirs)]).start()?;
        until("socat to make two ports", Duration::from_secs(10), async || {
            socat.check_running()?;
            ensure!(ours.exists() && theirs.exists(), "not yet");
            Ok(())
        })
        .await?;
        Ok(Self { ours, theirs, _socat: socat })
    }
}
