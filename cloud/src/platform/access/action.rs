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
    /// Account: one's own sign-ins.
    Account,
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
    pub const ALL: [Self; 19] = [
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
        Self::MyDevices,
        Self::Sharing,
        Self::UsageLog,
        Self::Pipeline,
        Self::Agents,
        Self::Account,
    ];

    /// The app it belongs to.
    pub fn app(self) -> App {
        match self {
            Self::MyDevices | Self::Sharing | Self::UsageLog => App::Portal,
            Self::Pipeline | Self::Agents => App::Vendor,
            Self::Account => App::Account,
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
            | Self::TierProgram => App::Partners,
        }
    }

    /// Whether the product's own role matrix names it: the rest of the rail is this product's extension.
    pub fn in_product_matrix(self) -> bool {
        self.app() == App::Partners && self != Self::Overview
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
            Self::MyDevices => "My devices",
            Self::Sharing => "Who can see my devices",
            Self::UsageLog => "Log of use",
            Self::Pipeline => "Pipeline",
            Self::Agents => "Agents",
            Self::Account => "My account",
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
