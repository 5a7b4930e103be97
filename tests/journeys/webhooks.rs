//! Webhooks from the outside: a receiver in another language verifies them with the reference library of the
//! specification, is told what its lens shows and no more, fails, redirects and hangs.

use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use riversync_testbed::cloud::{self, Cloud};
use riversync_testbed::parts::WebhookReceiver;
use riversync_testbed::person::Person;
use riversync_testbed::process::build_products;
use riversync_testbed::unsaid::never_said;
use riversync_testbed::wait::until;
use std::path::Path;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);
const DEAL: &[(&str, &str)] = &[
    ("customer", "Hooked Mill"),
    ("title", "Seven hooks"),
    ("amount", "7777123"),
    ("currency", "THB"),
    ("channel", "eastdist"),
];

/// A cloud that may reach receivers on this machine.
async fn cloud_beside(folder: &Path) -> Result<Cloud> {
    let settings = folder.join("cloud.toml");
    std::fs::write(&settings, "webhook_networks = [\"127.0.0.0/8\"]\n")?;
    Cloud::start(folder, &cloud::Wish { settings: Some(settings), ..cloud::Wish::default() }).await
}

async fn sign_in(cloud: &Cloud, handle: &str) -> Result<Person> {
    Person::sign_in(&cloud.url(""), &cloud.sign_in_link(handle).await?).await
}

/// Adds a webhook; its path on the pages, and its secret.
async fn add(person: &Person, url: &str) -> Result<(String, String)> {
    let form = [("name", "ERP"), ("url", url), ("events", "deal.registered")];
    let page = person.post("/account/webhooks", &form).await?.text().await?;
    let secret = page.split("class=\"secret\">").nth(1).and_then(|rest| rest.split('<').next());
    let secret = secret.with_context(|| format!("no secret on the page: {page}"))?.to_owned();
    never_said(&secret);
    let id = page.split("/account/webhooks/webhook_").nth(1).and_then(|rest| rest.split(['/', '"']).next());
    let id = id.with_context(|| format!("no webhook on the page: {page}"))?;
    Ok((format!("/account/webhooks/webhook_{id}"), secret))
}

async fn test(person: &Person, path: &str) -> Result<()> {
    let answer = person.post(&format!("{path}/test"), &[]).await?;
    ensure!(answer.status().is_redirection(), "the test was answered {}", answer.status());
    Ok(())
}

