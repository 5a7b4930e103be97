//! A team as JSON, in each app for its own administrators: the same verbs as on the page.

use super::model::{self, Member, NewMember};
use super::pages::{self, Verb};
use super::{actions, sales, sessions_api, store};
use crate::app::App;
use crate::domains::audit::{self, By};
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, JsonBody, Path, Routes, Version};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use utoipa::{Modify, OpenApi, ToSchema};

/// This sub-room's part of the API's description: each app has a team of its own.
#[derive(OpenApi)]
#[openapi(paths(members, invite, change_roles, resend, disable, enable, remove, sessions_api::read, sessions_api::end, sales::read, sales::api_on, sales::api_off), modifiers(&EachApp), tags((name = "Team", description = "The people of your organisation, for its administrators.")))]
pub struct ApiDoc;

/// The path of the team that is described, and those of the other apps.
const DESCRIBED: &str = "/api/v1/team";
const OTHERS: [&str; 2] = ["/api/v1/portal/team", "/api/v1/admin/team"];

struct EachApp;

impl Modify for EachApp {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let paths = &mut document.paths.paths;
        // What Sales sees is chosen where there are deals.
        let everywhere = paths.clone().into_iter().filter(|(path, _)| !path.contains("sales-sees-all"));
        for (path, item) in everywhere {
            for other in OTHERS {
                paths.insert(path.replacen(DESCRIBED, other, 1), item.clone());
            }
        }
    }
}

/// A route's path must be written out, so each app has its own lines.
macro_rules! team {
    ($base:literal, $item:expr) => {{
        let change = Action::Change($item);
        Routes::new()
            .get($base, Action::See($item), get(members))
            .post_fresh(concat!($base, "/invite"), change, post(invite))
            .versioned(|one| {
                one.post_fresh(concat!($base, "/{person}/roles"), change, post(change_roles))
                    .post(concat!($base, "/{person}/disable"), change, post(disable))
                    .post_fresh(concat!($base, "/{person}/enable"), change, post(enable))
                    .post(concat!($base, "/{person}/remove"), change, post(remove))
            })
            .post(concat!($base, "/{person}/resend"), change, post(resend))
            .get(concat!($base, "/{person}/sessions"), change, get(sessions_api::read))
            .post(concat!($base, "/{person}/sessions/end"), change, post(sessions_api::end))
    }};
}

pub(super) fn routes() -> Routes {
    team!("/api/v1/team", Item::Team)
        .merge(team!("/api/v1/portal/team", Item::PortalTeam))
        .merge(team!("/api/v1/admin/team", Item::StaffTeam))
        .merge(sales::api_routes())
}

/// A member of an organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberJson {
    id: String,
    version: Version,
    name: String,
    email: String,
    /// `administrator`, `coordinator`, `sales`, `technical`, `finance` or `viewer`.
    roles: Vec<&'static str>,
    /// `active`, `invited` or `switched_off`.
    state: &'static str,
    last_sign_in_ms: Option<i64>,
    /// Since when the membership is switched off.
    disabled_ms: Option<i64>,
}

impl From<Member> for MemberJson {
    fn from(member: Member) -> Self {
        let state = match member.disabled_ms {
            Some(_) => "switched_off",
            None if member.is_pending() => "invited",
            None => "active",
        };
        Self {
            state,
            version: member.version(),
            roles: member.roles.iter().map(|role| role.key()).collect(),
            id: member.person_id,
            name: member.name,
            email: member.email,
            last_sign_in_ms: member.last_sign_in_ms,
            disabled_ms: member.disabled_ms,
        }
    }
}

/// Somebody to be invited.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberBody {
    name: String,
    /// Where the invitation goes.
    email: String,
    /// What for; the aliases `principal` and `salesperson` are taken too.
    roles: Vec<String>,
}

impl From<MemberBody> for NewMember {
    fn from(body: MemberBody) -> Self {
        Self { name: body.name.trim().to_owned(), email: body.email.trim().to_owned(), roles: body.roles }
    }
}

#[derive(Serialize, ToSchema)]
struct TeamJson {
    members: Vec<MemberJson>,
}

async fn team(app: &App, allowed: &Allowed) -> Result<Json<TeamJson>, Error> {
    let members = store::members(&mut app.db.read().await?, allowed.scope.tenant_id()).await?;
    Ok(Json(TeamJson { members: members.into_iter().map(Into::into).collect() }))
}

/// The people of your organisation
#[utoipa::path(
    get,
    path = "/api/v1/team",
    tag = "Team",
    responses((status = 200, description = "The team.", body = TeamJson)),
)]
async fn members(allowed: Allowed, State(app): State<App>) -> Result<Json<TeamJson>, Error> {
    team(&app, &allowed).await
}

