//! The rows of questions. Each statement binds the side that looks.

use super::super::model::{Device, Metric};
use super::model::{AccessRequest, Answer, NewRequest};
use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx, query};
use std::collections::BTreeMap;

/// Whose questions are meant.
#[derive(Clone, Copy)]
pub(super) enum Of<'a> {
    /// The open questions to this customer; one of them, or all.
    Open(&'a str, Option<&'a str>),
    /// The newest question of this partner about this device, answered or not.
    Newest(&'a str, &'a str),
    /// The question of this id, answered or not, if this organisation asked it or was asked.
    One(&'a str, &'a str),
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    device_id: String,
    device_name: String,
    model_id: String,
    partner_id: String,
    partner_name: String,
    months: i64,
    reason: String,
    asked_ms: i64,
    asked_by_name: String,
    decided_ms: Option<i64>,
    grant_id: Option<String>,
    answer: Option<String>,
    metric: String,
}

macro_rules! requests {
    ($where:literal) => {
        concat!(
            "SELECT r.id, r.device_id, d.name AS device_name, d.model_id, r.partner_id, p.name AS partner_name, r.months,
                    r.reason, r.asked_ms, r.asked_by_name, r.decided_ms, r.grant_id, r.answer, m.metric
             FROM access_request r JOIN device d ON d.id = r.device_id JOIN tenant p ON p.id = r.partner_id
             JOIN access_request_metric m ON m.request_id = r.id WHERE ",
            $where,
            " ORDER BY r.asked_ms, r.id, m.metric"
        )
    };
}

/// The questions, oldest first. `metrics` describes the metrics of each model.
pub(super) async fn requests(
    tx: &mut Tx,
    of: Of<'_>,
    metrics: &BTreeMap<String, Vec<Metric>>,
) -> Result<Vec<AccessRequest>, DbError> {
    let rows: Vec<Row> = match of {
        // A device that changed hands is no longer theirs to give.
        Of::Open(customer_id, id) => {
            query(requests!(
                "r.customer_id = $1 AND d.tenant_id = $1 AND r.decided_ms IS NULL AND ($2 IS NULL OR r.id = $2)"
            ))
            .bind(customer_id)
            .bind(id)
            .all(tx)
            .await?
        }
        Of::Newest(partner_id, device_id) => {
            query(requests!(
                "r.partner_id = $1 AND r.device_id = $2 AND d.tenant_id = r.customer_id AND NOT EXISTS (
                    SELECT 1 FROM access_request n WHERE n.partner_id = r.partner_id AND n.device_id = r.device_id
                      AND (n.asked_ms > r.asked_ms OR (n.asked_ms = r.asked_ms AND n.id > r.id)))"
            ))
            .bind(partner_id)
            .bind(device_id)
            .all(tx)
            .await?
        }
        Of::One(tenant_id, id) => {
            query(requests!(
                "r.id = $2 AND (r.customer_id = $1 OR r.partner_id = $1) AND d.tenant_id = r.customer_id"
            ))
            .bind(tenant_id)
            .bind(id)
            .all(tx)
            .await?
        }
    };
    let mut found: Vec<AccessRequest> = Vec::new();
    for row in rows {
        let known = metrics.get(&row.model_id).into_iter().flatten();
        let metric = known.into_iter().find(|metric| metric.name == row.metric).cloned();
        if found.last().is_none_or(|last| last.id != row.id) {
            found.push(request(row));
        }
        if let Some(last) = found.last_mut() {
            last.metrics.extend(metric);
        }
    }
    Ok(found)
}

fn request(row: Row) -> AccessRequest {
    let answer = row.decided_ms.map(|at_ms| match row.grant_id {
        Some(_) => Answer::Granted { at_ms },
        None => Answer::Declined { at_ms, why: row.answer.unwrap_or_default() },
    });
    AccessRequest {
        id: row.id,
        device: (row.device_id, row.device_name),
        partner: (row.partner_id, row.partner_name),
        metrics: Vec::new(),
        months: row.months,
        reason: row.reason,
        asked_ms: row.asked_ms,
        asked_by: row.asked_by_name,
        answer,
    }
}

/// Writes a question of the acting partner. The key refuses a second open one.
pub(super) async fn insert(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    device: &Device,
    new: &NewRequest,
    (asked_ms, asked_by_name): (i64, &str),
) -> Result<(), DbError> {
    query(
        "INSERT INTO access_request (id, device_id, customer_id, partner_id, months, reason, asked_ms, asked_by,
             asked_by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(id)
    .bind(&device.id)
    .bind(&device.customer_id)
    .bind(scope.tenant_id())
    .bind(new.months)
    .bind(&new.reason)
    .bind(asked_ms)
    .bind(scope.person_id())
    .bind(asked_by_name)
    .execute(tx)
    .await?;
    for metric in &new.metrics {
        query("INSERT INTO access_request_metric (request_id, metric) VALUES ($1, $2)")
            .bind(id)
            .bind(metric)
            .execute(tx)
            .await?;
    }
    Ok(())
}

/// Answers an open question of the acting customer; false when somebody else did so first.
pub(super) async fn decide(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    (grant_id, answer): (Option<&str>, &str),
    now_ms: i64,
) -> Result<bool, DbError> {
    let decided = query(
        "UPDATE access_request SET decided_ms = $3, decided_by = $4, grant_id = $5, answer = $6
         WHERE id = $1 AND customer_id = $2 AND decided_ms IS NULL",
    )
    .bind(id)
    .bind(scope.tenant_id())
    .bind(now_ms)
    .bind(scope.person_id())
    .bind(grant_id)
    .bind(answer)
    .execute(tx)
    .await?;
    Ok(decided == 1)
}
