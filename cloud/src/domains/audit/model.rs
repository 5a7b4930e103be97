//! What a log row says.

use crate::platform::access::App as AccessApp;
use crate::platform::access::Party;
use crate::platform::web::Allowed;

/// Who acted, for whom, as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// `person`, `agent` or `system`.
    pub kind: &'static str,
    /// The id of the person or agent; for the system, the reason it acted.
    pub id: String,
    /// As people read it.
    pub name: String,
    /// The organisation acted for.
    pub tenant_id: String,
    /// Its name.
    pub tenant_name: String,
    /// As what it acted: `reseller`, `customer`, …, `agent`, `system`, or `account` outside of any app.
    pub capability: &'static str,
    /// The request behind it, empty for the system.
    pub request_id: String,
}

impl By {
    /// The person behind an allowed request, acting as what the route's app says.
    pub fn person(allowed: &Allowed) -> Self {
        let actor = &allowed.actor;
        let app = allowed.scope.action().item().app();
        let capability = if app == AccessApp::Account { "account" } else { allowed.scope.party().key() };
        Self {
            kind: "person",
            id: actor.person_id.clone(),
            name: actor.person_name.clone(),
            tenant_id: actor.tenant_id.clone(),
            tenant_name: actor.tenant_name.clone(),
            capability,
            request_id: allowed.request_id.clone(),
        }
    }

    /// A gateway of `tenant`.
    pub fn agent(agent_id: &str, tenant_id: &str, tenant_name: &str) -> Self {
        Self {
            kind: "agent",
            id: agent_id.to_owned(),
            name: agent_id.to_owned(),
            tenant_id: tenant_id.to_owned(),
            tenant_name: tenant_name.to_owned(),
            capability: "agent",
            request_id: String::new(),
        }
    }

    /// The service itself, with the reason; also an operator at the command line.
    pub fn system(why: &str) -> Self {
        Self {
            kind: "system",
            id: why.to_owned(),
            name: "RiverSync service".to_owned(),
            tenant_id: "riversync".to_owned(),
            tenant_name: "RiverSync".to_owned(),
            capability: "system",
            request_id: String::new(),
        }
    }

    /// As what the organisation acted.
    #[must_use]
    pub fn acting_as(mut self, party: Party) -> Self {
        self.capability = party.key();
        self
    }
}

/// One action to be written down.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Who.
    pub by: By,
    /// What, such as `grant.revoked`: noun, dot, past participle.
    pub action: &'static str,
    /// What kind of thing, such as `grant`, `device`, `deal`.
    pub object_kind: &'static str,
    /// Which one.
    pub object_id: String,
    /// The organisations whose log gets a row. The acting one always does.
    pub affected: Vec<String>,
    /// Before, after, counts.
    pub detail: serde_json::Value,
    /// Why, in the person's words; may be empty.
    pub reason: String,
}

impl Entry {
    /// An entry without affected others, detail or reason.
    pub fn new(
        by: By,
        action: &'static str,
        object_kind: &'static str,
        object_id: impl Into<String>,
    ) -> Self {
        Self {
            by,
            action,
            object_kind,
            object_id: object_id.into(),
            affected: Vec::new(),
            detail: serde_json::Value::Null,
            reason: String::new(),
        }
    }

    /// This organisation's log gets a row too.
    #[must_use]
    pub fn affecting(mut self, tenant_id: impl Into<String>) -> Self {
        self.affected.push(tenant_id.into());
        self
    }

    /// What changed.
    #[must_use]
    pub fn with(mut self, detail: serde_json::Value) -> Self {
        self.detail = detail;
        self
    }

    /// Why.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }
}