/// Invite somebody
///
/// Asks for a fresh proof that a person is there: a key gets `step_up_required`.
#[utoipa::path(
    post,
    path = "/api/v1/team/invite",
    tag = "Team",
    request_body = MemberBody,
    responses((status = 201, description = "The team as it is now.", body = TeamJson)),
)]
async fn invite(
    allowed: Allowed,
    State(app): State<App>,
    body: JsonBody<MemberBody>,
) -> Result<(StatusCode, Json<TeamJson>), Error> {
    let new = body.read()?.into();
    let (by, tenant_id) = (By::person(&allowed), allowed.scope.tenant_id());
    let mut tx = app.db.write().await?;
    actions::add_member(&app, &mut tx, &by, tenant_id, &allowed.actor.roles, &new).await?;
    tx.commit().await?;
    audit::announce(&app, [tenant_id]);
    Ok((StatusCode::CREATED, team(&app, &allowed).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RolesBody {
    /// All that the member has from now on.
    roles: Vec<String>,
}

/// Give a member other roles
///
/// Asks for a fresh proof that a person is there: a key gets `step_up_required`.
#[utoipa::path(
    post,
    path = "/api/v1/team/{person}/roles",
    tag = "Team",
    params(("person" = String, Path, description = "Which member")),
    request_body = RolesBody,
    responses((status = 200, description = "The team as it is now.", body = TeamJson)),
)]
async fn change_roles(
    allowed: Allowed,
    State(app): State<App>,
    Path(person_id): Path<String>,
    body: JsonBody<RolesBody>,
) -> Result<Json<TeamJson>, Error> {
    let (by, tenant_id) = (By::person(&allowed), allowed.scope.tenant_id());
    // Whether the person is there for the asker comes first, whatever the body is.
    actions::find(&mut app.db.read().await?, tenant_id, &person_id).await?;
    let body = body.read()?;
    let roles =
        model::roles(body.roles.iter().map(String::as_str)).map_err(|error| Error::Invalid(vec![error]))?;
    let mut tx = app.db.write().await?;
    let whose = (tenant_id, person_id.as_str());
    actions::change_roles(&app, &mut tx, &by, whose, &allowed.actor.roles, &roles).await?;
    tx.commit().await?;
    pages::tell(&app, &allowed, person_id);
    team(&app, &allowed).await
}

async fn act(
    allowed: Allowed,
    State(app): State<App>,
    Path(person_id): Path<String>,
    verb: Verb,
) -> Result<Json<TeamJson>, Error> {
    verb.act(&app, &allowed, person_id).await?;
    team(&app, &allowed).await
}

/// Send an invitation anew
#[utoipa::path(
    post,
    path = "/api/v1/team/{person}/resend",
    tag = "Team",
    params(("person" = String, Path, description = "Which member")),
    responses((status = 200, description = "The team as it is now.", body = TeamJson)),
)]
async fn resend(allowed: Allowed, app: State<App>, person: Path<String>) -> Result<Json<TeamJson>, Error> {
    act(allowed, app, person, Verb::Resend).await
}

/// Switch a member off
#[utoipa::path(
    post,
    path = "/api/v1/team/{person}/disable",
    tag = "Team",
    params(("person" = String, Path, description = "Which member")),
    responses((status = 200, description = "The team as it is now.", body = TeamJson)),
)]
async fn disable(allowed: Allowed, app: State<App>, person: Path<String>) -> Result<Json<TeamJson>, Error> {
    act(allowed, app, person, Verb::Disable).await
}

/// Switch a member on again
///
/// Asks for a fresh proof that a person is there: a key gets `step_up_required`.
#[utoipa::path(
    post,
    path = "/api/v1/team/{person}/enable",
    tag = "Team",
    params(("person" = String, Path, description = "Which member")),
    responses((status = 200, description = "The team as it is now.", body = TeamJson)),
)]
async fn enable(allowed: Allowed, app: State<App>, person: Path<String>) -> Result<Json<TeamJson>, Error> {
    act(allowed, app, person, Verb::Enable).await
}

/// Take a member out of the organisation
#[utoipa::path(
    post,
    path = "/api/v1/team/{person}/remove",
    tag = "Team",
    params(("person" = String, Path, description = "Which member")),
    responses((status = 200, description = "The team as it is now.", body = TeamJson)),
)]
async fn remove(allowed: Allowed, app: State<App>, person: Path<String>) -> Result<Json<TeamJson>, Error> {
    act(allowed, app, person, Verb::Remove).await
}
