//! Tells how the agent is: a file every few seconds for `status`, an event every minute for the cloud.

use super::status::Watcher;
use crate::buffer::{Buffer, Entry};
use riversync_protocol::v1::Event;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const FILE_EVERY: Duration = Duration::from_secs(5);
/// How many files between two events: one event a minute.
const FILES_PER_EVENT: u32 = 12;
/// Events that may wait before no more health is added: nothing in the lane is ever dropped for room.
const MAX_WAITING: u64 = 64;

/// Reports until `stop`, and once more then.
pub async fn run(watcher: Arc<Watcher>, buffer: Buffer, state_dir: PathBuf, stop: CancellationToken) {
    let mut tick = tokio::time::interval(FILE_EVERY);
    let mut count = 0u32;
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => {}
            _ = tick.tick() => {}
        }
        if let Err(error) = watcher.status().leave(&state_dir) {
            tracing::warn!(%error, "the status file could not be written");
        }
        if count.is_multiple_of(FILES_PER_EVENT) && buffer.stats().events.records < MAX_WAITING {
            let entry = Entry { events: vec![Event::Health(watcher.health())], ..Entry::default() };
            if let Err(error) = buffer.append(entry).await {
                tracing::debug!(%error, "the agent's health could not be stored");
            }
        }
        count = count.wrapping_add(1);
    }
}
