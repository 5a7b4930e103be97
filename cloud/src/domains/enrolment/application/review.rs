//! The reviewer's verbs: approve, reject, return.

use super::actions::{self, advance};
use super::letters::{self, Decision};
use super::model::Application;
use super::rules::Move;
use super::store;
use crate::app::App;
use crate::domains::audit::{self, By};
use crate::domains::enrolment::capability::{self, Capability, Subtype};
use crate::domains::identity::{self, Addressee};
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::Allowed;
use crate::platform::words::said;
use serde_json::json;

/// What the applicant becomes, as whoever approves says it.
///
/// # Errors
/// [`Error::Invalid`] for none of the two.
pub(super) fn subtype(key: &str) -> Result<Subtype, Error> {
    let text = said! {
        en: "Choose reseller or distributor; a partner is one of them, never both.",
        th: "เลือกตัวแทนจำหน่ายหรือผู้จัดจำหน่ายอย่างใดอย่างหนึ่ง พาร์ตเนอร์เป็นทั้งสองอย่างพร้อมกันไม่ได้",
    };
    Subtype::parse(key).ok_or_else(|| Error::Invalid(vec![FieldError { field: "subtype", text }]))
}

/// Makes the applicant a partner of this subtype, in the same organisation (TEN-2). Whoever is approved was looked at,
/// so the organisation counts as verified from then on.
///
/// # Errors
/// [`Error::NotFound`] outside of the own program, [`Error::Conflict`] when somebody decided before.
pub(super) async fn approve(
    app: &App,
    allowed: &Allowed,
    id: &str,
    subtype: Subtype,
) -> Result<Application, Error> {
    let mut tx = app.db.write().await?;
    let mut seen = meant(&mut tx, allowed, id).await?;
    seen.said.subtype = subtype;
    let entry = advance(app, &mut tx, allowed, &seen, Move::Approve, "").await?;
    audit::record(app, &mut tx, entry.with(json!({ "subtype": subtype.key() }))).await?;
    store::verify(&mut tx, &seen, app.clock.now_ms()).await?;
    let vendor_id = allowed.scope.tenant_id();
    let partner = Capability::Partner(subtype);
    if !capability::enable_in(app, &mut tx, By::person(allowed), &seen.tenant_id, vendor_id, partner).await? {
        let text = said! {
            en: "{name} is a partner already; this application can only be rejected.",
            th: "{name} เป็นพาร์ตเนอร์อยู่แล้ว ใบสมัครนี้ทำได้เพียงปฏิเสธ",
            name = seen.tenant_name,
        };
        return Err(Error::Conflict { code: "already_partner", text });
    }
    tell(app, &mut tx, &seen, Decision::Approved(subtype)).await?;
    tx.commit().await?;
    capability::announce_members(app, &seen.tenant_id).await?;
    audit::announce(app, [vendor_id]);
    Ok(seen)
}

/// Rejects it for good, or sends it back to be changed. Both say why.
///
/// # Errors
/// [`Error::Invalid`] without a note, [`Error::NotFound`] outside of the own program, [`Error::Conflict`] when somebody
/// decided before.
pub(super) async fn answer(
    app: &App,
    allowed: &Allowed,
    id: &str,
    what: Move,
    note: &str,
) -> Result<Application, Error> {
    let mut tx = app.db.write().await?;
    let seen = meant(&mut tx, allowed, id).await?;
    let note = note.trim();
    if what.needs_note() && note.is_empty() {
        let text = said! { en: "Say why; the applicant reads it.", th: "ระบุเหตุผล ผู้สมัครจะได้อ่าน" };
        return Err(Error::Invalid(vec![FieldError { field: "reason", text }]));
    }
    let entry = advance(app, &mut tx, allowed, &seen, what, note).await?;
    audit::record(app, &mut tx, entry).await?;
    let decision = if what == Move::Return { Decision::Returned(note) } else { Decision::Rejected(note) };
    tell(app, &mut tx, &seen, decision).await?;
    tx.commit().await?;
    audit::announce(app, [allowed.scope.tenant_id(), seen.tenant_id.as_str()]);
    Ok(seen)
}

/// Tells the applicant's administrators by mail.
async fn tell(app: &App, tx: &mut Tx, seen: &Application, decision: Decision<'_>) -> Result<(), Error> {
    let origin = &app.config.public_url;
    let words = |to: &Addressee| letters::decided(to, &seen.tenant_name, decision, origin);
    identity::write_to_administrators(app, tx, &seen.tenant_id, words).await
}

/// The application that whoever decides means, in its applicant's turn.
async fn meant(tx: &mut Tx, allowed: &Allowed, id: &str) -> Result<Application, Error> {
    let applicant = find(tx, allowed, id).await?.tenant_id;
    identity::take_turn(tx, &applicant).await?;
    let seen = find(tx, allowed, id).await?;
    actions::meant(allowed, &seen)?;
    Ok(seen)
}

/// The application of this id in the own program.
pub(super) async fn find(tx: &mut Tx, allowed: &Allowed, id: &str) -> Result<Application, Error> {
    store::applications(tx, &allowed.scope, Some(id)).await?.pop().ok_or(Error::NotFound)
}
