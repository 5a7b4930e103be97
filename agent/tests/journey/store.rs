//! The store of a stopped agent in the hands of the person on site: looked at, healed, exported, emptied.

use crate::cloud::{Cloud, Mood, now_ms};
use crate::commands::{output, start};
use crate::site::{Site, row, samples, until};
use crate::{DAY_MS, enrolled};
use riversync_agent::clock::SystemClock;
use riversync_agent::enrolment::Identity;
use riversync_agent::grant::{Authority, Pins};
use riversync_protocol::ids::AgentId;
use riversync_protocol::sign::sign_policy;
use riversync_protocol::v1::{Event, Policy, PolicyRow};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const VERBS: [&[&str]; 5] = [
    &["buffer", "stat"],
    &["buffer", "verify"],
    &["buffer", "repair"],
    &["buffer", "export"],
    &["buffer", "purge", "--yes"],
];

/// A site whose agent has stopped with power and temp in its store, because the cloud took nothing.
async fn with_backlog() -> (Arc<Cloud>, Site) {
    let (cloud, site) = enrolled(DAY_MS).await;
    cloud.grant(1, vec![row("power"), row("temp")]);
    cloud.books().mood = Mood::Portal;
    let running = start(&site);
    until("something waits", || json(&site, &["status"]).1["buffer"]["records"].as_u64() > Some(4)).await;
    let pid = running.0.id().to_string();
    for verb in VERBS {
        let (code, shown, words) = output(verb, &site.path());
        assert_eq!((code, shown.as_str()), (75, ""), "{verb:?}: {words}");
        assert!(words.contains(&format!("process {pid}")), "{verb:?} names the agent: {words}");
    }
    running.stop().await;
    (cloud, site)
}

fn json(site: &Site, args: &[&str]) -> (i32, serde_json::Value) {
    let (code, shown, _) = output(&[args, &["--json"]].concat(), &site.path());
    (code, serde_json::from_str(&shown).unwrap_or_default())
}

/// What a policy on disk says from now on, as if it had come just before the agent stopped.
fn narrowed(cloud: &Cloud, site: &Site, epoch: u64, rows: Vec<PolicyRow>) {
    let identity = Identity::load(site.state()).unwrap().unwrap();
    let pins = Pins { agent: identity.agent().clone(), policy_key: identity.policy_key() };
    let authority = Authority::open(site.state(), pins, Arc::new(SystemClock::default())).unwrap();
    let policy = Policy { agent: AgentId::new("gw-1").unwrap(), epoch, issued_ms: now_ms(), rows };
    authority.accept(&sign_policy(&policy, &cloud.signer).unwrap()).unwrap();
}

fn picture(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(picture(&path));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.push((path, bytes));
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn looking_changes_nothing_and_shows_only_what_is_granted_now() {
    let (cloud, site) = with_backlog().await;
    let before = picture(site.state());
    let (code, stat) = json(&site, &["buffer", "stat"]);
    let records = stat["telemetry"]["records"].as_u64().unwrap();
    assert!(code == 0 && records > 4 && stat["oldest_ms"].as_i64().unwrap() < now_ms(), "{stat}");
    let (code, verified) = json(&site, &["buffer", "verify"]);
    assert_eq!((code, &verified["sound"]), (0, &true.into()), "{verified}");
    assert_eq!(verified["telemetry"]["whole"], records, "{verified}");
    let (code, shown, words) = output(&["buffer", "export"], &site.path());
    assert_eq!(code, 0, "{words}");
    assert!(shown.contains(",pump,power,4096,") && shown.contains(",pump,temp,4097,"), "{shown}");
    assert_eq!(picture(site.state()), before, "looking changed something");

    narrowed(&cloud, &site, 2, vec![row("power")]);
    let lines = output(&["buffer", "export", "--json"], &site.path()).1;
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["kind"], &first["metric"], &first["value"]),
        (&"value".into(), &"power".into(), &4096.into())
    );
    let csv = output(&["buffer", "export"], &site.path()).1;
    assert_eq!(csv.lines().count(), lines.lines().count() + 1, "the same in both forms");
    for verb in VERBS.iter().filter(|verb| verb.len() == 2 && verb[1] != "repair") {
        for form in [&[][..], &["--json"]] {
            let (_, shown, words) = output(&[*verb, form].concat(), &site.path());
            // A time may hold the digits of a value by chance; a value stands by itself.
            for canary in ["temp", ":4097,", ",4097,", "secret", ":48879,", ",48879,"] {
                assert!(
                    !shown.contains(canary) && !words.contains(canary),
                    "{verb:?} tells {canary}: {shown}"
                );
            }
        }
    }
    narrowed(&cloud, &site, 3, Vec::new());
    let (code, shown, words) = output(&["buffer", "export"], &site.path());
    assert_eq!((code, shown.lines().count()), (0, 1), "only the head: {shown}{words}");
    assert!(words.starts_with("0 values and 0 alarms written"), "{words}");
}

