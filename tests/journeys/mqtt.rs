//! The agent's MQTT source and its store against parts that are not ours: mosquitto plain, with TLS, passwords and client
//! certificates, restarted with what it keeps on disk; an edge node of the Sparkplug B specification.

use anyhow::{Context as _, Result, ensure};
use riversync_agent::buffer::{Buffer, Entry, Limits, Random, StoredItem};
use riversync_agent::clock::SystemClock;
use riversync_agent::config::{Config, load_with};
use riversync_agent::grant::Granted;
use riversync_agent::reading::{Arrival, Raw, Reading};
use riversync_agent::sources::{self, DeviceSnapshot, Link, SourceStatus};
use riversync_protocol::ids::{AgentId, DeviceId, MetricName};
use riversync_protocol::v1::{Lane, Policy, PolicyRow, QualityLevel, QualityReason};
use riversync_testbed::parts::{EdgeNode, Mosquitto, PASSWORD, Setup, USER};
use riversync_testbed::wait::{now_ms, until};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const WITHIN: Duration = Duration::from_secs(30);
const COLD: &str = "name = \"cold\"\nversion = 1\n[[metric]]\nname = \"temp\"\npointer = \"/temp\"\ntype = \"int64\"\n\
    [[metric]]\nname = \"door\"\ntopic = \"door\"\ntype = \"bool\"\n";
const SPARK: &str = "name = \"spark\"\nversion = 1\n\
    [[metric]]\nname = \"temp\"\nsparkplug = \"temp\"\ntype = \"float64\"\n\
    [[metric]]\nname = \"count\"\nsparkplug = \"count\"\ntype = \"uint64\"\n\
    [[metric]]\nname = \"offset\"\nsparkplug = \"offset\"\ntype = \"int16\"\n\
    [[metric]]\nname = \"running\"\nsparkplug = \"running\"\ntype = \"bool\"\n\
    [[metric]]\nname = \"mode\"\nsparkplug = \"mode\"\ntype = \"string\"\n\
    [[metric]]\nname = \"secret\"\nsparkplug = \"secret\"\ntype = \"float64\"\n";

/// The source of a gateway with its store: what comes is stored, then acknowledged.
struct Listening {
    status: Arc<SourceStatus>,
    stored: mpsc::UnboundedReceiver<Reading>,
    buffer: Buffer,
    stop: CancellationToken,
    tasks: JoinSet<()>,
    _granted: watch::Sender<Arc<Granted>>,
}

impl Listening {
    fn start(home: &Path, tables: &str, metrics: &[&str]) -> Result<Self> {
        let config = configuration(home, tables)?;
        let random: Random = Arc::new(|bytes| {
            bytes.fill(7);
            Ok(())
        });
        let buffer = Buffer::open(
            &home.join("buffer"),
            Limits::default(),
            Arc::new(SystemClock::default()),
            home,
            random,
        )?
        .0;
        let (granted, view) = watch::channel(Arc::new(Granted::new(&policy(metrics)?)));
        let (out, mut arrivals) = mpsc::channel::<Arrival>(64);
        let (tell, stored) = mpsc::unbounded_channel();
        let (status, stop) = (Arc::new(SourceStatus::new(&config)), CancellationToken::new());
        let mut tasks = JoinSet::new();
        let clock = Arc::new(SystemClock::default());
        tasks.spawn(sources::run(
            watch::channel(config).1,
            view,
            out,
            Arc::clone(&status),
            clock,
            stop.clone(),
        ));
        let store = buffer.clone();
        tasks.spawn(async move {
            while let Some(arrival) = arrivals.recv().await {
                let entry = Entry { readings: arrival.readings, origin: arrival.origin, ..Entry::default() };
                if store.append(entry.clone()).await.is_ok() {
                    if let Some(stored) = arrival.stored {
                        // A source that has gone has no one to acknowledge to.
                        stored.send(()).unwrap_or_default();
                    }
                    entry.readings.into_iter().for_each(|reading| drop(tell.send(reading)));
                }
            }
        });
        Ok(Self { status, stored, buffer, stop, tasks, _granted: granted })
    }

    async fn stop(mut self) -> Buffer {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
        self.buffer
    }

    fn device(&self) -> DeviceSnapshot {
        self.status.snapshot().remove(0)
    }

    async fn connected(&self) -> Result<()> {
        until("a session with the broker", WITHIN, async || {
            let device = self.device();
            ensure!(device.link != Link::Down, "{}", device.reason);
            let sessions = DeviceId::new("dev").ok().and_then(|id| Some(self.status.device(&id)?.sessions()));
            ensure!(sessions > Some(0), "no session yet");
            Ok(())
        })
        .await
    }

