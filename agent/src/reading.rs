//! One measured moment on its way from a source to the store.

use crate::clock::Stamp;
use riversync_protocol::v1::{Group, Kind, Quality, QualityReason};
use std::sync::Arc;
use tokio::sync::oneshot;

/// The metrics of one poll group of one device, read at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Which device and which metrics, in the order of `cells`; shared by all readings of the group.
    pub group: Arc<Group>,
    /// When the read was complete, or the device's own time where its profile names one; Unix milliseconds.
    pub at_ms: i64,
    /// One per column of `group`.
    pub cells: Vec<Cell>,
}

impl Reading {
    /// A reading by the gateway's own time. While that is not believed, its good cells say so.
    pub fn taken(group: Arc<Group>, at: Stamp, mut cells: Vec<Cell>) -> Self {
        if !at.trusted {
            for cell in cells.iter_mut().filter(|cell| cell.quality == Quality::GOOD) {
                cell.quality = Quality::uncertain(QualityReason::ClockUntrusted);
            }
        }
        Self { group, at_ms: at.at_ms, cells }
    }
}

/// One raw value with its quality.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The raw value, before scale and offset; a filler of the right kind when the quality is bad.
    pub raw: Raw,
    /// How far to believe it.
    pub quality: Quality,
}

impl Cell {
    /// A cell without a value that says why.
    pub fn none(kind: Kind, quality: Quality) -> Self {
        let raw = match kind {
            Kind::Int => Raw::Int(0),
            Kind::UInt => Raw::UInt(0),
            Kind::Float32 => Raw::Float32(0.0),
            Kind::Float64 => Raw::Float64(0.0),
            Kind::Bool => Raw::Bool(false),
            Kind::Text => Raw::Text(String::new()),
        };
        Self { raw, quality }
    }
}

/// A raw value, of the kind its column says.
#[derive(Clone, Debug, PartialEq)]
pub enum Raw {
    /// For `Kind::Int`.
    Int(i64),
    /// For `Kind::UInt`.
    UInt(u64),
    /// For `Kind::Float32`.
    Float32(f32),
    /// For `Kind::Float64`.
    Float64(f64),
    /// For `Kind::Bool`.
    Bool(bool),
    /// For `Kind::Text`.
    Text(String),
}

/// What a source hands to the pipeline: readings that came together, to be stored together.
#[derive(Debug)]
pub struct Arrival {
    /// The readings. A source only reads what is granted; the gate checks again.
    pub readings: Vec<Reading>,
    /// Names the message they came from, so that a redelivery after a crash is stored once. None for polls.
    pub origin: Option<[u8; 16]>,
    /// Told once everything that passed the gate is durable (or nothing passed): only then is MQTT acknowledged.
    pub stored: Option<oneshot::Sender<()>>,
}
