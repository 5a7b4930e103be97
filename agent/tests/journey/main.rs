//! The agent from end to end: a real Modbus device on one side, a cloud behind real mutual TLS on the other.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers of a test fail as tests do")]

mod cloud;
mod commands;
mod descriptors;
mod diag;
mod managed;
mod reload;
mod site;
mod store;

use cloud::{Cloud, Mood, now_ms};
use ed25519_dalek::SigningKey;
use riversync_agent::enrolment::{EnrolError, Identity, enrol};
use riversync_protocol::ids::AgentId;
use riversync_protocol::sign::sign_policy;
use riversync_protocol::v1::{Event, Policy};
use site::{CANARY, Site, row, samples, until};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const DAY_MS: i64 = 86_400_000;

fn install() {
    drop(rustls::crypto::ring::default_provider().install_default());
}

async fn enrolled(life_ms: i64) -> (std::sync::Arc<Cloud>, Site) {
    install();
    let (cloud, site) = (Cloud::start(life_ms).await, Site::new().await);
    site.enrol(&cloud).await;
    (cloud, site)
}

fn times_once(times: &[i64]) {
    let different: BTreeSet<i64> = times.iter().copied().collect();
    assert_eq!(different.len(), times.len(), "no sample is recorded twice");
}

#[tokio::test]
async fn a_code_works_once_and_only_with_the_authority_it_names() {
    let (cloud, site) = enrolled(DAY_MS).await;
    let again = enrol(&cloud.code(), &site.dir().join("other"), now_ms()).await;
    assert!(matches!(again, Err(EnrolError::Code)), "{again:?}");
    let mut wrong = cloud.code();
    wrong.ca_sha256[0] ^= 1;
    let wrong = enrol(&wrong, &site.dir().join("other"), now_ms()).await;
    assert!(matches!(wrong, Err(EnrolError::Http(_))), "{wrong:?}");
    assert!(Identity::load(&site.dir().join("other")).unwrap().is_none());
}

#[tokio::test]
async fn only_what_is_granted_arrives_and_a_revocation_leaves_nothing_but_a_receipt() {
    let (cloud, mut site) = enrolled(DAY_MS).await;
    site.start();
    cloud.grant(1, vec![row("power"), row("temp")]);
    until("both metrics arrive", || {
        !samples(&cloud, "power").is_empty() && !samples(&cloud, "temp").is_empty()
    })
    .await;
    let first_receipt = |epoch: u64| {
        let books = cloud.books();
        books.events.iter().any(|event| matches!(event, Event::Receipt(r) if r.policy_epoch == epoch))
    };
    // The link is down for data while the grant is narrowed, so that something waits in the store.
    cloud.books().mood = Mood::Portal;
    let before = samples(&cloud, "temp").len();
    let asked = cloud.books().asked;
    until("something was refused by the portal", || cloud.books().asked > asked + 1).await;
    let revoked = Instant::now();
    cloud.grant(2, vec![row("power")]);
    cloud.books().mood = Mood::Well;
    until("a receipt arrives", || first_receipt(2)).await;
    assert!(revoked.elapsed() < Duration::from_secs(10));
    let purged: u64 = cloud
        .books()
        .events
        .iter()
        .filter_map(|event| if let Event::Receipt(receipt) = event { Some(receipt) } else { None })
        .filter(|receipt| receipt.policy_epoch == 2)
        .flat_map(|receipt| &receipt.rows)
        .map(|row| {
            assert_eq!(row.metric.as_str(), "temp");
            row.points
        })
        .sum();
    assert!(purged > 0, "what waited was purged");
    let power = samples(&cloud, "power").len();
    until("power goes on", || samples(&cloud, "power").len() > power + 5).await;
    assert_eq!(samples(&cloud, "temp").len(), before, "nothing of it after the revocation");
    times_once(&samples(&cloud, "power"));
    site.stop().await;
}