    /// The next reading of `metric` that fits.
    async fn next(&mut self, metric: &str, fits: impl Fn(&Reading) -> bool) -> Result<Reading> {
        let find = async {
            loop {
                let reading = self.stored.recv().await.context("the source has ended")?;
                if reading.group.columns.iter().any(|column| column.metric.as_str() == metric)
                    && fits(&reading)
                {
                    return Ok(reading);
                }
            }
        };
        tokio::time::timeout(WITHIN, find).await.with_context(|| format!("{metric} never came"))?
    }

    /// Waits for this value of `metric`.
    async fn value(&mut self, metric: &str, raw: Raw) -> Result<Reading> {
        self.next(metric, |reading| reading.cells.iter().any(|cell| cell.raw == raw)).await
    }
}

fn configuration(home: &Path, tables: &str) -> Result<Arc<Config>> {
    std::fs::create_dir_all(home.join("profiles"))?;
    std::fs::write(home.join("profiles/cold.toml"), COLD)?;
    std::fs::write(home.join("profiles/spark.toml"), SPARK)?;
    std::fs::write(home.join("password"), PASSWORD)?;
    std::fs::set_permissions(home.join("password"), std::fs::Permissions::from_mode(0o600))?;
    std::fs::write(home.join("agent.toml"), tables)?;
    Ok(load_with(&home.join("agent.toml"), &BTreeMap::new())?.config)
}

fn policy(metrics: &[&str]) -> Result<Policy> {
    let row = |metric: &&str| -> Result<PolicyRow> {
        Ok(PolicyRow {
            device: DeviceId::new("dev")?,
            metric: MetricName::new(*metric)?,
            min_interval_ms: 0,
            from_ms: 0,
            until_ms: i64::MAX,
        })
    };
    let rows = metrics.iter().map(row).collect::<Result<_>>()?;
    Ok(Policy { agent: AgentId::new("gw")?, epoch: 1, issued_ms: 0, rows })
}

fn cold(mosquitto: &Mosquitto, more: &str) -> String {
    format!(
        "[[broker]]\nid = \"b\"\nhost = \"localhost\"\nport = {}\nkeep_alive = \"5s\"\n{more}\n\
         [[device]]\nid = \"dev\"\nprofile = \"cold\"\n[device.mqtt]\nbroker = \"b\"\ntopic = \"site/cold\"\n",
        mosquitto.port()
    )
}

fn spark(mosquitto: &Mosquitto, rebirth: bool) -> String {
    format!(
        "[[broker]]\nid = \"b\"\nhost = \"localhost\"\nport = {}\n[[device]]\nid = \"dev\"\nprofile = \"spark\"\n\
         [device.sparkplug]\nbroker = \"b\"\ngroup = \"group\"\nnode = \"node\"\ndevice = \"dev\"\nrebirth = {rebirth}\n",
        mosquitto.port()
    )
}

fn temp(value: i64) -> (String, Vec<u8>, bool) {
    ("site/cold".to_owned(), format!("{{\"temp\":{value},\"secret\":424242}}").into_bytes(), false)
}

#[tokio::test]
async fn mosquitto_is_heard_plain_with_tls_a_password_and_client_certificates() -> Result<()> {
    let plain = Setup::PLAIN;
    for setup in [
        plain,
        Setup { tls: true, ..plain },
        Setup { password: true, ..plain },
        Setup { tls: true, client_certificates: true, ..plain },
        Setup { tls: true, client_certificates: true, password: true, ..plain },
    ] {
        let home = tempfile::tempdir()?;
        let mosquitto = Mosquitto::start_as(&home.path().join("mosquitto"), setup).await?;
        let mut more = String::new();
        if setup.password {
            more += &format!("username = \"{USER}\"\npassword_file = \"password\"\n");
        }
        if setup.tls {
            more += &format!("[broker.tls]\nca_file = \"{}\"\n", mosquitto.ca_file().display());
        }
        if setup.client_certificates {
            let (cert, key) = mosquitto.client_certificate();
            more += &format!("cert_file = \"{}\"\nkey_file = \"{}\"\n", cert.display(), key.display());
        }
        let mut site = Listening::start(home.path(), &cold(&mosquitto, &more), &["temp", "door"])?;
        site.connected().await.with_context(|| format!("{setup:?}"))?;
        mosquitto.publish_all([temp(7), ("site/cold/door".to_owned(), b"on".to_vec(), false)]).await?;
        site.value("temp", Raw::Int(7)).await?;
        site.value("door", Raw::Bool(true)).await?;
        site.stop().await;
    }
    Ok(())
}

