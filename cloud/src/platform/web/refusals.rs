//! Refusals that matter are written down: a change that the role does not allow, what a tier or a grant does not open,
//! somebody else's id. A page of one's own organisation that a role does not reach is a stale bookmark, not an attempt.

use super::error_response::Problem;
use super::extract::{Authenticate, origin};
use super::fresh::AsksAgain;
use crate::app::App;
use crate::platform::access::{Action, Actor};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::{Arc, OnceLock};

/// What was asked for and refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// What it would have needed.
    pub action: Action,
    /// Why not, as a machine reads it: `role_forbidden`, `not_found`, `tier_locked`, ...
    pub code: &'static str,
    /// The method and path that were asked for, without query.
    pub asked: String,
    /// Which request.
    pub request_id: String,
    /// Where it came from; empty where that is not known.
    pub ip: String,
}

/// Who asked for what: filled by the extractor of the route, read when the answer is there.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked(Arc<OnceLock<(Actor, Action)>>);

impl Asked {
    pub(super) fn by(&self, actor: &Actor, action: Action) {
        self.0.get_or_init(|| (actor.clone(), action));
    }

    /// Who asked, once the route has let them in.
    pub(super) fn who(&self) -> Option<&Actor> {
        self.0.get().map(|(actor, _)| actor)
    }
}

/// Tells the gate of a refusal that matters. What cannot be written down is answered as our fault.
pub(super) async fn note_refusals(
    State((app, gate)): State<(App, Arc<dyn Authenticate>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let asked = Asked::default();
    request.extensions_mut().insert(asked.clone());
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let names_one = request.extensions().get::<MatchedPath>().is_some_and(|path| path.as_str().contains('{'));
    let (request_id, ip) = origin(request.extensions());
    let what = format!("{} {}", request.method(), request.uri().path());
    let mut response = next.run(request).await;
    let Some((actor, action)) = asked.0.get() else { return response };
    response.extensions_mut().insert(actor.reader);
    let code = response.extensions().get::<Arc<Problem>>().map_or("forbidden", |problem| problem.code);
    // Who is asked to prove to be there was not refused.
    let asks_again = code == "step_up_required" || response.extensions().get::<AsksAgain>().is_some();
    let matters = match response.status() {
        StatusCode::FORBIDDEN if asks_again => false,
        StatusCode::FORBIDDEN => !is_read || code != "role_forbidden",
        StatusCode::NOT_FOUND => !is_read || (names_one && actor.can(*action)),
        _ => false,
    };
    if !matters {
        return response;
    }
    let refusal = Refusal { action: *action, code, asked: what, request_id, ip };
    match gate.refused(&app, actor, &refusal).await {
        Ok(()) => response,
        Err(error) => error.into_response(),
    }
}
