//! Both sides are told before a grant ends: 30, 7 and 1 days (PAR-1f). It ends without this job all the same.

use super::model::Grant;
use super::{rules, store};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::platform::base::HOUR_MS;
use crate::platform::jobs::{Failed, Recurring};
use serde_json::json;

/// Looks for grants that end soon.
pub const REMIND: Recurring = Recurring { name: "coverage.remind", every_ms: HOUR_MS };

/// Performs [`REMIND`]: a fact for each grant that comes near its end, once per grant, end and number of days.
///
/// # Errors
/// When the database does not do it.
pub async fn remind(app: &App) -> Result<(), Failed> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.read().await?;
    let grants = store::ending_grants(&mut tx, now_ms, now_ms + rules::FIRST_REMINDER_MS).await?;
    drop(tx);
    for grant in &grants {
        if let Some(days) = rules::reminder(grant.window, now_ms) {
            tell(app, grant, days).await?;
        }
    }
    Ok(())
}

async fn tell(app: &App, grant: &Grant, days: i64) -> Result<(), Failed> {
    let (now_ms, until_ms) = (app.clock.now_ms(), grant.window.until_ms);
    let mut tx = app.db.write().await?;
    if !store::note_reminder(&mut tx, grant, days, now_ms).await? {
        tx.rollback().await;
        return Ok(());
    }
    let entry = Entry::new(By::system("a grant ends soon"), Fact::GrantExpiring, "grant", &grant.id)
        .affecting(&grant.customer_id)
        .affecting(&grant.partner_id)
        .with(json!({ "partner": grant.partner_id, "days": days, "until_ms": until_ms }));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    audit::announce(app, [grant.customer_id.as_str(), grant.partner_id.as_str()]);
    Ok(())
}
