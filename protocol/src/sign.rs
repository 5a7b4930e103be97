//! Who said so: Ed25519 over the exact bytes that travel. Nothing is serialised again before it is checked.

use crate::v1::Policy;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

/// Separates policy signatures from any other use of the key.
const CONTEXT: &[u8] = b"riversync policy v1\0";

/// A policy's bytes with their signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// Postcard bytes of a [`Policy`], kept as they were signed.
    pub body: Vec<u8>,
    /// 64 bytes of Ed25519 over the context string and `body`.
    pub signature: Vec<u8>,
}

/// Why a signed policy is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The signature is not by the expected key over these bytes.
    #[error("the policy's signature does not match the signer that was pinned at enrolment")]
    Signature,
    /// The key is not an Ed25519 public key.
    #[error("the pinned policy key is not a valid Ed25519 key")]
    Key,
    /// The signed bytes are not a policy.
    #[error("the signed bytes are not a policy: {0}")]
    Malformed(#[from] postcard::Error),
    /// Bytes follow the policy.
    #[error("bytes follow the end of the signed policy")]
    Trailing,
}

/// Signs `policy` with `key`.
///
/// # Errors
/// [`SignError::Malformed`] when the policy does not encode.
pub fn sign_policy(policy: &Policy, key: &SigningKey) -> Result<Signed, SignError> {
    let body = postcard::to_stdvec(policy)?;
    let signature = key.sign(&[CONTEXT, &body].concat()).to_bytes().to_vec();
    Ok(Signed { body, signature })
}

/// The policy in `signed`, if `public_key` signed exactly these bytes.
///
/// # Errors
/// [`SignError`]; the body is not looked at before the signature holds.
pub fn verify_policy(signed: &Signed, public_key: &[u8; 32]) -> Result<Policy, SignError> {
    let key = VerifyingKey::from_bytes(public_key).map_err(|_| SignError::Key)?;
    let signature = Signature::from_slice(&signed.signature).map_err(|_| SignError::Signature)?;
    key.verify_strict(&[CONTEXT, &signed.body].concat(), &signature).map_err(|_| SignError::Signature)?;
    let (policy, rest) = postcard::take_from_bytes(&signed.body)?;
    if rest.is_empty() { Ok(policy) } else { Err(SignError::Trailing) }
}
