//! Walking a chain from its first row: the first row that does not fit is named.

use super::chain::{ORIGIN, Stored, hash};
use crate::platform::db::{DbError, Tx, query};
use std::fmt;

/// How many rows are read at a time, so that a long log does not fill the memory.
const PAGE: i64 = 500;

/// What the walk found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every row fits.
    Whole {
        /// How many rows.
        rows: i64,
    },
    /// This row was changed, moved or put in later.
    Broken {
        /// Its place in the chain.
        seq: i64,
    },
    /// A row is missing where this one should be.
    Missing {
        /// Its place in the chain.
        seq: i64,
    },
    /// The last rows were cut off.
    Cut {
        /// The last row that is there.
        after_seq: i64,
        /// The last row there should be.
        head_seq: i64,
    },
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole { rows } => write!(f, "whole, {rows} rows"),
            Self::Broken { seq } => write!(f, "row {seq} is not as it was written"),
            Self::Missing { seq } => write!(f, "row {seq} is missing"),
            Self::Cut { after_seq, head_seq } => {
                write!(f, "the rows after {after_seq} are missing; the last one written was {head_seq}")
            }
        }
    }
}

#[derive(sqlx::FromRow)]
struct Head {
    seq: i64,
    hash: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct TenantId {
    tenant_id: String,
}

/// Every organisation that has a log.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn tenants_with_a_log(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    let rows: Vec<TenantId> =
        query("SELECT tenant_id FROM audit_head UNION SELECT tenant_id FROM audit_entry ORDER BY tenant_id")
            .all(tx)
            .await?;
    Ok(rows.into_iter().map(|row| row.tenant_id).collect())
}

/// Walks the chain of `tenant_id`.
///
/// # Errors
/// [`DbError`] from the engine; a damaged chain is a [`Verdict`], not an error.
pub async fn verify(tx: &mut Tx, tenant_id: &str) -> Result<Verdict, DbError> {
    let mut after_seq = 0;
    let mut prev_hash = ORIGIN.to_vec();
    loop {
        let rows: Vec<Stored> = query(
            "SELECT tenant_id, seq, at_ms, actor_kind, actor_id, actor_name, acting_tenant_id, acting_tenant_name,
                    acting_capability, action, object_kind, object_id, detail, reason, request_id,
                    on_behalf_of, ip, prev_hash, hash
             FROM audit_entry WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        )
        .bind(tenant_id)
        .bind(after_seq)
        .bind(PAGE)
        .all(tx)
        .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.seq != after_seq + 1 {
                return Ok(Verdict::Missing { seq: after_seq + 1 });
            }
            if row.prev_hash != prev_hash || row.hash != hash(&row) {
                return Ok(Verdict::Broken { seq: row.seq });
            }
            after_seq = row.seq;
            prev_hash = row.hash;
        }
    }
    let head: Option<Head> =
        query("SELECT seq, hash FROM audit_head WHERE tenant_id = $1").bind(tenant_id).optional(tx).await?;
    let head = head.unwrap_or(Head { seq: 0, hash: ORIGIN.to_vec() });
    Ok(if head.seq > after_seq {
        Verdict::Cut { after_seq, head_seq: head.seq }
    } else if head.seq < after_seq || head.hash != prev_hash {
        Verdict::Broken { seq: after_seq }
    } else {
        Verdict::Whole { rows: after_seq }
    })
}
