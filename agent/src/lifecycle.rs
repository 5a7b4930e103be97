//! Two-stage stop and tasks that cannot die unnoticed.
//!
//! The first signal is *soft*: sources stop, what they handed over is stored, the uplink tries once more. The second is *hard*:
//! leave at once; what is stored is safe anyway. A task that ends before it should brings the process down,
//! and the service manager starts it again: a gateway that half works is worse than one that restarts.

use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

/// The two stages.
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    /// Stop taking on work, finish what there is.
    pub soft: CancellationToken,
    /// Leave now.
    pub hard: CancellationToken,
}

impl Shutdown {
    /// Listens for SIGTERM and SIGINT.
    ///
    /// # Errors
    /// When the system refuses a signal handler.
    pub fn on_signals(&self) -> std::io::Result<()> {
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let stages = self.clone();
        tokio::spawn(async move {
            for stage in [&stages.soft, &stages.hard] {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                tracing::info!(again = stages.soft.is_cancelled(), "asked to stop");
                stage.cancel();
            }
        });
        Ok(())
    }
}

/// Hears SIGHUP: told once for each time that somebody asked since it was last heard.
///
/// # Errors
/// When the system refuses a signal handler.
pub fn on_hangup() -> std::io::Result<Arc<Notify>> {
    let mut hangup = signal(SignalKind::hangup())?;
    let asked = Arc::new(Notify::new());
    let tell = Arc::clone(&asked);
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            tracing::info!("asked to read the configuration again");
            tell.notify_one();
        }
    });
    Ok(asked)
}

/// Tasks that belong together.
#[derive(Debug, Default)]
pub struct Tasks {
    set: JoinSet<(&'static str, Result<(), String>)>,
}

/// A task ended when it should not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {task} ended unexpectedly: {why}")]
pub struct TaskEnded {
    task: &'static str,
    why: String,
}

impl TaskEnded {
    /// `task` ended without a fault, and nobody had asked it to.
    pub(crate) fn early(task: &'static str) -> Self {
        Self { task, why: "nobody asked it to".into() }
    }
}

impl Tasks {
    /// Starts `work` under a name people can read.
    pub fn start<E: std::fmt::Display>(
        &mut self,
        task: &'static str,
        work: impl Future<Output = Result<(), E>> + Send + 'static,
    ) {
        self.set.spawn(async move { (task, work.await.map_err(|error| error.to_string())) });
    }

    /// Waits until one of them ends, whatever the reason; nothing when none is left.
    pub async fn next_end(&mut self) -> Option<Result<&'static str, TaskEnded>> {
        self.set.join_next().await.map(ended)
    }

    /// Waits for all of them; the first trouble.
    ///
    /// # Errors
    /// When one of them failed or panicked.
    pub async fn all(&mut self) -> Result<(), TaskEnded> {
        let mut first = Ok(());
        while let Some(end) = self.next_end().await {
            first = first.and(end.map(|_| ()));
        }
        first
    }
}

fn ended(joined: Result<(&'static str, Result<(), String>), JoinError>) -> Result<&'static str, TaskEnded> {
    match joined {
        Ok((task, Ok(()))) => Ok(task),
        Ok((task, Err(why))) => Err(TaskEnded { task, why }),
        // The panic's text may hold a value, so it stays where it is.
        Err(error) if error.is_panic() => Err(TaskEnded { task: "task", why: "it panicked".into() }),
        Err(_) => Err(TaskEnded { task: "task", why: "it was cancelled".into() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_noticed_and_its_text_is_kept_in() {
        let mut tasks = Tasks::default();
        tasks.start::<String>("test", async { panic!("value 4711") });
        let end = tasks.next_end().await.unwrap().unwrap_err();
        assert!(!end.to_string().contains("4711"));
        tasks.start("link", async { Err("no disk") });
        let end = tasks.all().await.unwrap_err();
        assert_eq!(end.to_string(), "the link ended unexpectedly: no disk");
    }
}
