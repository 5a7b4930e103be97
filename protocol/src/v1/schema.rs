//! The directory of a batch: which device, which metrics, units, scale, how often. Sent once, then named by its hash.

use crate::bounded::list;
use crate::ids::{DeviceId, MetricName};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Most groups in one schema.
pub const MAX_GROUPS: usize = 4_096;
/// Most columns in one schema, over all groups.
pub const MAX_COLUMNS: usize = 16_384;

/// First 16 bytes of the SHA-256 of a schema's postcard bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SchemaHash(pub [u8; 16]);

impl std::fmt::Display for SchemaHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl std::fmt::Debug for SchemaHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SchemaHash({self})")
    }
}

/// Why a schema was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SchemaError {
    /// More groups or columns than the bounds allow.
    #[error(
        "the schema has {groups} groups and {columns} columns; at most {MAX_GROUPS} and {MAX_COLUMNS} are accepted"
    )]
    TooLarge {
        /// Groups found.
        groups: usize,
        /// Columns found.
        columns: usize,
    },
    /// A scale that divides by nothing, or an offset that is no number.
    #[error("metric {metric} of device {device} has a scale or an offset that is not a number")]
    Scale {
        /// The device.
        device: DeviceId,
        /// The metric.
        metric: MetricName,
    },
    /// A metric named twice in one group.
    #[error("metric {metric} stands twice in a group of device {device}")]
    Duplicate {
        /// The device.
        device: DeviceId,
        /// The metric.
        metric: MetricName,
    },
    /// It does not encode.
    #[error("the schema does not encode: {0}")]
    Codec(#[from] postcard::Error),
}

/// A directory of columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// Poll groups: metrics that are always read together and share a time stamp.
    #[serde(deserialize_with = "list::<_, _, MAX_GROUPS>")]
    pub groups: Vec<Group>,
}

/// Metrics of one device that are read at one time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Whose metrics.
    pub device: DeviceId,
    /// How often they are read, milliseconds; 0 when the device speaks when it likes.
    pub interval_ms: u32,
    /// The metrics, in the order of the batch's columns.
    #[serde(deserialize_with = "list::<_, _, MAX_COLUMNS>")]
    pub columns: Vec<Column>,
}

/// One metric of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its name in the device's profile.
    pub metric: MetricName,
    /// Its unit as shown to people, such as `kW` or `°C`; may be empty.
    pub unit: String,
    /// How its raw values travel.
    pub kind: Kind,
    /// Raw to physical, applied before `offset`.
    pub scale: Scale,
    /// Added after scaling, in physical units.
    pub offset: f64,
}

impl Column {
    /// The physical value of a raw one.
    pub fn physical(&self, raw: f64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "scales are small numbers by construction")]
        let scaled = raw * self.scale.numerator as f64 / self.scale.denominator as f64;
        scaled + self.offset
    }
}

/// How raw values travel. Integers stay integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// Signed 64-bit integers; the usual case.
    Int,
    /// Unsigned 64-bit integers, for counters that pass `i64::MAX`.
    UInt,
    /// IEEE 754 single precision, bit-exact.
    Float32,
    /// IEEE 754 double precision, bit-exact.
    Float64,
    /// On or off.
    Bool,
    /// Short text.
    Text,
}

/// A ratio, so that a tenth is a tenth: physical = raw * numerator / denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scale {
    /// Multiplies.
    pub numerator: i64,
    /// Divides; never 0.
    pub denominator: i64,
}

impl Scale {
    /// Raw is physical.
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };
}

impl Schema {
    /// Checks the bounds, scales and names.
    ///
    /// # Errors
    /// [`SchemaError`] naming the first fault.
    pub fn check(&self) -> Result<(), SchemaError> {
        let columns = self.groups.iter().map(|group| group.columns.len()).sum();
        if self.groups.len() > MAX_GROUPS || columns > MAX_COLUMNS {
            return Err(SchemaError::TooLarge { groups: self.groups.len(), columns });
        }
        for group in &self.groups {
            let mut seen = std::collections::BTreeSet::new();
            for column in &group.columns {
                let name = || (group.device.clone(), column.metric.clone());
                if column.scale.denominator == 0 || !column.offset.is_finite() {
                    let (device, metric) = name();
                    return Err(SchemaError::Scale { device, metric });
                }
                if !seen.insert(&column.metric) {
                    let (device, metric) = name();
                    return Err(SchemaError::Duplicate { device, metric });
                }
            }
        }
        Ok(())
    }

    /// The name by which batches refer to it.
    ///
    /// # Errors
    /// [`SchemaError::Codec`] when it does not encode.
    pub fn hash(&self) -> Result<SchemaHash, SchemaError> {
        let digest = Sha256::digest(postcard::to_stdvec(self)?);
        let mut hash = [0; 16];
        for (to, from) in hash.iter_mut().zip(digest) {
            *to = from;
        }
        Ok(SchemaHash(hash))
    }
}
