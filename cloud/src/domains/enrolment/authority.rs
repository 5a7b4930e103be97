//! The keys of the cloud towards its gateways: a CA, the listener's certificate, the signer of policies.
//!
//! Certificates are dated by the machine's clock, not by the service's: TLS stacks on both ends compare them with
//! theirs, and a demo that plays another day must still be trusted today. Validity is always written out, because
//! rcgen would otherwise issue from 1975 to 4096; nothing that a request asks for enters a certificate but its key.

use crate::platform::base::{Clock, DAY_MS, Random, SystemClock, private_directory, read_or_make};
use ed25519_dalek::SigningKey;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PublicKeyData, SerialNumber,
};
use riversync_protocol::sign::{Signed, sign_policy};
use riversync_protocol::v1::Policy;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, CertificateSigningRequestDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long a gateway's certificate is good for. It renews at two thirds.
pub(super) const AGENT_CERTIFICATE_MS: i64 = 30 * DAY_MS;
/// The listener's certificate is made afresh at each start.
const SERVER_CERTIFICATE_MS: i64 = 800 * DAY_MS;
const CA_CERTIFICATE_MS: i64 = 20 * 365 * DAY_MS;
/// Clocks at the edge run behind.
const BACKDATED_MS: i64 = DAY_MS;

/// Why the keys are not to be had.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// The state directory does not do.
    #[error(
        "the keys in {path} cannot be read or written: {source}; check that the directory exists and belongs to the service"
    )]
    File {
        /// Where.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A key file is not one.
    #[error(
        "{path} does not hold what it should: {what}; restore it from a backup, or every gateway must enrol again"
    )]
    Damaged {
        /// Where.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// A certificate could not be made.
    #[error("a certificate could not be made: {0}")]
    Make(#[from] rcgen::Error),
    /// The TLS library does not accept what we made.
    #[error("the listener's TLS could not be set up: {0}")]
    Tls(String),
}

/// A certificate that was issued.
pub(super) struct Issued {
    pub(super) chain_der: Vec<Vec<u8>>,
    pub(super) fingerprint: [u8; 32],
    pub(super) not_after_ms: i64,
}

/// A request for a certificate whose own signature holds.
pub(super) struct Request {
    key: rcgen::PublicKey,
}

impl Request {
    /// Reads a PKCS#10 request. Its subject and extensions are ignored.
    pub(super) fn parse(der: &[u8]) -> Result<Self, rcgen::Error> {
        let der = CertificateSigningRequestDer::from(der);
        Ok(Self { key: CertificateSigningRequestParams::from_der(&der)?.public_key })
    }

    pub(super) fn key_sha256(&self) -> [u8; 32] {
        Sha256::digest(self.key.der_bytes()).into()
    }
}

/// The keys.
pub struct Authority {
    ca_der: CertificateDer<'static>,
    ca: Issuer<'static, KeyPair>,
    policy: SigningKey,
}

impl Authority {
    /// Reads the keys in `dir`, or makes them there at the first start. Several processes may start at once: the
    /// first to finish wins and the others read its keys.
    ///
    /// # Errors
    /// [`AuthorityError`] when a file is unreadable, damaged or cannot be written.
    pub fn open(dir: &Path, random: &dyn Random) -> Result<Self, AuthorityError> {
        let file = |source| AuthorityError::File { path: dir.display().to_string(), source };
        private_directory(dir).map_err(file)?;
        let ca_path = dir.join("ca.pem");
        let ca_pem = key_file(&ca_path, new_ca)?;
        let damaged =
            |path: &Path, what: String| AuthorityError::Damaged { path: path.display().to_string(), what };
        let ca_der = CertificateDer::from_pem_slice(&ca_pem).map_err(|e| damaged(&ca_path, e.to_string()))?;
        let key = String::from_utf8_lossy(&ca_pem);
        let key = KeyPair::from_pem(&key).map_err(|e| damaged(&ca_path, e.to_string()))?;
        let ca = Issuer::from_ca_cert_der(&ca_der, key).map_err(|e| damaged(&ca_path, e.to_string()))?;
        let policy_path = dir.join("policy.key");
        let seed = key_file(&policy_path, || {
            let mut seed = [0; 32];
            random.fill(&mut seed);
            Ok(seed.to_vec())
        })?;
        let seed = <[u8; 32]>::try_from(seed.as_slice())
            .map_err(|_| damaged(&policy_path, format!("{} bytes instead of 32", seed.len())))?;
        Ok(Self { ca_der, ca, policy: SigningKey::from_bytes(&seed) })
    }

    /// SHA-256 of the CA certificate, as enrolment codes carry it.
    pub fn ca_sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.ca_der).into()
    }

    /// The public key that gateways pin.
    pub fn policy_key(&self) -> [u8; 32] {
        self.policy.verifying_key().to_bytes()
    }

    /// Signs a policy.
    ///
    /// # Errors
    /// When it does not encode.
    pub fn sign(&self, policy: &Policy) -> Result<Signed, riversync_protocol::sign::SignError> {
        sign_policy(policy, &self.policy)
    }

    /// A certificate for the key of `request` in the name of `agent_id`.
    pub(super) fn issue(
        &self,
        agent_id: &str,
        request: &Request,
        random: &dyn Random,
    ) -> Result<Issued, rcgen::Error> {
        let now_ms = SystemClock.now_ms();
        let mut params = params(agent_id, now_ms, AGENT_CERTIFICATE_MS);
        params.serial_number = Some(serial(random));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let leaf = params.signed_by(&request.key, &self.ca)?;
        Ok(Issued {
            fingerprint: fingerprint(leaf.der()),
            chain_der: vec![leaf.der().to_vec(), self.ca_der.to_vec()],
            not_after_ms: (now_ms + AGENT_CERTIFICATE_MS) / 1000 * 1000,
        })
    }

    /// TLS of the listener at `address` (`host:port`): a client certificate is asked for, ours only, and may be
    /// missing, because a gateway has none before it enrols.
    pub(super) fn server_config(
        &self,
        address: &str,
        random: &dyn Random,
    ) -> Result<rustls::ServerConfig, AuthorityError> {
        let host = address.rsplit_once(':').map_or(address, |(host, _)| host).trim_matches(['[', ']']);
        let mut names =
            vec![host.to_owned(), "localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        names.dedup();
        let key = KeyPair::generate()?;
        let mut server = params("RiverSync agent listener", SystemClock.now_ms(), SERVER_CERTIFICATE_MS);
        server.subject_alt_names = CertificateParams::new(names)?.subject_alt_names;
        server.serial_number = Some(serial(random));
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let leaf = server.signed_by(&key, &self.ca)?;
        let tls = |e: &dyn std::fmt::Display| AuthorityError::Tls(e.to_string());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = rustls::RootCertStore::empty();
        roots.add(self.ca_der.clone()).map_err(|e| tls(&e))?;
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
            .allow_unauthenticated()
            .build()
            .map_err(|e| tls(&e))?;
        let chain = vec![leaf.der().clone(), self.ca_der.clone()];
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| tls(&e))?
            .with_client_cert_verifier(verifier)
            .with_single_cert(chain, key)
            .map_err(|e| tls(&e))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// The name by which a certificate stands in our table.
pub(super) fn fingerprint(der: &[u8]) -> [u8; 32] {
    Sha256::digest(der).into()
}

fn params(name: &str, now_ms: i64, valid_ms: i64) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let at = |ms: i64| {
        rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(u64::try_from(ms / 1000).unwrap_or(0))
    };
    params.not_before = at(now_ms - BACKDATED_MS);
    params.not_after = at(now_ms + valid_ms);
    params.is_ca = IsCa::ExplicitNoCa;
    params.use_authority_key_identifier_extension = true;
    params
}

fn serial(random: &dyn Random) -> SerialNumber {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    bytes[0] &= 0x7f;
    SerialNumber::from_slice(&bytes)
}

fn new_ca() -> Result<Vec<u8>, AuthorityError> {
    let key = KeyPair::generate()?;
    let mut ca = params("RiverSync gateways CA", SystemClock.now_ms(), CA_CERTIFICATE_MS);
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    // The key comes first: it is what the key parser finds, the certificate parser skips it.
    Ok([key.serialize_pem(), ca.self_signed(&key)?.pem()].concat().into_bytes())
}

/// What a key file holds; made at the first start.
fn key_file(
    path: &Path,
    make: impl FnOnce() -> Result<Vec<u8>, AuthorityError>,
) -> Result<Vec<u8>, AuthorityError> {
    let mut failed = None;
    let held = read_or_make(path, || {
        make().map_err(|error| {
            failed = Some(error);
            std::io::Error::other("the key could not be made")
        })
    });
    held.map_err(|source| {
        failed.take().unwrap_or(AuthorityError::File { path: path.display().to_string(), source })
    })
}
