//! How a gateway gets its identity: a one-time code for a short-lived certificate.

use crate::bounded::list;
use crate::ids::AgentId;
use serde::{Deserialize, Serialize};

/// Largest certificate request in bytes.
pub const MAX_CSR_BYTES: usize = 8 * 1024;

/// Most certificates in a chain.
pub const MAX_CHAIN: usize = 8;

/// A one-time code and the request for a certificate. The key never leaves the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// The secret of the enrolment code.
    pub secret: [u8; 16],
    /// PKCS#10 request, DER. Its subject and extensions are ignored; only its key counts.
    #[serde(deserialize_with = "list::<_, _, MAX_CSR_BYTES>")]
    pub csr_der: Vec<u8>,
    /// The agent's version.
    pub version: String,
}

/// A certificate for the key in `csr_der`, for the agent of the client certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewRequest {
    /// PKCS#10 request, DER.
    #[serde(deserialize_with = "list::<_, _, MAX_CSR_BYTES>")]
    pub csr_der: Vec<u8>,
}

/// The agent's identity and what it trusts from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The agent's name; also the certificate's common name.
    pub agent: AgentId,
    /// Leaf first, then the CA; DER.
    #[serde(deserialize_with = "list::<_, _, MAX_CHAIN>")]
    pub chain_der: Vec<Vec<u8>>,
    /// Ed25519 public key that signs this agent's policies; pinned.
    pub policy_key: [u8; 32],
    /// End of validity, Unix milliseconds. Renew at two thirds.
    pub not_after_ms: i64,
}
