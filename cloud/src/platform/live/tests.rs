//! The hub's story: in order, nothing missed in silence, and across processes where the database is shared.

use super::{Hub, Notice, run};
use crate::app::App;
use crate::world::testing::worlds;
use std::time::Duration;

fn of(tenant: u64) -> Notice {
    Notice::Audit { tenant_id: tenant.to_string() }
}

#[tokio::test]
async fn who_comes_back_hears_exactly_what_it_missed_or_that_it_missed_too_much() {
    let hub = Hub::new("a");
    let mut ear = hub.listen();
    for n in 1..=3 {
        hub.tell(of(n));
    }
    assert_eq!(ear.recv().await.unwrap(), of(1));
    let mut back = hub.listen_after(ear.place()).unwrap();
    hub.tell(of(4));
    for n in 2..=4 {
        assert_eq!((back.recv().await.unwrap(), back.place()), (of(n), n));
    }
    assert!(back.try_recv().is_err(), "something came twice");
    assert!(hub.listen_after(4).unwrap().try_recv().is_err());
    assert!(hub.listen_after(5).is_none(), "a place of the future is of another process");
    for n in 5..=1_100 {
        hub.tell(of(n));
    }
    assert!(hub.listen_after(3).is_none(), "too long ago");
    assert_eq!(hub.listen_after(900).unwrap().recv().await.unwrap(), of(901));
}

#[tokio::test]
async fn a_notice_reaches_the_other_process_once_and_does_not_come_back() {
    for world in worlds("live_bridge").await {
        if world.engine != "PostgreSQL" {
            continue;
        }
        let here = world.app.clone();
        let there = App { hub: Hub::new("there"), ..here.clone() };
        let both = [tokio::spawn(run(here.clone())), tokio::spawn(run(there.clone()))];
        let (mut mine, mut theirs) = (here.hub.listen(), there.hub.listen());
        let person = |n: u32| Notice::Person { person_id: format!("{}-{n}", std::process::id()) };
        // Until the other listens, what is said is not heard.
        let met = async {
            let mut clock = tokio::time::interval(Duration::from_millis(20));
            loop {
                here.hub.tell(person(0));
                clock.tick().await;
                if theirs.try_recv().is_ok_and(|heard| heard == person(0)) {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), met).await.expect("the other process heard nothing");
        here.hub.tell(person(1));
        here.hub.tell(person(2));
        let mut heard = Vec::new();
        while heard.last() != Some(&person(2)) {
            heard.push(tokio::time::timeout(Duration::from_secs(10), theirs.recv()).await.unwrap().unwrap());
        }
        heard.retain(|notice| *notice != person(0) && matches!(notice, Notice::Person { person_id } if person_id.starts_with(&std::process::id().to_string())));
        assert_eq!(heard, [person(1), person(2)]);
        there.hub.tell(person(3));
        let mut own = Vec::new();
        while own.last() != Some(&person(3)) {
            own.push(tokio::time::timeout(Duration::from_secs(10), mine.recv()).await.unwrap().unwrap());
        }
        assert_eq!(own.iter().filter(|notice| **notice == person(1)).count(), 1, "it came back");
        here.stop.cancel();
        for one in both {
            tokio::time::timeout(Duration::from_secs(10), one).await.unwrap().unwrap();
        }
    }
}
