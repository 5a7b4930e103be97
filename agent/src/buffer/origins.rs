//! Origins seen lately, so that a message the broker delivers again after a crash is stored once.
//!
//! A ring of a fixed size; a slot is written in the same batch as the entry it names. An origin is sealed: it is a digest
//! of what a message said, so whoever guesses the message could try the guess.

use super::cipher::Cipher;
use super::frame::FrameKind;
use super::sled::Change;
use std::collections::HashSet;

/// How many origins are remembered: more than a broker keeps unacknowledged at once.
pub(super) const SLOTS: u32 = 2_048;

/// The ring.
#[derive(Debug, Default)]
pub(super) struct Origins {
    seen: HashSet<[u8; 16]>,
    slots: Vec<Option<[u8; 16]>>,
    next: u64,
}

pub(super) fn key(slot: u32) -> Vec<u8> {
    let mut key = vec![b'o'];
    key.extend_from_slice(&slot.to_be_bytes());
    key
}

impl Origins {
    pub(super) fn contains(&self, origin: &[u8; 16]) -> bool {
        self.seen.contains(origin)
    }

    /// Remembers `origin` and says what to store. The oldest one is forgotten.
    pub(super) fn push(&mut self, origin: [u8; 16], cipher: &Cipher) -> Option<Change> {
        let turn = self.next;
        let slot = self.place(turn, origin)?;
        Some((key(slot), Some(cipher.seal(FrameKind::Origin, &turn, &origin)?)))
    }

    fn place(&mut self, turn: u64, origin: [u8; 16]) -> Option<u32> {
        let slot = u32::try_from(turn % u64::from(SLOTS)).ok()?;
        let index = usize::try_from(slot).ok()?;
        if self.slots.len() <= index {
            self.slots.resize(index + 1, None);
        }
        let place = self.slots.get_mut(index)?;
        if let Some(old) = place.replace(origin) {
            self.seen.remove(&old);
        }
        self.seen.insert(origin);
        self.next = self.next.max(turn.saturating_add(1));
        Some(slot)
    }

    /// Fills the ring from what [`Self::read`] found, in any order.
    pub(super) fn load(mut found: Vec<(u64, [u8; 16])>) -> Self {
        found.sort_unstable();
        found.dedup();
        let mut origins = Self::default();
        for (turn, origin) in found {
            origins.place(turn, origin);
        }
        origins
    }

    /// The turn and the origin in a frame.
    pub(super) fn read(sealed: &[u8], cipher: &Cipher) -> Option<(u64, [u8; 16])> {
        let (turn, origin) = cipher.open::<u64>(FrameKind::Origin, sealed)?;
        Some((turn, origin.as_ref().try_into().ok()?))
    }

    /// All of the ring as it is to be stored.
    pub(super) fn frames(&self, cipher: &Cipher) -> Vec<Change> {
        let mut again = Self { next: self.next.saturating_sub(self.all().len() as u64), ..Self::default() };
        self.all().into_iter().filter_map(|origin| again.push(origin, cipher)).collect()
    }

    /// All that is remembered, oldest first, to be pushed into another ring.
    pub(super) fn all(&self) -> Vec<[u8; 16]> {
        let split = usize::try_from(self.next % u64::from(SLOTS)).unwrap_or(0).min(self.slots.len());
        let (newer, older) = self.slots.split_at(split);
        older.iter().chain(newer).flatten().copied().collect()
    }
}
