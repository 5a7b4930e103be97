//! What a handler receives: an actor whose action was allowed, with its scope.

use super::fresh::Kept;
use super::limits::Limits;
use super::middleware::is_api;
use super::refusals::{Asked, Refusal};
use super::version::Believed;
use super::version::stale::LastChange;
use crate::app::App;
use crate::platform::access::{Action, Actor, Denied, Scope};
use crate::platform::error::Error;
use crate::platform::web::layout::{SavedViews, View};
use crate::platform::words::said;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method, Uri, header};
use axum::response::Response;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

/// What a route was mounted with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Required {
    /// The action it needs.
    pub(super) action: Action,
    /// Whether the person must have proved to be there just now.
    pub(super) fresh: bool,
}

/// The id of the request, in logs, audit rows and answers.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The id of a request and the address it came from, each empty where it is not known.
pub(super) fn origin(extensions: &Extensions) -> (String, String) {
    let id = extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    (id, peer.map(|peer| peer.0.ip().to_string()).unwrap_or_default())
}

/// Turns the headers of a request into the actor behind it. The identity room provides it; the platform knows no
/// rooms.
pub trait Authenticate: Send + Sync + 'static {
    /// The signed-in person, or [`Error::SignIn`].
    fn actor<'a>(
        &'a self,
        app: &'a App,
        headers: &'a HeaderMap,
    ) -> Pin<Box<dyn Future<Output = Result<Actor, Error>> + Send + 'a>>;

    /// Whose API key `secret` is and may be used from `ip` (empty where that is not known), or [`Error::Key`].
    fn key_actor<'a>(
        &'a self,
        app: &'a App,
        secret: &'a str,
        request: (&'a str, &'a str),
    ) -> Pin<Box<dyn Future<Output = Result<Actor, Error>> + Send + 'a>>;

    /// The names of those who can give `actor` another role.
    fn administrators<'a>(
        &'a self,
        app: &'a App,
        actor: &'a Actor,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<String>, Error>> + Send + 'a>>;

    /// Is told that `actor` asked for something that was refused, so that it can be written down.
    fn refused<'a>(
        &'a self,
        app: &'a App,
        actor: &'a Actor,
        refusal: &'a Refusal,
    ) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

    /// What the log of the actor's organisation tells last of a record, given by kind and id.
    fn last_change<'a>(
        &'a self,
        app: &'a App,
        actor: &'a Actor,
        record: (&'a str, &'a str),
    ) -> Pin<Box<dyn Future<Output = Result<Option<LastChange>, Error>> + Send + 'a>>;

    /// The page that asks once more who it is, with what waits inside it.
    fn ask_again<'a>(
        &'a self,
        app: &'a App,
        headers: &'a HeaderMap,
        kept: Kept,
    ) -> Pin<Box<dyn Future<Output = Response> + Send + 'a>>;
}

/// Counts what a person has not read, for the bell of every page. The notifications' room provides it.
pub trait Ring: Send + Sync + 'static {
    /// How many the actor has not read and may still see.
    fn unread<'a>(
        &'a self,
        app: &'a App,
        actor: &'a Actor,
    ) -> Pin<Box<dyn Future<Output = Result<usize, Error>> + Send + 'a>>;
}

/// Knows what people have saved of lists. The room of saved views provides it.
pub trait Saves: Send + Sync + 'static {
    /// The actor's saved views of the list at `path`; `None` where there is no such list.
    fn of<'a>(
        &'a self,
        app: &'a App,
        actor: &'a Actor,
        path: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<SavedViews, Error>> + Send + 'a>>;
}

/// What a person has of their own around a page: what the bell shows, and the saved views of its list. Nothing of it where
/// there is no page, or none of one's own.
async fn own(app: &App, parts: &Parts, actor: &Actor, view: &mut View) -> Result<(), Error> {
    let path = parts.uri.path();
    if parts.method != Method::GET || is_api(path) || path == "/live" || actor.viewing.is_some() {
        return Ok(());
    }
    if let Some(bell) = parts.extensions.get::<Arc<dyn Ring>>() {
        view.unread = Some(bell.unread(app, actor).await?);
    }
    if let Some(saves) = parts.extensions.get::<Arc<dyn Saves>>() {
        view.take_saved(saves.of(app, actor, path).await?);
    }
    Ok(())
}

