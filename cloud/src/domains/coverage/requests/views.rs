//! Questions as each side may know them.

use super::super::store::metrics;
use super::super::views::covered_device;
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

/// The question of this id, answered or not, for the customer who was asked and for the partner who asked and still
/// services the device.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn request(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    now_ms: i64,
) -> Result<Option<AccessRequest>, DbError> {
    if !matches!(scope.party(), Party::Customer | Party::Reseller) {
        return Ok(None);
    }
    let metrics = metrics(tx).await?;
    let Some(asked) = requests(tx, Of::One(scope.tenant_id(), id), &metrics).await?.pop() else {
        return Ok(None);
    };
    if scope.party() == Party::Customer {
        return Ok(Some(asked).filter(|asked| asked.partner.0 != scope.tenant_id()));
    }
    let covers = covered_device(tx, scope, &asked.device.0, now_ms).await?.is_some();
    Ok(Some(asked).filter(|asked| covers && asked.partner.0 == scope.tenant_id()))
}
