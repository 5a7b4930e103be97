//! The rows of this room: what partners said of their renewals. Nobody reads another's.

use super::model::Outcome;
use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx, query};
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct Row {
    agreement_id: String,
    device_id: String,
    outcome: String,
}

/// What holds, by agreement and device.
pub(super) async fn outcomes(
    tx: &mut Tx,
    scope: &Scope,
) -> Result<BTreeMap<(String, String), Outcome>, DbError> {
    let rows: Vec<Row> = query(
        "SELECT o.agreement_id, o.device_id, o.outcome FROM renewal_outcome o
         WHERE o.partner_id = $1 AND NOT EXISTS (
            SELECT 1 FROM renewal_outcome n WHERE n.partner_id = o.partner_id AND n.agreement_id = o.agreement_id
              AND n.device_id = o.device_id AND n.revision > o.revision)",
    )
    .bind(scope.tenant_id())
    .all(tx)
    .await?;
    let said = |row: Row| Some(((row.agreement_id, row.device_id), Outcome::parse(&row.outcome)?));
    Ok(rows.into_iter().filter_map(said).collect())
}

/// Adds what the acting person says. Two at once: one of them is refused by the key.
pub(super) async fn say(
    tx: &mut Tx,
    scope: &Scope,
    (agreement_id, device_id): (&str, &str),
    outcome: Outcome,
    now_ms: i64,
) -> Result<(), DbError> {
    query(
        "INSERT INTO renewal_outcome (partner_id, agreement_id, device_id, revision, outcome, set_ms, set_by)
         SELECT $1, $2, $3, COALESCE(MAX(revision), 0) + 1, $4, $5, $6 FROM renewal_outcome
         WHERE partner_id = $1 AND agreement_id = $2 AND device_id = $3",
    )
    .bind(scope.tenant_id())
    .bind(agreement_id)
    .bind(device_id)
    .bind(outcome.key())
    .bind(now_ms)
    .bind(scope.person_id())
    .execute(tx)
    .await?;
    Ok(())
}
