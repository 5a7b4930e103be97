//! Hands events to the reactions.

use super::{Event, store};
use crate::app::App;
use crate::platform::base::{DAY_MS, HOUR_MS, correlation};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::live::Notice;
use std::pin::Pin;
use std::time::{Duration, Instant};
use tracing::Instrument;

/// How many events one transaction handles at most.
const BATCH: i64 = 100;
/// How long one transaction handles events: it holds what others wait for, on SQLite the writer.
const HOLDS: Duration = Duration::from_millis(20);
/// How long the dispatcher sleeps when nothing is due.
const PAUSE: Duration = Duration::from_millis(250);
/// The pause after the first failure; it doubles with each further one.
const FIRST_RETRY_MS: i64 = 1_000;
/// The longest pause.
const LAST_RETRY_MS: i64 = HOUR_MS;
/// Handled events are kept this long, for whoever looks into what happened.
const KEEP_MS: i64 = 30 * DAY_MS;

/// Who is told what. The service's list is `reactions.rs`.
pub trait React: Send + Sync + 'static {
    /// Does what `event` asks for within `tx`, and names what open pages should read again. An event may come again.
    fn react<'a>(
        &'a self,
        app: &'a App,
        tx: &'a mut Tx,
        event: &'a Event,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Notice>, Error>> + Send + 'a>>;
}

/// Dispatches until the service stops.
pub async fn run(app: App, reactions: impl React) {
    let mut forget_at_ms = app.clock.now_ms();
    while !app.stop.is_cancelled() {
        let did = dispatch_due(&app, &reactions).await;
        if app.clock.now_ms() >= forget_at_ms {
            forget_at_ms = app.clock.now_ms() + HOUR_MS;
            forget(&app).await;
        }
        if did > 0 {
            continue;
        }
        tokio::select! {
            () = app.stop.cancelled() => break,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Dispatches what is due now; how many events were handled.
pub async fn dispatch_due(app: &App, reactions: &impl React) -> usize {
    match together(app, reactions).await {
        Ok(handled) => handled,
        Err(error) => {
            tracing::debug!(%error, "a reaction failed; each event of the batch gets a transaction of its own");
            one_by_one(app, reactions).await
        }
    }
}

/// The common case: as many as may be in one transaction, which is one sync of the disk.
async fn together(app: &App, reactions: &impl React) -> Result<usize, Error> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.read().await?;
    if !store::is_due(&mut tx, now_ms).await? {
        return Ok(0);
    }
    drop(tx);
    let mut tx = app.db.write().await?;
    match react_to_all(app, reactions, &mut tx, now_ms).await {
        Ok((handled, notices)) => {
            tx.commit().await?;
            for notice in notices {
                app.hub.tell(notice);
            }
            Ok(handled)
        }
        // The next attempt skips rows that are still locked, so the locks must be gone before it.
        Err(error) => {
            tx.rollback().await;
            Err(error)
        }
    }
}

async fn react_to_all(
    app: &App,
    reactions: &impl React,
    tx: &mut Tx,
    now_ms: i64,
) -> Result<(usize, Vec<Notice>), Error> {
    let until = Instant::now() + HOLDS;
    let (mut handled, mut notices) = (0, Vec::new());
    for event in &store::due(tx, now_ms, BATCH).await? {
        notices.extend(told(app, reactions, tx, event).await?);
        store::handled(tx, &event.id, now_ms).await?;
        handled += 1;
        if Instant::now() >= until {
            break;
        }
    }
    Ok((handled, notices))
}

/// One event's reactions, in the name of the request behind it.
async fn told(app: &App, reactions: &impl React, tx: &mut Tx, event: &Event) -> Result<Vec<Notice>, Error> {
    let request = event.correlation_id.clone();
    let span = tracing::info_span!("event", id = %event.id, kind = %event.kind, request = %request);
    correlation::within(request, reactions.react(app, tx, event).instrument(span)).await
}

async fn one_by_one(app: &App, reactions: &impl React) -> usize {
    let mut handled = 0;
    for _ in 0..BATCH {
        match one(app, reactions).await {
            Ok(true) => handled += 1,
            Ok(false) => break,
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be worked off");
                break;
            }
        }
    }
    handled
}

/// The first event that is due: handled, or postponed when its reaction fails. `false` when nothing is due.
async fn one(app: &App, reactions: &impl React) -> Result<bool, Error> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let Some(event) = store::due(&mut tx, now_ms, 1).await?.into_iter().next() else {
        // A dropped transaction would go on being the one that is alone.
        tx.rollback().await;
        return Ok(false);
    };
    match told(app, reactions, &mut tx, &event).await {
        Ok(notices) => {
            store::handled(&mut tx, &event.id, now_ms).await?;
            tx.commit().await?;
            for notice in notices {
                app.hub.tell(notice);
            }
        }
        Err(error) => {
            tx.rollback().await;
            let mut random = [0; 8];
            app.random.fill(&mut random);
            let pause_ms = pause_ms(event.attempts, u64::from_le_bytes(random));
            tracing::error!(%error, event = %event.id, kind = %event.kind, attempts = event.attempts + 1, pause_ms,
                "a reaction failed and will be tried again");
            let mut tx = app.db.write().await?;
            store::postponed(&mut tx, &event.id, now_ms + pause_ms).await?;
            tx.commit().await?;
        }
    }
    Ok(true)
}

/// Between half and the whole of the doubled pause.
fn pause_ms(attempts: i64, random: u64) -> i64 {
    let doublings = u32::try_from(attempts.clamp(0, 20)).unwrap_or(20);
    let whole = FIRST_RETRY_MS.saturating_mul(1 << doublings).min(LAST_RETRY_MS);
    let spread = random % u64::try_from(whole / 2 + 1).unwrap_or(1);
    whole / 2 + i64::try_from(spread).unwrap_or(0)
}

async fn forget(app: &App) {
    let before_ms = app.clock.now_ms() - KEEP_MS;
    let done = async {
        let mut tx = app.db.write().await?;
        let gone = store::forget(&mut tx, before_ms).await?;
        tx.commit().await?;
        Ok::<u64, crate::platform::db::DbError>(gone)
    };
    match done.await {
        Ok(0) => {}
        Ok(gone) => tracing::info!(gone, "handled events were forgotten"),
        Err(error) => tracing::warn!(%error, "handled events could not be forgotten"),
    }
}
