//! Poll groups by number, so that a record does not repeat device, metric names and units.
//!
//! A number is never given twice and every record carries a check sum over the groups it names, so a lost directory makes
//! a record unreadable, never wrong. Each group is stored under two keys: one flipped bit must not cost all its records.

use super::cipher::Cipher;
use super::frame::FrameKind;
use riversync_protocol::v1::Group;
use std::collections::HashMap;
use std::sync::Arc;

/// Above this many remembered pointers the shortcut is forgotten and filled anew.
const MAX_POINTERS: usize = 4_096;

/// A group with its number and the check sum of its bytes.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) number: u32,
    pub(super) sum: u32,
    pub(super) group: Arc<Group>,
}

/// The groups of one store.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    by_number: HashMap<u32, Known>,
    by_bytes: HashMap<Vec<u8>, u32>,
    /// Keeps the `Arc`, so that its address cannot come to mean another group.
    by_pointer: HashMap<usize, Known>,
    next: u32,
}

/// The two keys of a group.
pub(super) fn keys(number: u32) -> [Vec<u8>; 2] {
    [b'g', b'h'].map(|prefix| {
        let mut key = vec![prefix];
        key.extend_from_slice(&number.to_be_bytes());
        key
    })
}

impl Groups {
    /// Numbers start above `next`.
    pub(super) fn reserve(&mut self, next: u32) {
        self.next = self.next.max(next);
    }

    pub(super) fn next(&self) -> u32 {
        self.next
    }

    pub(super) fn get(&self, number: u32) -> Option<&Known> {
        self.by_number.get(&number)
    }

    /// Takes in a group from its frame. The first one of a number stays.
    pub(super) fn load(&mut self, sealed: &[u8], cipher: &Cipher) -> Option<u32> {
        let (number, rest) = cipher.open::<u32>(FrameKind::Group, sealed)?;
        if !self.by_number.contains_key(&number) {
            let (group, after) = postcard::take_from_bytes::<Group>(&rest).ok()?;
            if !after.is_empty() {
                return None;
            }
            let known = Known { number, sum: crc32fast::hash(&rest), group: Arc::new(group) };
            self.by_bytes.insert(rest.to_vec(), number);
            self.by_number.insert(number, known);
        }
        self.next = self.next.max(number.saturating_add(1));
        Some(number)
    }

    /// The number of `group`, and its frame when it has to be stored first. None when it is too large for a frame.
    pub(super) fn intern(&mut self, group: &Arc<Group>, cipher: &Cipher) -> Option<(Known, Option<Vec<u8>>)> {
        let pointer = Arc::as_ptr(group) as usize;
        if let Some(known) = self.by_pointer.get(&pointer) {
            return Some((known.clone(), None));
        }
        let bytes = postcard::to_stdvec(group.as_ref()).ok()?;
        if let Some(known) = self.by_bytes.get(&bytes).and_then(|number| self.by_number.get(number)) {
            let known = Known { group: Arc::clone(group), ..known.clone() };
            self.remember(pointer, known.clone());
            return Some((known, None));
        }
        let number = self.next;
        let known = Known { number, sum: crc32fast::hash(&bytes), group: Arc::clone(group) };
        let sealed = cipher.seal(FrameKind::Group, &number, &bytes)?;
        self.next = number.checked_add(1)?;
        self.by_bytes.insert(bytes, number);
        self.by_number.insert(number, known.clone());
        self.remember(pointer, known.clone());
        Some((known, Some(sealed)))
    }

    fn remember(&mut self, pointer: usize, known: Known) {
        if self.by_pointer.len() >= MAX_POINTERS {
            self.by_pointer.clear();
        }
        self.by_pointer.insert(pointer, known);
    }
}
