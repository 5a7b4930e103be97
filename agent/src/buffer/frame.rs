//! A frame: what every stored value is, so that it can be told from damage, and found in a file that nothing else can read.
//!
//! Layout: 4 bytes of mark, version, kind, CRC-32 and length of the body (little endian), the body. The check sum covers
//! version, kind, length and body. (DESIGN section 3, invariant 6; EDGE section 6, faults 2, 4, 9.)
//!
//! Version 1 says everything in the clear: what the store says of itself, and records from before there was sealing.
//! Version 2 begins with what is clear and hides the rest ([`super::cipher`]). The check sum is over the bytes as they lie,
//! so damage is found without a key.

use std::io::Read;

/// Begins every frame. Not ASCII and not UTF-8, so that no text looks like it.
const MARK: [u8; 4] = [0xb7, 0x52, 0x53, 0xf1];
/// Version of a frame that hides nothing.
const CLEAR: u8 = 1;
/// Version of a frame that is sealed.
const SEALED: u8 = 2;
const HEAD_BYTES: usize = 14;
/// Largest body. Larger values leave the engine's log for files of their own (PARTS section 4).
pub(super) const MAX_BODY_BYTES: usize = (64 << 10) - HEAD_BYTES;
/// The same with what sealing adds, so that whatever was stored in the clear can be sealed.
const MAX_SEALED_BYTES: usize = MAX_BODY_BYTES + 64;

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum FrameKind {
    Telemetry = 1,
    Event = 2,
    Group = 3,
    Meta = 4,
    Origin = 5,
    Witness = 6,
    Key = 7,
}

impl FrameKind {
    fn from_byte(byte: u8) -> Option<Self> {
        [Self::Telemetry, Self::Event, Self::Group, Self::Meta, Self::Origin, Self::Witness, Self::Key]
            .into_iter()
            .find(|kind| *kind as u8 == byte)
    }
}

fn check_sum(version: u8, kind: u8, body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&[version, kind]);
    hasher.update(&(body.len() as u64).to_le_bytes());
    hasher.update(body);
    hasher.finalize()
}

/// The frame of `body`, which hides nothing, or none when it is too large.
pub(super) fn seal(kind: FrameKind, body: &[u8]) -> Option<Vec<u8>> {
    (body.len() <= MAX_BODY_BYTES).then(|| wrap(CLEAR, kind, body)).flatten()
}

/// The frame of `body`, which is sealed, or none when it is too large.
pub(super) fn sealed(kind: FrameKind, body: &[u8]) -> Option<Vec<u8>> {
    (body.len() <= MAX_SEALED_BYTES).then(|| wrap(SEALED, kind, body)).flatten()
}

/// How many bytes the frame of a body of `len` bytes has.
pub(super) fn whole_len(len: usize) -> usize {
    HEAD_BYTES + len
}

fn wrap(version: u8, kind: FrameKind, body: &[u8]) -> Option<Vec<u8>> {
    let len = u32::try_from(body.len()).ok()?;
    let mut bytes = Vec::with_capacity(HEAD_BYTES + body.len());
    bytes.extend_from_slice(&MARK);
    bytes.push(version);
    bytes.push(kind as u8);
    bytes.extend_from_slice(&check_sum(version, kind as u8, body).to_le_bytes());
    bytes.extend_from_slice(&len.to_le_bytes());
    bytes.extend_from_slice(body);
    Some(bytes)
}

/// The body of the frame of `kind` that `bytes` are, if they are exactly that. Of a sealed one it begins with what is clear.
pub(super) fn open(kind: FrameKind, bytes: &[u8]) -> Option<&[u8]> {
    read(kind, bytes).map(|(_, body)| body)
}

/// The same, and whether it is sealed.
pub(super) fn read(kind: FrameKind, bytes: &[u8]) -> Option<(bool, &[u8])> {
    let (found, body, rest) = take(bytes)?;
    let version = *bytes.get(MARK.len())?;
    (found == kind && rest.is_empty()).then_some((version == SEALED, body))
}

fn take(bytes: &[u8]) -> Option<(FrameKind, &[u8], &[u8])> {
    let (mark, rest) = bytes.split_first_chunk::<4>()?;
    let ([version, kind], rest) = rest.split_first_chunk::<2>()?;
    let (sum, rest) = rest.split_first_chunk::<4>()?;
    let (len, rest) = rest.split_first_chunk::<4>()?;
    let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
    if *mark != MARK || !matches!(*version, CLEAR | SEALED) || len > MAX_SEALED_BYTES {
        return None;
    }
    let (body, rest) = rest.split_at_checked(len)?;
    let holds = check_sum(*version, *kind, body) == u32::from_le_bytes(*sum);
    holds.then_some((FrameKind::from_byte(*kind)?, body, rest))
}

/// Shows every whole frame in `file` to `found`, wherever it lies: where it begins, its kind, its body, all of it.
/// Reads once, with little memory.
pub(super) fn scan(
    file: &mut impl Read,
    mut found: impl FnMut(u64, FrameKind, &[u8], &[u8]),
) -> std::io::Result<()> {
    const CHUNK: usize = 1 << 20;
    const LONGEST: usize = HEAD_BYTES + MAX_SEALED_BYTES;
    let mut window: Vec<u8> = Vec::with_capacity(CHUNK + LONGEST);
    let mut window_at = 0u64;
    loop {
        let read = file.by_ref().take(CHUNK as u64).read_to_end(&mut window)?;
        // The last LONGEST bytes wait for the next chunk, unless there is none.
        let end = if read == 0 { window.len() } else { window.len().saturating_sub(LONGEST) };
        let mut at = 0;
        while at < end {
            let Some(rest) = window.get(at..) else { break };
            let ahead = end - at;
            match rest.iter().take(ahead).position(|byte| *byte == MARK[0]) {
                None => break,
                Some(skip) => at += skip,
            }
            let Some(rest) = window.get(at..) else { break };
            match take(rest) {
                Some((kind, body, after)) => {
                    let whole = rest.len() - after.len();
                    found(window_at + at as u64, kind, body, rest.get(..whole).unwrap_or_default());
                    at += whole;
                }
                None => at += 1,
            }
        }
        if read == 0 {
            return Ok(());
        }
        let passed = at.max(end).min(window.len());
        window_at += passed as u64;
        window.drain(..passed);
    }
}
