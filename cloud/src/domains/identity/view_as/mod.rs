//! Staff look on as a partner's or a customer's person (PORTAL C19, case 31).
//!
//! Invariants: only people of one's own program, never staff; a reason first; nothing can be changed meanwhile; over
//! after half an hour by itself; begin and end stand in the logs of both sides under the staff member's own name, and so
//! does everything that is read and logged in between.

mod actions;
mod pages;
mod store;
#[cfg(test)]
mod tests;

pub(super) use actions::heed_end;
pub use pages::routes;

use super::model::{Capability, Session};
use super::store as people;
use super::words::Words;
use crate::platform::access::{Action, Actor, Item, Party, Roles, Viewing};
use crate::platform::base::MINUTE_MS;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::Allowed;
use crate::platform::web::parts::ReadOnly;
pub(super) use store::View;

/// How long a look lasts.
pub(super) const LASTS_MS: i64 = 30 * MINUTE_MS;

/// The view of a session that was not ended, whether or not its time is over.
pub(super) async fn view_of(tx: &mut Tx, session: &Session) -> Result<Option<View>, Error> {
    Ok(store::open(tx, &session.token_sha256).await?)
}

/// What is said instead of a person's sign-ins, passkeys and keys while somebody looks on: they are no part of what the
/// person's organisation shares with the program's owner.
pub(super) fn private(allowed: &Allowed) -> Option<ReadOnly> {
    allowed.actor.viewing.as_ref()?;
    let words = Words(allowed.view.language());
    Some(ReadOnly::because(words.looks_on(&allowed.actor.person_name)))
}

/// Who acts while `staff` looks on; the staff member alone once that is no longer right.
pub(super) async fn actor(tx: &mut Tx, staff: Actor, view: &View, now_ms: i64) -> Result<Actor, Error> {
    if now_ms >= view.until_ms || !staff.can(Action::Change(Item::ViewAs)) {
        return Ok(staff);
    }
    let Some(person) = people::person(tx, &view.person_id).await?.filter(|one| one.disabled_ms.is_none())
    else {
        return Ok(staff);
    };
    let Some(home) = people::membership(tx, &view.person_id, &view.tenant_id).await? else {
        return Ok(staff);
    };
    let capabilities = people::capabilities(tx, &view.tenant_id).await?;
    let acting = capabilities.iter().filter_map(Capability::acting);
    Ok(Actor {
        person_id: person.id,
        person_name: person.name,
        email: person.email,
        reader: staff.reader,
        tenant_id: home.tenant_id.clone(),
        tenant_name: home.tenant_name.clone(),
        roles: Roles::parse(&home.roles),
        acting: acting.filter(|acting| acting.party != Party::Vendor).collect(),
        tenants: vec![(home.tenant_id, home.tenant_name)],
        proved_ms: None,
        key: None,
        viewing: Some(Viewing {
            staff_id: staff.person_id,
            staff_name: staff.person_name,
            tenant_id: staff.tenant_id,
            tenant_name: staff.tenant_name,
            until_ms: view.until_ms,
        }),
    })
}
