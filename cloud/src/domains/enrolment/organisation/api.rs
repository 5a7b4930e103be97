//! The organisations of a program as JSON, for its owner.

use super::create::{self, Typed};
use super::store::{self, Organisation};
use super::{actions, pages, sessions_api, tier};
use crate::app::App;
use crate::domains::identity::{self, MemberBody, MemberJson};
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, JsonBody, Path, ReasonBody, Routes, Version, one_of, piece};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// This sub-room's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(list, one, bring_in, verify, suspend, reinstate, grant_tier, add_contact, resend, sessions_api::read, sessions_api::end), tags((name = "Organisations", description = "The partners and customers of a program, for its owner.")))]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Organisations), Action::Change(Item::Organisations));
    Routes::new()
        .get("/api/v1/admin/partners", see, get(list))
        .post_fresh("/api/v1/admin/partners", change, post(bring_in))
        .get("/api/v1/admin/partners/{id}", see, get(one))
        .versioned(|one| {
            one.post("/api/v1/admin/partners/{id}/verify", change, post(verify))
                .post("/api/v1/admin/partners/{id}/suspend", change, post(suspend))
                .post("/api/v1/admin/partners/{id}/reinstate", change, post(reinstate))
                .post_fresh("/api/v1/admin/partners/{id}/tier", change, post(grant_tier))
        })
        .post_fresh("/api/v1/admin/partners/{id}/contacts", change, post(add_contact))
        .post("/api/v1/admin/partners/{id}/contacts/{person}/resend", change, post(resend))
        .get("/api/v1/admin/partners/{id}/contacts/{person}/sessions", change, get(sessions_api::read))
        .post("/api/v1/admin/partners/{id}/contacts/{person}/sessions/end", change, post(sessions_api::end))
}

/// An organisation of the program.
#[derive(Serialize, ToSchema)]
struct OrganisationJson {
    id: String,
    version: Version,
    name: String,
    created_ms: i64,
    verified_ms: Option<i64>,
    /// Its place in the channel: `reseller`, `distributor`, or none.
    subtype: Option<String>,
    partner_tier: Option<String>,
    partner_since_ms: Option<i64>,
    suspended_ms: Option<i64>,
    customer_since_ms: Option<i64>,
    /// People who are not switched off.
    people: i64,
}

impl From<Organisation> for OrganisationJson {
    fn from(one: Organisation) -> Self {
        Self {
            version: one.version(),
            id: one.id,
            name: one.name,
            created_ms: one.created_ms,
            verified_ms: one.verified_ms,
            subtype: one.subtype,
            partner_tier: one.partner_tier,
            partner_since_ms: one.partner_since_ms,
            suspended_ms: one.suspended_ms,
            customer_since_ms: one.customer_since_ms,
            people: one.people,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct OrganisationsJson {
    organisations: Vec<OrganisationJson>,
    /// The cursor of what follows; none at the end.
    next: Option<String>,
}

/// The organisations of your program
#[utoipa::path(
    get,
    path = "/api/v1/admin/partners",
    tag = "Organisations",
    params(("kind" = Option<String>, Query, description = "reseller, distributor or customer"), ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "How many at once; 50 when nothing is said"), ("cursor" = Option<String>, Query, description = "What the last answer gave as `next`")),
    responses((status = 200, description = "The list.", body = OrganisationsJson)),
)]
async fn list(allowed: Allowed, State(app): State<App>) -> Result<Json<OrganisationsJson>, Error> {
    let kinds = &pages::KINDS[1..];
    let kind = one_of("kind", allowed.view.get("kind"), kinds, |(key, _)| key)?;
    let mut all = store::organisations(&mut app.db.read().await?, &allowed.scope, None).await?;
    all.retain(|one| kind.is_none_or(|(_, is)| is(one)));
    let piece = piece(&allowed.view, all, |one| one.id.clone())?;
    let organisations = piece.items.into_iter().map(Into::into).collect();
    Ok(Json(OrganisationsJson { organisations, next: piece.next }))
}

/// An organisation with its contacts.
#[derive(Serialize, ToSchema)]
struct WholeOrganisationJson {
    organisation: OrganisationJson,
    contacts: Vec<MemberJson>,
}

async fn whole(app: &App, allowed: &Allowed, id: &str) -> Result<Json<WholeOrganisationJson>, Error> {
    let mut tx = app.db.read().await?;
    let organisation = actions::find(&mut tx, allowed, id).await?.into();
    let contacts = identity::members(&mut tx, id).await?.into_iter().map(Into::into).collect();
    Ok(Json(WholeOrganisationJson { organisation, contacts }))
}

/// One organisation with its contacts
#[utoipa::path(
    get,
    path = "/api/v1/admin/partners/{id}",
    tag = "Organisations",
    params(("id" = String, Path, description = "Which one")),
    responses((status = 200, description = "The organisation.", body = WholeOrganisationJson)),
)]
async fn one(allowed: Allowed, State(app): State<App>, Path(id): Path<String>) -> Result<Response, Error> {
    let Json(whole) = whole(&app, &allowed, &id).await?;
    Ok(whole.organisation.version.clone().on(Json(whole)))
}

/// A new organisation and its first administrator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrganisationBody {
    /// Its name.
    organisation: String,
    /// `reseller`, `distributor` or `customer`.
    kind: String,
    /// Whether you have made sure who it is.
    #[serde(default)]
    verified: bool,
    /// The first administrator.
    name: String,
    /// Where the invitation goes.
    email: String,
}

