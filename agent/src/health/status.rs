//! The agent about itself at one moment: for `/metrics` and for `status`. Devices appear while something of them is
//! granted; metrics and values never do.

use super::counters::{Counters, LinkState, Totals};
use crate::buffer::Buffer;
use crate::clock::Clock;
use crate::enrolment::Identity;
use crate::files;
use crate::grant::Authority;
use crate::sources::SourceStatus;
use crate::watchdog::Pulse;
use riversync_protocol::v1::Health;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;

const FILE: &str = "status.json";

/// How the agent is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The agent's version.
    pub version: String,
    /// Its process.
    pub pid: u32,
    /// When this was true, Unix milliseconds.
    pub at_ms: i64,
    /// When the process started, Unix milliseconds.
    pub started_ms: i64,
    /// Its name in the cloud.
    pub agent: String,
    /// `host:port` of the cloud.
    pub cloud: String,
    /// End of its certificate, Unix milliseconds.
    pub certificate_until_ms: i64,
    /// By what configuration it runs.
    #[serde(default)]
    pub config: ConfigStatus,
    /// What may flow.
    pub grant: GrantStatus,
    /// What waits.
    pub buffer: BufferStatus,
    /// The link.
    pub link: LinkState,
    /// Sums since start.
    pub totals: Totals,
    /// Parts of the agent that make no progress.
    #[serde(default)]
    pub stuck: Vec<String>,
    /// Devices of which something is granted.
    pub devices: Vec<DeviceStatus>,
}

/// By what configuration an agent runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigStatus {
    /// Since when the one in force is, Unix milliseconds.
    pub since_ms: i64,
    /// When a newer one was refused as a whole, Unix milliseconds.
    pub refused_ms: Option<i64>,
    /// What is wrong with that one: file, line, column, field, and the way out.
    pub faults: Vec<String>,
    /// Settings that have changed in the file and count from the next restart on.
    pub waiting: Vec<String>,
    /// How often a new one was taken over.
    pub reloads: u64,
    /// How often a new one was refused.
    pub refused: u64,
}

/// What may flow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrantStatus {
    /// Epoch in force, 0 for none.
    pub epoch: u64,
    /// Why nothing flows; nothing when something may.
    pub withheld: Option<String>,
    /// When the next row begins or ends, Unix milliseconds.
    pub next_change_ms: Option<i64>,
    /// How many rows are in force or will be; `grants` lists them.
    #[serde(default)]
    pub row_count: usize,
}

/// What waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BufferStatus {
    /// Telemetry records.
    pub records: u64,
    /// Event records.
    pub events: u64,
    /// Bytes on disk.
    pub disk_bytes: u64,
    /// Time of the oldest telemetry, Unix milliseconds.
    pub oldest_ms: Option<i64>,
    /// Records lost, by reason.
    pub dropped: BTreeMap<String, u64>,
    /// Records that did not pass their check.
    pub corrupt: u64,
    /// Bytes handed to the store since start.
    pub bytes_written: u64,
    /// Whether the disk is full.
    pub disk_full: bool,
}

/// One device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceStatus {
    /// Its name.
    pub id: String,
    /// How it is read.
    pub source: String,
    /// Whether it answers: `up`, `down` or `idle`.
    pub link: String,
    /// Why not.
    pub reason: String,
    /// Requests or messages.
    pub requests: u64,
    /// Of those, failed.
    pub errors: u64,
    /// Poll cycles skipped.
    pub overruns: u64,
    /// Points with a value.
    pub points_good: u64,
    /// Points without.
    pub points_bad: u64,
    /// Messages dropped, by reason.
    #[serde(default)]
    pub dropped: BTreeMap<String, u64>,
    /// Messages that the device numbered and that never came.
    #[serde(default)]
    pub lost: u64,
    /// Messages that the broker had kept from earlier.
    #[serde(default)]
    pub retained: u64,
    /// How often reading it failed by a fault of the agent, and began anew.
    #[serde(default)]
    pub restarts: u64,
    /// When it last gave a value, Unix milliseconds.
    pub last_read_ms: u64,
}

/// Everything a status is made from.
pub struct Watcher {
    /// When the process started, Unix milliseconds.
    pub started_ms: i64,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// By what configuration.
    pub config: watch::Receiver<ConfigStatus>,
    /// Who we are.
    pub identity: watch::Receiver<Arc<Identity>>,
    /// What may flow.
    pub authority: Arc<Authority>,
    /// What waits.
    pub buffer: Buffer,
    /// The sums.
    pub counters: Arc<Counters>,
    /// The devices.
    pub sources: Arc<SourceStatus>,
    /// The parts that must make progress.
    pub parts: Vec<Arc<Pulse>>,
}

