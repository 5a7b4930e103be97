//! Keeps the source tasks alive: one that panics is counted and started again, the others never notice (EDGE fault 30).

use super::Context;
use super::backoff::{Backoff, chance};
use riversync_protocol::ids::DeviceId;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// The work of one connection, startable again and again.
#[derive(Clone)]
pub(super) struct Task {
    /// The devices that depend on it.
    pub devices: Vec<DeviceId>,
    /// Begins the work; it ends only when told to stop.
    pub start: Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>,
}

/// Runs all tasks until the stop.
pub(super) async fn all(tasks: Vec<Task>, context: &Context) {
    let mut running = JoinSet::new();
    for task in tasks {
        running.spawn(keep(task, context.clone()));
    }
    while running.join_next().await.is_some() {}
    context.stop.cancelled().await;
}

async fn keep(task: Task, context: Context) {
    let mut backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(30));
    while !context.stop.is_cancelled() {
        let mut run = JoinSet::new();
        run.spawn((task.start)());
        let died = matches!(run.join_next().await, Some(Err(_)));
        if context.stop.is_cancelled() || !died {
            return;
        }
        for device in task.devices.iter().filter_map(|id| context.status.device(id)) {
            device.count_restart();
        }
        let wait = backoff.fail(chance());
        tracing::error!(devices = ?task.devices, "a source task died and is started again; the others go on");
        tokio::select! {
            () = context.stop.cancelled() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}