/// Bring an organisation in
///
/// Asks for a fresh proof that a person is there: a key gets `step_up_required`.
#[utoipa::path(
    post,
    path = "/api/v1/admin/partners",
    tag = "Organisations",
    request_body = OrganisationBody,
    responses((status = 201, description = "The organisation; its administrator was invited.", body = WholeOrganisationJson)),
)]
async fn bring_in(
    allowed: Allowed,
    State(app): State<App>,
    body: JsonBody<OrganisationBody>,
) -> Result<(StatusCode, Json<WholeOrganisationJson>), Error> {
    let body = body.read()?;
    let verified = if body.verified { "yes" } else { "" }.to_owned();
    let typed = Typed {
        organisation: body.organisation,
        kind: body.kind,
        verified,
        name: body.name,
        email: body.email,
    };
    let id = create::add(&app, &allowed, &typed).await?;
    Ok((StatusCode::CREATED, whole(&app, &allowed, &id).await?))
}

/// Note that you have made sure who an organisation is
#[utoipa::path(
    post,
    path = "/api/v1/admin/partners/{id}/verify",
    tag = "Organisations",
    params(("id" = String, Path, description = "Which one")),
    responses((status = 200, description = "The organisation as it is now.", body = WholeOrganisationJson)),
)]
async fn verify(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<WholeOrganisationJson>, Error> {
    actions::verify(&app, &allowed, &id).await?;
    whole(&app, &allowed, &id).await
}

/// Take the partner's app away for a time
#[utoipa::path(
    post,
    path = "/api/v1/admin/partners/{id}/suspend",
    tag = "Organisations",
    params(("id" = String, Path, description = "Which one")),
    request_body = ReasonBody,
    responses((status = 200, description = "The organisation as it is now.", body = WholeOrganisationJson)),
)]
async fn suspend(
    allowed: Allowed,
    app: State<App>,
    id: Path<String>,
    body: JsonBody<ReasonBody>,
) -> Result<Json<WholeOrganisationJson>, Error> {
    set_suspended(allowed, app, id, body, true).await
}

/// Give the partner's app back
#[utoipa::path(
    post,
    path = "/api/v1/admin/partners/{id}/reinstate",
    tag = "Organisations",
    params(("id" = String, Path, description = "Which one")),
    request_body = ReasonBody,
    responses((status = 200, description = "The organisation as it is now.", body = WholeOrganisationJson)),
)]
async fn reinstate(
    allowed: Allowed,
    app: State<App>,
    id: Path<String>,
    body: JsonBody<ReasonBody>,
) -> Result<Json<WholeOrganisationJson>, Error> {
    set_suspended(allowed, app, id, body, false).await
}

async fn set_suspended(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
    body: JsonBody<ReasonBody>,
    suspend: bool,
) -> Result<Json<WholeOrganisationJson>, Error> {
    // Whether it is there for the asker comes first, whatever the body is.
    actions::find(&mut app.db.read().await?, &allowed, &id).await?;
    actions::set_suspended(&app, &allowed, &id, suspend, &body.read()?.reason).await?;
    whole(&app, &allowed, &id).await
}

/// Invite a contact of an organisation
///
/// Asks for a fresh proof that a person is there: a key gets `step_up_required`.
#[utoipa::path(
    post,
    path = "/api/v1/admin/partners/{id}/contacts",
    tag = "Organisations",
    params(("id" = String, Path, description = "Which organisation")),
    request_body = MemberBody,
    responses((status = 201, description = "The organisation as it is now.", body = WholeOrganisationJson)),
)]
async fn add_contact(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
    body: JsonBody<MemberBody>,
) -> Result<(StatusCode, Json<WholeOrganisationJson>), Error> {
    actions::find(&mut app.db.read().await?, &allowed, &id).await?;
    actions::add_contact(&app, &allowed, &id, &body.read()?.into()).await?;
    Ok((StatusCode::CREATED, whole(&app, &allowed, &id).await?))
}

/// Send a contact's invitation anew
#[utoipa::path(
    post,
    path = "/api/v1/admin/partners/{id}/contacts/{person}/resend",
    tag = "Organisations",
    params(("id" = String, Path, description = "Which organisation"), ("person" = String, Path, description = "Which contact")),
    responses((status = 200, description = "The organisation as it is now.", body = WholeOrganisationJson)),
)]
async fn resend(
    allowed: Allowed,
    State(app): State<App>,
    Path((id, person_id)): Path<(String, String)>,
) -> Result<Json<WholeOrganisationJson>, Error> {
    actions::resend(&app, &allowed, &id, &person_id).await?;
    whole(&app, &allowed, &id).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TierBody {
    /// `authorized`, `gold` or `platinum`.
    tier: String,
    /// Read by the reseller, and in both logs.
    reason: String,
}

/// Grant a reseller another tier
#[utoipa::path(
    post,
    path = "/api/v1/admin/partners/{id}/tier",
    tag = "Organisations",
    params(("id" = String, Path, description = "Which one")),
    request_body = TierBody,
    responses((status = 200, description = "The organisation as it is now.", body = WholeOrganisationJson)),
)]
async fn grant_tier(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
    body: JsonBody<TierBody>,
) -> Result<Json<WholeOrganisationJson>, Error> {
    actions::find(&mut app.db.read().await?, &allowed, &id).await?;
    let body = body.read()?;
    tier::grant(&app, &allowed, &id, &body.tier, &body.reason).await?;
    whole(&app, &allowed, &id).await
}
