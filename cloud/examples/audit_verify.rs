//! What the proof of the log costs: rows verified a second on one core, on the embedded database.
//!
//! ```text
//! cargo run --release -p riversync-cloud --example audit_verify -- [rows]
//! ```
//! Rows are written as the service writes them, then walked as `riversync-cloud audit verify` walks them: read, hashed,
//! held against the one before. A second is one of processor time of the whole process, the database's own threads
//! included. Beside it stands what reading the same rows costs without looking at them. Prints one JSON object.

use anyhow::{Context, ensure};
use riversync_cloud::app::App;
use riversync_cloud::config::Config;
use riversync_cloud::domains::audit::{By, Entry, Fact, Trusted, Verdict, record, verify};
use riversync_cloud::platform::base::{OsRandom, SystemClock};
use riversync_cloud::platform::db::{Db, query};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

/// Kernel ticks in a second, as Linux reports processor times.
const TICKS_PER_SECOND: f64 = 100.0;
/// Rows of one transaction while the log is made.
const CHUNK: i64 = 2_000;

#[derive(sqlx::FromRow)]
struct Length {
    bytes: i64,
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the figure is the output")]
async fn main() -> anyhow::Result<()> {
    let rows: i64 =
        std::env::args().nth(1).map_or(Ok(200_000), |text| text.parse()).context("how many rows?")?;
    let dir = std::env::temp_dir().join(format!("riversync-audit-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    let figures = measure(&dir, rows).await;
    std::fs::remove_dir_all(&dir)?;
    println!("{}", figures?);
    Ok(())
}

async fn measure(dir: &Path, rows: i64) -> anyhow::Result<serde_json::Value> {
    let db = Db::open(&format!("sqlite:{}", dir.join("cloud.db").display())).await?;
    let app = App::new(db, Arc::new(SystemClock), Arc::new(OsRandom), Config::for_one_machine(dir));
    for from in (0..rows).step_by(usize::try_from(CHUNK)?) {
        let mut tx = app.db.write().await?;
        for at in from..(from + CHUNK).min(rows) {
            let by =
                By::member(("nera.coord", "Nok Charoen"), ("nera", "Nera")).in_request("req_1", "192.0.2.7");
            let entry = Entry::new(by, Fact::AlarmAcknowledged, "device", format!("D-BF-{at}"))
                .with(json!({ "device_id": format!("D-BF-{at}"), "before": { "acknowledged_ms": null }, "at_ms": at }));
            record(&app, &mut tx, entry).await?;
        }
        tx.commit().await?;
    }
    let mut tx = app.db.read().await?;
    let before = cpu_seconds()?;
    let read: Length = query(
        "SELECT CAST(SUM(LENGTH(actor_id) + LENGTH(actor_name) + LENGTH(detail) + LENGTH(hash)) AS BIGINT) AS bytes
         FROM audit_entry WHERE tenant_id = 'nera'",
    )
    .one(&mut tx)
    .await?;
    let read_s = cpu_seconds()? - before;
    ensure!(read.bytes > 0, "nothing was written");
    let before = cpu_seconds()?;
    let verdict = verify(&mut tx, "nera", &Trusted::default()).await?;
    let verify_s = cpu_seconds()? - before;
    ensure!(verdict == Verdict::Whole { rows }, "the log is not whole: {verdict}");
    drop(tx);
    app.db.close().await;
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let per_second = rows as f64 / verify_s;
    Ok(json!({
        "rows": rows,
        "rows_verified_per_cpu_second": per_second.round(),
        "verify_cpu_s": verify_s,
        "scan_cpu_s": read_s,
    }))
}

/// Processor time of this process so far, in seconds.
fn cpu_seconds() -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit_once(')').context("no process state")?.1;
    let ticks: Vec<f64> =
        fields.split_whitespace().skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / TICKS_PER_SECOND)
}
