//! What has just changed, told to whoever is looking. A notice names a topic and carries nothing: each viewer reads
//! again through its own scope, so a stream can never show what a page would not.

use tokio::sync::broadcast;

/// How many notices a slow listener may fall behind before it is told to read everything again.
const BACKLOG: usize = 1024;

/// Something changed.
#[derive(Clone, Debug, PartialEq, Eq)]
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
}

/// The fan-out within this process.
#[derive(Clone, Debug)]
pub struct Hub {
    sender: broadcast::Sender<Notice>,
}

impl Default for Hub {
    fn default() -> Self {
        Self { sender: broadcast::channel(BACKLOG).0 }
    }
}

impl Hub {
    /// Tells everybody who listens. Nobody listening is no error.
    pub fn tell(&self, notice: Notice) {
        if self.sender.send(notice).is_err() {
            tracing::trace!("nobody is looking");
        }
    }

    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.sender.receiver_count()
    }

    /// Everything told from now on.
    pub fn listen(&self) -> broadcast::Receiver<Notice> {
        self.sender.subscribe()
    }
}
