//! A certificate authority of a site, for parts that speak TLS.

use anyhow::{Context as _, Result};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// An authority with its files in one folder.
pub struct Authority {
    folder: PathBuf,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    /// Makes one; its certificate is `ca.pem` in `folder`.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn new(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let mut ca = CertificateParams::new(Vec::new())?;
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        ca.distinguished_name.push(rcgen::DnType::CommonName, "Test site CA");
        let issuer = CertifiedIssuer::self_signed(ca, KeyPair::generate()?).context("no CA certificate")?;
        std::fs::write(folder.join("ca.pem"), issuer.pem())?;
        Ok(Self { folder: folder.to_owned(), issuer })
    }

    /// Its certificate.
    pub fn file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// Signs a certificate for these host names: the files of the certificate and of its key, called after `who`.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn sign(&self, who: &str, names: &[&str]) -> Result<(PathBuf, PathBuf)> {
        let key = KeyPair::generate()?;
        let mut params =
            CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())?;
        params.distinguished_name.push(rcgen::DnType::CommonName, who);
        let certificate = params.signed_by(&key, &self.issuer)?;
        let files = (self.folder.join(format!("{who}.pem")), self.folder.join(format!("{who}.key")));
        std::fs::write(&files.0, certificate.pem())?;
        let mut private = std::fs::OpenOptions::new();
        private.write(true).create(true).truncate(true).mode(0o600);
        std::io::Write::write_all(&mut private.open(&files.1)?, key.serialize_pem().as_bytes())?;
        Ok(files)
    }
}
