//! Taking turns: who changes what is an organisation's or a person's own holds that row until the commit, so that what was
//! read of it stays true until it is changed. An organisation's turn is taken before any row of its log.

use crate::platform::db::{DbError, Tx, query};

/// Holds the organisation until the commit, so that two changes to it take turns; whether there is one.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take_turn(tx: &mut Tx, tenant_id: &str) -> Result<bool, DbError> {
    Ok(query("UPDATE tenant SET name = name WHERE id = $1").bind(tenant_id).execute(tx).await? == 1)
}

/// Holds a person until the commit, in the same way.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take_persons_turn(tx: &mut Tx, person_id: &str) -> Result<(), DbError> {
    query("UPDATE person SET name = name WHERE id = $1").bind(person_id).execute(tx).await?;
    Ok(())
}
