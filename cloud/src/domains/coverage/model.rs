//! What coverage is about: devices and their metrics, agreements, coverage, grants, and what follows from them.

use crate::platform::base::{Language, Money};
use crate::platform::web::Version;

/// A stretch of time, Unix milliseconds; the end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// First instant in it.
    pub from_ms: i64,
    /// First instant after it.
    pub until_ms: i64,
}

impl Window {
    /// Whether `at_ms` lies in it.
    pub fn holds(self, at_ms: i64) -> bool {
        self.from_ms <= at_ms && at_ms < self.until_ms
    }

    /// What two windows share, if anything.
    pub fn meet(self, other: Self) -> Option<Self> {
        let from_ms = self.from_ms.max(other.from_ms);
        let until_ms = self.until_ms.min(other.until_ms);
        (from_ms < until_ms).then_some(Self { from_ms, until_ms })
    }
}

/// The service level of an agreement. Never to be confused with a partner tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceLevel {
    /// One hour, round the clock.
    Platinum,
    /// Four business hours.
    Gold,
    /// One business day.
    Basic,
}

impl ServiceLevel {
    /// All of them, strictest first.
    pub const ALL: [Self; 3] = [Self::Platinum, Self::Gold, Self::Basic];

    /// Its key in storage and API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Platinum => "platinum",
            Self::Gold => "gold",
            Self::Basic => "basic",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Platinum => "Platinum service",
            Self::Gold => "Gold service",
            Self::Basic => "Basic service",
        }
    }

    /// As the reader reads it.
    pub fn label_in(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::English, _) => self.label(),
            (Language::Thai, Self::Platinum) => "บริการระดับ Platinum",
            (Language::Thai, Self::Gold) => "บริการระดับ Gold",
            (Language::Thai, Self::Basic) => "บริการระดับ Basic",
        }
    }

    /// The level of a key. An unknown key promises the least.
    pub fn parse(key: &str) -> Self {
        Self::ALL.into_iter().find(|level| level.key() == key).unwrap_or(Self::Basic)
    }
}

/// What a metric's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// Numbers: a line.
    Numeric,
    /// On or off.
    Bool,
    /// A word.
    Text,
}

impl MetricKind {
    /// Its key in storage and API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Numeric => "numeric",
            Self::Bool => "bool",
            Self::Text => "text",
        }
    }

    pub(super) fn parse(key: &str) -> Self {
        match key {
            "bool" => Self::Bool,
            "text" => Self::Text,
            _ => Self::Numeric,
        }
    }
}

/// One metric of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// As the profile spells it.
    pub name: String,
    /// As people read it.
    pub label: String,
    /// Unit, may be empty.
    pub unit: String,
    /// Digits behind the point when shown.
    pub decimals: u8,
    /// What its values are.
    pub kind: MetricKind,
}

/// A metric that the asker may read now, and for which times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisibleMetric {
    /// Which.
    pub metric: Metric,
    /// Points in these windows and no others. For an owner: all time.
    pub windows: Vec<Window>,
    /// First instant at which this ends if nothing changes, Unix milliseconds; `None` for an owner.
    pub until_ms: Option<i64>,
    /// Closest spacing of two samples that may be shown, milliseconds; 0 for every sample.
    pub min_interval_ms: u32,
}

impl VisibleMetric {
    /// Whether a sample of `at_ms` may be shown.
    pub fn holds(&self, at_ms: i64) -> bool {
        self.windows.iter().any(|window| window.holds(at_ms))
    }
}

/// A metric of a device and whether the asker may read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceMetric {
    /// Which.
    pub metric: Metric,
    /// Set when it may be read now; otherwise it is "Not granted by" the owner.
    pub visible: Option<VisibleMetric>,
}

/// The agreement a device is covered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Its id.
    pub id: String,
    /// Who is served.
    pub customer_id: String,
    /// Its name.
    pub customer_name: String,
    /// Who serves.
    pub partner_id: String,
    /// Its name.
    pub partner_name: String,
    /// How fast.
    pub service_level: ServiceLevel,
    /// From when until when.
    pub window: Window,
    /// Its time zone, IANA.
    pub zone: String,
    /// Worth per year.
    pub value: Money,
}

/// Coverage that passes to another partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The other partner.
    pub partner_id: String,
    /// Its name.
    pub partner_name: String,
    /// When, Unix milliseconds: the first instant of the new coverage.
    pub at_ms: i64,
}

