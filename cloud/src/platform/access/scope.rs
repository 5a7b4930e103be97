//! What a permitted action may touch. Made only by [`super::Actor::may`]; store functions bind it into their SQL.

use super::{Acting, Action, Item, OPERATOR_ID, PartnerTier, Party, Reach, Roles, reach};

/// Proof that an action was allowed, and for whom.
#[derive(Clone, Debug)]
pub struct Scope {
    action: Action,
    acting: Acting,
    tenant_id: String,
    person_id: String,
    roles: Roles,
}

impl Scope {
    pub(super) fn new(
        action: Action,
        acting: Acting,
        tenant_id: String,
        person_id: String,
        roles: Roles,
    ) -> Self {
        Self { action, acting, tenant_id, person_id, roles }
    }

    /// What was allowed.
    pub fn action(&self) -> Action {
        self.action
    }

    /// As what the organisation acts.
    pub fn party(&self) -> Party {
        self.acting.party
    }

    /// Whether the organisation acted for runs the service: what is of every program is its business only.
    pub fn is_operator(&self) -> bool {
        self.tenant_id == OPERATOR_ID
    }

    /// The organisation acted for. Every statement on tenant rows binds it.
    pub fn tenant_id(&self) -> &str {
        &self.tenant_id
    }

    /// The person who acts.
    pub fn person_id(&self) -> &str {
        &self.person_id
    }

    /// The person's roles in that organisation.
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// How far into `item` the person's roles reach, and how much of its records they open; `None` when the
    /// organisation does not have the item.
    pub fn reach(&self, item: Item) -> Option<Reach> {
        reach(self.acting.party, item, &self.roles, self.acting.switches)
    }

    /// The reseller's tier.
    pub fn partner_tier(&self) -> Option<PartnerTier> {
        self.acting.partner_tier
    }

    /// The owner of the program in which a partner acts.
    pub fn vendor_id(&self) -> Option<&str> {
        self.acting.vendor_id.as_deref()
    }
}
