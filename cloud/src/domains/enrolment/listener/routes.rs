//! The paths of this room: enrol and renew.

use super::super::actions;
use super::super::api::{AgentApi, Body, Refused, answer};
use super::super::caller::Agent;
use super::Peer;
use axum::Router;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;
use riversync_protocol::paths;
use riversync_protocol::v1::Message;

pub(super) fn routes() -> Router<AgentApi> {
    Router::new().route(paths::ENROL, post(enrol)).route(paths::RENEW, post(renew)).fallback(nothing_here)
}

async fn enrol(
    State(api): State<AgentApi>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    Body(message): Body,
) -> Result<Response, Refused> {
    api.limit.take(peer.address.ip(), api.app.clock.now_ms()).map_err(|wait_ms| {
        Refused::busy(&api, StatusCode::TOO_MANY_REQUESTS, u32::try_from(wait_ms).unwrap_or(60_000))
    })?;
    let Message::EnrolRequest(request) = message else {
        return Err(unexpected(&api, "an enrolment request"));
    };
    Ok(answer(StatusCode::OK, Message::Certificate(actions::enrol(&api, request).await?)))
}

async fn renew(State(api): State<AgentApi>, agent: Agent, Body(message): Body) -> Result<Response, Refused> {
    let Message::RenewRequest(request) = message else { return Err(unexpected(&api, "a renewal request")) };
    Ok(answer(StatusCode::OK, Message::Certificate(actions::renew(&api, &agent, &request.csr_der).await?)))
}

async fn nothing_here(State(api): State<AgentApi>) -> Refused {
    Refused::malformed(
        &api,
        StatusCode::NOT_FOUND,
        "the agent API has no such path; is the gateway newer than the cloud?",
    )
}

fn unexpected(api: &AgentApi, expected: &str) -> Refused {
    let why = format!("this path takes {expected} and nothing else");
    Refused::malformed(api, StatusCode::UNPROCESSABLE_ENTITY, why)
}
