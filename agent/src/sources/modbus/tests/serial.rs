//! Lines without transaction numbers, a pseudo terminal and a converter alike: late replies, noise, echoes, torn, foreign
//! and over-long frames (EDGE faults 11 to 16 on a serial line; PARTS section 3).

use super::server::{Reply, Seen, Server, framed};
use super::{Site, all_bad, all_good, check_values, granted, site_config, words};
use crate::config::Config;
use riversync_protocol::v1::{Quality, QualityReason};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How a test reaches a server.
fn line(server: &Server) -> String {
    if server.port == 0 {
        format!("serial = \"{}\"\nbaud = 115200\nparity = \"none\"", server.path.display())
    } else {
        format!("transport = \"rtu_over_tcp\"\nhost = \"127.0.0.1\"\nport = {}", server.port)
    }
}

fn on(server: &Server, profile: &str, units: &[u8]) -> Arc<Config> {
    site_config(profile, &line(server), units, "late_replies = \"300ms\"")
}

/// The same script on a pseudo terminal and behind a converter.
async fn both(script: impl Fn(Seen) -> Reply + Clone + Send + Sync + 'static) -> [Server; 2] {
    [Server::serial(script.clone()), Server::converter(script).await]
}

#[tokio::test]
async fn a_late_reply_on_a_serial_line_is_never_taken_for_another() {
    // The trap of PARTS section 3: the reply to the first question comes while the second waits, of the same length.
    let late = |seen: Seen| match seen.start {
        100 if seen.unit == 1 => Reply::Late(Duration::from_millis(300)),
        _ => Reply::Addresses,
    };
    for server in both(late).await {
        let mut site =
            Site::start(on(&server, &words(&[100, 200], ""), &[1, 2]), granted(&[1, 2], &["m100", "m200"]));
        site.until(1, |reading| reading.cells[0].quality == Quality::bad(QualityReason::Timeout)).await;
        // `until` and `check_values` fail when a value of another register is good.
        for _ in 0..5 {
            site.until(2, all_good).await;
        }
        let reading = site.until(1, |_| true).await;
        check_values(&reading);
        let asked: Vec<_> =
            server.seen().iter().filter(|seen| seen.unit == 1).map(|seen| seen.start).collect();
        assert!(asked.iter().all(|start| *start == 100), "the unit was asked again while its reply may come");
    }
}

