//! What one party and role sees of a record. The raw record never leaves this room: pages, API, exports and live updates
//! know only these types, and what is hidden here was not read from the database (PAR-7b, PAR-12).

use super::stages::{Stage, State};
use super::store::Row;
use crate::domains::channel::Named;
use crate::platform::access::{Item, Level, PartnerTier, Party, Scope, Sight};
use crate::platform::base::{Hidden, Language, Masked, Money};
use crate::platform::web::Version;

/// A price that `RiverSync` gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Its number.
    pub number: String,
    /// Until when it holds, Unix milliseconds.
    pub valid_until_ms: Option<i64>,
}

/// What every lens shows, each value masked where the viewer may not see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Core {
    /// The record, the same for everybody who sees it.
    pub id: String,
    /// Where it is.
    pub state: State,
    /// What it is about.
    pub title: Masked<String>,
    /// For whom.
    pub customer: Masked<String>,
    /// What it is worth; `None` while nobody has said.
    pub value: Masked<Option<Money>>,
    /// Its price paper, if there is one.
    pub quote: Masked<Option<Quote>>,
    /// Since when, Unix milliseconds.
    pub created_ms: i64,
    /// Last change, Unix milliseconds.
    pub updated_ms: i64,
    /// How often it was changed.
    revision: i64,
}

impl Core {
    /// Its version.
    pub fn version(&self) -> Version {
        Version::of(&(&self.id, self.revision))
    }
}

/// Whom to call about a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The person.
    pub name: String,
    /// May be empty where there is a number.
    pub email: String,
    /// May be empty where there is an address.
    pub phone: String,
}

impl Contact {
    /// How they are reached, in a line.
    pub fn reached(&self) -> String {
        let ways = [self.email.as_str(), self.phone.as_str()];
        ways.into_iter().filter(|way| !way.is_empty()).collect::<Vec<_>>().join(" · ")
    }
}

/// By when something is to happen, Unix milliseconds; for `RiverSync` and the reseller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deadlines {
    /// `RiverSync` decides on the registration.
    pub decide_by_ms: Option<i64>,
    /// The deal is protected until then.
    pub protected_until_ms: Option<i64>,
    /// Its protection was extended: that is done once.
    pub is_extended: bool,
    /// The reseller says whether it takes the lead.
    pub accept_by_ms: Option<i64>,
}

/// How a quote came to its sum; for `RiverSync` and the reseller, as far as they see money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pricing {
    /// By the price list.
    pub list: Money,
    /// At the price of this tier.
    pub level: PartnerTier,
}

/// How a deal reaches its customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Not decided yet: leads and opportunities.
    Open,
    /// Not for this viewer's role.
    Hidden,
    /// Through a distributor.
    Distributor(Named),
    /// Directly: asked for, granted or denied by `RiverSync`.
    Direct(Direct),
}

/// How a direct request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direct {
    /// Not decided.
    Requested,
    /// Allowed.
    Granted,
    /// Refused.
    Denied,
}

impl Direct {
    /// Its key in storage and API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Granted => "granted",
            Self::Denied => "denied",
        }
    }
}

impl Channel {
    /// As who reads `language` is told it.
    pub fn label(&self, language: Language) -> Masked<String> {
        let (english, thai) = match self {
            Self::Hidden => return Masked::Hidden(Hidden::Role),
            Self::Distributor(named) => return Masked::Shown(named.name.clone()),
            Self::Open => ("Not decided", "ยังไม่ตัดสินใจ"),
            Self::Direct(Direct::Requested) => ("Direct, requested", "ขายตรง (ขอแล้ว)"),
            Self::Direct(Direct::Granted) => ("Direct, granted", "ขายตรง (อนุญาตแล้ว)"),
            Self::Direct(Direct::Denied) => ("Direct, denied", "ขายตรง (ไม่อนุญาต)"),
        };
        Masked::Shown(if language == Language::Thai { thai } else { english }.to_owned())
    }
}

