//! Between the processes that share one PostgreSQL: what is told here is said there, and what they say is told here.
//! When the way breaks, everybody is told that something may have been missed, so nothing is lost in silence.

use super::Notice;
use crate::app::App;
use crate::platform::db::{DbError, Listener};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::sync::mpsc;

/// The channel's name.
const CHANNEL: &str = "riversync_live";
/// Notices that are said together.
const TOGETHER: usize = 256;
/// After the server did not answer.
const PAUSE: Duration = Duration::from_millis(500);

#[derive(Serialize, Deserialize)]
struct Word {
    /// The process that says it.
    run: String,
    notice: Notice,
}

/// Carries until the service stops. Ends at once on an embedded database.
pub async fn run(app: App) {
    let mut outward = app.hub.outward();
    let mut whole = true;
    while !app.stop.is_cancelled() {
        match app.db.listen(CHANNEL).await {
            Ok(None) => return drain(&app, outward).await,
            Ok(Some(mut listener)) => {
                if !whole {
                    app.hub.tell_here(Notice::Missed);
                }
                carry(&app, &mut listener, &mut outward).await;
            }
            Err(error) => tracing::warn!(%error, "other processes cannot be heard; trying again"),
        }
        whole = false;
        tokio::select! {
            () = app.stop.cancelled() => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// One process: nobody to tell.
async fn drain(app: &App, mut outward: mpsc::Receiver<Notice>) {
    tokio::select! {
        () = app.stop.cancelled() => {}
        () = async { while outward.recv().await.is_some() {} } => {}
    }
}

/// Carries both ways until the server does not answer or the service stops.
async fn carry(app: &App, listener: &mut Listener, outward: &mut mpsc::Receiver<Notice>) {
    let mut together = Vec::with_capacity(TOGETHER);
    loop {
        tokio::select! {
            () = app.stop.cancelled() => {
                // What was told before the stop is still said.
                while let Ok(notice) = outward.try_recv() {
                    together.push(notice);
                }
                if let Err(error) = say(app, &mut together).await {
                    tracing::warn!(%error, "the last notices did not reach the other processes");
                }
                return;
            }
            heard = listener.hear() => match heard {
                Ok(Some(text)) => hear(app, &text),
                Ok(None) => app.hub.tell_here(Notice::Missed),
                Err(error) => {
                    tracing::warn!(%error, "other processes cannot be heard; trying again");
                    return;
                }
            },
            count = outward.recv_many(&mut together, TOGETHER) => {
                if count == 0 {
                    return;
                }
                if app.hub.overflowed() {
                    together.push(Notice::Missed);
                }
                while let Err(error) = say(app, &mut together).await {
                    tracing::warn!(%error, "other processes cannot be told; trying again");
                    tokio::select! {
                        () = app.stop.cancelled() => return,
                        () = tokio::time::sleep(PAUSE) => {}
                    }
                }
            }
        }
    }
}

/// Says each of them once; empties the list when that was done.
async fn say(app: &App, notices: &mut Vec<Notice>) -> Result<(), DbError> {
    let mut words: Vec<String> = Vec::with_capacity(notices.len());
    for notice in notices.iter() {
        let word = Word { run: app.hub.run().to_owned(), notice: notice.clone() };
        match serde_json::to_string(&word) {
            Ok(word) if words.contains(&word) => {}
            Ok(word) => words.push(word),
            Err(error) => tracing::error!(%error, "a notice does not encode"),
        }
    }
    if !words.is_empty() {
        app.db.say(CHANNEL, &words).await?;
    }
    notices.clear();
    Ok(())
}

fn hear(app: &App, text: &str) {
    match serde_json::from_str::<Word>(text) {
        Ok(word) if word.run == app.hub.run() => {}
        Ok(word) => app.hub.tell_here(word.notice),
        // Another version of the service may know notices that we do not.
        Err(error) => {
            tracing::debug!(%error, "a notice of another process does not read");
            app.hub.tell_here(Notice::Missed);
        }
    }
}
