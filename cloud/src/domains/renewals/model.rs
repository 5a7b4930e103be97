//! The words of renewals.

use super::rules::Band;
use crate::domains::coverage::ServiceLevel;
use crate::platform::base::Money;
use crate::platform::web::Version;

/// What a partner expects of a renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nobody has said.
    Undecided,
    /// It will be renewed.
    Keep,
    /// It may be lost.
    AtRisk,
    /// It will not be renewed.
    Lost,
}

impl Outcome {
    /// All of them, in the order of the select.
    pub const ALL: [Self; 4] = [Self::Undecided, Self::Keep, Self::AtRisk, Self::Lost];

    /// Its key in storage, forms and API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Keep => "keep",
            Self::AtRisk => "at_risk",
            Self::Lost => "lost",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Undecided => "Undecided",
            Self::Keep => "Keep",
            Self::AtRisk => "At risk",
            Self::Lost => "Lost",
        }
    }

    /// The outcome of a key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.key() == key)
    }
}

/// A device and the end of what covers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewal {
    /// How near the end is, or where the device goes.
    pub band: Band,
    /// Calendar days until then; negative when it has passed.
    pub days: i64,
    /// The instant, Unix milliseconds.
    pub at_ms: i64,
    /// Its zone.
    pub zone: String,
    /// The device, by id and name.
    pub device: (String, String),
    /// Its owner, by id and name.
    pub customer: (String, String),
    /// The agreement.
    pub agreement_id: String,
    /// What it promises.
    pub level: ServiceLevel,
    /// Its worth per year, of the whole agreement.
    pub value: Money,
    /// Who takes over, or who hands over.
    pub other: Option<String>,
    /// What the partner expects.
    pub outcome: Outcome,
}

impl Renewal {
    /// Its version: which agreement ends when, where the device goes, and what was said of it; never how near that is.
    pub fn version(&self) -> Version {
        let (other, said) = (&self.other, self.outcome.key());
        Version::of(&(&self.device.0, &self.agreement_id, self.at_ms, self.level.key(), other, said))
    }
}
