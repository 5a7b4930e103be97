//! What every handler of the agent API shares: who calls, bounded bodies, and answers that are envelopes.

use super::authority::Authority;
use super::limit::Limit;
use super::listener::Peer;
use super::store;
use crate::app::App;
use crate::platform::db::DbError;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
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
}

impl AgentApi {
    /// The API over a service and its keys.
    pub fn new(app: App, authority: Arc<Authority>) -> Self {
        Self { app, authority, refused: Counter::default(), limit: Arc::default() }
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

/// The gateway behind a request, by the certificate of its connection.
#[derive(Clone, Debug)]
pub struct Agent {
    /// Its id.
    pub id: String,
    /// Its customer.
    pub tenant_id: String,
    /// The customer's name.
    pub tenant_name: String,
}

impl FromRequestParts<AgentApi> for Agent {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, api: &AgentApi) -> Result<Self, Refused> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>().and_then(|info| info.0.fingerprint);
        let Some(fingerprint) = peer else {
            let why = "this path needs the certificate of an enrolled gateway; enrol it with a code first";
            return Err(Refused::malformed(api, StatusCode::UNAUTHORIZED, why));
        };
        let mut tx = api.app.db.read().await.map_err(|e| Refused::internal(api, &e))?;
        let holder = store::holder(&mut tx, &fingerprint).await.map_err(|e| Refused::internal(api, &e))?;
        let refused = |why: &str| Refused::malformed(api, StatusCode::FORBIDDEN, why);
        let Some(holder) = holder else {
            return Err(refused(
                "the cloud does not know this certificate; enrol the gateway again with a new code",
            ));
        };
        if holder.agent_revoked_ms.is_some() || holder.certificate_revoked_ms.is_some() {
            return Err(refused(
                "this gateway's certificate was revoked; ask its operator for a new enrolment code",
            ));
        }
        // The TLS library looked at the end of validity when the connection began; a connection may outlive it.
        if holder.not_after_ms < machine_ms() {
            return Err(refused(
                "this gateway's certificate has ended; enrol the gateway again with a new code",
            ));
        }
        Ok(Self { id: holder.agent_id, tenant_id: holder.tenant_id, tenant_name: holder.tenant_name })
    }
}

fn machine_ms() -> i64 {
    use crate::platform::base::{Clock, SystemClock};
    SystemClock.now_ms()
}
