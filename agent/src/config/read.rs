//! Reads the configuration file: the general settings, then profiles, brokers and devices.

use super::fault::{ConfigErrors, Document, Fault};
use super::section::{Env, Section, parse};
use super::{Buffer, Config, Health, Loaded, Uplink, broker, device, line};
use crate::profile::{self, Profile};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most bytes of one configuration or profile: 100,000 metrics fit, a disk image does not.
const MAX_FILE_BYTES: u64 = 64 << 20;
/// The least a buffer can work with: its engine needs this much to recycle its log.
const MIN_BUFFER_BYTES: u64 = 16 << 20;
/// Most points of one batch: it bounds what a batch takes in memory.
const MAX_BATCH_POINTS: i64 = 32_768;

pub(super) fn read(path: &Path, env: &Env) -> Result<Loaded, ConfigErrors> {
    let text = read_file(path).map_err(|fault| ConfigErrors(vec![fault]))?;
    let document = Document::new(path.display().to_string(), &text);
    let base = path.parent().unwrap_or(Path::new("")).to_owned();
    let mut library = Library::default();
    let config = parse(&document, |root| settings(root, env, &base, &mut library)).flatten();
    let mut faults = document.into_faults();
    faults.extend(library.faults);
    let mut files = vec![path.to_owned()];
    files.extend(library.files);
    match config {
        Some(config) if faults.is_empty() => Ok(Loaded { config: Arc::new(config), files }),
        _ => Err(ConfigErrors(faults)),
    }
}

fn read_file(path: &Path) -> Result<String, Fault> {
    let fault = |message: String| Fault {
        file: path.display().to_string(),
        line: 0,
        column: 0,
        field: String::new(),
        message,
    };
    let unreadable =
        |error: std::io::Error| fault(format!("cannot be read: {error}; name the file with --config"));
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > MAX_FILE_BYTES {
        return Err(fault(format!("is {size} bytes long; at most {MAX_FILE_BYTES} are read")));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        fault(format!("is not UTF-8 text at byte {at}; save it as UTF-8"))
    })
}

fn settings<'a>(mut root: Section<'a>, env: &'a Env, base: &Path, library: &mut Library) -> Option<Config> {
    root = root.with_env(env, "");
    let state_dir =
        root.text("state_dir").map_or_else(|| "/var/lib/riversync-agent".to_owned(), |found| found.value);
    let dirs = root.texts("profile_dirs").map_or_else(|| vec!["profiles".to_owned()], |found| found.value);
    library.dirs = dirs.iter().map(|dir| base.join(dir)).collect();
    let mut section = |key, prefix| root.table(key).map(|section| section.with_env(env, prefix));
    // A section that the file leaves out can still be set by the environment.
    let empty = Document::new("environment", "");
    let nothing = toml::de::DeTable::new();
    let mut with_default = |key, prefix| {
        section(key, prefix)
            .unwrap_or_else(|| Section::new(&empty, &nothing, 0..0, key).with_env(env, prefix))
    };
    let health = health(with_default("health", "RIVERSYNC_HEALTH_"));
    let buffer = buffer(with_default("buffer", "RIVERSYNC_BUFFER_"));
    let uplink = uplink(with_default("uplink", "RIVERSYNC_UPLINK_"), base);
    library.faults.extend(empty.into_faults());
    let brokers = broker::read_all(root.tables("broker"), base);
    let buses = line::read_all(root.tables("bus"), base);
    let named = device::Named { brokers: &brokers, buses: &buses, base };
    let devices = device::read_all(root.tables("device"), &named, library);
    let config = Config {
        state_dir: base.join(state_dir),
        profile_dirs: library.dirs.clone(),
        health,
        buffer,
        uplink,
        brokers,
        buses,
        devices,
    };
    root.finish();
    Some(config)
}

fn health(mut section: Section<'_>) -> Health {
    let default = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9_464);
    let wanted = "an address and port of this machine only, such as \"127.0.0.1:9464\"";
    let listen = section
        .text_as("listen", wanted, |text| text.parse::<SocketAddr>().ok().filter(|at| at.ip().is_loopback()))
        .map_or(default, |found| found.value);
    section.finish();
    Health { listen }
}

fn buffer(mut section: Section<'_>) -> Buffer {
    let max_bytes = section.bytes("max_size", MIN_BUFFER_BYTES).map_or(512 << 20, |found| found.value);
    section.finish();
    Buffer { max_bytes }
}

fn uplink(mut section: Section<'_>, base: &Path) -> Uplink {
    let batch_ms = section.duration_ms("batch", 100..=600_000).map_or(10_000, |found| found.value);
    let timeout_ms = section.duration_ms("timeout", 1_000..=600_000).map_or(30_000, |found| found.value);
    let backlog_points = section
        .integer("backlog_points", 1_000..=MAX_BATCH_POINTS)
        .map_or(MAX_BATCH_POINTS, |found| found.value);
    let record_dir = section.text("record_dir").map(|found| base.join(found.value));
    section.finish();
    Uplink {
        record_dir,
        batch_ms,
        timeout_ms,
        backlog_points: u64::try_from(backlog_points).unwrap_or(u64::MAX),
    }
}

/// Profiles, each read once.
#[derive(Default)]
pub(super) struct Library {
    dirs: Vec<PathBuf>,
    known: BTreeMap<String, Option<Arc<Profile>>>,
    files: Vec<PathBuf>,
    faults: Vec<Fault>,
}

impl Library {
    /// The profile of this name. `Err` says why there is none; `Ok(None)` that its file has faults, noted already.
    pub(super) fn profile(&mut self, name: &str) -> Result<Option<Arc<Profile>>, String> {
        if let Some(known) = self.known.get(name) {
            return Ok(known.clone());
        }
        let is_name =
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let path = self.dirs.iter().map(|dir| dir.join(format!("{name}.toml"))).find(|path| path.is_file());
        let Some(path) = path.filter(|_| is_name) else {
            let at = self.dirs.iter().map(|dir| dir.display().to_string()).collect::<Vec<_>>().join(", ");
            let available = self.available();
            let hint = super::fault::did_you_mean(name, available.iter().map(String::as_str));
            return Err(format!("there is no profile \"{name}\" in {at}{hint}"));
        };
        let profile = read_file(&path)
            .map_err(|fault| vec![fault])
            .and_then(|text| profile::read(&path.display().to_string(), &text));
        let profile = match profile {
            Ok(profile) if profile.name == name => Some(Arc::new(profile)),
            Ok(profile) => {
                return Err(format!(
                    "{} calls itself \"{}\"; the name in the file and of the file must agree",
                    path.display(),
                    profile.name
                ));
            }
            Err(faults) => {
                self.faults.extend(faults);
                None
            }
        };
        self.files.push(path);
        self.known.insert(name.to_owned(), profile.clone());
        Ok(profile)
    }

    fn available(&self) -> Vec<String> {
        let entries = self.dirs.iter().filter_map(|dir| std::fs::read_dir(dir).ok()).flatten().flatten();
        entries
            .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".toml").map(str::to_owned))
            .collect()
    }
}
