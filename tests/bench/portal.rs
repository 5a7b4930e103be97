//! What the portal costs people and programs: a list out of many records, open pages that wait, the time until a change
//! reaches them, and changes a second; on both databases, beside a page of axum that says hello in the same run.
//!
//! The processes are the real ones, and they share the machine with the clients that measure them. Five thousand open
//! pages need as many files at both ends: `ulimit -n 20000`.

use anyhow::{Context as _, Result, ensure};
use futures_util::future::{join_all, try_join_all};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use reqwest::Response;
use riversync_testbed::cloud::{Cloud, Wish};
use riversync_testbed::parts::Postgres;
use riversync_testbed::person::Person;
use riversync_testbed::process;
use serde::Serialize;
use std::path::Path;
use std::time::{Duration, Instant};

/// What is to be measured.
pub struct Plan {
    /// Records among which the list is.
    pub records: u32,
    /// Open pages.
    pub pages: usize,
    /// Seconds of changes.
    pub seconds: u64,
}

/// Requests of a list that are measured: fewer than a program may make at once.
const ASKED: usize = 400;
/// Clients at once.
const LISTS_AT_ONCE: usize = 2;
const CHANGES_AT_ONCE: usize = 64;
const OPENED_AT_ONCE: usize = 64;
const PATIENCE: Duration = Duration::from_secs(60);
/// Items of the work queue whose change is told to every open page.
const ITEMS: [&str; 2] = ["A-BF-1", "A-SR-1"];

/// The figures of one engine.
#[derive(Debug, Serialize)]
struct Figures {
    engine: &'static str,
    hello_p99_ms: f64,
    list_p50_ms: f64,
    list_p99_ms: f64,
    /// Asked: at most 20.
    list_to_hello: f64,
    pages: usize,
    /// Asked: at most 100.
    pages_mib: f64,
    /// Asked: at most 250.
    told_median_ms: f64,
    told_last_ms: f64,
    /// Asked: 2,000 on PostgreSQL, 1,500 on SQLite.
    changes_a_second: f64,
}

/// Measures both engines, one after the other.
pub async fn run(plan: &Plan) -> Result<String> {
    process::build_products(false).await?;
    let folder = tempfile::tempdir()?;
    let postgres = Postgres::start().await?;
    let mut all = Vec::new();
    for (engine, url) in [("SQLite", None), ("PostgreSQL", Some(postgres.url().to_owned()))] {
        let figures = one(&folder.path().join(engine), engine, url, plan).await?;
        eprintln!(
            "{engine}: hello p99 {:.2} ms; list of 50 out of {} p50 {:.2} p99 {:.2} ms, {:.1} times hello; {} open pages {:.0} MiB; \
             told after {:.0} ms (median), the last after {:.0} ms; {:.0} changes a second",
            figures.hello_p99_ms,
            plan.records,
            figures.list_p50_ms,
            figures.list_p99_ms,
            figures.list_to_hello,
            figures.pages,
            figures.pages_mib,
            figures.told_median_ms,
            figures.told_last_ms,
            figures.changes_a_second
        );
        all.push(figures);
    }
    Ok(serde_json::to_string(&all)?)
}

async fn one(
    folder: &Path,
    engine: &'static str,
    database_url: Option<String>,
    plan: &Plan,
) -> Result<Figures> {
    let wish = Wish { database_url, log: Some("warn".to_owned()), ..Wish::default() };
    let mut cloud = Cloud::start(folder, &wish).await?;
    let at = async |handle: &str| Person::sign_in(&cloud.url(""), &cloud.sign_in_link(handle).await?).await;
    let (seller, nok) = (at("nera.sales1").await?, at("nera.coord").await?);
    // A tier without a limit of open deals, and direct sales.
    let registers = at("andaman.admin").await?;
    let told = pages(&mut cloud, &nok, plan).await?;
    let changes_a_second = changes(&registers, plan).await?;
    cloud.fill_funnel(plan.records).await?;
    let hello = Hello::start().await?;
    let stranger = Person::stranger(&hello.url)?;
    // By turns, so that both meet the same machine.
    let (mut hellos, mut lists) = (Vec::new(), Vec::new());
    for _ in 0..4 {
        hellos.extend(times(&stranger, "/").await?);
        lists.extend(times(&seller, "/api/v1/deals?limit=50").await?);
    }
    let (hello_p99_ms, list_p99_ms) = (quantile(&mut hellos, 0.99), quantile(&mut lists, 0.99));
    Ok(Figures {
        engine,
        hello_p99_ms,
        list_p50_ms: quantile(&mut lists, 0.5),
        list_p99_ms,
        list_to_hello: list_p99_ms / hello_p99_ms,
        pages: plan.pages,
        pages_mib: told.mib,
        told_median_ms: told.median_ms,
        told_last_ms: told.last_ms,
        changes_a_second,
    })
}

