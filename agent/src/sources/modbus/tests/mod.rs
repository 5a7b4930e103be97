//! What devices and lines do to a poller, against a server that does it: EDGE faults 11 to 17, PARTS' traps.

mod following;
mod isolation;
mod reading;
mod serial;
mod server;
mod unit;

use crate::clock::Clock;
use crate::config::{Config, load_with};
use crate::grant::Granted;
use crate::reading::{Arrival, Cell, Raw, Reading};
use crate::sources::{Link, SourceStatus, run};
use crate::testing::{HOUR_MS, HandClock, NOON_MS, device, metric, policy};
use riversync_protocol::v1::{PolicyRow, Quality, QualityReason};
use server::{Reply, Seen, Server};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const DEADLINE: Duration = Duration::from_secs(20);

/// A profile of words `m<address>` in the holding table, read every 50 ms.
fn words(addresses: &[u16], more: &str) -> String {
    let metric = |address: &u16| {
        format!(
            "[[metric]]\nname = \"m{address}\"\nregister = \"holding\"\naddress = {address}\ntype = \"uint16\"\n"
        )
    };
    let metrics: String = addresses.iter().map(metric).collect();
    format!("name = \"p\"\nversion = 1\ninterval = \"50ms\"\n{metrics}{more}")
}

/// The sources at work on a site of units `d<unit>` at one port.
struct Site {
    readings: mpsc::Receiver<Arrival>,
    granted: watch::Sender<Arc<Granted>>,
    status: Arc<SourceStatus>,
    configs: watch::Sender<Arc<Config>>,
    clock: Arc<HandClock>,
    _running: JoinSet<()>,
}

fn config(profile: &str, port: u16, units: &[u8], more: &str) -> Arc<Config> {
    site_config(profile, &format!("host = \"127.0.0.1\"\nport = {port}"), units, more)
}

/// Units `d<unit>` on one line.
fn site_config(profile: &str, line: &str, units: &[u8], more: &str) -> Arc<Config> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("profiles")).unwrap();
    std::fs::write(dir.path().join("profiles/p.toml"), profile).unwrap();
    let device = |unit: &u8| {
        format!(
            "[[device]]\nid = \"d{unit}\"\nprofile = \"p\"\n[device.modbus]\n{line}\n\
             unit = {unit}\ntimeout = \"200ms\"\n{more}\n"
        )
    };
    let path = dir.path().join("agent.toml");
    std::fs::write(&path, units.iter().map(device).collect::<String>()).unwrap();
    load_with(&path, &BTreeMap::new()).unwrap_or_else(|errors| panic!("{errors}")).config
}

fn grant(units: &[u8], metrics: &[&str], from_ms: i64, until_ms: i64) -> Arc<Granted> {
    let row = |unit: &u8, name: &str| PolicyRow {
        device: device(&format!("d{unit}")),
        metric: metric(name),
        min_interval_ms: 0,
        from_ms,
        until_ms,
    };
    let rows = units.iter().flat_map(|unit| metrics.iter().map(|name| row(unit, name)));
    Arc::new(Granted::new(&policy(1, rows.collect())))
}

fn granted(units: &[u8], metrics: &[&str]) -> Arc<Granted> {
    grant(units, metrics, NOON_MS - HOUR_MS, NOON_MS + HOUR_MS)
}

impl Site {
    fn start(config: Arc<Config>, granted: Arc<Granted>) -> Self {
        Self::start_at(HandClock::at(NOON_MS), config, granted)
    }

    fn start_at(clock: Arc<HandClock>, config: Arc<Config>, granted: Arc<Granted>) -> Self {
        let status = Arc::new(SourceStatus::new(&config));
        let (out, readings) = mpsc::channel(64);
        let (tell, view) = watch::channel(granted);
        let mut running = JoinSet::new();
        let as_clock: Arc<dyn Clock> = Arc::clone(&clock) as _;
        let (configs, following) = watch::channel(config);
        running.spawn(run(following, view, out, Arc::clone(&status), as_clock, CancellationToken::new()));
        Self { readings, granted: tell, status, configs, clock, _running: running }
    }

    async fn next(&mut self) -> Reading {
        let arrival =
            tokio::time::timeout(DEADLINE, self.readings.recv()).await.expect("a reading in time").unwrap();
        assert_eq!((arrival.readings.len(), arrival.origin), (1, None));
        arrival.readings.into_iter().next().unwrap()
    }

