//! The hash of a row. Pure: the same fields and the same predecessor always give the same hash.

use sha2::{Digest, Sha256};

/// The hash before the first row.
pub(super) const ORIGIN: [u8; 32] = [0; 32];

/// A row as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Stored {
    pub(super) tenant_id: String,
    pub(super) seq: i64,
    pub(super) at_ms: i64,
    pub(super) actor_kind: String,
    pub(super) actor_id: String,
    pub(super) actor_name: String,
    pub(super) acting_tenant_id: String,
    pub(super) acting_tenant_name: String,
    pub(super) acting_capability: String,
    pub(super) action: String,
    pub(super) object_kind: String,
    pub(super) object_id: String,
    pub(super) detail: String,
    pub(super) reason: String,
    pub(super) request_id: String,
    pub(super) on_behalf_of: String,
    pub(super) ip: String,
    pub(super) prev_hash: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

/// SHA-256 over every field, each with its length so that no two rows read alike, and the previous hash.
pub(super) fn hash(row: &Stored) -> Vec<u8> {
    let mut digest = Sha256::new();
    let numbers = [row.seq.to_string(), row.at_ms.to_string()];
    let texts: [&str; 15] = [
        &row.tenant_id,
        &numbers[0],
        &numbers[1],
        &row.actor_kind,
        &row.actor_id,
        &row.actor_name,
        &row.acting_tenant_id,
        &row.acting_tenant_name,
        &row.acting_capability,
        &row.action,
        &row.object_kind,
        &row.object_id,
        &row.detail,
        &row.reason,
        &row.request_id,
    ];
    for text in texts {
        field(&mut digest, text);
    }
    // Fields that came later enter by name and only when they say something, so that older rows hash as they did.
    for (name, text) in [("on_behalf_of", &row.on_behalf_of), ("ip", &row.ip)] {
        if !text.is_empty() {
            field(&mut digest, name);
            field(&mut digest, text);
        }
    }
    digest.update(&row.prev_hash);
    digest.finalize().to_vec()
}

fn field(digest: &mut Sha256, text: &str) {
    digest.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
    digest.update(text.as_bytes());
}
