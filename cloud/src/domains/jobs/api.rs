//! Jobs as JSON: what the page shows, and its two buttons.

use super::actions;
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::jobs::desk::{self, Line, Seen, State as Stands};
use crate::platform::web::{Allowed, JsonBody, Path, ReasonBody, Routes, Version};
use axum::Json;
use axum::extract::State;
use axum::routing::{get, post};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// The room's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(read, retry, cancel), tags((name = "Jobs", description = "Mails and other work for later, for who runs the service.")))]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    let change = Action::Change(Item::Jobs);
    Routes::new().get("/api/v1/admin/jobs", Action::See(Item::Jobs), get(read)).versioned(|one| {
        one.post("/api/v1/admin/jobs/{id}/retry", change, post(retry)).post(
            "/api/v1/admin/jobs/{id}/cancel",
            change,
            post(cancel),
        )
    })
}

/// A job as it stands.
#[derive(Serialize, ToSchema)]
struct JobJson {
    id: String,
    version: Version,
    /// What it is.
    kind: String,
    /// `running`, `abandoned` by a worker that is gone, `resting` after a failure, `waiting` or `dead`.
    state: &'static str,
    created_ms: i64,
    /// Not before; while it runs, when its lease ends.
    due_ms: i64,
    attempts: i64,
    /// How far it is, of `steps`; 0 of 0 while it has not said.
    step: i64,
    steps: i64,
    /// Why it failed last; may be empty.
    error: String,
    /// When it was given up.
    dead_ms: Option<i64>,
    /// The request behind it; empty for what the schedule asked for.
    request: String,
}

impl JobJson {
    fn new(job: Seen, now_ms: i64) -> Self {
        let state = match job.state(now_ms) {
            Stands::Running => "running",
            Stands::Abandoned => "abandoned",
            Stands::Resting => "resting",
            Stands::Waiting => "waiting",
            Stands::Dead => "dead",
        };
        Self {
            version: job.version(),
            id: job.id,
            kind: job.kind,
            state,
            created_ms: job.created_ms,
            due_ms: job.due_ms,
            attempts: job.attempts,
            step: job.step,
            steps: job.steps,
            error: job.error,
            dead_ms: job.dead_ms,
            request: job.correlation_id,
        }
    }
}

/// What comes by itself.
#[derive(Serialize, ToSchema)]
struct RecurringJson {
    kind: String,
    every_ms: i64,
    last_due_ms: i64,
    /// Whether that run is done.
    done: bool,
    /// When the next one is due.
    next_due_ms: i64,
}

impl From<Line> for RecurringJson {
    fn from(line: Line) -> Self {
        Self {
            next_due_ms: line.next_ms(),
            kind: line.name,
            every_ms: line.every_ms,
            last_due_ms: line.due_ms,
            done: line.open.is_none(),
        }
    }
}

#[derive(Serialize, ToSchema)]
struct JobsJson {
    /// How many are not done.
    waiting: i64,
    /// How many were given up.
    dead: i64,
    /// Those that are not done, the due ones first; 100 at most.
    queue: Vec<JobJson>,
    /// Those that were given up, newest first; 100 at most.
    given_up: Vec<JobJson>,
    schedule: Vec<RecurringJson>,
}

async fn now(app: &App) -> Result<Json<JobsJson>, Error> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.read().await?;
    let counts = desk::counts(&mut tx).await?;
    let shown = |jobs: Vec<Seen>| jobs.into_iter().map(|job| JobJson::new(job, now_ms)).collect();
    Ok(Json(JobsJson {
        waiting: counts.waiting,
        dead: counts.dead,
        queue: shown(desk::queue(&mut tx).await?),
        given_up: shown(desk::dead_letters(&mut tx).await?),
        schedule: desk::schedule(&mut tx).await?.into_iter().map(Into::into).collect(),
    }))
}

/// What waits, what was given up and what comes by itself
#[utoipa::path(
    get,
    path = "/api/v1/admin/jobs",
    tag = "Jobs",
    responses((status = 200, description = "The jobs.", body = JobsJson)),
)]
async fn read(_: Allowed, State(app): State<App>) -> Result<Json<JobsJson>, Error> {
    now(&app).await
}

/// Let a job that failed be tried at once
#[utoipa::path(
    post,
    path = "/api/v1/admin/jobs/{id}/retry",
    tag = "Jobs",
    params(("id" = String, Path, description = "Which job")),
    responses((status = 200, description = "The jobs as they are now.", body = JobsJson)),
)]
async fn retry(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<JobsJson>, Error> {
    actions::retry(&app, &allowed, &id).await?;
    now(&app).await
}

/// End a job for good
#[utoipa::path(
    post,
    path = "/api/v1/admin/jobs/{id}/cancel",
    tag = "Jobs",
    params(("id" = String, Path, description = "Which job")),
    request_body = ReasonBody,
    responses((status = 200, description = "The jobs as they are now.", body = JobsJson)),
)]
async fn cancel(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
    body: JsonBody<ReasonBody>,
) -> Result<Json<JobsJson>, Error> {
    // Whether it is there comes first, whatever the body is.
    desk::one(&mut app.db.read().await?, &id).await?.ok_or(Error::NotFound)?;
    actions::cancel(&app, &allowed, &id, body.read()?.reason.trim()).await?;
    now(&app).await
}
