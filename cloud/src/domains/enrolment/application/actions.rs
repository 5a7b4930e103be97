//! The applicant's verbs: apply, send again, withdraw.

use super::form::{self, Typed};
use super::model::{Application, Line, Said, Status};
use super::rules::{self, Move, REVIEW_MS};
use super::store;
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact, Reason};
use crate::domains::enrolment::capability::{self, Capability};
use crate::domains::identity;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::files::{self, Upload};
use crate::platform::web::{Allowed, UploadForm, Version};
use crate::platform::words::{Sentence, said};
use serde_json::json;

/// An organisation that has not applied is shown how it could.
pub(super) const NONE: Error = Error::Elsewhere("/account/enrolment");

/// The application that waits for the applicant, if any: sending then changes it.
pub(super) async fn returned(app: &App, allowed: &Allowed) -> Result<Option<Application>, Error> {
    let mut tx = app.db.read().await?;
    let newest = store::applications(&mut tx, &allowed.scope, None).await?.into_iter().next();
    Ok(newest.filter(|newest| newest.status == Status::Returned))
}

/// Sends what was said and brought: a first application, or the answer to a return.
///
/// # Errors
/// [`Error::Invalid`] field by field, and those of [`apply`] and [`resubmit`].
pub(super) async fn send(app: &App, allowed: &Allowed, sent: UploadForm) -> Result<(), Error> {
    let returned = returned(app, allowed).await?;
    let had = match &returned {
        Some(returned) => store::documents(&mut app.db.read().await?, returned).await?.len(),
        None => 0,
    };
    let (said, uploads) = match (Typed::of(&sent).read(), form::documents(sent, had)) {
        (Ok(said), Ok(uploads)) => (said, uploads),
        (said, uploads) => {
            let errors = [said.err().unwrap_or_default(), uploads.err().unwrap_or_default()].concat();
            return Err(Error::Invalid(errors));
        }
    };
    match returned {
        Some(_) => resubmit(app, allowed, &said, &uploads).await,
        None => apply(app, allowed, &said, &uploads).await.map(drop),
    }
}

/// Sends an application. Its review begins now.
///
/// # Errors
/// [`Error::Conflict`] when the organisation is a partner already, owns the program, has one open, or no program is
/// open; also when the person has not proved the own address.
async fn apply(app: &App, allowed: &Allowed, said: &Said, files: &[Upload]) -> Result<String, Error> {
    let tenant_id = allowed.scope.tenant_id();
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    identity::take_turn(&mut tx, tenant_id).await?;
    let vendor_id = may_apply(&mut tx, allowed).await?;
    // Nothing is there yet, so no version of it can be meant.
    allowed.believed.holds(("application", ""), &Version::of(&"none"))?;
    let id = app.ids.next("app");
    store::insert(&mut tx, &allowed.scope, &id, &vendor_id, said, (now_ms, now_ms + REVIEW_MS)).await?;
    keep(app, &mut tx, &id, files).await?;
    store::happened(&mut tx, &id, &line(allowed, now_ms, Fact::ApplicationSubmitted, "")).await?;
    let entry = Entry::new(By::person(allowed), Fact::ApplicationSubmitted, "application", &id)
        .affecting(&vendor_id)
        .with(detail(said, files));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    audit::announce(app, [tenant_id, vendor_id.as_str()]);
    Ok(id)
}

/// Who may apply, and to whose program.
async fn may_apply(tx: &mut Tx, allowed: &Allowed) -> Result<String, Error> {
    let tenant_id = allowed.scope.tenant_id();
    let held = capability::store::of_tenant(tx, tenant_id).await?;
    if held.iter().any(|held| matches!(held.capability, Capability::Partner(_))) {
        let text = said! {
            en: "Your organisation is a partner already. Reseller and distributor exclude each other; \
                 RiverSync changes that only by a new application after the old role was given up.",
            th: "องค์กรของคุณเป็นพาร์ตเนอร์อยู่แล้ว เป็นตัวแทนจำหน่ายและผู้จัดจำหน่ายพร้อมกันไม่ได้ RiverSync \
                 เปลี่ยนให้ได้เมื่อยื่นใบสมัครใหม่หลังจากเลิกใช้บทบาทเดิมแล้วเท่านั้น",
        };
        return Err(conflict("already_partner", text));
    }
    if !capability::store::person_is_verified(tx, &allowed.scope).await? {
        return Err(capability::person_unverified());
    }
    let newest = store::newest(tx, &allowed.scope).await?;
    if newest.is_some_and(|newest| !newest.status.may_apply_again()) {
        let text = said! {
            en: "Your organisation has an open application already. Wait for its decision, or withdraw it \
                 first.",
            th: "องค์กรของคุณมีใบสมัครที่รอพิจารณาอยู่แล้ว รอผลหรือถอนใบสมัครนั้นก่อน",
        };
        return Err(conflict("application_open", text));
    }
    let vendor_id = capability::store::vendor_of(tx, tenant_id).await?;
    match vendor_id {
        None => Err(capability::no_program()),
        Some(id) if id == tenant_id => Err(conflict(
            "vendor",
            said! {
                en: "The owner of the program does not apply to itself.",
                th: "เจ้าของโปรแกรมสมัครเข้าร่วมโปรแกรมของตนเองไม่ได้",
            },
        )),
        Some(id) => Ok(id),
    }
}

