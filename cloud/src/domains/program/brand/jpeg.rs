//! JPEG (ITU-T T.81): segments that begin with a marker; after the last header the picture itself until the next one.

use super::logo::Picture;

/// The picture, when its segments hold together until its end.
pub(super) fn read(bytes: &[u8]) -> Option<Picture> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    let mut kept = vec![0xff, 0xd8];
    let (mut size, mut has_data) = (None, false);
    loop {
        let (marker, after) = marker(rest)?;
        if marker == 0xd9 {
            let (width, height) = size?;
            kept.extend_from_slice(&[0xff, 0xd9]);
            return has_data.then_some(Picture { width, height, bytes: kept });
        }
        let length = usize::from(u16::from_be_bytes(*after.first_chunk::<2>()?));
        let (segment, after) = after.split_at_checked(length)?;
        let body = segment.get(2..)?;
        match marker {
            // Baseline and progressive: what browsers show.
            0xc0..=0xc2 if size.is_some() => return None,
            0xc0..=0xc2 => size = Some(frame(body)?),
            0xc4 | 0xda..=0xdb | 0xdd | 0xe0..=0xef | 0xfe => {}
            _ => return None,
        }
        // Of what applications put in, how its colours are meant; not where it was taken.
        let is_kept = !matches!(marker, 0xe1 | 0xe3..=0xed | 0xef | 0xfe);
        if is_kept {
            kept.extend_from_slice(&[0xff, marker]);
            kept.extend_from_slice(segment);
        }
        rest = after;
        if marker == 0xda {
            size?;
            has_data = true;
            let (data, after) = after.split_at_checked(data_length(after)?)?;
            kept.extend_from_slice(data);
            rest = after;
        }
    }
}

/// The next marker, after any number of fill bytes.
fn marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let mut rest = bytes.strip_prefix(b"\xff")?;
    while let Some(after) = rest.strip_prefix(b"\xff") {
        rest = after;
    }
    let (marker, after) = rest.split_first()?;
    Some((*marker, after))
}

/// Width and height.
fn frame(body: &[u8]) -> Option<(u32, u32)> {
    let [8, high, low, wide, narrow, _, ..] = body else { return None };
    let (width, height) = (u16::from_be_bytes([*wide, *narrow]), u16::from_be_bytes([*high, *low]));
    (width > 0 && height > 0).then_some((width.into(), height.into()))
}

/// How far the picture's data goes: until a marker that is no restart and no escaped byte.
fn data_length(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|two| matches!(two, [0xff, next] if !matches!(next, 0x00 | 0xd0..=0xd7 | 0xff)))
}
