//! Every file that is shipped parses; every fault is told with its place; nothing that is wrong gets through.

use super::{Connection, load, load_with};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../config")
}

/// Writes a configuration beside the shipped profiles and reads it.
fn read(text: &str, env: &[(&str, &str)]) -> Result<super::Loaded, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("agent.toml");
    let profiles = shipped().join("profiles").canonicalize().unwrap();
    let text = text.replace("PROFILES", profiles.to_str().unwrap());
    std::fs::write(&path, text).unwrap();
    let env: BTreeMap<_, _> = env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    load_with(&path, &env).map_err(|errors| {
        errors
            .to_string()
            .replace(&format!("{}/", dir.path().display()), "")
            .replace(profiles.to_str().unwrap(), "PROFILES")
    })
}

#[test]
fn the_shipped_configuration_and_all_its_defaults_are_valid() {
    let path = shipped().join("agent.toml");
    let loaded = load(&path).unwrap();
    assert_eq!(loaded.config.devices.len(), 2);
    let text = std::fs::read_to_string(&path).unwrap();
    let uncommented: String = text
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_lowercase()) => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let uncommented = uncommented.replace("[\"profiles\"]", "[\"PROFILES\"]");
    let whole = read(&uncommented, &[]).unwrap();
    assert!(uncommented.matches(" = ").count() > text.lines().filter(|l| !l.starts_with('#')).count() / 2);
    // The comments name the true defaults, except where they show an example without one.
    assert_eq!(whole.config.health, loaded.config.health);
    assert_eq!(whole.config.buffer, loaded.config.buffer);
    assert_eq!(whole.config.uplink, loaded.config.uplink);
    assert_eq!(whole.config.state_dir, loaded.config.state_dir);
    for (said, silent) in whole.config.devices.iter().zip(&loaded.config.devices) {
        let (Connection::Modbus(said), Connection::Modbus(silent)) = (&said.connection, &silent.connection)
        else {
            assert_eq!(said, silent);
            continue;
        };
        assert_eq!(
            (&said.line, said.timeout_ms, said.late_ms),
            (&silent.line, silent.timeout_ms, silent.late_ms)
        );
        let quirks = |at: &super::Modbus| (at.quirks.max_words(), at.quirks.max_bits());
        assert_eq!(quirks(said), quirks(silent));
        assert_eq!(said.quirks.close_after_poll, Some(false));
    }
    let without_login = |config: &super::Config| {
        let mut broker = config.brokers[0].clone();
        (broker.username, broker.password_file) = (None, None);
        broker
    };
    assert_eq!(without_login(&whole.config), without_login(&loaded.config));
}

#[test]
fn every_shipped_profile_is_valid_and_names_itself() {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(shipped().join("profiles")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let profile = crate::profile::read(path.to_str().unwrap(), &text)
            .unwrap_or_else(|faults| panic!("{faults:#?}"));
        assert_eq!(Some(profile.name.as_str()), path.file_stem().unwrap().to_str());
        assert!(profile.metrics.iter().all(|metric| metric.place.wire() == profile.wire()));
        // What is not our own was taken from a public document, and says from which.
        assert!(profile.name.starts_with("rs-") || text.contains("\n# Source: "), "{}", profile.name);
        names.push(profile.name);
    }
    assert!(names.len() >= 17, "{names:?}");
}

#[test]
fn every_fault_is_told_at_once_with_its_place_and_a_way_out() {
    let errors = read(
        r#"state_dri = "/tmp"
profile_dirs = ["PROFILES"]
[health]
listen = "0.0.0.0:9464"
[buffer]
max_size = "1MiB"
min_size = 5
[uplink]
batch = "10"
[[broker]]
id = "site"
host = "mqtt://broker"
password = "secret"
[[device]]
id = "RS PUMP"
profile = "rs-pmup"
[device.modbus]
host = "10.0.0.1"
prot = 502
unit = 300
[[device]]
id = "A"
profile = "rs-coldroom"
[device.mqtt]
broker = "sit"
topic = "site/#"
[[device]]
id = "B"
profile = "rs-coldroom"
[device.modbus]
host = "10.0.0.1"
"#,
        &[],
    )
    .unwrap_err();
    assert_eq!(
        errors,
        r#"agent.toml:1:1: state_dri: is not a setting; did you mean "state_dir"?
agent.toml:4:10: health.listen: must be an address and port of this machine only, such as "127.0.0.1:9464"
agent.toml:6:12: buffer.max_size: must be a size such as "64MiB", at least 16777216 bytes
agent.toml:7:1: buffer.min_size: is not a setting; did you mean "max_size"?
agent.toml:9:9: uplink.batch: must be a duration such as "500ms", "2s" or "5m", from 100ms to 600000ms
agent.toml:12:8: broker[1].host: must be a host name or address alone, without scheme and port
agent.toml:13:1: broker[1].password: is not a setting; did you mean "password_file"?
agent.toml:15:6: device[1].id: "RS PUMP" is not a name: use 1 to 64 letters, digits, '-', '_' or '.', starting with a letter or a digit
agent.toml:16:11: device[1].profile: there is no profile "rs-pmup" in PROFILES; did you mean "rs-pump"?
agent.toml:19:1: device[1].modbus.prot: is not a setting; did you mean "port"?
agent.toml:20:8: device[1].modbus.unit: must be a whole number from 0 to 255
agent.toml:25:10: device[2].mqtt.broker: there is no broker "sit"
agent.toml:26:9: device[2].mqtt.topic: must be an exact topic without + and #, such as "site/coldroom-1"
agent.toml:27:1: device[3]: is reached over modbus, but profile "rs-coldroom" is for mqtt"#
    );
}

