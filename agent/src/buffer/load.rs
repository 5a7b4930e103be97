//! Reading all of a store at open: every value is checked once, so that the state in memory is what the disk says.

use super::directory;
use super::frame::{self, FrameKind};
use super::groups::{self, Groups};
use super::origins::Origins;
use super::ranges::SeqSet;
use super::record;
use super::sled::{Engine, EngineError};
use super::store::{Filled, Home, Live, Meta, PerLane, seq_of};
use riversync_protocol::v1::Lane;

/// A store as it was found.
pub(super) struct Loaded {
    pub(super) live: Live,
    /// Keys whose values do not pass.
    pub(super) bad: Vec<Vec<u8>>,
    /// Numbers of the records that do.
    pub(super) present: PerLane<SeqSet>,
}

/// After the last key of a store.
pub(super) const LAST_KEY: [u8; 10] = [0xff; 10];

impl Live {
    pub(super) fn load(home: &Home, generation: u64) -> Result<Loaded, EngineError> {
        let engine = Engine::open(&directory::store_path(&home.dir, generation), home.limits.cache_bytes)?;
        let mut reading = Reading::default();
        engine.visit(Vec::new()..=LAST_KEY.to_vec(), |key, value| {
            if !reading.take_in(key, value) {
                reading.bad.push(key.to_vec());
            }
            true
        })?;
        let Reading { meta, mut groups, ring, filled, present, bad } = reading;
        groups.reserve(meta.next_group);
        let origins = Origins::load(ring.iter().map(Vec::as_slice));
        let live =
            Live { engine, generation, meta, groups, origins, filled, oldest_ms: None, bytes_written: 0 };
        Ok(Loaded { live, bad, present })
    }
}

#[derive(Default)]
struct Reading {
    meta: Meta,
    groups: Groups,
    ring: Vec<Vec<u8>>,
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
            Some(b'g' | b'h') => frame::open(FrameKind::Group, value)
                .and_then(|body| self.groups.load(body))
                .is_some_and(|number| groups::keys(number).iter().any(|k| k == key)),
            Some(b'o') => {
                let body = frame::open(FrameKind::Origin, value);
                self.ring.extend(body.map(<[u8]>::to_vec));
                body.is_some()
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
