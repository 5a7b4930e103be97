//! The rows of this room.

use super::model::{DistributionAgreement, Named, Status};
use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx, query};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    distributor_id: String,
    distributor_name: String,
    reseller_id: String,
    reseller_name: String,
    region: String,
    product_line: String,
    status: String,
    from_ms: i64,
    until_ms: Option<i64>,
}

/// The agreements that the scope's organisation is a side of, by the other side's name. A third party's are not among
/// them.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn agreements(
    tx: &mut Tx,
    scope: &Scope,
    now_ms: i64,
) -> Result<Vec<DistributionAgreement>, DbError> {
    of_side(tx, scope.tenant_id(), now_ms).await
}

async fn of_side(tx: &mut Tx, tenant_id: &str, now_ms: i64) -> Result<Vec<DistributionAgreement>, DbError> {
    let rows: Vec<Row> = query(
        "SELECT a.id, a.distributor_id, d.name AS distributor_name, a.reseller_id, r.name AS reseller_name, a.region,
                a.product_line, a.status, a.from_ms, a.until_ms
         FROM distribution_agreement a JOIN tenant d ON d.id = a.distributor_id JOIN tenant r ON r.id = a.reseller_id
         WHERE a.distributor_id = $1 OR a.reseller_id = $1
         ORDER BY d.name, r.name, a.id",
    )
    .bind(tenant_id)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| agreement(row, now_ms)).collect())
}

fn agreement(row: Row, now_ms: i64) -> DistributionAgreement {
    DistributionAgreement {
        status: Status::at(&row.status, row.from_ms, row.until_ms, now_ms),
        id: row.id,
        distributor: Named { id: row.distributor_id, name: row.distributor_name },
        reseller: Named { id: row.reseller_id, name: row.reseller_name },
        region: row.region,
        product_line: row.product_line,
        from_ms: row.from_ms,
        until_ms: row.until_ms,
    }
}

/// The distributors that the scope's reseller may name on a new deal now, by name, each once.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn active_distributors(tx: &mut Tx, scope: &Scope, now_ms: i64) -> Result<Vec<Named>, DbError> {
    distributors_of(tx, scope.tenant_id(), now_ms).await
}

/// The same of `reseller`, for the owner of the program. Ask only for the reseller of a record that a lens showed.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn distributors_of(tx: &mut Tx, reseller_id: &str, now_ms: i64) -> Result<Vec<Named>, DbError> {
    let mut named: Vec<Named> = of_side(tx, reseller_id, now_ms)
        .await?
        .into_iter()
        .filter(|agreement| agreement.status == Status::Active && agreement.reseller.id == reseller_id)
        .map(|agreement| agreement.distributor)
        .collect();
    named.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    named.dedup();
    Ok(named)
}
