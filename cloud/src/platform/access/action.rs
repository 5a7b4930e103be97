//! Everything a person can do, as one closed list. A route is mounted with its action.

/// The apps. One sign-in, one switcher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum App {
    /// `/partners`: partner organisations only.
    Partners,
    /// `/portal`: customers.
    Portal,
    /// `/pipeline` and `/admin`: `RiverSync` only.
    Vendor,
    /// `/account`: every signed-in person.
    Account,
}

/// A menu item: what the role matrix is about (PORTAL 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// Partners: Overview.
    Overview,
    /// Partners: Leads.
    Leads,
    /// Partners: Opportunities.
    Opportunities,
    /// Partners: Deals.
    Deals,
    /// Partners: Quotes.
    Quotes,
    /// Partners: Closed.
    Closed,
    /// Partners, reseller: My distributors.
    MyDistributors,
    /// Partners, distributor: Resellers.
    Resellers,
    /// Partners, distributor: Distribution agreements.
    DistributionAgreements,
    /// Partners, reseller: Workload.
    Workload,
    /// Partners, reseller: Covered devices.
    CoveredDevices,
    /// Partners, reseller: Renewals.
    Renewals,
    /// Partners, reseller: Tier program.
    TierProgram,
    /// Partners: what one's own people did.
    ActivityLog,
    /// Portal: the customer's own devices.
    MyDevices,
    /// Portal: who can see my devices.
    Sharing,
    /// Portal: the log of every use.
    UsageLog,
    /// Pipeline: the whole funnel.
    Pipeline,
    /// Admin: agents and enrolment codes.
    Agents,
    /// Admin: the logs.
    Audit,
    /// Account: one's own sign-ins.
    Account,
    /// Account: the apps of one's organisation, and applying for more (TEN-5).
    Apps,
    /// Account: where one's organisation wants to be told of what happens (PORTAL X-6).
    Webhooks,
    /// Partners: one's own people.
    Team,
    /// Portal: one's own people.
    PortalTeam,
    /// Admin: applications to become a partner.
    Applications,
    /// Admin: partners and customers with their contacts.
    Organisations,
    /// Admin: one's own people.
    StaffTeam,
    /// Admin: the partner module of one's program.
    Modules,
    /// Admin of the service itself: work for later.
    Jobs,
    /// Admin: opening an app as one of its people, read-only (PORTAL C19).
    ViewAs,
}

/// Something a person can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Look at an item.
    See(Item),
    /// Change what an item holds.
    Change(Item),
}

impl Item {
    /// All of them, in the order of the rails.
    pub const ALL: [Self; 31] = [
        Self::Overview,
        Self::Leads,
        Self::Opportunities,
        Self::Deals,
        Self::Quotes,
        Self::Closed,
        Self::MyDistributors,
        Self::Resellers,
        Self::DistributionAgreements,
        Self::Workload,
        Self::CoveredDevices,
        Self::Renewals,
        Self::TierProgram,
        Self::ActivityLog,
        Self::MyDevices,
        Self::Sharing,
        Self::UsageLog,
        Self::Pipeline,
        Self::Agents,
        Self::Audit,
        Self::Account,
        Self::Apps,
        Self::Webhooks,
        Self::Team,
        Self::PortalTeam,
        Self::Applications,
        Self::Organisations,
        Self::StaffTeam,
        Self::Modules,
        Self::Jobs,
        Self::ViewAs,
    ];

    /// Its key in storage and API, such as `my_devices`.
    pub fn key(self) -> String {
        let mut key = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_ascii_uppercase() && !key.is_empty() {
                key.push('_');
            }
            key.push(letter.to_ascii_lowercase());
        }
        key
    }

    /// The item of a key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|item| item.key() == key)
    }

    /// Whether it is about the service as a whole: then only who runs it has it, whatever program others own.
    pub fn is_of_the_service(self) -> bool {
        self == Self::Jobs
    }

    /// The app it belongs to.
    pub fn app(self) -> App {
        match self {
            Self::MyDevices | Self::Sharing | Self::UsageLog | Self::PortalTeam => App::Portal,
            Self::Pipeline
            | Self::Agents
            | Self::Audit
            | Self::Applications
            | Self::Organisations
            | Self::StaffTeam
            | Self::Modules
            | Self::Jobs
            | Self::ViewAs => App::Vendor,
            Self::Account | Self::Apps | Self::Webhooks => App::Account,
            Self::Overview
            | Self::Leads
            | Self::Opportunities
            | Self::Deals
            | Self::Quotes
            | Self::Closed
            | Self::MyDistributors
            | Self::Resellers
            | Self::DistributionAgreements
            | Self::Workload
            | Self::CoveredDevices
            | Self::Renewals
            | Self::TierProgram
            | Self::Team
            | Self::ActivityLog => App::Partners,
        }
    }

    /// Whether the product's own role matrix names it: the rest of the rail is this product's extension.
    pub fn in_product_matrix(self) -> bool {
        self.app() == App::Partners && !matches!(self, Self::Overview | Self::Team | Self::ActivityLog)
    }

    /// As the menu and the matrix call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Leads => "Leads",
            Self::Opportunities => "Opportunities",
            Self::Deals => "Deals",
            Self::Quotes => "Quotes",
            Self::Closed => "Closed",
            Self::MyDistributors => "My distributors",
            Self::Resellers => "Resellers",
            Self::DistributionAgreements => "Distribution agreements",
            Self::Workload => "Workload",
            Self::CoveredDevices => "Covered devices",
            Self::Renewals => "Renewals",
            Self::TierProgram => "Tier program",
            Self::ActivityLog => "Activity log",
            Self::MyDevices => "My devices",
            Self::Sharing => "Who can see my devices",
            Self::UsageLog => "Log of use",
            Self::Pipeline => "Pipeline",
            Self::Agents => "Agents",
            Self::Audit => "Audit",
            Self::Account => "My account",
            Self::Apps => "Apps of your organisation",
            Self::Webhooks => "Webhooks",
            Self::Team | Self::PortalTeam | Self::StaffTeam => "Team",
            Self::Applications => "Applications",
            Self::Organisations => "Organisations",
            Self::Modules => "Modules",
            Self::Jobs => "Jobs",
            Self::ViewAs => "View as",
        }
    }
}

impl Action {
    /// The item it is about.
    pub fn item(self) -> Item {
        match self {
            Self::See(item) | Self::Change(item) => item,
        }
    }

    /// Whether it changes anything.
    pub fn is_write(self) -> bool {
        matches!(self, Self::Change(_))
    }
}