#[test]
fn duplicates_are_named() {
    let device = |id: &str, unit: u8| {
        format!(
            "[[device]]\nid = \"{id}\"\nprofile = \"rs-pump\"\n[device.modbus]\nhost = \"h\"\nunit = {unit}\n"
        )
    };
    let text =
        format!("profile_dirs = [\"PROFILES\"]\n{}{}{}", device("A", 1), device("A", 2), device("B", 1));
    let errors = read(&text, &[]).unwrap_err();
    assert!(
        errors.contains("agent.toml:8:1: device[2].id: \"A\" is the id of an earlier device"),
        "{errors}"
    );
    assert!(
        errors.contains("agent.toml:14:1: device[3].id: \"B\" has the same address as \"A\""),
        "{errors}"
    );
}

#[test]
fn a_byte_order_mark_crlf_and_tabs_are_no_fault() {
    let text = "\u{feff}profile_dirs\t= [\"PROFILES\"]\r\n[[device]]\r\nid = \"A\"\r\nprofile = \"rs-pump\"\r\n[device.modbus]\r\n\thost = \"h\"\r\n";
    let loaded = read(text, &[]).unwrap();
    assert!(
        matches!(&loaded.config.devices[0].connection, Connection::Modbus(at) if at.line.place() == "h:502")
    );
    assert_eq!(loaded.files.len(), 2);
}

#[test]
fn the_environment_stands_before_the_file_and_is_checked_like_it() {
    let env = [("RIVERSYNC_BUFFER_MAX_SIZE", "16MiB"), ("RIVERSYNC_STATE_DIR", "/run/x")];
    let loaded = read("state_dir = \"/tmp\"\n[buffer]\nmax_size = \"32MiB\"\n", &env).unwrap();
    assert_eq!(loaded.config.buffer.max_bytes, 16 << 20);
    assert_eq!(loaded.config.state_dir, Path::new("/run/x"));
    let without_section = read("", &[("RIVERSYNC_UPLINK_BATCH", "2s")]).unwrap();
    assert_eq!(without_section.config.uplink.batch_ms, 2_000);
    let errors =
        read("", &[("RIVERSYNC_BUFFER_MAX_SIZE", "big"), ("RIVERSYNC_BUFFER_MAXSIZE", "1GiB")]).unwrap_err();
    assert!(errors.contains("environment: RIVERSYNC_BUFFER_MAX_SIZE: must be a size"), "{errors}");
    assert!(errors.contains("did you mean \"RIVERSYNC_BUFFER_MAX_SIZE\"?"), "{errors}");
}

#[test]
fn what_is_not_toml_not_text_or_not_there_is_a_sentence() {
    let errors = read("a = \n[b\nc = 1", &[]).unwrap_err();
    assert!(errors.lines().count() >= 2 && errors.starts_with("agent.toml:1:"), "{errors}");
    let missing = load(Path::new("/nowhere/agent.toml")).unwrap_err().to_string();
    assert!(missing.starts_with("/nowhere/agent.toml: cannot be read"), "{missing}");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("agent.toml");
    std::fs::write(&path, b"x = \"\xff\"").unwrap();
    assert!(load(&path).unwrap_err().to_string().contains("is not UTF-8 text at byte 5"));
}

#[test]
fn a_hundred_thousand_points_are_read_in_seconds() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("profiles")).unwrap();
    let metric = |n: u32| {
        format!("[[metric]]\nname = \"m{n}\"\nregister = \"input\"\naddress = {n}\ntype = \"uint16\"\n")
    };
    let profile = format!("name = \"big\"\nversion = 1\n{}", (0..4_000).map(metric).collect::<String>());
    std::fs::write(dir.path().join("profiles/big.toml"), profile).unwrap();
    let device =
        |n: u32| format!("[[device]]\nid = \"d{n}\"\nprofile = \"big\"\n[device.modbus]\nhost = \"h{n}\"\n");
    let path = dir.path().join("agent.toml");
    std::fs::write(&path, (0..25).map(device).collect::<String>()).unwrap();
    let started = std::time::Instant::now();
    let config = load_with(&path, &BTreeMap::new()).unwrap_or_else(|errors| panic!("{errors}")).config;
    assert_eq!(config.devices.iter().map(|device| device.profile.metrics.len()).sum::<usize>(), 100_000);
    assert!(started.elapsed().as_secs() < 10, "reading must not grow with the square of the points");
}

/// Cuts, doubles or replaces a piece of a text, at character borders.
fn spoil(text: &str, at: usize, length: usize, with: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = at % chars.len();
    let end = (at + length).min(chars.len());
    chars[..at].iter().chain(&with.chars().collect::<Vec<_>>()).chain(&chars[end..]).collect()
}

proptest::proptest! {
    #[test]
    fn no_spoiled_file_makes_it_panic_and_every_fault_has_a_place_in_it(
        at in 0_usize..5_000, length in 0_usize..40, with in "[\"\\[\\]={}#a-z0-9.\\n-]{0,12}", which in 0_usize..3,
    ) {
        let name = ["profiles/rs-pump.toml", "profiles/rs-coldroom.toml", "agent.toml"][which];
        let text = std::fs::read_to_string(shipped().join(name)).unwrap();
        let spoiled = spoil(&text, at, length, &with);
        let lines = spoiled.lines().count() + 1;
        if which < 2 {
            if let Err(faults) = crate::profile::read("p.toml", &spoiled) {
                proptest::prop_assert!(!faults.is_empty());
                for fault in faults {
                    proptest::prop_assert!(fault.line >= 1 && fault.line <= lines, "{}", fault);
                }
            }
        } else if let Err(errors) = read(&format!("profile_dirs = [\"PROFILES\"]\n{spoiled}"), &[]) {
            proptest::prop_assert!(errors.lines().all(|line| line.contains("agent.toml:")), "{}", errors);
        }
    }
}
