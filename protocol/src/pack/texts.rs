//! Texts: each run of equal ones as its length and the text.

use super::MAX_TEXT_BYTES;
use super::section::{SectionError, put_varint, take_varint};

pub(super) fn write(values: &[String], held: &mut usize) -> Result<Vec<u8>, SectionError> {
    let mut bytes = Vec::new();
    for run in values.chunk_by(|a, b| a == b) {
        let text = run.first().map_or("", String::as_str);
        *held = held.saturating_add(run.len().saturating_mul(text.len()));
        if text.len() > MAX_TEXT_BYTES || *held > super::MAX_TEXTS_BYTES {
            return Err(SectionError::Text);
        }
        put_varint(&mut bytes, run.len() as u64);
        put_varint(&mut bytes, text.len() as u64);
        bytes.extend_from_slice(text.as_bytes());
    }
    Ok(bytes)
}

/// The `total` texts in `body`. A short body can name many long texts, so their bytes are bounded as well, over the whole
/// batch: `held` counts them.
pub(super) fn read(mut body: &[u8], total: usize, held: &mut usize) -> Result<Vec<String>, SectionError> {
    let mut values: Vec<String> = Vec::new();
    while !body.is_empty() {
        let times = usize::try_from(take_varint(&mut body)?).map_err(|_| SectionError::Count)?;
        let len = usize::try_from(take_varint(&mut body)?).map_err(|_| SectionError::Text)?;
        if times == 0 || times > total - values.len() {
            return Err(SectionError::Count);
        }
        *held = held.saturating_add(times.saturating_mul(len));
        if len > MAX_TEXT_BYTES || *held > super::MAX_TEXTS_BYTES {
            return Err(SectionError::Text);
        }
        let (text, rest) = body.split_at_checked(len).ok_or(SectionError::Short)?;
        body = rest;
        let text = std::str::from_utf8(text).map_err(|_| SectionError::Text)?;
        values.extend(std::iter::repeat_n(text.to_owned(), times));
    }
    if values.len() == total { Ok(values) } else { Err(SectionError::Count) }
}
