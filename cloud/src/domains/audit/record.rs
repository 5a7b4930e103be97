//! Writing a row, inside the action's own transaction. An error here aborts the action.

use super::chain::{ORIGIN, Stored, hash};
use super::model::Entry;
use crate::app::App;
use crate::platform::base::correlation;
use crate::platform::db::{Bind, DbError, Pieces, Tx, query};
use crate::platform::live::Notice;
use std::collections::BTreeSet;

#[derive(sqlx::FromRow)]
struct Head {
    tenant_id: String,
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
    append(tx, &entry, &tenants, at_ms, &detail).await?;
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
    .bind(if entry.story.is_empty() { &entry.by.request_id } else { &entry.story })
    .bind(detail.clone())
    .bind(entry.object_kind)
    .bind(&entry.object_id)
    .bind(if entry.by.kind == "person" { entry.by.id.as_str() } else { "" })
    .bind(concerns)
    .later(tx)
    .await
}

/// Tells open log pages of these tenants to look again. Call it after the commit.
pub fn announce<'a>(app: &App, tenants: impl IntoIterator<Item = &'a str>) {
    for tenant_id in tenants {
        app.hub.tell(Notice::Audit { tenant_id: tenant_id.to_owned() });
    }
}

/// Holds the logs of `tenants` until the commit, for an action that writes several rows about different ones: each row takes
/// its heads in the order of their ids, and so must all of them together.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take_heads(tx: &mut Tx, tenants: &BTreeSet<&str>) -> Result<(), DbError> {
    for tenant_id in tenants {
        query("UPDATE audit_head SET seq = seq WHERE tenant_id = $1").bind(*tenant_id).execute(tx).await?;
    }
    Ok(())
}

/// One row for each of `tenants`. A trigger lets each head follow with the hash of its row.
async fn append(
    tx: &mut Tx,
    entry: &Entry,
    tenants: &BTreeSet<String>,
    at_ms: i64,
    detail: &str,
) -> Result<(), DbError> {
    let mut rows = Pieces::new();
    rows.say(
        "INSERT INTO audit_entry (tenant_id, seq, at_ms, actor_kind, actor_id, actor_name, acting_tenant_id,
             acting_tenant_name, acting_capability, action, object_kind, object_id, detail, reason, request_id,
             on_behalf_of, ip, prev_hash, hash) VALUES ",
    );
    for (nth, head) in heads(tx, tenants).await?.into_iter().enumerate() {
        if nth > 0 {
            rows.say(", ");
        }
        values(&mut rows, stored(entry, head, at_ms, detail));
    }
    rows.query().later(tx).await
}

/// The next place of each chain. It holds the heads until the commit: on PostgreSQL the next writer waits here and then
/// sees our hashes.
async fn heads(tx: &mut Tx, tenants: &BTreeSet<String>) -> Result<Vec<Head>, DbError> {
    let mut next = Pieces::new();
    next.say("INSERT INTO audit_head (tenant_id, seq, hash) VALUES ");
    for (nth, tenant_id) in tenants.iter().enumerate() {
        next.say(if nth > 0 { ", (" } else { "(" });
        next.value(tenant_id).say(", 1, ").value(&ORIGIN[..]).say(")");
    }
    next.say(
        " ON CONFLICT (tenant_id) DO UPDATE SET seq = audit_head.seq + 1
          RETURNING tenant_id, seq, hash",
    );
    next.query().all(tx).await
}

fn stored(entry: &Entry, head: Head, at_ms: i64, detail: &str) -> Stored {
    let mut row = Stored {
        tenant_id: head.tenant_id,
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
    row
}

/// The values of a row, in the order of the statement's columns.
fn values(rows: &mut Pieces, row: Stored) {
    let values: [Bind; 19] = [
        row.tenant_id.into(),
        row.seq.into(),
        row.at_ms.into(),
        row.actor_kind.into(),
        row.actor_id.into(),
        row.actor_name.into(),
        row.acting_tenant_id.into(),
        row.acting_tenant_name.into(),
        row.acting_capability.into(),
        row.action.into(),
        row.object_kind.into(),
        row.object_id.into(),
        row.detail.into(),
        row.reason.into(),
        row.request_id.into(),
        row.on_behalf_of.into(),
        row.ip.into(),
        row.prev_hash.into(),
        row.hash.into(),
    ];
    for (nth, value) in values.into_iter().enumerate() {
        rows.say(if nth > 0 { ", " } else { "(" }).value(value);
    }
    rows.say(")");
}