#[tokio::test]
async fn what_a_broker_queued_arrives_once_though_both_sides_restart() -> Result<()> {
    let home = tempfile::tempdir()?;
    let setup = Setup { persistence: true, ..Setup::PLAIN };
    let mut mosquitto = Mosquitto::start_as(&home.path().join("mosquitto"), setup).await?;
    let tables = cold(&mosquitto, "");
    let mut site = Listening::start(home.path(), &tables, &["temp"])?;
    site.connected().await?;
    mosquitto.publish_all((0..100).map(temp)).await?;
    site.value("temp", Raw::Int(99)).await?;
    drop(site.stop().await);
    // The gateway is down: the broker keeps what comes, through an orderly restart and through a SIGKILL.
    mosquitto.publish_all((100..300).map(temp)).await?;
    mosquitto.restart().await?;
    mosquitto.publish_all((300..400).map(temp)).await?;
    until("the broker to write down what it keeps", WITHIN, async || {
        ensure!(mosquitto.keeps("\"temp\":399")?, "not yet");
        Ok(())
    })
    .await?;
    mosquitto.kill_and_restart().await?;
    let mut site = Listening::start(home.path(), &tables, &["temp"])?;
    site.value("temp", Raw::Int(399)).await?;
    // The broker goes away while the gateway listens.
    mosquitto.restart().await?;
    site.connected().await?;
    mosquitto.publish_all((400..500).map(temp)).await?;
    site.value("temp", Raw::Int(499)).await?;
    let buffer = site.stop().await;
    let mut seen: BTreeMap<i64, u32> = BTreeMap::new();
    let mut from = 0;
    loop {
        let records = buffer.read(Lane::Telemetry, from, 256, 100_000).await?;
        let Some(last) = records.last() else { break };
        from = last.seq + 1;
        for record in records {
            let StoredItem::Readings(readings) = record.item else { continue };
            for cell in readings.into_iter().flat_map(|reading| reading.cells) {
                let Raw::Int(value) = cell.raw else { continue };
                *seen.entry(value).or_default() += 1;
            }
        }
    }
    let expected: BTreeMap<i64, u32> = (0..500).map(|value| (value, 1)).collect();
    ensure!(
        seen == expected,
        "missing or doubled: {:?}",
        (0..500).filter(|v| seen.get(v) != Some(&1)).collect::<Vec<_>>()
    );
    Ok(())
}

#[tokio::test]
async fn hostile_messages_are_dropped_with_a_reason_and_the_next_good_one_is_heard() -> Result<()> {
    let home = tempfile::tempdir()?;
    let mosquitto = Mosquitto::start_as(&home.path().join("mosquitto"), Setup::PLAIN).await?;
    let mut site = Listening::start(home.path(), &cold(&mosquitto, ""), &["temp"])?;
    site.connected().await?;
    let say = |payload: Vec<u8>| ("site/cold".to_owned(), payload, false);
    let deep = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    mosquitto
        .publish_all([
            say(b"{\"temp\":\xff\xfe}".to_vec()),
            say(vec![b' '; 10_000_000]),
            say(deep.into_bytes()),
            say(b"{\"temp\":".to_vec()),
            temp(1),
        ])
        .await?;
    site.value("temp", Raw::Int(1)).await?;
    let device = site.device();
    let expected = BTreeMap::from([("not_json", 2), ("too_deep", 1), ("too_long", 1)]);
    ensure!((device.link, &device.dropped) == (Link::Up, &expected), "{device:?}");
    // A storm on topics that nobody asked for never reaches us; kept messages are told from fresh ones.
    let storm = (0..5_000).map(|n| (format!("site/cold/{n}"), b"{\"temp\":2}".to_vec(), false));
    mosquitto.publish_all(storm).await?;
    mosquitto.publish_all([("site/cold".to_owned(), b"{\"temp\":3}".to_vec(), true)]).await?;
    site.value("temp", Raw::Int(3)).await?;
    ensure!(site.device().requests == 6, "{:?}", site.device());
    site.stop().await;
    let other = home.path().join("other");
    std::fs::create_dir_all(&other)?;
    let mut site = Listening::start(&other, &cold(&mosquitto, "client_id = \"other\"\n"), &["temp"])?;
    let kept = site.value("temp", Raw::Int(3)).await?;
    ensure!(kept.cells.iter().all(|cell| cell.quality.reason == QualityReason::Retained), "{kept:?}");
    site.stop().await;
    Ok(())
}

