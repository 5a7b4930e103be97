//! The door of every app: from the headers of a request to the actor behind it.

use super::cookie::Cookie;
use super::model::Session;
use super::{api_keys, rules, session, step_up, store, team, view_as};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact, Why};
use crate::platform::access::Actor;
use crate::platform::error::Error;
use crate::platform::web::{Authenticate, Kept, LastChange, Refusal};
use axum::http::HeaderMap;
use axum::response::Response;
use std::pin::Pin;

/// Recognises people by their session cookie.
#[derive(Debug, Default)]
pub struct Gate;

impl Authenticate for Gate {
    fn actor<'a>(
        &'a self,
        app: &'a App,
        headers: &'a HeaderMap,
    ) -> Pin<Box<dyn Future<Output = Result<Actor, Error>> + Send + 'a>> {
        Box::pin(recognise(app, headers))
    }

    fn key_actor<'a>(
        &'a self,
        app: &'a App,
        secret: &'a str,
        request: (&'a str, &'a str),
    ) -> Pin<Box<dyn Future<Output = Result<Actor, Error>> + Send + 'a>> {
        Box::pin(api_keys::actor(app, secret, request))
    }

    fn administrators<'a>(
        &'a self,
        app: &'a App,
        actor: &'a Actor,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<String>, Error>> + Send + 'a>> {
        Box::pin(async move {
            let mut tx = app.db.read().await?;
            Ok(team::administrators(&mut tx, &actor.tenant_id).await?)
        })
    }

    fn refused<'a>(
        &'a self,
        app: &'a App,
        actor: &'a Actor,
        refusal: &'a Refusal,
    ) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>> {
        Box::pin(write_down(app, actor, refusal))
    }

    fn last_change<'a>(
        &'a self,
        app: &'a App,
        actor: &'a Actor,
        record: (&'a str, &'a str),
    ) -> Pin<Box<dyn Future<Output = Result<Option<LastChange>, Error>> + Send + 'a>> {
        Box::pin(async move {
            let mut tx = app.db.read().await?;
            Ok(audit::last_change(&mut tx, &actor.tenant_id, record, actor.reader.language).await?)
        })
    }

    fn ask_again<'a>(
        &'a self,
        app: &'a App,
        headers: &'a HeaderMap,
        kept: Kept,
    ) -> Pin<Box<dyn Future<Output = Response> + Send + 'a>> {
        Box::pin(step_up::ask(app, headers, kept))
    }
}

/// The actor of a request.
///
/// # Errors
/// [`Error::SignIn`] when nobody is signed in.
pub(super) async fn recognise(app: &App, headers: &HeaderMap) -> Result<Actor, Error> {
    // Without a cookie there is nothing to look up: anonymous traffic costs no connection.
    Cookie::Session.presented(app, headers).ok_or(Error::SignIn)?;
    let mut tx = app.db.read().await?;
    let session = session::living(app, &mut tx, headers).await?;
    let actor = session::actor(app, &mut tx, &session).await;
    drop(tx);
    let now_ms = app.clock.now_ms();
    let actor = match actor {
        Err(Error::SignIn) => {
            end(app, &session).await?;
            return Err(Error::SignIn);
        }
        actor => actor?,
    };
    view_as::heed_end(app, &session, &actor).await?;
    if now_ms - session.seen_ms >= rules::SEEN_STEP_MS {
        let mut tx = app.db.write().await?;
        store::touch_session(&mut tx, &session.token_sha256, now_ms).await?;
        tx.commit().await?;
    }
    Ok(actor)
}

/// Ends the session of somebody who was disabled or has left; the attempt to use it is written down once.
async fn end(app: &App, session: &Session) -> Result<(), Error> {
    let mut tx = app.db.write().await?;
    if store::end_session(&mut tx, &session.token_sha256, app.clock.now_ms()).await?
        && let Some(person) = store::person(&mut tx, &session.person_id).await?
    {
        let by = By::member((&person.id, &person.name), (&session.tenant_id, &session.tenant_id));
        let why = Why::NoMember;
        let entry = Entry::new(by, Fact::SessionRefused, "session", session.label()).because(why);
        audit::record(app, &mut tx, entry).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn write_down(app: &App, actor: &Actor, refusal: &Refusal) -> Result<(), Error> {
    let by = By::actor(actor, refusal.action.item().app()).in_request(&refusal.request_id, &refusal.ip);
    let mut tx = app.db.write().await?;
    audit::refused(app, &mut tx, by, refusal, &actor.tenant_id).await?;
    Ok(tx.commit().await?)
}
