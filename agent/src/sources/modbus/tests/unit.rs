//! What is learned about a unit and outlives a restart, who it is, and what is odd about it (EDGE faults 15, 17, 21).

use super::server::{Reply, Seen, Server};
use super::{Site, all_bad, all_good, check_values, granted, site_config, words};
use crate::config::Config;
use crate::sources::Link;
use riversync_protocol::v1::{Quality, QualityReason};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn tcp(server: &Server, profile: &str, more: &str) -> Arc<Config> {
    let line = format!("host = \"127.0.0.1\"\nport = {}", server.port);
    site_config(profile, &line, &[1], more)
}

fn names(addresses: &[u16]) -> Vec<String> {
    addresses.iter().map(|address| format!("m{address}")).collect()
}

#[tokio::test]
async fn what_was_learned_outlives_a_restart() {
    let script = |seen: Seen| match seen {
        seen if seen.count > 5 => Reply::Exception(3),
        seen if seen.covers(13) => Reply::Exception(2),
        _ => Reply::Addresses,
    };
    let server = Server::start(script).await;
    let addresses: Vec<u16> = (10..26).collect();
    let names = names(&addresses);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let dir = tempfile::tempdir().unwrap();
    let config = |version: u32| {
        let profile = words(&addresses, "").replace("version = 1", &format!("version = {version}"));
        let mut config = Config::clone(&tcp(&server, &profile, ""));
        config.state_dir = dir.path().to_owned();
        Arc::new(config)
    };
    let refused = |seen: &[Seen]| seen.iter().filter(|seen| seen.count > 5 || seen.covers(13)).count();
    let mut site = Site::start(config(1), granted(&[1], &names));
    for _ in 0..10 {
        check_values(&site.next().await);
    }
    drop(site);
    let learned = server.seen().len();
    assert!(refused(&server.seen()) >= 4);
    let mut site = Site::start(config(1), granted(&[1], &names));
    for _ in 0..3 {
        let reading = site.next().await;
        check_values(&reading);
        let bad: Vec<_> = reading.cells.iter().filter(|cell| cell.quality != Quality::GOOD).collect();
        assert_eq!(bad.len(), 1);
        assert_eq!(bad[0].quality, Quality::bad(QualityReason::Exception(2)));
    }
    let after = server.seen()[learned..].to_vec();
    assert_eq!(refused(&after), 0, "asked again for what was refused before the restart");
    let cycle: Vec<_> = after.iter().take(4).map(|seen| (seen.start, seen.count)).collect();
    assert_eq!(cycle, [(10, 3), (14, 5), (19, 5), (24, 2)], "the fewest requests within what was learned");
    drop(site);
    let text = std::fs::read_to_string(dir.path().join("modbus-learned.json")).unwrap();
    assert!(text.contains("\"m13\": 2"), "{text}");
    let before = server.seen().len();
    let mut site = Site::start(config(2), granted(&[1], &names));
    site.next().await;
    assert!(refused(&server.seen()[before..]) > 0, "another version of the profile is another device");
}

#[tokio::test]
async fn a_function_that_is_not_known_is_asked_for_once() {
    let server =
        Server::start(|seen| if seen.function == 4 { Reply::Exception(1) } else { Reply::Addresses }).await;
    let profile = words(&[10], "")
        + "[[metric]]\nname = \"m20\"\nregister = \"input\"\naddress = 20\ntype = \"uint16\"\n\
           [[metric]]\nname = \"m21\"\nfc = 4\naddress = 21\ntype = \"uint16\"\n";
    let mut site = Site::start(tcp(&server, &profile, ""), granted(&[1], &["m10", "m20", "m21"]));
    for _ in 0..4 {
        let reading = site.next().await;
        check_values(&reading);
        let quality: Vec<_> = reading.cells.iter().map(|cell| cell.quality).collect();
        let refused = Quality::bad(QualityReason::Exception(1));
        assert_eq!(quality, [Quality::GOOD, refused, refused]);
    }
    assert_eq!(server.seen().iter().filter(|seen| seen.function == 4).count(), 1);
    assert_eq!(site.status.snapshot()[0].link, Link::Up);
}

#[tokio::test]
async fn a_device_that_failed_is_asked_again_and_says_so_meanwhile() {
    let server = Server::start(|_| Reply::Exception(4)).await;
    let mut site = Site::start(tcp(&server, &words(&[10], ""), ""), granted(&[1], &["m10"]));
    for _ in 0..5 {
        assert!(all_bad(&site.next().await, QualityReason::Exception(4)));
    }
    assert_eq!((server.seen().len(), server.connections()), (5, 1));
}