/// Where a device stands for the partner who looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Covered now; with where it goes next, if that is known.
    Covered {
        /// Set when another partner takes over when this coverage ends.
        moving_to: Option<Move>,
    },
    /// Covered later: known, without telemetry.
    Arriving {
        /// Who covers it until then.
        from: Option<Move>,
        /// First instant of the coverage, Unix milliseconds.
        at_ms: i64,
    },
}

/// One line of a partner's list of devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoveredDevice {
    /// The device.
    pub device: Device,
    /// Now or later.
    pub standing: Standing,
    /// Under which agreement.
    pub agreement: Agreement,
    /// When coverage by this partner begins and ends.
    pub coverage: Window,
    /// What may be read now, in the order of the model; empty while arriving.
    pub granted: Vec<VisibleMetric>,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its id, such as `D-BF-1`.
    pub id: String,
    /// As people call it.
    pub name: String,
    /// Its model and profile.
    pub model_id: String,
    /// As people read it.
    pub model_label: String,
    /// The owner.
    pub customer_id: String,
    /// Its name.
    pub customer_name: String,
    /// Where it stands.
    pub site: String,
    /// Its serial number.
    pub serial: String,
    /// The gateway it hangs on.
    pub agent_id: Option<String>,
    /// When that gateway was last heard, Unix milliseconds; `None` while arriving, or never.
    pub last_seen_ms: Option<i64>,
}

/// A device's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceView {
    /// The device.
    pub device: Device,
    /// For partners: how it stands. `None` for its owner.
    pub standing: Option<Standing>,
    /// The agreement in force (or arriving), if any.
    pub agreement: Option<Agreement>,
    /// Everything the model has, readable or not.
    pub metrics: Vec<DeviceMetric>,
}

impl DeviceView {
    /// What may be read now.
    pub fn visible(&self) -> impl Iterator<Item = &VisibleMetric> {
        self.metrics.iter().filter_map(|metric| metric.visible.as_ref())
    }
}

/// One coverage row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Which device.
    pub device_id: String,
    /// By whom.
    pub partner_id: String,
    /// Under which agreement.
    pub agreement_id: String,
    /// When.
    pub window: Window,
}

/// The revision of a grant that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its id, the same over all revisions.
    pub id: String,
    /// Counts up from 1.
    pub revision: i64,
    /// Who grants; must own the devices.
    pub customer_id: String,
    /// To whom.
    pub partner_id: String,
    /// What for, in the customer's words.
    pub purpose: String,
    /// Closest spacing of two samples, milliseconds.
    pub min_interval_ms: u32,
    /// When.
    pub window: Window,
    /// Set when taken back.
    pub revoked_ms: Option<i64>,
    /// When this revision was made, Unix milliseconds.
    pub made_ms: i64,
    /// Device and metric, exact.
    pub items: Vec<(String, String)>,
}

impl Grant {
    /// Its version: the revision, since each change adds one.
    pub fn version(&self) -> Version {
        Version::of(&(&self.id, self.revision))
    }

    /// Whether it holds at `now_ms`.
    pub fn is_active(&self, now_ms: i64) -> bool {
        self.revoked_ms.is_none() && self.window.holds(now_ms)
    }

    /// Whether it names this metric of this device.
    pub fn names(&self, device_id: &str, metric: &str) -> bool {
        self.items.iter().any(|(device, name)| device == device_id && name == metric)
    }
}

/// What one partner sees of a customer: a line of "who can see my devices".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerSharing {
    /// Who.
    pub partner_id: String,
    /// Its name.
    pub partner_name: String,
    /// The grants to it, newest first, ended and revoked ones too.
    pub grants: Vec<SharedGrant>,
    /// When somebody there last read telemetry, Unix milliseconds.
    pub last_read_ms: Option<i64>,
}

/// A grant as its customer sees it: `grant.id` is the handle for narrowing and revoking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedGrant {
    /// The grant.
    pub grant: Grant,
    /// Its devices by id and name.
    pub devices: Vec<SharedDevice>,
    /// Whether it holds now.
    pub active: bool,
    /// Whether it begins later.
    pub upcoming: bool,
}

/// A device in a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedDevice {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The granted metrics by name.
    pub metrics: Vec<Metric>,
    /// Whether the partner covers it now. Without coverage the grant shows nothing.
    pub covered: bool,
}
