//! The units that people copy: systemd itself reads them, and says how much of the machine is open to each service.

use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use std::path::{Path, PathBuf};
use tokio::process::Command;

/// Each unit, its program, and the most of systemd's exposure level, in tenths (0 is nothing, 100 everything).
const UNITS: [(&str, &str, u32); 2] =
    [("cloud.service", "riversync-cloud", 11), ("agent.service", "riversync-agent", 13)];

fn unit(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../config").join(name)
}

async fn analyze(args: &[&str], unit: &Path) -> Result<(bool, String)> {
    let mut command = Command::new("systemd-analyze");
    let done = command.args(args).arg(unit).output().await;
    let done = done.context("systemd-analyze is not installed; tests/run installs it with systemd")?;
    let said = [done.stdout, done.stderr].concat();
    Ok((done.status.success(), String::from_utf8_lossy(&said).into_owned()))
}

#[tokio::test]
async fn systemd_takes_the_units_and_finds_little_open_to_them() -> Result<()> {
    let home = home("units")?;
    for (name, program, most) in UNITS {
        // Where it is not installed, any program stands for it.
        let text = std::fs::read_to_string(unit(name))?;
        let (installed, present) = (format!("/usr/bin/{program}"), std::env::current_exe()?);
        ensure!(text.contains(&installed), "{name} starts something else");
        let copy = home.path().join(name);
        std::fs::write(&copy, text.replace(&installed, &present.display().to_string()))?;
        let (fine, said) = analyze(&["verify", "--man=no"], &copy).await?;
        ensure!(fine && said.trim().is_empty(), "{name}: {said}");

        let threshold = format!("--threshold={most}");
        let (below, said) = analyze(&["security", "--offline=true", &threshold], &copy).await?;
        let overall = said.lines().find(|line| line.contains("Overall exposure level")).unwrap_or(&said);
        ensure!(below, "more of the machine is open to {name} than before: {overall}");
        // The threshold is really asked about.
        let tighter = format!("--threshold={}", most - 2);
        let (below, _) = analyze(&["security", "--offline=true", &tighter], &copy).await?;
        ensure!(!below, "{name} is tighter by now: lower the number that stands here ({overall})");
    }
    Ok(())
}
