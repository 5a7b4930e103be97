//! Roles, parties and tiers: closed sets, spelled once.

use std::collections::BTreeSet;
use std::fmt;

/// What a member of an organisation is there for. A membership holds a set of them (PORTAL C1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Runs the organisation's account; also called principal.
    Administrator,
    /// Service coordinator of a reseller, channel manager of a distributor.
    Coordinator,
    /// Sells; also called salesperson.
    Sales,
    /// Engineers: no money.
    Technical,
    /// Reads money, sells nothing.
    Finance,
    /// Reads status.
    Viewer,
}

impl Role {
    /// All of them, in the order of the matrix.
    pub const ALL: [Self; 6] =
        [Self::Administrator, Self::Coordinator, Self::Sales, Self::Technical, Self::Finance, Self::Viewer];

    /// Its key in storage and API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Coordinator => "coordinator",
            Self::Sales => "sales",
            Self::Technical => "technical",
            Self::Finance => "finance",
            Self::Viewer => "viewer",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Administrator => "Administrator",
            Self::Coordinator => "Coordinator",
            Self::Sales => "Sales",
            Self::Technical => "Technical",
            Self::Finance => "Finance",
            Self::Viewer => "Viewer",
        }
    }

    /// The role of a key or one of its aliases.
    pub fn parse(key: &str) -> Option<Self> {
        match key {
            "principal" => Some(Self::Administrator),
            "salesperson" => Some(Self::Sales),
            key => Self::ALL.into_iter().find(|role| role.key() == key),
        }
    }
}

/// The roles of one membership.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(BTreeSet<Role>);

impl Roles {
    /// From the stored form `administrator,sales`. An unknown role is dropped: it can never widen anything.
    pub fn parse(stored: &str) -> Self {
        Self(stored.split(',').filter_map(|key| Role::parse(key.trim())).collect())
    }

    /// From what was chosen or typed, aliases included. Another than [`Self::parse`], it refuses what it does not know:
    /// who types a role must not get none without a word.
    ///
    /// # Errors
    /// The first word that is no role.
    pub fn from_keys<'a>(keys: impl IntoIterator<Item = &'a str>) -> Result<Self, &'a str> {
        keys.into_iter().map(str::trim).map(|key| Role::parse(&key.to_lowercase()).ok_or(key)).collect()
    }

    /// The same and this one.
    #[must_use]
    pub fn with(mut self, role: Role) -> Self {
        self.0.insert(role);
        self
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `role` is among them.
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Role> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<T: IntoIterator<Item = Role>>(roles: T) -> Self {
        Self(roles.into_iter().collect())
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<&str> = self.0.iter().map(|role| role.key()).collect();
        f.write_str(&keys.join(","))
    }
}

/// As what an organisation acts in an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// Owns devices.
    Customer,
    /// Sells and services.
    Reseller,
    /// Channels deals.
    Distributor,
    /// `RiverSync`, the owner of the program.
    Vendor,
}

impl Party {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Customer, Self::Reseller, Self::Distributor, Self::Vendor];

    /// Its key in storage, log and API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Reseller => "reseller",
            Self::Distributor => "distributor",
            Self::Vendor => "vendor",
        }
    }
}

/// A reseller's level in the program. Never to be confused with a service level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartnerTier {
    /// Where everybody starts.
    Authorized,
    /// The middle.
    Gold,
    /// The top.
    Platinum,
}

impl PartnerTier {
    /// All of them, rising.
    pub const ALL: [Self; 3] = [Self::Authorized, Self::Gold, Self::Platinum];

    /// Its key in storage and API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Authorized => "authorized",
            Self::Gold => "gold",
            Self::Platinum => "platinum",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Authorized => "Authorized",
            Self::Gold => "Gold",
            Self::Platinum => "Platinum",
        }
    }

    /// The tier of a key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.key() == key)
    }
}
