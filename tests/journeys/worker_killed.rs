//! The worker is killed in the middle of a job: another takes the job over when the lease ends, and what it was about
//! happens once.

use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use riversync_testbed::cloud::{self, Cloud};
use riversync_testbed::parts::{MailServer, Postgres};
use riversync_testbed::person::Person;
use riversync_testbed::process::build_products;
use std::time::Duration;
use tokio::net::TcpListener;

const NOK: &str = "nera.coord@nera.example";
const OTHER: &str = "mw.admin@megawarehouse.example";

async fn ask(cloud: &Cloud, email: &str) -> Result<()> {
    let answer = Person::stranger(&cloud.url(""))?.post("/partners/login", &[("email", email)]).await?;
    ensure!(answer.status().is_success(), "asking was answered {}", answer.status());
    Ok(())
}

#[tokio::test]
async fn a_mail_whose_worker_was_killed_in_the_middle_leaves_once() -> Result<()> {
    build_products(true).await?;
    let home = home("worker-killed")?;
    let postgres = Postgres::start().await?;
    for database_url in [None, Some(postgres.url().to_owned())] {
        let engine = if database_url.is_some() { "PostgreSQL" } else { "SQLite" };
        let folder = home.path().join(engine);
        let server = MailServer::new(&folder, "none").await?;
        let settings = folder.join("cloud.toml");
        std::fs::write(&settings, server.section()?)?;
        let wish = cloud::Wish { settings: Some(settings), database_url, ..cloud::Wish::default() };
        let mut cloud = Cloud::start(&folder, &wish).await?;

        // A server that takes the call and says nothing holds the worker in the middle of its job.
        let silent = TcpListener::bind(("127.0.0.1", server.port)).await?;
        ask(&cloud, NOK).await?;
        let call = tokio::time::timeout(Duration::from_secs(30), silent.accept()).await;
        let call = call.context("no worker called the mail server")??;
        let successor = if engine == "SQLite" {
            cloud.kill_and_restart().await?;
            None
        } else {
            cloud.process().kill().await?;
            Some(cloud.beside(&folder.join("successor")).await?)
        };
        drop((call, silent));
        let mut mails = server.start().await?;
        let mail = mails.mail().await?;
        ensure!(mail.to == [NOK], "{engine}: {mail:?}");
        ask(successor.as_ref().unwrap_or(&cloud), OTHER).await?;
        let mail = mails.mail().await?;
        ensure!(mail.to == [OTHER], "{engine}: the mail came twice: {mail:?}");
    }
    Ok(())
}
