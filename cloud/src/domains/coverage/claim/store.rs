//! SQL of sales and claims.

use super::Sale;
use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx, query};

/// Writes a sale down.
///
/// # Errors
/// [`DbError`] from the engine.
pub(super) async fn add_sale(tx: &mut Tx, sale: &Sale<'_>) -> Result<(), DbError> {
    query(
        "INSERT INTO sold_device (serial, model_id, vendor_id, purchase_number, sold_ms, linked_ms)
         VALUES ($1, $2, $3, $4, $5, NULL)",
    )
    .bind(sale.serial)
    .bind(sale.model_id)
    .bind(sale.vendor_id)
    .bind(sale.purchase_number)
    .bind(sale.sold_ms)
    .execute(tx)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Count {
    times: i64,
}

pub(super) async fn refused_since(tx: &mut Tx, scope: &Scope, since_ms: i64) -> Result<i64, DbError> {
    let count: Count = query(
        "SELECT CAST(COUNT(*) AS BIGINT) AS times FROM device_claim
         WHERE tenant_id = $1 AND at_ms > $2 AND device_id IS NULL",
    )
    .bind(scope.tenant_id())
    .bind(since_ms)
    .one(tx)
    .await?;
    Ok(count.times)
}

#[derive(sqlx::FromRow)]
pub(super) struct Taken {
    pub(super) model_id: String,
    pub(super) model_label: String,
}

/// Links the sale of this serial and purchase number, of the program in which the scope's organisation is a customer.
/// Of two that try at once exactly one gets it.
pub(super) async fn take_sale(
    tx: &mut Tx,
    scope: &Scope,
    (serial, purchase_number): (&str, &str),
    now_ms: i64,
) -> Result<Option<Taken>, DbError> {
    let rows = query(
        "UPDATE sold_device SET linked_ms = $4
         WHERE serial = $2 AND purchase_number = $3 AND linked_ms IS NULL
           AND vendor_id = (SELECT c.vendor_id FROM tenant_capability c
                            WHERE c.tenant_id = $1 AND c.capability = 'customer')
           AND NOT EXISTS (SELECT 1 FROM device d WHERE d.serial = $2)",
    )
    .bind(scope.tenant_id())
    .bind(serial)
    .bind(purchase_number)
    .bind(now_ms)
    .execute(tx)
    .await?;
    if rows != 1 {
        return Ok(None);
    }
    query(
        "SELECT s.model_id, m.label AS model_label FROM sold_device s JOIN device_model m ON m.id = s.model_id
         WHERE s.serial = $1",
    )
    .bind(serial)
    .optional(tx)
    .await
}

/// A device of the scope's organisation, on no gateway yet.
pub(super) async fn add_device(
    tx: &mut Tx,
    scope: &Scope,
    (id, name): (&str, &str),
    (model_id, site, serial): (&str, &str, &str),
) -> Result<(), DbError> {
    query(
        "INSERT INTO device (id, name, model_id, tenant_id, site, agent_id, serial)
         VALUES ($1, $2, $3, $4, $5, NULL, $6)",
    )
    .bind(id)
    .bind(name)
    .bind(model_id)
    .bind(scope.tenant_id())
    .bind(site)
    .bind(serial)
    .execute(tx)
    .await?;
    Ok(())
}

pub(super) async fn note(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    device_id: Option<&str>,
    proof_sha256: Option<Vec<u8>>,
    now_ms: i64,
) -> Result<(), DbError> {
    query(
        "INSERT INTO device_claim (id, tenant_id, at_ms, device_id, proof_sha256) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(scope.tenant_id())
    .bind(now_ms)
    .bind(device_id)
    .bind(proof_sha256)
    .execute(tx)
    .await?;
    Ok(())
}
