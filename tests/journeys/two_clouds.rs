//! Two processes of the cloud on one PostgreSQL: who signed in at one is signed in at the other, what happens at one
//! reaches the pages of the other and ends their streams, and when one is killed under load nothing that was answered
//! is lost and nothing is there twice.

use crate::home::home;
use anyhow::{Context as _, Result, bail, ensure};
use reqwest::Response;
use riversync_testbed::cloud::{self, Cloud};
use riversync_testbed::parts::{MailServer, Postgres};
use riversync_testbed::person::Person;
use riversync_testbed::process::build_products;
use riversync_testbed::wait::until;
use sqlx::Connection as _;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Longer than anything here may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// So many deals are answered by each process before one of them is killed, and by the other after.
const BEFORE: usize = 10;
const AFTER: usize = 10;

async fn two(folder: &Path, postgres: &Postgres) -> Result<(Cloud, Cloud)> {
    let wish = cloud::Wish { database_url: Some(postgres.url().to_owned()), ..cloud::Wish::default() };
    let here = Cloud::start(&folder.join("here"), &wish).await?;
    let there = here.beside(&folder.join("there")).await?;
    Ok((here, there))
}

/// An open stream, as a page reads it.
struct Stream {
    answer: Response,
    heard: String,
}

impl Stream {
    /// Opens one and waits until it says that it is open.
    async fn open(person: &Person, topics: &str) -> Result<Self> {
        let answer = person.get(&format!("/live?topics={topics}")).await?;
        ensure!(answer.status().is_success(), "the stream was answered {}", answer.status());
        let mut stream = Self { answer, heard: String::new() };
        stream.hears(": open").await?;
        Ok(stream)
    }

    /// Waits until it says `words`; what came before is forgotten.
    async fn hears(&mut self, words: &str) -> Result<()> {
        loop {
            if let Some(at) = self.heard.find(words) {
                self.heard.drain(..at + words.len());
                return Ok(());
            }
            let more = tokio::time::timeout(PATIENCE, self.answer.chunk()).await;
            match more.with_context(|| format!("it never said {words}, only {}", self.heard))?? {
                Some(more) => self.heard.push_str(&String::from_utf8_lossy(&more)),
                None => bail!("it ended and had not said {words}, only {}", self.heard),
            }
        }
    }

    /// Waits until it says `words` and ends.
    async fn ends_with(mut self, words: &str) -> Result<()> {
        self.hears(words).await?;
        while tokio::time::timeout(PATIENCE, self.answer.chunk()).await.context("it did not end")??.is_some()
        {
        }
        Ok(())
    }
}

async fn at(cloud: &Cloud, handle: &str) -> Result<Person> {
    Person::sign_in(&cloud.url(""), &cloud.sign_in_link(handle).await?).await
}

async fn done(person: &Person, path: &str, fields: &[(&str, &str)]) -> Result<()> {
    let answer = person.post(path, fields).await?;
    ensure!(answer.status().is_redirection(), "{path} was answered {}", answer.status());
    Ok(())
}

#[tokio::test]
async fn what_happens_at_one_process_is_known_at_the_other() -> Result<()> {
    build_products(true).await?;
    let home = home("two-clouds")?;
    let postgres = Postgres::start().await?;
    let (here, there) = two(home.path(), &postgres).await?;
    let nok = at(&here, "nera.coord").await?;
    let nok_there = nok.at(&there.url(""));
    assert_eq!(nok_there.page("/partners/workload").await?.0, 200, "signed in here, unknown there");

    let mut stream = Stream::open(&nok_there, "workload").await?;
    done(&nok, "/partners/workload/A-BF-1/acknowledge", &[]).await?;
    stream.hears("data: workload").await?;
    // And the other way around.
    let mut other = Stream::open(&nok, "workload").await?;
    done(&nok_there, "/partners/workload/A-SR-1/acknowledge", &[]).await?;
    other.hears("data: workload").await?;

    // A grant ends there: whoever looks at its values here is told, and the stream ends.
    let values = Stream::open(&nok, "telemetry:D-BF-1").await?;
    let owner = at(&there, "bkk.admin").await?;
    done(&owner, "/portal/sharing/grant_bf_nera/revoke", &[("reason", "enough")]).await?;
    values.ends_with("event: grant_revoked").await?;

    // Signing out there ends the session's streams here.
    let tech = at(&here, "nera.tech").await?;
    let session = Stream::open(&tech, "workload").await?;
    done(&tech.at(&there.url("")), "/sign-out", &[]).await?;
    session.ends_with("event: session_ended").await?;

    // A role that is taken here ends there what it opened.
    let administrator = at(&here, "nera.admin").await?;
    let tech = at(&there, "nera.tech").await?;
    let opened_by_role = Stream::open(&tech, "workload").await?;
    done(&administrator, "/partners/team/nera.tech/roles", &[("roles", "sales")]).await?;
    opened_by_role.ends_with("event: grant_revoked").await?;

    // Coverage ends for everybody of a partner that is suspended, wherever they look.
    let coordinator = at(&there, "huawei.admin").await?;
    let covered = Stream::open(&coordinator, "workload").await?;
    let program = at(&here, "rs.admin").await?;
    done(&program, "/admin/partners/huawei-th/suspend", &[("reason", "fees")]).await?;
    covered.ends_with("event: ").await?;

    // Whoever is no member any more is out at every process.
    done(&administrator, "/partners/team/nera.coord/disable", &[("reason", "left")]).await?;
    stream.ends_with("event: session_ended").await?;
    let gone = nok_there.page("/partners/workload").await?.0;
    assert!(gone != 200, "a page still opens for who was switched off at the other process: {gone}");
    Ok(())
}

