//! The bundle for support: it helps, and holds neither a value nor a secret, whether the agent runs or not.

use crate::cloud::Cloud;
use crate::commands::{output, start};
use crate::site::{CANARY, Site, row, samples, until};
use crate::{DAY_MS, enrolled};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

const PASSWORD: &str = "correct-horse-battery";
/// What a person may have left in the configuration and the log, and must not find in the bundle.
const SECRETS: [&str; 7] = [
    PASSWORD,
    "commented-pass",
    "inline-pass",
    "bob-the-user",
    "url-pass",
    "ABCDEFGH-IJKLMNOP",
    "MIIBVgIBADANBg",
];

/// A bundle of this configuration, by file, and how the command ended.
async fn bundle(config: &Path, into: &Path, log: &Path) -> (i32, String, BTreeMap<String, String>) {
    let (tar, log) = (into.join("bundle.tar").display().to_string(), log.display().to_string());
    drop(std::fs::remove_dir_all(into));
    std::fs::create_dir(into).unwrap();
    let (asked, out) = (config.to_owned(), tar.clone());
    let ended =
        tokio::task::spawn_blocking(move || output(&["diag", "--output", &out, "--log", &log], &asked));
    let (code, shown, words) = ended.await.unwrap();
    assert_eq!(std::fs::metadata(&tar).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(Command::new("tar").args(["-xf", &tar, "-C"]).arg(into).status().unwrap().success());
    let files = std::fs::read_dir(into.join("riversync-diag")).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(&path).unwrap())
    });
    (code, shown + &words, files.collect())
}

/// A site with a broker whose password lies in a file, and a log in which somebody wrote what should not be there.
async fn careless() -> (Arc<Cloud>, Site, String) {
    let (cloud, site) = enrolled(DAY_MS).await;
    std::fs::write(site.dir().join("pw"), format!("{PASSWORD}\n")).unwrap();
    std::fs::set_permissions(site.dir().join("pw"), std::fs::Permissions::from_mode(0o600)).unwrap();
    let sound = std::fs::read_to_string(site.path()).unwrap();
    let broker = "\n[[broker]]\nid = \"b\"\nhost = \"127.0.0.1\"\nusername = \"bob-the-user\"\n\
        password_file = \"pw\" # it was commented-pass\n";
    std::fs::write(site.path(), format!("{sound}{broker}")).unwrap();
    (cloud, site, sound)
}

fn holds_nothing_of(files: &BTreeMap<String, String>, site: &Site) {
    let key = std::fs::read_to_string(site.state().join("identity.json")).unwrap();
    let key: serde_json::Value = serde_json::from_str(&key).unwrap();
    let key = key["key_pem"].as_str().unwrap().lines().nth(1).unwrap().to_owned();
    let alone = |text: &str, number: u16| {
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').any(|word| word == number.to_string())
    };
    for (name, text) in files {
        for secret in SECRETS.into_iter().chain([key.as_str()]) {
            assert!(!text.contains(secret), "{name} holds {secret}: {text}");
        }
        assert!(!alone(text, CANARY), "{name} holds what nobody granted: {text}");
        // What is granted is no one's business either. Sums may be any number.
        if !["status.json", "metrics.txt", "buffer.json"].contains(&name.as_str()) {
            assert!(!alone(text, 0x1000), "{name} holds a measured value: {text}");
        }
    }
}