/// As the reseller sees its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealForReseller {
    /// What every lens shows.
    pub core: Core,
    /// How it is sold.
    pub channel: Channel,
    /// Who works it; `None`: anybody may take it.
    pub owner: Option<String>,
    /// Whether `RiverSync` shared it, rather than the reseller having brought it.
    pub is_shared: bool,
    /// By when something is to happen.
    pub deadlines: Deadlines,
    /// How its quote was priced.
    pub pricing: Option<Pricing>,
    /// Whom to call; masked until an offered lead is accepted.
    pub contact: Masked<Option<Contact>>,
}

/// As a distributor sees the deals of the resellers it handles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealForDistributor {
    /// What every lens shows; value and quote masked off-channel.
    pub core: Core,
    /// Whose deal.
    pub reseller: Masked<Named>,
    /// Whether it runs through this distributor.
    pub is_on_channel: bool,
}

/// As `RiverSync` sees all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealForVendor {
    /// What every lens shows.
    pub core: Core,
    /// Whose deal; `None` while `RiverSync` keeps it.
    pub reseller: Option<Named>,
    /// How it is sold.
    pub channel: Channel,
    /// Who works it at the reseller.
    pub owner: Option<String>,
    /// By when something is to happen.
    pub deadlines: Deadlines,
    /// How its quote was priced.
    pub pricing: Option<Pricing>,
    /// Whom to call.
    pub contact: Masked<Option<Contact>>,
    /// Which partner brought it.
    pub referrer: Option<Named>,
    /// The reseller's commission share, locked in at the approval, hundredths of a percent.
    pub commission_bp: Option<i64>,
}

/// A record through the lens of whoever asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deal {
    /// The reseller's.
    Reseller(DealForReseller),
    /// The distributor's.
    Distributor(DealForDistributor),
    /// `RiverSync`'s.
    Vendor(DealForVendor),
}

impl Deal {
    /// What every lens shows.
    pub fn core(&self) -> &Core {
        match self {
            Self::Reseller(deal) => &deal.core,
            Self::Distributor(deal) => &deal.core,
            Self::Vendor(deal) => &deal.core,
        }
    }

    /// Its rung.
    pub fn stage(&self) -> Stage {
        self.core().state.stage()
    }

    /// The line beside the customer: the channel for those who sell, the reseller for those who channel.
    pub fn beside(&self, language: Language) -> Masked<String> {
        match self {
            Self::Reseller(deal) => deal.channel.label(language),
            Self::Distributor(deal) => deal.reseller.clone().map(|reseller| reseller.name),
            Self::Vendor(DealForVendor { channel: Channel::Hidden, .. }) => Masked::Hidden(Hidden::Role),
            Self::Vendor(deal) => {
                Masked::Shown(deal.reseller.as_ref().map_or("RiverSync", |named| &named.name).to_owned())
            }
        }
    }
}

/// The menu item that a rung of this party stands behind.
pub(super) fn item(party: Party, stage: Stage) -> Item {
    match (party, stage) {
        (Party::Vendor, _) => Item::Pipeline,
        (_, Stage::Lead) => Item::Leads,
        (_, Stage::Opportunity) => Item::Opportunities,
        (_, Stage::Deal) => Item::Deals,
        (_, Stage::Quote) => Item::Quotes,
        (_, Stage::Closed) => Item::Closed,
    }
}

/// Whether the viewer's roles reach this rung: a record that climbs out of one's rungs is out of sight.
pub(super) fn reaches(scope: &Scope, stage: Stage) -> bool {
    scope.reach(item(scope.party(), stage)).is_some_and(|reach| reach.level > Level::None)
}

/// How much of a record is seen, as the statements compare it; nothing is 0.
pub(super) fn rank(sight: Option<Sight>) -> i64 {
    match sight {
        None => 0,
        Some(Sight::StatusOnly) => 1,
        Some(Sight::NoMoney) => 2,
        Some(Sight::Full) => 3,
    }
}

