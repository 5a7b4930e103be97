//! Where a member is signed in, as JSON, and ending it: the same as on the page.

use super::sessions::{EndForm, Whose, end_theirs, living};
use crate::app::App;
use crate::domains::identity::browser_name;
use crate::domains::identity::model::Session;
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::{Allowed, JsonBody, Path};
use crate::platform::words::said;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A session of a member.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionJson {
    /// What names it when it is ended; it opens nothing.
    session: String,
    /// Such as `Chrome on Linux`.
    browser: String,
    signed_in_ms: i64,
    last_used_ms: i64,
}

impl From<&Session> for SessionJson {
    fn from(session: &Session) -> Self {
        Self {
            session: session.label().to_owned(),
            browser: browser_name(&session.user_agent, Language::English),
            signed_in_ms: session.created_ms,
            last_used_ms: session.seen_ms,
        }
    }
}

/// Where a member is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionsJson {
    /// The one used last first.
    sessions: Vec<SessionJson>,
}

/// Which sessions are to end, and why.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndSessionsBody {
    /// One of them; all when nothing is said.
    #[serde(default)]
    session: Option<String>,
    /// Read by the person and in the log.
    reason: String,
}

/// A page leads to where one's own sessions stand; a program is told.
fn own(error: Error) -> Error {
    match error {
        Error::Elsewhere(_) => {
            let text = said! {
                en: "These are your own sessions. You find and end them under My account.",
                th: "นี่คือเซสชันของคุณเอง ดูและสิ้นสุดได้ที่บัญชีของฉัน",
            };
            Error::Conflict { code: "own_sessions", text }
        }
        error => error,
    }
}

/// Where somebody is signed in for an organisation.
///
/// # Errors
/// [`Error::NotFound`] when the person is no member there; [`Error::Conflict`] when it is the asker.
pub async fn sessions_json(app: &App, allowed: &Allowed, of: Whose<'_>) -> Result<Json<SessionsJson>, Error> {
    let (_, living) = living(app, allowed, of).await.map_err(own)?;
    Ok(Json(SessionsJson { sessions: living.iter().map(Into::into).collect() }))
}

/// Ends sessions; what is left of them.
///
/// # Errors
/// As [`sessions_json`]; [`Error::Invalid`] for a body that is none, or gives no reason.
pub async fn end_sessions_json(
    app: &App,
    allowed: &Allowed,
    of: Whose<'_>,
    body: JsonBody<EndSessionsBody>,
) -> Result<Json<SessionsJson>, Error> {
    // Whether the person is there for the asker comes first, whatever the body is.
    living(app, allowed, of).await.map_err(own)?;
    let EndSessionsBody { session, reason } = body.read()?;
    end_theirs(app, allowed, of, &EndForm { session: session.unwrap_or_default(), reason }).await?;
    sessions_json(app, allowed, of).await
}

/// Where a member is signed in
///
/// Only sessions that act for your organisation.
#[utoipa::path(
    get,
    path = "/api/v1/team/{person}/sessions",
    tag = "Team",
    params(("person" = String, Path, description = "Which member")),
    responses((status = 200, description = "The sessions.", body = SessionsJson)),
)]
pub(super) async fn read(
    allowed: Allowed,
    State(app): State<App>,
    Path(person_id): Path<String>,
) -> Result<Json<SessionsJson>, Error> {
    let of = Whose { tenant_id: allowed.scope.tenant_id(), person_id: &person_id };
    sessions_json(&app, &allowed, of).await
}

/// End where a member is signed in
///
/// The person is told by mail.
#[utoipa::path(
    post,
    path = "/api/v1/team/{person}/sessions/end",
    tag = "Team",
    params(("person" = String, Path, description = "Which member")),
    request_body = EndSessionsBody,
    responses((status = 200, description = "The sessions that are left.", body = SessionsJson)),
)]
pub(super) async fn end(
    allowed: Allowed,
    State(app): State<App>,
    Path(person_id): Path<String>,
    body: JsonBody<EndSessionsBody>,
) -> Result<Json<SessionsJson>, Error> {
    let of = Whose { tenant_id: allowed.scope.tenant_id(), person_id: &person_id };
    end_sessions_json(&app, &allowed, of, body).await
}
