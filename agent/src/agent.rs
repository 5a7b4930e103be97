//! One agent: all rooms opened in order, all tasks started, stopped in the order the data flows.

use crate::alarms::Engine;
use crate::buffer::{Buffer, BufferError, Limits, OpenReport};
use crate::cli::Exit;
use crate::clock::Clock;
use crate::config::Config;
use crate::enrolment::{Identity, Renewal};
use crate::grant::{Authority, Pins};
use crate::health::{ConfigStatus, Counters, Watcher, listener, report};
use crate::lifecycle::{Shutdown, TaskEnded, Tasks};
use crate::pipeline::{Adoption, Pipeline};
use crate::reload::{Reload, Reloader};
use crate::sources::{self, SourceStatus};
use crate::uplink::http::{Cloud, HttpError, Tap};
use crate::uplink::link::Link;
use crate::uplink::policy;
use crate::uplink::step::Settings;
use crate::values::Values;
use crate::watchdog::{Manager, Pulse, Watchdog};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::CancellationToken;

/// Arrivals that may wait for the pipeline; then sources wait.
const ARRIVALS: usize = 256;
/// Most records of one batch.
const MAX_RECORDS: usize = 2_048;
/// Records that make a batch worth sending before its time.
const BIG_RECORDS: u64 = 1_024;
/// Most samples of one batch, whatever the configuration says: it bounds what a batch takes in memory.
const MAX_POINTS: u64 = 32_768;

