//! The kinds of what people are told of, as they choose among them: a closed list, by facts.

use super::rules::Way;
use crate::domains::audit::Fact;
use crate::platform::access::{Action, Actor, Item};

/// A kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A device raised an alarm.
    Alarm,
    /// A record of the funnel moved.
    Deal,
    /// A partner asks for access to a device.
    Request,
    /// An owner changed what may be seen.
    Grant,
    /// What may be seen ends soon.
    Expiring,
    /// An organisation applies to become a partner.
    Application,
    /// One's own organisation was suspended, reinstated, or has other terms.
    Standing,
    /// Somebody joined or left.
    Team,
    /// A gateway came in or was shut out.
    Gateway,
}

impl Kind {
    /// All of them, as they are listed.
    pub(super) const ALL: [Self; 9] = [
        Self::Alarm,
        Self::Deal,
        Self::Request,
        Self::Grant,
        Self::Expiring,
        Self::Application,
        Self::Standing,
        Self::Team,
        Self::Gateway,
    ];

    /// What a fact is to whoever is told of it; `None`: nobody is.
    pub(super) fn of(fact: Fact) -> Option<Self> {
        Some(match fact {
            Fact::AlarmRaised => Self::Alarm,
            // One record climbs through all of these.
            fact if matches!(fact.noun(), "lead" | "opportunity" | "deal" | "direct" | "quote") => Self::Deal,
            Fact::AccessRequested => Self::Request,
            Fact::AccessDeclined | Fact::GrantMade | Fact::GrantNarrowed | Fact::GrantRevoked => Self::Grant,
            Fact::GrantExpiring => Self::Expiring,
            Fact::ApplicationSubmitted | Fact::ApplicationResubmitted | Fact::ApplicationWithdrawn => {
                Self::Application
            }
            Fact::PartnerSuspended
            | Fact::PartnerReinstated
            | Fact::PartnerTermsChanged
            | Fact::TierGranted => Self::Standing,
            Fact::InvitationAccepted => Self::Team,
            Fact::AgentEnrolled | Fact::AgentRevoked => Self::Gateway,
            _ => return None,
        })
    }

    /// Its key in storage and API.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Alarm => "alarm",
            Self::Deal => "deal",
            Self::Request => "request",
            Self::Grant => "grant",
            Self::Expiring => "expiring",
            Self::Application => "application",
            Self::Standing => "standing",
            Self::Team => "team",
            Self::Gateway => "gateway",
        }
    }

    /// The kind of a key.
    pub(super) fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// As the page of choices calls it.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Alarm => "An alarm on a device that you own or look after",
            Self::Deal => "Something happens to a lead, deal or quote of yours",
            Self::Request => "A partner asks for access to your devices",
            Self::Grant => "A customer changes what you may see",
            Self::Expiring => "Access to devices ends soon: 30, 7 and 1 days before",
            Self::Application => "An organisation applies to become a partner",
            Self::Standing => {
                "Your partner app is suspended, opened again, or has other terms or another tier"
            }
            Self::Team => "Somebody accepts an invitation to your organisation",
            Self::Gateway => "A gateway comes in or is shut out",
        }
    }

    /// Of which items one must be open to be told of it.
    fn items(self) -> &'static [Item] {
        match self {
            Self::Alarm => &[Item::Workload, Item::MyDevices],
            Self::Deal => &[Item::Deals, Item::Pipeline],
            Self::Request => &[Item::Sharing],
            Self::Grant => &[Item::CoveredDevices],
            Self::Expiring => &[Item::Sharing, Item::CoveredDevices],
            Self::Application => &[Item::Applications],
            Self::Standing => &[Item::Team],
            Self::Team => &[Item::Team, Item::PortalTeam, Item::StaffTeam],
            Self::Gateway => &[Item::Agents],
        }
    }

    /// Whether `actor` can be told of such a thing at all. A suspended partner is still told of its standing.
    pub(super) fn is_for(self, actor: &Actor) -> bool {
        use crate::platform::access::{Denied, Role};
        let open = |item: &Item| match actor.may(Action::See(*item)) {
            Ok(_) => true,
            Err(Denied::Suspended) => self == Self::Standing && actor.roles.has(Role::Administrator),
            Err(_) => false,
        };
        self.items().iter().any(open)
    }

    /// Whether what happens again to the same thing, while it is unread, is one with it. A reminder comes because the one
    /// before did nothing.
    pub(super) fn folds(self) -> bool {
        self != Self::Expiring
    }

    /// How it is told when a person chose nothing.
    pub(super) fn usual(self) -> Way {
        match self {
            Self::Alarm | Self::Expiring | Self::Request | Self::Application | Self::Standing => Way::Mail,
            Self::Deal | Self::Grant | Self::Team | Self::Gateway => Way::Digest,
        }
    }
}