/// Sends a returned application again, changed. Its clock starts anew.
///
/// # Errors
/// [`NONE`] when there is none, [`Error::Conflict`] when it does not wait for the applicant.
async fn resubmit(app: &App, allowed: &Allowed, said: &Said, files: &[Upload]) -> Result<(), Error> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    identity::take_turn(&mut tx, allowed.scope.tenant_id()).await?;
    let seen = own(&mut tx, allowed).await?;
    meant(allowed, &seen)?;
    let entry = advance(app, &mut tx, allowed, &seen, Move::Resubmit, "").await?;
    store::rewrite(&mut tx, &allowed.scope, &seen.id, said, (now_ms, now_ms + REVIEW_MS)).await?;
    keep(app, &mut tx, &seen.id, files).await?;
    audit::record(app, &mut tx, entry.with(detail(said, files))).await?;
    tx.commit().await?;
    audit::announce(app, [allowed.scope.tenant_id()]);
    Ok(())
}

/// Takes an open application back.
///
/// # Errors
/// [`NONE`] when there is none, [`Error::Conflict`] when it was decided.
pub(super) async fn withdraw(app: &App, allowed: &Allowed) -> Result<(), Error> {
    let mut tx = app.db.write().await?;
    identity::take_turn(&mut tx, allowed.scope.tenant_id()).await?;
    let seen = own(&mut tx, allowed).await?;
    meant(allowed, &seen)?;
    let entry = advance(app, &mut tx, allowed, &seen, Move::Withdraw, "").await?;
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    audit::announce(app, [allowed.scope.tenant_id()]);
    Ok(())
}

/// Whether `seen` is what whoever acts believes it to be. Ask it during the applicant's turn.
pub(super) fn meant(allowed: &Allowed, seen: &Application) -> Result<(), Error> {
    allowed.believed.holds(("application", &seen.id), &seen.version())
}

/// The newest application of the own organisation.
pub(super) async fn own(tx: &mut Tx, allowed: &Allowed) -> Result<Application, Error> {
    store::applications(tx, &allowed.scope, None).await?.into_iter().next().ok_or(NONE)
}

/// Moves an application and writes the line; the log row is given back to be recorded with its detail.
pub(super) async fn advance(
    app: &App,
    tx: &mut Tx,
    allowed: &Allowed,
    seen: &Application,
    what: Move,
    note: &str,
) -> Result<Entry, Error> {
    let now_ms = app.clock.now_ms();
    let gone = || {
        let look = said! { en: "Reload the page to see it.", th: "โหลดหน้านี้ใหม่เพื่อดู" };
        let text = seen.status.sentence().then(&look);
        Error::Conflict { code: "application_state", text }
    };
    let to = rules::after(seen.status, what).ok_or_else(gone)?;
    let decided_ms = matches!(to, Status::Approved | Status::Rejected).then_some(now_ms);
    if !store::set_status(tx, seen, to, seen.said.subtype, decided_ms).await? {
        return Err(gone());
    }
    store::happened(tx, &seen.id, &line(allowed, now_ms, what.fact(), note)).await?;
    let mut entry = Entry::new(By::person(allowed), what.fact(), "application", &seen.id)
        .affecting(&seen.tenant_id)
        .because(Reason::typed(note));
    entry.affected.extend(capability::store::vendor_of(tx, &seen.tenant_id).await?);
    Ok(entry)
}

async fn keep(app: &App, tx: &mut Tx, application_id: &str, uploads: &[Upload]) -> Result<(), Error> {
    let now_ms = app.clock.now_ms();
    for upload in uploads {
        let sha256 = files::keep(tx, upload, now_ms).await?;
        store::add_document(tx, application_id, &app.ids.next("doc"), (&upload.name, sha256), now_ms).await?;
    }
    Ok(())
}

fn line(allowed: &Allowed, at_ms: i64, fact: Fact, note: &str) -> Line {
    Line {
        at_ms,
        kind: fact.key().trim_start_matches("application.").to_owned(),
        person_name: allowed.actor.person_name.clone(),
        tenant_name: allowed.actor.tenant_name.clone(),
        note: note.to_owned(),
    }
}

fn detail(said: &Said, uploads: &[Upload]) -> serde_json::Value {
    let documents: Vec<_> = uploads
        .iter()
        .map(|one| json!({ "name": one.name, "sha256": data_encoding::HEXLOWER.encode(&one.sha256()) }))
        .collect();
    json!({ "subtype": said.subtype.key(), "legal_name": said.legal_name, "documents": documents })
}

fn conflict(code: &'static str, text: Sentence) -> Error {
    Error::Conflict { code, text }
}
