//! The rows of this room.

use super::caller::Agent;
use super::model::AgentView;
use crate::platform::access::{Party, Scope};
use crate::platform::db::{DbError, Tx, query};
use riversync_protocol::v1::Health;

#[derive(sqlx::FromRow)]
struct AgentRow {
    id: String,
    tenant_id: String,
    tenant_name: String,
    site: String,
    policy_epoch: i64,
    held_epoch: i64,
    enrolled_ms: Option<i64>,
    revoked_ms: Option<i64>,
    last_seen_ms: Option<i64>,
    version: String,
    buffered_records: i64,
    buffered_bytes: i64,
    devices_up: i64,
    devices_down: i64,
}

/// The gateways: all for the vendor, a customer's own for the customer, none for anybody else.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn agents(tx: &mut Tx, scope: &Scope) -> Result<Vec<AgentView>, DbError> {
    let (vendor, owner) = match scope.party() {
        Party::Vendor => (Some(scope.tenant_id()), None),
        Party::Customer => (None, Some(scope.tenant_id())),
        Party::Reseller | Party::Distributor => return Ok(Vec::new()),
    };
    let rows: Vec<AgentRow> = query(
        "SELECT a.id, a.tenant_id, t.name AS tenant_name, a.site, a.policy_epoch, a.held_epoch, a.enrolled_ms,
                a.revoked_ms, a.last_seen_ms, a.version, a.buffered_records, a.buffered_bytes, a.devices_up,
                a.devices_down
         FROM agent a JOIN tenant t ON t.id = a.tenant_id
         WHERE ($1 IS NULL OR a.tenant_id = $1)
           AND ($2 IS NULL OR EXISTS (SELECT 1 FROM tenant_capability c
                                      WHERE c.tenant_id = a.tenant_id AND c.vendor_id = $2))
         ORDER BY t.name, a.id",
    )
    .bind(owner)
    .bind(vendor)
    .all(tx)
    .await?;
    let view = |r: AgentRow| AgentView {
        id: r.id,
        tenant_id: r.tenant_id,
        tenant_name: r.tenant_name,
        site: r.site,
        policy_epoch: r.policy_epoch,
        held_epoch: r.held_epoch,
        enrolled_ms: r.enrolled_ms,
        revoked_ms: r.revoked_ms,
        last_seen_ms: r.last_seen_ms,
        version: r.version,
        buffered_records: r.buffered_records,
        buffered_bytes: r.buffered_bytes,
        devices_up: r.devices_up,
        devices_down: r.devices_down,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// A gateway that may be invited.
///
/// # Errors
/// [`DbError`] from the engine, also when the id is taken.
pub async fn add_agent(tx: &mut Tx, id: &str, tenant_id: &str, site: &str) -> Result<(), DbError> {
    query("INSERT INTO agent (id, tenant_id, site) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(tenant_id)
        .bind(site)
        .execute(tx)
        .await?;
    Ok(())
}

/// Raises the policy epoch of an agent, in the transaction that changes what it may let out.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn bump_policy(tx: &mut Tx, agent_id: &str) -> Result<(), DbError> {
    query("UPDATE agent SET policy_epoch = policy_epoch + 1 WHERE id = $1")
        .bind(agent_id)
        .execute(tx)
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Epoch {
    policy_epoch: i64,
}

/// The newest policy epoch of an agent.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn policy_epoch(tx: &mut Tx, agent_id: &str) -> Result<i64, DbError> {
    let row: Epoch = query("SELECT policy_epoch FROM agent WHERE id = $1").bind(agent_id).one(tx).await?;
    Ok(row.policy_epoch)
}

/// Notes that an agent was heard and which policy it says it filters with; returns its newest policy epoch, or `None`
/// and notes nothing when the agent or the certificate it came with was revoked. On
/// PostgreSQL this also makes two uploads of one agent wait for each other until the commit.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn seen(tx: &mut Tx, agent: &Agent, now_ms: i64, held_epoch: u64) -> Result<Option<i64>, DbError> {
    let row: Option<Epoch> = query(
        "UPDATE agent SET last_seen_ms = $2,
             held_epoch = CASE WHEN $3 > held_epoch AND $3 <= policy_epoch THEN $3 ELSE held_epoch END
         WHERE id = $1 AND revoked_ms IS NULL AND ($4 IS NULL OR EXISTS (
             SELECT 1 FROM agent_certificate c WHERE c.fingerprint = $4 AND c.agent_id = $1 AND c.revoked_ms IS NULL))
         RETURNING policy_epoch",
    )
    .bind(&agent.id)
    .bind(now_ms)
    .bind(i64::try_from(held_epoch).unwrap_or(i64::MAX))
    .bind(agent.certificate.map(Vec::from))
    .optional(tx)
    .await?;
    Ok(row.map(|row| row.policy_epoch))
}

