//! When messages are acknowledged, and what a broker does to a listener: DESIGN invariant 4, EDGE fault 23, PARTS' traps.

mod broker;
mod tls;

use crate::config::{Config, load_with};
use crate::grant::Granted;
use crate::reading::{Arrival, Raw};
use crate::sources::{Link, SourceStatus, run};
use crate::testing::{HOUR_MS, HandClock, NOON_MS, device, metric, policy};
use broker::{Broker, Client, Sent};
use riversync_protocol::v1::{PolicyRow, Quality, QualityReason};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const PROFILE: &str =
    "name = \"cold\"\nversion = 1\n[[metric]]\nname = \"temp\"\npointer = \"/temp\"\ntype = \"int64\"\n";
/// Long enough for a packet that must not come to have come.
const WHILE: Duration = Duration::from_millis(200);

struct Site {
    arrivals: mpsc::Receiver<Arrival>,
    status: Arc<SourceStatus>,
    configs: watch::Sender<Arc<Config>>,
    clock: Arc<HandClock>,
    _granted: watch::Sender<Arc<Granted>>,
    _running: JoinSet<()>,
}

/// Devices that speak on topics of their names.
fn config(dir: &tempfile::TempDir, port: u16, more: &str, devices: &[&str]) -> Arc<Config> {
    std::fs::create_dir_all(dir.path().join("profiles")).unwrap();
    std::fs::write(dir.path().join("profiles/cold.toml"), PROFILE).unwrap();
    let device_of = |id: &&str| {
        format!(
            "[[device]]\nid = \"{id}\"\nprofile = \"cold\"\n[device.mqtt]\nbroker = \"site\"\ntopic = \"t/{id}\"\n"
        )
    };
    let broker = format!(
        "[[broker]]\nid = \"site\"\nhost = \"127.0.0.1\"\nport = {port}\nclient_id = \"gw-1\"\nmax_payload = \"64KiB\"\n{more}\n"
    );
    let path = dir.path().join("agent.toml");
    std::fs::write(&path, broker + &devices.iter().map(device_of).collect::<String>()).unwrap();
    load_with(&path, &BTreeMap::new()).unwrap_or_else(|errors| panic!("{errors}")).config
}

impl Site {
    /// Devices `a` and `b` speak on topics of their names; only `a` is granted.
    fn start(port: u16) -> Self {
        Self::start_with(&tempfile::tempdir().unwrap(), port, "")
    }

    /// With more settings of the broker, which may name files in `dir`.
    fn start_with(dir: &tempfile::TempDir, port: u16, more: &str) -> Self {
        let config = config(dir, port, more, &["a", "b"]);
        let row = PolicyRow {
            device: device("a"),
            metric: metric("temp"),
            min_interval_ms: 0,
            from_ms: NOON_MS - HOUR_MS,
            until_ms: NOON_MS + HOUR_MS,
        };
        let (granted, view) = watch::channel(Arc::new(Granted::new(&policy(1, vec![row]))));
        let (out, arrivals) = mpsc::channel(64);
        let status = Arc::new(SourceStatus::new(&config));
        let mut running = JoinSet::new();
        let clock = HandClock::at(NOON_MS);
        let (configs, following) = watch::channel(config);
        running.spawn(run(
            following,
            view,
            out,
            Arc::clone(&status),
            Arc::clone(&clock) as _,
            CancellationToken::new(),
        ));
        Self { arrivals, status, configs, clock, _granted: granted, _running: running }
    }

    async fn next(&mut self) -> Arrival {
        tokio::time::timeout(Duration::from_secs(20), self.arrivals.recv())
            .await
            .expect("an arrival in time")
            .unwrap()
    }
}

fn value(arrival: &Arrival) -> Raw {
    arrival.readings[0].cells[0].raw.clone()
}

fn store(arrival: &mut Arrival) {
    arrival.stored.take().unwrap().send(()).unwrap();
}

async fn temp(client: &mut Client, value: i64, packet: u16) {
    client.publish("t/a", format!("{{\"temp\":{value}}}").as_bytes(), packet, false).await;
}

