//! A store that no agent has open, looked at without the engine and without changing a byte of it.
//!
//! It sees what opening would save, by the same reading: the whole frames of the numbers that were given and not removed.
//! What the engine's own index is worth only opening tells; no record hangs on it, because opening builds it anew.

use super::cipher::Cipher;
use super::directory::{self, Generation, Layout};
use super::erased::{self, Erasures};
use super::frame::{self, FrameKind};
use super::groups::Groups;
use super::heal;
use super::keys::{self, AgentKey, Kept};
use super::lock::{self, Lock};
use super::record;
use super::store::{LANES, PerLane};
use super::survey::{Place, SAFE, Sources, Survey};
use super::types::{BufferError, LaneStats, Stats, Stored, StoredItem};
use super::witness::Witness;
use riversync_protocol::v1::Lane;
use std::path::{Path, PathBuf};

/// A store of a stopped agent. No agent can open it while this is held.
pub struct Inspection {
    dir: PathBuf,
    layout: Layout,
    sources: Sources,
    survey: Survey,
    groups: Groups,
    cipher: Cipher,
    key_lost: bool,
    places: PerLane<Vec<Place>>,
    lost_its_end: bool,
    _lock: Option<Lock>,
}

/// How much of what waits is whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Records that were stored and, as far as is known, not delivered or removed.
    pub waiting: u64,
    /// Of those, the ones that pass every check.
    pub whole: u64,
}

impl Verified {
    /// Records that opening will count as lost.
    pub fn damaged(&self) -> u64 {
        self.waiting.saturating_sub(self.whole)
    }
}

impl Inspection {
    /// Looks at the store in `dir` with the agent's key in `key_dir`; none when nothing was ever stored there.
    ///
    /// # Errors
    /// [`BufferError::Locked`] while an agent has it, [`BufferError::Directory`] when it cannot be read.
    pub fn open(dir: &Path, key_dir: &Path) -> Result<Option<Self>, BufferError> {
        let unusable = |source| BufferError::Directory { path: dir.to_path_buf(), source };
        if !dir.try_exists().map_err(unusable)? {
            return Ok(None);
        }
        let lock = lock::hold(dir)?;
        let layout = directory::layout(dir).map_err(unusable)?;
        if layout.generations.is_empty() && layout.other_versions.is_empty() && !dir.join(SAFE).exists() {
            return Ok(None);
        }
        let newest = layout.generations.last().copied().unwrap_or(Generation::NONE);
        let store = directory::store_path(dir, newest);
        let sources = Sources::of(dir, &store).map_err(unusable)?;
        let survey = Survey::of(&sources).map_err(unusable)?;
        let key = AgentKey::look(key_dir)?.flatten();
        let kept = key.map_or(Ok(Kept::Nothing), |key| keys::read(&store, &key)).map_err(unusable)?;
        let (cipher, key_lost) = match kept {
            Kept::Key(key) => (Cipher::reader(key), false),
            Kept::Nothing | Kept::Lost => (Cipher::default(), newest.is_sealed),
        };
        let mut groups = Groups::default();
        for sealed in survey.groups.values() {
            groups.load(sealed, &cipher);
        }
        let mut places = PerLane::default();
        for lane in LANES {
            *places.of_mut(lane) = sources.places(lane, &survey.waiting(lane)).map_err(unusable)?;
        }
        let shown = Witness::look(dir).map_err(unusable)?;
        let lost_its_end = survey.meta.as_ref().is_some_and(|meta| heal::forgot(meta, &shown));
        let dir = dir.to_path_buf();
        Ok(Some(Self {
            dir,
            layout,
            sources,
            survey,
            groups,
            cipher,
            key_lost,
            places,
            lost_its_end,
            _lock: lock,
        }))
    }

    /// Random number of the store; none when it does not know it any more.
    pub fn epoch(&self) -> Option<u64> {
        self.survey.meta.as_ref().map(|meta| meta.epoch)
    }

    /// Stores that were moved aside because they were damaged.
    pub fn moved_aside(&self) -> &[PathBuf] {
        &self.layout.aside
    }

    /// Stores of another version of the agent, which it leaves as they are.
    pub fn other_versions(&self) -> &[PathBuf] {
        &self.layout.other_versions
    }

    /// Which keys were destroyed here.
    ///
    /// # Errors
    /// When the file that says so cannot be read.
    pub fn erasures(&self) -> std::io::Result<Erasures> {
        erased::read(&self.dir)
    }

    /// What is wrong with the store as a whole.
    pub fn trouble(&self) -> Option<&'static str> {
        if self.layout.generations.is_empty() {
            Some("there is no store of this version")
        } else if self.key_lost {
            Some("the key that opens the store is lost, so nothing that waits in it can be read any more")
        } else if self.survey.meta.is_none() {
            Some("the store says nothing about itself any more, so what was delivered counts as waiting")
        } else if self.lost_its_end {
            Some("the store has lost its end: the cloud may have seen numbers that it does not know any more")
        } else {
            None
        }
    }

    /// The records of `lane` that are whole, oldest first, one after another from the disk.
    pub fn records(&self, lane: Lane) -> impl Iterator<Item = Stored> + '_ {
        self.places.of(lane).iter().filter_map(move |place| {
            let sealed = self.sources.fetch(lane, *place)?;
            let item = match lane {
                Lane::Telemetry => {
                    StoredItem::Readings(record::readings(&sealed, place.seq, &self.groups, &self.cipher)?)
                }
                Lane::Events => StoredItem::Event(record::event(&sealed, place.seq, &self.cipher)?),
            };
            Some(Stored { seq: place.seq, item })
        })
    }

    /// How many records of `lane` were stored and, as far as is known, not delivered or removed.
    pub fn waiting(&self, lane: Lane) -> u64 {
        self.survey.waiting(lane).count()
    }

    /// Reads every record of `lane`.
    pub fn verify(&self, lane: Lane) -> Verified {
        Verified { waiting: self.waiting(lane), whole: self.records(lane).count() as u64 }
    }

    /// The figures of the store. What was written since start is of no agent, and 0.
    pub fn stats(&self) -> Stats {
        let meta = self.survey.meta.clone().unwrap_or_default();
        let [telemetry, events] = LANES.map(|lane| {
            let places = self.places.of(lane);
            LaneStats {
                records: places.len() as u64,
                bytes: places.iter().map(Place::bytes).sum(),
                next_seq: *meta.next.of(lane),
            }
        });
        let first = self.places.telemetry.first();
        let oldest = first.and_then(|place| self.sources.fetch(Lane::Telemetry, *place)).and_then(|sealed| {
            frame::open(FrameKind::Telemetry, &sealed).and_then(record::head).map(|head| head.first_ms)
        });
        Stats {
            telemetry,
            events,
            oldest_ms: oldest,
            disk_bytes: directory::bytes(&self.dir),
            dropped: meta.dropped,
            corrupt: meta.corrupt,
            ..Stats::default()
        }
    }
}
