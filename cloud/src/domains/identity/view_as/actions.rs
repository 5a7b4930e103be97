//! Beginning a look, and ending it.

use super::super::browser::Browser;
use super::{LASTS_MS, store};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact, Reason};
use crate::domains::identity::model::Session;
use crate::platform::access::{Action, Actor, Item};
use crate::platform::error::{Error, FieldError};
use crate::platform::live::Notice;
use crate::platform::web::Allowed;
use crate::platform::words::{Sentence, said};
use serde_json::json;

/// From now on this session sees what the person sees; as what to say of it.
///
/// # Errors
/// [`Error::Invalid`] without a reason, [`Error::NotFound`] for who is not in the own program.
pub(super) async fn begin(
    app: &App,
    allowed: &Allowed,
    browser: &Browser,
    (person_id, tenant_id): (&str, &str),
    reason: &str,
) -> Result<Sentence, Error> {
    let reason = reason.trim();
    let session = browser.session_sha256.as_deref().ok_or(Error::SignIn)?;
    let mut tx = app.db.write().await?;
    let known =
        store::in_program(&mut tx, &allowed.scope, (person_id, tenant_id)).await?.ok_or(Error::NotFound)?;
    if reason.is_empty() {
        let text = said! {
            en: "Say why you look on; the organisation reads it in its log.",
            th: "ระบุเหตุผลที่ขอดู องค์กรจะได้อ่านในบันทึก",
        };
        return Err(Error::Invalid(vec![FieldError { field: "reason", text }]));
    }
    let now_ms = app.clock.now_ms();
    let (id, until_ms) = (app.ids.next("view"), now_ms + LASTS_MS);
    let whom = (person_id, tenant_id);
    store::begin(&mut tx, &allowed.scope, &id, session, whom, reason, (now_ms, until_ms)).await?;
    let entry = Entry::new(By::person(allowed), Fact::ViewStarted, "person", person_id)
        .affecting(tenant_id)
        .with(json!({ "person": known.person_name, "until_ms": until_ms }))
        .because(Reason::typed(reason));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    app.hub.tell(Notice::Person { person_id: allowed.scope.person_id().to_owned() });
    audit::announce(app, [tenant_id, allowed.scope.tenant_id()]);
    Ok(said! {
        en: "You see what {name} of {organisation} sees, for 30 minutes at most.",
        th: "คุณกำลังดูในมุมมองของ {name} จาก {organisation} ได้นานสุด 30 นาที",
        name = known.person_name,
        organisation = known.tenant_name,
    })
}

/// Back to oneself. Where nobody looks on, nothing happens.
///
/// # Errors
/// When the database does not do it.
pub(super) async fn end(app: &App, allowed: &Allowed, browser: &Browser) -> Result<(), Error> {
    let Some(session) = browser.session_sha256.as_deref() else { return Ok(()) };
    let mut tx = app.db.write().await?;
    let Some(view) = store::open(&mut tx, session).await? else { return Ok(()) };
    if store::end(&mut tx, &view.id, app.clock.now_ms()).await? {
        let entry = Entry::new(By::person(allowed), Fact::ViewEnded, "person", &view.person_id)
            .affecting(&view.tenant_id)
            .affecting(&view.staff_tenant_id);
        audit::record(app, &mut tx, entry).await?;
    }
    tx.commit().await?;
    // The open pages of the look belong to the person looked at.
    app.hub.tell(Notice::Person { person_id: view.person_id.clone() });
    audit::announce(app, [view.tenant_id.as_str(), view.staff_tenant_id.as_str()]);
    Ok(())
}

/// Writes down that a look is over by itself, once, at the first request after it. `actor` is who acts now.
pub(in super::super) async fn heed_end(app: &App, session: &Session, actor: &Actor) -> Result<(), Error> {
    // Whoever cannot look on has nothing to end; whoever still does is not at the end.
    if actor.viewing.is_some() || !actor.can(Action::Change(Item::ViewAs)) {
        return Ok(());
    }
    let mut tx = app.db.read().await?;
    let Some(view) = store::open(&mut tx, &session.token_sha256).await? else { return Ok(()) };
    drop(tx);
    let mut tx = app.db.write().await?;
    if store::end(&mut tx, &view.id, app.clock.now_ms()).await? {
        let by = By::actor(actor, Item::ViewAs.app());
        let entry = Entry::new(by, Fact::ViewExpired, "person", &view.person_id).affecting(&view.tenant_id);
        audit::record(app, &mut tx, entry).await?;
    }
    tx.commit().await?;
    audit::announce(app, [view.tenant_id.as_str(), view.staff_tenant_id.as_str()]);
    Ok(())
}