    /// The first reading of `unit` that satisfies `wanted`; every good value on the way must be its own address.
    async fn until(&mut self, unit: u8, wanted: impl Fn(&Reading) -> bool) -> Reading {
        let name = format!("d{unit}");
        for _ in 0..2_000 {
            let reading = self.next().await;
            check_values(&reading);
            if reading.group.device.as_str() == name && wanted(&reading) {
                return reading;
            }
        }
        panic!("none of 2000 readings was the wanted one");
    }
}

/// The server answers each word with its address, so a value from elsewhere shows.
fn check_values(reading: &Reading) {
    assert_eq!(reading.cells.len(), reading.group.columns.len());
    for (column, cell) in reading.group.columns.iter().zip(&reading.cells) {
        let address: i64 = column.metric.as_str()[1..].parse().unwrap();
        if cell.quality == Quality::GOOD {
            assert_eq!(cell.raw, Raw::Int(address), "a value of another register");
        }
    }
}

fn all_good(reading: &Reading) -> bool {
    reading.cells.iter().all(|cell| cell.quality == Quality::GOOD)
}

fn all_bad(reading: &Reading, reason: QualityReason) -> bool {
    reading.cells.iter().all(|cell| cell.quality == Quality::bad(reason))
}

#[tokio::test]
async fn only_granted_registers_are_read_and_bridges_are_thrown_away() {
    let server = Server::start(|_| Reply::Addresses).await;
    let gap = "[[gap_ok]]\nregister = \"holding\"\nfrom = 11\nto = 12\n";
    let profile = words(&[10, 13, 14, 20], gap);
    let mut site =
        Site::start(config(&profile, server.port, &[1], ""), granted(&[1], &["m10", "m13", "m20"]));
    let reading = site.until(1, all_good).await;
    assert_eq!(reading.group.columns.len(), 3);
    assert_eq!(reading.at_ms, NOON_MS);
    let first: Vec<_> =
        server.seen().iter().take(2).map(|seen| (seen.function, seen.start, seen.count)).collect();
    assert_eq!(first, [(3, 10, 4), (3, 20, 1)]);
    assert!(!server.seen().iter().any(|seen| seen.covers(14)));
}

#[tokio::test]
async fn nothing_granted_means_nothing_asked_and_a_revocation_ends_the_asking() {
    let server = Server::start(|_| Reply::Addresses).await;
    let mut site = Site::start(config(&words(&[10, 20], ""), server.port, &[1], ""), Arc::default());
    site.granted.send(granted(&[1], &["m20"])).unwrap();
    site.until(1, all_good).await;
    assert!(server.seen().iter().all(|seen| (seen.start, seen.count) == (20, 1)));
    site.granted.send(granted(&[1], &["m10"])).unwrap();
    site.until(1, |reading| reading.group.columns[0].metric.as_str() == "m10").await;
    let before = server.seen().len();
    site.until(1, all_good).await;
    assert!(server.seen()[before..].iter().all(|seen| seen.start == 10));
    site.granted.send(Arc::default()).unwrap();
    while site.status.snapshot()[0].link != Link::Idle {
        tokio::task::yield_now().await;
    }
    let after = server.seen().len();
    while tokio::time::timeout(Duration::from_millis(300), site.readings.recv()).await.is_ok() {}
    assert_eq!(server.seen().len(), after, "asked although nothing is granted");
}

