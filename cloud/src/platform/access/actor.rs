//! Who acts, read afresh on each request.

use super::{
    Action, App, Brand, Item, Level, PartnerTier, Party, Role, Roles, Scope, Switches, rails, reach,
};
use crate::platform::base::{MINUTE_MS, Reader};
use std::sync::Arc;

/// A signed-in person acting for one organisation.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person.
    pub person_id: String,
    /// As people read it.
    pub person_name: String,
    /// The person's address.
    pub email: String,
    /// In which language, zone and era whoever looks at the screen reads.
    pub reader: Reader,
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
    /// Who really looks, when a member of the program's staff has opened this person's apps.
    pub viewing: Option<Viewing>,
    /// When the person last proved in this session to be there, Unix milliseconds.
    pub proved_ms: Option<i64>,
    /// The API key through which a program acts for the person.
    pub key: Option<Key>,
}

/// A key through which a program acts: never more than its owner may now, and of that only what it was made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Which one.
    pub id: String,
    /// As its owner calls it.
    pub name: String,
    /// What it was made for.
    pub items: Vec<Item>,
    /// Whether it changes nothing.
    pub read_only: bool,
    /// Whether it is the organisation's; what is only its person's own is not for it.
    pub of_tenant: bool,
}

impl Key {
    /// Whether it was made for `action`.
    fn opens(&self, action: Action) -> bool {
        // What it is for, a key may always ask.
        if action == Action::See(Item::Account) {
            return true;
        }
        self.items.contains(&action.item()) && !(self.read_only && action.is_write())
    }
}

/// A member of the program's staff who sees what somebody else sees, and changes nothing (PORTAL C19).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewing {
    /// The staff member.
    pub staff_id: String,
    /// As people read it.
    pub staff_name: String,
    /// The program's owner.
    pub tenant_id: String,
    /// Its name.
    pub tenant_name: String,
    /// When it ends by itself, Unix milliseconds.
    pub until_ms: i64,
}

/// One capability of the organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    /// As what.
    pub party: Party,
    /// For resellers.
    pub partner_tier: Option<PartnerTier>,
    /// For partners: the owner of the program.
    pub vendor_id: Option<String>,
    /// Whether it may be used now.
    pub standing: Standing,
    /// What its administrators and the program's owner chose.
    pub switches: Switches,
    /// How the owner of the program looks; `None` as long as it gave nothing.
    pub brand: Option<Arc<Brand>>,
}

impl Acting {
    /// Without any app there is no party; the levels of the account are the same for all of them.
    fn of_nothing() -> Self {
        Self {
            party: Party::Customer,
            partner_tier: None,
            vendor_id: None,
            standing: Standing::Active,
            switches: Switches::default(),
            brand: None,
        }
    }
}

/// Whether a capability may be used now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// It may.
    #[default]
    Active,
    /// The program's owner took it away for a time.
    Suspended,
    /// A vendor whose partner module is off: it has its own people and the switch, nothing else (OA-1).
    ModuleOff,
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
    /// The organisation has the app and may not use it for now.
    Suspended,
    /// The person may, and the key was not made for it.
    Key,
    /// Somebody looks on as this person, and so changes nothing.
    Viewing,
}

/// The organisation that runs the service, and under whose id the service itself writes into the log; whoever starts it
/// first gives it its name.
pub const OPERATOR_ID: &str = "riversync";

/// How long a proof that the person is there is good for changes that matter (PORTAL 6.1).
const FRESH_MS: i64 = 10 * MINUTE_MS;

impl Actor {
    /// Whether the person has proved within the last ten minutes to be there.
    pub fn is_fresh(&self, now_ms: i64) -> bool {
        self.proved_ms.is_some_and(|proved_ms| now_ms - proved_ms < FRESH_MS)
    }

    /// Whether this person may do `action`, and if so within which scope.
    ///
    /// # Errors
    /// [`Denied`] says which of the four answers of DESIGN section 4 applies.
    pub fn may(&self, action: Action) -> Result<Scope, Denied> {
        let item = action.item();
        if item.is_of_the_service() && self.tenant_id != OPERATOR_ID {
            return Err(Denied::Absent);
        }
        let acting = match item.app() {
            App::Account => self.acting.first(),
            app => Some(self.usable(app, item)?),
        };
        // Without any app there is no party; the levels of the account are the same for all of them.
        let party = acting.map_or(Party::Customer, |acting| acting.party);
        if party == Party::Distributor && item == Item::TierProgram {
            return Err(Denied::NoTierForDistributors);
        }
        let switches = acting.map(|acting| acting.switches).unwrap_or_default();
        // The account is everybody's, also of who has no role (yet).
        let reach = match item.app() {
            App::Account => reach(party, item, &self.roles.clone().with(Role::Viewer), switches),
            _ => reach(party, item, &self.roles, switches),
        };
        match reach.map(|reach| reach.level) {
            None => Err(Denied::Absent),
            Some(Level::None) => Err(Denied::Role),
            Some(Level::Read) if action.is_write() => Err(Denied::ReadOnly),
            Some(_) if action.is_write() && self.viewing.is_some() => Err(Denied::Viewing),
            Some(_) if self.key.as_ref().is_some_and(|key| !key.opens(action)) => Err(Denied::Key),
            Some(Level::Read | Level::Full) => Ok(self.scope(action, acting)),
        }
    }

    /// The capability behind `app`, if it may be used for `item` now.
    fn usable(&self, app: App, item: Item) -> Result<&Acting, Denied> {
        let acting = self.acting.iter().find(|acting| opens(acting.party, app)).ok_or(Denied::Absent)?;
        match acting.standing {
            Standing::Active => Ok(acting),
            Standing::Suspended => Err(Denied::Suspended),
            Standing::ModuleOff if matches!(item, Item::Modules | Item::StaffTeam) => Ok(acting),
            Standing::ModuleOff => Err(Denied::Absent),
        }
    }

    /// One's own account is always reachable, also where the organisation has no app at all.
    fn scope(&self, action: Action, acting: Option<&Acting>) -> Scope {
        let acting = acting.cloned().unwrap_or_else(Acting::of_nothing);
        Scope::new(action, acting, self.tenant_id.clone(), self.person_id.clone(), self.roles.clone())
    }

    /// Whether a button or link for `action` is shown.
    pub fn can(&self, action: Action) -> bool {
        self.may(action).is_ok()
    }

    /// As what the organisation acts in `app`, if it has the app and may use it now.
    pub fn acting_in(&self, app: App) -> Option<&Acting> {
        let usable = |acting: &&Acting| acting.standing != Standing::Suspended;
        self.acting.iter().filter(usable).find(|acting| opens(acting.party, app))
    }

    /// The items of `app` that this person sees in its rail.
    pub fn rail(&self, app: App) -> Vec<Item> {
        let Some(acting) = self.acting_in(app) else { return Vec::new() };
        rails(acting.party).filter(|item| self.can(Action::See(*item))).collect()
    }
}

fn opens(party: Party, app: App) -> bool {
    match app {
        App::Partners => matches!(party, Party::Reseller | Party::Distributor),
        App::Portal => party == Party::Customer,
        App::Vendor => party == Party::Vendor,
        App::Account => true,
    }
}
