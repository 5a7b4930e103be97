//! Questions as each side may know them.

use super::super::store::metrics;
use super::model::AccessRequest;
use super::store::{Of, requests};
use crate::platform::access::{Party, Scope};
use crate::platform::db::{DbError, Tx};

/// The questions that wait for the customer who looks, oldest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn open_requests(tx: &mut Tx, scope: &Scope) -> Result<Vec<AccessRequest>, DbError> {
    if scope.party() != Party::Customer {
        return Ok(Vec::new());
    }
    let metrics = metrics(tx).await?;
    requests(tx, Of::Open(scope.tenant_id(), None), &metrics).await
}

/// The newest question that the partner who looks asked about a device, answered or not.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn own_request(
    tx: &mut Tx,
    scope: &Scope,
    device_id: &str,
) -> Result<Option<AccessRequest>, DbError> {
    if scope.party() != Party::Reseller {
        return Ok(None);
    }
    let metrics = metrics(tx).await?;
    Ok(requests(tx, Of::Newest(scope.tenant_id(), device_id), &metrics).await?.pop())
}