#[tokio::test]
async fn damage_is_told_then_healed_and_its_loss_counted() {
    let (_cloud, site) = with_backlog().await;
    let waiting = json(&site, &["buffer", "verify"]).1["telemetry"]["whole"].as_u64().unwrap();
    // The mark of a frame, its version, and the kind of telemetry: the body of each is made another one.
    let stores = std::fs::read_dir(site.state().join("buffer")).unwrap();
    let mut stores = stores.map(|entry| entry.unwrap().path().join("db")).filter(|log| log.exists());
    let log = stores.next().unwrap();
    let mut bytes = std::fs::read(&log).unwrap();
    let marks: Vec<usize> =
        (0..bytes.len()).filter(|at| bytes[*at..].starts_with(&[0xb7, 0x52, 0x53, 0xf1, 2, 1])).collect();
    for at in marks {
        bytes[at + 15] ^= 1;
    }
    std::fs::write(&log, bytes).unwrap();
    let before = picture(site.state());
    let (code, verified) = json(&site, &["buffer", "verify"]);
    assert_eq!((code, &verified["sound"]), (74, &false.into()), "{verified}");
    assert_eq!(verified["telemetry"]["damaged"], waiting, "{verified}");
    assert_eq!(picture(site.state()), before, "verifying changed something");
    let (code, repaired) = json(&site, &["buffer", "repair"]);
    assert_eq!(
        (code, &repaired["lost"], &repaired["rebuilt"]),
        (0, &waiting.into(), &true.into()),
        "{repaired}"
    );
    let (code, verified) = json(&site, &["buffer", "verify"]);
    assert_eq!((code, &verified["sound"]), (0, &true.into()), "{verified}");
    let stat = json(&site, &["buffer", "stat"]).1;
    assert_eq!(
        (&stat["telemetry"]["records"], &stat["dropped"]["Corrupt"]),
        (&0.into(), &waiting.into()),
        "{stat}"
    );
    let (code, _, words) = output(&["buffer", "repair"], &site.path());
    assert_eq!(code, 0, "{words}");
}

#[tokio::test]
async fn a_purge_is_asked_for_twice_and_leaves_a_receipt() {
    let (cloud, site) = with_backlog().await;
    let before = picture(site.state());
    let (code, shown, words) = output(&["buffer", "purge"], &site.path());
    assert_eq!((code, shown.as_str()), (64, ""), "{words}");
    assert_eq!(picture(site.state()), before, "a purge without --yes changed something");
    let (code, purged) = json(&site, &["buffer", "purge", "--yes"]);
    assert_eq!((code, purged["rows"].as_array().unwrap().len()), (0, 2), "{purged}");
    let purged_ms = now_ms();
    assert_eq!(json(&site, &["buffer", "stat"]).1["telemetry"]["records"], 0);
    cloud.books().mood = Mood::Well;
    let running = start(&site);
    until("the receipt arrives", || {
        cloud.books().events.iter().any(|event| matches!(event, Event::Receipt(r) if r.policy_epoch == 0))
    })
    .await;
    until("power flows again", || !samples(&cloud, "power").is_empty()).await;
    assert!(samples(&cloud, "power").iter().all(|at_ms| *at_ms >= purged_ms), "what was purged arrived");
    running.stop().await;
    let empty = Site::new().await;
    assert_eq!(output(&["buffer", "stat"], &empty.path()).0, 69, "nothing was ever stored");
}
