//! Secrets that people carry: made once, handed out once, kept as a hash.

use crate::platform::base::Random;
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

/// 256 bits, as RFC 9562 and ASVS 5 ask for session ids and links.
const SECRET_BYTES: usize = 32;

/// A fresh secret as it is handed out.
pub(super) fn fresh(random: &dyn Random) -> String {
    let mut bytes = [0; SECRET_BYTES];
    random.fill(&mut bytes);
    BASE64URL_NOPAD.encode(&bytes)
}

/// How it is kept.
pub(super) fn hashed(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::{fresh, hashed};
    use crate::platform::base::OsRandom;

    #[test]
    fn a_secret_has_256_bits_fits_a_path_and_is_not_its_hash() {
        let (one, other) = (fresh(&OsRandom), fresh(&OsRandom));
        assert_eq!(one.len(), 43);
        assert!(one.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{one}");
        assert_ne!(one, other);
        assert_ne!(hashed(&one), hashed(&other));
        assert_ne!(hashed(&one), hashed(&one.to_lowercase()), "case matters");
    }
}