#[tokio::test]
async fn forged_foreign_and_replayed_policies_change_nothing() {
    let (cloud, mut site) = enrolled(DAY_MS).await;
    site.start();
    let policy = |agent: &str, epoch| Policy {
        agent: AgentId::new(agent).unwrap(),
        epoch,
        issued_ms: now_ms(),
        rows: vec![row("power")],
    };
    cloud.publish(7, sign_policy(&policy("gw-1", 7), &SigningKey::from_bytes(&[9; 32])).unwrap());
    cloud.publish(8, sign_policy(&policy("gw-2", 8), &cloud.signer).unwrap());
    until("the agent is alive", || {
        cloud.books().events.iter().any(|event| matches!(event, Event::Health(_)))
    })
    .await;
    assert!(samples(&cloud, "power").is_empty());
    cloud.grant(9, vec![row("temp")]);
    until("the true policy works", || !samples(&cloud, "temp").is_empty()).await;
    cloud.publish(6, sign_policy(&policy("gw-1", 6), &cloud.signer).unwrap());
    let temp = samples(&cloud, "temp").len();
    until("temp goes on under the newer policy", || samples(&cloud, "temp").len() > temp + 5).await;
    assert!(samples(&cloud, "power").is_empty(), "the older policy stays out");
    site.stop().await;
}

#[tokio::test]
async fn killed_and_lied_to_nothing_is_lost_or_doubled() {
    let (cloud, mut site) = enrolled(DAY_MS).await;
    cloud.grant(1, vec![row("power")]);
    for mood in [Mood::Well, Mood::CutShort, Mood::Portal, Mood::Silent, Mood::Well] {
        site.start();
        cloud.books().mood = mood;
        let asked = cloud.books().asked;
        until("batches were tried", || {
            cloud.books().asked > asked + 1 || mood == Mood::Silent && cloud.books().asked > asked
        })
        .await;
        site.abort().await;
        until("the store is free again", || !locked(&site)).await;
    }
    cloud.books().mood = Mood::Well;
    site.start();
    let seen = samples(&cloud, "power").len();
    until("what waited arrives", || samples(&cloud, "power").len() > seen + 5).await;
    site.stop().await;
    times_once(&samples(&cloud, "power"));
    let books = cloud.books();
    let epochs: BTreeSet<u64> = books.ranges.iter().map(|(epoch, _, _)| *epoch).collect();
    assert_eq!(epochs.len(), 1, "the store stays the same one");
}

/// Whether the store's owner still holds it.
fn locked(site: &Site) -> bool {
    let file = std::fs::File::open(site.state().join("buffer/lock"));
    file.is_ok_and(|file| file.try_lock().is_err())
}

#[tokio::test]
async fn what_nobody_granted_is_nowhere() {
    let (cloud, mut site) = enrolled(DAY_MS).await;
    cloud.grant(1, vec![row("power")]);
    site.start();
    until("power arrives", || samples(&cloud, "power").len() > 10).await;
    let metrics = ask(site.health.unwrap(), "/metrics").await;
    assert!(metrics.contains("agent_points_read_total{device=\"pump\",quality=\"good\"}"), "{metrics}");
    assert!(metrics.contains("agent_grant_epoch 1"), "{metrics}");
    assert!(ask(site.health.unwrap(), "/ready").await.starts_with("HTTP/1.1 200"));
    assert!(!metrics.contains("secret") && !metrics.contains(&CANARY.to_string()));
    site.stop().await;
    let mut files = 0;
    search(site.state(), &mut files);
    search(&site.dir().join("bodies"), &mut files);
    assert!(files > 5, "the search looked at something");
}

fn search(dir: &Path, files: &mut u32) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, files);
            continue;
        }
        *files += 1;
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(6).any(|part| part == b"secret"), "{} names it", path.display());
    }
}

async fn ask(address: std::net::SocketAddr, path: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn a_certificate_renews_itself_and_the_link_goes_on() {
    // Due from the first second: two thirds of its life are over at once.
    let (cloud, mut site) = enrolled(0).await;
    cloud.grant(1, vec![row("power")]);
    let before = Identity::load(site.state()).unwrap().unwrap();
    site.start();
    until("it was renewed", || cloud.books().renewed > 0).await;
    until("the new identity is on disk", || Identity::load(site.state()).unwrap().unwrap() != before).await;
    let seen = samples(&cloud, "power").len();
    until("data flows with it", || samples(&cloud, "power").len() > seen + 3).await;
    site.stop().await;
}
