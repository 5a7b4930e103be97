//! The customer's verbs: grant, narrow, revoke. Each is one transaction: revision, policy epochs, event and log row.

use super::model::{Grant, Window};
use super::store::{self, Of};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact, Reason};
use crate::domains::enrolment::bump_policy;
use crate::domains::identity;
use crate::platform::access::{Action, Item, Party};
use crate::platform::base::DAY_MS;
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::live::Notice;
use crate::platform::web::Allowed;
use crate::platform::words::{Sentence, said};
use std::collections::{BTreeMap, BTreeSet};

/// A grant that names no end ends after this long.
pub const DEFAULT_GRANT_MS: i64 = 365 * DAY_MS;
/// No grant is longer.
const MAX_GRANT_MS: i64 = 3 * 366 * DAY_MS;
const MAX_PURPOSE_CHARS: usize = 200;

/// What a customer grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGrant {
    /// To whom.
    pub partner_id: String,
    /// Device and metric, exact.
    pub items: Vec<(String, String)>,
    /// Closest spacing of two samples, milliseconds; 0 for every sample.
    pub min_interval_ms: u32,
    /// From when, Unix milliseconds; now when `None`.
    pub from_ms: Option<i64>,
    /// Until when, exclusive; a year after the start when `None`.
    pub until_ms: Option<i64>,
    /// What for.
    pub purpose: String,
}

/// Grants a partner exact metrics of own devices; the id of the grant.
///
/// # Errors
/// [`Error::Invalid`] naming the field; [`Error::NotFound`] for a device that is not the customer's.
pub async fn grant(app: &App, allowed: &Allowed, new: NewGrant) -> Result<String, Error> {
    customer_only(allowed)?;
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let from_ms = new.from_ms.unwrap_or(now_ms);
    let until_ms = new.until_ms.unwrap_or(from_ms + DEFAULT_GRANT_MS);
    check_window(from_ms, until_ms, now_ms)?;
    check_purpose(&new.purpose, "purpose")?;
    check_partner(&mut tx, allowed, &new.partner_id).await?;
    let items = check_items(&mut tx, allowed.scope.tenant_id(), new.items).await?;
    let grant = Grant {
        id: app.ids.next("grant"),
        revision: 1,
        customer_id: allowed.scope.tenant_id().to_owned(),
        partner_id: new.partner_id,
        purpose: new.purpose.trim().to_owned(),
        min_interval_ms: new.min_interval_ms,
        window: Window { from_ms, until_ms },
        revoked_ms: None,
        made_ms: now_ms,
        items,
    };
    save(app, allowed, tx, None, &grant, Fact::GrantMade, "").await?;
    Ok(grant.id)
}

/// Leaves only `items` of a grant; what it did not name before cannot come in this way.
///
/// # Errors
/// [`Error::NotFound`] when the grant is not the customer's; [`Error::Conflict`] when it has ended already;
/// [`Error::Invalid`] when the result is not narrower.
pub async fn narrow(
    app: &App,
    allowed: &Allowed,
    grant_id: &str,
    items: Vec<(String, String)>,
    min_interval_ms: Option<u32>,
) -> Result<(), Error> {
    customer_only(allowed)?;
    let mut tx = app.db.write().await?;
    let before = meant(&mut tx, allowed, grant_id, app.clock.now_ms()).await?;
    let items: BTreeSet<_> = items.into_iter().collect();
    let had: BTreeSet<_> = before.items.iter().cloned().collect();
    let interval = min_interval_ms.unwrap_or(before.min_interval_ms);
    let narrower = items.len() < had.len() || interval > before.min_interval_ms;
    if items.is_empty() || !items.is_subset(&had) || interval < before.min_interval_ms || !narrower {
        return Err(Error::Invalid(vec![FieldError {
            field: "items",
            text: said! {
                en: "Choose fewer metrics than the grant has now, at least one. To end it, revoke it; to \
                     give more, make a new grant.",
                th: "เลือกค่าที่วัดให้น้อยกว่าสิทธิ์เดิมแต่อย่างน้อยหนึ่งค่า หากต้องการยุติให้เพิกถอน หากต้องการให้มากขึ้นให้สร้างสิทธิ์ใหม่",
            },
        }]));
    }
    let after = Grant {
        revision: before.revision + 1,
        items: items.into_iter().collect(),
        min_interval_ms: interval,
        made_ms: app.clock.now_ms(),
        ..before.clone()
    };
    save(app, allowed, tx, Some(&before), &after, Fact::GrantNarrowed, "").await
}