/// The record through the lens of `scope`. `None` when its stored state is unknown: then nobody can act on it.
pub(super) fn look(scope: &Scope, row: Row) -> Option<Deal> {
    let party = scope.party();
    let is_on_channel = row.on_channel != 0;
    let core = core(&row, party == Party::Distributor && !is_on_channel)?;
    let names = row.sight >= rank(Some(Sight::NoMoney));
    let deadlines = Deadlines {
        decide_by_ms: row.decide_by_ms,
        protected_until_ms: row.protected_until_ms,
        is_extended: row.extended_ms.is_some(),
        accept_by_ms: row.accept_by_ms,
    };
    let pricing = pricing(&row);
    let contact = contact(&row, core.state);
    let referrer = named(row.referrer_id.clone(), row.referrer_name.clone());
    let reseller = named(row.reseller_id, row.reseller_name);
    let channel = match (named(row.distributor_id, row.distributor_name), row.direct.as_deref()) {
        (Some(distributor), _) => Channel::Distributor(distributor),
        (None, Some("granted")) => Channel::Direct(Direct::Granted),
        (None, Some("denied")) => Channel::Direct(Direct::Denied),
        (None, Some(_)) => Channel::Direct(Direct::Requested),
        (None, None) if names => Channel::Open,
        (None, None) => Channel::Hidden,
    };
    Some(match party {
        Party::Distributor => {
            let reseller = if names { Masked::Shown(reseller?) } else { Masked::Hidden(Hidden::Role) };
            Deal::Distributor(DealForDistributor { core, reseller, is_on_channel })
        }
        Party::Vendor => Deal::Vendor(DealForVendor {
            core,
            reseller,
            channel,
            owner: row.owner_name,
            deadlines,
            pricing,
            contact,
            referrer,
            commission_bp: row.commission_bp,
        }),
        Party::Reseller => Deal::Reseller(DealForReseller {
            core,
            channel,
            owner: row.owner_name,
            is_shared: row.source == "riversync",
            deadlines,
            pricing,
            contact,
        }),
        Party::Customer => return None,
    })
}

fn named(id: Option<String>, name: Option<String>) -> Option<Named> {
    Some(Named { id: id?, name: name? })
}

/// Whom to call, as the statement let it through: it reads nothing of an offered lead for its reseller.
fn contact(row: &Row, state: State) -> Masked<Option<Contact>> {
    if row.sight < rank(Some(Sight::Full)) {
        return Masked::Hidden(Hidden::Role);
    }
    match &row.contact_name {
        None if state == State::LeadShared => Masked::Hidden(Hidden::Unaccepted),
        None => Masked::Shown(None),
        Some(name) => Masked::Shown(Some(Contact {
            name: name.clone(),
            email: row.contact_email.clone().unwrap_or_default(),
            phone: row.contact_phone.clone().unwrap_or_default(),
        })),
    }
}

fn pricing(row: &Row) -> Option<Pricing> {
    let level = PartnerTier::parse(row.price_level.as_deref()?)?;
    Some(Pricing { list: Money::new(row.list_cents?, row.currency.clone()?), level })
}

fn core(row: &Row, off_channel: bool) -> Option<Core> {
    let state = State::parse(&row.stage, &row.status)?;
    let money_hidden = if off_channel { Some(Hidden::OffChannel) } else { None };
    let money_hidden = money_hidden.or((row.money == 0).then_some(Hidden::Role));
    let value = || Some(Money::new(row.amount_cents?, row.currency.clone()?));
    let quote =
        || Some(Quote { number: row.quote_number.clone()?, valid_until_ms: row.quote_valid_until_ms });
    let words = |text: &Option<String>| text.clone().map_or(Masked::Hidden(Hidden::Role), Masked::Shown);
    Some(Core {
        id: row.id.clone(),
        state,
        title: words(&row.title),
        customer: words(&row.customer_name),
        value: money_hidden.map_or_else(|| Masked::Shown(value()), Masked::Hidden),
        quote: money_hidden.map_or_else(|| Masked::Shown(quote()), Masked::Hidden),
        created_ms: row.created_ms,
        updated_ms: row.updated_ms,
        revision: row.revision,
    })
}
