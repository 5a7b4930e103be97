//! Secrets and signatures, by Standard Webhooks 1.0 ("symmetric"): `v1,` and the Base64 of HMAC-SHA256 over
//! `id.timestamp.body`. A receiver refuses a timestamp that is more than five minutes off, and so a replay.
//!
//! A secret is not kept: it is made of the endpoint's salt, which is in the database, and a key in the state directory,
//! which is not. Neither alone signs anything.

use super::model::Endpoint;
use crate::app::App;
use crate::platform::base::{DAY_MS, private_directory, read_or_make};
use crate::platform::error::Error;
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How long the former secret signs beside the new one.
pub(super) const OVERLAP_MS: i64 = DAY_MS;
/// What every secret begins with, as the specification has it.
pub(super) const PREFIX: &str = "whsec_";
/// Bytes of a salt and of a key.
const BYTES: usize = 32;

/// The key of this service of which all secrets are made.
#[derive(Clone)]
pub(super) struct Key(Vec<u8>);

impl Key {
    /// The key in the state directory, made there when it is first needed.
    ///
    /// # Errors
    /// When the directory does not do, or the file is damaged.
    pub(super) fn of(app: &App) -> Result<Self, Error> {
        let ours =
            |cause: anyhow::Error| Error::Internal(cause.context("webhook.key in the state directory"));
        let made = || {
            let mut bytes = vec![0; BYTES];
            app.random.fill(&mut bytes);
            Ok::<_, std::io::Error>(bytes)
        };
        let dir = &app.config.state_dir;
        private_directory(dir).map_err(|cause| ours(cause.into()))?;
        let key = read_or_make(&dir.join("webhook.key"), made).map_err(|cause| ours(cause.into()))?;
        if key.len() == BYTES {
            return Ok(Self(key));
        }
        Err(ours(anyhow::anyhow!(
            "it holds {} bytes instead of {BYTES}; restore it from a backup",
            key.len()
        )))
    }

    /// The bytes that sign for `salt`.
    fn secret(&self, salt: &[u8]) -> Vec<u8> {
        hmac(&self.0, &[salt])
    }

    /// The same as people carry it.
    pub(super) fn shown(&self, salt: &[u8]) -> String {
        format!("{PREFIX}{}", BASE64.encode(&self.secret(salt)))
    }

    /// The header `webhook-signature` of a message to `endpoint`: of the current secret, and of the former while it lives.
    pub(super) fn signatures(&self, endpoint: &Endpoint, id: &str, now_ms: i64, body: &str) -> String {
        let former = endpoint.former_salt.as_ref();
        let former = former.filter(|_| endpoint.former_until_ms.is_some_and(|until_ms| now_ms < until_ms));
        let salts = [Some(&endpoint.salt), former];
        let signed = salts.into_iter().flatten().map(|salt| signature(&self.secret(salt), id, now_ms, body));
        signed.collect::<Vec<_>>().join(" ")
    }
}

/// A fresh salt.
pub(super) fn salt(app: &App) -> Vec<u8> {
    let mut bytes = vec![0; BYTES];
    app.random.fill(&mut bytes);
    bytes
}

/// When a message is sent, as the header `webhook-timestamp` says it: Unix seconds.
pub(super) fn timestamp(now_ms: i64) -> String {
    now_ms.div_euclid(1_000).to_string()
}

fn signature(secret: &[u8], id: &str, now_ms: i64, body: &str) -> String {
    let at = timestamp(now_ms);
    let parts = [id.as_bytes(), b".", at.as_bytes(), b".", body.as_bytes()];
    format!("v1,{}", BASE64.encode(&hmac(secret, &parts)))
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104, section 2)")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::signature;
    use data_encoding::BASE64;

    /// The example of the specification's reference libraries.
    #[test]
    fn a_signature_is_that_of_the_specification() {
        let secret = BASE64.decode(b"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = r#"{"test": 2432232314}"#;
        let signed = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330_000, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
