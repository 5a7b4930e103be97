//! What enrolment is about.

use crate::platform::base::MINUTE_MS;
use crate::platform::web::Version;

/// A gateway as its operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentView {
    /// Its id, such as `A-BF`.
    pub id: String,
    /// Whose site it stands on.
    pub tenant_id: String,
    /// The customer's name.
    pub tenant_name: String,
    /// Where.
    pub site: String,
    /// The newest policy for it.
    pub policy_epoch: i64,
    /// The policy it last said it filters with.
    pub held_epoch: i64,
    /// When it came in, Unix milliseconds.
    pub enrolled_ms: Option<i64>,
    /// When it was thrown out, Unix milliseconds.
    pub revoked_ms: Option<i64>,
    /// When it was last heard, Unix milliseconds.
    pub last_seen_ms: Option<i64>,
    /// Its version.
    pub version: String,
    /// Records waiting on it.
    pub buffered_records: i64,
    /// Bytes its store takes.
    pub buffered_bytes: i64,
    /// Devices that answer it.
    pub devices_up: i64,
    /// Devices that do not.
    pub devices_down: i64,
}

impl AgentView {
    /// Its version: whether it may come in, and has; never what it reports.
    pub fn version(&self) -> Version {
        Version::of(&(&self.id, &self.tenant_id, &self.site, self.enrolled_ms, self.revoked_ms))
    }
}

/// A gateway that was not heard for so long is called silent: three times its longest poll, and a little.
const SILENT_AFTER_MS: i64 = 2 * MINUTE_MS;

/// How a gateway stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It came in and was heard lately.
    Connected,
    /// It came in and was not heard lately.
    Silent,
    /// It never came in.
    NotEnrolled,
    /// It was thrown out.
    Revoked,
}

impl Standing {
    /// How `agent` stands at `now_ms`.
    pub fn of(agent: &AgentView, now_ms: i64) -> Self {
        match (agent.revoked_ms, agent.enrolled_ms, agent.last_seen_ms) {
            (Some(_), _, _) => Self::Revoked,
            (None, None, _) => Self::NotEnrolled,
            (None, Some(_), Some(seen_ms)) if now_ms - seen_ms <= SILENT_AFTER_MS => Self::Connected,
            (None, Some(_), _) => Self::Silent,
        }
    }

    /// Its key in the API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Silent => "silent",
            Self::NotEnrolled => "not_enrolled",
            Self::Revoked => "revoked",
        }
    }
}
