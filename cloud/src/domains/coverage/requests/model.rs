//! What is asked, and what was answered.

use super::super::model::Metric;
use crate::platform::web::Version;

/// For how long access may be asked, months.
pub const REQUEST_MONTHS: [i64; 4] = [1, 3, 6, 12];

/// What a partner asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewRequest {
    /// Names of metrics of the device.
    pub metrics: Vec<String>,
    /// For how long, one of [`REQUEST_MONTHS`].
    pub months: i64,
    /// What for.
    pub reason: String,
}

/// A question to the owner of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRequest {
    /// Its id.
    pub id: String,
    /// The device, by id and name.
    pub device: (String, String),
    /// Who asks, by id and name.
    pub partner: (String, String),
    /// Exactly these metrics.
    pub metrics: Vec<Metric>,
    /// For how long from the decision on.
    pub months: i64,
    /// What for, in the partner's words.
    pub reason: String,
    /// When it was asked, Unix milliseconds.
    pub asked_ms: i64,
    /// The person who asked.
    pub asked_by: String,
    /// What the owner said; `None` while it is open.
    pub answer: Option<Answer>,
}

impl AccessRequest {
    /// Its version: what is asked, and whether it was answered.
    pub fn version(&self) -> Version {
        let metrics: Vec<&str> = self.metrics.iter().map(|metric| metric.name.as_str()).collect();
        Version::of(&(&self.id, &self.device.0, metrics, self.months, &self.reason, self.answer.is_some()))
    }
}

/// What the owner said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A grant was made.
    Granted {
        /// When, Unix milliseconds.
        at_ms: i64,
    },
    /// Nothing was granted.
    Declined {
        /// When, Unix milliseconds.
        at_ms: i64,
        /// Why, in the owner's words.
        why: String,
    },
}
