//! What a store's log holds when it is read without the engine: every whole frame, wherever it lies.

use super::frame::{self, FrameKind};
use super::origins::SLOTS;
use super::ranges::SeqSet;
use super::record;
use super::store::{Meta, PerLane};
use riversync_protocol::v1::Lane;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;

/// What was found. Frames of removed records are among it: the engine does not wipe.
#[derive(Default)]
pub(super) struct Survey {
    pub(super) seqs: PerLane<SeqSet>,
    /// The newest state of the store that is whole.
    pub(super) meta: Option<Meta>,
    /// Whole frames of groups, by number.
    pub(super) groups: BTreeMap<u32, Vec<u8>>,
    /// Bodies of origins, by turn; the newest ones.
    pub(super) origins: BTreeMap<u64, Vec<u8>>,
}

/// Where a record's frame lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) seq: u64,
    pub(super) at: u64,
    pub(super) len: usize,
}

fn lane_of(kind: FrameKind) -> Option<Lane> {
    match kind {
        FrameKind::Telemetry => Some(Lane::Telemetry),
        FrameKind::Event => Some(Lane::Events),
        FrameKind::Group | FrameKind::Meta | FrameKind::Origin | FrameKind::Witness => None,
    }
}

fn scan(log: &Path, found: impl FnMut(u64, FrameKind, &[u8], &[u8])) -> io::Result<()> {
    match File::open(log) {
        Ok(mut file) => frame::scan(&mut file, found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

impl Survey {
    pub(super) fn of(log: &Path) -> io::Result<Self> {
        let mut survey = Self::default();
        scan(log, |_, kind, body, sealed| survey.take_in(kind, body, sealed))?;
        Ok(survey)
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
                self.meta =
                    postcard::from_bytes::<Meta>(body).ok().filter(|m| m.write > newest).or(self.meta.take());
            }
            (FrameKind::Group, _) => {
                if let Ok((number, _)) = postcard::take_from_bytes::<u32>(body) {
                    self.groups.entry(number).or_insert_with(|| sealed.to_vec());
                }
            }
            (FrameKind::Origin, _) => {
                if let Ok((turn, _)) = postcard::take_from_bytes::<u64>(body) {
                    self.origins.insert(turn, body.to_vec());
                    if self.origins.len() > SLOTS as usize {
                        self.origins.pop_first();
                    }
                }
            }
            _ => {}
        }
    }
}

/// Where the records `wanted` of a lane lie, by rising number, each once.
pub(super) fn places(log: &Path, lane: Lane, wanted: &SeqSet) -> io::Result<Vec<Place>> {
    let mut places: Vec<Place> = Vec::new();
    scan(log, |at, kind, body, sealed| {
        if lane_of(kind) == Some(lane)
            && let Some(head) = record::head(body).filter(|head| wanted.contains(head.seq))
        {
            places.push(Place { seq: head.seq, at, len: sealed.len() });
        }
    })?;
    places.sort_unstable();
    places.dedup_by_key(|place| place.seq);
    Ok(places)
}

/// The frame at `place`; none when it has been overwritten since.
pub(super) fn fetch(log: &File, lane: Lane, place: Place) -> Option<Vec<u8>> {
    use std::os::unix::fs::FileExt;
    let mut sealed = vec![0; place.len];
    log.read_exact_at(&mut sealed, place.at).ok()?;
    let head = record::head(frame::open(record::kind_of(lane), &sealed)?)?;
    (head.seq == place.seq).then_some(sealed)
}
