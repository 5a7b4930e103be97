//! What ends by itself: the protection of deals, with reminders before, and the time to accept an offered lead. An offer that
//! is over cannot be taken even before this job comes by.

use super::advance::{Moved, write};
use super::moves::{Move, step};
use super::promises::{self, FIRST_REMINDER_MS};
use super::stages::State;
use super::store::{self, Ending};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::platform::access::Party;
use crate::platform::base::MINUTE_MS;
use crate::platform::jobs::{Failed, Recurring};
use crate::platform::live::Notice;
use serde_json::json;

/// Looks for what ends.
pub const EXPIRE: Recurring = Recurring { name: "funnel.expire", every_ms: 10 * MINUTE_MS };

/// Performs [`EXPIRE`]: ends what is over, and reminds of what soon will be, once per end and number of days (PAR-6e).
///
/// # Errors
/// When the database does not do it.
pub async fn expire(app: &App) -> Result<(), Failed> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.read().await?;
    let ending = store::ending(&mut tx, now_ms, now_ms + FIRST_REMINDER_MS).await?;
    drop(tx);
    for one in &ending {
        if one.until_ms <= now_ms {
            end(app, one).await?;
        } else if let Some(days) = promises::reminder(one.until_ms, now_ms).filter(|_| one.is_protection()) {
            remind(app, one, days).await?;
        }
    }
    Ok(())
}

async fn end(app: &App, one: &Ending) -> Result<(), Failed> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    store::hold(&mut tx, &one.id).await?;
    // Somebody may have extended, priced or accepted it meanwhile.
    let Some(now) = store::ending_one(&mut tx, &one.id, now_ms).await? else {
        tx.rollback().await;
        return Ok(());
    };
    let from = State::parse(&now.stage, &now.status);
    let (Some(from), Ok(to)) = (from, step(from, Move::Expire, Party::Vendor)) else {
        tx.rollback().await;
        return Ok(());
    };
    let before = store::held(&mut tx, &one.id).await?;
    let mut after = before.clone();
    super::prepare::lapse(to, &mut after);
    let moved =
        Moved { id: &one.id, what: Move::Expire, from, to, before: &before, after: &after, reason: "" };
    let by = By::system("its time is over");
    let concerned = write(app, &mut tx, by, &moved).await?;
    tx.commit().await?;
    app.hub.tell(Notice::Funnel);
    audit::announce(app, concerned.iter().map(String::as_str));
    Ok(())
}

async fn remind(app: &App, one: &Ending, days: i64) -> Result<(), Failed> {
    let mut tx = app.db.write().await?;
    if !store::note_reminder(&mut tx, one, days, app.clock.now_ms()).await? {
        tx.rollback().await;
        return Ok(());
    }
    let mut entry = Entry::new(By::system("a protection ends soon"), Fact::DealExpiring, "deal", &one.id)
        .of_story(&one.id)
        .with(json!({ "deal": one.id, "days": days, "until_ms": one.until_ms }));
    entry.affected.extend(one.reseller_id.clone());
    entry.affected.extend(one.vendor_id.clone());
    let told = entry.affected.clone();
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    audit::announce(app, told.iter().map(String::as_str));
    Ok(())
}
