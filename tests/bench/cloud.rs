//! What the cloud pays per point: the real service on its embedded database, mutual TLS, HTTP, admission and durable
//! commit included, beside `COPY` of the very same points.
//!
//! Each run is a fresh cloud. It takes what all gateways sent at once, then PostgreSQL takes the same, and so on, so that
//! both meet the same machine. Batches are left alone for a minute before they are folded into frames; a run is shorter
//! than that, so folding is measured for itself (`--folded`) and said beside.

use crate::copy::Copy;
use anyhow::{Context as _, Result, ensure};
use futures_util::future::try_join_all;
use riversync_protocol::pack::{Batch, pack};
use riversync_protocol::v1::{Content, Outcome, PackedBatch, Schema, Upload};
use riversync_testbed::cloud::{Cloud, Wish};
use riversync_testbed::synth::{DEVICES, Synth};
use riversync_testbed::wait::{now_ms, until};
use riversync_testbed::wire::Wire;
use riversync_testbed::{plant, process};
use serde::Serialize;
use sqlx::Row as _;
use std::time::Duration;

const SECONDS_PER_BATCH: u32 = 10;
/// Batches wait a minute, and the job looks each half minute.
const FOLDED_WITHIN: Duration = Duration::from_secs(600);

/// What is to be measured.
pub struct Plan {
    /// Fresh clouds.
    pub runs: u32,
    /// Batches of ten thousand points, per gateway and run.
    pub batches: u32,
    /// Gateways that send at the same time.
    pub gateways: u32,
    /// Whether to wait until the last run's batches are folded.
    pub folded: bool,
}

/// What one run cost, processor seconds per million points.
#[derive(Clone, Copy, Debug, Serialize)]
struct Cost {
    cloud: f64,
    copy: f64,
    /// All processes of the PostgreSQL cluster, not only those that copied.
    copy_cluster: f64,
    ratio: f64,
    wire_bytes_per_point: f64,
    cloud_pss_bytes: u64,
    /// Batches folded while the run lasted; their cost is in `cloud`. 0 unless the machine was slow.
    folded_meanwhile: i64,
}

/// Measures and prints what each paid.
pub async fn run(plan: &Plan) -> Result<String> {
    process::build_products(false).await?;
    let (mut costs, mut folding) = (Vec::new(), None);
    for number in 1..=plan.runs {
        let (cost, fold) = one(plan, plan.folded && number == plan.runs).await?;
        eprintln!(
            "run {number}: cloud {:.4}, COPY {:.4} (whole cluster {:.4}), ratio {:.3}{}",
            cost.cloud,
            cost.copy,
            cost.copy_cluster,
            cost.ratio,
            if cost.folded_meanwhile > 0 { ", folding meanwhile included" } else { "" }
        );
        costs.push(cost);
        folding = fold;
    }
    let of = |figure: fn(&Cost) -> f64| Spread::of(costs.iter().map(figure).collect());
    let (cloud, copy, ratio) = (of(|c| c.cloud), of(|c| c.copy), of(|c| c.ratio));
    eprintln!("CPU s per million points      min     median        max");
    eprintln!("RiverSync (mTLS, SQLite) {cloud}");
    eprintln!("PostgreSQL COPY, BRIN    {copy}");
    eprintln!("ratio                    {ratio}   (at most 0.100)");
    if let Some(fold) = folding {
        eprintln!("folding into frames, later, in the background: {fold:.4}");
    }
    let figures = serde_json::json!({
        "gateways": plan.gateways,
        "batches": plan.batches,
        "cloud_cpu_s_per_million": cloud,
        "copy_cpu_s_per_million": copy,
        "ratio": ratio,
        "folding_cpu_s_per_million": folding,
        "runs": costs,
    });
    Ok(figures.to_string())
}

/// Smallest, middle and largest of some figures.
#[derive(Clone, Copy, Debug, Serialize)]
struct Spread {
    min: f64,
    median: f64,
    max: f64,
}

impl Spread {
    fn of(mut figures: Vec<f64>) -> Self {
        figures.sort_by(f64::total_cmp);
        let at = |at: usize| figures.get(at).copied().unwrap_or(f64::NAN);
        Self { min: at(0), median: at(figures.len() / 2), max: at(figures.len().saturating_sub(1)) }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:>8.4}   {:>8.4}   {:>8.4}", self.min, self.median, self.max)
    }
}

/// A gateway and everything it will send.
struct Sender {
    wire: Wire,
    policy_epoch: u64,
    ready: Vec<(Batch, PackedBatch)>,
}

