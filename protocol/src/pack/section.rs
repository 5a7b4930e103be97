//! One section: a method byte, a length, the bytes. Writing tries what may be smaller; reading accepts nothing else.

use super::numbers;
use super::{MAX_TEXT_BYTES, Values};
use crate::v1::Kind;

/// Why a section is damaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SectionError {
    /// The bytes end before the section does.
    #[error("a section is cut short")]
    Short,
    /// Bytes follow the last section.
    #[error("bytes follow the last section")]
    Trailing,
    /// A method that this version does not know, or not for this kind.
    #[error("a section uses the unknown method {0}")]
    Method(u8),
    /// The section holds another number of values than announced.
    #[error("a section holds another number of values than the rows announce")]
    Count,
    /// The compressor refused.
    #[error("a section does not decompress: {0}")]
    Numbers(String),
    /// Text that is too long or no UTF-8.
    #[error("a text is too long or not UTF-8")]
    Text,
}

/// Values as they are, through `pco`.
const PLAIN: u8 = 0;
/// First value of each column, then the differences within each column, both through `pco`.
const FIRST_AND_DELTAS: u8 = 1;
/// Lengths of alternating runs of the whole section, starting with `false`.
const RUNS: u8 = 2;
/// Texts, each as how many times it repeats and itself.
const TEXTS: u8 = 3;

/// Writes sections.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn section(&mut self, method: u8, body: &[u8]) {
        self.bytes.push(method);
        put_varint(&mut self.bytes, body.len() as u64);
        self.bytes.extend_from_slice(body);
    }

    pub(super) fn ints(&mut self, columns: &[&[i64]]) -> Result<(), SectionError> {
        let plain: Vec<i64> = columns.iter().flat_map(|column| column.iter().copied()).collect();
        let plain_bytes = numbers::compress(&plain)?;
        let firsts: Vec<i64> = columns.iter().filter_map(|column| column.first().copied()).collect();
        let deltas: Vec<i64> =
            columns.iter().flat_map(|column| column.windows(2).map(|w| pair(w, i64::wrapping_sub))).collect();
        let first_bytes = numbers::compress(&firsts)?;
        let delta_bytes = numbers::compress(&deltas)?;
        let mut both = Vec::with_capacity(first_bytes.len() + delta_bytes.len() + 4);
        put_varint(&mut both, first_bytes.len() as u64);
        both.extend_from_slice(&first_bytes);
        both.extend_from_slice(&delta_bytes);
        if both.len() < plain_bytes.len() {
            self.section(FIRST_AND_DELTAS, &both);
        } else {
            self.section(PLAIN, &plain_bytes);
        }
        Ok(())
    }

    pub(super) fn values(&mut self, kind: Kind, columns: &[&Values]) -> Result<(), SectionError> {
        macro_rules! all {
            ($variant:ident) => {
                columns
                    .iter()
                    .flat_map(|values| match values {
                        Values::$variant(v) => v.as_slice(),
                        _ => &[],
                    })
                    .cloned()
                    .collect::<Vec<_>>()
            };
        }
        match kind {
            Kind::Int => {
                let columns: Vec<&[i64]> = columns
                    .iter()
                    .map(|values| if let Values::Int(v) = values { v.as_slice() } else { &[] })
                    .collect();
                self.ints(&columns)?;
            }
            Kind::UInt => self.section(PLAIN, &numbers::compress(&all!(UInt))?),
            Kind::Float32 => self.section(PLAIN, &numbers::compress(&all!(Float32))?),
            Kind::Float64 => self.section(PLAIN, &numbers::compress(&all!(Float64))?),
            Kind::Bool => self.section(RUNS, &runs(&all!(Bool))),
            Kind::Text => self.section(TEXTS, &texts(&all!(Text))?),
        }
        Ok(())
    }
}

