//! Writing a row, inside the action's own transaction. An error here aborts the action.

use super::chain::{ORIGIN, Stored, hash};
use super::model::Entry;
use crate::app::App;
use crate::platform::base::correlation;
use crate::platform::db::{DbError, Tx, query};
use crate::platform::live::Notice;
use std::collections::BTreeSet;

#[derive(sqlx::FromRow)]
struct Head {
    seq: i64,
    hash: Vec<u8>,
}

/// Writes the domain event and one log row for each organisation concerned.
///
/// # Errors
/// [`DbError`]; the caller's transaction must then be dropped.
pub async fn record(app: &App, tx: &mut Tx, mut entry: Entry) -> Result<(), DbError> {
    let at_ms = app.clock.now_ms();
    let detail = if entry.detail.is_null() { "{}".to_owned() } else { entry.detail.to_string() };
    // What follows from a request belongs to it, even where nobody clicked: reactions and jobs.
    if entry.by.request_id.is_empty() {
        entry.by.request_id = correlation::current();
    }
    // In the order of their ids, so that two writers take the heads in the same order and never wait in a circle.
    let mut tenants: BTreeSet<String> = entry.affected.iter().cloned().collect();
    tenants.insert(entry.by.tenant_id.clone());
    let concerns = tenants.iter().map(String::as_str).collect::<Vec<_>>().join(",");
    for tenant_id in tenants {
        append(tx, &entry, tenant_id, at_ms, &detail).await?;
    }
    // After the heads, which are held until the commit: the ids of one organisation's events grow as they are committed.
    query(
        "INSERT INTO outbox (id, at_ms, tenant_id, kind, correlation_id, body, object_kind, object_id,
             actor_id, concerns, handled_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL)",
    )
    .bind(app.ids.next("evt"))
    .bind(at_ms)
    .bind(&entry.by.tenant_id)
    .bind(entry.fact.key())
    .bind(&entry.by.request_id)
    .bind(detail.clone())
    .bind(entry.object_kind)
    .bind(&entry.object_id)
    .bind(if entry.by.kind == "person" { entry.by.id.as_str() } else { "" })
    .bind(concerns)
    .execute(tx)
    .await?;
    Ok(())
}

/// Tells open log pages of these tenants to look again. Call it after the commit.
pub fn announce<'a>(app: &App, tenants: impl IntoIterator<Item = &'a str>) {
    for tenant_id in tenants {
        app.hub.tell(Notice::Audit { tenant_id: tenant_id.to_owned() });
    }
}

async fn append(
    tx: &mut Tx,
    entry: &Entry,
    tenant_id: String,
    at_ms: i64,
    detail: &str,
) -> Result<(), DbError> {
    // The update holds the head until the commit: on PostgreSQL the next writer waits here and then sees our hash.
    let head: Head = query(
        "INSERT INTO audit_head (tenant_id, seq, hash) VALUES ($1, 1, $2)
         ON CONFLICT (tenant_id) DO UPDATE SET seq = audit_head.seq + 1
         RETURNING seq, hash",
    )
    .bind(&tenant_id)
    .bind(&ORIGIN[..])
    .one(tx)
    .await?;
    let mut row = Stored {
        tenant_id,
        seq: head.seq,
        at_ms,
        actor_kind: entry.by.kind.to_owned(),
        actor_id: entry.by.id.clone(),
        actor_name: entry.by.name.clone(),
        acting_tenant_id: entry.by.tenant_id.clone(),
        acting_tenant_name: entry.by.tenant_name.clone(),
        acting_capability: entry.by.capability.to_owned(),
        action: entry.fact.key().to_owned(),
        object_kind: entry.object_kind.to_owned(),
        object_id: entry.object_id.clone(),
        detail: detail.to_owned(),
        reason: entry.reason.clone(),
        request_id: entry.by.request_id.clone(),
        on_behalf_of: entry.by.on_behalf_of.clone(),
        ip: entry.by.ip.clone(),
        prev_hash: head.hash,
        hash: Vec::new(),
    };
    row.hash = hash(&row);
    query("UPDATE audit_head SET hash = $2 WHERE tenant_id = $1")
        .bind(&row.tenant_id)
        .bind(row.hash.clone())
        .execute(tx)
        .await?;
    insert(tx, row).await
}

async fn insert(tx: &mut Tx, row: Stored) -> Result<(), DbError> {
    query(
        "INSERT INTO audit_entry (tenant_id, seq, at_ms, actor_kind, actor_id, actor_name, acting_tenant_id,
             acting_tenant_name, acting_capability, action, object_kind, object_id, detail, reason, request_id,
             on_behalf_of, ip, prev_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
    )
    .bind(row.tenant_id)
    .bind(row.seq)
    .bind(row.at_ms)
    .bind(row.actor_kind)
    .bind(row.actor_id)
    .bind(row.actor_name)
    .bind(row.acting_tenant_id)
    .bind(row.acting_tenant_name)
    .bind(row.acting_capability)
    .bind(row.action)
    .bind(row.object_kind)
    .bind(row.object_id)
    .bind(row.detail)
    .bind(row.reason)
    .bind(row.request_id)
    .bind(row.on_behalf_of)
    .bind(row.ip)
    .bind(row.prev_hash)
    .bind(row.hash)
    .execute(tx)
    .await?;
    Ok(())
}