/// A mail server that takes the call and says nothing holds a job at one process; an open page of the other shows it,
/// and its button ends it there.
#[tokio::test]
async fn a_job_is_seen_and_cancelled_from_the_other_process() -> Result<()> {
    build_products(true).await?;
    let home = home("two-clouds-jobs")?;
    let postgres = Postgres::start().await?;
    let server = MailServer::new(home.path(), "none").await?;
    let settings = home.path().join("cloud.toml");
    std::fs::write(&settings, server.section()?)?;
    let database_url = Some(postgres.url().to_owned());
    let wish = cloud::Wish { settings: Some(settings), database_url, ..cloud::Wish::default() };
    let here = Cloud::start(&home.path().join("here"), &wish).await?;
    let silent = TcpListener::bind(("127.0.0.1", server.port)).await?;
    let form = [("email", "nera.coord@nera.example")];
    let answer = Person::stranger(&here.url(""))?.post("/partners/login", &form).await?;
    ensure!(answer.status().is_success(), "asking was answered {}", answer.status());
    let call = tokio::time::timeout(PATIENCE, silent.accept()).await;
    let (mut call, _) = call.context("no worker called the mail server")??;

    let there = here.beside(&home.path().join("there")).await?;
    let staff = at(&there, "rs.admin").await?;
    let mut page = Stream::open(&staff, "jobs").await?;
    let running = async || {
        let jobs: serde_json::Value = staff.get("/api/v1/admin/jobs").await?.json().await?;
        let queue = jobs.get("queue").and_then(serde_json::Value::as_array).context("no queue")?.clone();
        let mail = queue.into_iter().find(|job| job["kind"] == "mail.send" && job["state"] == "running");
        anyhow::Ok(mail.and_then(|job| job["id"].as_str().map(str::to_owned)))
    };
    let id = running().await?.context("the mail's job is not running")?;
    done(&staff, &format!("/admin/jobs/{id}/cancel"), &[("reason", "a test")]).await?;
    page.hears("data: jobs").await?;
    ensure!(running().await?.is_none(), "it is still there");
    // The worker hangs up: what it was in the middle of is over.
    let hung_up = async {
        let mut heard = Vec::new();
        while call.read_buf(&mut heard).await.is_ok_and(|read| read > 0) {}
    };
    tokio::time::timeout(PATIENCE, hung_up).await.context("the cancelled job went on")?;
    // What the other process does by itself is seen, too.
    let mut page = Stream::open(&staff, "jobs").await?;
    let form = [("email", "mw.admin@megawarehouse.example")];
    Person::stranger(&here.url(""))?.post("/partners/login", &form).await?;
    page.hears("data: jobs").await
}

/// How far a seller is: deals that were answered, and what was said to one that was not taken.
#[derive(Default)]
struct Sold {
    answered: Vec<String>,
    refused: Option<String>,
}

