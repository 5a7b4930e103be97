//! PostgreSQL as a private cluster: its own directory and port, run by a user without rights.

use crate::process::Program;
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};

/// A running cluster; stopped and removed when it is dropped.
pub struct Postgres {
    url: String,
    folder: tempfile::TempDir,
    settings: String,
    programs: Programs,
}

struct Programs {
    bin: PathBuf,
    unprivileged: Option<&'static str>,
}

impl Postgres {
    /// Makes and starts one, as durable as its defaults.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub async fn start() -> Result<Self> {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
        let folder = tempfile::tempdir()?;
        let programs = Programs { bin: newest()?, unprivileged: None };
        let root = std::fs::metadata("/proc/self")?.uid() == 0;
        let programs = Programs { unprivileged: root.then_some("postgres"), ..programs };
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711))?;
        let home = folder.path().join("pg");
        std::fs::create_dir(&home)?;
        if let Some(user) = programs.unprivileged {
            let chown = Program::new("/bin/chown".into(), folder.path().join("log"));
            chown.args([user, &home.display().to_string()]).output().await?;
        }
        let data = home.join("data").display().to_string();
        programs
            .run(folder.path(), "initdb", &["-D", &data, "-U", "riversync", "-A", "trust", "-E", "UTF8"])
            .await?;
        let port = crate::port::free()?;
        let settings =
            format!("-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={}", home.display());
        let url = format!("postgres://riversync@127.0.0.1:{port}/postgres");
        let postgres = Self { url, folder, settings, programs };
        postgres.run_server().await?;
        Ok(postgres)
    }

    async fn run_server(&self) -> Result<()> {
        let (data, log) = (self.data(), self.folder.path().join("pg/log").display().to_string());
        let args = ["-D", &data, "-l", &log, "-w", "-o", &self.settings, "start"];
        self.programs.run(self.folder.path(), "pg_ctl", &args).await
    }

    fn data(&self) -> String {
        self.folder.path().join("pg/data").display().to_string()
    }

    /// Takes it down without a last word, as a power cut does for everything that is in memory only, and starts it again.
    ///
    /// # Errors
    /// When it does not start again.
    pub async fn crash_and_restart(&self) -> Result<()> {
        let data = self.data();
        let args = ["-D", &data, "-m", "immediate", "-w", "stop"];
        self.programs.run(self.folder.path(), "pg_ctl", &args).await?;
        self.run_server().await
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.data();
        let mut stop = self.programs.command("pg_ctl", &["-D", &data, "-m", "immediate", "stop"]);
        stop.current_dir("/").stdout(std::process::Stdio::null());
        // Nothing can be done about a cluster that is gone already.
        drop(stop.status());
    }
}

impl Programs {
    fn command(&self, name: &str, args: &[&str]) -> std::process::Command {
        let program = self.bin.join(name);
        let mut command = match self.unprivileged {
            Some(user) => {
                let mut command = std::process::Command::new("runuser");
                command.args(["-u", user, "--"]).arg(program);
                command
            }
            None => std::process::Command::new(program),
        };
        command.args(args);
        command
    }

    async fn run(&self, folder: &Path, name: &str, args: &[&str]) -> Result<()> {
        let mut command = tokio::process::Command::from(self.command(name, args));
        // The server keeps what it inherits open: a pipe here would never end.
        let log = std::fs::File::create(folder.join(format!("{name}.log")))?;
        command.current_dir("/").stdout(log.try_clone()?).stderr(log);
        let status = command.status().await.with_context(|| format!("{name} did not start"))?;
        anyhow::ensure!(
            status.success(),
            "{name} ended with {status}: {}",
            std::fs::read_to_string(folder.join(format!("{name}.log")))?
        );
        Ok(())
    }
}

/// The folder with the programs of the newest version that Debian installed.
fn newest() -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .context("PostgreSQL is not installed; tests/run installs what the tests need")?;
    let mut found: Vec<(u32, PathBuf)> = versions
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    found.sort();
    found.pop().map(|(_, bin)| bin).context("PostgreSQL is not installed")
}
