//! Inviting a person into an organisation: a link that is good for 7 days, and its mail.

use super::ask::{Wish, issue, link_url, tenant_has_room, too_many};
use super::model::{Invitation, Purpose};
use super::{letters, rules, store};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::mail;
use crate::platform::words::said;
use serde_json::json;

/// Invites `person_id`, who must be a member of `tenant_id` already, and queues the mail, all in the caller's
/// transaction. Called again it sends another: the older link then works no more. A later change of the person's roles
/// or address kills the link too, so invite again after it.
///
/// # Errors
/// [`Error::NotFound`] when the person is no member there, [`Error::Conflict`] when the person is disabled,
/// [`Error::TooMany`] past 60 links an hour for the organisation; the caller's transaction must then be dropped.
pub async fn invite(app: &App, tx: &mut Tx, by: &By, person_id: &str, tenant_id: &str) -> Result<(), Error> {
    let person = store::person(tx, person_id).await?.ok_or(Error::NotFound)?;
    let home = store::membership(tx, person_id, tenant_id).await?.ok_or(Error::NotFound)?;
    if person.disabled_ms.is_some() {
        let text = said! {
            en: "{name} is disabled and cannot be invited. Enable the person first.",
            th: "{name} ถูกปิดใช้งานและเชิญไม่ได้ เปิดใช้งานบุคคลนี้ก่อน",
            name = person.name,
        };
        return Err(Error::Conflict { code: "person_disabled", text });
    }
    if !tenant_has_room(app, tx, tenant_id).await? {
        return Err(too_many(rules::PER_TENANT.1));
    }
    let id = app.ids.next("link");
    let wish = Wish { id, purpose: Purpose::Invite, browser_sha256: None, code_sha256: None };
    let token = issue(app, tx, &person, &home, wish).await?;
    let until_ms = app.clock.now_ms() + rules::link_life_ms(Purpose::Invite);
    let url = link_url(app, Purpose::Invite, &token, None);
    let letter = letters::invitation(&person, &home, by, &url, until_ms);
    mail::queue(app, tx, &person.email, &letter, until_ms).await?;
    let entry = Entry::new(by.clone(), Fact::InvitationSent, "person", person_id)
        .affecting(tenant_id)
        .with(json!({ "roles": home.roles, "until_ms": until_ms }));
    audit::record(app, tx, entry).await?;
    Ok(())
}

/// The newest invitation of each person into `tenant_id`, for its team page.
///
/// # Errors
/// When they cannot be read.
pub async fn invitations(tx: &mut Tx, tenant_id: &str) -> Result<Vec<Invitation>, Error> {
    Ok(store::invitations(tx, tenant_id).await?)
}
