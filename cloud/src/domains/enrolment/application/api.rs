//! Applications as JSON: the applicant's verbs and the reviewer's, the same as on the pages.

use super::model::{Application, Document, Line, Status};
use super::rules::Move;
use super::{actions, review, store};
use crate::app::App;
use crate::platform::access::{Action, Item, Scope};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::{
    Allowed, DocumentBody, JsonBody, Path, ReasonBody, Routes, UploadForm, Version, json_value, one_of, piece,
};
use crate::platform::words::said;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// This sub-room's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(own, send, withdraw, queue, one, approve, reject, give_back), tags((name = "Applications", description = "Becoming a partner, and deciding it.")))]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    let (apply, decide) = (Action::Change(Item::Apps), Action::Change(Item::Applications));
    Routes::new()
        .get("/api/v1/account/enrolment/application", Action::See(Item::Apps), get(own))
        .versioned(|one| {
            one.post("/api/v1/account/enrolment/apply", apply, post(send).layer(UploadForm::limit())).post(
                "/api/v1/account/enrolment/application/withdraw",
                apply,
                post(withdraw),
            )
        })
        .get("/api/v1/admin/applications", Action::See(Item::Applications), get(queue))
        .get("/api/v1/admin/applications/{id}", Action::See(Item::Applications), get(one))
        .versioned(|one| {
            one.post("/api/v1/admin/applications/{id}/approve", decide, post(approve))
                .post("/api/v1/admin/applications/{id}/reject", decide, post(reject))
                .post("/api/v1/admin/applications/{id}/return", decide, post(give_back))
        })
}

/// An application to become a partner.
#[derive(Serialize, ToSchema)]
struct ApplicationJson {
    id: String,
    version: Version,
    /// The organisation that applies.
    organisation_id: String,
    organisation_name: String,
    /// `submitted`, `returned`, `approved`, `rejected` or `withdrawn`.
    status: &'static str,
    /// `reseller` or `distributor`.
    subtype: &'static str,
    legal_name: String,
    registration_number: String,
    country: String,
    address: String,
    territories: Vec<String>,
    about: String,
    submitted_ms: i64,
    /// By when the program's owner decides.
    decide_by_ms: i64,
    decided_ms: Option<i64>,
}

