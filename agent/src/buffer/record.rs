//! The bodies of records: readings of a poll cycle, or one event.
//!
//! A body begins with a [`Head`] that repeats the record's own number, so that bytes found in the wrong place are not
//! believed. Readings follow one after another: group number, time after the earliest one, qualities that are not good,
//! raw values by the kinds of the group's columns. Integers are variable-length, so a thousand values take about 2 KB.
//!
//! The head is what a sealed record says in the clear, all but the check sum over its groups, which would let a guess at
//! names be tried: that is sealed at the end of the rest.

use super::BufferError;
use super::cipher::Cipher;
use super::frame::{FrameKind, MAX_BODY_BYTES};
use super::groups::{Groups, Known};
use crate::reading::{Cell, Raw, Reading};
use riversync_protocol::pack::MAX_TEXT_BYTES;
use riversync_protocol::v1::{Event, Kind, Lane, Quality};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Room for the head, which is written last.
const HEAD_ROOM: usize = 80;
/// Of the check sum over the groups.
const SUM_BYTES: usize = 4;

/// Readings are gathered up to this size: the engine keeps some sixteen records on a page and writes the page anew for
/// every few changes of it.
const GATHER_BYTES: usize = 8 << 10;

/// What is known of a record without reading all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// Its number in its lane.
    pub(super) seq: u64,
    /// The write it came with; of two frames with one number the later one counts.
    pub(super) write: u64,
    /// Samples in it; 0 for events.
    pub(super) points: u64,
    /// Earliest time in it, Unix milliseconds.
    pub(super) first_ms: i64,
    /// Latest time in it, Unix milliseconds.
    pub(super) last_ms: i64,
    /// Over the check sums of the groups it names; 0 in the clear part of a sealed record.
    pub(super) groups_sum: u32,
}

/// A record without its number.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    head: Head,
    sums: Vec<u8>,
    body: Vec<u8>,
}

pub(super) fn kind_of(lane: Lane) -> FrameKind {
    match lane {
        Lane::Telemetry => FrameKind::Telemetry,
        Lane::Events => FrameKind::Event,
    }
}

impl Draft {
    pub(super) fn of_event(event: &Event, at_ms: i64) -> Result<Self, BufferError> {
        let body = postcard::to_stdvec(event).map_err(|_| BufferError::Shape("an event does not encode"))?;
        if body.len() + HEAD_ROOM > MAX_BODY_BYTES {
            return Err(BufferError::TooLarge { bytes: body.len(), max: MAX_BODY_BYTES - HEAD_ROOM });
        }
        Ok(Self { head: Head { first_ms: at_ms, last_ms: at_ms, ..Head::default() }, sums: Vec::new(), body })
    }

    /// The frame of this record as number `seq` of its lane, written by write `write`.
    pub(super) fn seal(
        &self,
        lane: Lane,
        seq: u64,
        write: u64,
        cipher: &Cipher,
    ) -> Result<Vec<u8>, BufferError> {
        let head = Head { seq, write, groups_sum: crc32fast::hash(&self.sums), ..self.head };
        seal(lane, head, &self.body, cipher)
            .ok_or(BufferError::TooLarge { bytes: self.body.len(), max: MAX_BODY_BYTES - HEAD_ROOM })
    }
}

/// The frame of a record of this `head`, with `rest` behind it.
pub(super) fn seal(lane: Lane, head: Head, rest: &[u8], cipher: &Cipher) -> Option<Vec<u8>> {
    #[cfg(test)]
    if cipher.in_the_clear {
        return cipher.seal(kind_of(lane), &head, rest);
    }
    let mut secret = Vec::with_capacity(rest.len() + SUM_BYTES);
    secret.extend_from_slice(rest);
    secret.extend_from_slice(&head.groups_sum.to_le_bytes());
    cipher.seal(kind_of(lane), &Head { groups_sum: 0, ..head }, &secret)
}

/// A record's head and the rest of it, both as they were before they were sealed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Opened<'a> {
    pub(super) head: Head,
    pub(super) rest: Cow<'a, [u8]>,
}

/// The record of `lane` in the frame that `bytes` are, if it is whole and `cipher` opens it.
pub(super) fn open<'a>(lane: Lane, bytes: &'a [u8], cipher: &Cipher) -> Option<Opened<'a>> {
    let (mut head, mut rest) = cipher.open::<Head>(kind_of(lane), bytes)?;
    if let Cow::Owned(secret) = &mut rest {
        let (upto, sum) = secret.split_last_chunk::<SUM_BYTES>()?;
        head.groups_sum = u32::from_le_bytes(*sum);
        let upto = upto.len();
        secret.truncate(upto);
    }
    Some(Opened { head, rest })
}

/// Drafts of `readings`, in order: one, or several when one would be too large. New groups go to `new_group`.
pub(super) fn drafts(
    readings: &[Reading],
    groups: &mut Groups,
    cipher: &Cipher,
    mut new_group: impl FnMut(u32, Vec<u8>),
) -> Result<Vec<Draft>, BufferError> {
    let mut drafts: Vec<Draft> = Vec::new();
    for reading in readings {
        let (known, fresh) = groups
            .intern(&reading.group, cipher)
            .ok_or(BufferError::TooLarge { bytes: MAX_BODY_BYTES + 1, max: MAX_BODY_BYTES })?;
        if let Some(sealed) = fresh {
            new_group(known.number, sealed);
        }
        let bytes = encode(reading, known.number)?;
        if bytes.len() + HEAD_ROOM > MAX_BODY_BYTES {
            return Err(BufferError::TooLarge { bytes: bytes.len(), max: MAX_BODY_BYTES - HEAD_ROOM });
        }
        let fits = drafts.last().is_some_and(|d| d.body.len() + bytes.len() <= GATHER_BYTES);
        if !fits {
            let head = Head { first_ms: reading.at_ms, last_ms: reading.at_ms, ..Head::default() };
            drafts.push(Draft { head, ..Draft::default() });
        }
        if let Some(draft) = drafts.last_mut() {
            draft.head.first_ms = draft.head.first_ms.min(reading.at_ms);
            draft.head.last_ms = draft.head.last_ms.max(reading.at_ms);
            draft.head.points += reading.cells.len() as u64;
            draft.sums.extend_from_slice(&known.sum.to_le_bytes());
            draft.body.extend_from_slice(&bytes);
        }
    }
    Ok(drafts)
}

