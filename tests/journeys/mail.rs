//! A mail leaves for a real server: over each kind of connection, when the server was away, when it refuses, and as the
//! digest of another day.

use crate::home::home;
use anyhow::{Context as _, Result, bail, ensure};
use riversync_testbed::cloud::{self, Cloud};
use riversync_testbed::parts::{MailServer, Taken};
use riversync_testbed::person::Person;
use riversync_testbed::process::build_products;
use riversync_testbed::wait::until;
use std::path::Path;
use std::time::Duration;

const NOK: &str = "nera.coord@nera.example";

/// A cloud that sends through `server`.
async fn cloud_with(folder: &Path, server: &MailServer) -> Result<Cloud> {
    std::fs::create_dir_all(folder)?;
    let settings = folder.join("cloud.toml");
    std::fs::write(&settings, server.section()?)?;
    Cloud::start(folder, &cloud::Wish { settings: Some(settings), ..cloud::Wish::default() }).await
}

async fn ask(cloud: &Cloud, email: &str) -> Result<()> {
    let answer = Person::stranger(&cloud.url(""))?.post("/partners/login", &[("email", email)]).await?;
    ensure!(answer.status().is_success(), "asking was answered {}", answer.status());
    Ok(())
}

fn link(cloud: &Cloud, mail: &Taken) -> Result<String> {
    let base = cloud.url("/sign-in/");
    let link = mail.text.split_whitespace().find(|word| word.starts_with(&base));
    Ok(link.with_context(|| format!("no link in {}", mail.text))?.to_owned())
}

