//! What an endpoint can be told of. One line per fact; what is not here leaves no organisation's log.

use crate::domains::audit::Fact;
use crate::platform::access::{Action, Actor, Item};

/// The type of an event that somebody sends to try an endpoint.
pub(super) const TEST: &str = "webhook.test";

/// What a fact is about: which record goes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// A record of the funnel.
    Deal,
    /// An alarm, a ticket or a visit.
    Item,
    /// What a customer lets a partner see.
    Grant,
    /// A partner's question for access.
    AccessRequest,
    /// An application to become a partner.
    Application,
    /// Somebody of the organisation.
    Member,
    /// Somebody who was.
    FormerMember,
    /// A gateway.
    Gateway,
    /// A device.
    Device,
    /// What becomes of a device's agreement.
    Renewal,
}

const OFFERED: &[(Fact, Subject)] = &[
    (Fact::LeadCaptured, Subject::Deal),
    (Fact::LeadAssigned, Subject::Deal),
    (Fact::LeadAccepted, Subject::Deal),
    (Fact::LeadDeclined, Subject::Deal),
    (Fact::LeadExpired, Subject::Deal),
    (Fact::LeadDisqualified, Subject::Deal),
    (Fact::LeadConverted, Subject::Deal),
    (Fact::OpportunityConfirmed, Subject::Deal),
    (Fact::DealRegistered, Subject::Deal),
    (Fact::DealResubmitted, Subject::Deal),
    (Fact::DealApproved, Subject::Deal),
    (Fact::DealReturned, Subject::Deal),
    (Fact::DealRejected, Subject::Deal),
    (Fact::DealWithdrawn, Subject::Deal),
    (Fact::DealExtended, Subject::Deal),
    (Fact::DealExpiring, Subject::Deal),
    (Fact::DealExpired, Subject::Deal),
    (Fact::DealChannelChanged, Subject::Deal),
    (Fact::DirectGranted, Subject::Deal),
    (Fact::DirectDenied, Subject::Deal),
    (Fact::QuoteIssued, Subject::Deal),
    (Fact::QuoteAccepted, Subject::Deal),
    (Fact::QuoteDeclined, Subject::Deal),
    (Fact::QuoteWithdrawn, Subject::Deal),
    (Fact::DealWon, Subject::Deal),
    (Fact::DealLost, Subject::Deal),
    (Fact::AlarmRaised, Subject::Item),
    (Fact::AlarmCleared, Subject::Item),
    (Fact::AlarmAcknowledged, Subject::Item),
    (Fact::AlarmAssigned, Subject::Item),
    (Fact::AlarmConverted, Subject::Item),
    (Fact::AlarmResolved, Subject::Item),
    (Fact::TicketAcknowledged, Subject::Item),
    (Fact::TicketAssigned, Subject::Item),
    (Fact::TicketResolved, Subject::Item),
    (Fact::VisitAcknowledged, Subject::Item),
    (Fact::VisitAssigned, Subject::Item),
    (Fact::VisitCompleted, Subject::Item),
    (Fact::GrantMade, Subject::Grant),
    (Fact::GrantNarrowed, Subject::Grant),
    (Fact::GrantRevoked, Subject::Grant),
    (Fact::GrantExpiring, Subject::Grant),
    (Fact::AccessRequested, Subject::AccessRequest),
    (Fact::AccessApproved, Subject::AccessRequest),
    (Fact::AccessDeclined, Subject::AccessRequest),
    (Fact::ApplicationSubmitted, Subject::Application),
    (Fact::ApplicationResubmitted, Subject::Application),
    (Fact::ApplicationReturned, Subject::Application),
    (Fact::ApplicationApproved, Subject::Application),
    (Fact::ApplicationRejected, Subject::Application),
    (Fact::ApplicationWithdrawn, Subject::Application),
    (Fact::MemberAdded, Subject::Member),
    (Fact::InvitationAccepted, Subject::Member),
    (Fact::MemberRolesChanged, Subject::Member),
    (Fact::MemberDisabled, Subject::Member),
    (Fact::MemberEnabled, Subject::Member),
    (Fact::MemberRemoved, Subject::FormerMember),
    (Fact::AgentInvited, Subject::Gateway),
    (Fact::AgentEnrolled, Subject::Gateway),
    (Fact::AgentRevoked, Subject::Gateway),
    (Fact::GrantPurged, Subject::Gateway),
    (Fact::DeviceLinked, Subject::Device),
    (Fact::RenewalReviewed, Subject::Renewal),
];

impl Subject {
    /// What `fact` is about; `None`: no endpoint is told of it.
    pub(super) fn of(fact: Fact) -> Option<Self> {
        OFFERED.iter().find(|(offered, _)| *offered == fact).map(|(_, subject)| *subject)
    }

    /// Through which items it is seen, whatever the organisation acts as.
    pub(super) fn items(self) -> &'static [Item] {
        match self {
            Self::Deal => &[Item::Deals, Item::Pipeline],
            Self::Item => &[Item::Workload],
            Self::Grant | Self::AccessRequest => &[Item::Sharing, Item::CoveredDevices],
            Self::Application => &[Item::Applications, Item::Apps],
            Self::Member | Self::FormerMember => &[Item::Team, Item::PortalTeam, Item::StaffTeam],
            // The owner of the site knows its gateways from its devices.
            Self::Gateway => &[Item::Agents, Item::MyDevices],
            Self::Device => &[Item::MyDevices, Item::CoveredDevices],
            Self::Renewal => &[Item::Renewals],
        }
    }

    /// Whether only those are told in whose log it stands. That something happened is news in itself: a person can be a
    /// member of two organisations, and a device can have a renewal at two partners.
    pub(super) fn is_for_the_concerned(self) -> bool {
        match self {
            // Who sells along, and whoever services the device, look through their lenses.
            Self::Deal | Self::Item | Self::Application | Self::Gateway => false,
            Self::Grant
            | Self::AccessRequest
            | Self::Member
            | Self::FormerMember
            | Self::Device
            | Self::Renewal => true,
        }
    }

    /// Its name in a payload.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Deal => "deal",
            Self::Item => "item",
            Self::Grant => "grant",
            Self::AccessRequest => "access_request",
            Self::Application => "application",
            Self::Member | Self::FormerMember => "member",
            Self::Gateway => "gateway",
            Self::Device => "device",
            Self::Renewal => "renewal",
        }
    }
}

/// What `actor`'s organisation can be told of.
pub(super) fn offered(actor: &Actor) -> Vec<Fact> {
    let sees = |subject: Subject| subject.items().iter().any(|item| actor.can(Action::See(*item)));
    OFFERED.iter().filter(|(_, subject)| sees(*subject)).map(|(fact, _)| *fact).collect()
}