impl From<Application> for ApplicationJson {
    fn from(one: Application) -> Self {
        Self {
            version: one.version(),
            id: one.id,
            organisation_id: one.tenant_id,
            organisation_name: one.tenant_name,
            status: one.status.key(),
            subtype: one.said.subtype.key(),
            legal_name: one.said.legal_name,
            registration_number: one.said.registration_number,
            country: one.said.country,
            address: one.said.address,
            territories: one.said.territories,
            about: one.said.about,
            submitted_ms: one.submitted_ms,
            decide_by_ms: one.decide_by_ms,
            decided_ms: one.decided_ms,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct ApplicationDocumentJson {
    id: String,
    name: String,
    size_bytes: i64,
    /// SHA-256 of its content, hexadecimal.
    sha256: String,
    added_ms: i64,
}

impl From<Document> for ApplicationDocumentJson {
    fn from(one: Document) -> Self {
        let sha256 = data_encoding::HEXLOWER.encode(&one.sha256);
        Self { id: one.id, name: one.name, size_bytes: one.size_bytes, sha256, added_ms: one.added_ms }
    }
}

/// One step that was done to it.
#[derive(Serialize, ToSchema)]
struct ApplicationStepJson {
    at_ms: i64,
    /// `submitted`, `returned`, `resubmitted`, `approved`, `rejected` or `withdrawn`.
    step: String,
    person: String,
    organisation: String,
    note: String,
}

impl From<Line> for ApplicationStepJson {
    fn from(line: Line) -> Self {
        Self {
            at_ms: line.at_ms,
            step: line.kind,
            person: line.person_name,
            organisation: line.tenant_name,
            note: line.note,
        }
    }
}

/// An application with its documents and its history.
#[derive(Serialize, ToSchema)]
struct WholeApplicationJson {
    application: ApplicationJson,
    documents: Vec<ApplicationDocumentJson>,
    history: Vec<ApplicationStepJson>,
}

async fn whole(tx: &mut Tx, seen: Application) -> Result<Json<WholeApplicationJson>, Error> {
    let documents = store::documents(tx, &seen).await?.into_iter().map(Into::into).collect();
    let history = store::history(tx, &seen).await?.into_iter().map(Into::into).collect();
    Ok(Json(WholeApplicationJson { application: seen.into(), documents, history }))
}

async fn newest(app: &App, allowed: &Allowed) -> Result<Json<WholeApplicationJson>, Error> {
    let mut tx = app.db.read().await?;
    let all = store::applications(&mut tx, &allowed.scope, None).await?;
    let newest = all.into_iter().next().ok_or(Error::NotFound)?;
    whole(&mut tx, newest).await
}

/// Whether it is there for the asker comes first, whatever the body is.
async fn is_there(app: &App, allowed: &Allowed, id: &str) -> Result<(), Error> {
    review::find(&mut app.db.read().await?, allowed, id).await.map(drop)
}

async fn find(app: &App, allowed: &Allowed, id: &str) -> Result<Json<WholeApplicationJson>, Error> {
    let mut tx = app.db.read().await?;
    let seen = review::find(&mut tx, allowed, id).await?;
    whole(&mut tx, seen).await
}

/// What the API shows `scope` of an application; `None`: for it there is none.
///
/// # Errors
/// When it cannot be read.
pub async fn application_json(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
) -> Result<Option<serde_json::Value>, Error> {
    let found = store::applications(tx, scope, Some(id)).await?.pop();
    found.map(|one| json_value(&ApplicationJson::from(one))).transpose()
}

/// What your organisation has applied for.
#[derive(Serialize, ToSchema)]
struct OwnApplicationsJson {
    /// None when it never applied.
    newest: Option<WholeApplicationJson>,
    /// Those before it, latest first.
    earlier: Vec<ApplicationJson>,
}

/// The applications of your organisation
#[utoipa::path(
    get,
    path = "/api/v1/account/enrolment/application",
    tag = "Applications",
    responses((status = 200, description = "The newest one whole, and those before it.", body = OwnApplicationsJson)),
)]
async fn own(allowed: Allowed, State(app): State<App>) -> Result<Json<OwnApplicationsJson>, Error> {
    let mut tx = app.db.read().await?;
    let mut all = store::applications(&mut tx, &allowed.scope, None).await?.into_iter();
    let newest = match all.next() {
        Some(newest) => Some(whole(&mut tx, newest).await?.0),
        None => None,
    };
    Ok(Json(OwnApplicationsJson { newest, earlier: all.map(Into::into).collect() }))
}

/// What an applicant says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApplyBody {
    /// `reseller` or `distributor`.
    subtype: String,
    legal_name: String,
    registration_number: String,
    country: String,
    address: String,
    territories: Vec<String>,
    about: String,
    #[serde(default)]
    documents: Vec<DocumentBody>,
}

impl ApplyBody {
    /// The same as the form would have brought it.
    fn into_form(self) -> Result<UploadForm, Error> {
        let field = |name: &str, value: String| (name.to_owned(), value);
        let files: Result<Vec<_>, Error> = self
            .documents
            .into_iter()
            .map(|one| one.read("documents").map(|(name, bytes)| ("documents".to_owned(), name, bytes)))
            .collect();
        Ok(UploadForm {
            fields: vec![
                field("subtype", self.subtype),
                field("legal_name", self.legal_name),
                field("registration_number", self.registration_number),
                field("country", self.country),
                field("address", self.address),
                field("territories", self.territories.join("\n")),
                field("about", self.about),
            ],
            files: files?,
        })
    }
}

/// Apply to become a partner, or answer a return
#[utoipa::path(
    post,
    path = "/api/v1/account/enrolment/apply",
    tag = "Applications",
    request_body = ApplyBody,
    responses((status = 201, description = "The application as it was sent.", body = WholeApplicationJson)),
)]
async fn send(
    allowed: Allowed,
    State(app): State<App>,
    body: JsonBody<ApplyBody>,
) -> Result<(StatusCode, Json<WholeApplicationJson>), Error> {
    actions::send(&app, &allowed, body.read()?.into_form()?).await?;
    Ok((StatusCode::CREATED, newest(&app, &allowed).await?))
}

/// Take the open application back
#[utoipa::path(
    post,
    path = "/api/v1/account/enrolment/application/withdraw",
    tag = "Applications",
    responses((status = 200, description = "The application as it is now.", body = WholeApplicationJson)),
)]
async fn withdraw(allowed: Allowed, State(app): State<App>) -> Result<Json<WholeApplicationJson>, Error> {
    match actions::withdraw(&app, &allowed).await {
        // A page sends on to where one applies; a program is told that there is none.
        Err(Error::Elsewhere(_)) => {
            let text = said! {
                en: "Your organisation has no application that could be withdrawn.",
                th: "องค์กรของคุณไม่มีใบสมัครที่ถอนได้",
            };
            return Err(Error::Conflict { code: "no_application", text });
        }
        done => done?,
    }
    newest(&app, &allowed).await
}