/// Neither link nor code stands in what the cloud logged or kept.
fn is_kept_nowhere(folder: &Path, mail: &Taken, link: &str) -> Result<()> {
    let token = link.rsplit('/').next().unwrap_or_default().to_owned();
    let code = mail.text.lines().find_map(|line| line.strip_prefix("    ")).context("no code in the mail")?;
    let mut files = vec![folder.join("cloud.log")];
    for entry in std::fs::read_dir(folder.join("data"))? {
        files.push(entry?.path());
    }
    for file in files.iter().filter(|file| file.is_file()) {
        let bytes = std::fs::read(file)?;
        // Pages of the database keep deleted rows until they are used again; the log must never have had them.
        if file.extension().is_some_and(|ending| ending == "log") {
            for secret in [token.as_str(), code] {
                let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                ensure!(!found, "{} holds {secret}", file.display());
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_mail_leaves_over_each_kind_of_connection() -> Result<()> {
    build_products(true).await?;
    let home = home("mail")?;
    for (security, user) in
        [("none", ("", "")), ("starttls", ("cloud", "hunter2")), ("tls", ("cloud", "hunter2"))]
    {
        let folder = home.path().join(security);
        let mut server = MailServer::new(&folder, security).await?;
        server.user = user;
        let mut mails = server.start().await?;
        let cloud = cloud_with(&folder, &server).await?;
        ask(&cloud, NOK).await?;
        let mail = mails.mail().await?;
        ensure!(mail.to == [NOK] && mail.kind == "multipart/alternative", "{security}: {mail:?}");
        ensure!(mail.from == "RiverSync <no-reply@riversync.example>", "{security}: {}", mail.from);
        ensure!(mail.subject == "Your sign-in link for RiverSync", "{security}: {}", mail.subject);
        ensure!(mail.tls == (security != "none") && mail.user == user.0, "{security}: {mail:?}");
        let link = link(&cloud, &mail)?;
        ensure!(mail.html.contains(&link), "{security}: the alternatives differ");
        Person::sign_in(&cloud.url(""), &link).await?;
        until("the mail to be emptied", Duration::from_secs(20), async || {
            let left = cloud.count("SELECT COUNT(*) FROM mail_outbox WHERE body <> '' OR html <> ''").await?;
            ensure!(left == 0, "{left} mails still say what they said");
            Ok(())
        })
        .await?;
        is_kept_nowhere(&folder, &mail, &link)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_mail_waits_for_a_server_that_is_away_and_one_that_is_refused_is_given_up() -> Result<()> {
    build_products(true).await?;
    let home = home("mail-away")?;
    let mut server = MailServer::new(&home.path().join("server"), "starttls").await?;
    server.refuse = "mw.sales@megawarehouse.example";
    let cloud = cloud_with(home.path(), &server).await?;
    ask(&cloud, NOK).await?;
    until("the first attempt to fail", Duration::from_secs(30), async || {
        let failed = cloud.count("SELECT COUNT(*) FROM job WHERE kind = 'mail.send' AND error <> ''").await?;
        ensure!(failed == 1, "{failed} attempts failed");
        Ok(())
    })
    .await?;
    let mut mails = server.start().await?;
    let mail = mails.mail().await?;
    ensure!(mail.to == [NOK], "{mail:?}");
    ask(&cloud, server.refuse).await?;
    until("the refused mail to be given up", Duration::from_secs(30), async || {
        let dead = "SELECT COUNT(*) FROM job WHERE dead_ms IS NOT NULL AND error LIKE '%no such mailbox%'";
        ensure!(cloud.count(dead).await? == 1, "no dead letter");
        let left = cloud.count("SELECT COUNT(*) FROM mail_outbox WHERE body <> ''").await?;
        ensure!(left == 0, "{left} mails still say what they said");
        Ok(())
    })
    .await?;
    ask(&cloud, "mw.admin@megawarehouse.example").await?;
    let mail = mails.mail().await?;
    ensure!(mail.to == ["mw.admin@megawarehouse.example"], "the refused one held the others up: {mail:?}");
    Ok(())
}

#[tokio::test]
async fn what_happened_comes_as_a_digest_on_the_next_day_and_tells_of_no_money() -> Result<()> {
    build_products(true).await?;
    let home = home("mail-digest")?;
    let server = MailServer::new(&home.path().join("server"), "starttls").await?;
    let mut mails = server.start().await?;
    let settings = home.path().join("cloud.toml");
    std::fs::write(&settings, server.section()?)?;
    let wish = cloud::Wish {
        settings: Some(settings),
        clock: Some("2026-07-15".to_owned()),
        ..cloud::Wish::default()
    };
    let cloud = Cloud::start(home.path(), &wish).await?;
    let seller = Person::sign_in(&cloud.url(""), &cloud.sign_in_link("nera.sales1").await?).await?;
    let deal = [
        ("customer", "Mae Klong Ice"),
        ("title", "Brine pumps"),
        ("amount", "7,431,900"),
        ("currency", "THB"),
        ("channel", "eastdist"),
    ];
    let answer = seller.post("/partners/deals", &deal).await?;
    ensure!(answer.status().is_success() || answer.status().is_redirection(), "{}", answer.status());
    until("the bell of the distributor to ring", Duration::from_secs(20), async || {
        let waiting =
            "SELECT COUNT(*) FROM notification WHERE person_id = 'mw.sales' AND mail_ms IS NOT NULL";
        ensure!(cloud.count(waiting).await? == 1, "nothing waits");
        Ok(())
    })
    .await?;
    let _cloud = cloud.on_another_day("2026-07-17").await?;
    // One for each who sees the deal, in any order.
    for _ in 0..30 {
        let mail = mails.mail().await?;
        ensure!(mail.subject == "1 notification from RiverSync", "{mail:?}");
        for text in [&mail.text, &mail.html] {
            ensure!(!text.contains("7431900") && !text.contains("7,431,900"), "it tells of money: {mail:?}");
        }
        if mail.to == ["mw.sales@megawarehouse.example"] {
            ensure!(mail.text.contains("Nera registered a deal: Brine pumps, for Mae Klong Ice"), "{mail:?}");
            return Ok(());
        }
    }
    bail!("no digest came for the distributor")
}
