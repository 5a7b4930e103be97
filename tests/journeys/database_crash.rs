//! The database server loses everything that it had in memory only: what a person was told is done is there afterwards,
//! and the service goes on by itself.

use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use reqwest::header;
use riversync_testbed::cloud::{self, Cloud};
use riversync_testbed::parts::Postgres;
use riversync_testbed::person::Person;
use riversync_testbed::process::build_products;
use riversync_testbed::wait::until;
use std::time::Duration;

/// Crashes.
const TIMES: usize = 4;
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn what_was_answered_survives_a_crash_of_the_database_server() -> Result<()> {
    build_products(true).await?;
    let home = home("database-crash")?;
    let postgres = Postgres::start().await?;
    let wish = cloud::Wish { database_url: Some(postgres.url().to_owned()), ..cloud::Wish::default() };
    let cloud = Cloud::start(home.path(), &wish).await?;
    let link = cloud.sign_in_link("andaman.admin").await?;
    let seller = Person::sign_in(&cloud.url(""), &link).await?;
    let mut told = Vec::new();
    for crash in 0..TIMES {
        // Several at once share a sync, and the last of them is answered right before the crash.
        let registering = (0..3).map(|nth| register(&seller, format!("Crash {crash} {nth}")));
        told.extend(futures_util::future::try_join_all(registering).await?);
        postgres.crash_and_restart().await?;
        until("the service to be well again", PATIENCE, async || {
            let answer = seller.get("/ready").await?;
            ensure!(answer.status().is_success(), "/ready answers {}", answer.status());
            Ok(())
        })
        .await?;
        for (customer, path) in &told {
            let (status, page) = seller.page(path).await?;
            ensure!(status.is_success() && page.contains(customer), "{customer} is not there: {status}");
        }
        // What is asked while the loss is being noticed may be refused, and only then.
        until("a change to be possible again", PATIENCE, async || {
            told.push(register(&seller, format!("After {crash}")).await?);
            Ok(())
        })
        .await?;
    }
    ensure!(cloud.stop().await?, "the cloud had to be killed");
    Ok(())
}

/// Registers a deal; its customer and its page.
async fn register(seller: &Person, customer: String) -> Result<(String, String)> {
    let form = [
        ("customer", customer.as_str()),
        ("title", "Two pumps"),
        ("amount", "10"),
        ("currency", "THB"),
        ("channel", "direct"),
    ];
    let answer = seller.post("/partners/deals", &form).await?;
    ensure!(answer.status().is_redirection(), "{customer} was answered {}", answer.status());
    let page = answer.headers().get(header::LOCATION).context("nowhere to go")?.to_str()?.to_owned();
    let path = page.split('?').next().unwrap_or(&page).to_owned();
    Ok((customer, path))
}
