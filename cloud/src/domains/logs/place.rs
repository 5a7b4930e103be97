//! The three logs: where each is, what it is called, and whose rows it shows.

use super::words::Words;
use crate::app::App;
use crate::domains::audit::{self, By};
use crate::platform::access::Item;
use crate::platform::error::Error;
use crate::platform::web::Allowed;

/// One of the three.
pub(super) struct Place {
    pub(super) item: Item,
    pub(super) path: &'static str,
    pub(super) csv: &'static str,
    pub(super) title: fn(Words) -> &'static str,
    pub(super) lead: fn(Words) -> &'static str,
    pub(super) empty: fn(Words) -> &'static str,
}

const USAGE: Place = Place {
    item: Item::UsageLog,
    path: "/portal/log",
    csv: "/portal/log.csv",
    title: Words::usage,
    lead: Words::usage_lead,
    empty: Words::usage_empty,
};

const ACTIVITY: Place = Place {
    item: Item::ActivityLog,
    path: "/partners/log",
    csv: "/partners/log.csv",
    title: Words::activity,
    lead: Words::activity_lead,
    empty: Words::activity_empty,
};

const AUDIT: Place = Place {
    item: Item::Audit,
    path: "/admin/audit",
    csv: "/admin/audit.csv",
    title: Words::audit,
    lead: Words::audit_lead,
    empty: Words::audit_empty,
};

impl Place {
    /// The log that the route is about.
    pub(super) fn of(allowed: &Allowed) -> &'static Self {
        match allowed.scope.action().item() {
            Item::ActivityLog => &ACTIVITY,
            Item::Audit => &AUDIT,
            _ => &USAGE,
        }
    }
}

/// Whether what concerns the logs of all programs exists for the reader: only who runs the service has it.
pub(super) fn operates(allowed: &Allowed) -> Result<(), Error> {
    if allowed.scope.is_operator() { Ok(()) } else { Err(Error::NotFound) }
}

/// Whose log is asked for: one's own, or what `?of=` names for an auditor. Opening another's is written into it, once
/// an hour for each person.
pub(super) async fn whose(app: &App, allowed: &Allowed) -> Result<String, Error> {
    let own = allowed.scope.tenant_id();
    let asked = allowed.view.get("of").filter(|_| Place::of(allowed).item == Item::Audit);
    let Some(other) = asked.filter(|of| *of != own) else { return Ok(own.to_owned()) };
    audit::open_other(app, &allowed.scope, By::person(allowed), other).await?;
    Ok(other.to_owned())
}
