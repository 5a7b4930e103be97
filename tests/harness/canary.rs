//! Values that nobody granted, planted where an ungranted value would be, and the search for them afterwards.
//!
//! **What is planted.** Every register that no granted metric covers holds [`word`] of its address, and every
//! ungranted MQTT field holds [`NUMBER`] or [`TEXT`]. The word depends on whether its address is even, so that two
//! neighbours always form one of two 32-bit numbers and four neighbours one of two 64-bit ones.
//!
//! **What is looked for.** A value may be rendered as text (decimal, signed or not, scaled by ten or a hundred), lie
//! as bytes in either order, or be a postcard varint, zigzag or not. Every rendering of at least five bytes is
//! looked for in every byte of every file. Renderings of fewer bytes are not looked for as bytes, because noise
//! alone would contain them: a lone word is looked for as text between non-digits, and packed columns are decoded
//! and compared as numbers (`crate::proof`). All words lie above 60999, the last port that is handed out for
//! outgoing connections, so that a port number in a log is never one.

use std::path::{Path, PathBuf};

/// What ungranted MQTT numbers say.
pub const NUMBER: f64 = 987_612_345.25;
/// What ungranted MQTT texts say.
pub const TEXT: &str = "canary-Zq7vWx3k";
const EVEN: u16 = 0xf3c5;
const ODD: u16 = 0xfa69;

/// What an ungranted register at `address` holds.
pub fn word(address: u16) -> u16 {
    if address.is_multiple_of(2) { EVEN } else { ODD }
}

/// Whether a raw value that somebody decoded is a canary, or made of canaries.
pub fn is_raw(raw: f64) -> bool {
    raw == NUMBER || integers().contains(&raw) || floats().contains(&raw)
}

/// Every number that one, two or four neighbouring canary words make, signed and unsigned.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "readers of registers see them as such numbers"
)]
fn integers() -> Vec<f64> {
    let ones = [EVEN, ODD].iter().flat_map(|word| [f64::from(*word), f64::from(*word as i16)]);
    let twos = doubles().into_iter().flat_map(|word| [f64::from(word), f64::from(word as i32)]);
    let fours = quads().into_iter().flat_map(|word| [word as f64, (word as i64) as f64]);
    ones.chain(twos).chain(fours).collect()
}

fn floats() -> Vec<f64> {
    let twos = doubles().into_iter().map(|bits| f64::from(f32::from_bits(bits)));
    twos.chain(quads().into_iter().map(f64::from_bits)).collect()
}

fn doubles() -> Vec<u32> {
    let pair = |high: u16, low: u16| u32::from(high) << 16 | u32::from(low);
    let straight = [pair(EVEN, ODD), pair(ODD, EVEN)];
    let swapped = [pair(EVEN.swap_bytes(), ODD.swap_bytes()), pair(ODD.swap_bytes(), EVEN.swap_bytes())];
    straight.into_iter().chain(swapped).collect()
}

fn quads() -> Vec<u64> {
    doubles().into_iter().map(|two| u64::from(two) << 32 | u64::from(two)).collect()
}

/// One rendering of a canary.
struct Pattern {
    bytes: Vec<u8>,
    /// Text: counts only between bytes that are no digits.
    bounded: bool,
}

fn patterns() -> Vec<Pattern> {
    let mut patterns = vec![
        Pattern { bytes: TEXT.as_bytes().to_vec(), bounded: false },
        Pattern { bytes: NUMBER.to_string().into_bytes(), bounded: true },
        Pattern { bytes: NUMBER.to_be_bytes().to_vec(), bounded: false },
        Pattern { bytes: NUMBER.to_le_bytes().to_vec(), bounded: false },
    ];
    for canary in integers() {
        for divisor in [1.0, 10.0, 100.0] {
            patterns.push(Pattern { bytes: (canary / divisor).to_string().into_bytes(), bounded: true });
        }
        patterns.push(Pattern { bytes: canary.to_be_bytes().to_vec(), bounded: false });
        patterns.push(Pattern { bytes: canary.to_le_bytes().to_vec(), bounded: false });
    }
    // Registers as they come (three neighbours are six bytes), in memory order, and as varints.
    for (first, second) in [(EVEN, ODD), (ODD, EVEN)] {
        let run = [first, second, first];
        patterns.push(raw(run.iter().flat_map(|word| word.to_be_bytes())));
        patterns.push(raw(run.iter().flat_map(|word| word.to_le_bytes())));
    }
    for double in doubles() {
        #[expect(clippy::cast_possible_wrap, reason = "zigzag takes the signed view")]
        let zigzag = i64::from(double as i32);
        patterns.extend([varint(u64::from(double)), varint(u64::from(double) << 1), varint(fold(zigzag))]);
    }
    patterns.retain(|pattern| pattern.bytes.len() >= 5);
    patterns
}

