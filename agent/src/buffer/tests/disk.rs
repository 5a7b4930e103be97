//! A disk that loses power: what was synced is there, of everything after that any part may be.
//!
//! The engine has no layer for files that could be simulated underneath it, so the cut is made at its files: a picture of all
//! of them before a write, one when the write is in the system's hands and not yet synced, and of the difference whatever
//! blocks chance picks, in no order, with either length. That is what a disk may do between two syncs, torn sectors
//! included. What it cannot show is a disk that loses what it said was synced.

use super::damage::files;
use super::kit::copy_dir;
use std::path::Path;

/// What a disk writes whole.
const SECTOR: usize = 512;

/// Chance that can be told again: a number of any size from a seed.
#[derive(Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub(super) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(usize::MAX) % most.max(1)
    }
}

/// Writes to `out` what the disk holds after the cut: `synced` with some of what `written` has more.
pub(super) fn after_cut(synced: &Path, written: &Path, out: &Path, dice: &mut Dice) {
    copy_dir(synced, out);
    for file in files(written) {
        let name = file.strip_prefix(written).unwrap();
        let fresh = std::fs::read(&file).unwrap();
        let old = std::fs::read(synced.join(name)).ok();
        // A new name may not have reached its directory.
        if old.as_ref() == Some(&fresh) || (old.is_none() && dice.below(2) == 0) {
            continue;
        }
        let mut disk = old.unwrap_or_default();
        if dice.below(2) == 0 {
            disk.resize(fresh.len(), 0);
        }
        for (at, sector) in fresh.chunks(SECTOR).enumerate() {
            let begin = at * SECTOR;
            if let Some(place) = disk.get_mut(begin..begin + sector.len())
                && dice.below(2) == 0
            {
                // Of a torn sector only the front is new.
                let upto = if dice.below(8) == 0 { dice.below(sector.len()) } else { sector.len() };
                place[..upto].copy_from_slice(&sector[..upto]);
            }
        }
        std::fs::create_dir_all(out.join(name).parent().unwrap()).unwrap();
        std::fs::write(out.join(name), disk).unwrap();
    }
}
