//! What of the arrivals is stored, and in which records.

use super::*;
use crate::buffer::{Limits, StoredItem};
use crate::config::{Config, load_with};
use crate::grant::Pins;
use crate::reading::Raw;
use crate::testing::{HandClock, NOON_MS, agent, device, group, no_chance, policy, reading, row, signer};
use riversync_protocol::sign::sign_policy;
use riversync_protocol::v1::Lane;
use std::collections::BTreeMap;
use std::path::Path;

/// Holds back what of `power` comes closer than an hour to the one before.
const PROFILE: &str = "name = \"p\"\nversion = 1\ninterval = \"1s\"\n\
    [[metric]]\nname = \"power\"\nregister = \"holding\"\naddress = 0\ntype = \"uint16\"\n\
    unit = \"kW\"\nscale = \"1/10\"\n\
    [metric.report]\non_change = true\nmin_interval = \"1h\"\n\
    [[metric]]\nname = \"flow\"\nregister = \"holding\"\naddress = 1\ntype = \"uint16\"\n";

fn site(dir: &Path) -> Arc<Config> {
    std::fs::write(dir.join("p.toml"), PROFILE).unwrap();
    let text = "profile_dirs = [\".\"]\n[[device]]\nid = \"pump\"\nprofile = \"p\"\n\
        [device.modbus]\nhost = \"127.0.0.1\"\n";
    std::fs::write(dir.join("agent.toml"), text).unwrap();
    load_with(&dir.join("agent.toml"), &BTreeMap::new()).unwrap_or_else(|faults| panic!("{faults}")).config
}

fn pipeline(dir: &Path) -> Pipeline {
    let config = site(dir);
    let clock: Arc<dyn Clock> = HandClock::at(NOON_MS);
    let pins = Pins { agent: agent("gw-1"), policy_key: signer().verifying_key().to_bytes() };
    let authority = Authority::open(dir, pins, Arc::clone(&clock)).unwrap();
    let signed = sign_policy(&policy(1, vec![row("power", 0), row("flow", 0)]), &signer()).unwrap();
    authority.accept(&signed).unwrap();
    let limits = Limits { ballast_bytes: 0, ..Limits::default() };
    let (buffer, _) =
        Buffer::open(&dir.join("buffer"), limits, Arc::clone(&clock), dir, no_chance()).unwrap();
    Pipeline {
        authority: Arc::new(authority),
        buffer,
        pulse: Pulse::new("pipeline", Arc::clone(&clock)),
        clock,
        counters: Arc::default(),
        stored: Arc::default(),
        alarms: Engine::open(&config, dir),
        values: Values::new(&config),
        sources: Arc::new(SourceStatus::new(&config)),
    }
}

/// Hands over `readings`, each by itself, and gives back what is stored then, by record, with the figures.
async fn through(readings: &[Reading]) -> (Vec<StoredItem>, u64, u64) {
    let dir = tempfile::tempdir().unwrap();
    let pipeline = pipeline(dir.path());
    let (buffer, counters) = (pipeline.buffer.clone(), Arc::clone(&pipeline.counters));
    let (out, arrivals) = mpsc::channel(readings.len());
    for reading in readings {
        let arrival = Arrival { readings: vec![reading.clone()], origin: None, stored: None };
        out.send(arrival).await.unwrap();
    }
    drop(out);
    pipeline.run(arrivals, mpsc::channel(1).1).await.unwrap();
    let records = buffer.read(Lane::Telemetry, 0, 10, 100).await.unwrap();
    let totals = counters.snapshot().0;
    (records.into_iter().map(|record| record.item).collect(), totals.points_stored, totals.store_refused)
}

#[tokio::test]
async fn polls_share_a_record_and_one_that_does_not_fit_costs_only_itself() {
    let one = reading(&group(&["flow"]), NOON_MS, &[1]);
    let two = reading(&group(&["flow"]), NOON_MS + 1, &[2]);
    let together = vec![StoredItem::Readings(vec![one.clone(), two.clone()])];
    assert_eq!(through(&[one.clone(), two.clone()]).await, (together, 2, 0));

    let mut odd = reading(&one.group, NOON_MS + 2, &[3]);
    odd.cells[0].raw = Raw::Bool(true);
    let apart = [one.clone(), two.clone()].map(|reading| StoredItem::Readings(vec![reading])).to_vec();
    assert_eq!(through(&[one, odd, two]).await, (apart, 2, 1));
}

#[tokio::test]
async fn a_device_that_leaves_the_configuration_leaves_what_was_held_back_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let (old, pipeline) = (site(dir.path()), pipeline(dir.path()));
    let (buffer, sources) = (pipeline.buffer.clone(), Arc::clone(&pipeline.sources));
    let (out, arrivals) = mpsc::channel(2);
    for (after_ms, value) in [(0, 1), (1, 2)] {
        let readings = vec![reading(&group(&["power"]), NOON_MS + after_ms, &[value])];
        out.send(Arrival { readings, origin: None, stored: None }).await.unwrap();
    }
    let (adoptions, adopted) = mpsc::channel(1);
    let running = tokio::spawn(pipeline.run(arrivals, adopted));
    // The second is held back for an hour, and the device is gone before.
    while out.capacity() < 2 {
        tokio::task::yield_now().await;
    }
    let config = Arc::new(Config { devices: Vec::new(), ..Config::clone(&old) });
    let changes = old.changes(&config);
    sources.adopt(&config, &changes);
    let (done, lives_by_it) = oneshot::channel();
    adoptions.send(Adoption { config, changes, done }).await.unwrap();
    lives_by_it.await.unwrap();
    assert_eq!(buffer.read(Lane::Telemetry, 0, 10, 100).await.unwrap().len(), 2);
    assert!(sources.device(&device("pump")).is_none());
    drop(out);
    running.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_is_held_back_is_stored_before_an_orderly_stop_is_over() {
    let power = group(&["power"]);
    let samples: Vec<Reading> = [(0, 1), (1, 2), (2, 3)]
        .map(|(after_ms, value)| reading(&power, NOON_MS + after_ms, &[value]))
        .to_vec();
    let (records, points, refused) = through(&samples).await;
    let stored = records.into_iter().flat_map(|record| match record {
        StoredItem::Readings(readings) => readings,
        other => panic!("{other:?}"),
    });
    let stored: Vec<_> =
        stored.map(|reading| (reading.at_ms - NOON_MS, reading.cells[0].raw.clone())).collect();
    assert_eq!(
        stored,
        [(0, Raw::Int(1)), (2, Raw::Int(3))],
        "the first at once, the last because nothing follows"
    );
    assert_eq!((points, refused), (2, 0));
}