#[tokio::test]
async fn a_message_is_acknowledged_after_it_is_stored_and_in_order() {
    let broker = Broker::start().await;
    let mut site = Site::start(broker.port());
    let (mut client, connect, topics) = broker.subscribed(false).await;
    assert_eq!(connect, Sent::Connect { clean: false, client_id: "gw-1".into(), login: None });
    assert_eq!(topics, ["t/a", "t/b"]);
    temp(&mut client, 1, 11).await;
    temp(&mut client, 2, 12).await;
    let (mut first, mut second) = (site.next().await, site.next().await);
    assert_eq!((value(&first), value(&second)), (Raw::Int(1), Raw::Int(2)));
    assert!(first.origin.is_some() && first.origin != second.origin);
    store(&mut second);
    // Nothing of b is granted, so it needs no store; it still waits for its turn.
    client.publish("t/b", b"{\"temp\":9}", 13, false).await;
    assert_eq!(client.silent_for(WHILE).await, None, "acknowledged before it was stored");
    store(&mut first);
    for packet in [11, 12, 13] {
        assert_eq!(client.sent().await, Sent::PubAck(packet));
    }
    client.publish("t/b", b"{\"temp\":9}", 14, false).await;
    assert_eq!(client.sent().await, Sent::PubAck(14));
    assert!(site.arrivals.try_recv().is_err(), "a value that nobody granted was handed on");
    let snapshot = site.status.snapshot();
    assert_eq!((snapshot[0].requests, snapshot[0].points_good, snapshot[0].link), (2, 2, Link::Up));
    assert_eq!(
        (snapshot[1].requests, snapshot[1].dropped.get("not_granted"), snapshot[1].points_good),
        (2, Some(&2), 0)
    );
}

#[tokio::test]
async fn after_a_cut_it_subscribes_again_and_old_acknowledgements_are_void() {
    let broker = Broker::start().await;
    let mut site = Site::start(broker.port());
    let (mut client, ..) = broker.subscribed(false).await;
    temp(&mut client, 1, 7).await;
    let mut first = site.next().await;
    drop(client);
    // The broker lost the session; nobody but us brings the subscriptions back.
    let (mut client, _, topics) = broker.subscribed(false).await;
    assert_eq!(topics, ["t/a", "t/b"]);
    store(&mut first);
    assert_eq!(client.silent_for(WHILE).await, None, "acknowledged on a line where it was never delivered");
    temp(&mut client, 1, 7).await;
    let mut again = site.next().await;
    assert_eq!(again.origin, first.origin, "a redelivery must be known again");
    store(&mut again);
    assert_eq!(client.sent().await, Sent::PubAck(7));
}

#[tokio::test]
async fn what_could_not_be_stored_is_asked_for_again() {
    let broker = Broker::start().await;
    let mut site = Site::start(broker.port());
    let (mut client, ..) = broker.subscribed(false).await;
    temp(&mut client, 1, 7).await;
    let arrival = site.next().await;
    drop(arrival);
    client.closed().await;
    let (mut client, ..) = broker.subscribed(true).await;
    temp(&mut client, 1, 7).await;
    store(&mut site.next().await);
    assert_eq!(client.sent().await, Sent::PubAck(7));
}

#[tokio::test]
async fn long_messages_are_read_or_counted_and_never_end_the_line() {
    let broker = Broker::start().await;
    let mut site = Site::start(broker.port());
    let (mut client, ..) = broker.subscribed(false).await;
    // Beyond the client library's own limit of 10 KiB, which would make this an endless reconnect loop.
    let long = format!("{{\"temp\":3,\"more\":\"{}\"}}", "x".repeat(20_000));
    client.publish("t/a", long.as_bytes(), 1, false).await;
    let mut arrival = site.next().await;
    assert_eq!(value(&arrival), Raw::Int(3));
    store(&mut arrival);
    assert_eq!(client.sent().await, Sent::PubAck(1));
    let bomb = vec![b'['; 900_000];
    client.publish("t/a", &bomb, 2, false).await;
    let mut arrival = site.next().await;
    assert_eq!(arrival.readings[0].cells[0].quality, Quality::bad(QualityReason::Malformed));
    store(&mut arrival);
    assert_eq!(client.sent().await, Sent::PubAck(2));
    let a = &site.status.snapshot()[0];
    assert_eq!((a.requests, a.errors, a.points_bad, a.link), (2, 1, 1, Link::Down));
}

