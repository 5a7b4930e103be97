//! Rows of the identity room.

use crate::platform::access::{Acting, Brand, PartnerTier, Party, Standing, Switches};
use crate::platform::base::{Era, Language, Reader, Zone};
use crate::platform::web::Version;
use std::sync::Arc;

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) email: String,
    pub(super) name: String,
    /// Of mails to this person: `en` or `th`.
    pub(super) language: String,
    /// In which times are told, by its name in the IANA time zone database.
    pub(super) zone: String,
    /// In which years are counted: `gregory` or `buddhist`.
    pub(super) era: String,
    pub(super) disabled_ms: Option<i64>,
    /// When the person showed to read mail at the address; nobody yet did without it.
    pub(super) verified_ms: Option<i64>,
}

impl Person {
    /// The version of what the person chose.
    pub(super) fn version(&self) -> Version {
        Version::of(&(&self.id, &self.name, &self.email, &self.language, &self.zone, &self.era))
    }

    /// How the person reads. What this program does not know is as if nothing was chosen.
    pub(super) fn reader(&self) -> Reader {
        Reader {
            language: Language::parse(&self.language).unwrap_or_default(),
            zone: Zone::parse(&self.zone).unwrap_or_default(),
            era: Era::parse(&self.era).unwrap_or_default(),
        }
    }
}

/// Where a person belongs.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Membership {
    pub(super) tenant_id: String,
    pub(super) tenant_name: String,
    pub(super) roles: String,
}

/// What an organisation may act as.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Capability {
    pub(super) capability: String,
    pub(super) subtype: Option<String>,
    pub(super) partner_tier: Option<String>,
    pub(super) vendor_id: Option<String>,
    pub(super) module_on: i64,
    pub(super) suspended_ms: Option<i64>,
    pub(super) sales_sees_all: i64,
    pub(super) channel_manager_funnel: i64,
    pub(super) owner_id: Option<String>,
    pub(super) owner_name: Option<String>,
    pub(super) colour: Option<String>,
    pub(super) logo_sha256: Option<Vec<u8>>,
}

impl Capability {
    /// As what the organisation acts by it. An unknown one gives nothing. While the partner module of a vendor is off,
    /// its partners have no app, and its own people only theirs and the switch (OA-1).
    pub(super) fn acting(&self) -> Option<Acting> {
        let module_on = self.module_on != 0;
        let party = match (self.capability.as_str(), self.subtype.as_deref()) {
            ("customer", _) => Party::Customer,
            ("partner", Some("reseller")) if module_on => Party::Reseller,
            ("partner", Some("distributor")) if module_on => Party::Distributor,
            ("vendor", _) => Party::Vendor,
            _ => return None,
        };
        let standing = match (self.suspended_ms, party) {
            (Some(_), _) => Standing::Suspended,
            (None, Party::Vendor) if !module_on => Standing::ModuleOff,
            (None, _) => Standing::Active,
        };
        let tier = self.partner_tier.as_deref().and_then(PartnerTier::parse);
        let switches = Switches {
            sales_sees_all: self.sales_sees_all != 0,
            channel_manager_funnel: self.channel_manager_funnel != 0,
        };
        let partner_tier = tier.filter(|_| party == Party::Reseller);
        Some(Acting {
            party,
            partner_tier,
            vendor_id: self.vendor_id.clone(),
            standing,
            switches,
            brand: self.brand().map(Arc::new),
        })
    }

    /// What the owner of the program gave it, if anything.
    fn brand(&self) -> Option<Brand> {
        let logo = self.logo_sha256.as_deref().map(|sha256| data_encoding::HEXLOWER.encode(sha256));
        let (owner_id, owner_name) = self.owner_id.clone().zip(self.owner_name.clone())?;
        let brand = Brand { owner_id, owner_name, colour: self.colour.clone(), logo };
        (brand.colour.is_some() || brand.logo.is_some()).then_some(brand)
    }
}

/// What a link is for. A link of one purpose is nothing to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Brings a person into an organisation for the first time.
    Invite,
    /// Begins a session.
    SignIn,
    /// Proves within a session that the person is there.
    StepUp,
}

impl Purpose {
    /// Its key in storage.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::SignIn => "sign_in",
            Self::StepUp => "step_up",
        }
    }
}

/// A link as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Link {
    pub(super) id: String,
    pub(super) purpose: String,
    pub(super) person_id: String,
    pub(super) tenant_id: String,
    pub(super) email: String,
    pub(super) roles: String,
    pub(super) browser_sha256: Option<Vec<u8>>,
    pub(super) code_sha256: Option<Vec<u8>>,
    pub(super) tries: i64,
    pub(super) issued_ms: i64,
    pub(super) expires_ms: i64,
    pub(super) used_ms: Option<i64>,
    pub(super) replaced_ms: Option<i64>,
}

/// Somebody asked for a sign-in link; whether that somebody is known shows nowhere in it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Asking {
    pub(super) email_sha256: Vec<u8>,
    pub(super) ip: String,
    pub(super) at_ms: i64,
    pub(super) browser_sha256: Vec<u8>,
}

/// An invitation into an organisation, as its team page shows it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Invitation {
    /// Who was invited.
    pub person_id: String,
    /// When it was sent, Unix milliseconds.
    pub sent_ms: i64,
    /// Until when it can be accepted, Unix milliseconds.
    pub expires_ms: i64,
    /// When it was accepted, Unix milliseconds.
    pub accepted_ms: Option<i64>,
}

/// A session as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Session {
    pub(super) token_sha256: Vec<u8>,
    pub(super) person_id: String,
    pub(super) tenant_id: String,
    pub(super) created_ms: i64,
    pub(super) seen_ms: i64,
    pub(super) ended_ms: Option<i64>,
    pub(super) user_agent: String,
    /// When the person last proved to be there.
    pub(super) proved_ms: Option<i64>,
    /// How: `mail` or `passkey`.
    pub(super) proved_by: Option<String>,
}

impl Session {
    /// How the account page names it: a part of the hash, which is no secret.
    pub(super) fn label(&self) -> String {
        data_encoding::HEXLOWER.encode(self.token_sha256.get(..8).unwrap_or_default())
    }
}
