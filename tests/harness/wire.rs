//! The agent's protocol spoken by hand: what a gateway could send that is not ours, or not honest.

use anyhow::{Context as _, Result, bail};
use reqwest::StatusCode;
use riversync_protocol::code::EnrolmentCode;
use riversync_protocol::ids::AgentId;
use riversync_protocol::v1::{Ack, Certificate, EnrolRequest, Message, Policy, Schema, Upload};
use riversync_protocol::{Envelope, decode, encode, paths, sign};
use rustls::ClientConfig;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use std::sync::Arc;
use std::time::Duration;

/// A gateway's identity and its connection, in our hands.
pub struct Wire {
    client: reqwest::Client,
    base: String,
    certificate: Certificate,
}

impl Wire {
    /// Enrols with `code` as a gateway would; `via` replaces the address of the code.
    ///
    /// # Errors
    /// When the cloud refuses the code.
    pub async fn enrol(code: &str, via: Option<std::net::SocketAddr>) -> Result<Self> {
        let code: EnrolmentCode = code.parse()?;
        let base = format!("https://{}", via.map_or(code.address, |address| address.to_string()));
        let key = rcgen::KeyPair::generate()?;
        let csr = rcgen::CertificateParams::default().serialize_request(&key)?;
        let request = EnrolRequest {
            secret: code.secret,
            csr_der: csr.der().to_vec(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let anonymous = client(tls(None)?)?;
        let body = encode(&Envelope::V1(Message::EnrolRequest(request)))?;
        let (status, answer) = post(&anonymous, &base, paths::ENROL, body).await?;
        let Ok(Envelope::V1(Message::Certificate(certificate))) = decode(&answer) else {
            bail!("enrolment was answered {status}: {}", String::from_utf8_lossy(&answer));
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let chain = certificate.chain_der.iter().map(|der| CertificateDer::from(der.clone())).collect();
        Ok(Self { client: client(tls(Some((chain, key)))?)?, base, certificate })
    }

    /// Whom the cloud takes us for.
    pub fn agent(&self) -> &AgentId {
        &self.certificate.agent
    }

    /// The newest policy, verified.
    ///
    /// # Errors
    /// When there is none or its signature does not hold.
    pub async fn policy(&self) -> Result<Policy> {
        let url = format!("{}{}?have=0&wait_ms=0", self.base, paths::POLICY);
        let answer = self.client.get(url).send().await?;
        let status = answer.status();
        let body = answer.bytes().await?;
        let Ok(Envelope::V1(Message::Policy(signed))) = decode(&body) else {
            bail!("the policy was answered {status}");
        };
        Ok(sign::verify_policy(&signed, &self.certificate.policy_key)?)
    }

    /// Sends a schema.
    ///
    /// # Errors
    /// When the answer is no ack.
    pub async fn schema(&self, schema: &Schema) -> Result<Ack> {
        let body = encode(&Envelope::V1(Message::Schema(schema.clone())))?;
        ack(post(&self.client, &self.base, paths::SCHEMAS, body).await?)
    }

    /// Sends an upload.
    ///
    /// # Errors
    /// When the answer is no ack.
    pub async fn upload(&self, upload: Upload) -> Result<Ack> {
        let body = encode(&Envelope::V1(Message::Upload(upload)))?;
        ack(post(&self.client, &self.base, paths::BATCHES, body).await?)
    }

    /// Sends any bytes to any path.
    ///
    /// # Errors
    /// When no answer comes at all.
    pub async fn raw(&self, path: &str, body: Vec<u8>) -> Result<(StatusCode, Vec<u8>)> {
        post(&self.client, &self.base, path, body).await
    }
}

fn ack((status, body): (StatusCode, Vec<u8>)) -> Result<Ack> {
    match decode(&body) {
        Ok(Envelope::V1(Message::Ack(ack))) => Ok(ack),
        _ => bail!("answered {status}: {}", String::from_utf8_lossy(&body)),
    }
}

async fn post(
    client: &reqwest::Client,
    base: &str,
    path: &str,
    body: Vec<u8>,
) -> Result<(StatusCode, Vec<u8>)> {
    let request = client.post(format!("{base}{path}")).header("content-type", paths::MEDIA_TYPE).body(body);
    let answer = request.send().await.context("the agent listener did not answer")?;
    Ok((answer.status(), answer.bytes().await?.to_vec()))
}

/// A client for plain HTTP that follows no redirect; no provider of TLS needs to be installed for it.
///
/// # Errors
/// When it cannot be built.
pub fn plain() -> Result<reqwest::Client> {
    let builder = reqwest::Client::builder().tls_backend_preconfigured(tls(None)?);
    Ok(builder.redirect(reqwest::redirect::Policy::none()).timeout(Duration::from_secs(30)).build()?)
}

fn client(tls: ClientConfig) -> Result<reqwest::Client> {
    Ok(reqwest::Client::builder().tls_backend_preconfigured(tls).timeout(Duration::from_secs(30)).build()?)
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn tls(identity: Option<Identity>) -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let trusting = Arc::new(AnyServer(Arc::clone(&provider)));
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(trusting);
    Ok(match identity {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key)?,
        None => builder.with_no_client_auth(),
    })
}

/// Whoever answers is the server: it is the one under test, on this machine. The agent's own check of the server
/// is tried in the agent.
#[derive(Debug)]
struct AnyServer(Arc<rustls::crypto::CryptoProvider>);

impl ServerCertVerifier for AnyServer {
    fn verify_server_cert(
        &self,
        _leaf: &CertificateDer<'_>,
        _rest: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, signature, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, signature, known)
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