/// Who asks, known already.
#[derive(Clone, Debug)]
pub(super) struct Caller(pub(super) Actor);

/// Who asks: by session cookie on pages; by key or, from our own pages, by session at the API. Whoever shows a key is
/// the key's and nobody else's, so a cookie beside it opens nothing (PORTAL 6.2).
pub(super) async fn caller(
    app: &App,
    gate: &dyn Authenticate,
    uri: &Uri,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Result<Actor, Error> {
    if let Some(Caller(actor)) = extensions.get::<Caller>() {
        return Ok(actor.clone());
    }
    let actor = match headers.get(header::AUTHORIZATION) {
        Some(shown) if is_api(uri.path()) => {
            let secret = shown.to_str().ok().and_then(|shown| shown.split_once(' '));
            let secret = secret.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
            let (request_id, ip) = origin(extensions);
            let secret = secret.map_or("", |(_, secret)| secret.trim());
            gate.key_actor(app, secret, (&request_id, &ip)).await?
        }
        _ => gate.actor(app, headers).await?,
    };
    if is_api(uri.path())
        && let Some(limits) = extensions.get::<Arc<Limits>>()
    {
        limits.take(&actor, app.config.requests_per_minute, app.clock.now_ms())?;
    }
    Ok(actor)
}

/// Proof that the route's action was allowed. A handler that takes it cannot forget to check.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// Who.
    pub actor: Actor,
    /// What may be touched.
    pub scope: Scope,
    /// Which request.
    pub request_id: String,
    /// Where it came from; empty where that is not known.
    pub ip: String,
    /// Which version of the record it is meant for.
    pub believed: Believed,
    /// What a page needs to know of the request.
    pub view: View,
}

/// The same refusal, with whom to ask (PORTAL section 5).
fn ask(error: Error, administrators: &[String]) -> Error {
    match (error, administrators) {
        (error, []) => error,
        (Error::Forbidden { code, text }, names) => {
            let names = names.join(", ");
            let ask = said! {
                en: "Ask your administrator: {names}.",
                th: "ติดต่อผู้ดูแลระบบขององค์กรคุณ: {names}",
            };
            Error::Forbidden { code, text: text.then(&ask) }
        }
        (error, _) => error,
    }
}

impl FromRequestParts<App> for Allowed {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let missing =
            |what: &str| Error::Internal(anyhow::anyhow!("{what} is missing on {}", parts.uri.path()));
        let required = parts.extensions.get::<Required>().copied().ok_or_else(|| missing("the action"))?;
        let gate = parts.extensions.get::<Arc<dyn Authenticate>>().cloned();
        let gate = gate.ok_or_else(|| missing("the authenticator"))?;
        let actor = caller(app, gate.as_ref(), &parts.uri, &parts.headers, &parts.extensions).await?;
        if let Some(asked) = parts.extensions.get::<Asked>() {
            asked.by(&actor, required.action);
        }
        let scope = match actor.may(required.action) {
            Ok(scope) => scope,
            Err(denied @ (Denied::Role | Denied::ReadOnly)) => {
                return Err(ask(denied.into(), &gate.administrators(app, &actor).await?));
            }
            Err(denied) => return Err(denied.into()),
        };
        if required.fresh && !actor.is_fresh(app.clock.now_ms()) {
            return Err(Error::StepUp);
        }
        let (request_id, ip) = origin(&parts.extensions);
        let mut view = View::of(parts, app.clock.now_ms());
        view.reader = actor.reader;
        own(app, parts, &actor, &mut view).await?;
        let believed = Believed::of(parts, &view);
        Ok(Self { actor, scope, request_id, ip, believed, view })
    }
}