/// Takes a grant back: from this transaction on nobody reads by it, and the gateways are told.
///
/// # Errors
/// [`Error::NotFound`] when the grant is not the customer's; [`Error::Conflict`] when it has ended already.
pub async fn revoke(app: &App, allowed: &Allowed, grant_id: &str, reason: &str) -> Result<(), Error> {
    customer_only(allowed)?;
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let before = meant(&mut tx, allowed, grant_id, now_ms).await?;
    let after =
        Grant { revision: before.revision + 1, revoked_ms: Some(now_ms), made_ms: now_ms, ..before.clone() };
    save(app, allowed, tx, Some(&before), &after, Fact::GrantRevoked, reason).await
}

pub(super) fn customer_only(allowed: &Allowed) -> Result<(), Error> {
    let action = allowed.scope.action();
    let owner = allowed.scope.party() == Party::Customer && action == Action::Change(Item::Sharing);
    if owner { Ok(()) } else { Err(Error::NotFound) }
}

/// A grant is past, by its date or because it was taken back.
pub fn grant_ended() -> Error {
    let text = said! {
        en: "This grant has ended already. Nothing was changed.",
        th: "สิทธิ์นี้สิ้นสุดไปแล้ว จึงไม่มีการเปลี่ยนแปลงใด ๆ",
    };
    Error::Conflict { code: "grant_ended", text }
}

/// The grant that whoever acts means, taken until the commit.
async fn meant(tx: &mut Tx, allowed: &Allowed, grant_id: &str, now_ms: i64) -> Result<Grant, Error> {
    identity::take_turn(tx, allowed.scope.tenant_id()).await?;
    let found = store::grants_of_customer(tx, allowed.scope.tenant_id(), Some(grant_id)).await?;
    let grant = found.into_iter().next().ok_or(Error::NotFound)?;
    allowed.believed.holds(("grant", grant_id), &grant.version())?;
    if grant.revoked_ms.is_some() || grant.window.until_ms <= now_ms {
        return Err(grant_ended());
    }
    Ok(grant)
}

pub(super) async fn save(
    app: &App,
    allowed: &Allowed,
    mut tx: Tx,
    before: Option<&Grant>,
    after: &Grant,
    fact: Fact,
    reason: &str,
) -> Result<(), Error> {
    store::insert_revision(&mut tx, after, &allowed.actor.person_id).await.map_err(|error| {
        if error.is_unique_violation() {
            let text = said! {
                en: "Somebody else changed this grant at the same moment. Look at it again.",
                th: "มีผู้แก้ไขสิทธิ์นี้ในเวลาเดียวกัน ตรวจดูอีกครั้ง",
            };
            return Error::Conflict { code: "grant_changed", text };
        }
        Error::from(error)
    })?;
    let mut touched: BTreeSet<&str> = after.items.iter().map(|(device, _)| device.as_str()).collect();
    touched.extend(before.iter().flat_map(|grant| &grant.items).map(|(device, _)| device.as_str()));
    let agents: BTreeSet<String> = store::devices(&mut tx, Of::Owner(&after.customer_id, None))
        .await?
        .into_iter()
        .filter(|device| touched.contains(device.id.as_str()))
        .filter_map(|device| device.agent_id)
        .collect();
    for agent in &agents {
        bump_policy(&mut tx, agent).await?;
    }
    let detail = serde_json::json!({
        "partner": after.partner_id,
        "revision": after.revision,
        "before": before.map(spoken),
        "after": if after.revoked_ms.is_some() { None } else { Some(spoken(after)) },
    });
    let entry = Entry::new(By::person(allowed), fact, "grant", after.id.clone())
        .affecting(after.customer_id.clone())
        .affecting(after.partner_id.clone())
        .with(detail)
        .because(Reason::typed(reason));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    app.hub.tell(Notice::Grants { tenant_id: after.customer_id.clone() });
    audit::announce(app, [after.customer_id.as_str(), after.partner_id.as_str()]);
    Ok(())
}