impl Watcher {
    /// How the agent is now.
    pub fn status(&self) -> Status {
        let now_ms = self.clock.now_ms();
        let identity = Arc::clone(&self.identity.borrow());
        let granted = Arc::clone(&self.authority.granted().borrow());
        let stats = self.buffer.stats();
        let (totals, link) = self.counters.snapshot();
        let shown = self.sources.snapshot().into_iter();
        let shown = shown.filter(|device| granted.reads(&device.id, now_ms));
        let devices = shown.map(|device| DeviceStatus {
            id: device.id.to_string(),
            source: device.source.to_owned(),
            link: format!("{:?}", device.link).to_lowercase(),
            reason: device.reason.to_owned(),
            requests: device.requests,
            errors: device.errors,
            overruns: device.overruns,
            points_good: device.points_good,
            points_bad: device.points_bad,
            dropped: device.dropped.into_iter().map(|(reason, count)| (reason.to_owned(), count)).collect(),
            lost: device.lost,
            retained: device.retained,
            restarts: device.restarts,
            last_read_ms: device.last_read_ms,
        });
        Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
            at_ms: now_ms,
            started_ms: self.started_ms,
            agent: identity.agent().to_string(),
            cloud: identity.address().to_owned(),
            certificate_until_ms: identity.not_after_ms(),
            config: self.config.borrow().clone(),
            grant: GrantStatus {
                epoch: granted.epoch(),
                withheld: self.authority.withheld().map(|why| why.to_string()),
                next_change_ms: granted.next_change_ms(now_ms),
                row_count: granted.row_count(),
            },
            buffer: BufferStatus {
                records: stats.telemetry.records,
                events: stats.events.records,
                disk_bytes: stats.disk_bytes,
                oldest_ms: stats.oldest_ms,
                dropped: stats.dropped.iter().map(|(reason, n)| (format!("{reason:?}"), *n)).collect(),
                corrupt: stats.corrupt,
                bytes_written: stats.bytes_written,
                disk_full: stats.disk_full,
            },
            link,
            totals,
            stuck: self.stuck().map(str::to_owned).collect(),
            devices: devices.collect(),
        }
    }

    fn stuck(&self) -> impl Iterator<Item = &'static str> {
        self.parts.iter().filter(|pulse| pulse.late().is_some()).map(|pulse| pulse.part())
    }

    /// The same in a line for the service manager: states and sums only.
    pub fn line(&self) -> String {
        let (up, down) = self.sources.up_and_down();
        let stats = self.buffer.stats();
        let link = if self.counters.snapshot().1.up { "answers" } else { "does not answer" };
        let mut line = format!("devices: {up} up, {down} down; the cloud {link}");
        if let Some(why) = self.authority.withheld() {
            line.push_str(&format!("; nothing flows: {why}"));
        }
        if stats.disk_full {
            line.push_str("; the disk is full");
        }
        if self.config.borrow().refused_ms.is_some() {
            line.push_str("; a newer configuration was refused and the old one stays");
        }
        for part in self.stuck() {
            line.push_str(&format!("; the {part} makes no progress"));
        }
        line
    }

    /// The same as the cloud hears it.
    pub fn health(&self) -> Health {
        let stats = self.buffer.stats();
        let (devices_up, devices_down) = self.sources.up_and_down();
        Health {
            at_ms: self.clock.now_ms(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_ms: self.started_ms,
            buffered_records: stats.telemetry.records + stats.events.records,
            buffered_bytes: stats.disk_bytes,
            devices_up,
            devices_down,
            policy_epoch: self.authority.granted().borrow().epoch(),
        }
    }
}

impl Status {
    /// Leaves it in `state_dir`, for a `status` that has no agent to ask.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn leave(&self, state_dir: &Path) -> io::Result<()> {
        let bytes = serde_json::to_vec(self).map_err(io::Error::other)?;
        files::replace_lazily(&state_dir.join(FILE), &bytes)
    }

    /// The newest one left in `state_dir`.
    ///
    /// # Errors
    /// When the file system refuses or the file is damaged.
    pub fn last(state_dir: &Path) -> io::Result<Option<Self>> {
        let Some(bytes) = files::read_if_there(&state_dir.join(FILE))? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(io::Error::other)
    }
}
