//! Inviting, changing and removing members. Each takes the organisation and whoever acts, so that administrators of an
//! organisation and the program's staff use the same verbs.

use super::model::{Member, NewMember};
use super::rules::{self, Refused};
use super::store;
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact, Why};
use crate::domains::identity::{self, Ended};
use crate::platform::access::Roles;
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::words::said;
use serde_json::json;

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        let (code, text) = match refused {
            Refused::Own => {
                let text = said! {
                    en: "Nobody changes the own roles or membership. Ask another administrator to do it.",
                    th: "ไม่มีใครเปลี่ยนบทบาทหรือสมาชิกภาพของตนเองได้ ขอให้ผู้ดูแลระบบคนอื่นดำเนินการ",
                };
                return Self::Forbidden { code: "own_membership", text };
            }
            Refused::AboveOwn => {
                let text = said! {
                    en: "You can only give roles that you have yourself.",
                    th: "คุณให้ได้เฉพาะบทบาทที่คุณมีเอง",
                };
                return Self::Forbidden { code: "above_own_role", text };
            }
            Refused::LastAdministrator => (
                "last_administrator",
                said! {
                    en: "This is the last administrator who can sign in, so nothing was changed. Make \
                         somebody else an administrator first.",
                    th: "นี่คือผู้ดูแลระบบคนสุดท้ายที่เข้าสู่ระบบได้ จึงไม่มีการเปลี่ยนแปลง ตั้งผู้อื่นเป็นผู้ดูแลระบบก่อน",
                },
            ),
        };
        Self::Conflict { code, text }
    }
}

/// Makes somebody a member and sends the invitation, in the caller's transaction; the person's id. Whoever has an
/// account already keeps it, and its name.
///
/// # Errors
/// [`Error::Invalid`] field by field, [`Error::Conflict`] when the person is a member already, [`Error::Forbidden`] when
/// a role is above those of the giver.
pub async fn add_member(
    app: &App,
    tx: &mut Tx,
    by: &By,
    tenant_id: &str,
    giver: &Roles,
    new: &NewMember,
) -> Result<String, Error> {
    let email = identity::rules::fold_email(&new.email);
    let mut wrong = Vec::new();
    if email.is_none() {
        let text = identity::rules::no_email();
        wrong.push(FieldError { field: "email", text });
    }
    let roles = new.read().map_err(|more| Error::Invalid([more, wrong.clone()].concat()))?;
    let Some(email) = email else { return Err(Error::Invalid(wrong)) };
    rules::may_give(giver, &roles)?;
    identity::take_turn(tx, tenant_id).await?;
    if store::members(tx, tenant_id).await?.iter().any(|member| member.email == email) {
        let text = said! {
            en: "{email} belongs to this organisation already. Change the roles or resend the invitation.",
            th: "{email} อยู่ในองค์กรนี้แล้ว เปลี่ยนบทบาทหรือส่งคำเชิญอีกครั้ง",
        };
        return Err(Error::Conflict { code: "already_member", text });
    }
    let now_ms = app.clock.now_ms();
    let person_id = match identity::store::person_by_email(tx, &email).await? {
        Some(known) => known.id,
        None => {
            let id = app.ids.next("per");
            store::add_person(tx, &id, (&new.name, &email), now_ms).await?;
            id
        }
    };
    store::add_membership(tx, (&person_id, tenant_id), &roles, now_ms).await?;
    let entry = Entry::new(by.clone(), Fact::MemberAdded, "person", &person_id)
        .affecting(tenant_id)
        .with(json!({ "email": email, "roles": roles.to_string() }));
    audit::record(app, tx, entry).await?;
    identity::invite(app, tx, by, &person_id, tenant_id).await?;
    Ok(person_id)
}

/// Sends the invitation anew; the link before it dies (OW-5).
///
/// # Errors
/// [`Error::NotFound`] when the person is no member, [`Error::Conflict`] when the person is here already.
pub async fn resend(app: &App, tx: &mut Tx, by: &By, tenant_id: &str, person_id: &str) -> Result<(), Error> {
    let member = find(tx, tenant_id, person_id).await?;
    if !member.is_pending() {
        let text = said! {
            en: "{name} needs no invitation any more and signs in with the own address.",
            th: "{name} ไม่ต้องใช้คำเชิญแล้ว และเข้าสู่ระบบด้วยอีเมลของตนเอง",
            name = member.name,
        };
        return Err(Error::Conflict { code: "not_pending", text });
    }
    identity::invite(app, tx, by, person_id, tenant_id).await
}

