//! Capabilities as rows.

use crate::platform::access::PartnerTier;
use crate::platform::base::Language;
use crate::platform::web::Version;

/// How a partner sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subtype {
    /// Sells to customers and services them.
    Reseller,
    /// Channels the deals of resellers.
    Distributor,
}

impl Subtype {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Reseller, Self::Distributor];

    /// Its key in storage and API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Reseller => "reseller",
            Self::Distributor => "distributor",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Reseller => "Reseller",
            Self::Distributor => "Distributor",
        }
    }

    /// The same for who reads `language`.
    pub fn label_in(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::English, of) => of.label(),
            (Language::Thai, Self::Reseller) => "ตัวแทนจำหน่าย",
            (Language::Thai, Self::Distributor) => "ผู้จัดจำหน่าย",
        }
    }

    /// The subtype of a key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subtype| subtype.key() == key)
    }
}

/// What an organisation may act as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    /// Owns devices.
    Customer,
    /// Sells and services, or channels.
    Partner(Subtype),
}

impl Capability {
    /// Its key in storage and API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Partner(_) => "partner",
        }
    }

    pub(super) fn subtype(self) -> Option<&'static str> {
        match self {
            Self::Customer => None,
            Self::Partner(subtype) => Some(subtype.key()),
        }
    }

    /// Every reseller starts as Authorized; a distributor has no tier (PAR-4).
    pub(super) fn first_tier(self) -> Option<&'static str> {
        matches!(self, Self::Partner(Subtype::Reseller)).then(|| PartnerTier::Authorized.key())
    }

    /// The app it opens, as the switcher calls it.
    pub fn app(self) -> &'static str {
        match self {
            Self::Customer => "Portal",
            Self::Partner(_) => "Partners",
        }
    }
}

/// A capability that an organisation has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub capability: Capability,
    /// Since when, Unix milliseconds.
    pub since_ms: i64,
    /// Since when it may not be used.
    pub suspended_ms: Option<i64>,
}

impl Held {
    /// Its version.
    pub(super) fn version(&self) -> Version {
        let (key, subtype) = (self.capability.key(), self.capability.subtype());
        Version::of(&(key, subtype, self.since_ms, self.suspended_ms))
    }
}
