//! The session behind a cookie, and the actor behind the session.

use super::model::{Capability, Session};
use super::{rules, secret, store};
use crate::app::App;
use crate::platform::access::{Actor, Roles};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use axum::http::HeaderMap;
use axum_extra::extract::CookieJar;

/// With the prefix, a browser takes the cookie only over TLS, for this host and every path (PORTAL 6.2).
fn cookie_name(app: &App) -> &'static str {
    if app.config.insecure_cookies { "riversync" } else { "__Host-riversync" }
}

/// The `Set-Cookie` line that carries `token`; an empty one takes the session away from the browser.
pub(super) fn set_cookie(app: &App, token: &str) -> String {
    let name = cookie_name(app);
    let secure = if app.config.insecure_cookies { "" } else { "; Secure" };
    let max_age_s = if token.is_empty() { 0 } else { rules::ABSOLUTE_LIFE_MS / 1000 };
    format!("{name}={token}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}")
}

/// The hash of the token that a request carries.
pub(super) fn presented(app: &App, headers: &HeaderMap) -> Option<Vec<u8>> {
    let jar = CookieJar::from_headers(headers);
    jar.get(cookie_name(app)).map(|cookie| secret::hashed(cookie.value()))
}

/// The living session of a request.
///
/// # Errors
/// [`Error::SignIn`] when there is none, whatever the reason.
pub(super) async fn living(app: &App, tx: &mut Tx, headers: &HeaderMap) -> Result<Session, Error> {
    let hash = presented(app, headers).ok_or(Error::SignIn)?;
    let session = store::session(tx, &hash).await?.ok_or(Error::SignIn)?;
    if rules::is_alive(&session, app.clock.now_ms()) { Ok(session) } else { Err(Error::SignIn) }
}

/// Who acts in `session`, with roles and capabilities as they are now.
///
/// # Errors
/// [`Error::SignIn`] when the person is disabled or no longer a member anywhere.
pub(super) async fn actor(tx: &mut Tx, session: &Session) -> Result<Actor, Error> {
    let person = store::person(tx, &session.person_id).await?.ok_or(Error::SignIn)?;
    if person.disabled_ms.is_some() {
        return Err(Error::SignIn);
    }
    let memberships = store::memberships(tx, &person.id).await?;
    // Whoever left the organisation acted for is signed out of it, and may sign in for another.
    let here = memberships.iter().find(|m| m.tenant_id == session.tenant_id).ok_or(Error::SignIn)?;
    let capabilities = store::capabilities(tx, &here.tenant_id).await?;
    Ok(Actor {
        person_id: person.id,
        person_name: person.name,
        email: person.email,
        tenant_id: here.tenant_id.clone(),
        tenant_name: here.tenant_name.clone(),
        roles: Roles::parse(&here.roles),
        acting: capabilities.iter().filter_map(Capability::acting).collect(),
        tenants: memberships.iter().map(|m| (m.tenant_id.clone(), m.tenant_name.clone())).collect(),
    })
}