#[tokio::test]
async fn a_grant_begins_and_ends_by_the_clock_without_a_word_from_the_cloud() {
    let server = Server::start(|_| Reply::Addresses).await;
    let later = grant(&[1], &["m10"], NOON_MS + 60_000, NOON_MS + 120_000);
    let mut site = Site::start(config(&words(&[10], ""), server.port, &[1], ""), later);
    assert!(tokio::time::timeout(Duration::from_millis(300), site.readings.recv()).await.is_err());
    assert!(server.seen().is_empty());
    site.clock.set_wall(NOON_MS + 60_000);
    site.until(1, all_good).await;
    site.clock.set_wall(NOON_MS + 120_000);
    while site.status.snapshot()[0].link != Link::Idle {
        while site.readings.try_recv().is_ok() {}
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_late_reply_is_never_taken_for_another_and_its_line_is_never_used_again() {
    let server = Server::start(|seen| match seen {
        Seen { connection: 0, start: 100, .. } => Reply::Late(Duration::from_millis(400)),
        _ => Reply::Addresses,
    })
    .await;
    let profile = words(&[100, 200], "");
    let mut site = Site::start(config(&profile, server.port, &[1], ""), granted(&[1], &["m100", "m200"]));
    let first = site.next().await;
    check_values(&first);
    assert_eq!(first.cells[0].quality, Quality::bad(QualityReason::Timeout));
    for _ in 0..10 {
        site.until(1, all_good).await;
    }
    let seen = server.seen();
    assert_eq!(
        seen.iter().filter(|seen| seen.connection == 0).count(),
        1,
        "the line was used after a timeout"
    );
    assert!(server.connections() >= 2);
}

#[tokio::test]
async fn one_dead_unit_costs_the_others_at_most_a_timeout_per_back_off() {
    let server = Server::start(|seen| if seen.unit == 2 { Reply::Silence } else { Reply::Addresses }).await;
    let units = [1, 2, 3];
    let mut site = Site::start(config(&words(&[10], ""), server.port, &units, ""), granted(&units, &["m10"]));
    site.until(2, |reading| all_bad(reading, QualityReason::Timeout)).await;
    let (before, asked_before) = (std::time::Instant::now(), dead_asked(&server));
    let mut count = [0_u32; 4];
    while before.elapsed() < Duration::from_secs(3) {
        let reading = site.next().await;
        check_values(&reading);
        let unit: usize = reading.group.device.as_str()[1..].parse().unwrap();
        count[unit] += 1;
        assert!(unit == 2 || all_good(&reading), "a living unit was hurt");
    }
    let asked = dead_asked(&server) - asked_before;
    assert!(asked <= 4, "the dead unit was asked {asked} times in three seconds");
    // 60 cycles would be perfect; each question to the dead one costs four of 50 ms.
    assert!(count[1] >= 30 && count[3] >= 30 && count[2] >= 30, "{count:?}");
    let snapshot = site.status.snapshot();
    assert_eq!(
        snapshot.iter().map(|device| device.link).collect::<Vec<_>>(),
        [Link::Up, Link::Down, Link::Up]
    );
    assert_eq!(snapshot[1].reason, "no answer in time");
    assert_eq!(site.status.up_and_down(), (2, 1));
    assert!(snapshot[0].overruns >= 1);
}

fn dead_asked(server: &Server) -> usize {
    server.seen().iter().filter(|seen| seen.unit == 2).count()
}

#[tokio::test]
async fn frames_that_are_garbage_are_bad_samples_and_a_new_line_heals() {
    let garbage: [&[u8]; 6] = [
        b"\x00\x00\x00\x63\x00\x05\x01\x03\x02\x00\x0a", // another protocol
        b"\x12\x34\x00\x00\x00\x05\x01\x03\x02\x00\x0a", // another transaction
        b"\x00\x00\x00\x00\x00\x05\x09\x03\x02\x00\x0a", // another unit
        b"\x00\x00\x00\x00\x00\x05\x01\x04\x02\x00\x0a", // another function
        b"\x00\x00\x00\x00\x00\x07\x01\x03\x04\x00\x0a\x00\x0b", // more than asked for
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ];
    for bytes in garbage {
        let server = Server::start(move |seen| match seen.connection {
            0 => Reply::Bytes(bytes.to_vec()),
            _ => Reply::Addresses,
        })
        .await;
        let mut site = Site::start(config(&words(&[10], ""), server.port, &[1], ""), granted(&[1], &["m10"]));
        let first = site.next().await;
        let reason = first.cells[0].quality.reason;
        assert!(matches!(reason, QualityReason::Malformed | QualityReason::Timeout), "{bytes:?} {reason:?}");
        site.until(1, all_good).await;
        assert_eq!(server.seen().iter().filter(|seen| seen.connection == 0).count(), 1);
    }
}

#[tokio::test]
async fn a_short_answer_is_malformed() {
    let server = Server::start(|seen| match seen.connection {
        0 => Reply::Bytes(b"\x00\x00\x00\x00\x00\x05\x01\x03\x02\x00\x0a".to_vec()),
        _ => Reply::Addresses,
    })
    .await;
    let mut site =
        Site::start(config(&words(&[10, 11], ""), server.port, &[1], ""), granted(&[1], &["m10", "m11"]));
    assert!(all_bad(&site.next().await, QualityReason::Malformed));
    site.until(1, all_good).await;
}

#[tokio::test]
async fn a_refused_register_is_found_remembered_and_left_alone() {
    let server =
        Server::start(|seen| if seen.covers(13) { Reply::Exception(2) } else { Reply::Addresses }).await;
    let addresses: Vec<u16> = (10..20).collect();
    let names: Vec<String> = addresses.iter().map(|address| format!("m{address}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut site = Site::start(config(&words(&addresses, ""), server.port, &[1], ""), granted(&[1], &names));
    for _ in 0..5 {
        let reading = site.next().await;
        check_values(&reading);
        let bad: Vec<Cell> =
            reading.cells.iter().filter(|cell| cell.quality != Quality::GOOD).cloned().collect();
        assert_eq!(bad, [Cell { raw: Raw::Int(0), quality: Quality::bad(QualityReason::Exception(2)) }]);
        assert_eq!(reading.cells[3], bad[0]);
    }
    let seen = server.seen();
    assert_eq!(server.connections(), 1, "an exception is an answer, the line is good");
    let refused = seen.iter().rposition(|seen| seen.covers(13)).unwrap();
    let after: Vec<_> = seen[refused + 1..].iter().map(|seen| (seen.start, seen.count)).collect();
    assert!(after.len() >= 8 && after.contains(&(10, 3)) && after.contains(&(14, 6)), "{after:?}");
    assert_eq!(site.status.snapshot()[0].link, Link::Up);
}

#[tokio::test]
async fn a_block_that_is_refused_for_its_extent_is_divided_for_good() {
    let server =
        Server::start(|seen| if seen.count > 4 { Reply::Exception(3) } else { Reply::Addresses }).await;
    let addresses: Vec<u16> = (10..16).collect();
    let names: Vec<String> = addresses.iter().map(|address| format!("m{address}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut site = Site::start(config(&words(&addresses, ""), server.port, &[1], ""), granted(&[1], &names));
    for _ in 0..8 {
        assert!(all_good(&site.next().await), "nothing was wrong with any register");
    }
    let too_long: Vec<_> = server.seen().iter().map(|seen| seen.count).filter(|count| *count > 4).collect();
    assert_eq!(too_long, [6, 5], "the same refusal was asked for again");
    let last: Vec<_> = server.seen().iter().rev().take(2).map(|seen| (seen.start, seen.count)).collect();
    assert_eq!(last, [(14, 2), (10, 4)], "the fewest requests within the limit that was learned");
}

#[tokio::test]
async fn busy_units_and_gateways_are_left_alone_and_tried_again() {
    for code in [5, 6, 10, 11] {
        let asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let server = Server::start(move |_| {
            if count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 {
                Reply::Exception(code)
            } else {
                Reply::Addresses
            }
        })
        .await;
        let mut site = Site::start(config(&words(&[10], ""), server.port, &[1], ""), granted(&[1], &["m10"]));
        let mut bad = 0;
        loop {
            let reading = site.next().await;
            if all_good(&reading) {
                break;
            }
            assert!(all_bad(&reading, QualityReason::Exception(code)));
            bad += 1;
        }
        assert!(bad >= 5, "exception {code} was answered with another question after {bad} cycles");
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn a_line_that_was_closed_while_idle_is_replaced_without_a_lost_sample() {
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |_| match asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) % 3 {
        2 => Reply::Close,
        _ => Reply::Addresses,
    })
    .await;
    let mut site = Site::start(config(&words(&[10], ""), server.port, &[1], ""), granted(&[1], &["m10"]));
    for _ in 0..8 {
        assert!(all_good(&site.next().await), "a line that was good before gets a second try");
    }
    assert!(server.connections() >= 3);
}

#[tokio::test]
async fn a_server_that_closes_every_line_at_once_is_asked_ever_less() {
    let server = Server::start(|_| Reply::Close).await;
    let mut site = Site::start(config(&words(&[10], ""), server.port, &[1], ""), granted(&[1], &["m10"]));
    for _ in 0..20 {
        assert!(all_bad(&site.next().await, QualityReason::LinkDown));
    }
    assert!(server.connections() <= 3, "{} connections in one second", server.connections());
}

#[tokio::test]
async fn no_server_is_bad_samples_with_the_reason_until_one_comes() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let mut site = Site::start(config(&words(&[10], ""), port, &[1], ""), granted(&[1], &["m10"]));
    assert!(all_bad(&site.next().await, QualityReason::LinkDown));
    let Ok(listener) = tokio::net::TcpListener::bind(("127.0.0.1", port)).await else { return };
    let _server = Server::at(listener, |_| Reply::Addresses);
    site.until(1, all_good).await;
    assert_eq!(site.status.snapshot()[0].link, Link::Up);
}
