//! A configuration that changes while devices are read: what it does not change keeps its line and its times.

use super::server::{Reply, Server};
use super::{Site, all_good, config, granted, words};
use crate::config::Config;
use crate::sources::modbus::bus::Bus;
use crate::sources::modbus::{Learned, ways};
use crate::sources::supervise::Way;
use crate::sources::{Context, SourceStatus};
use crate::testing::{HandClock, NOON_MS};
use std::sync::Arc;
use tokio::sync::{mpsc, watch};

impl Site {
    /// What a reload does.
    fn follow(&self, new: Arc<Config>) {
        let before = Arc::clone(&self.configs.borrow());
        self.status.adopt(&new, &before.changes(&new));
        self.configs.send_replace(new);
    }
}

/// The devices of all of them.
fn together(configs: &[&Config]) -> Arc<Config> {
    let devices = configs.iter().flat_map(|config| config.devices.clone()).collect();
    Arc::new(Config { devices, ..Config::clone(configs[0]) })
}

#[tokio::test]
async fn units_come_and_go_on_a_line_that_stays_and_other_lines_never_notice() {
    let (line, other) =
        (Server::start(|_| Reply::Addresses).await, Server::start(|_| Reply::Addresses).await);
    let profile = words(&[10], "");
    let on = |units: &[u8]| config(&profile, line.port, units, "");
    let third = config(&profile, other.port, &[3], "");
    let policy = granted(&[1, 2, 3, 4], &["m10"]);
    let mut site = Site::start(together(&[&on(&[1, 2]), &third]), policy);
    for unit in [1, 2, 3] {
        site.until(unit, all_good).await;
    }
    site.follow(together(&[&on(&[1, 4]), &third]));
    site.until(4, all_good).await;
    assert!(site.status.device(&crate::testing::device("d2")).is_none());
    let before = line.seen().len();
    for unit in [1, 3, 4] {
        site.until(unit, all_good).await;
    }
    assert!(line.seen()[before..].iter().all(|seen| seen.unit != 2), "asked after it had gone");
    assert_eq!((line.connections(), other.connections()), (1, 1));

    // Another profile for one of them changes that one only.
    let changed = Config::clone(&config(&words(&[20], ""), line.port, &[4], ""));
    site.granted.send(granted(&[1, 3, 4], &["m10", "m20"])).unwrap();
    site.follow(together(&[&on(&[1]), &changed, &third]));
    site.until(4, |reading| reading.group.columns[0].metric.as_str() == "m20").await;
    assert_eq!((line.connections(), other.connections()), (1, 1));

    // A line that is no longer named is left, and the other goes on.
    site.follow(third);
    let after = line.seen().len();
    for _ in 0..20 {
        site.until(3, all_good).await;
    }
    assert!(line.seen().len() <= after + 1, "one request may have been on its way");
    assert_eq!(other.connections(), 1);
}

#[tokio::test]
async fn a_unit_that_stays_keeps_its_times() {
    let both = config(&words(&[10], ""), 1, &[1, 2], "");
    let alone = config(&words(&[10], ""), 1, &[1], "");
    let members = |config: &Config| {
        let (way, members) = ways(config).into_values().next().unwrap();
        let Way::Line(line) = way else { panic!("no line") };
        (line, Arc::from(members))
    };
    let (line, first) = members(&both);
    let (tell, view) = watch::channel(first);
    let context = Context {
        granted: watch::channel(granted(&[1, 2], &["m10"])).1,
        out: mpsc::channel(1).0,
        status: Arc::new(SourceStatus::new(&both)),
        clock: HandClock::at(NOON_MS),
        stop: tokio_util::sync::CancellationToken::new(),
    };
    let mut bus = Bus::new(line, view, Learned::open(std::path::Path::new("")), context);
    bus.adopt();
    bus.regroup();
    let due = |bus: &Bus| bus.units.iter().map(|unit| unit.polls[0].due).collect::<Vec<_>>();
    let began = due(&bus);
    tell.send(members(&alone).1).unwrap();
    bus.adopt();
    bus.regroup();
    assert_eq!(due(&bus), began[..1]);
    tell.send(members(&both).1).unwrap();
    bus.adopt();
    bus.regroup();
    assert_eq!(due(&bus)[0], began[0], "its place among more units is not what moves it");
}
