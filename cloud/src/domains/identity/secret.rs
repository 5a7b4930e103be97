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

/// Digits of a code that a person types instead of opening a link.
const CODE_DIGITS: usize = 8;

/// A fresh code. Short, so it is good for one browser, a few tries and a few minutes only.
pub(super) fn fresh_code(random: &dyn Random) -> String {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    // 2^64 is so much larger than 10^8 that no digit is noticeably likelier than another.
    format!("{:0width$}", u64::from_le_bytes(bytes) % 10_u64.pow(8), width = CODE_DIGITS)
}

/// How a code is kept: bound to the browser that may type it.
pub(super) fn hashed_code(browser_sha256: &[u8], typed: &str) -> Vec<u8> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    Sha256::new().chain_update(browser_sha256).chain_update(digits).finalize().to_vec()
}

/// How it is kept.
pub(super) fn hashed(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::{fresh, fresh_code, hashed, hashed_code};
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

    #[test]
    fn a_code_has_eight_digits_and_is_good_for_one_browser_only() {
        let code = fresh_code(&OsRandom);
        assert!(code.len() == 8 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
        let spaced = format!("{} {}", &code[..4], &code[4..]);
        assert_eq!(hashed_code(b"one", &code), hashed_code(b"one", &spaced));
        assert_ne!(hashed_code(b"one", &code), hashed_code(b"other", &code));
    }
}
