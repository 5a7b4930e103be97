//! What the uplink may have shown to the cloud, kept outside the engine.
//!
//! If the engine comes back with lower numbers than these, it has lost writes, and giving those numbers to other content
//! would make the cloud take new data for a repetition. The store then goes on above them. (Invariant 2.)
//!
//! Two slots written in turn and synced: a torn write leaves the other one.

use super::frame::{self, FrameKind};
use super::store::PerLane;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

const FILE: &str = "witness";
const SLOT_BYTES: u64 = 512;

/// What was shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shown {
    turn: u64,
    /// Of which store.
    pub(super) epoch: u64,
    /// numbers below these may be known to the cloud.
    pub(super) below: PerLane<u64>,
}

/// The open file and what it says.
#[derive(Debug)]
pub(super) struct Witness {
    file: File,
    shown: Shown,
}

impl Witness {
    /// Opens or makes the file. What cannot be read counts as never written.
    pub(super) fn open(dir: &Path) -> std::io::Result<Self> {
        let file =
            OpenOptions::new().create(true).truncate(false).read(true).write(true).open(dir.join(FILE))?;
        let shown = newest(&file);
        Ok(Self { file, shown })
    }

    /// What the file says, without making or changing it.
    pub(super) fn look(dir: &Path) -> std::io::Result<Shown> {
        match File::open(dir.join(FILE)) {
            Ok(file) => Ok(newest(&file)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Shown::default()),
            Err(error) => Err(error),
        }
    }

    pub(super) fn shown(&self) -> Shown {
        self.shown
    }

    /// Durable on return.
    pub(super) fn show(&mut self, epoch: u64, below: PerLane<u64>) -> std::io::Result<()> {
        let shown = Shown { turn: self.shown.turn.saturating_add(1), epoch, below };
        let body = postcard::to_stdvec(&shown).map_err(std::io::Error::other)?;
        let sealed = frame::seal(FrameKind::Witness, &body).ok_or(std::io::ErrorKind::InvalidData)?;
        let mut slot = vec![0; usize::try_from(SLOT_BYTES).unwrap_or(512)];
        for (to, from) in slot.iter_mut().zip((sealed.len() as u64).to_le_bytes().iter().chain(&sealed)) {
            *to = *from;
        }
        self.file.write_all_at(&slot, (shown.turn % 2) * SLOT_BYTES)?;
        self.file.sync_data()?;
        self.shown = shown;
        Ok(())
    }
}

fn newest(file: &File) -> Shown {
    (0..2).filter_map(|slot| read(file, slot)).max_by_key(|shown| shown.turn).unwrap_or_default()
}

fn read(file: &File, slot: u64) -> Option<Shown> {
    let mut bytes = vec![0; usize::try_from(SLOT_BYTES).ok()?];
    file.read_exact_at(&mut bytes, slot * SLOT_BYTES).ok()?;
    let (len, rest) = bytes.split_first_chunk::<8>()?;
    let sealed = rest.get(..usize::try_from(u64::from_le_bytes(*len)).ok()?)?;
    postcard::from_bytes(frame::open(FrameKind::Witness, sealed)?).ok()
}
