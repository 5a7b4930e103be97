//! What has just changed, told to whoever is looking. A notice names a topic and carries nothing: each viewer reads
//! again through its own scope, so a stream can never show what a page would not.
//!
//! Invariants: a listener hears every notice after the place it names, in order, or is told that it missed some; a notice
//! reaches the listeners of every process that shares the database, or they are told that some were missed.

mod bridge;
mod hub;
#[cfg(test)]
mod tests;

pub use bridge::run;
pub use hub::{Ear, Hub, Told};
use serde::{Deserialize, Serialize};

/// Something changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// New telemetry of an agent was stored: its devices, and the batch to look into.
    Telemetry {
        /// The agent that sent it.
        agent_id: String,
        /// Row id of the stored batch.
        batch_id: i64,
    },
    /// Grants of this customer changed: every open view of its data must ask again.
    Grants {
        /// The customer.
        tenant_id: String,
    },
    /// Work items of this device changed.
    Workload {
        /// The device.
        device_id: String,
    },
    /// The funnel changed.
    Funnel,
    /// The log of this tenant grew.
    Audit {
        /// Whose log.
        tenant_id: String,
    },
    /// Sign-in, role or membership of this person changed.
    Person {
        /// The person.
        person_id: String,
    },
    /// Something happened that this person is told of, or has read.
    Notified {
        /// The person.
        person_id: String,
    },
    /// Work for later was begun, went on, ended or changed hands.
    Jobs,
    /// What was sent to a webhook of this organisation became something else, or the webhook did.
    Webhooks {
        /// The organisation.
        tenant_id: String,
    },
    /// What other processes said may have been missed: everything may have changed.
    Missed,
}
