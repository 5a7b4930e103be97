//! A gateway of one's own: the real agent in a directory of its own, beside a simulated site.

use crate::machine::Machine;
use crate::process::{Process, Program};
use crate::site::profile;
use crate::wait::until;
use crate::wire::plain;
use anyhow::{Context as _, Result, ensure};
use std::path::{Path, PathBuf};
use std::time::Duration;

const READY_WITHIN: Duration = Duration::from_secs(30);

/// How a gateway is to be.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The `[[broker]]` and `[[device]]` tables.
    pub tables: String,
    /// How long readings are gathered into one batch.
    pub batch: &'static str,
    /// What it logs.
    pub log: &'static str,
    /// Whether each body is kept before encryption.
    pub record_bodies: bool,
    /// More lines for the `[buffer]` table.
    pub buffer: &'static str,
    /// Where its device profiles are; those of the repository without one.
    pub profiles: Option<PathBuf>,
    /// What it runs on.
    pub machine: Machine,
}

impl Wish {
    /// A gateway with these devices that uploads every second.
    pub fn new(tables: String) -> Self {
        let machine = Machine::Here;
        Self { tables, batch: "1s", log: "info", record_bodies: false, buffer: "", profiles: None, machine }
    }
}

/// A gateway: configured, enrolled, running.
pub struct Gateway {
    folder: PathBuf,
    health_port: u16,
    machine: Machine,
    program: Program,
    process: Option<Process>,
}

impl Gateway {
    /// Writes the configuration into `folder`; nothing runs yet.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn configure(folder: &Path, wish: &Wish) -> Result<Self> {
        std::fs::create_dir_all(folder.join("bodies"))?;
        let health_port = crate::port::free()?;
        let record = if wish.record_bodies {
            format!("record_dir = \"{}\"\n", folder.join("bodies").display())
        } else {
            String::new()
        };
        let text = format!(
            "state_dir = \"{}\"\nprofile_dirs = [\"{}\"]\n\n[health]\nlisten = \"127.0.0.1:{health_port}\"\n\n\
             [buffer]\n{}\n\n[uplink]\nbatch = \"{}\"\ntimeout = \"5s\"\n{record}\n{}",
            folder.join("state").display(),
            wish.profiles.clone().unwrap_or_else(profile::folder).display(),
            wish.buffer,
            wish.batch,
            wish.tables
        );
        let config = folder.join("agent.toml");
        std::fs::write(&config, text)?;
        let program = wish
            .machine
            .agent(&folder.join("agent.log"))?
            .args(["run".to_owned(), "--config".to_owned(), config.display().to_string()])
            .env("RUST_LOG", wish.log);
        let program = unit_environment().fold(program, |program, (name, value)| program.env(name, value));
        Ok(Self { folder: folder.to_owned(), health_port, machine: wish.machine, program, process: None })
    }

    /// Runs another command of the agent's binary with the same configuration.
    ///
    /// # Errors
    /// When it ends with anything but 0.
    pub async fn command(&self, args: &[&str]) -> Result<String> {
        let program = self.machine.agent(&self.log())?;
        let config = self.folder.join("agent.toml").display().to_string();
        program
            .args(args.iter().copied().map(str::to_owned))
            .args(["--config".to_owned(), config])
            .output()
            .await
    }

    /// Gets its identity with a one-time code.
    ///
    /// # Errors
    /// When the cloud refuses.
    pub async fn enrol(&self, code: &str) -> Result<()> {
        self.command(&["enrol", "--code", code]).await.map(drop)
    }

    /// Starts it and waits until its health listener answers.
    ///
    /// # Errors
    /// When it ends instead; its last words are in the sentence.
    pub async fn start(&mut self) -> Result<()> {
        self.process = Some(self.program.start()?);
        self.ready().await
    }

    /// Waits until its health listener answers.
    ///
    /// # Errors
    /// When it ended, or does not answer in time.
    pub async fn ready(&mut self) -> Result<()> {
        let url = format!("http://127.0.0.1:{}/health", self.health_port);
        let process = self.process.as_mut().context("the gateway was never started")?;
        until("the gateway to answer", READY_WITHIN, async || {
            process.check_running()?;
            plain()?.get(&url).send().await?;
            Ok(())
        })
        .await
    }

    /// The running process.
    ///
    /// # Errors
    /// When it was never started.
    pub fn process(&mut self) -> Result<&mut Process> {
        self.process.as_mut().context("the gateway was never started")
    }

    /// SIGKILL and start again, without waiting for anything.
    ///
    /// # Errors
    /// When it does not start again.
    pub async fn kill_and_restart(&mut self) -> Result<()> {
        self.process()?.kill_and_restart().await
    }

    /// Its Prometheus metrics as text.
    ///
    /// # Errors
    /// When its listener does not answer.
    pub async fn metrics(&self) -> Result<String> {
        let url = format!("http://127.0.0.1:{}/metrics", self.health_port);
        let answer = plain()?.get(&url).send().await?;
        ensure!(answer.status().is_success(), "{url} answers {}", answer.status());
        Ok(answer.text().await?)
    }

    /// The value of one metric, summed over its labels; 0 while it does not show.
    ///
    /// # Errors
    /// When its listener does not answer.
    pub async fn metric(&self, name: &str) -> Result<f64> {
        let text = self.metrics().await?;
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let values = lines.filter_map(|line| {
            let (key, value) = line.rsplit_once(' ')?;
            let bare = key.split_once('{').map_or(key, |(bare, _)| bare);
            (bare == name).then(|| value.parse::<f64>().ok()).flatten()
        });
        Ok(values.sum())
    }

    /// Everything it keeps on disk.
    pub fn state(&self) -> PathBuf {
        self.folder.join("state")
    }

    /// The bodies it sent, before encryption.
    pub fn bodies(&self) -> PathBuf {
        self.folder.join("bodies")
    }

    /// A folder with the bundle that it gives to support, with the end of its log.
    ///
    /// # Errors
    /// When there is none.
    pub async fn diagnosed(&self) -> Result<PathBuf> {
        let folder = self.folder.join("diagnosed");
        std::fs::create_dir_all(&folder)?;
        let bundle = folder.join("bundle.tar").display().to_string();
        self.command(&["diag", "--output", &bundle, "--log", &self.log().display().to_string()]).await?;
        ensure!(std::fs::metadata(&bundle)?.len() > 0, "an empty bundle holds nothing to search");
        Ok(folder)
    }

    /// What it logged.
    pub fn log(&self) -> PathBuf {
        self.folder.join("agent.log")
    }

    /// Ends it as systemd would; answers whether it ended by itself with 0.
    ///
    /// # Errors
    /// When it cannot be signalled.
    pub async fn stop(&mut self) -> Result<bool> {
        match self.process.as_mut() {
            Some(process) => process.stop(Duration::from_secs(15)).await,
            None => Ok(true),
        }
    }
}

/// The environment that the unit gives the agent, so that it is measured and tried as it is installed.
fn unit_environment() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("../../config/agent.service")
        .lines()
        .filter_map(|line| line.strip_prefix("Environment=")?.split_once('='))
}
