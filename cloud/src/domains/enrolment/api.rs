//! What every handler of the agent API shares: bounded bodies, and answers that are envelopes.

use super::authority::Authority;
use super::caller::Callers;
use super::limit::Limit;
use crate::app::App;
use crate::platform::db::DbError;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::metrics::counter::Counter;
use riversync_protocol::Envelope;
use riversync_protocol::codec::{MAX_BODY_BYTES, decode, encode};
use riversync_protocol::paths::MEDIA_TYPE;
use riversync_protocol::v1::{Ack, Message, Outcome, Refusal};
use std::sync::Arc;

/// The state of the agent API. Cheap to clone.
#[derive(Clone)]
pub struct AgentApi {
    /// The service.
    pub app: App,
    /// Its keys.
    pub authority: Arc<Authority>,
    /// Requests that were refused, for whatever reason.
    pub refused: Counter,
    pub(super) limit: Arc<Limit>,
    pub(super) callers: Arc<Callers>,
}

impl AgentApi {
    /// The API over a service and its keys.
    pub fn new(app: App, authority: Arc<Authority>) -> Self {
        Self { app, authority, refused: Counter::default(), limit: Arc::default(), callers: Arc::default() }
    }
}

/// A refusal on its way out: a status, and an acknowledgement that says why.
#[derive(Debug)]
pub struct Refused {
    /// The HTTP status.
    pub status: StatusCode,
    /// What the gateway reads.
    pub refusal: Refusal,
    /// The cloud's clock, Unix milliseconds.
    pub server_ms: i64,
}

impl Refused {
    /// It will never be accepted as it is, and why.
    pub fn malformed(api: &AgentApi, status: StatusCode, why: impl Into<String>) -> Self {
        api.refused.inc();
        let why = why.into();
        tracing::warn!(status = status.as_u16(), why, "a gateway's request was refused");
        Self { status, refusal: Refusal::Malformed(why), server_ms: api.app.clock.now_ms() }
    }

    /// Not now.
    pub fn busy(api: &AgentApi, status: StatusCode, wait_ms: u32) -> Self {
        api.refused.inc();
        Self { status, refusal: Refusal::Busy(wait_ms), server_ms: api.app.clock.now_ms() }
    }

    /// Our own trouble: the gateway keeps what it has and comes again.
    pub fn internal(api: &AgentApi, error: &DbError) -> Self {
        tracing::error!(error = %error, "the agent API could not reach its database");
        Self::busy(api, StatusCode::SERVICE_UNAVAILABLE, 5_000)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let outcome = Outcome::Refused(self.refusal);
        answer(self.status, ack(outcome, 0, self.server_ms, 0))
    }
}

/// An acknowledgement.
pub fn ack(outcome: Outcome, policy_epoch: i64, server_ms: i64, pace_ms: u32) -> Message {
    Message::Ack(Ack { outcome, policy_epoch: u64::try_from(policy_epoch).unwrap_or(0), server_ms, pace_ms })
}

/// A message as an HTTP answer.
pub fn answer(status: StatusCode, message: Message) -> Response {
    match encode(&Envelope::V1(message)) {
        Ok(bytes) => (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], bytes).into_response(),
        Err(error) => {
            tracing::error!(error = %error, "an answer to a gateway does not encode");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The message in a request's body: bounded before it is read, and exactly one.
pub struct Body(pub Message);

impl FromRequest<AgentApi> for Body {
    type Rejection = Refused;

    async fn from_request(request: Request, api: &AgentApi) -> Result<Self, Refused> {
        let bytes = axum::body::to_bytes(request.into_body(), MAX_BODY_BYTES).await.map_err(|_| {
            let why = format!(
                "the body is larger than {MAX_BODY_BYTES} bytes or broke off; send a smaller batch, or the same again"
            );
            Refused::malformed(api, StatusCode::PAYLOAD_TOO_LARGE, why)
        })?;
        let Envelope::V1(message) =
            decode(&bytes).map_err(|e| Refused::malformed(api, StatusCode::BAD_REQUEST, e.to_string()))?;
        Ok(Self(message))
    }
}
