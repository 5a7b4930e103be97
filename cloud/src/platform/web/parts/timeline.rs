//! What happened, latest first: logs, histories of deals and grants.

use super::{Icon, When};
use askama::Template;

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub at: When,
    /// Its symbol.
    pub icon: Icon,
    /// Who, as people read it; with the organisation where that is another.
    pub who: String,
    /// What, as a sentence without its subject: "revoked the grant to Nera".
    pub what: String,
    /// A reason or detail; may be empty.
    pub detail: String,
}

/// The list of them.
#[derive(Clone, Debug, Template)]
#[template(path = "platform/web/parts/timeline.html")]
pub struct Timeline {
    events: Vec<Event>,
    none: String,
}

super::safe!(Timeline);

impl Timeline {
    /// These events; `none` is said when there are none.
    pub fn new(events: Vec<Event>, none: impl Into<String>) -> Self {
        Self { events, none: none.into() }
    }
}
