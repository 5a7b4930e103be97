//! The rail: which items stand in which group, and where they lead.

use super::words::Words;
use crate::platform::access::{Actor, App, Item};
use crate::platform::web::parts::Icon;

/// One link of the rail.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) href: &'static str,
    pub(super) label: &'static str,
    pub(super) icon: Icon,
    pub(super) current: bool,
}

/// A group of links; the first group has no heading.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) heading: Heading,
    pub(super) label: &'static str,
    pub(super) links: Vec<Link>,
}

/// What stands above a group, in the order of the rail (PAR-12: Sales above Service).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Heading {
    /// Nothing.
    None,
    Sales,
    Service,
    Channel,
    Program,
    Access,
    Edge,
    Organisations,
    Administration,
}

/// Where an item's page is; `None` while there is no page to lead to.
pub fn href(item: Item) -> Option<&'static str> {
    Some(match item {
        Item::Overview => "/partners/overview",
        Item::Leads => "/partners/leads",
        Item::Opportunities => "/partners/opportunities",
        Item::Deals => "/partners/deals",
        Item::Quotes => "/partners/quotes",
        Item::Closed => "/partners/closed",
        Item::Workload => "/partners/workload",
        Item::CoveredDevices => "/partners/devices",
        Item::Renewals => "/partners/renewals",
        Item::MyDevices => "/portal",
        Item::Sharing => "/portal/sharing",
        Item::UsageLog => "/portal/log",
        Item::Pipeline => "/pipeline",
        Item::Agents => "/admin/agents",
        Item::ActivityLog => "/partners/log",
        Item::Audit => "/admin/audit",
        Item::Account => "/account",
        Item::MyDistributors => "/partners/distributors",
        Item::Resellers => "/partners/resellers",
        Item::DistributionAgreements => "/partners/agreements",
        Item::TierProgram => "/partners/tier",
        Item::Apps => "/account/enrolment",
        Item::Webhooks => "/account/webhooks",
        Item::Applications => "/admin/applications",
        Item::Organisations => "/admin/partners",
        Item::Team => "/partners/team",
        Item::PortalTeam => "/portal/team",
        Item::StaffTeam => "/admin/team",
        Item::Modules => "/admin/modules",
        Item::Jobs => "/admin/jobs",
        Item::ViewAs => return None,
    })
}

fn group(item: Item) -> Heading {
    match item {
        Item::Leads | Item::Opportunities | Item::Deals | Item::Quotes | Item::Closed | Item::Pipeline => {
            Heading::Sales
        }
        Item::Workload | Item::CoveredDevices | Item::Renewals => Heading::Service,
        Item::MyDistributors | Item::Resellers | Item::DistributionAgreements => Heading::Channel,
        Item::TierProgram => Heading::Program,
        Item::Applications | Item::Organisations => Heading::Organisations,
        Item::Team | Item::PortalTeam | Item::StaffTeam | Item::Modules | Item::Jobs | Item::ViewAs => {
            Heading::Administration
        }
        Item::Sharing | Item::UsageLog | Item::ActivityLog | Item::Audit => Heading::Access,
        Item::Agents => Heading::Edge,
        Item::Overview | Item::MyDevices | Item::Account | Item::Apps | Item::Webhooks => Heading::None,
    }
}

fn icon(item: Item) -> Icon {
    match item {
        Item::Overview => Icon::Overview,
        Item::Leads => Icon::Lead,
        Item::Opportunities => Icon::Opportunity,
        Item::Deals | Item::Pipeline => Icon::Deal,
        Item::Quotes => Icon::Quote,
        Item::Closed => Icon::Closed,
        Item::MyDistributors | Item::Resellers => Icon::Partner,
        Item::DistributionAgreements => Icon::Agreement,
        Item::Workload => Icon::Workload,
        Item::CoveredDevices | Item::MyDevices => Icon::Device,
        Item::Renewals => Icon::Renewal,
        Item::TierProgram => Icon::Tier,
        Item::Sharing => Icon::Share,
        Item::UsageLog | Item::ActivityLog | Item::Audit => Icon::Log,
        Item::Webhooks => Icon::Next,
        Item::Agents => Icon::Gateway,
        Item::Account | Item::Team | Item::PortalTeam | Item::StaffTeam => Icon::Person,
        Item::Apps | Item::Modules => Icon::Overview,
        Item::Applications => Icon::Agreement,
        Item::Organisations => Icon::Partner,
        Item::Jobs => Icon::Clock,
        Item::ViewAs => Icon::Eye,
    }
}

/// The groups that `actor` sees in `app`, empty ones left out.
pub(super) fn groups(actor: &Actor, app: App, current: Item) -> Vec<Group> {
    let words = Words(actor.reader.language);
    let mut groups: Vec<Group> = Vec::new();
    for item in actor.rail(app) {
        let Some(href) = href(item) else { continue };
        let link = Link { href, label: words.item(item), icon: icon(item), current: item == current };
        match groups.iter_mut().find(|of| of.heading == group(item)) {
            Some(of) => of.links.push(link),
            None => {
                let heading = group(item);
                groups.push(Group { heading, label: words.heading(heading), links: vec![link] });
            }
        }
    }
    groups.sort_by_key(|of| of.heading);
    groups
}

/// The apps of `actor` with where each begins.
pub(super) fn apps(actor: &Actor) -> Vec<(App, &'static str, &'static str)> {
    let words = Words(actor.reader.language);
    [App::Partners, App::Portal, App::Vendor]
        .into_iter()
        .filter_map(|app| Some((app, words.app(app), actor.rail(app).into_iter().find_map(href)?)))
        .collect()
}
