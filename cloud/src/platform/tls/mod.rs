//! TLS: the listener under axum, for gateways and for people, and the portal's own certificate, which is read again when
//! its files change. A renewed file that cannot be used is said once and the old one goes on.

mod listener;
#[cfg(test)]
mod tests;

use crate::config::TlsFiles;
use anyhow::Context;
pub use listener::{Http, Peer, TlsListener};
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);

/// The portal's settings from its files.
///
/// # Errors
/// When a file cannot be read, is not PEM, or the key is not the certificate's.
pub fn server_config(files: &TlsFiles) -> anyhow::Result<ServerConfig> {
    let (certificate, key) = (files.certificate.display(), files.key.display());
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| anyhow::anyhow!("tls_certificate_file {certificate} cannot be used: {error}"))?;
    anyhow::ensure!(!chain.is_empty(), "tls_certificate_file {certificate} holds no certificate in PEM form");
    let key_der = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| anyhow::anyhow!("tls_key_file {key} cannot be used: {error}"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("this build speaks no TLS version")?
        .with_no_client_auth()
        .with_single_cert(chain, key_der)
        .with_context(|| {
            format!("tls_key_file {key} is not the key of tls_certificate_file {certificate}")
        })?;
    config.alpn_protocols = vec![listener::HTTP_2.to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The settings, kept up with the files until `stop`.
///
/// # Errors
/// When the files cannot be used now.
pub fn follow(
    files: TlsFiles,
    stop: CancellationToken,
) -> anyhow::Result<watch::Receiver<Arc<ServerConfig>>> {
    let mut seen = changed(&files);
    let (sender, receiver) = watch::channel(Arc::new(server_config(&files)?));
    tokio::spawn(async move {
        let mut clock = tokio::time::interval(LOOK);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = clock.tick() => {}
            }
            let now = changed(&files);
            if now == seen {
                continue;
            }
            seen = now;
            match server_config(&files) {
                Ok(config) => {
                    sender.send_replace(Arc::new(config));
                    tracing::info!("the portal's certificate was renewed");
                }
                Err(error) => {
                    tracing::warn!(
                        error = format!("{error:#}"),
                        "the renewed certificate cannot be used; the old one goes on"
                    );
                }
            }
        }
    });
    Ok(receiver)
}

/// When the files were last written; `None` for one that is not there.
fn changed(files: &TlsFiles) -> [Option<SystemTime>; 2] {
    [&files.certificate, &files.key]
        .map(|path| std::fs::metadata(path).and_then(|about| about.modified()).ok())
}
