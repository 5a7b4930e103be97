//! Reading all of a store at open: every value is checked once, so that the state in memory is what the disk says.

use super::cipher::Cipher;
use super::directory::{self, Generation};
use super::frame::{self, FrameKind};
use super::groups::{self, Groups};
use super::keys::{self, Kept};
use super::origins::Origins;
use super::ranges::SeqSet;
use super::record;
use super::sled::{Engine, EngineError};
use super::store::{Filled, Home, Live, Meta, PerLane, seq_of};
use riversync_protocol::v1::Lane;
use std::path::Path;
use std::sync::Arc;

/// A store as it was found.
pub(super) struct Loaded {
    pub(super) live: Live,
    /// Whether what is sealed in it cannot be opened any more.
    pub(super) key_lost: bool,
    /// Keys whose values do not pass.
    pub(super) bad: Vec<Vec<u8>>,
    /// Numbers of the records that do.
    pub(super) present: PerLane<SeqSet>,
}

/// After the last key of a store.
pub(super) const LAST_KEY: [u8; 10] = [0xff; 10];

impl Live {
    pub(super) fn load(home: &Home, generation: Generation) -> Result<Loaded, EngineError> {
        let path = directory::store_path(&home.dir, generation);
        let engine = Engine::open(&path, home.limits.cache_bytes)?;
        let kept = cipher(home, &path)?;
        let cipher = match &kept {
            Some(cipher) => Arc::clone(cipher),
            None if !generation.is_sealed => first_key(home, &path)?,
            None => Arc::default(),
        };
        let mut reading = Reading { cipher: Arc::clone(&cipher), ..Reading::default() };
        engine.visit(Vec::new()..=LAST_KEY.to_vec(), |key, value| {
            if !reading.take_in(key, value) {
                reading.bad.push(key.to_vec());
            }
            true
        })?;
        let Reading { meta, mut groups, ring, filled, present, bad, .. } = reading;
        groups.reserve(meta.next_group);
        let key_lost = cipher.key().is_none();
        let live = Live {
            engine,
            generation,
            cipher,
            meta,
            groups,
            origins: Origins::load(ring),
            filled,
            oldest_ms: None,
            bytes_written: 0,
        };
        Ok(Loaded { live, key_lost, bad, present })
    }
}

/// The key of the store in `path` at work; none when it has none or it is lost.
pub(super) fn cipher(home: &Home, path: &Path) -> Result<Option<Arc<Cipher>>, EngineError> {
    match keys::read(path, &home.agent_key).map_err(EngineError::from_io)? {
        Kept::Key(key) => home.cipher(key).map(Some),
        Kept::Nothing | Kept::Lost => Ok(None),
    }
}

/// A key for the store in `path`, which is from before there was sealing: what is added to it is sealed.
fn first_key(home: &Home, path: &Path) -> Result<Arc<Cipher>, EngineError> {
    let key = home.fresh_key()?;
    keys::keep(path, &key, &home.agent_key, &home.random).map_err(EngineError::from_io)?;
    home.cipher(key)
}

#[derive(Default)]
struct Reading {
    cipher: Arc<Cipher>,
    meta: Meta,
    groups: Groups,
    ring: Vec<(u64, [u8; 16])>,
    filled: PerLane<Filled>,
    present: PerLane<SeqSet>,
    bad: Vec<Vec<u8>>,
}

impl Reading {
    /// Takes in one value; false when it does not pass.
    fn take_in(&mut self, key: &[u8], value: &[u8]) -> bool {
        match key.first() {
            Some(b't') => self.record(Lane::Telemetry, key, value),
            Some(b'e') => self.record(Lane::Events, key, value),
            Some(b'g' | b'h') => self
                .groups
                .load(value, &self.cipher)
                .is_some_and(|number| groups::keys(number).iter().any(|k| k == key)),
            Some(b'o') => {
                let origin = Origins::read(value, &self.cipher);
                self.ring.extend(origin);
                origin.is_some()
            }
            Some(b'm' | b'n') => {
                let body = frame::open(FrameKind::Meta, value);
                let Some(found) = body.and_then(|body| postcard::from_bytes::<Meta>(body).ok()) else {
                    return false;
                };
                if found.write > self.meta.write {
                    self.meta = found;
                }
                true
            }
            // Quarantined bytes stay what they are.
            Some(b'q') => true,
            _ => false,
        }
    }

    fn record(&mut self, lane: Lane, key: &[u8], value: &[u8]) -> bool {
        let head = frame::open(record::kind_of(lane), value).and_then(record::head);
        let Some(head) = head.filter(|head| seq_of(key) == Some(head.seq)) else { return false };
        let filled = self.filled.of_mut(lane);
        filled.records += 1;
        filled.bytes += value.len() as u64;
        self.present.of_mut(lane).insert(head.seq, head.seq);
        true
    }
}
