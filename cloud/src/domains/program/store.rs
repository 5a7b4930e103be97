//! Who owns the program.

use crate::platform::db::{DbError, Tx, query};

#[derive(sqlx::FromRow)]
struct Owner {
    id: String,
}

/// The organisation that owns the partner program: its log tells what partners do in the funnel (PORTAL C20).
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn owner_id(tx: &mut Tx) -> Result<Option<String>, DbError> {
    let owner: Option<Owner> = query(
        "SELECT tenant_id AS id FROM tenant_capability WHERE capability = 'vendor' AND module_on = 1
         ORDER BY tenant_id LIMIT 1",
    )
    .optional(tx)
    .await?;
    Ok(owner.map(|owner| owner.id))
}