/// Gives a member other roles. They hold at the next request.
///
/// # Errors
/// See the invariants of this room; [`Error::NotFound`] when the person is no member.
pub(super) async fn change_roles(
    app: &App,
    tx: &mut Tx,
    by: &By,
    (tenant_id, person_id): (&str, &str),
    giver: &Roles,
    roles: &Roles,
) -> Result<(), Error> {
    rules::may_touch(&by.id, person_id)?;
    rules::may_give(giver, roles)?;
    identity::take_turn(tx, tenant_id).await?;
    let before = meant(tx, by, tenant_id, person_id).await?;
    if !roles.has(crate::platform::access::Role::Administrator) {
        rules::may_lose(&store::members(tx, tenant_id).await?, person_id)?;
    }
    store::set_roles(tx, (person_id, tenant_id), roles).await?;
    let entry = Entry::new(by.clone(), Fact::MemberRolesChanged, "person", person_id)
        .affecting(tenant_id)
        .with(json!({ "before": before.roles.to_string(), "after": roles.to_string() }));
    audit::record(app, tx, entry).await?;
    if before.is_pending() {
        // The link in the mail was bound to the old roles.
        identity::invite(app, tx, by, person_id, tenant_id).await?;
    }
    Ok(())
}

/// Switches a member off in this organisation: out at the next request.
///
/// # Errors
/// See the invariants of this room; [`Error::NotFound`] when the person is no member.
pub(super) async fn disable_member(
    app: &App,
    tx: &mut Tx,
    by: &By,
    tenant_id: &str,
    person_id: &str,
) -> Result<Ended, Error> {
    rules::may_touch(&by.id, person_id)?;
    identity::take_turn(tx, tenant_id).await?;
    meant(tx, by, tenant_id, person_id).await?;
    rules::may_lose(&store::members(tx, tenant_id).await?, person_id)?;
    store::set_disabled(tx, (person_id, tenant_id), Some(app.clock.now_ms())).await?;
    write(app, tx, by, Fact::MemberDisabled, (tenant_id, person_id)).await?;
    identity::end_sessions_of(app, tx, by, person_id, Some(tenant_id), Why::SwitchedOff.into()).await
}

/// Switches a member on again.
///
/// # Errors
/// [`Error::NotFound`] when the person is no member.
pub(super) async fn enable_member(
    app: &App,
    tx: &mut Tx,
    by: &By,
    tenant_id: &str,
    person_id: &str,
) -> Result<(), Error> {
    rules::may_touch(&by.id, person_id)?;
    identity::take_turn(tx, tenant_id).await?;
    meant(tx, by, tenant_id, person_id).await?;
    store::set_disabled(tx, (person_id, tenant_id), None).await?;
    write(app, tx, by, Fact::MemberEnabled, (tenant_id, person_id)).await
}

/// Takes a member out of the organisation. What the person did stays in the log.
///
/// # Errors
/// See the invariants of this room; [`Error::NotFound`] when the person is no member.
pub(super) async fn remove_member(
    app: &App,
    tx: &mut Tx,
    by: &By,
    tenant_id: &str,
    person_id: &str,
) -> Result<Ended, Error> {
    rules::may_touch(&by.id, person_id)?;
    identity::take_turn(tx, tenant_id).await?;
    meant(tx, by, tenant_id, person_id).await?;
    rules::may_lose(&store::members(tx, tenant_id).await?, person_id)?;
    let ended =
        identity::end_sessions_of(app, tx, by, person_id, Some(tenant_id), Why::Removed.into()).await?;
    store::remove(tx, person_id, tenant_id).await?;
    write(app, tx, by, Fact::MemberRemoved, (tenant_id, person_id)).await?;
    Ok(ended)
}

async fn write(
    app: &App,
    tx: &mut Tx,
    by: &By,
    fact: Fact,
    (tenant_id, person_id): (&str, &str),
) -> Result<(), Error> {
    let entry = Entry::new(by.clone(), fact, "person", person_id).affecting(tenant_id);
    Ok(audit::record(app, tx, entry).await?)
}

/// The member of this id, as whoever acts believes it to be.
async fn meant(tx: &mut Tx, by: &By, tenant_id: &str, person_id: &str) -> Result<Member, Error> {
    let member = find(tx, tenant_id, person_id).await?;
    by.believed.holds(("person", person_id), &member.version())?;
    Ok(member)
}

/// The member of this id.
pub(super) async fn find(tx: &mut Tx, tenant_id: &str, person_id: &str) -> Result<Member, Error> {
    let all = store::members(tx, tenant_id).await?;
    all.into_iter().find(|member| member.person_id == person_id).ok_or(Error::NotFound)
}
