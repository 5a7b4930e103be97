//! The Debian package: installed into a root of its own, checked, upgraded, removed, purged. No service is started.

use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use riversync_testbed::process::{Program, build_products};
use std::path::{Path, PathBuf};
use std::process::Output;
use tokio::process::Command;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs dpkg on a root of its own, as a root that is only pretended.
async fn dpkg(root: &Path, args: &[&str]) -> Result<()> {
    let mut command = Command::new("fakeroot");
    command.args([
        "dpkg",
        "--force-depends",
        "--force-script-chrootless",
        "--force-not-root",
        "--force-confdef",
    ]);
    command.arg(format!("--root={}", root.display())).args(args);
    command.env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    succeed(command.output().await.context("fakeroot is not installed; tests/run installs it")?).map(drop)
}

fn succeed(output: Output) -> Result<String> {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.success(), "{}: {said}{}", output.status, String::from_utf8_lossy(&output.stderr));
    Ok(said)
}

#[tokio::test]
async fn it_installs_upgrades_and_goes_without_a_trace() -> Result<()> {
    build_products(true).await?;
    let home = home("package")?;
    let mut deb = Command::new(repository().join("agent/packaging/deb"));
    deb.args(["--profile", "dev", "amd64"]).env("RIVERSYNC_BUILT", "1");
    let said = succeed(deb.output().await?)?;
    let package = said.trim();

    let root = home.path().join("root");
    for folder in ["var/lib/dpkg/info", "var/lib/dpkg/updates", "etc"] {
        std::fs::create_dir_all(root.join(folder))?;
    }
    std::fs::write(root.join("var/lib/dpkg/status"), "")?;
    dpkg(&root, &["--install", package]).await?;
    for there in [
        "usr/bin/riversync-agent",
        "usr/lib/systemd/system/riversync-agent.service",
        "usr/share/man/man1/riversync-agent.1.gz",
        "usr/share/bash-completion/completions/riversync-agent",
        "usr/share/riversync-agent/profiles/eastron-sdm630.toml",
        "var/lib/riversync-agent",
    ] {
        ensure!(root.join(there).exists(), "{there} is not there");
    }
    let users = std::fs::read_to_string(root.join("etc/passwd"))?;
    ensure!(users.contains("riversync-agent:"), "the agent has no user: {users}");
    let groups = std::fs::read_to_string(root.join("etc/group"))?;
    let dialout = groups.lines().find(|line| line.starts_with("dialout:")).context("no group dialout")?;
    ensure!(dialout.ends_with("riversync-agent"), "the agent may not use serial lines: {dialout}");

    let config = root.join("etc/riversync-agent/agent.toml");
    let agent = Program::new(root.join("usr/bin/riversync-agent"), home.path().join("agent.log"));
    let check = ["check".to_owned(), "--config".to_owned(), config.display().to_string()];
    let said = agent.args(check).output().await?;
    ensure!(said.contains("in order"), "{said}");

    let edited = format!("{}\n# edited by the site\n", std::fs::read_to_string(&config)?);
    std::fs::write(&config, &edited)?;
    std::fs::write(root.join("var/lib/riversync-agent/stored"), "what was not delivered yet")?;
    dpkg(&root, &["--install", package]).await?;
    assert_eq!(std::fs::read_to_string(&config)?, edited, "an upgrade changed the site's configuration");
    dpkg(&root, &["--remove", "riversync-agent"]).await?;
    ensure!(!root.join("usr/bin/riversync-agent").exists(), "the binary stays after a removal");
    ensure!(config.exists() && root.join("var/lib/riversync-agent/stored").exists(), "a removal lost data");
    dpkg(&root, &["--purge", "riversync-agent"]).await?;
    for gone in ["etc/riversync-agent", "var/lib/riversync-agent", "usr/share/riversync-agent"] {
        ensure!(!root.join(gone).exists(), "{gone} stays after a purge");
    }
    Ok(())
}
