//! `run --once`: the agent ends by itself when every granted device was read once and what came of it is synced.
//!
//! It watches the picture that the agent leaves of itself, as `status` does: nothing inside the agent runs otherwise.

use super::{Exit, say};
use crate::health::Status;
use crate::lifecycle::Shutdown;
use std::path::Path;
use std::time::Duration;

/// How often the picture is looked at; it is drawn every two seconds.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Asks the agent to stop when it has done its round, or after `wait`. Whether the round was done.
pub(super) async fn watch(state_dir: &Path, shutdown: &Shutdown, wait: Duration) -> bool {
    let round = async {
        // Values of the first picture in which every device had been asked.
        let mut first = None;
        loop {
            if let Some(status) = own(state_dir).filter(is_asked) {
                let wanted = *first.get_or_insert(status.totals.points_stored);
                if status.totals.points_sent >= wanted && status.link.last_answer_ms > 0 {
                    return;
                }
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    tokio::select! {
        () = shutdown.soft.cancelled() => false,
        done = tokio::time::timeout(wait, round) => {
            shutdown.soft.cancel();
            done.is_ok()
        }
    }
}

/// How the round went, by the last picture of an agent that has stopped, and by whether it was `done`.
pub(super) fn judge(state_dir: &Path, done: bool) -> Result<(), Exit> {
    let Some(status) = own(state_dir) else {
        say::trouble("the agent left no picture of its round");
        return Err(Exit::Internal);
    };
    if let Some(why) = &status.grant.withheld {
        say::trouble(format_args!("nothing was read: {why}"));
        return Err(Exit::Permission);
    }
    let silent: Vec<&str> =
        status.devices.iter().filter(|device| device.link != "up").map(|device| device.id.as_str()).collect();
    if !silent.is_empty() {
        say::trouble(format_args!("these devices brought nothing: {}", silent.join(", ")));
        return Err(Exit::Unavailable);
    }
    if !done {
        say::trouble(format_args!(
            "the round was not done in time; {} records are stored and wait for the cloud",
            status.buffer.records
        ));
        return Err(Exit::Unavailable);
    }
    say::line(format_args!(
        "{} values stored, {} sent.",
        status.totals.points_stored, status.totals.points_sent
    ));
    Ok(())
}

/// The picture, if this process left it.
fn own(state_dir: &Path) -> Option<Status> {
    Status::last(state_dir).ok().flatten().filter(|status| status.pid == std::process::id())
}

/// Whether every granted device was asked and what it said is stored.
fn is_asked(status: &Status) -> bool {
    let asked = |device: &crate::health::DeviceStatus| device.link != "idle" && device.requests > 0;
    let stored = status.devices.is_empty() || status.totals.points_stored > 0;
    status.grant.epoch > 0 && status.grant.withheld.is_none() && stored && status.devices.iter().all(asked)
}
