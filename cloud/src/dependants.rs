//! What hangs on a capability: when the enrolment room asks what would be orphaned, these rooms answer. Each answers
//! through the scope of the asking person, so the list never shows what a page would not.

use crate::domains::channel;
use crate::domains::coverage::{self, Standing};
use crate::domains::enrolment::{Capability, Dependant, Dependants};
use crate::domains::{funnel, workload};
use crate::platform::access::{Action, Actor, Item};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::words::said;
use std::pin::Pin;

/// The list.
#[derive(Clone, Copy, Debug)]
pub struct Hanging;

impl Dependants for Hanging {
    fn of<'a>(
        &'a self,
        tx: &'a mut Tx,
        actor: &'a Actor,
        capability: Capability,
        now_ms: i64,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Dependant>, Error>> + Send + 'a>> {
        Box::pin(async move {
            match capability {
                Capability::Customer => of_customer(tx, actor, now_ms).await,
                Capability::Partner(_) => of_partner(tx, actor, now_ms).await,
            }
        })
    }
}

/// Devices keep their owner, and the owner must be able to see and share them.
async fn of_customer(tx: &mut Tx, actor: &Actor, now_ms: i64) -> Result<Vec<Dependant>, Error> {
    let Ok(scope) = actor.may(Action::See(Item::MyDevices)) else { return Ok(Vec::new()) };
    let devices = coverage::my_devices(tx, &scope, now_ms).await?;
    let hanging = devices.into_iter().map(|view| Dependant {
        what: said! { en: "Device you own", th: "อุปกรณ์ที่คุณเป็นเจ้าของ" },
        which: format!("{} {}", view.device.id, view.device.name),
        href: format!("/portal/devices/{}", view.device.id),
    });
    Ok(hanging.collect())
}

/// Customers and the channel rely on open deals, on open work, on coverage now or to come, and on agreements.
async fn of_partner(tx: &mut Tx, actor: &Actor, now_ms: i64) -> Result<Vec<Dependant>, Error> {
    let mut hanging = Vec::new();
    if let Ok(scope) = actor.may(Action::See(Item::Deals)) {
        for deal in funnel::open_deals(tx, &scope, now_ms).await? {
            let core = deal.core();
            hanging.push(Dependant {
                what: said! { en: "Open deal", th: "ดีลที่เปิดอยู่" },
                which: format!("{} {}", core.id, core.title.shown().map_or("", String::as_str)),
                href: format!("/partners/deals/{}", core.id),
            });
        }
    }
    if let Ok(scope) = actor.may(Action::See(Item::Workload)) {
        for item in workload::queue(tx, &scope, now_ms, workload::Order::default()).await? {
            hanging.push(Dependant {
                what: said! { en: "Open work", th: "งานที่เปิดอยู่" },
                which: format!("{} {}", item.id, item.title),
                href: format!("/partners/workload/{}", item.id),
            });
        }
    }
    if let Ok(scope) = actor.may(Action::See(Item::CoveredDevices)) {
        for covered in coverage::covered_devices(tx, &scope, now_ms).await? {
            let arriving = !matches!(covered.standing, Standing::Covered { .. });
            hanging.push(Dependant {
                what: match arriving {
                    true => said! { en: "Device to be covered", th: "อุปกรณ์ที่กำลังจะดูแล" },
                    false => said! { en: "Covered device", th: "อุปกรณ์ที่ดูแล" },
                },
                which: format!("{} {}", covered.device.id, covered.device.name),
                href: if arriving {
                    "/partners/renewals".to_owned()
                } else {
                    format!("/partners/devices/{}", covered.device.id)
                },
            });
        }
    }
    let (item, page) = match actor.can(Action::See(Item::MyDistributors)) {
        true => (Item::MyDistributors, "/partners/distributors"),
        false => (Item::DistributionAgreements, "/partners/agreements"),
    };
    if let Ok(scope) = actor.may(Action::See(item)) {
        for agreement in channel::agreements(tx, &scope, now_ms).await? {
            if agreement.status == channel::Status::Ended {
                continue;
            }
            hanging.push(Dependant {
                what: said! { en: "Distribution agreement", th: "สัญญาการจัดจำหน่าย" },
                which: format!("{} – {}", agreement.distributor.name, agreement.reseller.name),
                href: page.to_owned(),
            });
        }
    }
    Ok(hanging)
}
