//! Forgetting deliveries that nobody asks for any more.

use super::store;
use crate::app::App;
use crate::platform::base::DAY_MS;
use crate::platform::jobs::{Failed, Recurring};

/// The line of the schedule.
pub const TIDY: Recurring = Recurring { name: "webhook.tidy", every_ms: DAY_MS };
/// Deliveries are kept this long.
const KEEP_MS: i64 = 30 * DAY_MS;

/// Performs [`TIDY`].
///
/// # Errors
/// When the database does not do it.
pub async fn tidy(app: &App) -> Result<(), Failed> {
    let mut tx = app.db.write().await?;
    let gone = store::forget(&mut tx, app.clock.now_ms() - KEEP_MS).await?;
    tx.commit().await?;
    tracing::debug!(gone, "deliveries of webhooks were forgotten");
    Ok(())
}