impl Sender {
    async fn new(cloud: &Cloud, number: u32, plan: &Plan) -> Result<Self> {
        let agent = format!("A-BENCH-{number}");
        let first = usize::try_from(number)? * DEVICES;
        let schema: Schema = Synth::schema(|device| plant::device(first + device))?;
        plant::gateway(cloud, &agent, &schema).await?;
        let wire = Wire::enrol(&cloud.enrolment_code(&agent).await?, None).await?;
        let policy_epoch = wire.policy().await?.epoch;
        ensure!(wire.schema(&schema).await?.outcome == Outcome::Stored, "the schema was refused");
        let (hash, mut synth) = (schema.hash()?, Synth::new(u64::from(number) + 1));
        let started_ms = now_ms() - i64::from(plan.batches * SECONDS_PER_BATCH) * 1_000;
        let batch = |number: u32| {
            let first_ms = started_ms + i64::from(number * SECONDS_PER_BATCH) * 1_000;
            let batch = synth.batch(first_ms, SECONDS_PER_BATCH);
            let packed = pack(&schema, hash, &batch)?;
            anyhow::Ok((batch, packed))
        };
        Ok(Self { wire, policy_epoch, ready: (0..plan.batches).map(batch).collect::<Result<_>>()? })
    }

    async fn send(&self, number: usize) -> Result<()> {
        let (_, packed) = self.ready.get(number).context("no such batch")?;
        let upload = Upload {
            agent: self.wire.agent().clone(),
            store_epoch: 1,
            first_seq: number as u64,
            last_seq: number as u64,
            policy_epoch: self.policy_epoch,
            sent_ms: now_ms(),
            content: Content::Telemetry(packed.clone()),
        };
        let ack = self.wire.upload(upload).await?;
        ensure!(ack.outcome == Outcome::Stored, "batch {number} was answered {:?}", ack.outcome);
        Ok(())
    }
}

/// One fresh cloud beside one fresh cluster; and what folding cost afterwards, when it is waited for.
async fn one(plan: &Plan, wait_for_folding: bool) -> Result<(Cost, Option<f64>)> {
    let folder = tempfile::tempdir()?;
    let mut cloud =
        Cloud::start(folder.path(), &Wish { log: Some("warn".to_owned()), ..Wish::default() }).await?;
    let mut senders = Vec::new();
    for number in 0..plan.gateways {
        senders.push(Sender::new(&cloud, number, plan).await?);
    }
    let mut copy = Copy::start(senders.len()).await?;
    let before = (cloud.process().cpu_seconds()?, copy.cpu_seconds()?, copy.cluster_cpu_seconds()?);
    for number in 0..usize::try_from(plan.batches)? {
        try_join_all(senders.iter().map(|sender| sender.send(number))).await?;
        let batches = senders.iter().filter_map(|sender| sender.ready.get(number)).map(|(batch, _)| batch);
        copy.batches(batches).await?;
    }
    let after = (cloud.process().cpu_seconds()?, copy.cpu_seconds()?, copy.cluster_cpu_seconds()?);
    let packed = || senders.iter().flat_map(|sender| &sender.ready).map(|(_, packed)| packed);
    let points: u64 = packed().map(|packed| u64::from(packed.points)).sum();
    let wire_bytes: u64 = packed().map(|packed| packed.columns.len() as u64).sum();
    ensure!(u64::try_from(copy.points().await?)? == points, "COPY did not take every point");
    let waiting = waiting(&cloud).await?;
    let per_million = |seconds: f64| seconds / (points as f64 / 1e6);
    let (ours, theirs) = (per_million(after.0 - before.0), per_million(after.1 - before.1));
    let cost = Cost {
        cloud: ours,
        copy: theirs,
        copy_cluster: per_million(after.2 - before.2),
        ratio: ours / theirs,
        wire_bytes_per_point: wire_bytes as f64 / points as f64,
        cloud_pss_bytes: cloud.process().pss_bytes()?,
        folded_meanwhile: i64::from(plan.batches * plan.gateways) - waiting,
    };
    let mut folding = None;
    if wait_for_folding {
        eprintln!("waiting until the batches are folded");
        folded(&cloud).await?;
        folding = Some(per_million(cloud.process().cpu_seconds()? - after.0));
    }
    cloud.stop().await?;
    Ok((cost, folding))
}

/// Batches that wait to be folded.
async fn waiting(cloud: &Cloud) -> Result<i64> {
    let mut database = cloud.database().await?;
    Ok(sqlx::query("SELECT count(*) AS n FROM batch").fetch_one(&mut database).await?.get("n"))
}

async fn folded(cloud: &Cloud) -> Result<()> {
    until("the batches to be folded", FOLDED_WITHIN, async || {
        let waiting = waiting(cloud).await?;
        ensure!(waiting == 0, "{waiting} batches wait");
        Ok(())
    })
    .await
}
