//! Documents that people send: small, of a few kinds, kept in the database once per content.
//!
//! Invariants (PORTAL 6.5): the kind is what the first bytes say, never what the name says; nothing is larger than
//! [`MOST_BYTES`]; a document is only ever handed out as an attachment, but for pictures that their room has looked into
//! ([`Kept::picture`]); its SHA-256 names it in logs.

mod kind;
mod store;

pub use kind::Kind;
pub use store::{keep, load};

use crate::platform::words::{Sentence, said};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// The largest document.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;
/// Characters of a name that are kept.
const MOST_NAME: usize = 100;

/// A document that was accepted and not yet kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// As its sender calls it, without any path.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Upload {
    /// Takes a document as it was sent.
    ///
    /// # Errors
    /// A sentence that says why it is refused and what would be taken.
    pub fn accept(name: &str, bytes: Vec<u8>) -> Result<Self, Sentence> {
        let name = clean(name);
        if bytes.len() > MOST_BYTES {
            let mega = MOST_BYTES / (1024 * 1024);
            return Err(said! {
                en: "\"{name}\" is larger than {mega} MB. Send a smaller scan of it.",
                th: "\"{name}\" ใหญ่กว่า {mega} MB ส่งไฟล์สแกนที่เล็กลง",
            });
        }
        let Some(kind) = Kind::of(&bytes) else {
            return Err(said! {
                en: "\"{name}\" is no PDF, PNG or JPEG by its content, whatever its name says.",
                th: "เนื้อหาของ \"{name}\" ไม่ใช่ PDF, PNG หรือ JPEG ไม่ว่าชื่อไฟล์จะเป็นอะไร",
            });
        };
        Ok(Self { name, kind, bytes })
    }

    /// What names it.
    pub fn sha256(&self) -> Vec<u8> {
        Sha256::digest(&self.bytes).to_vec()
    }
}

/// A document that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What it is.
    pub kind: Kind,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Kept {
    /// As an answer that a browser saves and never shows.
    pub fn attachment(self, name: &str) -> Response {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let safe: String = stem
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '-' })
            .collect();
        let line = format!("attachment; filename=\"{safe}.{}\"", self.kind.ending());
        let mut response = self.bytes.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind.media_type()));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(line) = HeaderValue::from_str(&line) {
            headers.insert(header::CONTENT_DISPOSITION, line);
        }
        response
    }

    /// As an answer that a page shows, under an address that names its content; `None` for what is no picture. Its reader's
    /// browser keeps it, and nobody in between.
    pub fn picture(self) -> Option<Response> {
        if self.kind == Kind::Pdf {
            return None;
        }
        let mut response = self.bytes.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind.media_type()));
        headers
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable"));
        Some(response)
    }
}

/// The last part of a path, without what no name has.
fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !c.is_control()).take(MOST_NAME).collect();
    match kept.trim().trim_matches('.') {
        "" => "document".to_owned(),
        kept => kept.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kept, Kind, MOST_BYTES, Upload, clean};
    use crate::platform::db::testing::each_engine;
    use axum::http::header;
    use proptest::prelude::{any, prop_assert, proptest};

    #[test]
    fn the_content_decides_and_the_name_does_not() {
        let pdf = Upload::accept("licence.exe", b"%PDF-1.7 x".to_vec()).unwrap();
        assert_eq!((pdf.kind, pdf.name.as_str()), (Kind::Pdf, "licence.exe"));
        let exe = Upload::accept("licence.pdf", b"MZ\x90\x00".to_vec()).unwrap_err().to_string();
        assert!(exe.contains("licence.pdf") && exe.contains("no PDF"), "{exe}");
        for not_taken in [&b"<svg xmlns"[..], b"<!doctype html>", b"", b"PK\x03\x04"] {
            assert!(Upload::accept("x.png", not_taken.to_vec()).is_err(), "{not_taken:?}");
        }
        let large = [b"%PDF-".to_vec(), vec![0; MOST_BYTES]].concat();
        assert!(Upload::accept("big.pdf", large).unwrap_err().to_string().contains("larger than 5 MB"));
    }

    #[test]
    fn a_name_brings_no_path_and_no_header() {
        assert_eq!(clean("../../etc/passwd"), "passwd");
        assert_eq!(clean("C:\\temp\\scan 1.pdf"), "scan 1.pdf");
        assert_eq!(clean(".."), "document");
        let kept = Kept { kind: Kind::Pdf, bytes: Vec::new() };
        let answer = kept.attachment("a\"\r\nX: y.pdf.exe");
        let line = answer.headers()[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert_eq!(line, "attachment; filename=\"a---X--y-pdf.pdf\"");
    }

    proptest! {
        #[test]
        fn no_name_and_no_content_break_it(name in any::<String>(), bytes in any::<Vec<u8>>()) {
            if let Ok(taken) = Upload::accept(&name, bytes) {
                prop_assert!(!taken.name.contains(['/', '\\', '\n']) && !taken.name.is_empty());
            }
        }
    }

    #[tokio::test]
    async fn the_same_content_is_kept_once_and_comes_back_whole() {
        let dir = tempfile::tempdir().unwrap();
        for (engine, db) in each_engine(dir.path(), "files").await.unwrap() {
            let upload = Upload::accept("a.png", b"\x89PNG\r\n\x1a\n123".to_vec()).unwrap();
            let mut tx = db.write().await.unwrap();
            let first = super::keep(&mut tx, &upload, 1).await.unwrap();
            let second = super::keep(&mut tx, &upload, 2).await.unwrap();
            assert_eq!(first, second, "{engine}");
            let back = super::load(&mut tx, &first).await.unwrap().unwrap();
            assert_eq!((back.kind, back.bytes), (Kind::Png, upload.bytes), "{engine}");
            assert!(super::load(&mut tx, &[0; 32]).await.unwrap().is_none());
            tx.rollback().await;
            db.close().await;
        }
    }
}
