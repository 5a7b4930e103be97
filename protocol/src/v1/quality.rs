//! How far a sample may be believed. A failed read is a sample too: it says *bad* and why.

use serde::{Deserialize, Serialize};

/// Level and reason of one sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Quality {
    /// How far to believe it.
    pub level: QualityLevel,
    /// Why.
    pub reason: QualityReason,
}

impl Quality {
    /// A good sample needs no reason.
    pub const GOOD: Self = Self { level: QualityLevel::Good, reason: QualityReason::None };

    /// A bad sample and why.
    pub const fn bad(reason: QualityReason) -> Self {
        Self { level: QualityLevel::Bad, reason }
    }

    /// A sample that says from when on the value before it is too old to believe, and why.
    pub const fn stale(reason: QualityReason) -> Self {
        Self { level: QualityLevel::Stale, reason }
    }

    /// A sample whose value comes with a doubt.
    pub const fn uncertain(reason: QualityReason) -> Self {
        Self { level: QualityLevel::Uncertain, reason }
    }

    /// Whether a value comes with it that a person should see. A bad or stale sample is a gap with a reason.
    pub fn has_value(self) -> bool {
        matches!(self.level, QualityLevel::Good | QualityLevel::Uncertain)
    }
}

/// The four levels of OPC UA and Sparkplug, in falling order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum QualityLevel {
    /// Read and plausible.
    Good,
    /// Read, with a doubt.
    Uncertain,
    /// No value.
    Bad,
    /// No value: from here on the one before it is too old to believe.
    Stale,
}

/// Why a sample is not simply good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum QualityReason {
    /// Nothing to say.
    None,
    /// The device did not answer in time.
    Timeout,
    /// The connection could not be made or broke.
    LinkDown,
    /// The device answered with this Modbus exception code.
    Exception(u8),
    /// The answer did not fit the request.
    Malformed,
    /// The message carried no such field.
    Missing,
    /// The value does not fit its type.
    OutOfRange,
    /// The gateway's clock was not trusted when it was read.
    ClockUntrusted,
    /// The device itself says that it has no value: the "not available" pattern of its profile.
    NotAvailable,
    /// Another device answers at this address than the profile says.
    IdentityMismatch,
    /// A counter that only grows is less than it was: it wrapped, was reset, or the device was exchanged.
    CounterFell,
    /// The device gave a floating-point number that is none, or an infinite one.
    NotANumber,
    /// The value with its scale passes what a number can hold.
    Overflow,
    /// Nothing came for longer than the profile allows.
    Silent,
    /// The broker had kept it from earlier; nobody knows when it was measured.
    Retained,
    /// The device's own time was not believable; the gateway's stands in its place.
    DeviceClock,
    /// The device itself calls its value bad or old.
    DeviceSays,
    /// The device took its leave, or its broker did so for it.
    DeviceGone,
}