#[tokio::test]
async fn messages_without_acknowledgement_and_kept_ones_have_their_own_rules() {
    let broker = Broker::start().await;
    let mut site = Site::start(broker.port());
    let (mut client, ..) = broker.subscribed(false).await;
    // Kept by the broker and without a time of its own: nobody knows when it was measured.
    client.publish("t/a", b"{\"temp\":1}", 5, true).await;
    let mut arrival = site.next().await;
    assert_eq!(arrival.readings[0].cells[0].quality, Quality::uncertain(QualityReason::Retained));
    store(&mut arrival);
    assert_eq!(client.sent().await, Sent::PubAck(5));
    client.publish("t/a", b"{\"temp\":2}", 0, false).await;
    let mut arrival = site.next().await;
    assert_eq!((value(&arrival), arrival.origin), (Raw::Int(2), None));
    store(&mut arrival);
    temp(&mut client, 3, 6).await;
    store(&mut site.next().await);
    assert_eq!(client.sent().await, Sent::PubAck(6));
}

#[tokio::test]
async fn a_refusal_and_a_line_that_is_no_broker_are_told_in_words_and_tried_again() {
    let broker = Broker::start().await;
    let site = Site::start(broker.port());
    let mut refused = broker.accepted().await;
    assert!(matches!(refused.sent().await, Sent::Connect { .. }));
    refused.write(&[0x20, 2, 0, 4]).await;
    let reason = |site: &Site| site.status.snapshot()[0].reason;
    let mut babble = broker.accepted().await;
    assert_eq!(reason(&site), "the broker refuses the user name or password");
    babble.write(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let started = std::time::Instant::now();
    let (_client, ..) = broker.subscribed(false).await;
    assert!(started.elapsed() >= Duration::from_millis(200), "tried again without waiting");
}

#[tokio::test]
async fn devices_come_and_go_on_a_connection_that_stays() {
    let (dir, broker) = (tempfile::tempdir().unwrap(), Broker::start().await);
    let mut site = Site::start_with(&dir, broker.port(), "");
    let (mut client, _, topics) = broker.subscribed(false).await;
    assert_eq!(topics, ["t/a", "t/b"]);
    temp(&mut client, 1, 1).await;
    let mut waiting = site.next().await;
    let before = site.configs.borrow().clone();
    let new = config(&dir, broker.port(), "", &["a", "c"]);
    site.status.adopt(&new, &before.changes(&new));
    site.configs.send(new).unwrap();
    assert!(matches!(client.sent().await, Sent::Subscribe { topics, .. } if topics == ["t/c"]));
    assert_eq!(client.sent().await, Sent::Unsubscribe { topics: vec!["t/b".to_owned()] });
    // What came before is acknowledged on the same line, and the device that stays is heard on it.
    store(&mut waiting);
    assert_eq!(client.sent().await, Sent::PubAck(1));
    temp(&mut client, 2, 2).await;
    store(&mut site.next().await);
    assert_eq!(client.sent().await, Sent::PubAck(2));
    // The next connection asks for what is configured now.
    drop(client);
    let (_client, _, topics) = broker.subscribed(false).await;
    assert_eq!(topics, ["t/a", "t/c"]);
    // Another broker is another connection, and the one before ends.
    let (other, before) = (Broker::start().await, site.configs.borrow().clone());
    let new = config(&dir, other.port(), "", &["a"]);
    site.status.adopt(&new, &before.changes(&new));
    site.configs.send(new).unwrap();
    let (mut client, _, topics) = other.subscribed(false).await;
    assert_eq!(topics, ["t/a"]);
    temp(&mut client, 3, 1).await;
    assert_eq!(value(&site.next().await), Raw::Int(3));
}

#[tokio::test]
async fn a_message_that_makes_us_panic_is_dropped_and_counted_and_the_line_goes_on() {
    let broker = Broker::start().await;
    let mut site = Site::start(broker.port());
    let (mut client, ..) = broker.subscribed(false).await;
    site.clock.trap();
    temp(&mut client, 1, 1).await;
    // Unacknowledged it would come again after each reconnection, and nothing else would.
    assert_eq!(client.sent().await, Sent::PubAck(1));
    let a = site.status.snapshot().remove(0);
    assert_eq!((a.link, a.reason, a.restarts), (Link::Down, crate::sources::supervise::DIED, 1));
    assert_eq!(a.dropped, BTreeMap::from([("agent_fault", 1)]));
    temp(&mut client, 2, 2).await;
    let mut arrival = site.next().await;
    assert_eq!(value(&arrival), Raw::Int(2));
    store(&mut arrival);
    assert_eq!(client.sent().await, Sent::PubAck(2));
    let [a, b] = site.status.snapshot().try_into().unwrap();
    assert_eq!((a.link, b.restarts), (Link::Up, 0));
}
