//! From stores in the clear to sealed ones.
//!
//! Version 1 of a store says everything in the clear. It is opened and healed as ever, then rewritten once into a sealed
//! one, under its own epoch and numbers, and deleted. Where there is no room for that it goes on as it is, what is added is
//! sealed, and the next start tries again.
//!
//! An older agent leaves a sealed store alone and begins one of its own beside it. When this one is back, what waits in
//! that one is appended to the sealed store under new numbers: its own are taken by other content.

use super::cipher::Cipher;
use super::directory;
use super::frame::{self, FrameKind};
use super::groups::Groups;
use super::heal;
use super::origins::Origins;
use super::purge;
use super::record;
use super::sled::EngineError;
use super::store::{Home, LANES, Live};
use super::survey::{Sources, Survey};
use riversync_protocol::v1::Lane;

/// Seals `live`, which is in the clear, if there is room for it; else it is opened again as it is.
pub(super) fn seal(
    home: &Home,
    mut live: Live,
    again: impl FnOnce() -> Result<Live, EngineError>,
) -> Result<Live, EngineError> {
    let sealed = purge::rewrite(home, &mut live, None);
    live.engine.close();
    sealed.or_else(|error| {
        tracing::warn!(%error, "an older store could not be sealed yet; it goes on as it is");
        again()
    })
}

/// Takes over what waits in a store in the clear beside the live one and deletes it; says how many records that were.
pub(super) fn adopt(home: &Home, live: &mut Live) -> Result<u64, EngineError> {
    let mut adopted = 0;
    if !live.generation.is_sealed {
        return Ok(adopted);
    }
    let layout = directory::layout(&home.dir).map_err(EngineError::from_io)?;
    for old in layout.generations.into_iter().filter(|old| !old.is_sealed) {
        let path = directory::store_path(&home.dir, old);
        let sources = Sources::of(&home.dir, &path).map_err(EngineError::from_io)?;
        let found = Survey::of(&sources).map_err(EngineError::from_io)?;
        // One of the same epoch is what the rewrite left behind.
        if found.meta.as_ref().is_none_or(|meta| meta.epoch != live.meta.epoch) {
            let mut groups = Groups::default();
            let cipher = super::load::cipher(home, &path)?.unwrap_or_default();
            for sealed in found.groups.values() {
                groups.load(sealed, &cipher);
            }
            for lane in LANES {
                let wanted = found.waiting(lane);
                adopted += heal::salvage(home, live, lane, &wanted, &groups, &sources, &cipher)?;
            }
            tracing::warn!(records = adopted, "what an older agent had stored was taken over");
        }
        directory::delete(&path).map_err(EngineError::from_io)?;
    }
    Ok(adopted)
}

/// What `value` becomes in a store of `cipher` under `key`: it stays the same, if it is sealed or says nothing of a device;
/// else it is sealed.
pub(super) fn carried(cipher: &Cipher, key: &[u8], value: &[u8]) -> Vec<u8> {
    let sealed = match key.first() {
        Some(b't') => reseal(cipher, Lane::Telemetry, value),
        Some(b'e') => reseal(cipher, Lane::Events, value),
        Some(b'g' | b'h') if is_clear(FrameKind::Group, value) => cipher
            .open::<u32>(FrameKind::Group, value)
            .and_then(|(number, group)| cipher.seal(FrameKind::Group, &number, &group)),
        Some(b'o') if is_clear(FrameKind::Origin, value) => Origins::read(value, cipher)
            .and_then(|(turn, origin)| cipher.seal(FrameKind::Origin, &turn, &origin)),
        _ => None,
    };
    sealed.unwrap_or_else(|| value.to_vec())
}

fn is_clear(kind: FrameKind, value: &[u8]) -> bool {
    frame::read(kind, value).is_some_and(|(is_sealed, _)| !is_sealed)
}

fn reseal(cipher: &Cipher, lane: Lane, value: &[u8]) -> Option<Vec<u8>> {
    if !is_clear(record::kind_of(lane), value) {
        return None;
    }
    let record = record::open(lane, value, cipher)?;
    record::seal(lane, record.head, &record.rest, cipher)
}
