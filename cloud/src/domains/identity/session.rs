//! The session behind a cookie, and the actor behind the session.

use super::cookie::Cookie;
use super::model::{Capability, Session};
use super::{rules, store, view_as};
use crate::app::App;
use crate::platform::access::{Action, Actor, Item, Roles};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use axum::http::HeaderMap;

/// The living session of a request.
///
/// # Errors
/// [`Error::SignIn`] when there is none, whatever the reason.
pub(super) async fn living(app: &App, tx: &mut Tx, headers: &HeaderMap) -> Result<Session, Error> {
    let hash = Cookie::Session.presented(app, headers).ok_or(Error::SignIn)?;
    let session = store::session(tx, &hash).await?.ok_or(Error::SignIn)?;
    if rules::is_alive(&session, app.clock.now_ms()) { Ok(session) } else { Err(Error::SignIn) }
}

/// Who acts in `session`, with roles and capabilities as they are now; while a member of the staff looks on as somebody,
/// that is somebody else.
///
/// # Errors
/// [`Error::SignIn`] when the person is disabled or no longer a member anywhere.
pub(super) async fn actor(app: &App, tx: &mut Tx, session: &Session) -> Result<Actor, Error> {
    let own = own(tx, session).await?;
    // Whoever may not look on as anybody is not asked for whom they do.
    if !own.can(Action::Change(Item::ViewAs)) {
        return Ok(own);
    }
    let Some(view) = view_as::view_of(tx, session).await? else { return Ok(own) };
    let now_ms = app.clock.now_ms();
    view_as::actor(tx, own, &view, now_ms).await
}

/// The person of the session, whoever they look on as.
async fn own(tx: &mut Tx, session: &Session) -> Result<Actor, Error> {
    let actor = member(tx, &session.person_id, &session.tenant_id).await?;
    Ok(Actor { proved_ms: session.proved_ms, ..actor })
}

/// A person as member of an organisation, with roles and capabilities as they are now.
///
/// # Errors
/// [`Error::SignIn`] when the person is disabled or no longer a member there.
pub async fn member(tx: &mut Tx, person_id: &str, tenant_id: &str) -> Result<Actor, Error> {
    let person = store::person(tx, person_id).await?.ok_or(Error::SignIn)?;
    if person.disabled_ms.is_some() {
        return Err(Error::SignIn);
    }
    let memberships = store::memberships(tx, &person.id).await?;
    // Whoever left the organisation acted for is signed out of it, and may sign in for another.
    let here = memberships.iter().find(|m| m.tenant_id == tenant_id).ok_or(Error::SignIn)?;
    // Whoever has not shown to read mail at the address reaches the own account only (PORTAL C18).
    let capabilities = match person.verified_ms {
        Some(_) => store::capabilities(tx, &here.tenant_id).await?,
        None => Vec::new(),
    };
    Ok(Actor {
        reader: person.reader(),
        person_id: person.id,
        person_name: person.name,
        email: person.email,
        tenant_id: here.tenant_id.clone(),
        tenant_name: here.tenant_name.clone(),
        roles: Roles::parse(&here.roles),
        acting: capabilities.iter().filter_map(Capability::acting).collect(),
        proved_ms: None,
        key: None,
        tenants: memberships.iter().map(|m| (m.tenant_id.clone(), m.tenant_name.clone())).collect(),
        viewing: None,
    })
}