#[tokio::test]
async fn a_verifier_in_another_language_takes_ours_and_no_replay() -> Result<()> {
    build_products(true).await?;
    let home = home("webhooks")?;
    let cloud = cloud_beside(home.path()).await?;
    let mut receiver = WebhookReceiver::start().await?;
    let nera = sign_in(&cloud, "nera.admin").await?;
    let (path, secret) = add(&nera, &receiver.url("/take")).await?;
    receiver.trust(&secret).await?;
    test(&nera, &path).await?;
    let tried = receiver.message().await?;
    ensure!(tried.verdict == "good" && tried.json()?["type"] == "webhook.test", "{tried:?}");
    for (how, verdict) in [
        ("same", "replayed"),
        ("altered", "No matching signature found"),
        ("forged", "No matching signature found"),
        ("later", "Message timestamp too old"),
    ] {
        let said = receiver.again(0, how).await?;
        ensure!(said == verdict, "{how}: {said}");
    }

    // What happens is told: to who sells it with its amount, to another distributor without a trace of it.
    let mega = sign_in(&cloud, "mw.admin").await?;
    let (_, masked) = add(&mega, &receiver.url("/take?mega")).await?;
    let sales = sign_in(&cloud, "nera.sales1").await?;
    ensure!(sales.post("/partners/deals", DEAL).await?.status().is_redirection(), "no deal was made");
    let (mut told, mut verdicts) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let message = receiver.message().await?;
        verdicts.push((message.path.clone(), message.verdict.clone()));
        told.push(message);
    }
    told.sort_by(|a, b| a.path.cmp(&b.path));
    let [own, other] = told.as_slice() else { anyhow::bail!("{told:?}") };
    ensure!(
        own.verdict == "good" && own.json()?["data"]["deal"]["amount"]["cents"] == 777_712_300,
        "{own:?}"
    );
    // Each endpoint has a secret of its own.
    ensure!(other.verdict == "No matching signature found", "{other:?}");
    ensure!(
        !other.body.contains("7777123") && other.body.contains(r#""amount":{"masked":true}"#),
        "{other:?}"
    );
    // With the right secret it verifies when it comes again, under the same message id.
    receiver.trust(&masked).await?;
    let again = receiver.message().await?;
    ensure!(again.path == other.path && again.verdict == "good", "{again:?}");
    ensure!(again.headers["webhook-id"] == other.headers["webhook-id"], "{again:?}");

    // A renewed secret and the former one are both good for a day.
    let page = nera.post(&format!("{path}/rotate"), &[]).await?.text().await?;
    let renewed = page.split("class=\"secret\">").nth(1).and_then(|rest| rest.split('<').next());
    let renewed = renewed.context("no secret on the page")?;
    never_said(renewed);
    for secret in [secret.as_str(), renewed] {
        receiver.trust(secret).await?;
        test(&nera, &path).await?;
        let message = receiver.message().await?;
        ensure!(message.verdict == "good", "{message:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_fails_redirects_or_hangs_keeps_nobody_else_waiting() -> Result<()> {
    build_products(true).await?;
    let home = home("webhooks-slow")?;
    let cloud = cloud_beside(home.path()).await?;
    let mut receiver = WebhookReceiver::start().await?;
    let nera = sign_in(&cloud, "nera.admin").await?;
    // More that hang than there are workers for webhooks.
    let (hangs, _) = add(&nera, &receiver.url("/hangs")).await?;
    for _ in 0..5 {
        test(&nera, &hangs).await?;
    }
    for _ in 0..4 {
        ensure!(receiver.message().await?.path == "/hangs", "somebody else was first");
    }
    // Mails go out meanwhile: they have workers of their own.
    let answer = Person::stranger(&cloud.url(""))?;
    answer.post("/partners/login", &[("email", "nera.coord@nera.example")]).await?;
    until("the mail to go out", PATIENCE, async || {
        let sent = cloud.count("SELECT COUNT(*) FROM mail_outbox WHERE sent_ms IS NOT NULL").await?;
        ensure!(sent >= 1, "{sent} mails went out");
        Ok(())
    })
    .await?;
    until("those that hang to be given up", PATIENCE, async || {
        let late = "SELECT COUNT(*) FROM webhook_delivery WHERE state = 'dead' AND error = 'silent'";
        ensure!(cloud.count(late).await? == 5, "not yet");
        Ok(())
    })
    .await?;
    let overtaken = "SELECT COUNT(*) FROM webhook_delivery d
         WHERE d.tried_ms > (SELECT MIN(m.sent_ms) FROM mail_outbox m WHERE m.sent_ms IS NOT NULL)";
    ensure!(cloud.count(overtaken).await? == 5, "the mail waited for receivers that hang");
    ensure!(receiver.message().await?.path == "/hangs", "the fifth");
    ensure!(nera.post(&format!("{hangs}/delete"), &[]).await?.status().is_redirection(), "not deleted");

    // One that leads elsewhere is not followed; one that failed is told again.
    let (redirects, _) = add(&nera, &receiver.url("/redirects")).await?;
    test(&nera, &redirects).await?;
    ensure!(receiver.message().await?.path == "/redirects", "nothing came");
    until("the redirect to be refused", PATIENCE, async || {
        let (_, page) = nera.page(&redirects).await?;
        ensure!(page.contains("a redirect; those are not followed"), "not yet");
        Ok(())
    })
    .await?;
    ensure!(nera.post(&format!("{redirects}/delete"), &[]).await?.status().is_redirection(), "not deleted");
    let (_, secret) = add(&nera, &receiver.url("/fails-once")).await?;
    receiver.trust(&secret).await?;
    ensure!(nera.post("/partners/deals", DEAL).await?.status().is_redirection(), "no deal was made");
    let first = receiver.message().await?;
    let second = receiver.message().await?;
    ensure!(first.path == "/fails-once" && second.path == "/fails-once", "{first:?} {second:?}");
    ensure!(
        second.verdict == "good" && second.headers["webhook-id"] == first.headers["webhook-id"],
        "{second:?}"
    );
    Ok(())
}
