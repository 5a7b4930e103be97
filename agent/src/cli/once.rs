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

/// Asks the agent to stop when it has done its round, or after `wait`.
pub(super) async fn watch(state_dir: &Path, shutdown: &Shutdown, wait: Duration) {
    let round = async {
        loop {
            if own(state_dir).is_some_and(|status| is_round(&status)) {
                return;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    tokio::select! {
        () = shutdown.soft.cancelled() => {}
        // Whether it was in time is judged by the last picture.
        _late = tokio::time::timeout(wait, round) => shutdown.soft.cancel(),
    }
}

/// How the round went, by the last picture of an agent that has stopped.
pub(super) fn judge(state_dir: &Path) -> Result<(), Exit> {
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
    if status.buffer.records > 0 {
        say::trouble(format_args!("{} records are stored and wait for the cloud", status.buffer.records));
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

/// Whether every granted device was asked, and what came is synced.
fn is_round(status: &Status) -> bool {
    let asked = status.devices.iter().all(|device| device.link != "idle" && device.requests > 0);
    let synced = status.buffer.records == 0 && status.link.last_answer_ms > 0;
    status.grant.epoch > 0 && status.grant.withheld.is_none() && asked && synced
}