/// Reads sections.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn finish(self) -> Result<(), SectionError> {
        if self.rest.is_empty() { Ok(()) } else { Err(SectionError::Trailing) }
    }

    fn section(&mut self) -> Result<(u8, &'a [u8]), SectionError> {
        let (method, rest) = self.rest.split_first().ok_or(SectionError::Short)?;
        self.rest = rest;
        let len = take_varint(&mut self.rest)?;
        let len = usize::try_from(len).map_err(|_| SectionError::Short)?;
        let (body, rest) = self.rest.split_at_checked(len).ok_or(SectionError::Short)?;
        self.rest = rest;
        Ok((*method, body))
    }

    /// Columns of these lengths, none of which is 0.
    pub(super) fn ints(&mut self, lengths: &[usize]) -> Result<Vec<Vec<i64>>, SectionError> {
        let total: usize = lengths.iter().sum();
        match self.section()? {
            (PLAIN, body) => split(numbers::decompress::<i64>(body, total)?, lengths),
            (FIRST_AND_DELTAS, mut body) => {
                let len = usize::try_from(take_varint(&mut body)?).map_err(|_| SectionError::Short)?;
                let (firsts, deltas) = body.split_at_checked(len).ok_or(SectionError::Short)?;
                let firsts = numbers::decompress::<i64>(firsts, lengths.len())?;
                let deltas = numbers::decompress::<i64>(deltas, total.saturating_sub(lengths.len()))?;
                let mut deltas = deltas.into_iter();
                let column = |(first, len): (i64, &usize)| {
                    let mut value = first;
                    let mut column = Vec::with_capacity(*len);
                    column.push(value);
                    for delta in deltas.by_ref().take(len.saturating_sub(1)) {
                        value = value.wrapping_add(delta);
                        column.push(value);
                    }
                    column
                };
                Ok(firsts.into_iter().zip(lengths).map(column).collect())
            }
            (method, _) => Err(SectionError::Method(method)),
        }
    }

    pub(super) fn values(&mut self, kind: Kind, lengths: &[usize]) -> Result<Vec<Values>, SectionError> {
        if kind == Kind::Int {
            return Ok(self.ints(lengths)?.into_iter().map(Values::Int).collect());
        }
        let total: usize = lengths.iter().sum();
        let (method, body) = self.section()?;
        macro_rules! wrap {
            ($values:expr, $variant:ident) => {
                Ok(split($values, lengths)?.into_iter().map(Values::$variant).collect())
            };
        }
        match (kind, method) {
            (Kind::UInt, PLAIN) => wrap!(numbers::decompress::<u64>(body, total)?, UInt),
            (Kind::Float32, PLAIN) => wrap!(numbers::decompress::<f32>(body, total)?, Float32),
            (Kind::Float64, PLAIN) => wrap!(numbers::decompress::<f64>(body, total)?, Float64),
            (Kind::Bool, RUNS) => wrap!(read_runs(body, total)?, Bool),
            (Kind::Text, TEXTS) => wrap!(read_texts(body, total)?, Text),
            (_, method) => Err(SectionError::Method(method)),
        }
    }
}

fn pair(window: &[i64], op: fn(i64, i64) -> i64) -> i64 {
    match window {
        [before, after] => op(*after, *before),
        _ => 0,
    }
}

fn split<T: Clone>(values: Vec<T>, lengths: &[usize]) -> Result<Vec<Vec<T>>, SectionError> {
    let mut rest = values.as_slice();
    let mut columns = Vec::with_capacity(lengths.len());
    for len in lengths {
        let (column, after) = rest.split_at_checked(*len).ok_or(SectionError::Count)?;
        columns.push(column.to_vec());
        rest = after;
    }
    if rest.is_empty() { Ok(columns) } else { Err(SectionError::Count) }
}

fn runs(values: &[bool]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut now = false;
    let mut len = 0u64;
    for value in values {
        if *value == now {
            len += 1;
        } else {
            put_varint(&mut bytes, len);
            now = *value;
            len = 1;
        }
    }
    put_varint(&mut bytes, len);
    bytes
}

fn read_runs(mut body: &[u8], total: usize) -> Result<Vec<bool>, SectionError> {
    let mut values = Vec::with_capacity(total);
    let mut now = false;
    while !body.is_empty() {
        let len = usize::try_from(take_varint(&mut body)?).map_err(|_| SectionError::Count)?;
        if len > total - values.len() {
            return Err(SectionError::Count);
        }
        values.resize(values.len() + len, now);
        now = !now;
    }
    if values.len() == total { Ok(values) } else { Err(SectionError::Count) }
}

fn texts(values: &[String]) -> Result<Vec<u8>, SectionError> {
    let mut bytes = Vec::new();
    for run in values.chunk_by(|a, b| a == b) {
        let text = run.first().map_or("", String::as_str);
        if text.len() > MAX_TEXT_BYTES {
            return Err(SectionError::Text);
        }
        put_varint(&mut bytes, run.len() as u64);
        put_varint(&mut bytes, text.len() as u64);
        bytes.extend_from_slice(text.as_bytes());
    }
    Ok(bytes)
}

fn read_texts(mut body: &[u8], total: usize) -> Result<Vec<String>, SectionError> {
    let mut values: Vec<String> = Vec::new();
    while !body.is_empty() {
        let times = usize::try_from(take_varint(&mut body)?).map_err(|_| SectionError::Count)?;
        let len = usize::try_from(take_varint(&mut body)?).map_err(|_| SectionError::Text)?;
        if times == 0 || times > total - values.len() || len > MAX_TEXT_BYTES {
            return Err(SectionError::Count);
        }
        let (text, rest) = body.split_at_checked(len).ok_or(SectionError::Short)?;
        body = rest;
        let text = std::str::from_utf8(text).map_err(|_| SectionError::Text)?;
        values.extend(std::iter::repeat_n(text.to_owned(), times));
    }
    if values.len() == total { Ok(values) } else { Err(SectionError::Count) }
}

fn put_varint(bytes: &mut Vec<u8>, mut value: u64) {
    loop {
        let low = value.to_le_bytes()[0] & 0x7f;
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}

fn take_varint(bytes: &mut &[u8]) -> Result<u64, SectionError> {
    let mut value = 0u64;
    for shift in (0..63).step_by(7) {
        let (byte, rest) = bytes.split_first().ok_or(SectionError::Short)?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(SectionError::Count)
}
