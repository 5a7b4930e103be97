//! The door of every app: from the headers of a request to the actor behind it.

use super::{rules, session, store};
use crate::app::App;
use crate::platform::access::Actor;
use crate::platform::error::Error;
use crate::platform::web::Authenticate;
use axum::http::HeaderMap;
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
}

/// The actor of a request.
///
/// # Errors
/// [`Error::SignIn`] when nobody is signed in.
pub(super) async fn recognise(app: &App, headers: &HeaderMap) -> Result<Actor, Error> {
    // Without a cookie there is nothing to look up: anonymous traffic costs no connection.
    session::presented(app, headers).ok_or(Error::SignIn)?;
    let mut tx = app.db.read().await?;
    let session = session::living(app, &mut tx, headers).await?;
    let actor = session::actor(&mut tx, &session).await?;
    drop(tx);
    let now_ms = app.clock.now_ms();
    if now_ms - session.seen_ms >= rules::SEEN_STEP_MS {
        let mut tx = app.db.write().await?;
        store::touch_session(&mut tx, &session.token_sha256, now_ms).await?;
        tx.commit().await?;
    }
    Ok(actor)
}
