//! What a model of device offers: its metrics, where they stand, what they mean, and when they are alarming.
//!
//! A profile is a file that people share (`config/profiles/<name>.toml`); a device of the configuration names it.
//! Addresses are 0-based protocol addresses; `ref = "40001"` is the datasheet's form (EDGE section 7). A gap
//! between two registers may be read only inside a `gap_ok` region (DESIGN section 3, invariant 2).

mod address;
mod alarm;
mod coding;
pub mod draft;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod identity;
pub mod import;
pub(crate) mod library;
mod location;
mod message;
mod metric;
mod not_available;
mod points;
mod quirks;
mod read;
mod report;
pub mod schema;
#[cfg(test)]
mod tests;
mod value;

pub(crate) use address::written as reference_of;
pub use alarm::{AlarmRule, Condition, Limit};
pub use identity::{Fingerprint, Identity};
pub use message::{MessageAt, Part};
pub(crate) use metric::{MAX_BITS, MAX_WORDS};
pub use not_available::Pattern;
pub use quirks::Quirks;
pub(crate) use read::{read, read_with};
pub use report::{Change, ReportPolicy};
pub use value::{Characters, Order, ValueType};

use riversync_protocol::ids::MetricName;
use riversync_protocol::v1::{Column, Kind, Scale};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One device model.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Its name, as devices of the configuration say it.
    pub name: String,
    /// Grows with each change of the file.
    pub version: u32,
    /// What can be read, in the order of the file.
    pub metrics: Vec<Metric>,
    /// Where a gap may be bridged.
    pub gap_ok: Vec<Region>,
    /// When a metric is alarming.
    pub alarms: Vec<AlarmRule>,
    /// What is odd about it.
    pub quirks: Quirks,
    /// How it is told from another at the same address.
    pub identity: Option<Identity>,
    /// Where messages carry the device's own time.
    pub time_pointer: Option<String>,
}

/// One thing a device measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// Its name, as grants say it.
    pub name: MetricName,
    /// For people.
    pub label: String,
    /// Such as `kW`; may be empty.
    pub unit: String,
    /// How often it is worth reading, milliseconds.
    pub interval_ms: u32,
    /// Raw to physical, exact.
    pub scale: Scale,
    /// Added after scaling.
    pub offset: f64,
    /// The names of its values; where there are some, the name travels and not the number.
    pub labels: BTreeMap<i64, String>,
    /// With which the device says "not available".
    pub not_available: Vec<Pattern>,
    /// Whether it only ever rises: when it falls, it wrapped or began again, and the sample says so.
    pub counter: bool,
    /// After how long without a sample its value is too old to believe, milliseconds; never when nothing is said.
    pub stale_after_ms: Option<u32>,
    /// Which samples are worth reporting; all when nothing is said.
    pub report: Option<ReportPolicy>,
    /// How the raw value is coded.
    pub value: ValueType,
    /// Where it stands.
    pub place: Place,
}

/// Where a metric stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In Modbus registers or bits.
    Register(RegisterAt),
    /// In the MQTT messages of its device.
    Message(MessageAt),
}

/// What a profile is for. One profile is for one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// Registers over Modbus.
    Modbus,
    /// Messages on topics of its own.
    Mqtt,
    /// Messages by the Sparkplug B specification.
    Sparkplug,
}

/// A run of Modbus registers or bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisterAt {
    /// Which of the four tables.
    pub table: Table,
    /// First 0-based protocol address.
    pub address: u16,
    /// Registers, or bits in a bit table; `address + count` never passes 65536.
    pub count: u16,
    /// Order of the bytes.
    pub order: Order,
    /// Which bytes of the words a text stands in.
    pub characters: Characters,
}

/// The four tables of Modbus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// Read-only words, function 4.
    Input,
    /// Words, function 3.
    Holding,
    /// Bits, function 1.
    Coil,
    /// Read-only bits, function 2.
    DiscreteInput,
}

/// Addresses whose words may be read to bridge a gap and are thrown away undecoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Of which table.
    pub table: Table,
    /// First address.
    pub from: u16,
    /// Last address.
    pub to: u16,
}

impl Profile {
    /// The metric of this name.
    pub fn metric(&self, name: &MetricName) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.name == *name)
    }

    /// What it is for.
    pub fn wire(&self) -> Wire {
        self.metrics.first().map_or(Wire::Modbus, |metric| metric.place.wire())
    }
}

impl Place {
    /// What can lead there.
    pub fn wire(&self) -> Wire {
        match self {
            Self::Register(_) => Wire::Modbus,
            Self::Message(MessageAt { part: Part::Sparkplug(_), .. }) => Wire::Sparkplug,
            Self::Message(_) => Wire::Mqtt,
        }
    }
}

impl Wire {
    /// The table of a device that leads there, `[device.<name>]`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Modbus => "modbus",
            Self::Mqtt => "mqtt",
            Self::Sparkplug => "sparkplug",
        }
    }
}

impl Metric {
    /// How its raw values travel.
    pub fn kind(&self) -> Kind {
        if self.labels.is_empty() { self.value.kind() } else { Kind::Text }
    }

    /// Its column in a schema.
    pub fn column(&self) -> Column {
        Column {
            metric: self.name.clone(),
            unit: self.unit.clone(),
            kind: self.kind(),
            scale: self.scale,
            offset: self.offset,
        }
    }
}

impl Table {
    /// Whether it holds bits and not words.
    pub fn is_bits(self) -> bool {
        matches!(self, Self::Coil | Self::DiscreteInput)
    }

    /// The function code that reads it.
    pub fn function(self) -> u8 {
        match self {
            Self::Coil => 1,
            Self::DiscreteInput => 2,
            Self::Holding => 3,
            Self::Input => 4,
        }
    }

    /// Its name in profiles.
    pub fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Holding => "holding",
            Self::Coil => "coil",
            Self::DiscreteInput => "discrete_input",
        }
    }
}
