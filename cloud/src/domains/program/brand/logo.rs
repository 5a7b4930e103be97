//! What may be a logo: a small PNG or JPEG, by its content.
//!
//! An SVG is a document that can hold scripts and addresses, and is not taken.

use super::{jpeg, png};
use crate::platform::files::{Kind, Upload};
use crate::platform::words::{Sentence, said};

/// The largest file.
pub(super) const MOST_BYTES: usize = 256 * 1024;
/// The widest and the highest picture.
pub(super) const MOST_PIXELS: u32 = 1024;

/// A picture without what does not draw it: remarks, places, anything behind its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) bytes: Vec<u8>,
}

/// Takes a logo as it was sent.
///
/// # Errors
/// A sentence that says why it is refused and what would be taken.
pub(super) fn accept(name: &str, bytes: Vec<u8>) -> Result<Upload, Sentence> {
    let size = bytes.len().div_ceil(1024);
    let too_large = bytes.len() > MOST_BYTES;
    // A name is shown as files are called, whatever was sent as one.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
    if too_large {
        return Err(said! {
            en: "Logo: \"{name}\" has {size} kB; 256 kB are the most. Send a smaller one.",
            th: "โลโก้: \"{name}\" มีขนาด {size} kB ใหญ่กว่า 256 kB ส่งไฟล์ที่เล็กลง",
        });
    }
    let picture = match Kind::of(&bytes) {
        Some(Kind::Png) => png::read(&bytes),
        Some(Kind::Jpeg) => jpeg::read(&bytes),
        Some(Kind::Pdf) | None => {
            return Err(said! {
                en: "Logo: \"{name}\" is no PNG or JPEG by its content. SVG is not taken, because it can hold scripts.",
                th: "โลโก้: เนื้อหาของ \"{name}\" ไม่ใช่ PNG หรือ JPEG และไม่รับ SVG เพราะฝังสคริปต์ได้",
            });
        }
    };
    let Some(Picture { width, height, bytes }) = picture else {
        return Err(said! {
            en: "Logo: \"{name}\" is damaged: it does not hold what it says at its beginning. Export it once more.",
            th: "โลโก้: \"{name}\" เสียหาย เนื้อหาไม่ตรงกับส่วนหัวของไฟล์ ส่งออกไฟล์ใหม่อีกครั้ง",
        });
    };
    if width.max(height) > MOST_PIXELS {
        return Err(said! {
            en: "Logo: \"{name}\" has {width} × {height} pixels; 1024 × 1024 are the most. Send a smaller one.",
            th: "โลโก้: \"{name}\" มีขนาด {width} × {height} พิกเซล ใหญ่กว่า 1024 × 1024 ส่งภาพที่เล็กลง",
        });
    }
    Upload::accept(&name, bytes)
}
