//! TLS towards brokers and devices: the authority of the configuration and no other, our own certificate where one is
//! given. Files are read anew at every connection, so that a renewed certificate needs no restart.

use crate::config::Tls;
use crate::files::{PrivateError, read_private};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::Arc;

/// The settings of a connection.
///
/// # Errors
/// A few fixed words when the files that the configuration names cannot be used.
pub(super) fn client(tls: &Tls) -> Result<Arc<rustls::ClientConfig>, &'static str> {
    let unusable = "the file of the peer's authority cannot be used";
    let mut roots = rustls::RootCertStore::empty();
    for certificate in certificates(&tls.ca_file).ok_or(unusable)? {
        roots.add(certificate).map_err(|_| unusable)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().map_err(|_| unusable)?;
    let builder = builder.with_root_certificates(roots);
    let Some(identity) = &tls.identity else { return Ok(Arc::new(builder.with_no_client_auth())) };
    let chain = certificates(&identity.cert_file).ok_or("our certificate's file cannot be used")?;
    let config = builder.with_client_auth_cert(chain, key(&identity.key_file)?);
    config.map(Arc::new).map_err(|_| "our certificate and our key do not belong together")
}

/// All certificates of a PEM file; `None` when it is not there, not PEM, or has none.
fn certificates(path: &Path) -> Option<Vec<CertificateDer<'static>>> {
    let all: Vec<_> = CertificateDer::pem_file_iter(path).ok()?.collect::<Result<_, _>>().ok()?;
    (!all.is_empty()).then_some(all)
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, &'static str> {
    let bytes = match read_private(path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err("our key's file is not there"),
        Err(PrivateError::Loose { .. }) => {
            return Err("our key's file may be read by others; run chmod 600 on it");
        }
        Err(PrivateError::Io { .. }) => return Err("our key's file cannot be read"),
    };
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|_| "our key's file is not a PEM private key")
}
