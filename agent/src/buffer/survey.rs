//! What a store's files hold when they are read without the engine: every whole frame, wherever it lies.
//!
//! The engine repairs a damaged log by forgetting what lies behind the damage, and wipes it. So before the engine may
//! touch the files, the frames of everything that waits are copied out of its reach, and deleted once it has opened well.

use super::frame::{self, FrameKind};
use super::origins::SLOTS;
use super::ranges::SeqSet;
use super::record;
use super::sled::Engine;
use super::store::{Meta, PerLane};
use riversync_protocol::v1::{Gap, Lane};
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// What was found. Frames of removed records are among it: the engine does not wipe.
#[derive(Default)]
pub(super) struct Survey {
    pub(super) seqs: PerLane<SeqSet>,
    /// The newest state of the store that is whole.
    pub(super) meta: Option<Meta>,
    /// The state before that, if it is whole too.
    before: Option<Meta>,
    /// Whole frames of groups, by number.
    pub(super) groups: BTreeMap<u32, Vec<u8>>,
    /// Whole frames of origins, by turn; the newest ones.
    pub(super) origins: BTreeMap<u64, Vec<u8>>,
}

/// Where a record's frame lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) seq: u64,
    file: usize,
    at: u64,
    len: usize,
}

impl Place {
    /// How many bytes the frame takes.
    pub(super) fn bytes(&self) -> u64 {
        self.len as u64
    }
}

fn lane_of(kind: FrameKind) -> Option<Lane> {
    match kind {
        FrameKind::Telemetry => Some(Lane::Telemetry),
        FrameKind::Event => Some(Lane::Events),
        FrameKind::Group | FrameKind::Meta | FrameKind::Origin | FrameKind::Witness | FrameKind::Key => None,
    }
}

/// The files that may hold frames.
#[derive(Debug, Default)]
pub(super) struct Sources {
    files: Vec<PathBuf>,
    open: Vec<File>,
}

/// The copy out of the engine's reach.
pub(super) const SAFE: &str = "safe";

impl Sources {
    /// Of the store in `store`: an earlier copy, the log, and what the engine keeps outside of it.
    pub(super) fn of(dir: &Path, store: &Path) -> io::Result<Self> {
        let mut paths = vec![dir.join(SAFE), Engine::log_path(store)];
        match std::fs::read_dir(Engine::outside_path(store)) {
            Ok(entries) => paths.extend(entries.flatten().map(|entry| entry.path())),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(error) => return Err(error),
        }
        let mut sources = Self::default();
        for path in paths {
            sources.add(path)?;
        }
        Ok(sources)
    }