#[tokio::test]
async fn a_bundle_helps_and_holds_neither_values_nor_secrets() {
    let (cloud, site, _) = careless().await;
    cloud.grant(3, vec![row("power")]);
    let running = start(&site);
    until("power arrives", || samples(&cloud, "power").len() > 5).await;
    until("the status is fresh", || output(&["status"], &site.path()).0 == 0).await;
    let log = site.dir().join("agent.log");
    let careless = format!(
        "enrolled with RS1-ABCDEFGH-IJKLMNOP\nvia http://bob:url-pass@proxy:3128/ as {PASSWORD}\n\
         -----BEGIN PRIVATE KEY-----\nMIIBVgIBADANBg\n-----END PRIVATE KEY-----\nthe end\n"
    );
    let mut text = std::fs::read_to_string(&log).unwrap();
    assert!(text.contains("the store is open"), "{text}");
    text.push_str(&careless);
    let copy = site.dir().join("copy.log");
    std::fs::write(&copy, text).unwrap();
    let into = site.dir().join("bundle");
    let (code, said, files) = bundle(&site.path(), &into, &copy).await;
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("bundle.tar") && said.contains("doctor.json"), "{said}");
    holds_nothing_of(&files, &site);
    for (name, holds) in [
        ("about.txt", "Measured values are not read"),
        ("version.txt", concat!("riversync-agent ", env!("CARGO_PKG_VERSION"))),
        ("config.txt", "broker[0].username = [redacted]"),
        ("config.txt", "device[0].modbus.host = \"127.0.0.1\""),
        ("faults.txt", "nothing is wrong"),
        ("profiles.txt", "p version 1, 3 metrics"),
        ("status.json", "\"running\": true"),
        ("metrics.txt", "agent_points_sent_total"),
        ("doctor.json", "\"certificate\""),
        ("buffer.json", "its sums are in status.json"),
        ("grants.json", "\"power\""),
        ("log.txt", "the store is open"),
        ("log.txt", "the end"),
    ] {
        assert!(files[name].contains(holds), "{name} has no {holds}: {}", files[name]);
    }

    // One that is there already is left as it is.
    let tar = into.join("bundle.tar").display().to_string();
    let before = std::fs::read(&tar).unwrap();
    let (config, again) = (site.path(), tar.clone());
    let ended =
        tokio::task::spawn_blocking(move || output(&["diag", "--output", &again], &config)).await.unwrap();
    assert_eq!(ended.0, 74, "{}", ended.2);
    assert!(ended.2.contains("--output") && std::fs::read(&tar).unwrap() == before);

    running.stop().await;
    let (code, said, files) = bundle(&site.path(), &into, &copy).await;
    assert_eq!(code, 0, "{said}");
    holds_nothing_of(&files, &site);
    assert!(files["status.json"].contains("\"running\": false"), "{}", files["status.json"]);
    assert!(files["buffer.json"].contains("\"telemetry\""), "{}", files["buffer.json"]);
}

#[tokio::test]
async fn a_bundle_helps_most_where_little_works() {
    let (_cloud, site, sound) = careless().await;
    let log = site.dir().join("none.log");
    let into = site.dir().join("bundle");
    // A secret in the wrong place is a fault, and is struck out of the sentence about it too.
    std::fs::write(site.path(), format!("{sound}bus = \"inline-pass\"\npassword = \"inline-pass\"\n"))
        .unwrap();
    let (code, said, files) = bundle(&site.path(), &into, &log).await;
    assert_eq!(code, 0, "{said}");
    holds_nothing_of(&files, &site);
    assert!(files["faults.txt"].contains("password"), "{}", files["faults.txt"]);
    assert!(
        files["doctor.json"].starts_with("not here: the configuration has faults"),
        "{}",
        files["doctor.json"]
    );
    assert!(files["grants.json"].contains("\"missing\""), "{}", files["grants.json"]);
    assert!(files["log.txt"].starts_with("not here: "), "{}", files["log.txt"]);

    std::fs::write(site.path(), "password = \"inline-pass\nstate_dir =").unwrap();
    let (code, _, files) = bundle(&site.path(), &into, &log).await;
    assert_eq!(code, 0);
    holds_nothing_of(&files, &site);
    assert!(files["config.txt"].starts_with("not here: the file is not TOML"), "{}", files["config.txt"]);
    assert!(files["faults.txt"].contains("agent.toml:1"), "{}", files["faults.txt"]);

    std::fs::remove_file(site.path()).unwrap();
    let (code, _, files) = bundle(&site.path(), &into, &log).await;
    assert_eq!(code, 0);
    assert!(files["grants.json"].starts_with("not here: "), "{}", files["grants.json"]);
    assert!(files["version.txt"].starts_with("riversync-agent "), "{}", files["version.txt"]);
}