#[tokio::test]
async fn a_sparkplug_edge_node_of_others_is_understood() -> Result<()> {
    let home = tempfile::tempdir()?;
    let mosquitto = Mosquitto::start_as(&home.path().join("mosquitto"), Setup::PLAIN).await?;
    let metrics = ["temp", "count", "offset", "running", "mode"];
    let mut site = Listening::start(home.path(), &spark(&mosquitto, false), &metrics)?;
    site.connected().await?;
    let mut node = EdgeNode::start(mosquitto.port()).await?;
    site.value("temp", Raw::Float64(20.5)).await?;
    site.value("count", Raw::UInt(u64::MAX)).await?;
    site.value("offset", Raw::Int(-7)).await?;
    site.value("running", Raw::Bool(true)).await?;
    site.value("mode", Raw::Text("auto".to_owned())).await?;
    // By alias, with a time of its own, and from the past.
    let at_ms = now_ms() - 5_000;
    node.tell(&format!("data temp 21.25 {at_ms}")).await?;
    let reading = site.value("temp", Raw::Float64(21.25)).await?;
    ensure!(reading.at_ms == at_ms, "{reading:?}");
    node.tell(&format!("history temp 3.5 {}", at_ms - 3_600_000)).await?;
    let reading = site.value("temp", Raw::Float64(3.5)).await?;
    ensure!(reading.at_ms == at_ms - 3_600_000, "{reading:?}");
    node.tell("data offset -32768").await?;
    site.value("offset", Raw::Int(-32_768)).await?;
    // One message of the node is lost: the next one shows it. What nobody granted is nowhere.
    node.tell("skip").await?;
    node.tell("data secret 424242").await?;
    node.tell("data mode manual").await?;
    site.value("mode", Raw::Text("manual".to_owned())).await?;
    ensure!((site.device().lost, site.device().link) == (1, Link::Up), "{:?}", site.device());
    let gone = |reading: &Reading| {
        reading.cells.iter().all(|cell| {
            (cell.quality.level, cell.quality.reason) == (QualityLevel::Stale, QualityReason::DeviceGone)
        })
    };
    node.tell("leave").await?;
    site.next("temp", gone).await?;
    ensure!(site.device().reason == "it has left its edge node", "{:?}", site.device());
    node.tell("join").await?;
    site.value("temp", Raw::Float64(20.5)).await?;
    node.kill().await?;
    site.next("temp", gone).await?;
    ensure!(site.device().reason == "its edge node has left", "{:?}", site.device());
    site.stop().await;
    Ok(())
}

#[tokio::test]
async fn births_are_asked_for_only_where_the_site_allows_it() -> Result<()> {
    let home = tempfile::tempdir()?;
    let mosquitto = Mosquitto::start_as(&home.path().join("mosquitto"), Setup::PLAIN).await?;
    let topics = ["spBv1.0/group/NCMD/#", "spBv1.0/group/DBIRTH/#"];
    let mut asked = mosquitto.overhear(&topics).await?;
    let mut node = EdgeNode::start(mosquitto.port()).await?;
    // The births are said before the gateway listens: the node says so itself a little early.
    let born = tokio::time::timeout(WITHIN, asked.recv()).await?.context("nothing is overheard")?;
    ensure!(born.starts_with("spBv1.0/group/DBIRTH/"), "{born}");
    let site = Listening::start(home.path(), &spark(&mosquitto, false), &["temp"])?;
    site.connected().await?;
    until("a message by an alias that nobody knows", WITHIN, async || {
        node.tell("data temp 1.5").await?;
        ensure!(site.device().dropped.contains_key("unknown_alias"), "not yet");
        Ok(())
    })
    .await?;
    ensure!(site.device().reason.starts_with("its births were not heard"), "{:?}", site.device());
    drop(site.stop().await);
    ensure!(asked.try_recv().is_err(), "the gateway sent something without permission");
    let other = home.path().join("other");
    std::fs::create_dir_all(&other)?;
    let mut site = Listening::start(&other, &spark(&mosquitto, true), &["temp"])?;
    site.connected().await?;
    until("the births", WITHIN, async || {
        node.tell("data temp 2.5").await?;
        tokio::time::timeout(Duration::from_secs(2), node.reborn()).await?
    })
    .await?;
    site.value("temp", Raw::Float64(20.5)).await?;
    node.tell("data temp 3.5").await?;
    site.value("temp", Raw::Float64(3.5)).await?;
    ensure!(asked.try_recv().ok().as_deref() == Some("spBv1.0/group/NCMD/node"), "nothing was overheard");
    site.stop().await;
    Ok(())
}