fn raw(bytes: impl Iterator<Item = u8>) -> Pattern {
    Pattern { bytes: bytes.collect(), bounded: false }
}

#[expect(clippy::cast_sign_loss, reason = "zigzag is defined on the bits")]
fn fold(signed: i64) -> u64 {
    (signed << 1 ^ signed >> 63) as u64
}

#[expect(clippy::cast_possible_truncation, reason = "seven bits at a time")]
fn varint(mut value: u64) -> Pattern {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    Pattern { bytes, bounded: false }
}

/// One place where a canary was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which file or stream.
    pub place: String,
    /// Byte offset in it.
    pub offset: usize,
    /// The rendering that was found, as text where it is text, else as hexadecimal digits.
    pub rendering: String,
}

/// Every canary in `bytes`.
pub fn search(place: &str, bytes: &[u8]) -> Vec<Found> {
    let patterns = patterns();
    let mut by_first: Vec<Vec<&Pattern>> = (0..256).map(|_| Vec::new()).collect();
    for pattern in &patterns {
        if let Some(list) = pattern.bytes.first().and_then(|first| by_first.get_mut(usize::from(*first))) {
            list.push(pattern);
        }
    }
    let mut found = Vec::new();
    for (offset, first) in bytes.iter().enumerate() {
        for pattern in by_first.get(usize::from(*first)).into_iter().flatten() {
            let rest = bytes.get(offset..).unwrap_or_default();
            if rest.starts_with(&pattern.bytes) && (!pattern.bounded || stands_alone(bytes, offset, pattern))
            {
                found.push(Found { place: place.to_owned(), offset, rendering: shown(&pattern.bytes) });
            }
        }
    }
    found
}

fn stands_alone(bytes: &[u8], offset: usize, pattern: &Pattern) -> bool {
    let part_of_number = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'.');
    let before = offset.checked_sub(1).and_then(|at| bytes.get(at));
    let after = bytes.get(offset + pattern.bytes.len());
    let ends_sentence =
        after == Some(&b'.') && !bytes.get(offset + pattern.bytes.len() + 1).is_some_and(u8::is_ascii_digit);
    !part_of_number(before) && (!part_of_number(after) || ends_sentence)
}

fn shown(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.bytes().all(|b| b.is_ascii_graphic()) => text.to_owned(),
        _ => data_encoding::HEXLOWER.encode(bytes),
    }
}

/// Every canary in every file under `folder`.
///
/// # Errors
/// When a file cannot be read: what was not searched is not clean.
pub fn search_folder(folder: &Path) -> std::io::Result<Vec<Found>> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.is_file() {
                found.extend(search(&path.display().to_string(), &std::fs::read(&path)?));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{EVEN, NUMBER, ODD, TEXT, is_raw, search, word};

    /// The search is the judge of the canary journeys, so each way to leak is tried on the search itself.
    #[test]
    fn every_way_to_leak_is_found() {
        let double = u32::from(EVEN) << 16 | u32::from(ODD);
        let leaks: Vec<Vec<u8>> = vec![
            format!("read register 7: {EVEN}.").into_bytes(),
            format!("{{\"temp\":{}}}", f64::from(ODD) / 10.0).into_bytes(),
            format!("value={}", EVEN.cast_signed()).into_bytes(),
            format!("label=\"{double}\"").into_bytes(),
            format!("payload {{\"name\":\"{TEXT}\"}}").into_bytes(),
            format!("{NUMBER}").into_bytes(),
            f64::from(double).to_le_bytes().to_vec(),
            NUMBER.to_be_bytes().to_vec(),
            [word(4), word(5), word(6)].iter().flat_map(|w| w.to_be_bytes()).collect(),
            [word(5), word(6), word(7)].iter().flat_map(|w| w.to_le_bytes()).collect(),
            postcard::to_stdvec(&double).expect("encodes"),
            postcard::to_stdvec(&double.cast_signed()).expect("encodes"),
            postcard::to_stdvec(&i64::from(double)).expect("encodes"),
            serde_json::to_vec(&vec![u16::MAX, EVEN]).expect("encodes"),
        ];
        for leak in leaks {
            let mut around = b"2026-07-15T10:00:00.613245Z INFO ".to_vec();
            around.extend(&leak);
            around.extend(b" end");
            assert!(!search("log", &around).is_empty(), "missed {:?}", String::from_utf8_lossy(&leak));
        }
    }

    #[test]
    fn digits_inside_other_numbers_are_not_canaries() {
        for innocent in [format!("1{EVEN}"), format!("{ODD}7"), format!("0.{EVEN}"), "port 60999".to_owned()]
        {
            assert!(search("log", innocent.as_bytes()).is_empty(), "{innocent}");
        }
        assert!(is_raw(f64::from(EVEN)) && is_raw(f64::from(u32::from(ODD) << 16 | u32::from(EVEN))));
        assert!(!is_raw(230.0));
    }
}
