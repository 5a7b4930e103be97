//! Reads by partners stand in the owner's log: one line per person, device, set of metrics and hour (PAR-5b).

use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::platform::access::Party;
use crate::platform::base::{HOUR_MS, MINUTE_MS};
use crate::platform::db::query;
use crate::platform::error::Error;
use crate::platform::web::Allowed;
use std::collections::BTreeSet;

#[derive(sqlx::FromRow)]
struct Noted {
    last_ms: i64,
}

#[derive(sqlx::FromRow)]
struct Owner {
    tenant_id: String,
}

/// Notes that this person reads these metrics of a device now. An owner's own reads are not noted. Call it before the
/// data is shown: what cannot be written to the owner's log is not shown.
///
/// # Errors
/// [`Error`] when the log cannot be written.
pub async fn note_read(app: &App, allowed: &Allowed, device_id: &str, metrics: &[&str]) -> Result<(), Error> {
    if allowed.scope.party() == Party::Customer || metrics.is_empty() {
        return Ok(());
    }
    let now_ms = app.clock.now_ms();
    let hour_ms = now_ms.div_euclid(HOUR_MS) * HOUR_MS;
    let names: BTreeSet<&str> = metrics.iter().copied().collect();
    let names = names.into_iter().collect::<Vec<_>>().join(",");
    let key = |text: &'static str| {
        query(text)
            .bind(allowed.scope.person_id())
            .bind(allowed.scope.tenant_id())
            .bind(device_id)
            .bind(&names)
            .bind(hour_ms)
    };
    let known: Option<Noted> =
        key("SELECT last_ms FROM telemetry_read WHERE person_id = $1 AND partner_id = $2 AND device_id = $3
           AND metrics = $4 AND hour_ms = $5")
        .optional(&mut app.db.read().await?)
        .await?;
    if known.as_ref().is_some_and(|known| now_ms - known.last_ms < MINUTE_MS) {
        return Ok(());
    }
    let mut tx = app.db.write().await?;
    let first = key(
        "INSERT INTO telemetry_read (person_id, partner_id, device_id, metrics, hour_ms, first_ms, last_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $6)
         ON CONFLICT (person_id, partner_id, device_id, metrics, hour_ms) DO NOTHING",
    )
    .bind(now_ms)
    .execute(&mut tx)
    .await?
        == 1;
    if !first {
        key("UPDATE telemetry_read SET last_ms = $6 WHERE person_id = $1 AND partner_id = $2 AND device_id = $3
               AND metrics = $4 AND hour_ms = $5 AND last_ms < $6")
        .bind(now_ms)
        .execute(&mut tx)
        .await?;
        return Ok(tx.commit().await?);
    }
    let owner: Option<Owner> =
        query("SELECT tenant_id FROM device WHERE id = $1").bind(device_id).optional(&mut tx).await?;
    let Some(owner) = owner else { return Err(Error::NotFound) };
    let detail = serde_json::json!({ "device_id": device_id, "metrics": names, "hour_ms": hour_ms });
    let entry = Entry::new(By::person(allowed), Fact::TelemetryRead, "device", device_id)
        .affecting(owner.tenant_id.clone())
        .with(detail);
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    audit::announce(app, [owner.tenant_id.as_str()]);
    Ok(())
}
