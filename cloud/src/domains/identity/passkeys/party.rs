//! Who we are to a browser's passkey dialogue.

use crate::app::App;
use crate::platform::error::Error;
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use webauthn_rs::prelude::{Url, Uuid, Webauthn, WebauthnBuilder};

/// The service as a relying party; none where it is reached by a number instead of a name, or without TLS from another
/// machine: browsers then have no passkeys.
pub(super) fn party(app: &App) -> Option<Webauthn> {
    let origin = Url::parse(&app.config.public_url).ok()?;
    let host = origin.host_str()?;
    let is_number = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let is_secure = origin.scheme() == "https" || host == "localhost";
    if is_number || !is_secure {
        return None;
    }
    WebauthnBuilder::new(host, &origin).and_then(|builder| builder.rp_name("RiverSync").build()).ok()
}

/// The handle under which a device keeps a person's passkeys: always the same, and no name (RFC 9562, version 8).
pub(super) fn handle(person_id: &str) -> Uuid {
    let hash = Sha256::digest(format!("riversync person {person_id}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// What a browser could not be understood as saying is no fault of ours.
pub(super) fn ours(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Internal(anyhow::anyhow!(error).context("a passkey ceremony"))
}