/// A page of axum and nothing else, in this process.
struct Hello {
    url: String,
    serving: tokio::task::JoinHandle<()>,
}

impl Hello {
    async fn start() -> Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let router = axum::Router::new().route("/", axum::routing::get(async || "hello\n"));
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("the hello page ended: {error}");
            }
        });
        Ok(Self { url, serving })
    }
}

impl Drop for Hello {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Milliseconds of each of a quarter of [`ASKED`] requests.
async fn times(person: &Person, path: &str) -> Result<Vec<f64>> {
    let asked = stream::iter(0..ASKED / 4).map(async |_| {
        let begun = Instant::now();
        let answer = person.get(path).await?;
        ensure!(answer.status().is_success(), "{path} was answered {}", answer.status());
        answer.bytes().await?;
        Ok(begun.elapsed().as_secs_f64() * 1_000.0)
    });
    asked.buffer_unordered(LISTS_AT_ONCE).try_collect().await
}

fn quantile(figures: &mut [f64], part: f64) -> f64 {
    figures.sort_by(f64::total_cmp);
    let last = figures.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a list"
    )]
    let place = (last as f64 * part).round() as usize;
    figures.get(place).copied().unwrap_or(f64::NAN)
}

/// What open pages cost and when they were told.
struct Told {
    mib: f64,
    median_ms: f64,
    last_ms: f64,
}

async fn pages(cloud: &mut Cloud, nok: &Person, plan: &Plan) -> Result<Told> {
    let before = cloud.process().pss_bytes()?;
    let opening = stream::iter(0..plan.pages).map(async |_| {
        let mut answer = nok.get("/live?topics=workload").await?;
        ensure!(answer.status().is_success(), "a stream was answered {}", answer.status());
        answer.chunk().await?.context("a stream ended at once")?;
        anyhow::Ok(answer)
    });
    let mut open: Vec<Response> = opening.buffer_unordered(OPENED_AT_ONCE).try_collect().await?;
    let after = cloud.process().pss_bytes()?;
    let mut all = Vec::new();
    for item in ITEMS {
        let begun = Instant::now();
        let path = format!("/partners/workload/{item}/acknowledge");
        let told = async {
            let heard = open.iter_mut().map(async |page| {
                loop {
                    let more =
                        tokio::time::timeout(PATIENCE, page.chunk()).await??.context("a stream ended")?;
                    if more.windows(8).any(|eight| eight == b"workload") {
                        return anyhow::Ok(begun.elapsed().as_secs_f64() * 1_000.0);
                    }
                }
            });
            try_join_all(heard).await
        };
        let (answer, times) = tokio::join!(nok.post(&path, &[]), told);
        ensure!(answer?.status().is_redirection(), "{path} was refused");
        all.extend(times?);
    }
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let mib = after.saturating_sub(before) as f64 / 1_048_576.0;
    Ok(Told { mib, median_ms: quantile(&mut all, 0.5), last_ms: quantile(&mut all, 1.0) })
}

/// Deals registered a second, each with its rows in the logs and in the outbox.
async fn changes(person: &Person, plan: &Plan) -> Result<f64> {
    let end = Instant::now() + Duration::from_secs(plan.seconds);
    let clients = (0..CHANGES_AT_ONCE).map(async |client| {
        let mut done = 0_u32;
        while Instant::now() < end {
            let customer = format!("Bench {client} {done}");
            let form = [
                ("customer", customer.as_str()),
                ("title", "Two pumps"),
                ("amount", "10"),
                ("currency", "THB"),
                ("channel", "direct"),
            ];
            let answer = person.post("/partners/deals", &form).await?;
            ensure!(answer.status().is_redirection(), "a deal was answered {}", answer.status());
            done += 1;
        }
        anyhow::Ok(done)
    });
    let done: u32 = join_all(clients).await.into_iter().collect::<Result<Vec<_>>>()?.into_iter().sum();
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    Ok(f64::from(done) / plan.seconds as f64)
}