    fn add(&mut self, path: PathBuf) -> io::Result<()> {
        match File::open(&path) {
            Ok(file) => {
                self.files.push(path);
                self.open.push(file);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn scan(&self, mut found: impl FnMut(usize, u64, FrameKind, &[u8], &[u8])) -> io::Result<()> {
        for (index, path) in self.files.iter().enumerate() {
            if path.is_dir() {
                continue;
            }
            frame::scan(&mut File::open(path)?, |at, kind, body, sealed| {
                found(index, at, kind, body, sealed)
            })?;
        }
        Ok(())
    }

    /// Where the records `wanted` of a lane lie, by rising number, each once.
    pub(super) fn places(&self, lane: Lane, wanted: &SeqSet) -> io::Result<Vec<Place>> {
        let mut places: Vec<Place> = Vec::new();
        self.scan(|file, at, kind, body, sealed| {
            if lane_of(kind) == Some(lane)
                && let Some(head) = record::head(body).filter(|head| wanted.contains(head.seq))
            {
                places.push(Place { seq: head.seq, file, at, len: sealed.len() });
            }
        })?;
        places.sort_unstable();
        places.dedup_by_key(|place| place.seq);
        Ok(places)
    }

    /// The frame at `place`; none when it has been overwritten since.
    pub(super) fn fetch(&self, lane: Lane, place: Place) -> Option<Vec<u8>> {
        use std::os::unix::fs::FileExt;
        let mut sealed = vec![0; place.len];
        self.open.get(place.file)?.read_exact_at(&mut sealed, place.at).ok()?;
        let head = record::head(frame::open(record::kind_of(lane), &sealed)?)?;
        (head.seq == place.seq).then_some(sealed)
    }

    /// Copies the records that wait out of the engine's reach. Not synced: it protects from the engine, not from the
    /// weather. When there is no room for it, it is left out.
    pub(super) fn make_safe(&mut self, dir: &Path, survey: &Survey) -> io::Result<()> {
        use std::io::Write;
        let fresh = dir.join("safe.new");
        let mut file = io::BufWriter::new(File::create(&fresh)?);
        for lane in super::store::LANES {
            for place in self.places(lane, &survey.waiting(lane))? {
                if let Some(sealed) = self.fetch(lane, place) {
                    file.write_all(&sealed)?;
                }
            }
        }
        for sealed in survey.groups.values() {
            file.write_all(sealed)?;
        }
        file.into_inner().map_err(io::IntoInnerError::into_error)?;
        std::fs::rename(&fresh, dir.join(SAFE))?;
        self.files.insert(0, dir.join(SAFE));
        self.open.insert(0, File::open(dir.join(SAFE))?);
        Ok(())
    }
}

impl Survey {
    pub(super) fn of(sources: &Sources) -> io::Result<Self> {
        let mut survey = Self::default();
        sources.scan(|_, _, kind, body, sealed| survey.take_in(kind, body, sealed))?;
        Ok(survey)
    }

    /// The numbers of `lane` that were given and, as far as is known, not removed.
    pub(super) fn waiting(&self, lane: Lane) -> SeqSet {
        let known = self.meta.clone().unwrap_or_default();
        let seen = self.seqs.of(lane).last().map_or(0, |last| last + 1);
        SeqSet::default().missing(known.removed.of(lane), seen.max(*known.next.of(lane)))
    }

    /// The loss that the last write made an event, with the number of that event. Were the event torn and only the state
    /// whole, nobody would tell the loss any more.
    pub(super) fn told_last(&self) -> Option<(u64, &Gap)> {
        let (meta, before) = (self.meta.as_ref()?, self.before.as_ref()?);
        let gap = before.open_gap.as_ref()?;
        let goes_on =
            meta.open_gap.as_ref().is_some_and(|open| open.reason == gap.reason && open.at_ms == gap.at_ms);
        (before.write + 1 == meta.write && !goes_on).then_some((before.next.events, gap))
    }

    fn take_in(&mut self, kind: FrameKind, body: &[u8], sealed: &[u8]) {
        match (kind, lane_of(kind)) {
            (_, Some(lane)) => {
                if let Some(head) = record::head(body) {
                    self.seqs.of_mut(lane).insert(head.seq, head.seq);
                }
            }
            (FrameKind::Meta, _) => {
                let newest = self.meta.as_ref().map_or(0, |meta| meta.write);
                match postcard::from_bytes::<Meta>(body) {
                    Ok(meta) if meta.write > newest => self.before = self.meta.replace(meta),
                    Ok(meta) if meta.write + 1 == newest => self.before = Some(meta),
                    _ => {}
                }
            }
            (FrameKind::Group, _) => {
                if let Ok((number, _)) = postcard::take_from_bytes::<u32>(body) {
                    self.groups.entry(number).or_insert_with(|| sealed.to_vec());
                }
            }
            (FrameKind::Origin, _) => {
                if let Ok((turn, _)) = postcard::take_from_bytes::<u64>(body) {
                    self.origins.insert(turn, sealed.to_vec());
                    if self.origins.len() > SLOTS as usize {
                        self.origins.pop_first();
                    }
                }
            }
            _ => {}
        }
    }
}
