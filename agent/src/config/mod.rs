//! The configuration: one TOML file and the profiles it names, checked whole before anything starts.
//!
//! Strict: an unknown key is refused with the nearest known one, every fault is told with file, line and column,
//! all of them in one run (EDGE fault 29). `RIVERSYNC_SECTION_KEY` in the environment stands before the file.
//! Secrets are never written in it: `password_file` names the file that holds one.

mod broker;
mod device;
pub(crate) mod fault;
mod read;
pub(crate) mod section;
#[cfg(test)]
mod tests;
mod tls;
pub(crate) mod units;

pub(crate) use broker::MAX_PACKET_BYTES;
pub use fault::{ConfigErrors, Fault};

use crate::profile::Profile;
use riversync_protocol::ids::DeviceId;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Everything the agent is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where the agent keeps its identity, policy and buffer.
    pub state_dir: PathBuf,
    /// Where profiles are looked for; the first directory that has one wins.
    pub profile_dirs: Vec<PathBuf>,
    /// The local listener for health and metrics.
    pub health: Health,
    /// Bounds of the durable buffer.
    pub buffer: Buffer,
    /// How readings travel.
    pub uplink: Uplink,
    /// MQTT brokers of the site.
    pub brokers: Vec<Broker>,
    /// Devices of the site.
    pub devices: Vec<Device>,
}

/// The local listener for health and metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// A loopback address; port 0 picks a free one.
    pub listen: SocketAddr,
}

/// Bounds of the durable buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buffer {
    /// Most bytes it may take on disk.
    pub max_bytes: u64,
}

/// How readings travel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uplink {
    /// How long readings are gathered into one batch, milliseconds.
    pub batch_ms: u64,
    /// Longest wait for an answer of the cloud, milliseconds.
    pub timeout_ms: u64,
    /// Most points of one batch while a backlog drains.
    pub backlog_points: u64,
    /// Diagnostic: where every request body is also written, as it is before encryption. Holds granted data.
    pub record_dir: Option<PathBuf>,
}

/// One MQTT broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broker {
    /// How devices name it.
    pub id: String,
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// The authority that signed its certificate; `None` for a plain connection.
    pub tls: Option<Tls>,
    /// User name.
    pub username: Option<String>,
    /// File whose first line is the password; read at every connection, so a changed secret needs no restart.
    pub password_file: Option<PathBuf>,
    /// The stable name under which the broker keeps our session.
    pub client_id: String,
    /// Seconds between signs of life.
    pub keep_alive_s: u16,
    /// Largest message that is looked into, bytes.
    pub max_payload_bytes: u64,
}

/// How to trust a peer, and how to be known to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// PEM file with the authorities to trust, and no others.
    pub ca_file: PathBuf,
    /// Our own certificate, for a peer that asks for one.
    pub identity: Option<ClientIdentity>,
}

/// A client certificate with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientIdentity {
    /// PEM file with the certificate, and those between it and its authority.
    pub cert_file: PathBuf,
    /// PEM file with the key; only its owner may read it.
    pub key_file: PathBuf,
}

/// One device.
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    /// Its name in the cloud.
    pub id: DeviceId,
    /// What it offers.
    pub profile: Arc<Profile>,
    /// How it is reached.
    pub connection: Connection,
}

/// How a device is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Modbus TCP.
    Modbus(Modbus),
    /// Messages of an MQTT broker.
    Mqtt(Mqtt),
}

/// A unit behind a Modbus TCP address. Units of one host and port share one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modbus {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Unit id.
    pub unit: u8,
    /// Longest wait for one reply, milliseconds.
    pub timeout_ms: u64,
    /// Rest that the unit needs after each reply, milliseconds.
    pub pause_between_requests_ms: u64,
    /// Most registers of one request.
    pub max_words: u16,
    /// Most bits of one request.
    pub max_bits: u16,
}

/// A topic on which a device speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mqtt {
    /// Id of its broker.
    pub broker: String,
    /// The exact topic.
    pub topic: String,
}

/// A configuration that passed every check.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What it says.
    pub config: Arc<Config>,
    /// The files it was read from, the configuration first.
    pub files: Vec<PathBuf>,
}

impl Config {
    /// The device of this name.
    pub fn device(&self, id: &DeviceId) -> Option<&Device> {
        self.devices.iter().find(|device| device.id == *id)
    }
}

/// Reads and checks the configuration at `path`, with what the environment overrides.
///
/// # Errors
/// Every fault of the file, of the profiles it names and of the environment.
pub fn load(path: &Path) -> Result<Loaded, ConfigErrors> {
    let env = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("RIVERSYNC_"))
        .collect::<BTreeMap<_, _>>();
    load_with(path, &env)
}

/// Like [`load`], with the environment as an argument.
///
/// # Errors
/// Every fault of the file, of the profiles it names and of `env`.
pub fn load_with(path: &Path, env: &BTreeMap<String, String>) -> Result<Loaded, ConfigErrors> {
    read::read(path, env)
}
