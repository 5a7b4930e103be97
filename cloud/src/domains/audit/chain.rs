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
    let (seq, at_ms) = (row.seq.to_string(), row.at_ms.to_string());
    let texts: [&str; TEXTS] = [
        &row.tenant_id,
        &seq,
        &at_ms,
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
        &row.on_behalf_of,
        &row.ip,
    ];
    hash_of(&texts, &row.prev_hash, &mut Vec::new()).to_vec()
}

/// The fields of a row that are text or are hashed as text, in the order of [`hash`].
pub(super) const TEXTS: usize = 17;

/// The same from the fields as they stand in [`Stored`], numbers in decimal. `scratch` is room that is used again.
pub(super) fn hash_of(texts: &[&str; TEXTS], prev_hash: &[u8], scratch: &mut Vec<u8>) -> [u8; 32] {
    scratch.clear();
    let [always @ .., on_behalf_of, ip] = texts;
    for text in always {
        field(scratch, text);
    }
    // Fields that came later enter by name and only when they say something, so that older rows hash as they did.
    for (name, text) in [("on_behalf_of", on_behalf_of), ("ip", ip)] {
        if !text.is_empty() {
            field(scratch, name);
            field(scratch, text);
        }
    }
    scratch.extend_from_slice(prev_hash);
    Sha256::digest(scratch).into()
}

fn field(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend_from_slice(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
}