/// Why the agent does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store.
    #[error(transparent)]
    Buffer(#[from] BufferError),
    /// The state directory.
    #[error("the state directory {} cannot be used: {error}; check its owner and its permissions", path.display())]
    State {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A serial port that another program has.
    #[error("{} is in use by {}; two masters on one line read each other's replies, so stop one of them", path.display(), holder(*pid))]
    Port {
        /// The port.
        path: PathBuf,
        /// Who has it, 0 where the system does not tell.
        pid: u32,
    },
    /// The identity.
    #[error(transparent)]
    Identity(#[from] HttpError),
    /// The health listener.
    #[error("the health listener cannot use {address}: {error}; set `listen` in [health] to a free port")]
    Listen {
        /// Its address.
        address: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
}

impl StartError {
    /// The exit of a process that failed because of it.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Buffer(error) => Exit::of_store(error.exit_code()),
            Self::State { error, .. } => Exit::of_io(error),
            Self::Port { .. } => Exit::Running,
            Self::Identity(_) => Exit::Permission,
            Self::Listen { .. } => Exit::Config,
        }
    }
}

/// One agent, opened and not yet running.
pub struct Agent {
    config: Arc<Config>,
    clock: Arc<dyn Clock>,
    authority: Arc<Authority>,
    buffer: Buffer,
    identity: watch::Sender<Arc<Identity>>,
    cloud: watch::Sender<Arc<Cloud>>,
    listener: std::net::TcpListener,
    reload: Option<Reload>,
    manager: Manager,
}

impl Agent {
    /// Opens everything that can be missing, in use or forbidden, before anything runs.
    ///
    /// # Errors
    /// [`StartError`], with the exit code to end with.
    pub fn open(config: Arc<Config>, identity: Identity, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let record_dir = config.uplink.record_dir.clone();
        let state = |error| StartError::State { path: config.state_dir.clone(), error };
        crate::files::private_dir(&config.state_dir).map_err(state)?;
        if let Some(dir) = &record_dir {
            crate::files::private_dir(dir).map_err(state)?;
            tracing::warn!(dir = %dir.display(), "request bodies are recorded in the clear; this is a diagnostic");
        }
        if let Some((path, pid)) = sources::port_in_use(&config, None) {
            return Err(StartError::Port { path, pid });
        }
        let (buffer, report) = open_store(&config, Arc::clone(&clock))?;
        tracing::info!(?report, "the store is open");
        let pins = Pins { agent: identity.agent().clone(), policy_key: identity.policy_key() };
        let authority = Authority::open(&config.state_dir, pins, Arc::clone(&clock)).map_err(state)?;
        let timeout = Duration::from_millis(config.uplink.timeout_ms);
        let cloud = Cloud::new(&identity, timeout, record_dir.map(Tap::new))?;
        let address = config.health.listen;
        let listener = std::net::TcpListener::bind(address)
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .map_err(|error| StartError::Listen { address, error })?;
        Ok(Self {
            config,
            clock,
            authority: Arc::new(authority),
            buffer,
            identity: watch::Sender::new(Arc::new(identity)),
            cloud: watch::Sender::new(Arc::new(cloud)),
            listener,
            reload: None,
            manager: Manager::default(),
        })
    }

    /// Lets it follow its configuration file while it runs.
    #[must_use]
    pub fn following(self, reload: Reload) -> Self {
        Self { reload: Some(reload), ..self }
    }

    /// Lets it tell a service manager how it is.
    #[must_use]
    pub fn managed_by(self, manager: Manager) -> Self {
        Self { manager, ..self }
    }

    /// Where `/health`, `/ready` and `/metrics` are.
    ///
    /// # Errors
    /// When the system does not know.
    pub fn health_address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Runs until `shutdown`; then sources stop, what they handed over is stored, and the uplink tries once more.
    ///
    /// # Errors
    /// [`TaskEnded`] when a task ended that should not have.
    pub async fn run(self, shutdown: Shutdown) -> Result<(), TaskEnded> {
        tokio::select! {
            done = self.work(&shutdown.soft) => done,
            // Whatever was stored is safe; the rest was not acknowledged to anybody.
            () = shutdown.hard.cancelled() => Ok(()),
        }
    }

    async fn work(self, soft: &CancellationToken) -> Result<(), TaskEnded> {
        let (stored, fetch) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let counters = Arc::new(Counters::default());
        let status = Arc::new(SourceStatus::new(&self.config));
        let [inward, outward] = ["pipeline", "uplink"].map(|part| Pulse::new(part, Arc::clone(&self.clock)));
        let now_ms = self.clock.now_ms();
        let told = watch::Sender::new(ConfigStatus { since_ms: now_ms, ..ConfigStatus::default() });
        let watcher = Arc::new(Watcher {
            started_ms: now_ms,
            config: told.subscribe(),
            clock: Arc::clone(&self.clock),
            identity: self.identity.subscribe(),
            authority: Arc::clone(&self.authority),
            buffer: self.buffer.clone(),
            counters: Arc::clone(&counters),
            sources: Arc::clone(&status),
            parts: vec![Arc::clone(&inward), Arc::clone(&outward), self.buffer.pulse()],
        });
        // The pipeline ends when the last source has gone; only then does the outer half stop.
        let outer = CancellationToken::new();
        let (mut inner_tasks, mut outer_tasks) = (Tasks::default(), Tasks::default());
        let (sender, arrivals) = mpsc::channel(ARRIVALS);
        let (adoptions, adopted) = mpsc::channel(1);
        let configs = watch::Sender::new(Arc::clone(&self.config));
        let pipeline = Pipeline {
            authority: Arc::clone(&self.authority),
            buffer: self.buffer.clone(),
            clock: Arc::clone(&self.clock),
            counters,
            stored: Arc::clone(&stored),
            alarms: Engine::open(&self.config, &self.config.state_dir),
            values: Values::new(&self.config),
            sources: Arc::clone(&status),
            pulse: inward,
        };
        inner_tasks.start("pipeline", pipeline.run(arrivals, adopted));
        let (following, granted) = (configs.subscribe(), self.authority.granted());
        let (keep_open, stopping) = (sender.clone(), soft.clone());
        let reading = sources::run(
            following,
            granted,
            sender,
            Arc::clone(&status),
            Arc::clone(&self.clock),
            soft.clone(),
        );
        inner_tasks.start(
            "sources",
            forever(async move {
                reading.await;
                // A site without devices has nothing to read, and still a policy to obey and a store to empty.
                stopping.cancelled().await;
                drop(keep_open);
            }),
        );
        if let Some(reload) = self.reload.clone() {
            let reloader = self.reloader(reload, configs, adoptions, status, told);
            inner_tasks.start("reload", forever(reloader.run(soft.clone())));
        }
        self.start_outer(&mut outer_tasks, &outer, watcher, stored, fetch, outward);
        self.manager.ready("reads, stores and sends");

        let early = tokio::select! {
            // Tasks end because of the stop, and may be noticed first.
            biased;
            () = soft.cancelled() => Ok(()),
            end = inner_tasks.next_end() => unexpected(end),
            end = outer_tasks.next_end() => unexpected(end),
        };
        self.manager.stopping();
        soft.cancel();
        let drained = inner_tasks.all().await;
        outer.cancel();
        let stopped = outer_tasks.all().await;
        if let Err(error) = self.authority.remember() {
            tracing::warn!(%error, "the time reached could not be written down");
        }
        tracing::info!("the agent has stopped");
        early.and(drained).and(stopped)
    }

    fn reloader(
        &self,
        reload: Reload,
        configs: watch::Sender<Arc<Config>>,
        adoptions: mpsc::Sender<Adoption>,
        sources: Arc<SourceStatus>,
        told: watch::Sender<ConfigStatus>,
    ) -> Reloader {
        let (identity, clock) = (self.identity.subscribe(), Arc::clone(&self.clock));
        let manager = self.manager.clone();
        Reloader { reload, configs, adoptions, sources, told, identity, clock, manager }
    }

    fn start_outer(
        &self,
        tasks: &mut Tasks,
        stop: &CancellationToken,
        watcher: Arc<Watcher>,
        stored: Arc<Notify>,
        fetch: Arc<Notify>,
        pulse: Arc<Pulse>,
    ) {
        let uplink = &self.config.uplink;
        let link = Link {
            agent: self.identity.borrow().agent().clone(),
            authority: Arc::clone(&self.authority),
            buffer: self.buffer.clone(),
            cloud: self.cloud.subscribe(),
            clock: Arc::clone(&self.clock),
            counters: Arc::clone(&watcher.counters),
            stored,
            fetch: Arc::clone(&fetch),
            settings: Settings {
                batch: Duration::from_millis(uplink.batch_ms),
                max_records: MAX_RECORDS,
                big_records: BIG_RECORDS,
            },
            max_points: usize::try_from(uplink.backlog_points.min(MAX_POINTS)).unwrap_or(usize::MAX),
            dice,
            pulse,
            timeout: Duration::from_millis(uplink.timeout_ms),
        };
        tasks.start("uplink", link.run(stop.clone()));
        let polling =
            policy::run(self.cloud.subscribe(), Arc::clone(&self.authority), fetch, dice, stop.clone());
        tasks.start("policy poll", forever(polling));
        let renewal = Renewal {
            state_dir: self.config.state_dir.clone(),
            timeout: Duration::from_millis(uplink.timeout_ms),
            record_dir: uplink.record_dir.clone(),
            clock: Arc::clone(&self.clock),
            identity: self.identity.clone(),
            cloud: self.cloud.clone(),
            dice,
        };
        tasks.start("renewal", forever(renewal.run(stop.clone())));
        let told = Arc::clone(&watcher);
        let watchdog = Watchdog {
            manager: self.manager.clone(),
            parts: watcher.parts.clone(),
            line: Box::new(move || told.line()),
        };
        tasks.start("watchdog", forever(watchdog.run(stop.clone())));
        let file = report::run(
            Arc::clone(&watcher),
            self.buffer.clone(),
            self.config.state_dir.clone(),
            stop.clone(),
        );
        tasks.start("report", forever(file));
        let listener = self.listener.try_clone().and_then(TcpListener::from_std);
        let stop = stop.clone();
        tasks.start("health listener", async move {
            listener::serve(listener?, watcher, stop).await;
            Ok::<(), io::Error>(())
        });
    }
}

/// Where the store of an agent with this configuration is.
pub(crate) fn store_dir(config: &Config) -> PathBuf {
    store_in(&config.state_dir)
}

/// Where the store below this state directory is.
pub(crate) fn store_in(state_dir: &Path) -> PathBuf {
    state_dir.join("buffer")
}

/// Opens that store, healed; see [`Buffer::open`].
pub(crate) fn open_store(
    config: &Config,
    clock: Arc<dyn Clock>,
) -> Result<(Buffer, OpenReport), BufferError> {
    let limits = Limits { max_bytes: config.buffer.max_bytes, ..Limits::default() };
    Buffer::open(&store_dir(config), limits, clock, &config.state_dir, Arc::new(random))
}

fn holder(pid: u32) -> String {
    if pid == 0 { "another program".to_owned() } else { format!("process {pid}") }
}

async fn forever(work: impl Future<Output = ()>) -> Result<(), Infallible> {
    work.await;
    Ok(())
}

/// A task that ends before anybody asked has failed, even when it says that all is well.
fn unexpected(end: Option<Result<&'static str, TaskEnded>>) -> Result<(), TaskEnded> {
    match end {
        Some(Err(error)) => Err(error),
        Some(Ok(task)) => Err(TaskEnded::early(task)),
        None => Err(TaskEnded::early("last task")),
    }
}

/// Fills `bytes` from the system's randomness.
fn random(bytes: &mut [u8]) -> io::Result<()> {
    getrandom::fill(bytes).map_err(|error| io::Error::other(format!("the system has no randomness: {error}")))
}

fn dice() -> u32 {
    getrandom::u32().unwrap_or(0)
}
