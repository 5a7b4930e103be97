//! A gateway on which no file descriptor is left (EDGE fault 30): it says so, keeps its store, and goes on by itself.

use crate::commands::{agent, output, start};
use crate::site::{row, samples, until};
use crate::{DAY_MS, enrolled};
use riversync_protocol::v1::Event;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// The most descriptors of a process; `None` is what it may have at all.
fn limit(pid: u32, most: Option<u32>) {
    let most = most.map_or("1024:".to_owned(), |most| format!("{most}:"));
    let set = Command::new("prlimit").args(["--pid", &pid.to_string(), &format!("--nofile={most}")]).status();
    assert!(set.unwrap().success());
}

/// A way to `device` that can be cut.
async fn way_to(device: SocketAddr) -> (SocketAddr, Arc<Notify>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, cut) = (listener.local_addr().unwrap(), Arc::new(Notify::new()));
    let cutting = Arc::clone(&cut);
    tokio::spawn(async move {
        loop {
            let (mut near, _) = listener.accept().await.unwrap();
            let mut far = TcpStream::connect(device).await.unwrap();
            tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                () = cutting.notified() => {}
            }
        }
    });
    (address, cut)
}

#[tokio::test]
async fn without_descriptors_what_is_open_goes_on_and_the_rest_comes_back() {
    let (cloud, site) = enrolled(DAY_MS).await;
    let text = std::fs::read_to_string(site.path()).unwrap();
    let port = text.rsplit_once("port = ").unwrap().1.trim();
    let (way, cut) = way_to(SocketAddr::from(([127, 0, 0, 1], port.parse().unwrap()))).await;
    std::fs::write(site.path(), text.replace(port, &way.port().to_string())).unwrap();
    cloud.grant(1, vec![row("power"), row("temp")]);
    let running = start(&site);
    until("power arrives", || !samples(&cloud, "power").is_empty()).await;
    let log = || std::fs::read_to_string(site.dir().join("agent.log")).unwrap();

    limit(running.0.id(), Some(3));
    cut.notify_one();
    until("it says so", || log().contains("no file descriptor is left on this gateway; raise LimitNOFILE"))
        .await;
    let asked = cloud.books().asked;
    until("what the device does not say is stored and sent", || cloud.books().asked > asked + 2).await;
    let requests = site.seen.requests.load(Ordering::SeqCst);
    cloud.grant(2, vec![row("power")]);
    until("a revocation is in force, though it cannot be written down", || {
        log().contains("the policy is in force but cannot be written to disk")
    })
    .await;

    limit(running.0.id(), None);
    until("the device is read again", || site.seen.requests.load(Ordering::SeqCst) > requests + 3).await;
    until("the log says so", || log().contains("there are file descriptors again")).await;
    until("the status is fresh, and the device up", || {
        let (code, shown, _) = output(&["status"], &site.path());
        code == 0 && shown.contains("pump         up")
    })
    .await;
    until("the purge is told", || {
        cloud
            .books()
            .events
            .iter()
            .any(|event| matches!(event, Event::Receipt(receipt) if receipt.policy_epoch == 2))
    })
    .await;
    running.stop().await;
    let (code, shown, words) = output(&["buffer", "verify"], &site.path());
    assert_eq!(code, 0, "{shown}{words}");
    let books = cloud.books();
    assert!(!books.events.iter().any(|event| matches!(event, Event::Gap(_))), "nothing is lost");
    let first = books.ranges[0].0;
    assert!(books.ranges.iter().all(|(epoch, ..)| *epoch == first), "the store stays the same one");
}

#[tokio::test]
async fn a_start_with_too_few_descriptors_says_what_it_needs_and_costs_the_store_nothing() {
    let (cloud, site) = enrolled(DAY_MS).await;
    cloud.grant(1, vec![row("power")]);
    let starved = |most: u32| {
        let plain = agent(&["run", "--once", "--wait", "20"], &site.path());
        let mut starved = Command::new("prlimit");
        starved.arg(format!("--nofile={most}:{most}")).arg(plain.get_program()).args(plain.get_args());
        tokio::task::spawn_blocking(move || starved.stdin(Stdio::null()).output().unwrap())
    };
    let running = start(&site);
    until("power arrives", || !samples(&cloud, "power").is_empty()).await;
    running.stop().await;
    let stat = || {
        serde_json::from_str::<serde_json::Value>(&output(&["buffer", "stat", "--json"], &site.path()).1)
            .unwrap()
    };
    let before = stat();
    for most in [8, 24, 64] {
        let ended = starved(most).await.unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(78), "{most}: {said}");
        assert!(said.contains(&format!("may open {most} files")) && said.contains("needs 65"), "{said}");
    }
    // What it says that it needs is enough.
    let ended = starved(65).await.unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success() && !said.contains("Too many open files"), "{said}");
    let after = stat();
    assert_eq!((&after["epoch"], &after["corrupt"]), (&before["epoch"], &0.into()));
    assert_eq!(output(&["buffer", "verify"], &site.path()).0, 0);
}
