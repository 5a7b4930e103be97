//! The two readers of pictures: what they take, what they leave out, and that no bytes whatever break them.

use super::logo::Picture;
use super::png::crc;
use super::{jpeg, logo, png};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseError;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let checked = [name.as_slice(), data].concat();
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [length.as_slice(), &checked, &crc(&checked).to_be_bytes()].concat()
}

fn header(width: u32, height: u32) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    chunk(b"IHDR", &[size.as_slice(), &[8, 2, 0, 0, 0]].concat())
}

/// A PNG of this size; what its data draws is the browser's to say.
pub(super) fn a_png(width: u32, height: u32) -> Vec<u8> {
    let data = chunk(b"IDAT", b"\x78\x9c\x63\x00\x00\x00\x01\x00\x01");
    [SIGNATURE, &header(width, height), &chunk(b"tEXt", b"Author\0somebody"), &data, &chunk(b"IEND", b"")]
        .concat()
}

pub(super) fn a_jpeg(width: u16, height: u16) -> Vec<u8> {
    let [high, low] = height.to_be_bytes();
    let [wide, narrow] = width.to_be_bytes();
    let frame = [0xff, 0xc0, 0, 11, 8, high, low, wide, narrow, 1, 1, 0x11, 0];
    let place = [b"\xff\xe1\x00\x0bExif\0\0GPS".as_slice(), b"\xff\xfe\x00\x06here"].concat();
    let scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\xff\x00\xff\xd0\x34";
    [b"\xff\xd8".as_slice(), &place, &frame, scan, b"\xff\xd9", b"<script>"].concat()
}

#[test]
fn of_a_picture_only_what_draws_it_is_kept() {
    assert_eq!(crc(b"IEND"), 0xae42_6082, "as in every PNG");
    let picture = png::read(&[a_png(200, 56), b"<script>".to_vec()].concat()).unwrap();
    assert_eq!((picture.width, picture.height), (200, 56));
    let kept = String::from_utf8_lossy(&picture.bytes).into_owned();
    assert!(kept.contains("IDAT") && !kept.contains("somebody") && !kept.contains("script"), "{kept}");
    assert_eq!(png::read(&picture.bytes).unwrap().bytes, picture.bytes, "and stays what it is");
    let picture = jpeg::read(&a_jpeg(200, 56)).unwrap();
    assert_eq!((picture.width, picture.height), (200, 56));
    let kept = String::from_utf8_lossy(&picture.bytes).into_owned();
    assert!(!kept.contains("GPS") && !kept.contains("here") && !kept.contains("script"), "{kept}");
    assert_eq!(jpeg::read(&picture.bytes).unwrap().bytes, picture.bytes);
}

