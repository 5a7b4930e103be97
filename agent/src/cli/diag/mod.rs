//! `diag`: one file for whoever helps from afar. Reads what lies around the agent, whether it runs or not, and asks no device.
//!
//! Never in it: a measured value, and a secret. Nothing that holds a value is read at all (of the store only sums, of the
//! policy only names and times). `config` writes only settings that it knows, and `redact` goes over every text once more.

mod config;
mod parts;
mod redact;
mod tar;

use super::{ConfigArg, Exit, say};
use crate::clock::{Clock, SystemClock};
use crate::config::Loaded;
use crate::health::Status;
use clap::Args;
use redact::Scrub;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Arguments of `diag`.
#[derive(Debug, Args)]
pub(super) struct DiagArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// Where the bundle goes, as a tar file; one that is there already is left as it is
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The log, where it does not go to the journal
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

/// What is looked at.
struct Subject {
    path: PathBuf,
    /// The configuration, or the faults of it.
    config: Result<Loaded, String>,
    state_dir: Option<PathBuf>,
    status: Option<Status>,
    log: Option<PathBuf>,
}

const ABOUT: &str = "\
What riversync-agent diag has found, for whoever helps. In it:

version.txt   the program and the machine
config.txt    the settings it knows, by line; everything else as [redacted]
faults.txt    what is wrong with the configuration
profiles.txt  the profiles that it names, with their versions and sums
status.json   how the agent is, or was when it last ran
metrics.txt   the same as figures
doctor.json   what doctor found around it
buffer.json   sums of the store
grants.json   what may flow, and why nothing does: names and times
log.txt       the newest lines of the log

Measured values are not read and are in none of them. Passwords, keys, tokens and enrolment codes are
replaced by [redacted]. Please look through it before you pass it on.
";

pub(super) fn run(args: &DiagArgs) -> Result<(), Exit> {
    let now_ms = SystemClock::default().now_ms();
    let subject = Subject::of(args);
    let (shown, secrets) = config::shown(&subject.path);
    let scrub = Scrub::new(secrets);
    let mut files = vec![("about.txt", ABOUT.to_owned()), ("config.txt", shown)];
    files.extend(parts::all(&subject, now_ms)?);
    let cleaned = files.iter().map(|(name, text)| (*name, scrub.clean(text))).collect::<Vec<_>>();
    let output = args.output.clone().unwrap_or_else(|| default_name(now_ms));
    write(&output, &cleaned, now_ms).map_err(|error| {
        let hint = match error.kind() {
            io::ErrorKind::AlreadyExists => "name another file with --output",
            _ => "name a file in another directory with --output",
        };
        say::trouble(format_args!("{} cannot be written: {error}; {hint}", output.display()));
        Exit::of_io(&error)
    })?;
    say::line(format_args!("{} holds what support needs to see:", output.display()));
    cleaned.iter().for_each(|(name, text)| say::line(format_args!("  {name:<14} {} bytes", text.len())));
    say::line(
        "Measured values are not in it, and what is secret is struck out. Look through it before you pass it on.",
    );
    Ok(())
}

impl Subject {
    fn of(args: &DiagArgs) -> Self {
        let path = args.config.config.clone();
        let config = crate::config::load(&path).map_err(|faults| faults.to_string());
        let state_dir = match &config {
            Ok(loaded) => Some(loaded.config.state_dir.clone()),
            Err(_) => crate::config::state_dir(&path),
        };
        let status = state_dir.as_deref().and_then(|dir| Status::last(dir).ok().flatten());
        Self { path, config, state_dir, status, log: args.log.clone() }
    }
}

fn default_name(now_ms: i64) -> PathBuf {
    let at = jiff::Timestamp::from_millisecond(now_ms).unwrap_or_default();
    PathBuf::from(at.strftime("riversync-diag-%Y%m%dT%H%M%SZ.tar").to_string())
}

/// Writes the bundle for its owner alone, whole or not at all.
fn write(path: &Path, files: &[(&str, String)], now_ms: i64) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let bytes = tar::archive("riversync-diag", files, now_ms / 1_000);
    let written = file.write_all(&bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a bundle would look like a whole one.
        drop(std::fs::remove_file(path));
    }
    written
}