#[derive(Serialize, ToSchema)]
struct ApplicationsJson {
    applications: Vec<ApplicationJson>,
    /// The cursor of what follows; none at the end.
    next: Option<String>,
}

/// The applications of your program, by what is due first
#[utoipa::path(
    get,
    path = "/api/v1/admin/applications",
    tag = "Applications",
    params(("status" = Option<String>, Query, description = "submitted, returned, approved, rejected or withdrawn"), ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "How many at once; 50 when nothing is said"), ("cursor" = Option<String>, Query, description = "What the last answer gave as `next`")),
    responses((status = 200, description = "The list.", body = ApplicationsJson)),
)]
async fn queue(allowed: Allowed, State(app): State<App>) -> Result<Json<ApplicationsJson>, Error> {
    let status = one_of("status", allowed.view.get("status"), &Status::ALL, Status::key)?;
    let mut all = store::applications(&mut app.db.read().await?, &allowed.scope, None).await?;
    all.retain(|one| status.is_none_or(|status| one.status == status));
    let piece = piece(&allowed.view, all, |one| one.id.clone())?;
    let applications = piece.items.into_iter().map(Into::into).collect();
    Ok(Json(ApplicationsJson { applications, next: piece.next }))
}

/// One application with its documents and its history
#[utoipa::path(
    get,
    path = "/api/v1/admin/applications/{id}",
    tag = "Applications",
    params(("id" = String, Path, description = "Which one")),
    responses((status = 200, description = "The application.", body = WholeApplicationJson)),
)]
async fn one(allowed: Allowed, State(app): State<App>, Path(id): Path<String>) -> Result<Response, Error> {
    let Json(whole) = find(&app, &allowed, &id).await?;
    Ok(whole.application.version.clone().on(Json(whole)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApprovalBody {
    /// As what: `reseller` or `distributor`.
    subtype: String,
}

/// Make the applicant a partner
#[utoipa::path(
    post,
    path = "/api/v1/admin/applications/{id}/approve",
    tag = "Applications",
    params(("id" = String, Path, description = "Which one")),
    request_body = ApprovalBody,
    responses((status = 200, description = "The application as it is now.", body = WholeApplicationJson)),
)]
async fn approve(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
    body: JsonBody<ApprovalBody>,
) -> Result<Json<WholeApplicationJson>, Error> {
    is_there(&app, &allowed, &id).await?;
    let subtype = review::subtype(&body.read()?.subtype)?;
    review::approve(&app, &allowed, &id, subtype).await?;
    find(&app, &allowed, &id).await
}

/// Reject an application for good
#[utoipa::path(
    post,
    path = "/api/v1/admin/applications/{id}/reject",
    tag = "Applications",
    params(("id" = String, Path, description = "Which one")),
    request_body = ReasonBody,
    responses((status = 200, description = "The application as it is now.", body = WholeApplicationJson)),
)]
async fn reject(
    allowed: Allowed,
    app: State<App>,
    id: Path<String>,
    body: JsonBody<ReasonBody>,
) -> Result<Json<WholeApplicationJson>, Error> {
    answer(allowed, app, id, body, Move::Reject).await
}

/// Send an application back to be changed
#[utoipa::path(
    post,
    path = "/api/v1/admin/applications/{id}/return",
    tag = "Applications",
    params(("id" = String, Path, description = "Which one")),
    request_body = ReasonBody,
    responses((status = 200, description = "The application as it is now.", body = WholeApplicationJson)),
)]
async fn give_back(
    allowed: Allowed,
    app: State<App>,
    id: Path<String>,
    body: JsonBody<ReasonBody>,
) -> Result<Json<WholeApplicationJson>, Error> {
    answer(allowed, app, id, body, Move::Return).await
}

async fn answer(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
    body: JsonBody<ReasonBody>,
    what: Move,
) -> Result<Json<WholeApplicationJson>, Error> {
    is_there(&app, &allowed, &id).await?;
    review::answer(&app, &allowed, &id, what, &body.read()?.reason).await?;
    find(&app, &allowed, &id).await
}
