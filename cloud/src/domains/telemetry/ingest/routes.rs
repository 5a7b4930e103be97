//! The paths of this room for gateways: schemas and batches.

use super::{Ingest, store};
use crate::app::App;
use crate::domains::coverage;
use crate::domains::enrolment::{
    Agent, AgentApi, Body, Caller, Refused, ack, answer, policy_epoch, turned_away,
};
use crate::platform::db::DbError;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;
use axum::{Extension, Router};
use riversync_protocol::paths;
use riversync_protocol::v1::{Message, Outcome, Refusal, Schema};
use std::collections::HashSet;

/// The paths of this room for gateways, with the worker behind them.
pub fn agent_routes(app: &App) -> Router<AgentApi> {
    Router::new()
        .route(paths::SCHEMAS, post(schema))
        .route(paths::BATCHES, post(batch))
        .layer(Extension(Ingest::start(app.clone())))
}

async fn batch(
    State(api): State<AgentApi>,
    Extension(ingest): Extension<Ingest>,
    Caller(agent): Caller,
    Body(message): Body,
) -> Result<Response, Refused> {
    let Message::Upload(upload) = message else {
        let why = "this path takes uploads and nothing else";
        return Err(Refused::malformed(&api, StatusCode::UNPROCESSABLE_ENTITY, why));
    };
    let said = ingest.take(&agent, upload).await;
    if said.turned_away {
        return Err(turned_away(&api, &agent).await);
    }
    if matches!(said.outcome, Outcome::Refused(_)) {
        api.refused.inc();
    }
    let status = match said.outcome {
        Outcome::Refused(Refusal::Busy(_)) => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::OK,
    };
    Ok(answer(status, ack(said.outcome, said.policy_epoch, api.app.clock.now_ms(), said.pace_ms)))
}

async fn schema(State(api): State<AgentApi>, agent: Agent, Body(message): Body) -> Result<Response, Refused> {
    let Message::Schema(schema) = message else {
        let why = "this path takes schemas and nothing else";
        return Err(Refused::malformed(&api, StatusCode::UNPROCESSABLE_ENTITY, why));
    };
    let (outcome, epoch) = learn(&api.app, &agent, &schema).await.map_err(|e| Refused::internal(&api, &e))?;
    if matches!(outcome, Outcome::Refused(_)) {
        api.refused.inc();
    }
    Ok(answer(StatusCode::OK, ack(outcome, epoch, api.app.clock.now_ms(), 0)))
}

/// Stores a schema of an agent's own devices; what became of it, and the agent's policy epoch.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn learn(app: &App, agent: &Agent, schema: &Schema) -> Result<(Outcome, i64), DbError> {
    let malformed = |why: String| Outcome::Refused(Refusal::Malformed(why));
    let mut tx = app.db.write().await?;
    let epoch = policy_epoch(&mut tx, &agent.id).await?;
    if let Err(error) = schema.check() {
        return Ok((malformed(error.to_string()), epoch));
    }
    let own: HashSet<String> =
        coverage::devices_of_agent(&mut tx, &agent.id).await?.into_iter().map(|device| device.id).collect();
    if !schema.groups.iter().all(|group| own.contains(group.device.as_str())) {
        return Ok((Outcome::Refused(Refusal::NotGranted), epoch));
    }
    let (hash, body) = match (schema.hash(), postcard::to_stdvec(schema)) {
        (Ok(hash), Ok(body)) => (hash, body),
        (Err(error), _) => return Ok((malformed(error.to_string()), epoch)),
        (_, Err(error)) => return Ok((malformed(error.to_string()), epoch)),
    };
    store::put_schema(&mut tx, hash, body, app.clock.now_ms()).await?;
    tx.commit().await?;
    Ok((Outcome::Stored, epoch))
}
