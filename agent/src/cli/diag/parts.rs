//! The texts of a bundle. One that cannot be had says why in its place: the rest is worth having all the same.

use super::Subject;
use crate::agent::store_in;
use crate::buffer::{BufferError, Inspection};
use crate::cli::{Exit, buffer, doctor, grants, line, say, status};
use crate::config::{Device, Loaded};
use crate::enrolment::Identity;
use crate::files::Account;
use crate::health::metrics;
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// How much of a log file's end is taken.
const LOG_BYTES: u64 = 512 << 10;
/// How many lines of the journal are taken.
const LOG_LINES: &str = "2000";
/// Longest time for the journal.
const JOURNAL_WAIT: Duration = Duration::from_secs(15);

/// All of them but the configuration itself.
pub(super) fn all(subject: &Subject, now_ms: i64) -> Result<Vec<(&'static str, String)>, Exit> {
    let faults = match &subject.config {
        Ok(_) => "nothing is wrong with the configuration\n".to_owned(),
        Err(faults) => format!("{faults}\n"),
    };
    let log = match &subject.log {
        Some(path) => {
            tail(path).unwrap_or_else(|error| missing(format!("{} cannot be read: {error}", path.display())))
        }
        None => line::ask(async { Ok(journal().await) })?,
    };
    let (status, metrics) = status_and_metrics(subject);
    Ok(vec![
        ("version.txt", version(now_ms)),
        ("faults.txt", faults),
        ("profiles.txt", of_config(subject, profiles)),
        ("status.json", status),
        ("metrics.txt", metrics),
        ("doctor.json", doctor(subject)?),
        ("buffer.json", of_state(subject, store)),
        ("grants.json", of_state(subject, policy)),
        ("log.txt", log),
    ])
}

fn missing(why: impl Display) -> String {
    format!("not here: {why}\n")
}

fn of_config(subject: &Subject, text: impl FnOnce(&Loaded) -> String) -> String {
    match &subject.config {
        Ok(loaded) => text(loaded),
        Err(_) => missing("the configuration has faults, see faults.txt"),
    }
}

fn of_state(subject: &Subject, text: impl FnOnce(&Path) -> String) -> String {
    match &subject.state_dir {
        Some(dir) => text(dir),
        None => missing("the configuration cannot be read, so nobody knows where the state directory is"),
    }
}

fn version(now_ms: i64) -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let release = read("/etc/os-release");
    let system = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME=")).unwrap_or("\"unknown\"");
    let uid = Account::own().map_or_else(|| "unknown".to_owned(), |account| account.uid.to_string());
    format!(
        "riversync-agent {}\nfor {} {}\nsystem {system}\nkernel {}\nup and idle, s {}\nuser {uid}\nmade {}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        read("/proc/sys/kernel/osrelease").trim(),
        read("/proc/uptime").trim(),
        say::time(now_ms)
    )
}

/// Which profiles, and the SHA-256 of their files, so that one that was changed on site is told from what was shipped.
fn profiles(loaded: &Loaded) -> String {
    let of = |device: &Device| {
        let profile = &device.profile;
        format!("{} version {}, {} metrics\n", profile.name, profile.version, profile.metrics.len())
    };
    let names: BTreeSet<String> = loaded.config.devices.iter().map(of).collect();
    let sums = loaded.files.iter().skip(1).map(|path| match std::fs::read(path) {
        Ok(bytes) => format!("{}  {}\n", HEXLOWER.encode(&Sha256::digest(bytes)), path.display()),
        Err(error) => missing(format!("{} cannot be read: {error}", path.display())),
    });
    names.into_iter().chain(sums).collect()
}

fn status_and_metrics(subject: &Subject) -> (String, String) {
    let Some(status) = &subject.status else {
        let why = missing("the agent has not run here yet, or its status file cannot be read");
        return (why.clone(), why);
    };
    (pretty(&status::object(status)), metrics::text(status))
}

fn doctor(subject: &Subject) -> Result<String, Exit> {
    match &subject.config {
        Ok(loaded) => Ok(pretty(&doctor::told(&loaded.config)?)),
        Err(_) => Ok(missing("the configuration has faults, see faults.txt")),
    }
}

fn store(state_dir: &Path) -> String {
    match Inspection::open(&store_in(state_dir), state_dir) {
        Ok(Some(store)) => pretty(&buffer::sums(&store)),
        Ok(None) => missing("nothing was ever stored here"),
        Err(error @ BufferError::Locked { .. }) => missing(format!("{error}; its sums are in status.json")),
        Err(error) => missing(error),
    }
}

fn policy(state_dir: &Path) -> String {
    match Identity::load(state_dir) {
        Ok(Some(identity)) => match grants::authority(&identity, state_dir) {
            Ok(authority) => pretty(&grants::object(&identity, &authority)),
            Err(error) => missing(format!("the policy cannot be read: {error}")),
        },
        Ok(None) => missing("this gateway is not enrolled"),
        Err(error) => missing(error),
    }
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

/// The end of a log file, from the beginning of a line on.
fn tail(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let skipped = file.metadata()?.len().saturating_sub(LOG_BYTES);
    file.seek(SeekFrom::Start(skipped))?;
    let mut bytes = Vec::new();
    file.take(LOG_BYTES).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(match text.split_once('\n') {
        Some((_, whole)) if skipped > 0 => whole.to_owned(),
        _ => text,
    })
}

/// The newest lines of the journal, if this user may read it.
async fn journal() -> String {
    let mut command = Command::new("journalctl");
    command.args([
        "--unit=riversync-agent",
        "--no-pager",
        "--quiet",
        "--output=short-iso",
        "--lines",
        LOG_LINES,
    ]);
    let asked = command.stdin(Stdio::null()).kill_on_drop(true).output();
    let hint = "look as root, or name the log with --log";
    match tokio::time::timeout(JOURNAL_WAIT, asked).await {
        Ok(Ok(output)) if !output.stdout.is_empty() => String::from_utf8_lossy(&output.stdout).into_owned(),
        Ok(Ok(output)) => {
            let said = String::from_utf8_lossy(&output.stderr);
            missing(format!(
                "the journal shows this user nothing of riversync-agent; {hint}. {}",
                said.trim()
            ))
        }
        Ok(Err(error)) => missing(format!("the journal cannot be asked: {error}; {hint}")),
        Err(_) => missing(format!("the journal did not answer within {} s", JOURNAL_WAIT.as_secs())),
    }
}
