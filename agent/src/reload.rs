//! A new configuration without a restart, when SIGHUP asks for one: read and checked whole, then taken over. On any fault
//! the old one stays in force, and the log and `status` say so (EDGE fault 29).
//!
//! The pipeline lives by the new one before the first device is read by it, so no reading meets rules of another time.

use crate::clock::Clock;
use crate::config::{Changes, Config, ConfigErrors, Fault, load};
use crate::enrolment::Identity;
use crate::health::ConfigStatus;
use crate::pipeline::Adoption;
use crate::sources::{SourceStatus, port_in_use};
use crate::watchdog::Manager;
use riversync_protocol::ids::DeviceId;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

/// Where a new configuration comes from.
#[derive(Clone, Debug)]
pub struct Reload {
    /// The file.
    pub path: PathBuf,
    /// Told when somebody wants it read again.
    pub asked: Arc<Notify>,
}

/// Everything that lives by the configuration and can follow another one.
pub(crate) struct Reloader {
    pub reload: Reload,
    pub configs: watch::Sender<Arc<Config>>,
    pub adoptions: mpsc::Sender<Adoption>,
    pub sources: Arc<SourceStatus>,
    pub told: watch::Sender<ConfigStatus>,
    pub identity: watch::Receiver<Arc<Identity>>,
    pub clock: Arc<dyn Clock>,
    pub manager: Manager,
}

impl Reloader {
    /// Reads the file whenever it is asked to, until `stop`.
    pub(crate) async fn run(self, stop: CancellationToken) {
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = self.reload.asked.notified() => {}
            }
            self.manager.reloading();
            let path = self.reload.path.clone();
            // Beside the loop: the profiles of a large site take longer to read than a poll may be late.
            let read = tokio::task::spawn_blocking(move || read(&path)).await;
            match read.unwrap_or_else(|_| Err(unreadable(&self.reload.path))) {
                Ok(new) => {
                    self.take(&new).await;
                    self.manager.ready("the new configuration is in force");
                }
                Err(errors) => {
                    self.refuse(&errors);
                    self.manager
                        .ready("the new configuration was refused and the old one stays; see the log");
                }
            }
        }
    }

    async fn take(&self, new: &Config) {
        let running = Arc::clone(&self.configs.borrow());
        let (config, mut waiting) = running.without_restart(new);
        if self.has_another_identity(&config.state_dir) {
            waiting.push("the identity of a new enrolment");
        }
        let (config, changes) = (Arc::new(config.clone()), running.changes(&config));
        self.sources.adopt(&config, &changes);
        let (done, adopted) = oneshot::channel();
        let adoption = Adoption { config: Arc::clone(&config), changes: changes.clone(), done };
        if self.adoptions.send(adoption).await.is_err() || adopted.await.is_err() {
            tracing::debug!("the pipeline has ended, so nothing lives by the new configuration");
        }
        self.configs.send_replace(config);
        tell(&changes, &waiting);
        let now_ms = self.clock.now_ms();
        self.told.send_modify(|told| {
            let reloads = told.reloads + 1;
            let waiting = waiting.iter().map(|setting| (*setting).to_owned()).collect();
            *told = ConfigStatus {
                since_ms: now_ms,
                reloads,
                waiting,
                refused: told.refused,
                ..ConfigStatus::default()
            };
        });
    }

    fn refuse(&self, errors: &ConfigErrors) {
        for Fault { file, line, column, field, message } in &errors.0 {
            tracing::error!(file, line, column, field, "the new configuration has a fault: {message}");
        }
        tracing::error!(
            faults = errors.0.len(),
            "the new configuration is refused as a whole and the old one stays in force; mend it and reload again"
        );
        let now_ms = self.clock.now_ms();
        self.told.send_modify(|told| {
            told.refused += 1;
            told.refused_ms = Some(now_ms);
            told.faults = errors.0.iter().map(ToString::to_string).collect();
        });
    }

    /// Whether somebody enrolled this gateway again: who we are and where the cloud is was settled at the start.
    fn has_another_identity(&self, state_dir: &Path) -> bool {
        let ours = self.identity.borrow();
        let on_disk = Identity::load(state_dir).ok().flatten();
        on_disk.is_some_and(|disk| disk.agent() != ours.agent() || disk.address() != ours.address())
    }
}

/// The configuration, if nothing is wrong with it and with the ports it names.
fn read(path: &Path) -> Result<Arc<Config>, ConfigErrors> {
    let config = load(path)?.config;
    match port_in_use(&config, Some(std::process::id())) {
        None => Ok(config),
        Some((port, pid)) => {
            let message =
                format!("{} is in use by process {pid}; stop that, or name another port", port.display());
            Err(fault(path, "serial", message))
        }
    }
}

fn unreadable(path: &Path) -> ConfigErrors {
    fault(
        path,
        "",
        "could not be read to its end, which is a fault of the agent; please report it".to_owned(),
    )
}

fn fault(path: &Path, field: &str, message: String) -> ConfigErrors {
    let (file, field) = (path.display().to_string(), field.to_owned());
    ConfigErrors(vec![Fault { file, line: 0, column: 0, field, message }])
}

fn tell(changes: &Changes, waiting: &[&str]) {
    let names = |set: &BTreeSet<DeviceId>| set.iter().map(DeviceId::as_str).collect::<Vec<_>>().join(", ");
    tracing::info!(
        unchanged = changes.kept.len(),
        changed = names(&changes.changed),
        added = names(&changes.added),
        removed = names(&changes.removed),
        "the new configuration is in force; what it does not change goes on undisturbed"
    );
    if !waiting.is_empty() {
        tracing::warn!(
            settings = waiting.join(", "),
            "these cannot change while the agent runs: they stay as they were until it is restarted"
        );
    }
}
