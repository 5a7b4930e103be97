//! What the overview knows, each figure read with the scope of the page behind it: `None` where the asker may not open
//! that page.

use crate::domains::coverage::{self, CoveredDevice, Standing};
use crate::domains::funnel::stages::Stage;
use crate::domains::{channel, funnel, renewals, workload};
use crate::platform::access::{Action, Item, Party, Scope};
use crate::platform::base::{HOUR_MS, Total};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::Allowed;

/// A device whose gateway was not heard for this long is stale.
const STALE_MS: i64 = HOUR_MS;

/// All of it.
pub(super) struct Overview {
    pub(super) work: Option<Work>,
    pub(super) renewals: Option<Renewing>,
    pub(super) devices: Option<Covered>,
    pub(super) sales: Vec<Rung>,
    pub(super) channel: Vec<Side>,
}

/// Open work.
pub(super) struct Work {
    pub(super) open: usize,
    pub(super) breached: usize,
    pub(super) at_risk: usize,
}

/// Agreements that end.
pub(super) struct Renewing {
    pub(super) within_30: usize,
    pub(super) within_90: usize,
    /// Worth per year of those within 90 days.
    pub(super) worth: Total,
    pub(super) moving: Option<Moving>,
}

/// Devices that another partner takes over.
pub(super) struct Moving {
    pub(super) devices: usize,
    /// Of the first one: to whom, and in how many days.
    pub(super) to: Option<String>,
    pub(super) days: i64,
}

/// Devices covered now.
pub(super) struct Covered {
    pub(super) devices: usize,
    pub(super) stale: usize,
}

/// One rung of the sales board.
pub(super) struct Rung {
    pub(super) stage: Stage,
    pub(super) href: &'static str,
    pub(super) count: usize,
    pub(super) total: Total,
    /// For a reseller's open deals: how many, of how many at most.
    pub(super) places: Option<(u32, Option<u32>)>,
}

/// Partners on the other side of agreements, or agreements.
pub(super) struct Side {
    pub(super) item: Item,
    pub(super) href: &'static str,
    pub(super) active: usize,
}

/// Reads all of it.
pub(super) async fn overview(tx: &mut Tx, allowed: &Allowed, now_ms: i64) -> Result<Overview, Error> {
    Ok(Overview {
        work: work(tx, allowed, now_ms).await?,
        renewals: renewing(tx, allowed, now_ms).await?,
        devices: covered(tx, allowed, now_ms).await?,
        sales: sales(tx, allowed, now_ms).await?,
        channel: partners(tx, allowed, now_ms).await?,
    })
}

/// The scope of an item's own page, if the asker may open it.
fn scope(allowed: &Allowed, item: Item) -> Option<Scope> {
    allowed.actor.may(Action::See(item)).ok()
}

async fn work(tx: &mut Tx, allowed: &Allowed, now_ms: i64) -> Result<Option<Work>, Error> {
    let Some(scope) = scope(allowed, Item::Workload) else { return Ok(None) };
    let queue = workload::queue(tx, &scope, now_ms, workload::Order::Deadline).await?;
    let standing = |standing| queue.iter().filter(|item| item.promise.standing == standing).count();
    Ok(Some(Work {
        open: queue.len(),
        breached: standing(workload::Standing::Breached),
        at_risk: standing(workload::Standing::AtRisk),
    }))
}

async fn renewing(tx: &mut Tx, allowed: &Allowed, now_ms: i64) -> Result<Option<Renewing>, Error> {
    let Some(scope) = scope(allowed, Item::Renewals) else { return Ok(None) };
    let all = renewals::renewals(tx, &scope, now_ms).await?;
    let renewable: Vec<_> = all.iter().filter(|renewal| renewal.band.is_renewable()).collect();
    let within = |days: i64| renewable.iter().filter(move |renewal| renewal.days <= days).copied();
    let moving: Vec<_> = all.iter().filter(|renewal| renewal.band == renewals::Band::MovingAway).collect();
    Ok(Some(Renewing {
        within_30: within(30).count(),
        within_90: within(90).count(),
        worth: renewals::worth(within(90)),
        moving: moving.first().map(|first| Moving {
            devices: moving.len(),
            to: first.other.clone(),
            days: first.days,
        }),
    }))
}

async fn covered(tx: &mut Tx, allowed: &Allowed, now_ms: i64) -> Result<Option<Covered>, Error> {
    let Some(scope) = scope(allowed, Item::CoveredDevices) else { return Ok(None) };
    let devices = coverage::covered_devices(tx, &scope, now_ms).await?;
    let covered = devices.iter().filter(|device| matches!(device.standing, Standing::Covered { .. }));
    let stale = covered.clone().filter(|device| is_stale(device, now_ms)).count();
    Ok(Some(Covered { devices: covered.count(), stale }))
}

fn is_stale(device: &CoveredDevice, now_ms: i64) -> bool {
    device.device.last_seen_ms.is_none_or(|seen_ms| now_ms - seen_ms > STALE_MS)
}

async fn sales(tx: &mut Tx, allowed: &Allowed, now_ms: i64) -> Result<Vec<Rung>, Error> {
    let rungs = [
        (Stage::Lead, Item::Leads, "/partners/leads"),
        (Stage::Opportunity, Item::Opportunities, "/partners/opportunities"),
        (Stage::Deal, Item::Deals, "/partners/deals"),
        (Stage::Quote, Item::Quotes, "/partners/quotes"),
        (Stage::Closed, Item::Closed, "/partners/closed"),
    ];
    let sums = funnel::rungs(tx, &allowed.scope, rungs.map(|(stage, ..)| stage), now_ms).await?;
    let mut found = Vec::new();
    for ((stage, item, href), (_, sums)) in rungs.into_iter().zip(sums) {
        if !allowed.actor.can(Action::See(item)) {
            continue;
        }
        let places = if stage == Stage::Deal && allowed.scope.party() == Party::Reseller {
            let places = funnel::places(tx, &allowed.scope).await?;
            Some((places.taken, places.cap))
        } else {
            None
        };
        found.push(Rung { stage, href, count: sums.count, total: sums.total, places });
    }
    Ok(found)
}

async fn partners(tx: &mut Tx, allowed: &Allowed, now_ms: i64) -> Result<Vec<Side>, Error> {
    let sides = [
        (Item::MyDistributors, "/partners/distributors"),
        (Item::Resellers, "/partners/resellers"),
        (Item::DistributionAgreements, "/partners/agreements"),
    ];
    let mut found = Vec::new();
    for (item, href) in sides {
        let Some(scope) = scope(allowed, item) else { continue };
        let all = channel::agreements(tx, &scope, now_ms).await?;
        let active = all.iter().filter(|agreement| agreement.status == channel::Status::Active);
        let active = match item {
            Item::MyDistributors | Item::Resellers => {
                let mut sides: Vec<&str> = active
                    .map(|agreement| match item {
                        Item::Resellers => agreement.reseller.id.as_str(),
                        _ => agreement.distributor.id.as_str(),
                    })
                    .collect();
                sides.sort_unstable();
                sides.dedup();
                sides.len()
            }
            _ => active.count(),
        };
        found.push(Side { item, href, active });
    }
    Ok(found)
}
