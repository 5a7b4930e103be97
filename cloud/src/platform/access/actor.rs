//! Who acts, read afresh on each request.

use super::{Action, App, Item, Level, PartnerTier, Party, Roles, Scope, rails, reach};

/// A signed-in person acting for one organisation.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person.
    pub person_id: String,
    /// As people read it.
    pub person_name: String,
    /// The person's address.
    pub email: String,
    /// The organisation acted for now.
    pub tenant_id: String,
    /// Its name.
    pub tenant_name: String,
    /// The person's roles there.
    pub roles: Roles,
    /// As what the organisation may act, one per app at most.
    pub acting: Vec<Acting>,
    /// All organisations of this person, for the switcher: id and name.
    pub tenants: Vec<(String, String)>,
}

/// One capability of the organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    /// As what.
    pub party: Party,
    /// For resellers.
    pub partner_tier: Option<PartnerTier>,
}

/// Why an action is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The organisation does not have the app or the item: for it the page does not exist.
    Absent,
    /// A distributor on the tier page goes back to the overview (PAR-4d).
    NoTierForDistributors,
    /// The role does not reach the item.
    Role,
    /// The role reads the item and may not change it.
    ReadOnly,
}

impl Actor {
    /// Whether this person may do `action`, and if so within which scope.
    ///
    /// # Errors
    /// [`Denied`] says which of the four answers of DESIGN section 4 applies.
    pub fn may(&self, action: Action) -> Result<Scope, Denied> {
        let item = action.item();
        if item == Item::Account {
            return Ok(self.scope(action, self.acting.first()));
        }
        let Some(acting) = self.acting_in(item.app()) else { return Err(Denied::Absent) };
        if acting.party == Party::Distributor && item == Item::TierProgram {
            return Err(Denied::NoTierForDistributors);
        }
        match reach(acting.party, item, &self.roles).map(|reach| reach.level) {
            None => Err(Denied::Absent),
            Some(Level::None) => Err(Denied::Role),
            Some(Level::Read) if action.is_write() => Err(Denied::ReadOnly),
            Some(Level::Read | Level::Full) => Ok(self.scope(action, Some(acting))),
        }
    }

    /// One's own account is always reachable, also where the organisation has no app at all.
    fn scope(&self, action: Action, acting: Option<&Acting>) -> Scope {
        Scope::new(
            action,
            acting.map_or(Party::Customer, |acting| acting.party),
            self.tenant_id.clone(),
            self.person_id.clone(),
            self.roles.clone(),
            acting.and_then(|acting| acting.partner_tier),
        )
    }

    /// Whether a button or link for `action` is shown.
    pub fn can(&self, action: Action) -> bool {
        self.may(action).is_ok()
    }

    /// As what the organisation acts in `app`, if it has the app.
    pub fn acting_in(&self, app: App) -> Option<&Acting> {
        self.acting.iter().find(|acting| match app {
            App::Partners => matches!(acting.party, Party::Reseller | Party::Distributor),
            App::Portal => acting.party == Party::Customer,
            App::Vendor => acting.party == Party::Vendor,
            App::Account => true,
        })
    }

    /// The items of `app` that this person sees in its rail.
    pub fn rail(&self, app: App) -> Vec<Item> {
        let Some(acting) = self.acting_in(app) else { return Vec::new() };
        rails(acting.party).filter(|item| self.can(Action::See(*item))).collect()
    }
}
