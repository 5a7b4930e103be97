//! Asking, and the owner's two answers. Each is one transaction: the row, the event, both logs; a granted one carries
//! its grant and the policy epochs with it.

use super::super::actions::{check_purpose, check_window, customer_only, save};
use super::super::model::{DeviceMetric, Grant, Standing, Window};
use super::super::{store as rows, views};
use super::model::{AccessRequest, NewRequest, REQUEST_MONTHS};
use super::store::{self, Of};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact, Reason};
use crate::domains::identity;
use crate::platform::access::{Action, Item, Party};
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::live::Notice;
use crate::platform::web::Allowed;
use crate::platform::words::{Sentence, said};
use std::collections::BTreeSet;

const MAX_ANSWER_CHARS: usize = 400;

fn invalid(field: &'static str, text: Sentence) -> Error {
    Error::Invalid(vec![FieldError { field, text }])
}

/// Asks the owner of a device that the partner services now for metrics that it does not see; the id of the question.
///
/// # Errors
/// [`Error::NotFound`] for a device that the partner does not service now; [`Error::Invalid`] naming the field;
/// [`Error::Conflict`] while an earlier question waits.
pub async fn ask(app: &App, allowed: &Allowed, device_id: &str, new: NewRequest) -> Result<String, Error> {
    let scope = &allowed.scope;
    if scope.party() != Party::Reseller || scope.action() != Action::Change(Item::CoveredDevices) {
        return Err(Error::NotFound);
    }
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let found = views::device(&mut tx, scope, device_id, now_ms).await?.ok_or(Error::NotFound)?;
    if !matches!(found.standing, Some(Standing::Covered { .. })) {
        let text = said! {
            en: "Your coverage of this device has not begun. Ask from that day on.",
            th: "ความคุ้มครองอุปกรณ์นี้ของคุณยังไม่เริ่ม ขอได้ตั้งแต่วันเริ่มเป็นต้นไป",
        };
        return Err(Error::Conflict { code: "not_covered_yet", text });
    }
    let new = checked(new, &found.metrics)?;
    let id = app.ids.next("request");
    let asked = (now_ms, allowed.actor.person_name.as_str());
    store::insert(&mut tx, scope, &id, &found.device, &new, asked).await.map_err(|error| {
        if error.is_unique_violation() {
            let text = said! {
                en: "{customer} has not answered your last request yet.",
                th: "{customer} ยังไม่ได้ตอบคำขอล่าสุดของคุณ",
                customer = found.device.customer_name,
            };
            return Error::Conflict { code: "already_asked", text };
        }
        Error::from(error)
    })?;
    let detail = serde_json::json!({ "request": id, "metrics": new.metrics, "months": new.months });
    let entry = Entry::new(By::person(allowed), Fact::AccessRequested, "device", device_id)
        .affecting(&found.device.customer_id)
        .with(detail)
        .because(Reason::typed(new.reason));
    finish(app, tx, entry, &found.device.customer_id, scope.tenant_id()).await?;
    Ok(id)
}

fn checked(new: NewRequest, known: &[DeviceMetric]) -> Result<NewRequest, Error> {
    let metrics: BTreeSet<String> = new.metrics.into_iter().collect();
    let hidden = |name: &String| known.iter().any(|one| one.visible.is_none() && one.metric.name == *name);
    if metrics.is_empty() || !metrics.iter().all(hidden) {
        return Err(invalid(
            "metrics",
            said! {
                en: "Choose at least one metric, among those that you do not see yet.",
                th: "เลือกอย่างน้อยหนึ่งค่าจากค่าที่คุณยังดูไม่ได้",
            },
        ));
    }
    if !REQUEST_MONTHS.contains(&new.months) {
        return Err(invalid(
            "months",
            said! { en: "Ask for 1, 3, 6 or 12 months.", th: "เลือก 1, 3, 6 หรือ 12 เดือน" },
        ));
    }
    let reason = new.reason.trim().to_owned();
    check_purpose(&reason, "reason")?;
    Ok(NewRequest { metrics: metrics.into_iter().collect(), reason, ..new })
}

