//! The enrolment workflow as a swimlane: each step, who acts, what it tells, and where this organisation stands
//! (SPEC-PWF-ENR, section 2).

use super::model::{Capability, Held};
use super::store;
use crate::app::App;
use crate::domains::enrolment::application::{self, Status};
use crate::platform::access::Item;
use crate::platform::error::Error;
use crate::platform::web::Allowed;
use crate::platform::web::layout::{Page, render};
use crate::platform::web::parts::{Chip, PageHead, Tone};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lane {
    Organisation,
    RiverSync,
    System,
}

impl Lane {
    fn class(self) -> &'static str {
        match self {
            Self::Organisation => "lane-1",
            Self::RiverSync => "lane-2",
            Self::System => "lane-3",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Organisation => "Your organisation",
            Self::RiverSync => "RiverSync",
            Self::System => "System",
        }
    }
}

/// How this organisation stands to a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    Done,
    Here,
    Ahead,
}

/// A step as it is written down.
struct Node {
    lane: Lane,
    title: &'static str,
    what: &'static str,
    event: &'static str,
    rule: &'static str,
}

const fn node(
    lane: Lane,
    title: &'static str,
    what: &'static str,
    event: &'static str,
    rule: &'static str,
) -> Node {
    Node { lane, title, what, event, rule }
}

use Lane::{Organisation, RiverSync, System};

/// Customer to partner: the same gate as partner onboarding.
const UPGRADE: [Node; 6] = [
    node(
        Organisation,
        "Apply",
        "An administrator fills in the form and adds documents.",
        "application.submitted",
        "ENR-A",
    ),
    node(RiverSync, "Review", "RiverSync decides by the day that the application shows.", "", "ENR-UPG"),
    node(
        Organisation,
        "Answer",
        "Returned with a note: change it and send it again. The clock starts anew.",
        "application.returned",
        "ENR-UPG",
    ),
    node(
        RiverSync,
        "Decide",
        "Approved as reseller or as distributor, or rejected with a reason.",
        "application.approved",
        "C37",
    ),
    node(
        System,
        "Add the capability",
        "On the same organisation; a reseller starts as Authorized.",
        "tenant.capability-enabled",
        "TEN-2, TEN-5",
    ),
    node(
        Organisation,
        "Open Partners",
        "It stands in the product switcher of everybody who is signed in.",
        "",
        "TEN-2",
    ),
];

/// Partner to customer: by itself, because the organisation is verified.
const ENABLE: [Node; 4] = [
    node(
        Organisation,
        "Switch on the Portal",
        "An administrator of a verified organisation does it alone.",
        "",
        "ENR-B",
    ),
    node(
        System,
        "Add the capability",
        "On the same organisation, told exactly once.",
        "tenant.capability-enabled",
        "TEN-2, TEN-5",
    ),
    node(Organisation, "Link devices", "By serial number and proof of purchase.", "device.linked", "ENR-B"),
    node(System, "Show them", "In the Portal, exactly like any customer's devices.", "", "PTL-1"),
];

struct Step {
    lane: Lane,
    number: usize,
    title: &'static str,
    what: &'static str,
    event: &'static str,
    rule: &'static str,
    stand: Stand,
}

impl Step {
    fn class(&self) -> &'static str {
        match self.stand {
            Stand::Done => "done",
            Stand::Here => "here",
            Stand::Ahead => "ahead",
        }
    }

    fn chip(&self) -> Option<Chip> {
        match self.stand {
            Stand::Done => Some(Chip::new(Tone::Good, "Done")),
            Stand::Here => Some(Chip::new(Tone::Accent, "You are here")),
            Stand::Ahead => None,
        }
    }
}

struct Direction {
    title: &'static str,
    lead: String,
    steps: Vec<Step>,
}

#[derive(Template)]
#[template(path = "domains/enrolment/capability/workflow.html")]
struct WorkflowPage {
    head: PageHead,
    lanes: [Lane; 3],
    directions: [Direction; 2],
    end: String,
}

impl Page for WorkflowPage {
    fn item(&self) -> Item {
        Item::Apps
    }

    fn title(&self) -> String {
        "How an organisation gains an app".to_owned()
    }
}

pub(super) async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let held = store::own(&mut tx, &allowed.scope).await?;
    let status = application::newest(&mut tx, &allowed.scope).await?.map(|newest| newest.status);
    drop(tx);
    let name = &allowed.actor.tenant_name;
    let partner = held.iter().any(|held| matches!(held.capability, Capability::Partner(_)));
    let customer = held.iter().any(|held| held.capability == Capability::Customer);
    let page = WorkflowPage {
        head: PageHead::new("How an organisation gains an app")
            .back(Item::Apps.label(), "/account/enrolment")
            .lead("Apps are added to the same organisation, never to a second one: one organisation, one sign-in."),
        lanes: [Organisation, RiverSync, System],
        directions: [
            Direction {
                title: "From customer to partner",
                lead: lead(partner, status, name),
                steps: steps(&UPGRADE, upgraded(&held, status)),
            },
            Direction {
                title: "From partner to customer",
                lead: if customer { format!("{name} has the Portal.") } else { format!("{name} has no Portal yet.") },
                steps: steps(&ENABLE, enabled(&held)),
            },
        ],
        end: match (partner, customer) {
            (true, true) => format!("{name} stands here: one organisation with both apps."),
            _ => "Both directions end here: one organisation with both apps.".to_owned(),
        },
    };
    Ok(render(&allowed, &page))
}

fn lead(partner: bool, status: Option<Status>, name: &str) -> String {
    match status {
        _ if partner => format!("{name} is a partner."),
        Some(status) => status.sentence().to_owned(),
        None => format!("{name} has not applied."),
    }
}

/// How many steps of the upgrade are behind.
fn upgraded(held: &[Held], status: Option<Status>) -> usize {
    if held.iter().any(|held| matches!(held.capability, Capability::Partner(_))) {
        return UPGRADE.len();
    }
    match status {
        Some(Status::Submitted) => 1,
        Some(Status::Returned) => 2,
        _ => 0,
    }
}

/// How many steps of the self-service are behind: linking devices never ends.
fn enabled(held: &[Held]) -> usize {
    if held.iter().any(|held| held.capability == Capability::Customer) { 2 } else { 0 }
}

fn steps(nodes: &'static [Node], behind: usize) -> Vec<Step> {
    let step = |(at, node): (usize, &'static Node)| Step {
        lane: node.lane,
        number: at + 1,
        title: node.title,
        what: node.what,
        event: node.event,
        rule: node.rule,
        stand: match at.cmp(&behind) {
            std::cmp::Ordering::Less => Stand::Done,
            std::cmp::Ordering::Equal => Stand::Here,
            std::cmp::Ordering::Greater => Stand::Ahead,
        },
    };
    nodes.iter().enumerate().map(step).collect()
}
