//! `GET /agent/v1/policy`: the newest signed policy of the calling gateway, waited for if it has it already.
//!
//! A change within this process is heard at once through the hub; one from another process is found by asking the
//! table: each second on PostgreSQL, where replicas are the rule, and each five seconds on the embedded engine.

use super::views::policy_rows;
use crate::domains::enrolment::{Agent, AgentApi, Refused, answer, policy_epoch};
use crate::platform::db::{Db, DbError};
use crate::platform::live::Notice;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use riversync_protocol::ids::AgentId;
use riversync_protocol::paths;
use riversync_protocol::v1::{Message, Policy};
use serde::Deserialize;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout};

/// Longest wait for a change, milliseconds.
const MAX_WAIT_MS: u64 = 60_000;

/// The paths of this room for gateways.
pub fn agent_routes() -> Router<AgentApi> {
    Router::new().route(paths::POLICY, get(policy))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    have: u64,
    #[serde(default)]
    wait_ms: u64,
}

async fn policy(
    State(api): State<AgentApi>,
    agent: Agent,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Refused> {
    let Query(asked) = asked.map_err(|_| {
        let why = "ask for a policy with ?have=EPOCH&wait_ms=MILLISECONDS, both whole numbers";
        Refused::malformed(&api, StatusCode::BAD_REQUEST, why)
    })?;
    // Listening begins before the first look, so that a change in between is not missed.
    let mut heard = api.app.hub.listen();
    let until = Instant::now() + Duration::from_millis(asked.wait_ms.min(MAX_WAIT_MS));
    let look_again = match api.app.db {
        Db::Postgres { .. } => Duration::from_secs(1),
        Db::Sqlite { .. } => Duration::from_secs(5),
    };
    loop {
        let epoch = current(&api, &agent).await.map_err(|e| Refused::internal(&api, &e))?;
        // An agent that claims an epoch of the future has lost or forged one: it gets what holds, and refuses it or not.
        if u64::try_from(epoch).unwrap_or(0) != asked.have {
            return newest(&api, &agent).await;
        }
        let changed = async {
            loop {
                match heard.recv().await {
                    Ok(Notice::Grants { tenant_id }) if tenant_id == agent.tenant_id => return,
                    Ok(Notice::Missed) | Err(RecvError::Lagged(_)) => return,
                    Ok(_) => {}
                    Err(RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        let wait = look_again.min(until.saturating_duration_since(Instant::now()));
        tokio::select! {
            () = api.app.stop.cancelled() => return Ok(StatusCode::NO_CONTENT.into_response()),
            _ = timeout(wait, changed) => {}
        }
        if Instant::now() >= until {
            let epoch = current(&api, &agent).await.map_err(|e| Refused::internal(&api, &e))?;
            if u64::try_from(epoch).unwrap_or(0) == asked.have {
                return Ok(StatusCode::NO_CONTENT.into_response());
            }
            return newest(&api, &agent).await;
        }
    }
}

async fn current(api: &AgentApi, agent: &Agent) -> Result<i64, DbError> {
    let mut tx = api.app.db.read().await?;
    policy_epoch(&mut tx, &agent.id).await
}

async fn newest(api: &AgentApi, agent: &Agent) -> Result<Response, Refused> {
    let internal = |error: DbError| Refused::internal(api, &error);
    let now_ms = api.app.clock.now_ms();
    let mut tx = api.app.db.read().await.map_err(internal)?;
    // The epoch is read before the grants: a change in between makes the content newer than its number, never older,
    // and the next look fetches it again under its own number.
    let epoch = policy_epoch(&mut tx, &agent.id).await.map_err(internal)?;
    let rows = policy_rows(&mut tx, &agent.id, now_ms).await.map_err(internal)?;
    drop(tx);
    let refused = |why: String| Refused::malformed(api, StatusCode::INTERNAL_SERVER_ERROR, why);
    let agent = AgentId::new(agent.id.as_str()).map_err(|e| refused(e.to_string()))?;
    let policy = Policy { agent, epoch: u64::try_from(epoch).unwrap_or(0), issued_ms: now_ms, rows };
    let signed = api.authority.sign(&policy).map_err(|e| refused(e.to_string()))?;
    Ok(answer(StatusCode::OK, Message::Policy(signed)))
}