/// A grant's content for the log: metrics by device.
fn spoken(grant: &Grant) -> serde_json::Value {
    let mut devices: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (device, metric) in &grant.items {
        devices.entry(device).or_default().push(metric);
    }
    serde_json::json!({
        "devices": devices,
        "from_ms": grant.window.from_ms,
        "until_ms": grant.window.until_ms,
        "min_interval_ms": grant.min_interval_ms,
    })
}

pub(super) fn check_window(from_ms: i64, until_ms: i64, now_ms: i64) -> Result<(), Error> {
    let fault = |field, text: Sentence| Err(Error::Invalid(vec![FieldError { field, text }]));
    if from_ms < now_ms.saturating_sub(DAY_MS) {
        return fault("from", said! { en: "A grant begins today or later.", th: "สิทธิ์ต้องเริ่มวันนี้หรือหลังจากนี้" });
    }
    if until_ms <= from_ms || until_ms <= now_ms {
        return fault(
            "until",
            said! {
                en: "A grant ends after it begins, and in the future.",
                th: "สิทธิ์ต้องสิ้นสุดหลังวันเริ่มและในอนาคต",
            },
        );
    }
    if until_ms - from_ms > MAX_GRANT_MS {
        return fault(
            "until",
            said! {
                en: "A grant lasts three years at most; it can be made again.",
                th: "สิทธิ์มีอายุไม่เกินสามปี หลังจากนั้นให้สิทธิ์ใหม่ได้",
            },
        );
    }
    Ok(())
}

pub(super) fn check_purpose(purpose: &str, field: &'static str) -> Result<(), Error> {
    if purpose.trim().is_empty() || purpose.chars().count() > MAX_PURPOSE_CHARS {
        let text = said! {
            en: "Say what the partner needs the data for, in at most {MAX_PURPOSE_CHARS} characters.",
            th: "ระบุว่าพาร์ตเนอร์ต้องใช้ข้อมูลเพื่ออะไร ไม่เกิน {MAX_PURPOSE_CHARS} ตัวอักษร",
        };
        return Err(Error::Invalid(vec![FieldError { field, text }]));
    }
    Ok(())
}

async fn check_partner(tx: &mut Tx, allowed: &Allowed, partner_id: &str) -> Result<(), Error> {
    let known = store::partners_of(tx, allowed.scope.tenant_id()).await?;
    if known.iter().any(|(partner, _)| partner.partner_id == partner_id) {
        return Ok(());
    }
    let text = said! {
        en: "Choose a partner that services your devices, now or under an agreement to come.",
        th: "เลือกพาร์ตเนอร์ที่ดูแลอุปกรณ์ของคุณ ไม่ว่าตอนนี้หรือตามสัญญาที่จะเริ่ม",
    };
    Err(Error::Invalid(vec![FieldError { field: "partner", text }]))
}

async fn check_items(
    tx: &mut Tx,
    customer_id: &str,
    items: Vec<(String, String)>,
) -> Result<Vec<(String, String)>, Error> {
    let own = store::devices(tx, Of::Owner(customer_id, None)).await?;
    let metrics = store::metrics(tx).await?;
    let items: BTreeSet<(String, String)> = items.into_iter().collect();
    if items.is_empty() {
        let text = said! {
            en: "Choose at least one metric of one device.",
            th: "เลือกค่าที่วัดอย่างน้อยหนึ่งค่าของอุปกรณ์หนึ่งเครื่อง",
        };
        return Err(Error::Invalid(vec![FieldError { field: "items", text }]));
    }
    for (device, metric) in &items {
        let device = own.iter().find(|own| own.id == *device).ok_or(Error::NotFound)?;
        let of_model = metrics.get(&device.model_id).map_or(&[][..], Vec::as_slice);
        if !of_model.iter().any(|known| known.name == *metric) {
            let text = said! {
                en: "{name} has no metric \"{metric}\".",
                th: "{name} ไม่มีค่าที่วัดชื่อ \"{metric}\"",
                name = device.name,
            };
            return Err(Error::Invalid(vec![FieldError { field: "items", text }]));
        }
    }
    Ok(items.into_iter().collect())
}
