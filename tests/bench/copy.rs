//! The peer of ingest: PostgreSQL's `COPY` of the same points, a batch and a commit at a time, into a table with the
//! cheapest useful index (BRIN on time). The processor time of its own back ends is what counts; that of the whole
//! cluster, with the writers of its log and its pages, is told beside.

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;
use riversync_protocol::pack::{Batch, Values};
use riversync_testbed::parts::Postgres;
use sqlx::{Connection as _, PgConnection};
use std::fmt::Write as _;

/// Connections that copy, one for each gateway.
pub struct Copy {
    connections: Vec<PgConnection>,
    pids: Vec<i32>,
    postgres: Postgres,
}

impl Copy {
    /// Starts a private cluster, makes the table and opens `connections`.
    pub async fn start(connections: usize) -> Result<Self> {
        let postgres = Postgres::start().await?;
        let mut copy = Self { connections: Vec::new(), pids: Vec::new(), postgres };
        for _ in 0..connections {
            let mut connection = PgConnection::connect(copy.postgres.url()).await?;
            copy.pids.push(sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await?);
            copy.connections.push(connection);
        }
        for statement in [
            "CREATE TABLE point (series INTEGER NOT NULL, at_ms BIGINT NOT NULL, value DOUBLE PRECISION NOT NULL)",
            "CREATE INDEX point_by_time ON point USING brin (at_ms)",
        ] {
            sqlx::query(statement).execute(copy.first()?).await?;
        }
        Ok(copy)
    }

    fn first(&mut self) -> Result<&mut PgConnection> {
        self.connections.first_mut().context("no connection")
    }

    /// Copies a batch on each connection at once, and commits each.
    pub async fn batches(&mut self, batches: impl Iterator<Item = &Batch>) -> Result<()> {
        let texts: Vec<String> = batches.map(text).collect::<Result<_>>()?;
        try_join_all(
            self.connections.iter_mut().zip(texts).map(|(connection, text)| copy_in(connection, text)),
        )
        .await
        .map(drop)
    }

    /// Processor seconds of the back ends that copy so far.
    pub fn cpu_seconds(&self) -> Result<f64> {
        let seconds = self.pids.iter().map(|pid| Ok(Ticks::of(*pid)?.own_s));
        seconds.sum()
    }

    /// Processor seconds of every process of the cluster so far.
    pub fn cluster_cpu_seconds(&self) -> Result<f64> {
        let postmaster = Ticks::of(*self.pids.first().context("no connection")?)?.parent;
        let mut seconds = 0.0;
        for entry in std::fs::read_dir("/proc")? {
            let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            // Whatever ends meanwhile is counted with its parent.
            let Ok(ticks) = Ticks::of(pid) else { continue };
            if pid == postmaster {
                seconds += ticks.own_s + ticks.children_s;
            } else if ticks.parent == postmaster {
                seconds += ticks.own_s;
            }
        }
        Ok(seconds)
    }

    /// Points in the table.
    pub async fn points(&mut self) -> Result<i64> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM point").fetch_one(self.first()?).await?)
    }
}

async fn copy_in(connection: &mut PgConnection, text: String) -> Result<()> {
    let mut copy = connection.copy_in_raw("COPY point FROM STDIN").await?;
    copy.send(text.into_bytes()).await?;
    copy.finish().await?;
    Ok(())
}

/// What the kernel says of a process, seconds.
struct Ticks {
    parent: i32,
    own_s: f64,
    /// Of its children that have ended.
    children_s: f64,
}

impl Ticks {
    fn of(pid: i32) -> Result<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
        let after = stat.rsplit_once(')').context("no name in stat")?.1;
        let fields: Vec<&str> = after.split_whitespace().collect();
        let seconds = |from: usize| -> f64 {
            let ticks = fields.iter().skip(from).take(2).flat_map(|ticks| ticks.parse::<f64>());
            ticks.sum::<f64>() / 100.0
        };
        let parent = fields.get(1).context("no parent in stat")?.parse()?;
        Ok(Self { parent, own_s: seconds(11), children_s: seconds(13) })
    }
}

fn text(batch: &Batch) -> Result<String> {
    let mut text = String::new();
    for rows in &batch.groups {
        for (column, values) in rows.columns.iter().enumerate() {
            let series = usize::from(rows.group) * rows.columns.len() + column;
            for (row, at_ms) in rows.times_ms.iter().enumerate() {
                let value = match values {
                    Values::Int(values) => values.get(row).copied().unwrap_or_default(),
                    Values::Bool(values) => i64::from(values.get(row).copied().unwrap_or_default()),
                    _ => anyhow::bail!("the workload has integers and flags only"),
                };
                writeln!(text, "{series}\t{at_ms}\t{value}")?;
            }
        }
    }
    Ok(text)
}
