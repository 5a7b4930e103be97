//! Records of one customer of a program. Nobody is shown what this finds: a lens is.

use crate::platform::db::{DbError, Tx, query};

/// A record for a customer.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(in super::super) struct Similar {
    pub(in super::super) id: String,
    pub(in super::super) stage: String,
    pub(in super::super) status: String,
    pub(in super::super) reseller_id: Option<String>,
    pub(in super::super) title_key: Option<String>,
}

/// Most that are looked at: whoever has more with one customer has no use for a longer list.
const MOST: i64 = 50;

/// The newest records of a program for the customer of this key.
pub(in super::super) async fn similar(
    tx: &mut Tx,
    vendor_id: &str,
    customer_key: &str,
) -> Result<Vec<Similar>, DbError> {
    query(
        "SELECT id, stage, status, reseller_id, title_key FROM funnel_record
         WHERE vendor_id = $1 AND customer_key = $2 AND status <> 'draft' ORDER BY updated_ms DESC, id LIMIT $3",
    )
    .bind(vendor_id)
    .bind(customer_key)
    .bind(MOST)
    .all(tx)
    .await
}
