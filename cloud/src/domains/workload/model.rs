//! The words of the workload: what waits for a partner, and how urgent it is.

/// Who raised or cleared an alarm, as its history keeps it.
pub(super) const THE_DEVICE: &str = "The device";

/// What kind of work an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Somebody asked for help with a device.
    Ticket,
    /// A gateway raised an alarm.
    Alarm,
    /// Somebody is to go there.
    Visit,
}

impl Kind {
    /// All of them, in the order of the filter.
    pub const ALL: [Self; 3] = [Self::Ticket, Self::Alarm, Self::Visit];

    /// Its key in storage, addresses and API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Alarm => "alarm",
            Self::Visit => "visit",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ticket => "Ticket",
            Self::Alarm => "Alarm",
            Self::Visit => "Visit",
        }
    }

    /// The kind of a key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// How bad it is, rising.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// For the record.
    Info,
    /// Someone should look.
    Warning,
    /// Someone must act.
    Critical,
}

impl Severity {
    /// All of them, rising.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Critical];

    /// Its key in storage and API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Info => "Info",
            Self::Warning => "Warning",
            Self::Critical => "Critical",
        }
    }

    /// The severity of a key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.key() == key)
    }
}

/// What the clock of an item counts towards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Until somebody takes it.
    FirstResponse,
    /// Until it is done.
    Resolution,
    /// Until the end of the agreed window.
    Arrival,
}

impl Target {
    /// Its key in the API.
    pub fn key(self) -> &'static str {
        match self {
            Self::FirstResponse => "first_response",
            Self::Resolution => "resolution",
            Self::Arrival => "arrival",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::FirstResponse => "first response",
            Self::Resolution => "resolution",
            Self::Arrival => "arrival",
        }
    }
}

/// How a promise stands; the order is the order of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// The due time has passed.
    Breached,
    /// Less than a fifth of the time is left.
    AtRisk,
    /// There is time.
    OnTrack,
    /// The clock has stopped: done, or the alarm cleared by itself.
    Stopped,
}

impl Standing {
    /// As people read it; colour is never the only sign.
    pub fn label(self) -> &'static str {
        match self {
            Self::Breached => "Breached",
            Self::AtRisk => "At risk",
            Self::OnTrack => "On track",
            Self::Stopped => "Stopped",
        }
    }

    /// Its key in the API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Breached => "breached",
            Self::AtRisk => "at_risk",
            Self::OnTrack => "on_track",
            Self::Stopped => "stopped",
        }
    }
}

/// How the queue is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Breached, at risk, rest; then what is due first.
    #[default]
    Deadline,
    /// The better service level always first.
    Tier,
}

impl Order {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Deadline, Self::Tier];

    /// Its key in addresses and API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Deadline => "deadline",
            Self::Tier => "tier",
        }
    }
}
