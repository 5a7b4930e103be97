//! Which gateway calls, by the certificate of its connection.

use super::api::{AgentApi, Refused};
use super::listener::Peer;
use super::store;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How long it is remembered whose a certificate is, milliseconds: names may change, whose it is does not.
const REMEMBERED_MS: i64 = 60_000;
/// Remembered certificates before all are forgotten.
const MAX_REMEMBERED: usize = 16_384;

/// The SHA-256 of a certificate.
type Fingerprint = [u8; 32];

/// The gateway behind a request. It was neither revoked nor past its end when the request came in.
#[derive(Clone, Debug)]
pub struct Agent {
    /// Its id.
    pub id: String,
    /// Its customer.
    pub tenant_id: String,
    /// The customer's name.
    pub tenant_name: String,
    /// What it identified itself with; `None` for one that did not come through the door.
    pub certificate: Option<Fingerprint>,
}

impl FromRequestParts<AgentApi> for Agent {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, api: &AgentApi) -> Result<Self, Refused> {
        Ok(look_up(api, &fingerprint(parts, api)?).await?.agent)
    }
}

/// The gateway behind an upload: whose its certificate was less than a minute ago. Whether it still may is asked in the
/// transaction that stores, by [`super::seen`]; only the look before it is saved.
#[derive(Clone, Debug)]
pub struct Caller(pub Agent);

impl FromRequestParts<AgentApi> for Caller {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, api: &AgentApi) -> Result<Self, Refused> {
        let fingerprint = fingerprint(parts, api)?;
        let now_ms = machine_ms();
        if let Some(agent) = api.callers.get(&fingerprint, now_ms) {
            return Ok(Self(agent));
        }
        let found = look_up(api, &fingerprint).await?;
        let agent = found.agent.clone();
        api.callers.put(fingerprint, found, now_ms);
        Ok(Self(agent))
    }
}

/// Why a gateway whose upload found its certificate no longer good is refused.
pub async fn turned_away(api: &AgentApi, agent: &Agent) -> Refused {
    if let Some(fingerprint) = &agent.certificate {
        api.callers.forget(fingerprint);
        if let Err(refused) = look_up(api, fingerprint).await {
            return refused;
        }
    }
    Refused::busy(api, StatusCode::SERVICE_UNAVAILABLE, 1_000)
}

struct Found {
    agent: Agent,
    not_after_ms: i64,
}

/// Certificates that were looked up lately.
#[derive(Default)]
pub(super) struct Callers {
    known: Mutex<HashMap<Fingerprint, (Found, i64)>>,
}

impl Callers {
    fn get(&self, fingerprint: &Fingerprint, now_ms: i64) -> Option<Agent> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (found, at_ms) = known.get(fingerprint)?;
        let fresh = (0..REMEMBERED_MS).contains(&(now_ms - at_ms)) && now_ms <= found.not_after_ms;
        fresh.then(|| found.agent.clone())
    }

    fn put(&self, fingerprint: Fingerprint, found: Found, now_ms: i64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_REMEMBERED {
            known.clear();
        }
        known.insert(fingerprint, (found, now_ms));
    }

    fn forget(&self, fingerprint: &Fingerprint) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(fingerprint);
    }
}

fn fingerprint(parts: &Parts, api: &AgentApi) -> Result<Fingerprint, Refused> {
    let peer = parts.extensions.get::<ConnectInfo<Peer>>().and_then(|info| info.0.fingerprint);
    peer.ok_or_else(|| {
        let why = "this path needs the certificate of an enrolled gateway; enrol it with a code first";
        Refused::malformed(api, StatusCode::UNAUTHORIZED, why)
    })
}

async fn look_up(api: &AgentApi, fingerprint: &Fingerprint) -> Result<Found, Refused> {
    let mut tx = api.app.db.read().await.map_err(|e| Refused::internal(api, &e))?;
    let holder = store::holder(&mut tx, fingerprint).await.map_err(|e| Refused::internal(api, &e))?;
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
        return Err(refused("this gateway's certificate has ended; enrol the gateway again with a new code"));
    }
    let agent = Agent {
        id: holder.agent_id,
        tenant_id: holder.tenant_id,
        tenant_name: holder.tenant_name,
        certificate: Some(*fingerprint),
    };
    Ok(Found { agent, not_after_ms: holder.not_after_ms })
}

fn machine_ms() -> i64 {
    use crate::platform::base::{Clock, SystemClock};
    SystemClock.now_ms()
}
