//! What enrolment is about.

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
