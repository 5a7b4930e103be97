//! Denials that matter, bounded: somebody who tries a thousand ids leaves a clear trace and not a thousand rows.

use super::fact::Fact;
use super::model::{By, Entry};
use super::record::record;
use super::why::Why;
use crate::app::App;
use crate::platform::base::HOUR_MS;
use crate::platform::db::{DbError, Tx, query};
use crate::platform::web::Refusal;

/// How many denials of one person for one organisation are written within an hour; the last one says so.
const MOST_AN_HOUR: i64 = 50;

#[derive(sqlx::FromRow)]
struct Times {
    times: i64,
}

/// Writes a denial into the log of the organisation that was acted for, and of `tenant_id`: another one when somebody
/// looked on.
///
/// # Errors
/// [`DbError`]; the caller's transaction must then be dropped.
pub async fn refused(
    app: &App,
    tx: &mut Tx,
    by: By,
    refusal: &Refusal,
    tenant_id: &str,
) -> Result<(), DbError> {
    let hour_ms = app.clock.now_ms().div_euclid(HOUR_MS) * HOUR_MS;
    let Times { times } = query(
        "INSERT INTO access_refusal (person_id, tenant_id, hour_ms, times) VALUES ($1, $2, $3, 1)
         ON CONFLICT (person_id, tenant_id, hour_ms) DO UPDATE SET times = access_refusal.times + 1
         RETURNING times",
    )
    .bind(&by.id)
    .bind(&by.tenant_id)
    .bind(hour_ms)
    .one(tx)
    .await?;
    if times > MOST_AN_HOUR {
        return Ok(());
    }
    let why = match (times, refusal.code) {
        (MOST_AN_HOUR, _) => Why::RefusedOften,
        (_, "not_found") => Why::NotFound,
        (_, "tier_locked") => Why::TierLocked,
        (_, "not_granted") => Why::NotGranted,
        _ => Why::NotAllowed,
    };
    let detail = serde_json::json!({ "asked": refusal.asked, "code": refusal.code });
    let entry = Entry::new(by, Fact::AccessRefused, "page", refusal.action.item().label());
    record(app, tx, entry.affecting(tenant_id).with(detail).because(why)).await
}
