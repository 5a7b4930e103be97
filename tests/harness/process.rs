//! Real processes: the binaries as they are shipped, started, watched, killed without warning and started again.

use crate::unsaid;
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, Command};

/// The agent's program.
pub const AGENT: &str = "riversync-agent";

/// Where cargo put the program `name` for this build, beside the running test or demo. The agent of a release is the
/// one that ships, of cargo's profile `gateway`.
///
/// # Errors
/// When it is not there: says how to build it.
pub fn built(name: &str) -> Result<PathBuf> {
    // Everything that talks over TLS follows from a program of ours; a second install finds the first.
    drop(rustls::crypto::ring::default_provider().install_default());
    let me = std::env::current_exe().context("this process does not know its own path")?;
    let beside =
        me.ancestors().skip(1).find(|folder| folder.ends_with("debug") || folder.ends_with("release"));
    let beside = beside.context("this program does not lie in a cargo target directory")?;
    let ships = name == AGENT && beside.ends_with("release");
    let path = if ships { beside.with_file_name("gateway") } else { beside.to_owned() }.join(name);
    if !path.is_file() {
        bail!("{} is not there; build it with `cargo build --workspace`", path.display());
    }
    Ok(path)
}

/// Builds the agent and the cloud into the target directory of this process, with this process' profile.
///
/// The testbed is named too: cargo then resolves the same features as it did for the testbed alone and builds no
/// dependency twice.
///
/// # Errors
/// When they do not build.
pub async fn build_products(quiet: bool) -> Result<()> {
    if std::env::var_os("RIVERSYNC_BUILT").is_some() {
        return Ok(()); // tests/run built everything once for all tests
    }
    let me = std::env::current_exe()?;
    let cloud =
        ["--package", "riversync-testbed", "--package", "riversync-cloud", "--bin", "riversync-cloud"];
    let agent = ["--package", "riversync-agent", "--bin", AGENT];
    if me.ancestors().any(|folder| folder.ends_with("release")) {
        build(&[&["--release"], &cloud[..]].concat(), quiet).await?;
        build(&[&["--profile", "gateway"], &agent[..]].concat(), quiet).await
    } else {
        build(&[&cloud[..], &agent[..]].concat(), quiet).await
    }
}

async fn build(what: &[&str], quiet: bool) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.arg("build").args(what).current_dir(env!("CARGO_MANIFEST_DIR"));
    if quiet {
        build.arg("--quiet");
    }
    // What `cargo run` tells its child about a package would make build scripts believe that their own had changed.
    let told = |name: &str| {
        let about =
            ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_", "OUT_DIR"];
        about.iter().any(|prefix| name.starts_with(prefix))
    };
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(told) {
            build.env_remove(name);
        }
    }
    build.stdin(Stdio::null()).stdout(Stdio::null());
    let status = build.status().await.context("cargo could not be started")?;
    if !status.success() {
        bail!("the agent and the cloud did not build; cargo's own words stand above");
    }
    Ok(())
}

/// How to start a program, again and again.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    args: Vec<String>,
    env: Vec<(String, String)>,
    log: PathBuf,
}

impl Program {
    /// The program at `path`, whose output is appended to `log`.
    pub fn new(path: PathBuf, log: PathBuf) -> Self {
        Self { path, args: Vec::new(), env: Vec::new(), log }
    }

    /// With these arguments too.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// With this environment variable too.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    /// Where its output goes.
    pub fn log(&self) -> &Path {
        &self.log
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(&self.args).envs(self.env.iter().cloned()).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Starts it in the background.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(&self) -> Result<Process> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&self.log)?;
        let mut command = self.command();
        command.stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().with_context(|| format!("{} did not start", self.path.display()))?;
        Ok(Process { child, program: self.clone() })
    }

    /// Runs it to its end and answers its standard output.
    ///
    /// # Errors
    /// When it ends with anything but 0: the sentence holds what it said.
    pub async fn output(&self) -> Result<String> {
        let output = self.command().output().await.with_context(|| format!("{}", self.path.display()))?;
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        if !output.status.success() {
            bail!("{} {} ended with {}: {out}{err}", self.path.display(), self.args.join(" "), output.status);
        }
        Ok(out.into_owned())
    }
}

/// A running program; killed when it is dropped.
pub struct Process {
    child: Child,
    program: Program,
}

