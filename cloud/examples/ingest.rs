//! What ingest costs: CPU seconds per million points through the real way in, on the embedded database.
//!
//! ```text
//! cargo run --release -p riversync-cloud --example ingest -- [batches] [uploads at once]
//! ```
//! The workload is 50 devices of 20 metrics at 1 Hz in batches of ten seconds: 10,000 points each. Counted is
//! everything from the bytes of a request body to the durable row: decoding the envelope, the checks against schema
//! and grants, the transaction and its sync. Not counted are TLS and HTTP, and making the batches. Compaction is counted
//! apart. Prints one JSON object.

use anyhow::{Context, ensure};
use riversync_cloud::app::App;
use riversync_cloud::config::Config;
use riversync_cloud::domains::coverage::found::{
    NewDevice, add_agreement, add_coverage, add_device, add_grant, add_model,
};
use riversync_cloud::domains::coverage::{
    Agreement, Coverage, Grant, Metric, MetricKind, ServiceLevel, Window,
};
use riversync_cloud::domains::enrolment::{Agent, add_agent};
use riversync_cloud::domains::telemetry::compact::{fold, join};
use riversync_cloud::domains::telemetry::{Ingest, learn};
use riversync_cloud::platform::base::{BANGKOK, Clock, MINUTE_MS, Money, OsRandom, SystemClock};
use riversync_cloud::platform::db::Db;
use riversync_cloud::world;
use riversync_protocol::Envelope;
use riversync_protocol::codec::{decode, encode};
use riversync_protocol::ids::AgentId;
use riversync_protocol::pack::{Batch, Rows, Values, pack};
use riversync_protocol::v1::{Column, Content, Group, Kind, Message, Outcome, Scale, Schema, Upload};
use std::path::Path;
use std::sync::Arc;

const DEVICES: usize = 50;
const METRICS: usize = 20;
const ROWS: i64 = 10;
/// Kernel ticks in a second, as Linux reports processor times.
const TICKS_PER_SECOND: f64 = 100.0;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the figure is the output")]
async fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let batches: u64 = args.next().map_or(Ok(2_000), |text| text.parse()).context("how many batches?")?;
    let at_once: usize = args.next().map_or(Ok(8), |text| text.parse()).context("how many at once?")?;
    let dir = std::env::temp_dir().join(format!("riversync-ingest-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    let figures = measure(&dir, batches, at_once).await;
    std::fs::remove_dir_all(&dir)?;
    println!("{}", figures?);
    Ok(())
}

async fn measure(dir: &Path, batches: u64, at_once: usize) -> anyhow::Result<serde_json::Value> {
    let path = dir.join("cloud.db");
    let db = Db::open(&format!("sqlite:{}", path.display())).await?;
    let app = App::new(db, Arc::new(SystemClock), Arc::new(OsRandom), Config::for_one_machine(dir));
    world::plant(&app, world::STORY_DAY).await?;
    site(&app).await?;
    let agent = Agent {
        id: "A-BENCH".into(),
        tenant_id: "bkkfoods".into(),
        tenant_name: "BKKFoods".into(),
        certificate: None,
    };
    let schema = schema()?;
    let (learned, _) = learn(&app, &agent, &schema).await?;
    ensure!(learned == Outcome::Stored, "the schema was not accepted: {learned:?}");
    let start_ms = SystemClock.now_ms() - i64::try_from(batches)? * ROWS * 1_000;
    let bodies: Vec<Vec<u8>> =
        (0..batches).map(|seq| body(&schema, seq, start_ms)).collect::<anyhow::Result<_>>()?;
    let wire_bytes: usize = bodies.iter().map(Vec::len).sum();
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let points = batches as f64 * (DEVICES * METRICS) as f64 * ROWS as f64;

    let ingest = Ingest::start(app.clone());
    let before = cpu_seconds()?;
    for group in bodies.chunks(at_once) {
        let mut waiting = Vec::with_capacity(group.len());
        for body in group {
            let (ingest, agent, body) = (ingest.clone(), agent.clone(), body.clone());
            waiting.push(tokio::spawn(async move {
                match decode(&body)? {
                    Envelope::V1(Message::Upload(upload)) => Ok(ingest.take(&agent, upload).await.outcome),
                    Envelope::V1(_) => anyhow::bail!("not an upload"),
                }
            }));
        }
        for one in waiting {
            let outcome = one.await??;
            ensure!(outcome == Outcome::Stored, "not stored: {outcome:?}");
        }
    }
    let ingest_s = cpu_seconds()? - before;
    let commits = ingest.figures.commits.get();

    let before = cpu_seconds()?;
    let folded = fold(&app, None, SystemClock.now_ms() + 2 * MINUTE_MS).await?;
    join(&app, SystemClock.now_ms() + 2 * MINUTE_MS).await?;
    let compact_s = cpu_seconds()? - before;
    let points_folded = folded.points;
    app.db.close().await;
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let per_point = |bytes: u64| bytes as f64 / points;
    Ok(serde_json::json!({
        "points": points,
        "batches": batches,
        "uploads_at_once": at_once,
        "transactions": commits,
        "ingest_cpu_s_per_million_points": ingest_s / points * 1e6,
        "compaction_cpu_s_per_million_points": compact_s / points * 1e6,
        "points_after_compaction": points_folded,
        "wire_bytes_per_point": per_point(u64::try_from(wire_bytes)?),
        "database_file_bytes_per_point": per_point(std::fs::metadata(&path)?.len()),
    }))
}

/// Processor time of this process so far, all threads, user and system.
fn cpu_seconds() -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")
        .context("this benchmark reads /proc, so it runs on Linux")?;
    // The name in parentheses may hold anything; the numbers come after it, user time as the 12th.
    let (_, rest) = stat.rsplit_once(')').context("/proc/self/stat has no name")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).context("too few fields")?.parse::<f64>().context("not a number");
    Ok((ticks(11)? + ticks(12)?) / TICKS_PER_SECOND)
}

