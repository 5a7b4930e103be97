//! Who this gateway is: one private file, replaced whole. Losing half of it would lose all of it.

use crate::files::{self, PrivateError};
use data_encoding::BASE64;
use riversync_protocol::ids::AgentId;
use riversync_protocol::v1::Certificate;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

const FILE: &str = "identity.json";
const VERSION: u32 = 1;

/// Key, certificate and what they are for. Its `Debug` shows no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    agent: AgentId,
    address: String,
    key_pem: String,
    chain_der: Vec<Vec<u8>>,
    policy_key: [u8; 32],
    obtained_ms: i64,
    not_after_ms: i64,
}

/// Why there is no identity to be had from the disk.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// It cannot be read, or others can read it too.
    #[error("{0}")]
    Private(String),
    /// It is damaged.
    #[error("{} is not an identity of this agent ({why}); enrol again with a new code", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The cloud's answer does not make an identity.
    #[error("the cloud's certificate cannot be used: {0}")]
    Certificate(&'static str),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OnDisk {
    version: u32,
    agent: AgentId,
    address: String,
    policy_key: String,
    obtained_ms: i64,
    not_after_ms: i64,
    chain: Vec<String>,
    key_pem: String,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("agent", &self.agent).finish_non_exhaustive()
    }
}

impl Identity {
    /// What the cloud's `certificate` for the key in `key_pem` makes of this gateway.
    ///
    /// # Errors
    /// [`IdentityError::Certificate`] when the certificate is not for this key or comes without its CA.
    pub fn new(
        certificate: Certificate,
        key_pem: String,
        key_spki: &[u8],
        address: String,
        now_ms: i64,
    ) -> Result<Self, IdentityError> {
        let (Some(leaf), Some(_ca)) = (certificate.chain_der.first(), certificate.chain_der.get(1)) else {
            return Err(IdentityError::Certificate("it comes without the authority that signed it"));
        };
        let (_, leaf) = x509_parser::parse_x509_certificate(leaf)
            .map_err(|_| IdentityError::Certificate("it is not an X.509 certificate"))?;
        if leaf.public_key().raw != key_spki {
            return Err(IdentityError::Certificate("it is for another key"));
        }
        Ok(Self {
            agent: certificate.agent,
            address,
            key_pem,
            chain_der: certificate.chain_der,
            policy_key: certificate.policy_key,
            obtained_ms: now_ms,
            not_after_ms: certificate.not_after_ms,
        })
    }

    /// The identity in `state_dir`, or nothing before enrolment.
    ///
    /// # Errors
    /// [`IdentityError`], also when others may read the file.
    pub fn load(state_dir: &Path) -> Result<Option<Self>, IdentityError> {
        let path = state_dir.join(FILE);
        let bytes = files::read_private(&path)
            .map_err(|error: PrivateError| IdentityError::Private(error.to_string()))?;
        let Some(bytes) = bytes else { return Ok(None) };
        let damaged = |why: String| IdentityError::Damaged { path: path.clone(), why };
        // The parser's own sentence could quote the file, so only the place is told.
        let disk: OnDisk = serde_json::from_slice(&bytes)
            .map_err(|error| damaged(format!("line {}, column {}", error.line(), error.column())))?;
        if disk.version != VERSION {
            return Err(damaged(format!("version {}", disk.version)));
        }
        let der = |text: &String| BASE64.decode(text.as_bytes());
        let chain_der: Vec<Vec<u8>> =
            disk.chain.iter().map(der).collect::<Result<_, _>>().map_err(|e| damaged(e.to_string()))?;
        let policy_key = BASE64.decode(disk.policy_key.as_bytes()).map_err(|e| damaged(e.to_string()))?;
        let policy_key = policy_key.try_into().map_err(|_| damaged("the policy key's length".into()))?;
        if chain_der.len() < 2 {
            return Err(damaged("the certificate chain is too short".into()));
        }
        Ok(Some(Self {
            agent: disk.agent,
            address: disk.address,
            key_pem: disk.key_pem,
            chain_der,
            policy_key,
            obtained_ms: disk.obtained_ms,
            not_after_ms: disk.not_after_ms,
        }))
    }

    /// Keeps it in `state_dir`, durably and for the owner alone.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn store(&self, state_dir: &Path) -> io::Result<()> {
        let disk = OnDisk {
            version: VERSION,
            agent: self.agent.clone(),
            address: self.address.clone(),
            policy_key: BASE64.encode(&self.policy_key),
            obtained_ms: self.obtained_ms,
            not_after_ms: self.not_after_ms,
            chain: self.chain_der.iter().map(|der| BASE64.encode(der)).collect(),
            key_pem: self.key_pem.clone(),
        };
        files::private_dir(state_dir)?;
        let mut bytes = serde_json::to_vec_pretty(&disk).map_err(io::Error::other)?;
        bytes.push(b'\n');
        files::replace(&state_dir.join(FILE), &bytes)
    }

    /// The agent's name.
    pub fn agent(&self) -> &AgentId {
        &self.agent
    }

    /// `host:port` of the cloud.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The key that signs this agent's policies.
    pub fn policy_key(&self) -> [u8; 32] {
        self.policy_key
    }

    /// End of validity, Unix milliseconds.
    pub fn not_after_ms(&self) -> i64 {
        self.not_after_ms
    }

    /// When to renew: after two thirds of its life, Unix milliseconds.
    pub fn renew_ms(&self) -> i64 {
        self.obtained_ms + self.not_after_ms.saturating_sub(self.obtained_ms).max(0) / 3 * 2
    }

    /// The authority that signed it and the cloud, DER.
    pub(crate) fn ca_der(&self) -> &[u8] {
        self.chain_der.get(1).map_or(&[], Vec::as_slice)
    }

    /// Key and certificates, PEM. A secret.
    pub(crate) fn pem(&self) -> String {
        let mut pem = self.key_pem.clone();
        for der in &self.chain_der {
            pem.push_str("\n-----BEGIN CERTIFICATE-----\n");
            for line in BASE64.encode(der).as_bytes().chunks(64) {
                pem.push_str(&String::from_utf8_lossy(line));
                pem.push('\n');
            }
            pem.push_str("-----END CERTIFICATE-----\n");
        }
        pem
    }
}
