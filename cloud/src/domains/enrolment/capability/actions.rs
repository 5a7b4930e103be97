//! Adding a capability, and taking one away.

use super::dependants::{Dependant, Dependants};
use super::model::{Capability, Held};
use super::store;
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::domains::identity;
use crate::platform::base::Language;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::live::Notice;
use crate::platform::web::Allowed;
use crate::platform::words::{Sentence, said};
use serde_json::json;

/// Adds a capability to an organisation, in the caller's transaction; whether it is new. Told once.
///
/// # Errors
/// When the database does not do it.
pub async fn enable_in(
    app: &App,
    tx: &mut Tx,
    by: By,
    tenant_id: &str,
    vendor_id: &str,
    capability: Capability,
) -> Result<bool, Error> {
    if !store::add(tx, tenant_id, vendor_id, capability, app.clock.now_ms()).await? {
        return Ok(false);
    }
    let detail = json!({ "capability": capability.key(), "subtype": capability.subtype() });
    let entry = Entry::new(by, Fact::TenantCapabilityEnabled, "tenant", tenant_id)
        .affecting(tenant_id)
        .affecting(vendor_id)
        .with(detail);
    audit::record(app, tx, entry).await?;
    Ok(true)
}

/// Tells every open page of an organisation's people to ask again what they may see. Call it after the commit.
///
/// # Errors
/// When the members cannot be read.
pub async fn announce_members(app: &App, tenant_id: &str) -> Result<(), Error> {
    let mut tx = app.db.read().await?;
    for person_id in store::members(&mut tx, tenant_id).await? {
        app.hub.tell(Notice::Person { person_id });
    }
    audit::announce(app, [tenant_id]);
    Ok(())
}

/// The organisation switches on its customer side by itself; whether it was off (ENR-B). Asked twice, it is on once.
///
/// # Errors
/// [`Error::Conflict`] when `RiverSync` does not know yet who the organisation or the person is (PORTAL C38), or no
/// program is open.
pub(super) async fn enable_customer(app: &App, allowed: &Allowed) -> Result<bool, Error> {
    let tenant_id = allowed.scope.tenant_id();
    let mut tx = app.db.write().await?;
    identity::take_turn(&mut tx, tenant_id).await?;
    let tenant = store::tenant(&mut tx, tenant_id).await?.ok_or(Error::NotFound)?;
    if !store::person_is_verified(&mut tx, &allowed.scope).await? {
        return Err(person_unverified());
    }
    if tenant.verified_ms.is_none() {
        let text = said! {
            en: "RiverSync has not verified your organisation yet, so it cannot add apps by itself. Your \
                 contact at RiverSync does that.",
            th: "RiverSync ยังไม่ได้ยืนยันองค์กรของคุณ จึงเพิ่มแอปเองไม่ได้ ผู้ประสานงานของคุณที่ RiverSync จะดำเนินการให้",
        };
        return Err(conflict("tenant_unverified", text));
    }
    let Some(vendor_id) = store::vendor_of(&mut tx, tenant_id).await? else {
        return Err(no_program());
    };
    if vendor_id == tenant_id {
        return Err(conflict(
            "vendor",
            said! {
                en: "The owner of the program is not its own customer.",
                th: "เจ้าของโปรแกรมเป็นลูกค้าของตนเองไม่ได้",
            },
        ));
    }
    let by = By::person(allowed);
    let new = enable_in(app, &mut tx, by, tenant_id, &vendor_id, Capability::Customer).await?;
    tx.commit().await?;
    if new {
        announce_members(app, tenant_id).await?;
    }
    Ok(new)
}

/// Takes a capability away, if nothing open hangs on it.
///
/// # Errors
/// [`Error::NotFound`] when the organisation does not have it, [`Error::Conflict`] with the list of what hangs on it.
pub(super) async fn disable(
    app: &App,
    allowed: &Allowed,
    dependants: &dyn Dependants,
    key: &str,
) -> Result<Held, Error> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    identity::take_turn(&mut tx, allowed.scope.tenant_id()).await?;
    let held = find(&mut tx, allowed, key).await?;
    allowed.believed.holds(("tenant", allowed.scope.tenant_id()), &held.version())?;
    if held.suspended_ms.is_some() {
        let text = said! {
            en: "RiverSync has suspended this app. It can be given up once it is reinstated.",
            th: "RiverSync ระงับแอปนี้ไว้ เลิกใช้ได้เมื่อเปิดใช้อีกครั้งแล้ว",
        };
        return Err(conflict("suspended", text));
    }
    let hanging = dependants.of(&mut tx, &allowed.actor, held.capability, now_ms).await?;
    if !hanging.is_empty() {
        let text = match hanging.len() {
            1 => said! {
                en: "Open work would be left behind, so nothing was changed. Bring this to an end first:",
                th: "ยังมีงานค้างอยู่ จึงไม่มีการเปลี่ยนแปลง จัดการให้เสร็จก่อน:",
            },
            many => said! {
                en: "{many} pieces of open work would be left behind, so nothing was changed. Bring this to \
                     an end first:",
                th: "ยังมีงานค้างอยู่ {many} รายการ จึงไม่มีการเปลี่ยนแปลง จัดการให้เสร็จก่อน:",
            },
        };
        return Err(Error::Conflict { code: "open_work", text: text.then(&listed(&hanging)) });
    }
    store::remove(&mut tx, &allowed.scope, held.capability).await?;
    let mut entry =
        Entry::new(By::person(allowed), Fact::TenantCapabilityDisabled, "tenant", allowed.scope.tenant_id())
            .with(json!({ "capability": held.capability.key(), "subtype": held.capability.subtype() }));
    entry.affected.extend(store::vendor_of(&mut tx, allowed.scope.tenant_id()).await?);
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    announce_members(app, allowed.scope.tenant_id()).await?;
    Ok(held)
}

/// What hangs on it, one after the other.
fn listed(hanging: &[Dependant]) -> Sentence {
    let all = |language| {
        let each = hanging.iter().map(|one| format!("{}: {}", one.what.told(language), one.which));
        each.collect::<Vec<_>>().join("; ")
    };
    Sentence::new(format!("{}.", all(Language::English)), all(Language::Thai))
}

/// The capability of this key, if the organisation has it.
pub(super) async fn find(tx: &mut Tx, allowed: &Allowed, key: &str) -> Result<Held, Error> {
    let held = store::own(tx, &allowed.scope).await?;
    held.into_iter().find(|held| held.capability.key() == key).ok_or(Error::NotFound)
}

fn conflict(code: &'static str, text: Sentence) -> Error {
    Error::Conflict { code, text }
}

/// Whoever asks has never shown that the address is theirs.
pub(in crate::domains::enrolment) fn person_unverified() -> Error {
    let text = said! {
        en: "Confirm your own e-mail address first: sign in with a link once.",
        th: "ยืนยันอีเมลของคุณก่อน โดยเข้าสู่ระบบด้วยลิงก์หนึ่งครั้ง",
    };
    conflict("person_unverified", text)
}

/// Nobody owns a program here yet.
pub(in crate::domains::enrolment) fn no_program() -> Error {
    conflict("no_program", said! { en: "There is no program to join yet.", th: "ยังไม่มีโปรแกรมให้เข้าร่วม" })
}
