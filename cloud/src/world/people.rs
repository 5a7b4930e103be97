//! Who is there: organisations with their capabilities, and their people.

use super::Story;
use crate::platform::access::{PartnerTier, Role};
use crate::platform::db::{Tx, query};
use crate::platform::error::Error;
use jiff::civil::date;

/// What an organisation is in the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Capability {
    Customer,
    Reseller(PartnerTier),
    Distributor,
    Vendor { module_on: bool },
}

/// An organisation of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its readable id.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    capabilities: &'static [Capability],
}

/// A person of the story and what they are there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Id of the person, such as `nera.coord`.
    pub handle: &'static str,
    /// As people read it.
    pub name: &'static str,
    /// Where.
    pub tenant_id: &'static str,
    /// As what.
    pub roles: &'static [Role],
}

impl Member {
    /// The address at which the person signs in.
    pub fn email(&self) -> String {
        format!("{}@{}.example", self.handle, self.tenant_id)
    }
}

use Capability::{Customer, Distributor, Reseller, Vendor};
use PartnerTier::{Authorized, Gold, Platinum};
use Role::{Administrator, Coordinator, Finance, Sales, Technical, Viewer};

const ORGANISATIONS: &[Organisation] = &[
    org("riversync", "RiverSync", &[Vendor { module_on: true }]),
    org("offco", "OffCo", &[Vendor { module_on: false }]),
    org("nera", "Nera", &[Reseller(Gold), Customer]),
    org("siam", "Siam", &[Reseller(Authorized)]),
    org("andaman", "Andaman", &[Reseller(Platinum)]),
    org("huawei-th", "Huawei-TH", &[Reseller(Authorized)]),
    org("megawarehouse", "MegaWarehouse", &[Distributor]),
    org("eastdist", "EastDist", &[Distributor]),
    org("bkkfoods", "BKKFoods", &[Customer]),
    org("southrubber", "SouthRubber", &[Customer]),
    org("lonely", "Lonely Co", &[Customer]),
];

const PEOPLE: &[Member] = &[
    member("rs.admin", "Ratana Suk", "riversync", &[Administrator]),
    member("rs.pipeline", "Prasert Inta", "riversync", &[Sales]),
    member("rs.support", "Suda Porn", "riversync", &[Technical]),
    member("offco.admin", "Olan Fah", "offco", &[Administrator]),
    member("nera.admin", "Niran Arun", "nera", &[Administrator]),
    member("nera.coord", "Nok Charoen", "nera", &[Coordinator]),
    member("nera.sales1", "Somsak Dee", "nera", &[Sales]),
    member("nera.sales2", "Malee Thong", "nera", &[Sales]),
    member("nera.tech", "Tawan Kit", "nera", &[Technical]),
    member("nera.fin", "Fon Lert", "nera", &[Finance]),
    member("nera.view", "Vichai Wong", "nera", &[Viewer]),
    member("siam.admin", "Siriporn Amnat", "siam", &[Administrator]),
    member("siam.sales", "Sakda Lom", "siam", &[Sales]),
    member("andaman.admin", "Anong Dara", "andaman", &[Administrator]),
    member("huawei.admin", "Hathai Wan", "huawei-th", &[Administrator]),
    member("mw.admin", "Mongkol Wat", "megawarehouse", &[Administrator]),
    member("mw.manager", "Manee Rung", "megawarehouse", &[Coordinator]),
    member("mw.sales", "Sunan Boon", "megawarehouse", &[Sales]),
    member("ed.sales", "Ekachai Dang", "eastdist", &[Sales]),
    member("bkk.admin", "Busaba Kasem", "bkkfoods", &[Administrator]),
    member("south.admin", "Somchai Rattana", "southrubber", &[Administrator]),
    member("lonely.admin", "Lamai Onsri", "lonely", &[Administrator]),
];

const fn org(id: &'static str, name: &'static str, capabilities: &'static [Capability]) -> Organisation {
    Organisation { id, name, capabilities }
}

const fn member(
    handle: &'static str,
    name: &'static str,
    tenant_id: &'static str,
    roles: &'static [Role],
) -> Member {
    Member { handle, name, tenant_id, roles }
}

/// Everybody, in the order in which sign-in links are listed.
pub fn people() -> &'static [Member] {
    PEOPLE
}

/// Plants them, all there since the first day of the story's year.
pub(super) async fn plant(story: &Story<'_>, tx: &mut Tx) -> Result<(), Error> {
    let since_ms = story.at_ms(date(2026, 1, 5), 9, 0);
    for organisation in ORGANISATIONS {
        query("INSERT INTO tenant (id, name, created_ms, verified_ms) VALUES ($1, $2, $3, $3)")
            .bind(organisation.id)
            .bind(organisation.name)
            .bind(since_ms)
            .execute(tx)
            .await?;
        for capability in organisation.capabilities {
            plant_capability(tx, organisation.id, *capability, since_ms).await?;
        }
    }
    for member in PEOPLE {
        query("INSERT INTO person (id, email, name, disabled_ms, created_ms, verified_ms) VALUES ($1, $2, $3, NULL, $4, $4)")
            .bind(member.handle)
            .bind(member.email())
            .bind(member.name)
            .bind(since_ms)
            .execute(tx)
            .await?;
        let roles: Vec<&str> = member.roles.iter().map(|role| role.key()).collect();
        query("INSERT INTO membership (person_id, tenant_id, roles, since_ms) VALUES ($1, $2, $3, $4)")
            .bind(member.handle)
            .bind(member.tenant_id)
            .bind(roles.join(","))
            .bind(since_ms)
            .execute(tx)
            .await?;
    }
    Ok(())
}

async fn plant_capability(
    tx: &mut Tx,
    tenant_id: &str,
    capability: Capability,
    since_ms: i64,
) -> Result<(), Error> {
    let (kind, subtype, tier, module_on) = match capability {
        Customer => ("customer", None, None, false),
        Reseller(tier) => ("partner", Some("reseller"), Some(tier.key()), false),
        Distributor => ("partner", Some("distributor"), None, false),
        Vendor { module_on } => ("vendor", None, None, module_on),
    };
    query(
        "INSERT INTO tenant_capability (tenant_id, capability, subtype, partner_tier, module_on, since_ms, vendor_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(tenant_id)
    .bind(kind)
    .bind(subtype)
    .bind(tier)
    .bind(module_on)
    .bind(since_ms)
    .bind((kind != "vendor").then_some("riversync"))
    .execute(tx)
    .await?;
    Ok(())
}
