//! What an organisation's log tells last of one record: for who sends a change that somebody overtook.

use super::fact::Fact;
use crate::platform::base::Language;
use crate::platform::db::{DbError, Tx, query};
use crate::platform::web::LastChange;

#[derive(sqlx::FromRow)]
struct Row {
    actor_name: String,
    action: String,
    at_ms: i64,
}

/// The last change of a record, given by kind and id, that the log of `tenant_id` tells who reads `language`.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn last_change(
    tx: &mut Tx,
    tenant_id: &str,
    (kind, id): (&str, &str),
    language: Language,
) -> Result<Option<LastChange>, DbError> {
    let row: Option<Row> = query(
        "SELECT actor_name, action, at_ms FROM audit_entry
         WHERE tenant_id = $1 AND object_kind = $2 AND object_id = $3 ORDER BY seq DESC LIMIT 1",
    )
    .bind(tenant_id)
    .bind(kind)
    .bind(id)
    .optional(tx)
    .await?;
    Ok(row.and_then(|row| {
        let what = Fact::parse(&row.action)?.words_in(language).to_owned();
        Some(LastChange { who: row.actor_name, what, at_ms: row.at_ms })
    }))
}