/// Registers deals through `person` until told to stop, or the process does not answer any more.
async fn register(person: Person, name: &str, sold: watch::Sender<Sold>, stop: watch::Receiver<bool>) {
    for n in 0.. {
        if *stop.borrow() {
            break;
        }
        let customer = format!("Load {name} {n}");
        let form = [
            ("customer", customer.as_str()),
            ("title", "Two pumps"),
            ("amount", "10"),
            ("currency", "THB"),
            ("channel", "direct"),
        ];
        match person.post("/partners/deals", &form).await {
            Ok(answer) if answer.status().is_redirection() => {
                sold.send_modify(|sold| sold.answered.push(customer))
            }
            Ok(answer) => {
                let status = answer.status();
                let said = answer.text().await.unwrap_or_default();
                let said =
                    said.split("form-errors").nth(1).unwrap_or(&said).chars().take(400).collect::<String>();
                return sold.send_modify(|sold| sold.refused = Some(format!("{status}: {said}")));
            }
            Err(_) => break,
        }
    }
}

/// Waits until `count` deals were answered.
async fn until_sold(sold: &mut watch::Receiver<Sold>, count: usize) -> Result<()> {
    let reached = sold.wait_for(|sold| sold.answered.len() >= count || sold.refused.is_some());
    let reached = tokio::time::timeout(PATIENCE, reached).await;
    let reached = reached.context("deals are not answered")?.context("nobody sells any more")?;
    ensure!(reached.refused.is_none(), "a deal was not taken: {:?}", reached.refused);
    Ok(())
}

#[tokio::test]
async fn one_process_is_killed_under_load_and_the_other_goes_on() -> Result<()> {
    build_products(true).await?;
    let home = home("two-clouds-load")?;
    let postgres = Postgres::start().await?;
    let (mut here, there) = two(home.path(), &postgres).await?;
    // A tier without a limit of open deals, and direct sales.
    let seller = at(&here, "andaman.admin").await?;
    let (stop, stopped) = watch::channel(false);
    let mut running = Vec::new();
    let mut start = |name: &'static str, cloud: &Cloud| {
        let (sold, so_far) = watch::channel(Sold::default());
        running.push(tokio::spawn(register(seller.at(&cloud.url("")), name, sold, stopped.clone())));
        so_far
    };
    let (mut sold_here, mut sold_there) = (start("here", &here), start("there", &there));
    until_sold(&mut sold_here, BEFORE).await?;
    until_sold(&mut sold_there, BEFORE).await?;
    // Work for later is under way at both when one of them goes.
    let people = ["siam.sales", "nera.tech", "ed.sales", "mw.sales", "nera.fin", "huawei.admin"];
    let email = |handle: &str| {
        let person = riversync_cloud::world::people().iter().find(|person| person.handle == handle);
        person
            .map(riversync_cloud::world::Member::email)
            .with_context(|| format!("nobody is called {handle}"))
    };
    for handle in people {
        let answer =
            Person::stranger(&here.url(""))?.post("/partners/login", &[("email", &email(handle)?)]).await?;
        ensure!(answer.status().is_success(), "asking was answered {}", answer.status());
    }
    here.process().kill().await?;
    let so_far = sold_there.borrow().answered.len();
    until_sold(&mut sold_there, so_far + AFTER).await?;
    stop.send_replace(true);
    for one in running {
        one.await?;
    }
    let answered: Vec<String> =
        [&sold_here, &sold_there].iter().flat_map(|sold| sold.borrow().answered.clone()).collect();

    let mut database = sqlx::PgConnection::connect(postgres.url()).await?;
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT customer_name, COUNT(*) FROM funnel_record WHERE customer_name LIKE 'Load %' GROUP BY 1",
    )
    .fetch_all(&mut database)
    .await?;
    let kept: BTreeMap<String, i64> = rows.into_iter().collect();
    for customer in &answered {
        assert_eq!(kept.get(customer), Some(&1), "{customer} was answered and is not there once");
    }
    assert!(kept.values().all(|count| *count == 1), "a deal is there twice: {kept:?}");
    // Only what was in flight at the kill may be there without an answer.
    assert!(kept.len() <= answered.len() + 1, "{} deals for {} answers", kept.len(), answered.len());
    until("every event and job to be handled by the one that is left", PATIENCE * 2, async || {
        let (events, jobs): (i64, i64) = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM outbox WHERE handled_ms IS NULL), (SELECT COUNT(*) FROM job)",
        )
        .fetch_one(&mut database)
        .await?;
        ensure!((events, jobs) == (0, 0), "{events} events and {jobs} jobs are open");
        Ok(())
    })
    .await?;
    for handle in people {
        let mails: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM mail_outbox WHERE to_email = $1 AND subject LIKE '%sign-in link%'",
        )
        .bind(email(handle)?)
        .fetch_one(&mut database)
        .await?;
        assert_eq!(mails, 1, "{handle} asked once and has {mails} mails");
    }
    there.command(&["audit", "verify"]).await?;
    Ok(())
}
