//! Reads the configuration file: the general settings, then profiles, brokers and devices.

use super::fault::{ConfigErrors, Document};
use super::section::{Env, Section, parse};
use super::{Buffer, Config, Health, Loaded, Uplink, broker, device, line};
use crate::profile::library::{Library, read_file};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    let (profiles, theirs) = library.into_parts();
    faults.extend(theirs);
    let mut files = vec![path.to_owned()];
    files.extend(profiles);
    match config {
        Some(config) if faults.is_empty() => Ok(Loaded { config: Arc::new(config), files }),
        _ => Err(ConfigErrors(faults)),
    }
}

/// The state directory alone.
pub(super) fn state_dir(path: &Path, env: &Env) -> Option<PathBuf> {
    let document = Document::new(path.display().to_string(), &read_file(path).ok()?);
    let (root, _) = toml::de::DeTable::parse_recoverable(document.text());
    let mut root = Section::new(&document, root.get_ref(), 0..0, "").with_env(env, "");
    Some(path.parent().unwrap_or(Path::new("")).join(own_dir(&mut root)))
}

fn own_dir(root: &mut Section<'_>) -> String {
    root.text("state_dir").map_or_else(|| "/var/lib/riversync-agent".to_owned(), |found| found.value)
}

fn settings<'a>(mut root: Section<'a>, env: &'a Env, base: &Path, library: &mut Library) -> Option<Config> {
    root = root.with_env(env, "");
    let state_dir = own_dir(&mut root);
    let dirs = root.texts("profile_dirs").map_or_else(|| vec!["profiles".to_owned()], |found| found.value);
    *library = Library::new(dirs.iter().map(|dir| base.join(dir)).collect());
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
    for fault in empty.into_faults() {
        root.document().push(fault);
    }
    let brokers = broker::read_all(root.tables("broker"), base);
    let buses = line::read_all(root.tables("bus"), base);
    let named = device::Named { brokers: &brokers, buses: &buses, base };
    let devices = device::read_all(root.tables("device"), &named, library);
    let config = Config {
        state_dir: base.join(state_dir),
        profile_dirs: library.dirs().to_vec(),
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
