//! A record as JSON, through each lens.

use super::super::lens::{Channel, Contact, Core, Deadlines, Deal, Pricing};
use crate::platform::base::{Masked, Money};
use crate::platform::web::{Version, shown_or_masked};
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

#[derive(Serialize, ToSchema)]
struct QuoteJson {
    number: String,
    valid_until_ms: Option<i64>,
}

/// A record of the funnel. What its reader's lens does not have is left out.
#[derive(Serialize, ToSchema)]
pub(super) struct DealJson {
    id: String,
    /// `lead`, `opportunity`, `deal`, `quote` or `closed`.
    stage: &'static str,
    /// Within the stage.
    status: &'static str,
    #[schema(schema_with = masked_text)]
    title: Masked<String>,
    #[schema(schema_with = masked_text)]
    customer: Masked<String>,
    #[schema(schema_with = masked_money)]
    amount: Masked<Option<Money>>,
    #[schema(schema_with = masked_quote)]
    quote: Masked<Option<QuoteJson>>,
    /// The reseller's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = masked_text, required = false)]
    reseller: Option<Masked<String>>,
    /// The distributor's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    distributor: Option<String>,
    /// `requested`, `granted` or `denied`, where it goes directly.
    #[serde(skip_serializing_if = "Option::is_none")]
    direct: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shared: Option<bool>,
    /// For distributors: whether it runs through them.
    #[serde(skip_serializing_if = "Option::is_none")]
    on_channel: Option<bool>,
    /// A submitted deal: `RiverSync` decides by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    decide_by_ms: Option<i64>,
    /// An approved deal: it is nobody else's until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    protected_until_ms: Option<i64>,
    /// An offered lead: the reseller says by then whether it takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    accept_by_ms: Option<i64>,
    /// The quote's sum by the price list.
    #[serde(skip_serializing_if = "Option::is_none")]
    list_price: Option<Money>,
    /// At the price of which tier it was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    price_level: Option<&'static str>,
    /// Whom to call about it; masked until an offered lead is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = masked_contact, required = false)]
    contact: Option<Masked<ContactJson>>,
    /// For the program's owner: the partner that brought it.
    #[serde(skip_serializing_if = "Option::is_none")]
    referrer: Option<String>,
    /// For the program's owner: the commission share that the approval locked in, hundredths of a percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    commission_bp: Option<i64>,
    created_ms: i64,
    updated_ms: i64,
    version: Version,
}

fn masked_contact() -> RefOr<Schema> {
    shown_or_masked(ContactJson::schema())
}

/// Whom to call.
#[derive(Serialize, ToSchema)]
struct ContactJson {
    name: String,
    email: String,
    phone: String,
}

fn contact(contact: &Masked<Option<Contact>>) -> Option<Masked<ContactJson>> {
    match contact {
        Masked::Hidden(why) => Some(Masked::Hidden(*why)),
        Masked::Shown(contact) => contact.clone().map(|contact| {
            Masked::Shown(ContactJson { name: contact.name, email: contact.email, phone: contact.phone })
        }),
    }
}

fn masked_text() -> RefOr<Schema> {
    shown_or_masked(String::schema())
}

fn masked_money() -> RefOr<Schema> {
    shown_or_masked(Option::<Money>::schema())
}

fn masked_quote() -> RefOr<Schema> {
    shown_or_masked(Option::<QuoteJson>::schema())
}

impl From<&Core> for DealJson {
    fn from(core: &Core) -> Self {
        Self {
            id: core.id.clone(),
            stage: core.state.stage().key(),
            status: core.state.status(),
            title: core.title.clone(),
            customer: core.customer.clone(),
            amount: core.value.clone(),
            quote: core.quote.clone().map(|quote| {
                quote.map(|quote| QuoteJson { number: quote.number, valid_until_ms: quote.valid_until_ms })
            }),
            reseller: None,
            distributor: None,
            direct: None,
            owner: None,
            shared: None,
            on_channel: None,
            decide_by_ms: None,
            protected_until_ms: None,
            accept_by_ms: None,
            list_price: None,
            price_level: None,
            contact: None,
            referrer: None,
            commission_bp: None,
            created_ms: core.created_ms,
            updated_ms: core.updated_ms,
            version: core.version(),
        }
    }
}

impl DealJson {
    /// With what is between `RiverSync` and the reseller.
    fn between(self, deadlines: Deadlines, pricing: Option<&Pricing>) -> Self {
        Self {
            decide_by_ms: deadlines.decide_by_ms,
            protected_until_ms: deadlines.protected_until_ms,
            accept_by_ms: deadlines.accept_by_ms,
            list_price: pricing.map(|pricing| pricing.list.clone()),
            price_level: pricing.map(|pricing| pricing.level.key()),
            ..self
        }
    }
}

impl From<&Deal> for DealJson {
    fn from(deal: &Deal) -> Self {
        let core = Self::from(deal.core());
        match deal {
            Deal::Reseller(deal) => {
                let (distributor, direct) = channel(&deal.channel);
                let core = core.between(deal.deadlines, deal.pricing.as_ref());
                let (owner, contact) = (deal.owner.clone(), contact(&deal.contact));
                Self { distributor, direct, owner, contact, shared: Some(deal.is_shared), ..core }
            }
            Deal::Distributor(deal) => {
                let reseller = deal.reseller.clone().map(|reseller| reseller.id);
                Self { reseller: Some(reseller), on_channel: Some(deal.is_on_channel), ..core }
            }
            Deal::Vendor(deal) => {
                let (distributor, direct) = channel(&deal.channel);
                let reseller = deal.reseller.as_ref().map(|named| Masked::Shown(named.id.clone()));
                let (owner, commission_bp) = (deal.owner.clone(), deal.commission_bp);
                let core = core.between(deal.deadlines, deal.pricing.as_ref());
                let referrer = deal.referrer.as_ref().map(|named| named.id.clone());
                let contact = contact(&deal.contact);
                Self { reseller, distributor, direct, owner, commission_bp, referrer, contact, ..core }
            }
        }
    }
}

fn channel(channel: &Channel) -> (Option<String>, Option<&'static str>) {
    match channel {
        Channel::Open | Channel::Hidden => (None, None),
        Channel::Distributor(named) => (Some(named.id.clone()), None),
        Channel::Direct(direct) => (None, Some(direct.key())),
    }
}
