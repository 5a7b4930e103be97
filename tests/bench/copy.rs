//! The peer of ingest: PostgreSQL's `COPY` of the same points, a batch and a commit at a time, into a table with the
//! cheapest useful index (BRIN on time). Only the processor time of its own back end is counted.

use anyhow::{Context as _, Result};
use riversync_protocol::pack::{Batch, Values};
use riversync_testbed::parts::Postgres;
use sqlx::{Connection as _, PgConnection};
use std::fmt::Write as _;

/// A connection that copies.
pub struct Copy {
    connection: PgConnection,
    pid: i32,
    _postgres: Postgres,
}

impl Copy {
    /// Starts a private cluster and makes the table.
    pub async fn start() -> Result<Self> {
        let postgres = Postgres::start().await?;
        let mut connection = PgConnection::connect(postgres.url()).await?;
        for statement in [
            "CREATE TABLE point (series INTEGER NOT NULL, at_ms BIGINT NOT NULL, value DOUBLE PRECISION NOT NULL)",
            "CREATE INDEX point_by_time ON point USING brin (at_ms)",
        ] {
            sqlx::query(statement).execute(&mut connection).await?;
        }
        let pid = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await?;
        Ok(Self { connection, pid, _postgres: postgres })
    }

    /// Copies one batch and commits it.
    pub async fn batch(&mut self, batch: &Batch) -> Result<()> {
        let text = text(batch)?;
        let mut copy = self.connection.copy_in_raw("COPY point FROM STDIN").await?;
        copy.send(text.into_bytes()).await?;
        copy.finish().await?;
        Ok(())
    }

    /// Processor seconds of the back end so far.
    pub fn cpu_seconds(&self) -> Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        let after = stat.rsplit_once(')').context("no name in stat")?.1;
        let ticks: Vec<f64> = after.split_whitespace().skip(11).take(2).flat_map(str::parse).collect();
        Ok(ticks.iter().sum::<f64>() / 100.0)
    }

    /// Points in the table.
    pub async fn points(&mut self) -> Result<i64> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM point").fetch_one(&mut self.connection).await?)
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
