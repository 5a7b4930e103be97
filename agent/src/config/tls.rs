//! Reads a `[….tls]` table: whom to trust, and as whom to be known.

use super::section::Section;
use super::{ClientIdentity, Tls};
use std::path::Path;

/// Reads one table; `peer` is whose certificate is meant, for the hint.
pub(super) fn read(mut section: Section<'_>, base: &Path, peer: &str) -> Option<Tls> {
    let ca_file = section.text("ca_file").map(|found| base.join(found.value));
    if ca_file.is_none() {
        let hint = format!("name the PEM file of the authority that signed {peer}'s certificate");
        section.missing_unless_faulty("ca_file", &hint);
    }
    let certificate = section.text("cert_file");
    let key = section.text("key_file");
    let identity = match (certificate, key) {
        (None, None) => None,
        (Some(certificate), Some(key)) => {
            Some(ClientIdentity { cert_file: base.join(certificate.value), key_file: base.join(key.value) })
        }
        (Some(alone), None) => {
            section.fault(&alone.span, "cert_file", "needs a key_file beside it");
            None
        }
        (None, Some(alone)) => {
            section.fault(&alone.span, "key_file", "needs a cert_file beside it");
            None
        }
    };
    section.finish();
    Some(Tls { ca_file: ca_file?, identity })
}
