//! A one-time code for an identity.

use super::identity::{Identity, IdentityError};
use super::{key, pinned};
use crate::uplink::http::{self, HttpError};
use riversync_protocol::code::EnrolmentCode;
use riversync_protocol::v1::{EnrolRequest, Message};
use riversync_protocol::{CodecError, Envelope, encode, paths};
use std::path::Path;
use std::time::Duration;

/// Longest time enrolment may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Why the gateway has no identity.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The key could not be made.
    #[error("a key could not be made on this gateway: {0}")]
    Key(#[from] rcgen::Error),
    /// The TLS client could not be made.
    #[error("the connection to the cloud could not be prepared: {0}")]
    Tls(String),
    /// The cloud refused the code.
    #[error("the cloud refused the code: it is used, expired or withdrawn; get a new one from the portal")]
    Code,
    /// No answer of the cloud.
    #[error("{0}; the code is not used up, so try again")]
    Http(HttpError),
    /// An answer that makes no identity.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The identity could not be written.
    #[error("the identity cannot be written to {path}: {error}; the code is used up, so get a new one")]
    Io {
        /// The state directory.
        path: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// The request does not encode.
    #[error(transparent)]
    Codec(#[from] CodecError),
}

/// Exchanges `code` for an identity and keeps it in `state_dir`.
///
/// # Errors
/// [`EnrolError`]; nothing on disk has changed then.
pub async fn enrol(code: &EnrolmentCode, state_dir: &Path, now_ms: i64) -> Result<Identity, EnrolError> {
    // Found out before the code is spent.
    let unwritable = |error| EnrolError::Io { path: state_dir.display().to_string(), error };
    crate::files::private_dir(state_dir).map_err(unwritable)?;
    let fresh = key::fresh()?;
    let tls = pinned::client(code).map_err(|error| EnrolError::Tls(error.to_string()))?;
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .http1_only()
        .https_only(true)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(TIMEOUT)
        .build()
        .map_err(|error| EnrolError::Tls(error.to_string()))?;
    let request = EnrolRequest {
        secret: code.secret,
        csr_der: fresh.csr_der,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let body = encode(&Envelope::V1(Message::EnrolRequest(request)))?;
    let base = format!("https://{}", code.address);
    let answer = http::post(&client, &base, paths::ENROL, body).await.map_err(|error| match error {
        HttpError::Status { status: 401 | 403 | 404 | 409 | 410 | 422, .. } => EnrolError::Code,
        other => EnrolError::Http(other),
    })?;
    let certificate = match answer.message {
        Message::Certificate(certificate) => certificate,
        Message::Ack(_) => return Err(EnrolError::Code),
        _ => return Err(EnrolError::Http(HttpError::NotOurs("the answer is no certificate"))),
    };
    let identity = Identity::new(certificate, fresh.key_pem, &fresh.spki, code.address.clone(), now_ms)?;
    identity.store(state_dir).map_err(unwritable)?;
    Ok(identity)
}