/// Notes which policy an agent filters with.
///
/// # Errors
/// [`DbError`] from the engine.
async fn record_held(tx: &mut Tx, agent_id: &str, epoch: u64) -> Result<(), DbError> {
    query("UPDATE agent SET held_epoch = $2 WHERE id = $1 AND held_epoch < $2 AND policy_epoch >= $2")
        .bind(agent_id)
        .bind(i64::try_from(epoch).unwrap_or(i64::MAX))
        .execute(tx)
        .await?;
    Ok(())
}

/// Notes what an agent says about itself.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn record_health(tx: &mut Tx, agent_id: &str, health: &Health) -> Result<(), DbError> {
    let int = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    query(
        "UPDATE agent SET version = $2, started_ms = $3, buffered_records = $4, buffered_bytes = $5, devices_up = $6,
             devices_down = $7 WHERE id = $1",
    )
    .bind(agent_id)
    .bind(printable(&health.version))
    .bind(health.started_ms)
    .bind(int(health.buffered_records))
    .bind(int(health.buffered_bytes))
    .bind(i64::from(health.devices_up))
    .bind(i64::from(health.devices_down))
    .execute(tx)
    .await?;
    record_held(tx, agent_id, health.policy_epoch).await
}

/// A gateway's version as it may be stored: PostgreSQL takes no NUL, people no novel.
fn printable(version: &str) -> String {
    version.chars().filter(|c| !c.is_control()).take(64).collect()
}

/// Who a certificate stands for.
#[derive(sqlx::FromRow)]
pub(super) struct Holder {
    pub(super) agent_id: String,
    pub(super) tenant_id: String,
    pub(super) tenant_name: String,
    pub(super) not_after_ms: i64,
    pub(super) certificate_revoked_ms: Option<i64>,
    pub(super) agent_revoked_ms: Option<i64>,
}

pub(super) async fn holder(tx: &mut Tx, fingerprint: &[u8; 32]) -> Result<Option<Holder>, DbError> {
    query(
        "SELECT a.id AS agent_id, a.tenant_id, t.name AS tenant_name, c.not_after_ms,
                c.revoked_ms AS certificate_revoked_ms, a.revoked_ms AS agent_revoked_ms
         FROM agent_certificate c JOIN agent a ON a.id = c.agent_id JOIN tenant t ON t.id = a.tenant_id
         WHERE c.fingerprint = $1",
    )
    .bind(&fingerprint[..])
    .optional(tx)
    .await
}

/// An invitation.
#[derive(sqlx::FromRow)]
pub(super) struct Code {
    pub(super) agent_id: String,
    pub(super) tenant_id: String,
    pub(super) tenant_name: String,
    pub(super) expires_ms: i64,
    pub(super) used_key_sha256: Option<Vec<u8>>,
    pub(super) replaced_ms: Option<i64>,
    pub(super) agent_revoked_ms: Option<i64>,
}

pub(super) async fn code(tx: &mut Tx, secret_sha256: &[u8; 32]) -> Result<Option<Code>, DbError> {
    query(
        "SELECT a.id AS agent_id, a.tenant_id, t.name AS tenant_name, c.expires_ms, c.used_key_sha256, c.replaced_ms,
                a.revoked_ms AS agent_revoked_ms
         FROM enrolment_code c JOIN agent a ON a.id = c.agent_id JOIN tenant t ON t.id = a.tenant_id
         WHERE c.secret_sha256 = $1",
    )
    .bind(&secret_sha256[..])
    .optional(tx)
    .await
}

