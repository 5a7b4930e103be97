//! For stories: a gateway that speaks with the real door over real TLS, one connection per request.

use crate::app::App;
use crate::domains::audit::By;
use crate::domains::enrolment::issue_code;
use rcgen::{CertificateParams, KeyPair};
use riversync_protocol::code::EnrolmentCode;
use riversync_protocol::codec::{decode, encode};
use riversync_protocol::v1::{Ack, Certificate, EnrolRequest, Message, Policy, Schema, Upload};
use riversync_protocol::{Envelope, paths, sign};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::DropGuard;

/// The door of a service, served until dropped.
pub(crate) struct OpenDoor {
    pub(crate) address: SocketAddr,
    _stop: DropGuard,
}

/// Serves the door of `app` on a free port.
pub(crate) async fn open(app: &App) -> OpenDoor {
    let mut config = (*app.config).clone();
    config.agent_listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let app = App { config: Arc::new(config), ..app.clone() };
    let door = crate::agent_api::open(app).await.unwrap();
    let address = door.address();
    let stop = tokio_util::sync::CancellationToken::new();
    tokio::spawn(door.serve(stop.clone()));
    OpenDoor { address, _stop: stop.drop_guard() }
}

/// A new code for `agent`.
pub(crate) async fn invite(app: &App, agent: &str) -> EnrolmentCode {
    let mut tx = app.db.write().await.unwrap();
    let code = issue_code(app, &mut tx, By::system("a story"), agent).await.unwrap();
    tx.commit().await.unwrap();
    code
}

/// Trusts the CA whose fingerprint a code carries, as gateways do.
#[derive(Debug)]
struct Pinned([u8; 32]);

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let pinned = chain.iter().any(|ca| <[u8; 32]>::from(Sha256::digest(ca)) == self.0);
        if pinned {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(rustls::Error::General("another CA".into()))
        }
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) message: Option<Message>,
}

impl Reply {
    /// The acknowledgement in it.
    pub(crate) fn ack(self) -> Ack {
        match self.message {
            Some(Message::Ack(ack)) => ack,
            other => panic!("{}: no acknowledgement but {other:?}", self.status),
        }
    }
}

/// A gateway: its key, and its certificate once it has one.
pub(crate) struct Gateway {
    pub(crate) address: SocketAddr,
    pub(crate) ca_sha256: [u8; 32],
    pub(crate) key: KeyPair,
    pub(crate) certificate: Option<Certificate>,
}

impl Gateway {
    /// One without a certificate.
    pub(crate) fn new(door: &OpenDoor, code: &EnrolmentCode) -> Self {
        let key = KeyPair::generate().unwrap();
        Self { address: door.address, ca_sha256: code.ca_sha256, key, certificate: None }
    }

    /// One that came in with a fresh code.
    pub(crate) async fn enrolled(app: &App, door: &OpenDoor, agent: &str) -> Self {
        let code = invite(app, agent).await;
        let mut gateway = Self::new(door, &code);
        let reply = gateway.enrol(&code).await;
        let Some(Message::Certificate(certificate)) = reply.message else { panic!("{agent}: {reply:?}") };
        assert_eq!(certificate.agent.as_str(), agent);
        gateway.certificate = Some(certificate);
        gateway
    }

    /// A request for a certificate that asks for more than it may get.
    pub(crate) fn csr_der(&self) -> Vec<u8> {
        let params = CertificateParams::new(vec!["cloud.example".to_owned()]).unwrap();
        params.serialize_request(&self.key).unwrap().der().to_vec()
    }

    pub(crate) async fn enrol(&self, code: &EnrolmentCode) -> Reply {
        let request =
            EnrolRequest { secret: code.secret, csr_der: self.csr_der(), version: "0.1.0".to_owned() };
        self.post(paths::ENROL, Message::EnrolRequest(request)).await
    }

    pub(crate) async fn schema(&self, schema: &Schema) -> Ack {
        self.post(paths::SCHEMAS, Message::Schema(schema.clone())).await.ack()
    }

    pub(crate) async fn upload(&self, upload: &Upload) -> Ack {
        self.post(paths::BATCHES, Message::Upload(upload.clone())).await.ack()
    }

    /// The policy, checked against the pinned key; `None` when nothing changed.
    pub(crate) async fn policy(&self, have: u64, wait_ms: u64) -> Option<Policy> {
        let path = format!("{}?have={have}&wait_ms={wait_ms}", paths::POLICY);
        let reply = self.send("GET", &path, &[]).await.unwrap();
        match reply.message {
            Some(Message::Policy(signed)) => {
                let key = self.certificate.as_ref().unwrap().policy_key;
                Some(sign::verify_policy(&signed, &key).unwrap())
            }
            None if reply.status == 204 => None,
            other => panic!("{}: {other:?}", reply.status),
        }
    }

    pub(crate) async fn post(&self, path: &str, message: Message) -> Reply {
        self.send("POST", path, &encode(&Envelope::V1(message)).unwrap()).await.unwrap()
    }

    /// Any bytes to any path; an error when the connection does not come about.
    pub(crate) async fn send(&self, method: &str, path: &str, body: &[u8]) -> std::io::Result<Reply> {
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Pinned(self.ca_sha256)));
        let config = match &self.certificate {
            None => config.with_no_client_auth(),
            Some(certificate) => {
                let chain =
                    certificate.chain_der.iter().map(|der| CertificateDer::from(der.clone())).collect();
                let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
                config.with_client_auth_cert(chain, key).unwrap()
            }
        };
        let tcp = TcpStream::connect(self.address).await?;
        let name = ServerName::try_from("localhost").unwrap();
        let mut tls = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, tcp).await?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        tls.write_all(head.as_bytes()).await?;
        tls.write_all(body).await?;
        tls.flush().await?;
        let mut answer = Vec::new();
        tls.read_to_end(&mut answer).await?;
        let end = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .ok_or(std::io::ErrorKind::UnexpectedEof)?;
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
        let message = decode(&answer[end + 4..]).ok().map(|Envelope::V1(message)| message);
        Ok(Reply { status, message })
    }
}