#[tokio::test]
async fn noise_echoes_and_foreign_frames_are_passed_over_and_the_reply_behind_them_is_taken() {
    let request = framed(&[1, 3, 0, 10, 0, 1]);
    let before: [Vec<u8>; 5] = [
        vec![0x00],
        vec![0xff, 0x00],
        request.clone(),
        framed(&[9, 3, 2, 0x99, 0x99]),
        [request, framed(&[1, 3, 4, 0x99, 0x99, 0x99, 0x99])].concat(),
    ];
    for bytes in before {
        for server in both(move |_| Reply::After(bytes.clone())).await {
            let mut site = Site::start(on(&server, &words(&[10], ""), &[1]), granted(&[1], &["m10"]));
            for _ in 0..3 {
                let reading = site.next().await;
                check_values(&reading);
                assert!(all_good(&reading), "{reading:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_frame_that_does_not_hold_is_asked_for_once_more_and_never_decoded() {
    let broken: [fn() -> Reply; 7] = [
        || Reply::Torn,
        // Truncated, over-long, of another count, another function, another protocol.
        || Reply::Bytes(framed(&[1, 3, 2, 0, 10])[..5].to_vec()),
        || Reply::Bytes(framed(&[1, 3, 2, 0, 10, 0, 11])),
        || Reply::Bytes(framed(&[1, 3, 4, 0, 10, 0, 11])),
        || Reply::Bytes(framed(&[1, 4, 2, 0, 10])),
        || Reply::Bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
        || Reply::Before(vec![0x55; 3]),
    ];
    for (index, broken) in broken.into_iter().enumerate() {
        let asked = Arc::new(AtomicUsize::new(0));
        let script = move |_| {
            if asked.fetch_add(1, Ordering::SeqCst).is_multiple_of(4) { broken() } else { Reply::Addresses }
        };
        let server = Server::serial(script);
        let mut site = Site::start(on(&server, &words(&[10], ""), &[1]), granted(&[1], &["m10"]));
        for _ in 0..6 {
            let reading = site.next().await;
            check_values(&reading);
            assert!(all_good(&reading), "broken frame {index}: the second try was good");
        }
        assert!(server.seen().len() >= 6, "{:?}", server.seen().len());
    }
}

#[tokio::test]
async fn what_stays_broken_is_a_bad_sample_and_the_line_heals() {
    let asked = AtomicUsize::new(0);
    let server = Server::serial(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 | 1 => Reply::Torn,
        _ => Reply::Addresses,
    });
    let mut site = Site::start(on(&server, &words(&[10], ""), &[1]), granted(&[1], &["m10"]));
    assert!(all_bad(&site.next().await, QualityReason::Malformed));
    site.until(1, all_good).await;
    assert_eq!(server.seen().len(), 3, "one question, one second try, and one after the back-off");
}

#[tokio::test]
async fn an_echo_that_looks_like_a_reply_is_not_taken_for_one() {
    // Twenty coils from 0x0310 on: the echo alone is a whole frame of the right unit, function and byte count.
    let bit = |at: u16| {
        format!("[[metric]]\nname = \"m{at}\"\nregister = \"coil\"\naddress = {at}\ntype = \"bool\"\n")
    };
    let coils: Vec<u16> = (0x0310..0x0310 + 20).collect();
    let metrics: String = coils.iter().map(|at| bit(*at)).collect();
    let profile = format!("name = \"p\"\nversion = 1\ninterval = \"50ms\"\n{metrics}");
    let names: Vec<String> = coils.iter().map(|at| format!("m{at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let server = Server::serial(|_| Reply::Bytes(framed(&[1, 1, 0x03, 0x10, 0, 20])));
    let mut site = Site::start(on(&server, &profile, &[1]), granted(&[1], &names));
    assert!(all_bad(&site.next().await, QualityReason::Timeout), "only our own words came back");
}

#[tokio::test]
async fn one_dead_slave_of_thirty_costs_the_others_at_most_a_timeout_per_back_off() {
    let server = Server::serial(|seen| if seen.unit == 7 { Reply::Silence } else { Reply::Addresses });
    let units: Vec<u8> = (1..=30).collect();
    let profile = words(&[10], "").replace("50ms", "200ms");
    let mut site = Site::start(on(&server, &profile, &units), granted(&units, &["m10"]));
    site.until(7, |reading| all_bad(reading, QualityReason::Timeout)).await;
    let asked = |server: &Server| server.seen().iter().filter(|seen| seen.unit == 7).count();
    let before = asked(&server);
    let mut good = [0_u32; 31];
    while good.iter().sum::<u32>() < 29 * 20 {
        let reading = site.next().await;
        check_values(&reading);
        let unit: usize = reading.group.device.as_str()[1..].parse().unwrap();
        assert_eq!(all_good(&reading), unit != 7, "a living unit was hurt");
        good[unit] += u32::from(unit != 7);
    }
    // Twenty rounds of 200 ms are four seconds, in which a back-off of 1, 2, 4 s leaves room for few questions.
    assert!(asked(&server) - before <= 5, "the dead one was asked {} times", asked(&server) - before);
    let fewest =
        good.iter().enumerate().filter(|(unit, _)| *unit != 0 && *unit != 7).map(|(_, count)| count).min();
    assert!(fewest >= Some(&15), "{good:?}");
}

#[tokio::test]
async fn a_port_that_is_not_there_or_taken_says_so() {
    let missing = site_config(&words(&[10], ""), "serial = \"/dev/tty-of-nobody\"", &[1], "");
    let mut site = Site::start(missing, granted(&[1], &["m10"]));
    assert!(all_bad(&site.next().await, QualityReason::LinkDown));
    assert_eq!(site.status.snapshot()[0].reason, "the serial port is not there");
    let server = Server::serial(|_| Reply::Addresses);
    let held = std::fs::File::open(&server.path).unwrap();
    held.try_lock().unwrap();
    let config = on(&server, &words(&[10], ""), &[1]);
    let (me, port_in_use) = (std::process::id(), crate::sources::port_in_use);
    assert_eq!(port_in_use(&config, None), Some((server.path.clone(), me)));
    assert_eq!(port_in_use(&config, Some(me)), None, "a reload finds the agent's own ports free");
    let mut site = Site::start(config, granted(&[1], &["m10"]));
    assert!(all_bad(&site.next().await, QualityReason::LinkDown));
    assert_eq!(site.status.snapshot()[0].reason, "another program has the serial port");
    drop(held);
    site.until(1, all_good).await;
}