/// Grants exactly what was asked, from now until `until_ms`.
///
/// # Errors
/// [`Error::NotFound`] when nobody asked the customer this, or somebody answered before.
pub async fn approve(
    app: &App,
    allowed: &Allowed,
    id: &str,
    until_ms: impl Fn(i64) -> i64,
) -> Result<(), Error> {
    customer_only(allowed)?;
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let asked = open(&mut tx, allowed, id).await?;
    let window = Window { from_ms: now_ms, until_ms: until_ms(asked.months) };
    check_window(window.from_ms, window.until_ms, now_ms)?;
    let device_id = &asked.device.0;
    let grant = Grant {
        id: app.ids.next("grant"),
        revision: 1,
        customer_id: allowed.scope.tenant_id().to_owned(),
        partner_id: asked.partner.0.clone(),
        purpose: asked.reason.clone(),
        min_interval_ms: 0,
        window,
        revoked_ms: None,
        made_ms: now_ms,
        items: asked.metrics.iter().map(|metric| (device_id.clone(), metric.name.clone())).collect(),
    };
    answer(&mut tx, allowed, id, (Some(&grant.id), ""), now_ms).await?;
    let entry = Entry::new(By::person(allowed), Fact::AccessApproved, "device", device_id)
        .affecting(&asked.partner.0)
        .with(serde_json::json!({ "request": id, "grant": grant.id }));
    audit::record(app, &mut tx, entry).await?;
    save(app, allowed, tx, None, &grant, Fact::GrantMade, "").await
}

/// Says no, and why.
///
/// # Errors
/// [`Error::NotFound`] when nobody asked the customer this, or somebody answered before; [`Error::Invalid`] without a
/// reason.
pub async fn decline(app: &App, allowed: &Allowed, id: &str, why: &str) -> Result<(), Error> {
    customer_only(allowed)?;
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let asked = open(&mut tx, allowed, id).await?;
    let why = why.trim();
    if why.is_empty() || why.chars().count() > MAX_ANSWER_CHARS {
        let text = said! {
            en: "Say why, in at most {MAX_ANSWER_CHARS} characters: {partner} reads it.",
            th: "ระบุเหตุผล ไม่เกิน {MAX_ANSWER_CHARS} ตัวอักษร {partner} จะได้อ่าน",
            partner = asked.partner.1,
        };
        return Err(invalid("reason", text));
    }
    answer(&mut tx, allowed, id, (None, why), now_ms).await?;
    let entry = Entry::new(By::person(allowed), Fact::AccessDeclined, "device", &asked.device.0)
        .affecting(&asked.partner.0)
        .with(serde_json::json!({ "request": id }))
        .because(Reason::typed(why));
    finish(app, tx, entry, allowed.scope.tenant_id(), &asked.partner.0).await
}

/// The open question that the acting customer means, taken until the commit.
async fn open(tx: &mut Tx, allowed: &Allowed, id: &str) -> Result<AccessRequest, Error> {
    identity::take_turn(tx, allowed.scope.tenant_id()).await?;
    let metrics = rows::metrics(tx).await?;
    let found = store::requests(tx, Of::Open(allowed.scope.tenant_id(), Some(id)), &metrics).await?;
    let asked = found.into_iter().next().ok_or(Error::NotFound)?;
    allowed.believed.holds(("device", &asked.device.0), &asked.version())?;
    Ok(asked)
}

async fn answer(
    tx: &mut Tx,
    allowed: &Allowed,
    id: &str,
    said: (Option<&str>, &str),
    now_ms: i64,
) -> Result<(), Error> {
    if store::decide(tx, &allowed.scope, id, said, now_ms).await? {
        return Ok(());
    }
    let text = said! {
        en: "Somebody else answered this request at the same moment. Look at it again.",
        th: "มีผู้ตอบคำขอนี้ในเวลาเดียวกัน ตรวจดูอีกครั้ง",
    };
    Err(Error::Conflict { code: "already_answered", text })
}

async fn finish(
    app: &App,
    mut tx: Tx,
    entry: Entry,
    customer_id: &str,
    partner_id: &str,
) -> Result<(), Error> {
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    app.hub.tell(Notice::Grants { tenant_id: customer_id.to_owned() });
    audit::announce(app, [customer_id, partner_id]);
    Ok(())
}
