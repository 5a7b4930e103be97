//! The verbs: invite, let in, renew, throw out. Each is one transaction with its log row.

use super::api::{AgentApi, Refused};
use super::authority::{Authority, Issued, Request};
use super::caller::Agent;
use super::store;
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact, Reason};
use crate::platform::base::HOUR_MS;
use crate::platform::db::{DbError, Tx};
use crate::platform::error::Error;
use axum::http::StatusCode;
use riversync_protocol::code::EnrolmentCode;
use riversync_protocol::ids::AgentId;
use riversync_protocol::v1::enrol::MAX_CSR_BYTES;
use riversync_protocol::v1::{Certificate, EnrolRequest};
use sha2::{Digest, Sha256};

/// How long a code waits for its gateway.
const CODE_LIFETIME_MS: i64 = 72 * HOUR_MS;

/// A new one-time code for an agent. Its earlier unused codes stop working.
///
/// # Errors
/// [`Error::NotFound`] when there is no such agent; [`Error::Internal`] when the keys are not to be had.
pub async fn issue_code(app: &App, tx: &mut Tx, by: By, agent_id: &str) -> Result<EnrolmentCode, Error> {
    let authority = Authority::open(&app.config.state_dir, app.random.as_ref())
        .map_err(|error| Error::Internal(error.into()))?;
    let mut secret = [0; 16];
    app.random.fill(&mut secret);
    let now_ms = app.clock.now_ms();
    let hash = Sha256::digest(secret).into();
    let Some(owner) = store::owner(tx, agent_id).await? else { return Err(Error::NotFound) };
    if !store::insert_code(tx, &hash, agent_id, now_ms, now_ms + CODE_LIFETIME_MS).await? {
        return Err(Error::NotFound);
    }
    let entry = Entry::new(by, Fact::AgentInvited, "agent", agent_id).affecting(owner);
    audit::record(app, tx, entry).await?;
    Ok(EnrolmentCode { address: app.config.agent_address.clone(), ca_sha256: authority.ca_sha256(), secret })
}

/// Throws an agent out: its certificates open nothing from the next request on.
///
/// # Errors
/// [`Error::NotFound`] when there is no such agent.
pub async fn revoke_agent(app: &App, tx: &mut Tx, by: By, agent_id: &str, reason: &str) -> Result<(), Error> {
    let now_ms = app.clock.now_ms();
    let Some(owner) = store::mark_revoked(tx, agent_id, now_ms).await? else { return Err(Error::NotFound) };
    store::revoke_certificates(tx, agent_id, now_ms).await?;
    let entry =
        Entry::new(by, Fact::AgentRevoked, "agent", agent_id).affecting(owner).because(Reason::typed(reason));
    Ok(audit::record(app, tx, entry).await?)
}

/// A certificate for whoever holds the secret of a code.
pub(super) async fn enrol(api: &AgentApi, request: EnrolRequest) -> Result<Certificate, Refused> {
    let csr = read_request(api, &request.csr_der)?;
    let hash: [u8; 32] = Sha256::digest(request.secret).into();
    let internal = |error: DbError| Refused::internal(api, &error);
    let now_ms = api.app.clock.now_ms();
    let mut tx = api.app.db.write().await.map_err(internal)?;
    let gone = |why: &str| Refused::malformed(api, StatusCode::GONE, why);
    let Some(code) = store::code(&mut tx, &hash).await.map_err(internal)? else {
        let why = "no gateway was invited with this code; copy the whole line from the portal again";
        return Err(Refused::malformed(api, StatusCode::UNAUTHORIZED, why));
    };
    if code.agent_revoked_ms.is_some() {
        return Err(gone("this gateway was revoked; ask its operator to invite another one"));
    }
    if code.replaced_ms.is_some() {
        return Err(gone("a newer code was made for this gateway; use that one"));
    }
    if code.expires_ms <= now_ms {
        return Err(gone("this code has expired; make a new one in the portal"));
    }
    let key_sha256 = csr.key_sha256();
    let other_key = code.used_key_sha256.is_some_and(|used| used != key_sha256);
    if other_key || !store::use_code(&mut tx, &hash, &key_sha256, now_ms).await.map_err(internal)? {
        return Err(gone("this code was used already; make a new one in the portal"));
    }
    store::revoke_certificates(&mut tx, &code.agent_id, now_ms).await.map_err(internal)?;
    let issued = issue(api, &mut tx, &code.agent_id, &csr).await?;
    store::mark_enrolled(&mut tx, &code.agent_id, &request.version, now_ms).await.map_err(internal)?;
    let by = By::agent(&code.agent_id, &code.tenant_id, &code.tenant_name);
    let entry = Entry::new(by, Fact::AgentEnrolled, "agent", code.agent_id.clone());
    audit::record(&api.app, &mut tx, entry).await.map_err(internal)?;
    tx.commit().await.map_err(internal)?;
    certificate(api, &code.agent_id, issued)
}

/// A fresh certificate for an enrolled agent. The old one stays good until its end: the answer may be lost.
pub(super) async fn renew(api: &AgentApi, agent: &Agent, csr_der: &[u8]) -> Result<Certificate, Refused> {
    let csr = read_request(api, csr_der)?;
    let internal = |error: DbError| Refused::internal(api, &error);
    let mut tx = api.app.db.write().await.map_err(internal)?;
    let issued = issue(api, &mut tx, &agent.id, &csr).await?;
    tx.commit().await.map_err(internal)?;
    certificate(api, &agent.id, issued)
}

fn read_request(api: &AgentApi, der: &[u8]) -> Result<Request, Refused> {
    let bad = |why: String| Refused::malformed(api, StatusCode::UNPROCESSABLE_ENTITY, why);
    if der.len() > MAX_CSR_BYTES {
        return Err(bad(format!("the certificate request is larger than {MAX_CSR_BYTES} bytes")));
    }
    Request::parse(der).map_err(|error| bad(format!("the certificate request cannot be accepted: {error}")))
}

async fn issue(api: &AgentApi, tx: &mut Tx, agent_id: &str, csr: &Request) -> Result<Issued, Refused> {
    let issued = api.authority.issue(agent_id, csr, api.app.random.as_ref()).map_err(|error| {
        let why = format!("no certificate can be made for this key: {error}");
        Refused::malformed(api, StatusCode::UNPROCESSABLE_ENTITY, why)
    })?;
    let now_ms = api.app.clock.now_ms();
    store::insert_certificate(tx, agent_id, &issued.fingerprint, now_ms, issued.not_after_ms)
        .await
        .map_err(|error| Refused::internal(api, &error))?;
    Ok(issued)
}

fn certificate(api: &AgentApi, agent_id: &str, issued: Issued) -> Result<Certificate, Refused> {
    let agent = AgentId::new(agent_id)
        .map_err(|error| Refused::malformed(api, StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok(Certificate {
        agent,
        chain_der: issued.chain_der,
        policy_key: api.authority.policy_key(),
        not_after_ms: issued.not_after_ms,
    })
}
