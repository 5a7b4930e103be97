//! Suspending, reinstating and verifying an organisation, and looking after its contacts.

use super::letters;
use super::store::{self, Organisation};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact, Reason};
use crate::domains::enrolment::capability;
use crate::domains::identity::{self, Addressee, NewMember};
use crate::platform::access::{Role, Roles};
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::Allowed;
use crate::platform::words::said;

/// The organisation of this id in the own program.
pub(super) async fn find(tx: &mut Tx, allowed: &Allowed, id: &str) -> Result<Organisation, Error> {
    store::organisations(tx, &allowed.scope, Some(id)).await?.pop().ok_or(Error::NotFound)
}

/// The organisation that whoever acts means, taken until the commit.
pub(super) async fn meant(tx: &mut Tx, allowed: &Allowed, id: &str) -> Result<Organisation, Error> {
    identity::take_turn(tx, id).await?;
    let seen = find(tx, allowed, id).await?;
    allowed.believed.holds(("tenant", id), &seen.version())?;
    Ok(seen)
}

/// Takes a partner's app away (`suspend`), or gives it back. Open pages of its people close within a second.
///
/// # Errors
/// [`Error::Invalid`] without a reason, [`Error::NotFound`] outside of the own program, [`Error::Conflict`] when it is
/// no partner or stands that way already.
pub(super) async fn set_suspended(
    app: &App,
    allowed: &Allowed,
    id: &str,
    suspend: bool,
    reason: &str,
) -> Result<Organisation, Error> {
    let mut tx = app.db.write().await?;
    let seen = meant(&mut tx, allowed, id).await?;
    let reason = reason.trim();
    if reason.is_empty() {
        let text = said! {
            en: "Say why; the organisation reads it in its log.",
            th: "ระบุเหตุผล องค์กรจะได้อ่านในบันทึก",
        };
        return Err(Error::Invalid(vec![FieldError { field: "reason", text }]));
    }
    let at_ms = suspend.then(|| app.clock.now_ms());
    if !store::set_suspended(&mut tx, &allowed.scope, id, at_ms).await? {
        let text = match (&seen.subtype, suspend) {
            (None, _) => said! {
                en: "{name} is no partner, so there is nothing to suspend.",
                th: "{name} ไม่ใช่พาร์ตเนอร์ จึงไม่มีอะไรให้ระงับ",
                name = seen.name,
            },
            (_, true) => said! {
                en: "{name} is suspended already.",
                th: "{name} ถูกระงับอยู่แล้ว",
                name = seen.name,
            },
            (_, false) => said! {
                en: "{name} is not suspended.",
                th: "{name} ไม่ได้ถูกระงับ",
                name = seen.name,
            },
        };
        return Err(Error::Conflict { code: "suspension_state", text });
    }
    let action = if suspend { Fact::PartnerSuspended } else { Fact::PartnerReinstated };
    let entry =
        Entry::new(By::person(allowed), action, "tenant", id).affecting(id).because(Reason::typed(reason));
    audit::record(app, &mut tx, entry).await?;
    let origin = &app.config.public_url;
    let words = |to: &Addressee| letters::standing(to, &seen.name, suspend, reason, origin);
    identity::write_to_administrators(app, &mut tx, id, words).await?;
    tx.commit().await?;
    capability::announce_members(app, id).await?;
    audit::announce(app, [allowed.scope.tenant_id()]);
    Ok(seen)
}

/// Notes that somebody made sure who the organisation is.
///
/// # Errors
/// [`Error::NotFound`] outside of the own program.
pub(super) async fn verify(app: &App, allowed: &Allowed, id: &str) -> Result<Organisation, Error> {
    let mut tx = app.db.write().await?;
    let seen = meant(&mut tx, allowed, id).await?;
    if store::verify(&mut tx, &seen, app.clock.now_ms()).await? {
        let entry = Entry::new(By::person(allowed), Fact::TenantVerified, "tenant", id).affecting(id);
        audit::record(app, &mut tx, entry).await?;
    }
    tx.commit().await?;
    audit::announce(app, [id, allowed.scope.tenant_id()]);
    Ok(seen)
}

/// Adds a contact to an organisation and sends the invitation (OW-1).
///
/// # Errors
/// Those of [`identity::add_member`]; [`Error::NotFound`] outside of the own program.
pub(super) async fn add_contact(
    app: &App,
    allowed: &Allowed,
    id: &str,
    new: &NewMember,
) -> Result<(), Error> {
    let mut tx = app.db.write().await?;
    find(&mut tx, allowed, id).await?;
    identity::add_member(app, &mut tx, &By::person(allowed), id, &any_role(), new).await?;
    tx.commit().await?;
    audit::announce(app, [id, allowed.scope.tenant_id()]);
    Ok(())
}

/// Sends a contact's invitation anew (OW-5).
///
/// # Errors
/// Those of [`identity::resend`]; [`Error::NotFound`] outside of the own program.
pub(super) async fn resend(app: &App, allowed: &Allowed, id: &str, person_id: &str) -> Result<(), Error> {
    let mut tx = app.db.write().await?;
    find(&mut tx, allowed, id).await?;
    identity::resend(app, &mut tx, &By::person(allowed), id, person_id).await?;
    tx.commit().await?;
    audit::announce(app, [id, allowed.scope.tenant_id()]);
    Ok(())
}

/// The program's owner gives its organisations any role: it brings their first administrators in.
pub(super) fn any_role() -> Roles {
    Roles::from_iter([Role::Administrator])
}