fn put<T: Serialize>(bytes: &mut Vec<u8>, value: &T) -> Result<(), BufferError> {
    let taken = std::mem::take(bytes);
    *bytes = postcard::to_extend(value, taken).map_err(|_| BufferError::Shape("a value does not encode"))?;
    Ok(())
}

fn encode(reading: &Reading, number: u32) -> Result<Vec<u8>, BufferError> {
    let columns = &reading.group.columns;
    if columns.len() != reading.cells.len() {
        return Err(BufferError::Shape("it has another number of cells"));
    }
    let mut bytes = Vec::with_capacity(16 + 2 * reading.cells.len());
    put(&mut bytes, &number)?;
    put(&mut bytes, &reading.at_ms)?;
    let odd: Vec<(u32, Quality)> = (0u32..)
        .zip(&reading.cells)
        .filter(|(_, c)| c.quality != Quality::GOOD)
        .map(|(i, c)| (i, c.quality))
        .collect();
    put(&mut bytes, &odd)?;
    for (column, cell) in columns.iter().zip(&reading.cells) {
        match (column.kind, &cell.raw) {
            (Kind::Int, Raw::Int(v)) => put(&mut bytes, v)?,
            (Kind::UInt, Raw::UInt(v)) => put(&mut bytes, v)?,
            (Kind::Float32, Raw::Float32(v)) => bytes.extend_from_slice(&v.to_bits().to_le_bytes()),
            (Kind::Float64, Raw::Float64(v)) => bytes.extend_from_slice(&v.to_bits().to_le_bytes()),
            (Kind::Bool, Raw::Bool(v)) => bytes.push(u8::from(*v)),
            (Kind::Text, Raw::Text(v)) if v.len() <= MAX_TEXT_BYTES => put(&mut bytes, v)?,
            (Kind::Text, Raw::Text(_)) => return Err(BufferError::Shape("a text is too long")),
            _ => return Err(BufferError::Shape("a cell is of another kind than its column")),
        }
    }
    Ok(bytes)
}

/// The head of a record's body, which is the same whether it is sealed or not.
pub(super) fn head(body: &[u8]) -> Option<Head> {
    Some(postcard::take_from_bytes::<Head>(body).ok()?.0)
}

/// The event in the frame of a record, if it is number `seq`.
pub(super) fn event(sealed: &[u8], seq: u64, cipher: &Cipher) -> Option<Event> {
    let Opened { head, rest } = open(Lane::Events, sealed, cipher)?;
    let (event, rest) = postcard::take_from_bytes(&rest).ok()?;
    (head.seq == seq && rest.is_empty()).then_some(event)
}

/// The readings in the frame of a record, if it is number `seq` and all its groups are known and the right ones.
pub(super) fn readings(sealed: &[u8], seq: u64, groups: &Groups, cipher: &Cipher) -> Option<Vec<Reading>> {
    let Opened { head, rest } = open(Lane::Telemetry, sealed, cipher)?;
    let mut rest = rest.as_ref();
    let mut sums = Vec::new();
    let mut readings = Vec::new();
    while !rest.is_empty() {
        let known = groups.get(take(&mut rest)?)?;
        sums.extend_from_slice(&known.sum.to_le_bytes());
        readings.push(decode(&mut rest, known)?);
    }
    (head.seq == seq && crc32fast::hash(&sums) == head.groups_sum).then_some(readings)
}

fn take<'a, T: Deserialize<'a>>(bytes: &mut &'a [u8]) -> Option<T> {
    let (value, rest) = postcard::take_from_bytes(bytes).ok()?;
    *bytes = rest;
    Some(value)
}

fn decode(rest: &mut &[u8], known: &Known) -> Option<Reading> {
    let at_ms = take(rest)?;
    let odd: Vec<(u32, Quality)> = take(rest)?;
    let columns = &known.group.columns;
    let mut cells = Vec::with_capacity(columns.len());
    for column in columns {
        let raw = match column.kind {
            Kind::Int => Raw::Int(take(rest)?),
            Kind::UInt => Raw::UInt(take(rest)?),
            Kind::Float32 => Raw::Float32(f32::from_bits(u32::from_le_bytes(fixed(rest)?))),
            Kind::Float64 => Raw::Float64(f64::from_bits(u64::from_le_bytes(fixed(rest)?))),
            Kind::Bool => Raw::Bool(fixed::<1>(rest)? != [0]),
            Kind::Text => Raw::Text(take(rest)?),
        };
        cells.push(Cell { raw, quality: Quality::GOOD });
    }
    for (at, quality) in odd {
        cells.get_mut(usize::try_from(at).ok()?)?.quality = quality;
    }
    Some(Reading { group: std::sync::Arc::clone(&known.group), at_ms, cells })
}

fn fixed<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (value, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*value)
}
