//! A new configuration for an agent that runs, as a service manager asks for it: SIGHUP to the real process.

use crate::cloud::Cloud;
use crate::commands::{Running, output, start};
use crate::site::{Seen, Site, device, row, samples, until};
use crate::{DAY_MS, enrolled};
use riversync_protocol::ids::DeviceId;
use riversync_protocol::v1::PolicyRow;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::Ordering;

fn hang_up(running: &Running) {
    let id = running.0.id().to_string();
    assert!(Command::new("kill").args(["-HUP", &id]).status().unwrap().success());
}

fn table(id: &str, at: SocketAddr) -> String {
    format!(
        "\n[[device]]\nid = \"{id}\"\nprofile = \"p\"\n[device.modbus]\nhost = \"127.0.0.1\"\nport = {}\n",
        at.port()
    )
}

fn status(site: &Site) -> serde_json::Value {
    serde_json::from_str(&output(&["status", "--json"], &site.path()).1).unwrap_or_default()
}

fn requests(seen: &Arc<Seen>) -> usize {
    seen.requests.load(Ordering::SeqCst)
}

fn devices(site: &Site) -> Vec<String> {
    let status = status(site);
    let devices = status["devices"].as_array().unwrap();
    devices.iter().map(|device| device["id"].as_str().unwrap().to_owned()).collect()
}

/// A site whose `pump` and `fan` are read, with the text of its configuration before the fan.
async fn two_devices() -> (Arc<Cloud>, Site, Running, String, Arc<Seen>) {
    let (cloud, site) = enrolled(DAY_MS).await;
    let (fan_at, fan) = device().await;
    let pump_only = std::fs::read_to_string(site.path()).unwrap();
    std::fs::write(site.path(), format!("{pump_only}{}", table("fan", fan_at))).unwrap();
    let of = |id: &str| PolicyRow { device: DeviceId::new(id).unwrap(), ..row("power") };
    cloud.grant(1, vec![of("pump"), of("fan"), of("lamp")]);
    let running = start(&site);
    until("power arrives", || !samples(&cloud, "power").is_empty()).await;
    until("both are read", || requests(&site.seen) > 3 && requests(&fan) > 3).await;
    (cloud, site, running, pump_only, fan)
}

#[tokio::test]
async fn what_a_new_configuration_does_not_change_never_notices_it() {
    let (_cloud, site, running, pump_only, fan) = two_devices().await;
    let (lamp_at, lamp) = device().await;
    // The fan goes, the lamp comes, and what cannot change while it runs is named.
    let new =
        format!("{pump_only}{}", table("lamp", lamp_at)).replace("batch = \"200ms\"", "batch = \"300ms\"");
    std::fs::write(site.path(), new).unwrap();
    hang_up(&running);
    until("the lamp is read", || requests(&lamp) > 3).await;
    until("the status says so", || {
        status(&site)["config"]["reloads"] == 1 && devices(&site) == ["lamp", "pump"]
    })
    .await;
    assert_eq!(status(&site)["config"]["waiting"], serde_json::json!(["uplink.batch"]));
    let (code, shown, _) = output(&["status"], &site.path());
    assert_eq!(code, 0);
    assert!(shown.contains("waiting for a restart: uplink.batch"), "{shown}");
    let (left, pump) = (requests(&fan), requests(&site.seen));
    until("the pump is read on", || requests(&site.seen) > pump + 5).await;
    assert_eq!(requests(&fan), left, "the fan is still asked");

    // The lamp moves to another address: another connection for it, and none for the pump.
    let (moved_at, moved) = device().await;
    std::fs::write(site.path(), format!("{pump_only}{}", table("lamp", moved_at))).unwrap();
    hang_up(&running);
    until("the lamp is read elsewhere", || requests(&moved) > 3).await;
    let pump = requests(&site.seen);
    until("the pump is read on", || requests(&site.seen) > pump + 5).await;
    assert_eq!(site.seen.connections.load(Ordering::SeqCst), 1, "the pump was connected anew");

    running.stop().await;
    let log = std::fs::read_to_string(site.dir().join("agent.log")).unwrap();
    assert!(log.contains("until it is restarted") && log.contains("uplink.batch"), "{log}");
    assert!(log.contains("the new configuration is in force"), "{log}");
}

#[tokio::test]
async fn a_faulty_configuration_is_refused_whole_and_the_old_one_stays() {
    let (cloud, site, running, pump_only, fan) = two_devices().await;
    // One good change and one fault: neither counts.
    let line = pump_only.lines().count() + 2;
    std::fs::write(site.path(), format!("{pump_only}\n[[broker]]\nid = \"b\"\nhots = \"x\"\n")).unwrap();
    hang_up(&running);
    until("the status says so", || status(&site)["config"]["refused"] == 1).await;
    let (code, shown, words) = output(&["status"], &site.path());
    assert_eq!(code, 0, "the agent runs: {shown}{words}");
    assert!(shown.contains("a newer one was refused") && shown.contains("stays"), "{shown}");
    let place = format!("agent.toml:{}:", line + 2);
    assert!(shown.contains(&place) && shown.contains("broker[1].hots"), "{place} {shown}");
    let log = std::fs::read_to_string(site.dir().join("agent.log")).unwrap();
    assert!(log.contains("field=\"broker[1].hots\"") && log.contains(&format!("line={}", line + 2)), "{log}");
    assert!(log.contains("refused as a whole and the old one stays in force"), "{log}");
    let (before, seen) = (requests(&fan), samples(&cloud, "power").len());
    until("all goes on", || requests(&fan) > before + 5 && samples(&cloud, "power").len() > seen).await;
    assert_eq!(site.seen.connections.load(Ordering::SeqCst), 1);
    assert_eq!(fan.connections.load(Ordering::SeqCst), 1);

    // Half a file, as an editor leaves it for a moment, then none: both are refused, and it still runs.
    std::fs::write(site.path(), &pump_only[..pump_only.len() / 2]).unwrap();
    hang_up(&running);
    until("half a file is refused", || status(&site)["config"]["refused"] == 2).await;
    std::fs::write(site.path(), &pump_only).unwrap();
    hang_up(&running);
    until("a sound one is taken", || status(&site)["config"]["reloads"] == 1).await;
    let config = status(&site)["config"].clone();
    assert_eq!(
        (config["refused_ms"].clone(), config["faults"].clone()),
        (serde_json::Value::Null, serde_json::json!([]))
    );
    until("the fan has gone", || devices(&site) == ["pump"]).await;
    running.stop().await;
}
