//! The portal's certificate is followed: a new one is taken up, a broken one is not.

use super::{follow, server_config};
use crate::config::TlsFiles;
use crate::platform::serve::serve;
use axum::Router;
use axum::http::Version;
use axum::routing::get;
use rustls_pki_types::CertificateDer;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

fn write(dir: &Path) -> (TlsFiles, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let files = TlsFiles { certificate: dir.join("chain.pem"), key: dir.join("key.pem") };
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    std::fs::write(&files.certificate, made.cert.pem()).unwrap();
    (files, made.cert.der().clone())
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_up_and_a_broken_one_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let (files, first) = write(dir.path());
    let stop = CancellationToken::new();
    let config = follow(files.clone(), stop.clone()).unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut listener = super::TlsListener::new(tcp, config, stop.clone()).unwrap();
    let address = listener.address();
    tokio::spawn(async move {
        loop {
            drop(axum::serve::Listener::accept(&mut listener).await);
        }
    });
    assert!(shakes(address, &first).await);
    std::fs::write(&files.certificate, "no certificate").unwrap();
    assert!(server_config(&files).unwrap_err().to_string().contains("chain.pem"));
    // Long enough to have been looked at: the test's clock stands still otherwise.
    let renewed = async {
        let mut clock = tokio::time::interval(Duration::from_millis(50));
        for _ in 0..50 {
            clock.tick().await;
            assert!(shakes(address, &first).await, "the broken file took the old one away");
        }
        let (_, second) = write(dir.path());
        while !shakes(address, &second).await {
            clock.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), renewed).await.expect("it was never taken up");
    stop.cancel();
}

/// The version of HTTP in which a client that may speak `wishes` is answered.
async fn spoken(wishes: &[&[u8]], address: SocketAddr, expected: &CertificateDer<'static>) -> String {
    let mut tls = trusting(expected);
    tls.alpn_protocols = wishes.iter().map(|wish| wish.to_vec()).collect();
    let client = reqwest::Client::builder().tls_backend_preconfigured(tls).build().unwrap();
    let answer = client.get(format!("https://localhost:{}/", address.port())).send().await.unwrap();
    let version = format!("{:?}", answer.version());
    assert_eq!(version, answer.text().await.unwrap(), "both sides say the same");
    version
}

#[tokio::test]
async fn what_is_spoken_under_tls_is_what_the_handshake_agreed_on() {
    let dir = tempfile::tempdir().unwrap();
    let (files, certificate) = write(dir.path());
    let stop = CancellationToken::new();
    let config = follow(files, stop.clone()).unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let listener = super::TlsListener::new(tcp, config, stop.clone()).unwrap();
    let address = listener.address();
    let router = Router::new().route("/", get(async |version: Version| format!("{version:?}")));
    let serving = tokio::spawn(serve(listener, router, stop.clone()));
    assert_eq!(spoken(&[b"h2", b"http/1.1"], address, &certificate).await, "HTTP/2.0");
    assert_eq!(spoken(&[b"http/1.1"], address, &certificate).await, "HTTP/1.1");
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(60), serving).await.expect("it did not stop").unwrap();
}

/// Whether the listener shows `expected`.
async fn shakes(address: SocketAddr, expected: &CertificateDer<'static>) -> bool {
    let stream = TcpStream::connect(address).await.unwrap();
    let name = "localhost".try_into().unwrap();
    let client = Arc::new(trusting(expected));
    tokio_rustls::TlsConnector::from(client).connect(name, stream).await.is_ok()
}

fn trusting(expected: &CertificateDer<'static>) -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(expected.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}
