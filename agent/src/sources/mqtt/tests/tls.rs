//! Whom the listener trusts, and when it says the password: never before it knows to whom.

use super::broker::{Broker, Sent};
use super::{Site, WHILE};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// Writes a new authority to `file` and makes a broker's certificate that it signed.
fn authority(dir: &TempDir, file: &str) -> rustls::ServerConfig {
    let ca_key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    std::fs::write(dir.path().join(file), ca.self_signed(&ca_key).unwrap().pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
    let chain = vec![CertificateDer::from(certificate.der().to_vec())];
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    builder.unwrap().with_no_client_auth().with_single_cert(chain, key).unwrap()
}

const SETTINGS: &str =
    "username = \"gateway\"\npassword_file = \"password\"\n[broker.tls]\nca_file = \"ca.pem\"\n";

fn password(dir: &TempDir, mode: u32) {
    let path = dir.path().join("password");
    std::fs::write(&path, "open sesame\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
}

async fn until_reason(site: &Site, reason: &str) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while site.status.snapshot()[0].reason != reason {
        let said = site.status.snapshot()[0].reason;
        assert!(tokio::time::Instant::now() < deadline, "it says \"{said}\"");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_named_authority_is_trusted_and_the_password_is_said() {
    let dir = tempfile::tempdir().unwrap();
    password(&dir, 0o600);
    let broker = Broker::start_tls(authority(&dir, "ca.pem")).await;
    let _site = Site::start_with(&dir, broker.port(), SETTINGS);
    let (_client, connect, _) = broker.subscribed(false).await;
    let login = Some(("gateway".to_owned(), "open sesame".to_owned()));
    assert_eq!(connect, Sent::Connect { clean: false, client_id: "gw-1".into(), login });
}

#[tokio::test]
async fn another_authority_is_not_trusted_until_the_file_names_it() {
    let dir = tempfile::tempdir().unwrap();
    password(&dir, 0o600);
    let broker = Broker::start_tls(authority(&dir, "other.pem")).await;
    authority(&dir, "ca.pem");
    let site = Site::start_with(&dir, broker.port(), SETTINGS);
    assert!(tokio::time::timeout(WHILE, broker.accepted()).await.is_err(), "spoke to a stranger");
    until_reason(
        &site,
        "the broker's certificate is not trusted, or it does not take ours, or it speaks no TLS",
    )
    .await;
    std::fs::copy(dir.path().join("other.pem"), dir.path().join("ca.pem")).unwrap();
    broker.subscribed(false).await;
}

#[tokio::test]
async fn files_that_cannot_be_used_are_told_and_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let broker = Broker::start_tls(authority(&dir, "ca.pem")).await;
    let site = Site::start_with(&dir, broker.port(), SETTINGS);
    until_reason(&site, "the password file is not there").await;
    password(&dir, 0o644);
    until_reason(&site, "the password file may be read by others; run chmod 600 on it").await;
    password(&dir, 0o600);
    broker.subscribed(false).await;
}
