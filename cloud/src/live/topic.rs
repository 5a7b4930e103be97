//! What a fragment of a page can show, as it is written in `data-live`.

use crate::platform::access::Item;
use std::fmt;

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Topic {
    /// The work queue.
    Workload,
    /// Leads to closed deals.
    Funnel,
    /// Who can see the asker's devices, or what the asker can see.
    Grants,
    /// The log of the asker's organisation.
    Log,
    /// What the asker is told of.
    Notifications,
    /// The service's work for later.
    Jobs,
    /// What is sent to the webhooks of the asker's organisation.
    Webhooks,
    /// New values of any device the asker sees.
    Devices,
    /// New values of one device.
    Telemetry(String),
}

impl Topic {
    /// The items whose pages show it: whoever may open one of them may be told. Values of one device follow from what
    /// is granted, not from an item.
    pub(super) fn items(&self) -> &'static [Item] {
        match self {
            Self::Workload => &[Item::Workload, Item::CoveredDevices, Item::MyDevices],
            Self::Funnel => {
                &[Item::Leads, Item::Opportunities, Item::Deals, Item::Quotes, Item::Closed, Item::Pipeline]
            }
            Self::Grants => &[Item::Sharing, Item::CoveredDevices, Item::Renewals],
            Self::Log => &[Item::UsageLog, Item::ActivityLog, Item::Audit],
            Self::Notifications => &[Item::Account],
            Self::Jobs => &[Item::Jobs],
            Self::Webhooks => &[Item::Webhooks],
            Self::Devices => &[Item::CoveredDevices, Item::MyDevices],
            Self::Telemetry(_) => &[],
        }
    }

    /// From its name; `None` for what is none.
    pub(super) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "workload" => Self::Workload,
            "funnel" => Self::Funnel,
            "grants" => Self::Grants,
            "log" => Self::Log,
            "notifications" => Self::Notifications,
            "jobs" => Self::Jobs,
            "webhooks" => Self::Webhooks,
            "devices" => Self::Devices,
            _ => Self::Telemetry(name.strip_prefix("telemetry:").filter(|id| !id.is_empty())?.to_owned()),
        })
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workload => f.write_str("workload"),
            Self::Funnel => f.write_str("funnel"),
            Self::Grants => f.write_str("grants"),
            Self::Log => f.write_str("log"),
            Self::Notifications => f.write_str("notifications"),
            Self::Jobs => f.write_str("jobs"),
            Self::Webhooks => f.write_str("webhooks"),
            Self::Devices => f.write_str("devices"),
            Self::Telemetry(device) => write!(f, "telemetry:{device}"),
        }
    }
}
