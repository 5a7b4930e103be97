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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load;
    use crate::sources::SourceStatus;
    use crate::testing::{HandClock, NOON_MS, device};
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn a_task_that_panics_is_counted_and_started_again_while_the_others_run() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/agent.toml");
        let status = Arc::new(SourceStatus::new(&load(&path).unwrap().config));
        let (out, _readings) = tokio::sync::mpsc::channel(1);
        let (_tell, granted) = tokio::sync::watch::channel(Arc::default());
        let stop = tokio_util::sync::CancellationToken::new();
        let clock = HandClock::at(NOON_MS);
        let context = Context { granted, out, status: Arc::clone(&status), clock, stop: stop.clone() };
        let (starts, others) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (count, other) = (Arc::clone(&starts), Arc::clone(&others));
        let ending = stop.clone();
        let sick = Task {
            devices: vec![device("RS-PUMP-001")],
            start: Arc::new(move || {
                let (start, ending) = (count.fetch_add(1, Ordering::SeqCst), ending.clone());
                Box::pin(async move {
                    assert!(start > 0, "the first start dies");
                    ending.cancel();
                })
            }),
        };
        let waiting = stop.clone();
        let well = Task {
            devices: vec![device("RS-COLD-001")],
            start: Arc::new(move || {
                other.fetch_add(1, Ordering::SeqCst);
                let waiting = waiting.clone();
                Box::pin(async move { waiting.cancelled().await })
            }),
        };
        all(vec![sick, well], &context).await;
        assert_eq!((starts.load(Ordering::SeqCst), others.load(Ordering::SeqCst)), (2, 1));
        let restarts: Vec<_> = status.snapshot().into_iter().map(|device| device.restarts).collect();
        assert_eq!(restarts, [0, 1]);
    }
}