#[test]
fn what_is_no_small_picture_is_refused_with_why() {
    let mut lies = a_png(64, 64);
    lies[18] = 3;
    let cut = a_png(64, 64)[..60].to_vec();
    let no_data = [SIGNATURE, &header(64, 64), &chunk(b"IEND", b"")].concat();
    let hidden_svg = [SIGNATURE, b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".as_slice()].concat();
    let jpeg_cut = a_jpeg(64, 64)[..30].to_vec();
    for (name, bytes, says) in [
        ("a.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), "no PNG or JPEG"),
        ("a.png", b"%PDF-1.7".to_vec(), "no PNG or JPEG"),
        ("a.png", Vec::new(), "no PNG or JPEG"),
        ("lies.png", lies, "damaged"),
        ("cut.png", cut, "damaged"),
        ("empty.png", no_data, "damaged"),
        ("svg.png", hidden_svg, "damaged"),
        ("none.png", a_png(0, 64), "damaged"),
        ("cut.jpg", jpeg_cut, "damaged"),
        ("wide.png", a_png(1_025, 64), "1025 × 64"),
        ("high.jpg", a_jpeg(64, 1_025), "64 × 1025"),
        ("huge.png", [a_png(64, 64), vec![0; logo::MOST_BYTES]].concat(), "257 kB"),
    ] {
        let told = logo::accept(name, bytes).unwrap_err().to_string();
        assert!(told.contains(says) && told.contains(name), "{name}: {told}");
    }
    assert!(logo::accept("a.png", a_png(logo::MOST_PIXELS, 1)).is_ok());
}

/// What draws a picture, and what does not.
const DRAWS: [&[u8; 4]; 6] = [b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"iCCP", b"IDAT"];
const ASIDE: [&[u8; 4]; 4] = [b"tEXt", b"eXIf", b"tIME", b"acTL"];

/// The chunks of a PNG between its header and its end.
fn chunks() -> impl Strategy<Value = Vec<([u8; 4], Vec<u8>)>> {
    let names: Vec<[u8; 4]> = DRAWS.iter().chain(&ASIDE).map(|name| **name).collect();
    vec((select(names), vec(any::<u8>(), 0..40)), 0..8)
}

fn png_of(width: u32, height: u32, chunks: &[([u8; 4], Vec<u8>)], behind: &[u8]) -> Vec<u8> {
    let chunks = chunks.iter().flat_map(|(name, data)| chunk(name, data));
    let between: Vec<u8> = chunks.chain(chunk(b"IDAT", b"data")).collect();
    [SIGNATURE, &header(width, height), &between, &chunk(b"IEND", b""), behind].concat()
}

/// The segments of a JPEG before its frame: what an application put in, and how far its marker is from the one before.
fn segments() -> impl Strategy<Value = Vec<(u8, Vec<u8>, usize)>> {
    let markers = prop_oneof![select(vec![0xc4_u8, 0xdb, 0xdd, 0xfe]), 0xe0_u8..=0xef];
    vec((markers, vec(any::<u8>(), 0..40), 0_usize..3), 0..8)
}

/// What is drawn, none of it a marker but the restarts.
fn scans() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let plain = (0_u8..0xff).prop_map(|byte| vec![byte]);
    let other = select(vec![vec![0xff_u8, 0x00], vec![0xff, 0xd0], vec![0xff, 0xd7]]);
    vec(vec(prop_oneof![9 => plain, 1 => other], 0..40).prop_map(|parts| parts.concat()), 1..4)
}

fn jpeg_of(
    (width, height): (u16, u16),
    segments: &[(u8, Vec<u8>, usize)],
    scans: &[Vec<u8>],
    behind: &[u8],
) -> Vec<u8> {
    let segment = |marker: u8, body: &[u8]| {
        let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
        [[0xff, marker].as_slice(), &length, body].concat()
    };
    let mut jpeg = b"\xff\xd8".to_vec();
    for (marker, body, fill) in segments {
        jpeg.extend(vec![0xff; *fill]);
        jpeg.extend(segment(*marker, body));
    }
    let ([high, low], [wide, narrow]) = (height.to_be_bytes(), width.to_be_bytes());
    jpeg.extend(segment(0xc2, &[8, high, low, wide, narrow, 1, 1, 0x11, 0]));
    for scan in scans {
        jpeg.extend(segment(0xda, &[1, 1, 0, 0, 0x3f, 0]));
        jpeg.extend(scan);
    }
    [jpeg.as_slice(), b"\xff\xd9", behind].concat()
}

type Read = fn(&[u8]) -> Option<Picture>;
const READERS: [Read; 2] = [png::read, jpeg::read];

/// What is taken is no larger than what was sent, held twice at most while it grows, and read again is the same.
fn held(read: Read, bytes: &[u8]) -> Result<Option<Picture>, TestCaseError> {
    let Some(picture) = read(bytes) else { return Ok(None) };
    prop_assert!(picture.width > 0 && picture.height > 0);
    prop_assert!(picture.bytes.len() <= bytes.len() && picture.bytes.capacity() <= 2 * bytes.len());
    let again = read(&picture.bytes);
    prop_assert_eq!(again.as_ref(), Some(&picture));
    Ok(Some(picture))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_png_of_any_parts_is_cut_down_to_what_draws_it(
        size in (1_u32..3_000, 1_u32..3_000), chunks in chunks(), behind in vec(any::<u8>(), 0..9),
    ) {
        let (width, height) = size;
        let read = held(png::read, &png_of(width, height, &chunks, &behind))?;
        let drawing: Vec<_> =
            chunks.into_iter().filter(|(name, _)| DRAWS.contains(&name)).collect();
        let left = png_of(width, height, &drawing, b"");
        prop_assert_eq!(read, Some(Picture { width, height, bytes: left }));
    }

    #[test]
    fn a_jpeg_of_any_parts_is_cut_down_to_what_draws_it(
        size in (1_u16.., 1_u16..), segments in segments(), scans in scans(), behind in vec(any::<u8>(), 0..9),
    ) {
        let read = held(jpeg::read, &jpeg_of(size, &segments, &scans, &behind))?;
        let is_kept = |marker: u8| matches!(marker, 0xc4 | 0xdb | 0xdd | 0xe0 | 0xe2 | 0xee);
        let drawing: Vec<_> = segments
            .into_iter()
            .filter(|(marker, ..)| is_kept(*marker))
            .map(|(marker, body, _)| (marker, body, 0))
            .collect();
        let left = jpeg_of(size, &drawing, &scans, b"");
        prop_assert_eq!(read, Some(Picture { width: size.0.into(), height: size.1.into(), bytes: left }));
    }

    #[test]
    fn no_bytes_break_the_readers(
        picture in prop_oneof![
            chunks().prop_map(|chunks| png_of(9, 9, &chunks, b"")),
            (segments(), scans()).prop_map(|(segments, scans)| jpeg_of((9, 9), &segments, &scans, b"")),
            any::<Vec<u8>>(),
        ],
        changes in vec((any::<Index>(), any::<Index>(), vec(any::<u8>(), 0..9)), 0..4),
        rights_itself in any::<bool>(),
    ) {
        let mut changed = picture;
        for (from, until, with) in changes {
            let (from, until) = (from.index(changed.len() + 1), until.index(changed.len() + 1));
            changed.splice(from.min(until)..from.max(until).min(from.min(until) + 12), with);
        }
        if rights_itself {
            right(&mut changed);
        }
        for read in READERS {
            held(read, &changed)?;
        }
        if let Ok(logo) = logo::accept("x", changed.clone()) {
            prop_assert!(logo.bytes.len() <= changed.len().min(logo::MOST_BYTES));
        }
    }
}

/// Gives every chunk that can still be found the check sum of what it holds now, or hardly a change would get past that.
fn right(png: &mut [u8]) {
    let mut at = SIGNATURE.len();
    while let Some(length) = png.get(at..).and_then(|rest| rest.first_chunk::<4>()) {
        let end = at + 8 + usize::try_from(u32::from_be_bytes(*length)).unwrap();
        let Some(sum) = png.get(at + 4..end).map(crc) else { return };
        let Some(place) = png.get_mut(end..end + 4) else { return };
        place.copy_from_slice(&sum.to_be_bytes());
        at = end + 4;
    }
}
