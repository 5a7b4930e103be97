//! What the cloud pays per point: the real service on its embedded database, mutual TLS and durable commit included,
//! beside `COPY` of the very same points.

use crate::copy::Copy;
use anyhow::{Result, ensure};
use riversync_protocol::pack::pack;
use riversync_protocol::v1::{Content, Outcome, Upload};
use riversync_testbed::cloud::{Cloud, Wish};
use riversync_testbed::synth::Synth;
use riversync_testbed::wait::now_ms;
use riversync_testbed::wire::Wire;
use riversync_testbed::{plant, process};

const SECONDS_PER_BATCH: u32 = 10;
const AGENT: &str = "A-BENCH";

/// Sends `batches` batches of 10,000 points to both and prints what each paid.
pub async fn run(batches: u32) -> Result<String> {
    process::build_products(false).await?;
    let folder = tempfile::tempdir()?;
    let mut cloud =
        Cloud::start(folder.path(), &Wish { log: Some("warn".to_owned()), ..Wish::default() }).await?;
    let schema = Synth::schema(plant::device)?;
    let hash = schema.hash()?;
    plant::gateway(&cloud, AGENT, &schema).await?;
    let wire = Wire::enrol(&cloud.enrolment_code(AGENT).await?, None).await?;
    let policy_epoch = wire.policy().await?.epoch;
    ensure!(wire.schema(&schema).await?.outcome == Outcome::Stored, "the schema was refused");

    let mut copy = Copy::start().await?;
    let mut synth = Synth::new(1);
    let started_ms = now_ms() - i64::from(batches * SECONDS_PER_BATCH) * 1_000;
    let (cloud_before, copy_before) = (cloud.process().cpu_seconds()?, copy.cpu_seconds()?);
    let (mut points, mut wire_bytes) = (0_u64, 0_u64);
    for number in 0..batches {
        let first_ms = started_ms + i64::from(number * SECONDS_PER_BATCH) * 1_000;
        let batch = synth.batch(first_ms, SECONDS_PER_BATCH);
        let packed = pack(&schema, hash, &batch)?;
        points += u64::from(packed.points);
        wire_bytes += packed.columns.len() as u64;
        let upload = Upload {
            agent: wire.agent().clone(),
            store_epoch: 1,
            first_seq: u64::from(number),
            last_seq: u64::from(number),
            policy_epoch,
            sent_ms: now_ms(),
            content: Content::Telemetry(packed),
        };
        let ack = wire.upload(upload).await?;
        ensure!(ack.outcome == Outcome::Stored, "batch {number} was answered {:?}", ack.outcome);
        copy.batch(&batch).await?;
        if number % 50 == 0 {
            eprintln!("{number} of {batches} batches");
        }
    }
    let cloud_cpu = cloud.process().cpu_seconds()? - cloud_before;
    let copy_cpu = copy.cpu_seconds()? - copy_before;
    let rss = cloud.process().pss_bytes()?;
    ensure!(u64::try_from(copy.points().await?)? == points, "COPY did not take every point");
    let millions = f64::from(u32::try_from(points)?) / 1e6;
    let (ours, theirs) = (cloud_cpu / millions, copy_cpu / millions);
    eprintln!("                         CPU s per million points");
    eprintln!("RiverSync (mTLS, SQLite) {ours:>10.4}");
    eprintln!("PostgreSQL COPY, BRIN    {theirs:>10.4}   ratio {:.3} (at most 0.100)", ours / theirs);
    eprintln!("wire {:.3} bytes per point, cloud {} bytes PSS", wire_bytes as f64 / points as f64, rss);
    let figures = serde_json::json!({
        "points": points,
        "cloud_cpu_s_per_million": ours,
        "copy_cpu_s_per_million": theirs,
        "ratio": ours / theirs,
        "wire_bytes_per_point": wire_bytes as f64 / points as f64,
        "cloud_pss_bytes": rss,
    });
    cloud.stop().await?;
    Ok(figures.to_string())
}
