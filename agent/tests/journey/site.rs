//! A gateway with one Modbus device whose registers count their own reads, so that every sample is told apart.

use crate::cloud::{Cloud, now_ms};
use riversync_agent::agent::Agent;
use riversync_agent::clock::SystemClock;
use riversync_agent::config::{Config, load_with};
use riversync_agent::enrolment::{Identity, enrol};
use riversync_agent::lifecycle::Shutdown;
use riversync_protocol::ids::{DeviceId, MetricName};
use riversync_protocol::pack::Values;
use riversync_protocol::v1::PolicyRow;
use std::collections::BTreeMap;
use std::future::{Ready, ready};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio_modbus::prelude::{ExceptionCode, Request, Response};
use tokio_modbus::server::Service;
use tokio_modbus::server::tcp::{Server, accept_tcp_connection};

/// What stands in the register nobody granted.
pub const CANARY: u16 = 0xBEEF;

/// What a device has seen.
#[derive(Default)]
pub struct Seen {
    pub connections: AtomicUsize,
    pub requests: AtomicUsize,
}

/// Holds `0x1000 + address`, and the canary at address 9.
#[derive(Clone)]
struct Device(Arc<Seen>);

impl Service for Device {
    type Request = Request<'static>;
    type Response = Response;
    type Exception = ExceptionCode;
    type Future = Ready<Result<Response, ExceptionCode>>;

    fn call(&self, request: Self::Request) -> Self::Future {
        self.0.requests.fetch_add(1, Ordering::SeqCst);
        ready(match request {
            Request::ReadHoldingRegisters(from, count) => Ok(Response::ReadHoldingRegisters(
                (from..from + count).map(|at| if at == 9 { CANARY } else { 0x1000 + at }).collect(),
            )),
            _ => Err(ExceptionCode::IllegalFunction),
        })
    }
}

/// A device at an address of its own.
pub async fn device() -> (SocketAddr, Arc<Seen>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Arc::new(Seen::default());
    let watched = Arc::clone(&seen);
    tokio::spawn(async move {
        let server = Server::new(listener);
        let on_connected = |stream, peer| {
            watched.connections.fetch_add(1, Ordering::SeqCst);
            let device = Device(Arc::clone(&watched));
            async move { accept_tcp_connection(stream, peer, move |_| Ok(Some(device.clone()))) }
        };
        server.serve(&on_connected, |_| {}).await.unwrap();
    });
    (address, seen)
}

pub struct Site {
    dir: tempfile::TempDir,
    pub config: Arc<Config>,
    running: Option<(JoinHandle<()>, Shutdown)>,
    /// What its device has seen.
    pub seen: Arc<Seen>,
    pub health: Option<SocketAddr>,
}

impl Site {
    pub async fn new() -> Self {
        let (device, seen) = device().await;
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("profiles")).unwrap();
        let metric = |(name, address): (&str, u16)| {
            format!(
                "[[metric]]\nname = \"{name}\"\nregister = \"holding\"\naddress = {address}\ntype = \"uint16\"\n"
            )
        };
        let metrics: String = [("power", 0), ("temp", 1), ("secret", 9)].map(metric).concat();
        let profile = format!("name = \"p\"\nversion = 1\ninterval = \"100ms\"\n{metrics}");
        std::fs::write(dir.path().join("profiles/p.toml"), profile).unwrap();
        let text = format!(
            "state_dir = \"state\"\nprofile_dirs = [\"profiles\"]\n[health]\nlisten = \"127.0.0.1:0\"\n\
             [uplink]\nbatch = \"200ms\"\ntimeout = \"2s\"\nrecord_dir = \"bodies\"\n\
             [[device]]\nid = \"pump\"\nprofile = \"p\"\n[device.modbus]\nhost = \"127.0.0.1\"\nport = {}\n",
            device.port()
        );
        let path = dir.path().join("agent.toml");
        std::fs::write(&path, text).unwrap();
        let loaded = load_with(&path, &BTreeMap::new()).unwrap_or_else(|faults| panic!("{faults}"));
        Self { dir, config: loaded.config, running: None, seen, health: None }
    }

    /// The configuration file.
    pub fn path(&self) -> std::path::PathBuf {
        self.dir.path().join("agent.toml")
    }

    pub fn state(&self) -> &Path {
        &self.config.state_dir
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub async fn enrol(&self, cloud: &Cloud) {
        enrol(&cloud.code(), self.state(), now_ms()).await.unwrap();
    }

    pub fn start(&mut self) {
        let identity = Identity::load(self.state()).unwrap().unwrap();
        let agent =
            Agent::open(Arc::clone(&self.config), identity, Arc::new(SystemClock::default())).unwrap();
        self.health = Some(agent.health_address().unwrap());
        let shutdown = Shutdown::default();
        let stages = shutdown.clone();
        let task = tokio::spawn(async move { agent.run(stages).await.unwrap() });
        self.running = Some((task, shutdown));
    }

    /// Stops it as SIGTERM would.
    pub async fn stop(&mut self) {
        let (task, shutdown) = self.running.take().unwrap();
        shutdown.soft.cancel();
        task.await.unwrap();
    }

    /// Ends it between two instructions, as far as one process can.
    pub async fn abort(&mut self) {
        let (task, _shutdown) = self.running.take().unwrap();
        task.abort();
        drop(task.await);
    }
}

/// Grants `metric` of the pump for an hour.
pub fn row(metric: &str) -> PolicyRow {
    PolicyRow {
        device: DeviceId::new("pump").unwrap(),
        metric: MetricName::new(metric).unwrap(),
        min_interval_ms: 0,
        from_ms: now_ms() - 3_600_000,
        until_ms: now_ms() + 3_600_000,
    }
}

/// Times of all samples of `metric` that the cloud recorded; panics when one has another value than the device.
pub fn samples(cloud: &Cloud, metric: &str) -> Vec<i64> {
    let expected = match metric {
        "power" => 0x1000,
        "temp" => 0x1001,
        other => panic!("{other}"),
    };
    let mut times = Vec::new();
    for (schema, batch) in &cloud.books().telemetry {
        for rows in &batch.groups {
            let columns = &schema.groups[usize::from(rows.group)].columns;
            for (column, values) in columns.iter().zip(&rows.columns) {
                if column.metric.as_str() == metric {
                    let Values::Int(values) = values else { panic!("{values:?}") };
                    assert!(values.iter().all(|value| *value == expected));
                    times.extend(&rows.times_ms);
                }
            }
        }
    }
    times
}

/// Waits for `done`, with a deadline.
pub async fn until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !done() {
        assert!(Instant::now() < deadline, "never happened: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
