//! The configuration: one TOML file and the profiles it names, checked whole before anything starts.
//!
//! Strict: an unknown key is refused with the nearest known one, every fault is told with file, line and column,
//! all of them in one run (EDGE fault 29). `RIVERSYNC_SECTION_KEY` in the environment stands before the file.
//! Secrets are never written in it: `password_file` names the file that holds one.

mod broker;
mod changes;
mod device;
pub(crate) mod fault;
mod line;
pub(crate) mod lists;
mod modbus;
mod read;
pub(crate) mod section;
#[cfg(test)]
mod tests;
mod tls;
pub(crate) mod units;

pub use changes::Changes;
pub use fault::{ConfigErrors, Fault};

use crate::profile::{Profile, Quirks};
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
    /// Modbus lines that several devices share by name.
    pub buses: Vec<Bus>,
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
    /// A unit on a Modbus line.
    Modbus(Modbus),
    /// Messages of an MQTT broker.
    Mqtt(Mqtt),
}

/// A Modbus line with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bus {
    /// How devices name it.
    pub id: String,
    /// Where it leads.
    pub line: Arc<Line>,
}

/// A physical way to Modbus units. Units of one line are read in turn by one task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Modbus TCP.
    Tcp(Endpoint),
    /// Modbus/TCP Security; the name that the device's certificate must carry, where it is not the host.
    Tls(Endpoint, Tls, Option<String>),
    /// Serial frames through a converter that speaks TCP.
    RtuOverTcp(Endpoint),
    /// A serial port.
    Serial(Serial),
}

/// A host and its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// A serial port; eight data bits, as Modbus RTU wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serial {
    /// The device file.
    pub path: PathBuf,
    /// Bits per second.
    pub baud: u32,
    /// The parity bit.
    pub parity: Parity,
    /// 1 or 2.
    pub stop_bits: u8,
}

/// The parity bit of a serial port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parity {
    /// There is none.
    None,
    /// Even.
    Even,
    /// Odd.
    Odd,
}

/// A unit on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modbus {
    /// The way to it.
    pub line: Arc<Line>,
    /// Unit id.
    pub unit: u8,
    /// Longest wait for one reply, milliseconds.
    pub timeout_ms: u64,
    /// How long after that a reply may still come over a serial line, milliseconds: the unit is left alone so long.
    pub late_ms: u64,
    /// What is odd about it: its own, and its profile's where it says nothing.
    pub quirks: Quirks,
}

impl Line {
    /// What makes it one line: two settings with the same place would be two masters on one wire.
    pub fn place(&self) -> String {
        match self {
            Self::Tcp(at) | Self::Tls(at, ..) | Self::RtuOverTcp(at) => format!("{}:{}", at.host, at.port),
            Self::Serial(port) => port.path.display().to_string(),
        }
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.place())?;
        match self {
            Self::Tcp(_) => Ok(()),
            Self::Tls(..) => f.write_str(" (TLS)"),
            Self::RtuOverTcp(_) => f.write_str(" (RTU over TCP)"),
            Self::Serial(port) => {
                let parity = match port.parity {
                    Parity::None => 'N',
                    Parity::Even => 'E',
                    Parity::Odd => 'O',
                };
                write!(f, " ({} 8{parity}{})", port.baud, port.stop_bits)
            }
        }
    }
}

/// Where a device speaks at a broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mqtt {
    /// Id of its broker.
    pub broker: String,
    /// In which way.
    pub speaks: Speaks,
}

/// How a device speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// On this exact topic, and on those below it that its profile names.
    Topic(String),
    /// As the Sparkplug B specification says.
    Sparkplug(Sparkplug),
}

/// Who a device is by the Sparkplug B specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sparkplug {
    /// The group of its edge node.
    pub group: String,
    /// Its edge node.
    pub node: String,
    /// The device of that node; the node itself when nothing is said.
    pub device: Option<String>,
    /// Whether the node may be asked to announce itself again. It is the one thing that is ever sent to it, and off
    /// unless the site says so.
    pub rebirth: bool,
}

impl std::fmt::Display for Speaks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Topic(topic) => f.write_str(topic),
            Self::Sparkplug(Sparkplug { group, node, device: None, .. }) => {
                write!(f, "sparkplug {group}/{node}")
            }
            Self::Sparkplug(Sparkplug { group, node, device: Some(device), .. }) => {
                write!(f, "sparkplug {group}/{node}/{device}")
            }
        }
    }
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
    load_with(path, &environment())
}

fn environment() -> BTreeMap<String, String> {
    let texts = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    texts.filter(|(name, _)| name.starts_with("RIVERSYNC_")).collect()
}

/// The state directory that the file at `path` names, whatever else is wrong with it; nothing when the file cannot be
/// read. For looking at an agent that started with an earlier text of it.
pub fn state_dir(path: &Path) -> Option<PathBuf> {
    read::state_dir(path, &environment())
}

/// Like [`load`], with the environment as an argument.
///
/// # Errors
/// Every fault of the file, of the profiles it names and of `env`.
pub fn load_with(path: &Path, env: &BTreeMap<String, String>) -> Result<Loaded, ConfigErrors> {
    read::read(path, env)
}