const WHO: &str = "[identity]\nvendor = \"Acme\"\nproduct = \"PM-5*\"\n";

#[tokio::test]
async fn another_device_at_the_same_address_is_bad_and_never_lies() {
    let swapped = Arc::new(AtomicBool::new(false));
    let is_swapped = Arc::clone(&swapped);
    let server = Server::start(move |seen| match (seen.function, is_swapped.load(Ordering::SeqCst)) {
        (0x2b, false) => Reply::Identity(vec![(0, "Acme"), (1, "PM-500"), (2, "1.0")]),
        (0x2b, true) => Reply::Identity(vec![(0, "Acme"), (1, "XM-1"), (2, "1.0")]),
        // The device is taken off the line while it is exchanged.
        (_, true) if seen.connection == 0 => Reply::Close,
        (_, true) => Reply::Words(BTreeMap::from([(10, 4_711)])),
        (_, false) => Reply::Addresses,
    })
    .await;
    let mut site = Site::start(tcp(&server, &words(&[10], WHO), ""), granted(&[1], &["m10"]));
    for _ in 0..3 {
        assert!(all_good(&site.next().await));
    }
    let first: Vec<_> = server.seen().iter().map(|seen| seen.function).take(2).collect();
    assert_eq!(first, [0x2b, 3], "it is asked who it is before anything it says is believed");
    swapped.store(true, Ordering::SeqCst);
    // `until` fails when a value of the other device passes for good.
    site.until(1, |reading| all_bad(reading, QualityReason::IdentityMismatch)).await;
    for _ in 0..5 {
        assert!(all_bad(&site.next().await, QualityReason::IdentityMismatch));
    }
    let snapshot = site.status.snapshot();
    assert_eq!(
        (snapshot[0].link, snapshot[0].reason),
        (Link::Down, "another device answers than the profile is for")
    );
    assert_eq!(server.seen().iter().filter(|seen| seen.function == 0x2b).count(), 2);
}

#[tokio::test]
async fn a_device_that_does_not_know_how_to_say_who_it_is_is_another() {
    let server =
        Server::start(|seen| if seen.function == 0x2b { Reply::Exception(1) } else { Reply::Addresses })
            .await;
    let mut site = Site::start(tcp(&server, &words(&[10], WHO), ""), granted(&[1], &["m10"]));
    assert!(all_bad(&site.next().await, QualityReason::IdentityMismatch));
    assert!(server.seen().iter().all(|seen| seen.function == 0x2b));
}

#[tokio::test]
async fn a_fingerprint_is_read_where_the_profile_allows_it_and_compared() {
    let print = "[[gap_ok]]\nregister = \"holding\"\nfrom = 90\nto = 91\n[identity]\n[[identity.words]]\nregister = \"holding\"\naddress = 90\n";
    for (hold, reason) in [("[90, 91]", None), ("[90, 92]", Some(QualityReason::IdentityMismatch))] {
        let server = Server::start(|_| Reply::Addresses).await;
        let profile = words(&[10], &format!("{print}hold = {hold}\n"));
        let mut site = Site::start(tcp(&server, &profile, ""), granted(&[1], &["m10"]));
        let reading = site.next().await;
        check_values(&reading);
        assert_eq!(reading.cells[0].quality, reason.map_or(Quality::GOOD, Quality::bad));
        assert_eq!((server.seen()[0].start, server.seen()[0].count), (90, 2));
    }
}

#[tokio::test]
async fn a_line_is_left_free_between_polls_where_the_unit_wants_that() {
    let server = Server::start(|_| Reply::Addresses).await;
    let who =
        "[quirks]\nclose_after_poll = true\none_request_per_metric = true\npause_after_connect = \"5ms\"\n";
    let mut site = Site::start(tcp(&server, &words(&[10, 11], who), ""), granted(&[1], &["m10", "m11"]));
    for _ in 0..4 {
        assert!(all_good(&site.next().await));
    }
    assert!(server.connections() >= 4, "{} connections", server.connections());
    assert!(server.seen().iter().all(|seen| seen.count == 1));
    let of_first = server.seen().iter().filter(|seen| seen.connection == 0).count();
    assert_eq!(of_first, 2, "one poll, one connection");
}
