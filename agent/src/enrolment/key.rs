//! The key is made on the device and never leaves it; the cloud sees a request signed with it.

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ECDSA_P256_SHA256, PublicKeyData};

/// A fresh key with the request for its certificate.
pub(super) struct Fresh {
    /// PKCS#8, PEM. A secret.
    pub key_pem: String,
    /// PKCS#10, DER.
    pub csr_der: Vec<u8>,
    /// The public key as certificates carry it, DER.
    pub spki: Vec<u8>,
}

/// Makes one.
pub(super) fn fresh() -> Result<Fresh, rcgen::Error> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "riversync-agent");
    let request = params.serialize_request(&key)?;
    Ok(Fresh {
        key_pem: key.serialize_pem(),
        csr_der: request.der().to_vec(),
        spki: key.subject_public_key_info(),
    })
}