impl Process {
    /// Its process id, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// SIGKILL: no warning, no last word. Returns when the kernel has buried it.
    ///
    /// # Errors
    /// When it cannot be signalled.
    pub async fn kill(&mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// SIGKILL and start again.
    ///
    /// # Errors
    /// When it does not start again.
    pub async fn kill_and_restart(&mut self) -> Result<()> {
        self.kill().await?;
        *self = self.program.start()?;
        Ok(())
    }

    /// SIGTERM, then SIGKILL if it has not ended after `patience`. Answers whether it ended by itself with 0.
    ///
    /// # Errors
    /// When it cannot be signalled.
    pub async fn stop(&mut self, patience: Duration) -> Result<bool> {
        let Some(id) = self.child.id() else { return Ok(true) };
        Command::new("kill").args(["-TERM", &id.to_string()]).status().await?;
        match tokio::time::timeout(patience, self.child.wait()).await {
            Ok(status) => Ok(status?.success()),
            Err(_) => {
                self.kill().await?;
                Ok(false)
            }
        }
    }

    /// Fails with the end of its log when it has ended although nobody asked it to.
    ///
    /// # Errors
    /// When it has ended.
    pub fn check_running(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!(
                "{} ended with {status}; its last words:\n{}",
                self.program.path.display(),
                self.last_words()
            );
        }
        Ok(())
    }

    /// The last lines of its log.
    pub fn last_words(&self) -> String {
        let log = std::fs::read(&self.program.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines.get(lines.len().saturating_sub(15)..).unwrap_or_default().join("\n")
    }

    /// Proportional share of its memory in bytes, from the kernel.
    ///
    /// # Errors
    /// When it does not run.
    pub fn pss_bytes(&self) -> Result<u64> {
        let id = self.id().context("the process has ended")?;
        let rollup = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup"))?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).context("no Pss line")?;
        let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib * 1024)
    }

    /// Processor time of all its threads so far, in seconds.
    ///
    /// # Errors
    /// When it does not run.
    pub fn cpu_seconds(&self) -> Result<f64> {
        Ok(self.cpu_time()?.total())
    }

    /// The same, divided.
    ///
    /// # Errors
    /// When it does not run.
    pub fn cpu_time(&self) -> Result<CpuTime> {
        let id = self.id().context("the process has ended")?;
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
        let after = stat.rsplit_once(')').context("no name in stat")?.1;
        let mut ticks = after.split_whitespace().skip(11).map(str::parse::<f64>);
        let mut next = || ticks.next().context("stat is cut short");
        // The kernel counts in hundredths of a second for every process of a Linux system (USER_HZ).
        Ok(CpuTime { user: next()?? / 100.0, system: next()?? / 100.0 })
    }
}

impl Drop for Process {
    /// What a program of ours has said by now holds no secret that somebody was given.
    fn drop(&mut self) {
        let name = self.program.path.file_name().unwrap_or_default().to_string_lossy();
        if std::thread::panicking() || !name.starts_with("riversync-") {
            return;
        }
        let said = unsaid::said_in(&self.program.log).unwrap_or_default();
        assert!(said.is_empty(), "{name} wrote secrets into its log: {said:#?}");
    }
}

/// Processor time of a process in seconds.
#[derive(Clone, Copy, Debug)]
pub struct CpuTime {
    /// In its own code.
    pub user: f64,
    /// In the kernel on its behalf.
    pub system: f64,
}

impl CpuTime {
    /// Both together.
    pub fn total(&self) -> f64 {
        self.user + self.system
    }
}

impl std::ops::Sub for CpuTime {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self { user: self.user - before.user, system: self.system - before.system }
    }
}

#[cfg(test)]
mod tests {
    use super::Program;
    use anyhow::Result;
    use std::time::Duration;

    #[tokio::test]
    async fn a_killed_program_is_gone_and_starts_again() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let program = Program::new("/bin/sleep".into(), folder.path().join("log")).args(["600"]);
        let mut process = program.start()?;
        let first = process.id();
        process.kill_and_restart().await?;
        assert_ne!(process.id(), first);
        assert!(process.pss_bytes()? > 0);
        process.check_running()?;
        assert!(!process.stop(Duration::from_secs(10)).await?, "sleep does not end well when it is stopped");
        Ok(())
    }
}
