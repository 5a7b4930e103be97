//! What a log row says.

use super::fact::Fact;
use super::why::Reason;
use crate::platform::access::App as AccessApp;
use crate::platform::access::{Actor, OPERATOR_ID, Party};
use crate::platform::base::Language;
use crate::platform::web::{Allowed, Believed};

/// Between a person and the key of the program that acted, in what is kept.
const BY_KEY: &str = " by key ";

/// The name of a program: the person who answers for it, and its key by name and id.
pub fn by_key(person: &str, key: &str, key_id: &str) -> String {
    format!("{person}{BY_KEY}{key} ({key_id})")
}

/// A name that [`by_key`] may have made, in the language of who reads it.
pub fn told_name(name: &str, language: Language) -> String {
    match (language, name.split_once(BY_KEY)) {
        (Language::Thai, Some((person, key))) => format!("{person} ด้วยคีย์ {key}"),
        _ => name.to_owned(),
    }
}

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
    /// For whom somebody acts who is not a member there, such as staff who look at a partner's pages; empty for oneself.
    pub on_behalf_of: String,
    /// The request behind it, empty for the system.
    pub request_id: String,
    /// Where the request came from; empty where that is not known.
    pub ip: String,
    /// Which version of the record they mean to change.
    pub believed: Believed,
}

impl By {
    fn new(kind: &'static str, (id, name): (&str, &str), (tenant_id, tenant_name): (&str, &str)) -> Self {
        Self {
            kind,
            id: id.to_owned(),
            name: name.to_owned(),
            tenant_id: tenant_id.to_owned(),
            tenant_name: tenant_name.to_owned(),
            capability: "account",
            on_behalf_of: String::new(),
            request_id: String::new(),
            ip: String::new(),
            believed: Believed::default(),
        }
    }

    /// The person behind an allowed request, acting as what the route's app says.
    pub fn person(allowed: &Allowed) -> Self {
        let app = allowed.scope.action().item().app();
        let by = Self::actor(&allowed.actor, app).in_request(&allowed.request_id, &allowed.ip);
        Self { believed: allowed.believed.clone(), ..by }
    }

    /// A person in `app`. Whoever looks on as somebody else acts under the own name and for the own organisation: what
    /// is done in that person's name would be a lie in the log (PORTAL C19).
    pub fn actor(actor: &Actor, app: AccessApp) -> Self {
        if let Some(staff) = &actor.viewing {
            return Self::member(
                (&staff.staff_id, &staff.staff_name),
                (&staff.tenant_id, &staff.tenant_name),
            )
            .acting_as(Party::Vendor)
            .on_behalf_of(&format!("{}, {}", actor.person_name, actor.tenant_name));
        }
        // The log says which program it was, under the person who answers for it.
        let name = match &actor.key {
            Some(key) => by_key(&actor.person_name, &key.name, &key.id),
            None => actor.person_name.clone(),
        };
        let by = Self::member((&actor.person_id, &name), (&actor.tenant_id, &actor.tenant_name));
        match actor.acting_in(app) {
            Some(acting) if app != AccessApp::Account => by.acting_as(acting.party),
            _ => by,
        }
    }

    /// A person (id and name) for an organisation (id and name), outside of any app.
    pub fn member(person: (&str, &str), tenant: (&str, &str)) -> Self {
        Self::new("person", person, tenant)
    }

    /// A gateway of `tenant`.
    pub fn agent(agent_id: &str, tenant_id: &str, tenant_name: &str) -> Self {
        let by = Self::new("agent", (agent_id, agent_id), (tenant_id, tenant_name));
        Self { capability: "agent", ..by }
    }

    /// The service itself, with the reason; also an operator at the command line.
    pub fn system(why: &str) -> Self {
        let by = Self::new("system", (why, "RiverSync service"), (OPERATOR_ID, "RiverSync"));
        Self { capability: "system", ..by }
    }

    /// In which request, and where it came from.
    #[must_use]
    pub fn in_request(mut self, request_id: &str, ip: &str) -> Self {
        request_id.clone_into(&mut self.request_id);
        ip.clone_into(&mut self.ip);
        self
    }

    /// For whom somebody acts who is not a member there.
    #[must_use]
    pub fn on_behalf_of(mut self, whom: &str) -> Self {
        whom.clone_into(&mut self.on_behalf_of);
        self
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
    /// What happened.
    pub fact: Fact,
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
    /// What the events of one long story are told by, such as the record that climbs the funnel; empty for the request.
    pub story: String,
}

impl Entry {
    /// An entry without affected others, detail or reason.
    pub fn new(by: By, fact: Fact, object_kind: &'static str, object_id: impl Into<String>) -> Self {
        Self {
            by,
            fact,
            object_kind,
            object_id: object_id.into(),
            affected: Vec::new(),
            detail: serde_json::Value::Null,
            reason: String::new(),
            story: String::new(),
        }
    }

    /// Its event belongs to a story that outlives the request: all of them carry this as their correlation id.
    #[must_use]
    pub fn of_story(mut self, id: &str) -> Self {
        id.clone_into(&mut self.story);
        self
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
    pub fn because(mut self, reason: impl Into<Reason>) -> Self {
        self.reason = reason.into().kept();
        self
    }
}
