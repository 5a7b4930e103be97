//! A fault of ours, met in reading one unit, stays with that unit (EDGE fault 30).

use super::server::{Reply, Seen, Server};
use super::{Site, all_bad, all_good, config, granted, words};
use crate::sources::Link;
use crate::sources::supervise::DIED;
use crate::testing::{HandClock, NOON_MS, device};
use riversync_protocol::v1::QualityReason;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[tokio::test]
async fn a_unit_whose_reading_panics_is_named_and_begins_anew_while_its_line_goes_on() {
    let (clock, sick) = (HandClock::at(NOON_MS), Arc::new(AtomicBool::new(true)));
    let (trap, is_sick) = (Arc::clone(&clock), Arc::clone(&sick));
    // One line asks one unit at a time, so the trap is sprung by the reading of the second.
    let script = move |seen: Seen| {
        if seen.unit == 2 && is_sick.load(Ordering::SeqCst) {
            trap.trap();
        }
        Reply::Addresses
    };
    let server = Server::start(script).await;
    let config = config(&words(&[10], ""), server.port, &[1, 2], "");
    let mut site = Site::start_at(clock, config, granted(&[1, 2], &["m10"]));
    site.until(2, |reading| all_bad(reading, QualityReason::LinkDown)).await;
    let second = site.status.device(&device("d2")).unwrap();
    assert_eq!(second.link(), (Link::Down, DIED));
    let asked = server.seen().iter().filter(|seen| seen.unit == 2).count();
    for _ in 0..10 {
        site.until(1, all_good).await;
    }
    let asked_since = server.seen().iter().filter(|seen| seen.unit == 2).count() - asked;
    assert!(asked_since <= 1, "it is left alone for a while, and not asked each time: {asked_since}");
    sick.store(false, Ordering::SeqCst);
    site.until(2, all_good).await;
    assert_eq!(second.link(), (Link::Up, ""));
    let restarts = site.status.snapshot().into_iter().map(|device| device.restarts).collect::<Vec<_>>();
    assert!(restarts[0] == 0 && (1..5).contains(&restarts[1]), "{restarts:?}");
}
