//! Frames to bytes and back. Each column is compressed alone, so that a chart decodes only the one it shows; columns
//! with the same times share them, because times cost more than most values.

use super::frame::{Column, Frame, samples};
use super::numbers::{compress, decompress};
use crate::domains::telemetry::sample::Sample;
use riversync_protocol::pack::Values;
use riversync_protocol::v1::{Column as Described, Kind, Quality};
use serde::{Deserialize, Serialize};

/// The first byte of every frame.
const VERSION: u8 = 1;
/// A day at ten hertz and some: what one column may claim to hold before anything is allocated.
const MAX_ROWS: u32 = 1 << 20;

/// Why a frame is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::domains::telemetry) enum FrameError {
    #[error("its columns hold another number of values than they announce")]
    Count,
    #[error("its numbers are damaged: {0}")]
    Numbers(String),
    #[error("its directory is damaged: {0}")]
    Directory(#[from] postcard::Error),
    #[error("it is of version {0}, which this service does not know")]
    Version(u8),
}

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u8,
    times: Vec<StoredTimes>,
    columns: Vec<StoredColumn>,
}

#[derive(Serialize, Deserialize)]
struct StoredTimes {
    rows: u32,
    bytes: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct StoredColumn {
    described: Described,
    times: u32,
    bytes: Vec<u8>,
    /// Rows and quality, for samples that are not good.
    runs: Vec<(u32, u32, Quality)>,
}

/// The bytes of a frame.
pub(in crate::domains::telemetry) fn encode(frame: &Frame) -> Result<Vec<u8>, FrameError> {
    let mut seen: Vec<Vec<i64>> = Vec::new();
    let mut stored = Stored { version: VERSION, times: Vec::new(), columns: Vec::new() };
    for column in &frame.columns {
        let times: Vec<i64> = column.samples.iter().map(|sample| sample.at_ms).collect();
        let index = match seen.iter().position(|known| *known == times) {
            Some(index) => index,
            None => {
                let rows = u32::try_from(times.len()).map_err(|_| FrameError::Count)?;
                stored.times.push(StoredTimes { rows, bytes: compress(&times)? });
                seen.push(times);
                seen.len() - 1
            }
        };
        let mut values = Values::empty(column.described.kind);
        for sample in &column.samples {
            sample.raw.clone().push_to(&mut values);
        }
        stored.columns.push(StoredColumn {
            described: column.described.clone(),
            times: u32::try_from(index).map_err(|_| FrameError::Count)?,
            bytes: values_to_bytes(&values)?,
            runs: runs(&column.samples),
        });
    }
    Ok(postcard::to_stdvec(&stored)?)
}

/// The columns of the frame in `bytes` that are `wanted`; the others are not decoded.
pub(in crate::domains::telemetry) fn decode(
    bytes: &[u8],
    wanted: impl Fn(&Described) -> bool,
) -> Result<Frame, FrameError> {
    let stored: Stored = postcard::from_bytes(bytes)?;
    if stored.version != VERSION {
        return Err(FrameError::Version(stored.version));
    }
    let mut times: Vec<Option<Vec<i64>>> = stored.times.iter().map(|_| None).collect();
    let mut columns = Vec::new();
    for column in stored.columns.iter().filter(|column| wanted(&column.described)) {
        let index = usize::try_from(column.times).map_err(|_| FrameError::Count)?;
        let (of, cached) = stored.times.get(index).zip(times.get_mut(index)).ok_or(FrameError::Count)?;
        if of.rows > MAX_ROWS {
            return Err(FrameError::Count);
        }
        let rows = usize::try_from(of.rows).map_err(|_| FrameError::Count)?;
        let times_ms = match cached {
            Some(times) => &*times,
            None => cached.insert(decompress(&of.bytes, rows)?),
        };
        let values = bytes_to_values(&column.bytes, column.described.kind, rows)?;
        let mut quality = vec![Quality::GOOD; rows];
        for (start, len, of_run) in &column.runs {
            let start = usize::try_from(*start).map_err(|_| FrameError::Count)?;
            let len = usize::try_from(*len).map_err(|_| FrameError::Count)?;
            quality.get_mut(start..start.saturating_add(len)).ok_or(FrameError::Count)?.fill(*of_run);
        }
        columns.push(Column {
            described: column.described.clone(),
            samples: samples(times_ms, &values, &quality),
        });
    }
    Ok(Frame { columns })
}

/// The descriptions in a frame, in order; nothing is decoded.
pub(in crate::domains::telemetry) fn directory(bytes: &[u8]) -> Result<Vec<Described>, FrameError> {
    let stored: Stored = postcard::from_bytes(bytes)?;
    Ok(stored.columns.into_iter().map(|column| column.described).collect())
}

fn runs(samples: &[Sample]) -> Vec<(u32, u32, Quality)> {
    let mut out: Vec<(u32, u32, Quality)> = Vec::new();
    for (at, sample) in (0u32..).zip(samples).filter(|(_, sample)| sample.quality != Quality::GOOD) {
        match out.last_mut() {
            Some((start, len, quality)) if *start + *len == at && *quality == sample.quality => *len += 1,
            _ => out.push((at, 1, sample.quality)),
        }
    }
    out
}

fn values_to_bytes(values: &Values) -> Result<Vec<u8>, FrameError> {
    match values {
        Values::Int(v) => compress(v),
        Values::UInt(v) => compress(v),
        Values::Float32(v) => compress(v),
        Values::Float64(v) => compress(v),
        Values::Bool(v) => Ok(postcard::to_stdvec(&lengths(v))?),
        Values::Text(v) => Ok(postcard::to_stdvec(&lengths(v))?),
    }
}

fn bytes_to_values(bytes: &[u8], kind: Kind, rows: usize) -> Result<Values, FrameError> {
    Ok(match kind {
        Kind::Int => Values::Int(decompress(bytes, rows)?),
        Kind::UInt => Values::UInt(decompress(bytes, rows)?),
        Kind::Float32 => Values::Float32(decompress(bytes, rows)?),
        Kind::Float64 => Values::Float64(decompress(bytes, rows)?),
        Kind::Bool => Values::Bool(repeated(postcard::from_bytes(bytes)?, rows)?),
        Kind::Text => Values::Text(repeated(postcard::from_bytes(bytes)?, rows)?),
    })
}

/// Values that repeat, with how often.
fn lengths<T: Clone + PartialEq>(values: &[T]) -> Vec<(u32, T)> {
    let mut out: Vec<(u32, T)> = Vec::new();
    for value in values {
        match out.last_mut() {
            Some((times, last)) if last == value && *times < u32::MAX => *times += 1,
            _ => out.push((1, value.clone())),
        }
    }
    out
}

fn repeated<T: Clone>(runs: Vec<(u32, T)>, rows: usize) -> Result<Vec<T>, FrameError> {
    let mut out = Vec::with_capacity(rows);
    for (times, value) in runs {
        let times = usize::try_from(times).map_err(|_| FrameError::Count)?;
        if out.len().saturating_add(times) > rows {
            return Err(FrameError::Count);
        }
        out.extend(std::iter::repeat_n(value, times));
    }
    if out.len() == rows { Ok(out) } else { Err(FrameError::Count) }
}