/// Uses a code for a key; false when it was used for another one in the meantime.
pub(super) async fn use_code(
    tx: &mut Tx,
    secret_sha256: &[u8; 32],
    key_sha256: &[u8; 32],
    now_ms: i64,
) -> Result<bool, DbError> {
    let touched = query(
        "UPDATE enrolment_code SET used_ms = $3, used_key_sha256 = $2
         WHERE secret_sha256 = $1 AND replaced_ms IS NULL AND (used_ms IS NULL OR used_key_sha256 = $2)",
    )
    .bind(&secret_sha256[..])
    .bind(&key_sha256[..])
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(touched == 1)
}

/// Stores a code and takes back the agent's unused ones. False when there is no such agent.
pub(super) async fn insert_code(
    tx: &mut Tx,
    secret_sha256: &[u8; 32],
    agent_id: &str,
    now_ms: i64,
    expires_ms: i64,
) -> Result<bool, DbError> {
    query("UPDATE enrolment_code SET replaced_ms = $2 WHERE agent_id = $1 AND used_ms IS NULL AND replaced_ms IS NULL")
        .bind(agent_id)
        .bind(now_ms)
        .execute(tx)
        .await?;
    let stored = query(
        "INSERT INTO enrolment_code (secret_sha256, agent_id, issued_ms, expires_ms)
         SELECT $1, id, $3, $4 FROM agent WHERE id = $2",
    )
    .bind(&secret_sha256[..])
    .bind(agent_id)
    .bind(now_ms)
    .bind(expires_ms)
    .execute(tx)
    .await?;
    Ok(stored == 1)
}

pub(super) async fn insert_certificate(
    tx: &mut Tx,
    agent_id: &str,
    fingerprint: &[u8; 32],
    now_ms: i64,
    not_after_ms: i64,
) -> Result<(), DbError> {
    query(
        "INSERT INTO agent_certificate (fingerprint, agent_id, issued_ms, not_after_ms) VALUES ($1, $2, $3, $4)",
    )
    .bind(&fingerprint[..])
    .bind(agent_id)
    .bind(now_ms)
    .bind(not_after_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// Takes back all certificates of an agent.
pub(super) async fn revoke_certificates(tx: &mut Tx, agent_id: &str, now_ms: i64) -> Result<(), DbError> {
    query("UPDATE agent_certificate SET revoked_ms = $2 WHERE agent_id = $1 AND revoked_ms IS NULL")
        .bind(agent_id)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(())
}

pub(super) async fn mark_enrolled(
    tx: &mut Tx,
    agent_id: &str,
    version: &str,
    now_ms: i64,
) -> Result<(), DbError> {
    query("UPDATE agent SET enrolled_ms = $2, last_seen_ms = $2, version = $3 WHERE id = $1")
        .bind(agent_id)
        .bind(now_ms)
        .bind(printable(version))
        .execute(tx)
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Owner {
    tenant_id: String,
}

/// Keeps others from changing an agent until the commit.
pub(super) async fn hold(tx: &mut Tx, agent_id: &str) -> Result<(), DbError> {
    query("UPDATE agent SET site = site WHERE id = $1").bind(agent_id).execute(tx).await?;
    Ok(())
}

/// Marks an agent revoked; its customer, or `None` when there is none such.
pub(super) async fn mark_revoked(
    tx: &mut Tx,
    agent_id: &str,
    now_ms: i64,
) -> Result<Option<String>, DbError> {
    let owner: Option<Owner> = query("UPDATE agent SET revoked_ms = $2 WHERE id = $1 RETURNING tenant_id")
        .bind(agent_id)
        .bind(now_ms)
        .optional(tx)
        .await?;
    Ok(owner.map(|owner| owner.tenant_id))
}

/// The customer of an agent.
pub(super) async fn owner(tx: &mut Tx, agent_id: &str) -> Result<Option<String>, DbError> {
    let owner: Option<Owner> =
        query("SELECT tenant_id FROM agent WHERE id = $1").bind(agent_id).optional(tx).await?;
    Ok(owner.map(|owner| owner.tenant_id))
}
