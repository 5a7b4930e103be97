//! Devices for benchmarks: more than the demo world has, planted straight into the cloud's database while it runs.

use crate::cloud::{Cloud, DATABASE};
use crate::wait::now_ms;
use anyhow::{Context as _, Result};
use riversync_protocol::v1::{Kind, Schema};
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

const YEAR_MS: i64 = 365 * 86_400_000;
const CUSTOMER: &str = "bkkfoods";
const PARTNER: &str = "nera";
const OWNER: &str = "bkk.admin";

/// Name of the device `number`.
pub fn device(number: usize) -> String {
    format!("D-BENCH-{number}")
}

/// Plants the gateway `agent` with the devices of `schema`, covered and granted for a year.
///
/// # Errors
/// When the demo world is not there.
pub async fn gateway(cloud: &Cloud, agent: &str, schema: &Schema) -> Result<()> {
    let file = cloud.data().join(DATABASE);
    let mut database = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await?;
    let mut tx = database.begin_with("BEGIN IMMEDIATE").await?;
    let now = now_ms();
    let grant = format!("GR-{agent}");
    let (from, until) = (now - 86_400_000, now + YEAR_MS);
    sqlx::query("INSERT INTO agent (id, tenant_id, site, policy_epoch) VALUES (?, ?, 'Bench', 1)")
        .bind(agent)
        .bind(CUSTOMER)
        .execute(&mut *tx)
        .await?;
    sqlx::query("INSERT OR IGNORE INTO device_model (id, label) VALUES ('bench', 'Benchmark')")
        .execute(&mut *tx)
        .await?;
    let first = schema.groups.first().context("an empty schema")?;
    for (position, column) in (0_i64..).zip(&first.columns) {
        let kind = if column.kind == Kind::Bool { "bool" } else { "numeric" };
        sqlx::query(
            "INSERT OR IGNORE INTO model_metric (model_id, position, name, label, unit, decimals, kind) \
             VALUES ('bench', ?, ?, ?, ?, 0, ?)",
        )
        .bind(position)
        .bind(column.metric.as_str())
        .bind(column.metric.as_str())
        .bind(&column.unit)
        .bind(kind)
        .execute(&mut *tx)
        .await?;
    }
    sqlx::query(
        "INSERT OR IGNORE INTO agreement (id, customer_id, partner_id, service_level, from_ms, until_ms, zone, value_cents, \
         currency) VALUES ('AG-BENCH', ?, ?, 'gold', ?, ?, 'Asia/Bangkok', 0, 'THB')",
    )
    .bind(CUSTOMER)
    .bind(PARTNER)
    .bind(from)
    .bind(until)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "INSERT INTO grant_revision (grant_id, revision, customer_id, partner_id, purpose, min_interval_ms, \
         from_ms, until_ms, made_ms, made_by) VALUES (?, 1, ?, ?, 'Benchmark', 0, ?, ?, ?, ?)",
    )
    .bind(&grant)
    .bind(CUSTOMER)
    .bind(PARTNER)
    .bind(from)
    .bind(until)
    .bind(now)
    .bind(OWNER)
    .execute(&mut *tx)
    .await?;
    for group in &schema.groups {
        let device = group.device.as_str();
        sqlx::query(
            "INSERT INTO device (id, name, model_id, tenant_id, site, agent_id, serial) \
             VALUES (?, ?, 'bench', ?, 'Bench', ?, ?)",
        )
        .bind(device)
        .bind(device)
        .bind(CUSTOMER)
        .bind(agent)
        .bind(device)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "INSERT INTO coverage (id, device_id, partner_id, agreement_id, from_ms, until_ms) \
             VALUES (?, ?, ?, 'AG-BENCH', ?, ?)",
        )
        .bind(format!("CV-{device}"))
        .bind(device)
        .bind(PARTNER)
        .bind(from)
        .bind(until)
        .execute(&mut *tx)
        .await?;
        for column in &group.columns {
            sqlx::query("INSERT INTO grant_item (grant_id, revision, device_id, metric) VALUES (?, 1, ?, ?)")
                .bind(&grant)
                .bind(device)
                .bind(column.metric.as_str())
                .execute(&mut *tx)
                .await?;
        }
    }
    Ok(tx.commit().await?)
}
