//! The one-time enrolment code: where the cloud is, which CA it shows, and the secret that proves the invitation.
//!
//! `RS1-` and base32 without padding, in groups of eight, of: postcard of the address, the SHA-256 of the CA
//! certificate, the secret, and four bytes of SHA-256 as a check against typing errors.

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

const PREFIX: &str = "RS1-";
const MAX_CODE_CHARS: usize = 1024;

/// What a code says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolmentCode {
    /// `host:port` of the cloud's agent listener.
    pub address: String,
    /// SHA-256 of the DER of the CA certificate that the listener must show in its chain.
    pub ca_sha256: [u8; 32],
    /// Proves the invitation, once.
    pub secret: [u8; 16],
}

impl fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnrolmentCode").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Why a text is not a code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// It does not begin like one.
    #[error("an enrolment code starts with {PREFIX}; copy the whole line from the portal")]
    Prefix,
    /// Characters are missing, swapped or mistyped.
    #[error("the enrolment code is damaged; copy the whole line from the portal again")]
    Damaged,
}

fn check_bytes(body: &[u8]) -> [u8; 4] {
    let mut check = [0; 4];
    for (to, from) in check.iter_mut().zip(Sha256::digest(body)) {
        *to = from;
    }
    check
}

impl fmt::Display for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut body = postcard::to_stdvec(self).map_err(|_| fmt::Error)?;
        let check = check_bytes(&body);
        body.extend_from_slice(&check);
        f.write_str("RS1")?;
        for (at, letter) in BASE32_NOPAD.encode(&body).chars().enumerate() {
            if at % 8 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

impl std::str::FromStr for EnrolmentCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let text = text.trim();
        if text.len() > MAX_CODE_CHARS {
            return Err(CodeError::Damaged);
        }
        let letters = text.strip_prefix(PREFIX).ok_or(CodeError::Prefix)?;
        let letters: String = letters.chars().filter(|c| *c != '-').map(|c| c.to_ascii_uppercase()).collect();
        let bytes = BASE32_NOPAD.decode(letters.as_bytes()).map_err(|_| CodeError::Damaged)?;
        let (body, check) = bytes.split_last_chunk::<4>().ok_or(CodeError::Damaged)?;
        if *check != check_bytes(body) {
            return Err(CodeError::Damaged);
        }
        let (code, rest) = postcard::take_from_bytes(body).map_err(|_| CodeError::Damaged)?;
        if rest.is_empty() { Ok(code) } else { Err(CodeError::Damaged) }
    }
}
