//! Full disk: the cloud's directory is a file system of its own that somebody fills while people work. Who cannot be served
//! is told to come back, what was answered is there, and once there is room again nobody has to start anything.

use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use futures_util::future::join_all;
use reqwest::{StatusCode, header};
use riversync_testbed::cloud::{self, Cloud};
use riversync_testbed::person::Person;
use riversync_testbed::process::build_products;
use riversync_testbed::wait::until;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;
use tokio::process::Command;

/// Set within the namespace in which the file system is mounted.
const INSIDE: &str = "RIVERSYNC_FULL_DISK";
const PATIENCE: Duration = Duration::from_secs(120);
/// People who change something at the same time.
const WRITERS: usize = 4;
/// Refusals after the disk was full that are looked at.
const REFUSALS: usize = 40;

#[tokio::test]
async fn a_full_disk_is_told_nothing_answered_is_lost_and_room_is_enough_to_go_on() -> Result<()> {
    if std::env::var_os(INSIDE).is_some() {
        return fill_and_free().await;
    }
    build_products(true).await?;
    // A mount of one's own needs root, or a user namespace in which one is root.
    let own = |flags: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(flags).kill_on_drop(true);
        command
    };
    let ways: [&[&str]; 2] = [&["--mount"], &["--map-root-user", "--mount"]];
    for flags in ways {
        let mounts = own(flags).args(["mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output().await;
        if !mounts.is_ok_and(|done| done.status.success()) {
            continue;
        }
        let name = "full_disk::a_full_disk_is_told_nothing_answered_is_lost_and_room_is_enough_to_go_on";
        let mut inside = own(flags);
        inside.arg(std::env::current_exe()?).args(["--exact", name, "--nocapture"]);
        let status = inside.env(INSIDE, "1").env("RIVERSYNC_BUILT", "1").status().await?;
        ensure!(status.success(), "within the namespace it failed; its own words stand above");
        return Ok(());
    }
    eprintln!(
        "left out: unshare gives no mount of its own here, neither to this user nor to one of its own making"
    );
    Ok(())
}

async fn fill_and_free() -> Result<()> {
    let home = home("full-disk")?;
    let data = home.path().join("data");
    std::fs::create_dir_all(&data)?;
    let mount = ["-t", "tmpfs", "-o", "size=64m,mode=700", "tmpfs"];
    let mounted = Command::new("mount").args(mount).arg(&data).status().await?;
    ensure!(mounted.success(), "no file system was mounted");
    let settings = home.path().join("cloud.toml");
    std::fs::write(&settings, "requests_per_minute = 1000000\n")?;
    let wish = cloud::Wish { settings: Some(settings), ..cloud::Wish::default() };
    let mut cloud = Cloud::start(home.path(), &wish).await?;
    let link = cloud.sign_in_link("andaman.admin").await?;
    let seller = Person::sign_in(&cloud.url(""), &link).await?;
    let mut made = Vec::new();
    for nth in 0..WRITERS {
        made.extend(register(&seller, format!("Before {nth}")).await?);
    }
    ensure!(made.len() == WRITERS, "not everything was taken while there was room");

    // It fills while people write.
    let ballast = data.join("ballast");
    let filled = ballast.clone();
    let filling = tokio::task::spawn_blocking(move || fill(&filled));
    let (mut refused, mut round) = (0, 0);
    while refused < REFUSALS {
        let writers = (0..WRITERS).map(|nth| register(&seller, format!("Meanwhile {round} {nth}")));
        for answer in join_all(writers).await {
            match answer? {
                Some(deal) => made.push(deal),
                None => refused += 1,
            }
        }
        round += 1;
        ensure!(round < 20_000, "the disk is full and everything is taken");
    }
    filling.await??;
    // Who only looks is served, or told to come back too.
    let looked = seller.get("/partners/deals").await?;
    ensure!(
        [StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE].contains(&looked.status()),
        "{}",
        looked.status()
    );

    std::fs::remove_file(&ballast)?;
    until("a change to be possible again", PATIENCE, async || {
        let deal = register(&seller, "After".to_owned()).await?.context("it is refused still")?;
        made.push(deal);
        Ok(())
    })
    .await?;
    cloud.process().check_running()?;
    until("the service to be well again", PATIENCE, async || {
        let answer = seller.get("/ready").await?;
        ensure!(answer.status().is_success(), "/ready answers {}", answer.status());
        Ok(())
    })
    .await?;
    for (customer, path) in &made {
        let (status, page) = seller.page(path).await?;
        ensure!(
            status.is_success() && page.contains(customer.as_str()),
            "{customer} was answered and is lost"
        );
    }
    let log = std::fs::read_to_string(home.path().join("cloud.log"))?;
    ensure!(!log.contains("panicked"), "the service panicked");
    ensure!(cloud.stop().await?, "the cloud had to be killed");
    Ok(())
}

/// Takes every byte that there is, and again what is given back.
fn fill(path: &Path) -> Result<()> {
    let mut file = std::fs::File::create(path)?;
    for size in [1 << 20, 64 << 10, 4 << 10, 1] {
        let piece = vec![0; size];
        while file.write_all(&piece).is_ok() {}
    }
    Ok(())
}

/// Registers a deal: its customer and its page, or `None` when it was told to come back later. Any other answer is wrong.
async fn register(seller: &Person, customer: String) -> Result<Option<(String, String)>> {
    let form = [
        ("customer", customer.as_str()),
        ("title", "Two pumps"),
        ("amount", "10"),
        ("currency", "THB"),
        ("channel", "direct"),
    ];
    let answer = seller.post("/partners/deals", &form).await?;
    let status = answer.status();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let later = answer.headers().get(header::RETRY_AFTER);
        ensure!(later.is_some_and(|later| !later.is_empty()), "it does not say when to come back");
        return Ok(None);
    }
    let location = answer.headers().get(header::LOCATION);
    ensure!(status.is_redirection(), "{customer} was answered {status}");
    let page = location.context("it leads nowhere")?.to_str()?;
    let path = page.split('?').next().unwrap_or(page).to_owned();
    Ok(Some((customer, path)))
}
