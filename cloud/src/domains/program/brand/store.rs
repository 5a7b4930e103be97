//! SQL of a program's brand.

use super::model::Brand;
use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx, query};

/// What the scope's own organisation gave its program.
pub(super) async fn brand(tx: &mut Tx, scope: &Scope) -> Result<Brand, DbError> {
    let brand = query("SELECT colour, logo_sha256 FROM program_brand WHERE tenant_id = $1");
    Ok(brand.bind(scope.tenant_id()).optional(tx).await?.unwrap_or_default())
}

pub(super) async fn set(tx: &mut Tx, scope: &Scope, brand: &Brand, now_ms: i64) -> Result<(), DbError> {
    query(
        "INSERT INTO program_brand (tenant_id, colour, logo_sha256, changed_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id) DO UPDATE SET colour = excluded.colour, logo_sha256 = excluded.logo_sha256,
             changed_ms = excluded.changed_ms",
    )
    .bind(scope.tenant_id())
    .bind(brand.colour.clone())
    .bind(brand.logo_sha256.clone())
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// Forgets a logo that was taken away, unless the same picture is kept for something else.
pub(super) async fn forget(tx: &mut Tx, sha256: &[u8]) -> Result<(), DbError> {
    query(
        "DELETE FROM stored_file WHERE sha256 = $1
         AND NOT EXISTS (SELECT 1 FROM program_brand WHERE logo_sha256 = $1)
         AND NOT EXISTS (SELECT 1 FROM application_document d WHERE d.sha256 = $1)
         AND NOT EXISTS (SELECT 1 FROM device_claim WHERE proof_sha256 = $1)",
    )
    .bind(sha256)
    .execute(tx)
    .await?;
    Ok(())
}