fn device(at: usize) -> String {
    format!("D-BENCH-{at}")
}

/// A site of fifty devices, all covered and granted.
async fn site(app: &App) -> anyhow::Result<()> {
    let mut tx = app.db.write().await?;
    let metric = |at: usize| Metric {
        name: format!("m{at}"),
        label: format!("Metric {at}"),
        unit: String::new(),
        decimals: 1,
        kind: MetricKind::Numeric,
    };
    add_model(&mut tx, "bench", "Benchmark", &(0..METRICS).map(metric).collect::<Vec<_>>()).await?;
    add_agent(&mut tx, "A-BENCH", "bkkfoods", "Bangkok").await?;
    let window = Window { from_ms: 0, until_ms: i64::MAX };
    let agreement = Agreement {
        id: "AG-BENCH".into(),
        customer_id: "bkkfoods".into(),
        customer_name: String::new(),
        partner_id: "nera".into(),
        partner_name: String::new(),
        service_level: ServiceLevel::Gold,
        window,
        zone: BANGKOK.into(),
        value: Money::new(0, "THB"),
    };
    add_agreement(&mut tx, &agreement).await?;
    let mut items = Vec::new();
    for at in 0..DEVICES {
        let id = device(at);
        let new = NewDevice {
            id: &id,
            name: &id,
            model_id: "bench",
            tenant_id: "bkkfoods",
            site: "Bangkok",
            agent_id: Some("A-BENCH"),
            serial: &id,
        };
        add_device(&mut tx, new).await?;
        let coverage = Coverage {
            device_id: id.clone(),
            partner_id: "nera".into(),
            agreement_id: "AG-BENCH".into(),
            window,
        };
        add_coverage(&mut tx, &format!("AG-BENCH/{id}"), &coverage).await?;
        items.extend((0..METRICS).map(|metric| (id.clone(), format!("m{metric}"))));
    }
    let grant = Grant {
        id: "grant_bench".into(),
        revision: 1,
        customer_id: "bkkfoods".into(),
        partner_id: "nera".into(),
        purpose: "Benchmark".into(),
        min_interval_ms: 0,
        window,
        revoked_ms: None,
        made_ms: 0,
        items,
    };
    add_grant(&mut tx, &grant, "bkk.admin").await?;
    Ok(tx.commit().await?)
}

/// Temperatures, powers, counters and states, in the shares that sites have.
fn schema() -> anyhow::Result<Schema> {
    let column = |at: usize| -> anyhow::Result<Column> {
        let (kind, unit, denominator) = match at {
            0..=6 => (Kind::Int, "°C", 10),
            7..=12 => (Kind::Int, "kW", 1_000),
            13..=15 => (Kind::UInt, "Wh", 1),
            16..=17 => (Kind::Bool, "", 1),
            _ => (Kind::Int, "", 1),
        };
        let scale = Scale { numerator: 1, denominator };
        Ok(Column { metric: format!("m{at}").parse()?, unit: unit.into(), kind, scale, offset: 0.0 })
    };
    let group = |at: usize| -> anyhow::Result<Group> {
        let columns = (0..METRICS).map(column).collect::<anyhow::Result<_>>()?;
        Ok(Group { device: device(at).parse()?, interval_ms: 1_000, columns })
    };
    Ok(Schema { groups: (0..DEVICES).map(group).collect::<anyhow::Result<_>>()? })
}

/// The request body of one batch.
fn body(schema: &Schema, seq: u64, start_ms: i64) -> anyhow::Result<Vec<u8>> {
    let seconds = i64::try_from(seq)? * ROWS;
    let rows_of = |group: usize| -> anyhow::Result<Rows> {
        let mut noise = u64::try_from(seconds)?
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(u64::try_from(group)?);
        let mut next = move || {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::from(u8::try_from(noise >> 56).unwrap_or(0))
        };
        let base = i64::try_from(group)? * 7;
        let columns = (0..METRICS).map(|at| match at {
            0..=6 => {
                Values::Int((0..ROWS).map(|row| 230 + base + (seconds + row) / 40 + next() / 200).collect())
            }
            7..=12 => Values::Int((0..ROWS).map(|_| 40_000 + base + next()).collect()),
            13..=15 => {
                Values::UInt((0..ROWS).map(|row| (1_000_000 + seconds + row).unsigned_abs()).collect())
            }
            16..=17 => Values::Bool(vec![seconds % 600 < 300; usize::try_from(ROWS).unwrap_or(0)]),
            _ => Values::Int(vec![seconds / 900; usize::try_from(ROWS).unwrap_or(0)]),
        });
        let columns = columns.collect();
        let times_ms = (0..ROWS).map(|row| start_ms + (seconds + row) * 1_000 + next() / 40).collect();
        Ok(Rows { group: u16::try_from(group)?, times_ms, columns })
    };
    let batch =
        Batch { groups: (0..DEVICES).map(rows_of).collect::<anyhow::Result<_>>()?, quality: Vec::new() };
    let upload = Upload {
        agent: AgentId::new("A-BENCH")?,
        store_epoch: 1,
        first_seq: seq,
        last_seq: seq,
        policy_epoch: 1,
        sent_ms: start_ms,
        content: Content::Telemetry(pack(schema, schema.hash()?, &batch)?),
    };
    Ok(encode(&Envelope::V1(Message::Upload(upload)))?)
}
