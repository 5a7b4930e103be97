//! Settings: what wins, and what is refused.

use super::{Config, ConfigError, Overrides, parse};

#[test]
fn the_file_that_people_copy_names_every_key_with_its_default() {
    let example = include_str!("../../../config/cloud.toml");
    let (_, wrong) = parse("cloud.toml", example);
    assert!(wrong.is_empty(), "{wrong:?}");
    let uncommented: Vec<&str> =
        example.lines().filter_map(|line| line.strip_prefix("# ")).filter(|line| is_key(line)).collect();
    let keys: Vec<&str> =
        uncommented.iter().filter_map(|line| line.split_once(" = ").map(|at| at.0)).collect();
    let mut expected: Vec<&str> = super::KEYS.into_iter().chain(super::mail::KEYS).collect();
    let mut shown = keys.clone();
    expected.sort_unstable();
    shown.sort_unstable();
    assert_eq!(shown, expected);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("cloud.toml");
    std::fs::write(&file, uncommented.join("\n")).unwrap();
    let (written, default) = (
        Config::load(Some(&file), &Overrides::default()).unwrap(),
        Config::load(None, &Overrides::default()).unwrap(),
    );
    assert_eq!(format!("{written:?}"), format!("{default:?}"), "an example differs from the default");
}

fn is_key(line: &str) -> bool {
    line == "[mail]"
        || super::KEYS.into_iter().chain(super::mail::KEYS).any(|key| line.starts_with(&format!("{key} = ")))
}

#[test]
fn flags_win_over_the_file_and_the_file_over_defaults() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("cloud.toml");
    std::fs::write(&file, "public_url = \"https://a.example/\"\nagent_address = \"a.example:1\"\n").unwrap();
    let flags = Overrides { agent_address: Some("b.example:2".into()), ..Overrides::default() };
    let config = Config::load(Some(&file), &flags).unwrap();
    assert_eq!(config.public_url, "https://a.example");
    assert_eq!(config.agent_address, "b.example:2");
    assert_eq!(config.portal_listen.port(), 8080);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    for flags in [
        Overrides { database_url: Some("oracle:x".into()), ..Overrides::default() },
        Overrides { public_url: Some("portal.example".into()), ..Overrides::default() },
        Overrides { public_url: Some("https://a.example/x".into()), ..Overrides::default() },
        Overrides { agent_address: Some("a.example".into()), ..Overrides::default() },
        Overrides {
            insecure_cookies: Some(true),
            portal_listen: Some("0.0.0.0:80".parse().unwrap()),
            ..Overrides::default()
        },
    ] {
        let wrong = Config::load(None, &flags).unwrap_err().0;
        assert!(matches!(wrong.as_slice(), [ConfigError::Value { .. }]), "{flags:?}: {wrong:?}");
    }
    let many = Overrides {
        database_url: Some("oracle:x".into()),
        request_timeout_s: Some(0),
        requests_per_minute: Some(0),
        metrics_listen: Some("0.0.0.0:9464".into()),
        tls_key_file: Some("key.pem".into()),
        ..Overrides::default()
    };
    assert_eq!(Config::load(None, &many).unwrap_err().0.len(), 5, "all of it is said at once");
}

#[test]
fn the_database_may_be_named_in_a_file_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("url");
    std::fs::write(&file, "postgres://me:secret@db/rs\n").unwrap();
    let flags = Overrides { database_url_file: Some(file), ..Overrides::default() };
    assert_eq!(Config::load(None, &flags).unwrap().database_url, "postgres://me:secret@db/rs");
    let nowhere = Overrides { database_url_file: Some("/nowhere".into()), ..Overrides::default() };
    assert!(matches!(Config::load(None, &nowhere).unwrap_err().0.as_slice(), [ConfigError::Read { .. }]));
}

#[test]
fn a_password_is_never_shown() {
    let mut config = Config::for_one_machine("x");
    config.database_url = "postgres://me:secret@db/rs".into();
    assert_eq!(config.database_without_password(), "postgres://me@db/rs");
}
