//! The enrolment workflow as a swimlane: each step, who acts, what it tells, and where this organisation stands
//! (SPEC-PWF-ENR, section 2).

use super::model::{Capability, Held};
use super::store;
use super::words::Words;
use crate::app::App;
use crate::domains::enrolment::application::{self, Status};
use crate::platform::access::Item;
use crate::platform::base::Language;
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

    fn label(self, words: Words) -> &'static str {
        match self {
            Self::Organisation => words.your_organisation(),
            Self::RiverSync => "RiverSync",
            Self::System => words.system(),
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

/// A text in the language of who reads it.
type Text = fn(Words) -> &'static str;

/// A step as it is written down.
struct Node {
    lane: Lane,
    title: Text,
    what: Text,
    event: &'static str,
    rule: &'static str,
}

const fn node(lane: Lane, title: Text, what: Text, event: &'static str, rule: &'static str) -> Node {
    Node { lane, title, what, event, rule }
}

use Lane::{Organisation, RiverSync, System};

/// Customer to partner: the same gate as partner onboarding.
const UPGRADE: [Node; 6] = [
    node(Organisation, Words::step_apply, Words::step_apply_what, "application.submitted", "ENR-A"),
    node(RiverSync, Words::step_review, Words::step_review_what, "", "ENR-UPG"),
    node(Organisation, Words::step_answer, Words::step_answer_what, "application.returned", "ENR-UPG"),
    node(RiverSync, Words::step_decide, Words::step_decide_what, "application.approved", "C37"),
    node(System, Words::step_add, Words::step_add_partner, "tenant.capability-enabled", "TEN-2, TEN-5"),
    node(Organisation, Words::step_partners, Words::step_partners_what, "", "TEN-2"),
];

/// Partner to customer: by itself, because the organisation is verified.
const ENABLE: [Node; 4] = [
    node(Organisation, Words::step_portal, Words::step_portal_what, "", "ENR-B"),
    node(System, Words::step_add, Words::step_add_customer, "tenant.capability-enabled", "TEN-2, TEN-5"),
    node(Organisation, Words::step_link, Words::step_link_what, "device.linked", "ENR-B"),
    node(System, Words::step_show, Words::step_show_what, "", "PTL-1"),
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

    fn chip(&self, words: Words) -> Option<Chip> {
        match self.stand {
            Stand::Done => Some(Chip::new(Tone::Good, words.done())),
            Stand::Here => Some(Chip::new(Tone::Accent, words.here())),
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
    words: Words,
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
        self.words.gains().to_owned()
    }

    fn explains(&self) -> bool {
        // Nothing is changed here by anybody.
        true
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

pub(super) async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let held = store::own(&mut tx, &allowed.scope).await?;
    let status = application::newest(&mut tx, &allowed.scope).await?.map(|newest| newest.status);
    drop(tx);
    let (name, words) = (&allowed.actor.tenant_name, Words(allowed.view.language()));
    let partner = held.iter().any(|held| matches!(held.capability, Capability::Partner(_)));
    let customer = held.iter().any(|held| held.capability == Capability::Customer);
    let page = WorkflowPage {
        words,
        head: PageHead::new(words.gains()).back(words.apps(), "/account/enrolment").lead(words.gains_lead()),
        lanes: [Organisation, RiverSync, System],
        directions: [
            Direction {
                title: words.to_partner(),
                lead: lead(partner, status, name, words),
                steps: steps(&UPGRADE, upgraded(&held, status), words),
            },
            Direction {
                title: words.to_customer(),
                lead: if customer { words.has_portal(name) } else { words.no_portal(name) },
                steps: steps(&ENABLE, enabled(&held), words),
            },
        ],
        end: match (partner, customer) {
            (true, true) => words.stands_here(name),
            _ => words.both_end().to_owned(),
        },
    };
    Ok(render(&allowed, &page))
}

fn lead(partner: bool, status: Option<Status>, name: &str, words: Words) -> String {
    match status {
        _ if partner => words.partner_already(name),
        Some(status) => status.sentence().told(words.0).to_owned(),
        None => words.not_applied(name),
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

fn steps(nodes: &'static [Node], behind: usize, words: Words) -> Vec<Step> {
    let step = |(at, node): (usize, &'static Node)| Step {
        lane: node.lane,
        number: at + 1,
        title: (node.title)(words),
        what: (node.what)(words),
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
