//! PNG (W3C, third edition): a signature and chunks, each with its length, its name and a check sum.

use super::logo::Picture;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The chunks that draw the picture.
const KEPT: [&[u8; 4]; 9] = [b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"IDAT", b"IEND"];

/// The picture, when the whole file holds together.
pub(super) fn read(bytes: &[u8]) -> Option<Picture> {
    let mut rest = bytes.strip_prefix(SIGNATURE)?;
    let mut kept = SIGNATURE.to_vec();
    let mut size = None;
    let mut has_data = false;
    loop {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (checked, after) = after.split_at_checked(length.checked_add(4)?)?;
        let (sum, after) = after.split_first_chunk::<4>()?;
        let (name, data) = checked.split_first_chunk::<4>()?;
        if crc(checked) != u32::from_be_bytes(*sum) || (size.is_none() && name != b"IHDR") {
            return None;
        }
        let is_kept = KEPT.contains(&name);
        // A chunk in capitals is one without which nothing can be drawn.
        if !is_kept && name.first()?.is_ascii_uppercase() {
            return None;
        }
        match name {
            b"IHDR" if size.is_some() => return None,
            b"IHDR" => size = Some(header(data)?),
            b"IDAT" => has_data = true,
            _ => {}
        }
        let whole = rest.len() - after.len();
        if is_kept {
            kept.extend_from_slice(rest.get(..whole)?);
        }
        if name == b"IEND" {
            let (width, height) = size?;
            return has_data.then_some(Picture { width, height, bytes: kept });
        }
        rest = after;
    }
}

/// Width and height, when the rest of the header is possible.
fn header(data: &[u8]) -> Option<(u32, u32)> {
    let (width, rest) = data.split_first_chunk::<4>()?;
    let (height, rest) = rest.split_first_chunk::<4>()?;
    let [depth, colour, 0, 0, 0 | 1] = rest else { return None };
    let depths: &[u8] = match colour {
        0 => &[1, 2, 4, 8, 16],
        3 => &[1, 2, 4, 8],
        2 | 4 | 6 => &[8, 16],
        _ => return None,
    };
    let (width, height) = (u32::from_be_bytes(*width), u32::from_be_bytes(*height));
    (depths.contains(depth) && width > 0 && height > 0).then_some((width, height))
}

/// The check sum of chunks (ISO 3309, as PNG's annex D has it).
pub(super) fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
    let sum =
        bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum)));
    !sum
}
