//! Where documents are kept. Who may have one is asked by the room that knows what it belongs to.

use super::{Kept, Kind, Upload};
use crate::platform::db::{DbError, Tx, query};

/// Keeps a document; the SHA-256 that names it. The same content is kept once.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn keep(tx: &mut Tx, upload: &Upload, now_ms: i64) -> Result<Vec<u8>, DbError> {
    let sha256 = upload.sha256();
    query(
        "INSERT INTO stored_file (sha256, kind, size_bytes, content, stored_ms) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (sha256) DO NOTHING",
    )
    .bind(sha256.clone())
    .bind(upload.kind.key())
    .bind(i64::try_from(upload.bytes.len()).unwrap_or(i64::MAX))
    .bind(upload.bytes.clone())
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(sha256)
}

#[derive(sqlx::FromRow)]
struct Row {
    kind: String,
    content: Vec<u8>,
}

/// A document by its SHA-256.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn load(tx: &mut Tx, sha256: &[u8]) -> Result<Option<Kept>, DbError> {
    let row: Option<Row> =
        query("SELECT kind, content FROM stored_file WHERE sha256 = $1").bind(sha256).optional(tx).await?;
    Ok(row.and_then(|row| Some(Kept { kind: Kind::parse(&row.kind)?, bytes: row.content })))
}
