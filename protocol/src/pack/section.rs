//! One section: a method byte, a length, the bytes. Writing tries what may be smaller; reading accepts nothing else.

use super::ints::{self, Way};
use super::{Values, decimals, numbers, texts};
use crate::v1::Kind;

/// Why a section is damaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SectionError {
    /// The bytes end before the section does.
    #[error("a section is cut short")]
    Short,
    /// Bytes follow the last section or the last value of one.
    #[error("bytes follow the end of a section")]
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
    /// A value that its kind does not have.
    #[error("a section holds a value that its kind does not have")]
    Value,
}

/// Values as they are, end to end, through `pco`.
const PLAIN: u8 = 0;
/// Whole numbers by their steps, through the arithmetic coder.
const STEPS: u8 = 1;
/// Whole numbers around a middle, through the arithmetic coder.
const MIDDLE: u8 = 2;
/// Texts, each as how many times it repeats and itself.
const TEXTS: u8 = 3;
/// Plus the number of decimals: [`STEPS`] of the whole numbers whose images the floats are.
const DECIMAL_STEPS: u8 = 16;
/// Plus the number of decimals: [`MIDDLE`] of the whole numbers whose images the floats are.
const DECIMAL_MIDDLE: u8 = 32;

/// `pco` is tried beside the arithmetic coder when a value costs more bits than this on average: noise with structure.
const TRY_PLAIN_ABOVE_BITS: usize = 12;
const TRY_PLAIN_FROM_VALUES: usize = 256;

fn method(way: Way, base: Option<u8>) -> u8 {
    match (way, base) {
        (Way::Steps, None) => STEPS,
        (Way::Middle, None) => MIDDLE,
        (Way::Steps, Some(exponent)) => DECIMAL_STEPS + exponent,
        (Way::Middle, Some(exponent)) => DECIMAL_MIDDLE + exponent,
    }
}

fn way_of(method: u8) -> Option<(Way, Option<u8>)> {
    match method {
        STEPS => Some((Way::Steps, None)),
        MIDDLE => Some((Way::Middle, None)),
        DECIMAL_STEPS..DECIMAL_MIDDLE => Some((Way::Steps, Some(method - DECIMAL_STEPS))),
        DECIMAL_MIDDLE..48 => Some((Way::Middle, Some(method - DECIMAL_MIDDLE))),
        _ => None,
    }
}

/// Writes sections.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    texts_held: usize,
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

    /// Whole numbers, as they are or as images of `exponent` decimals.
    fn wholes(&mut self, columns: &[&[i64]], exponent: Option<u8>) -> Result<(), SectionError> {
        let way = ints::best_way(columns);
        let body = ints::write(columns, way);
        let values: usize = columns.iter().map(|column| column.len()).sum();
        let dear = body.len() * 8 > values * TRY_PLAIN_ABOVE_BITS && values >= TRY_PLAIN_FROM_VALUES;
        if dear && exponent.is_none() {
            let plain = numbers::compress(&columns.concat())?;
            if plain.len() < body.len() {
                self.section(PLAIN, &plain);
                return Ok(());
            }
        }
        self.section(method(way, exponent), &body);
        Ok(())
    }

    pub(super) fn ints(&mut self, columns: &[&[i64]]) -> Result<(), SectionError> {
        self.wholes(columns, None)
    }

    fn floats<T: decimals::Float + pco::data_types::Number>(
        &mut self,
        columns: &[&[T]],
    ) -> Result<(), SectionError> {
        match decimals::wholes(columns) {
            Some((exponent, wholes)) => {
                self.wholes(&wholes.iter().map(Vec::as_slice).collect::<Vec<_>>(), Some(exponent))
            }
            None => {
                self.section(PLAIN, &numbers::compress(&columns.concat())?);
                Ok(())
            }
        }
    }

    /// Columns of one kind; those of another are not written, and the caller has checked that there are none.
    pub(super) fn values(&mut self, kind: Kind, columns: &[&Values]) -> Result<(), SectionError> {
        macro_rules! of {
            ($variant:ident) => {
                columns
                    .iter()
                    .filter_map(
                        |values| if let Values::$variant(v) = values { Some(v.as_slice()) } else { None },
                    )
                    .collect::<Vec<_>>()
            };
        }
        macro_rules! as_ints {
            ($columns:expr, $one:expr) => {{
                let wholes: Vec<Vec<i64>> = $columns.iter().map(|c| c.iter().map($one).collect()).collect();
                self.wholes(&wholes.iter().map(Vec::as_slice).collect::<Vec<_>>(), None)
            }};
        }
        match kind {
            Kind::Int => self.wholes(&of!(Int), None),
            Kind::UInt => as_ints!(of!(UInt), |v| v.cast_signed()),
            Kind::Bool => as_ints!(of!(Bool), |v| i64::from(*v)),
            Kind::Float32 => self.floats(&of!(Float32)),
            Kind::Float64 => self.floats(&of!(Float64)),
            Kind::Text => {
                let body = texts::write(&of!(Text).concat(), &mut self.texts_held)?;
                self.section(TEXTS, &body);
                Ok(())
            }
        }
    }
}

/// Reads sections.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    texts_held: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, texts_held: 0 }
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

    /// Columns of these lengths, none of which is 0; their sum is bounded by the caller.
    pub(super) fn ints(&mut self, lengths: &[usize]) -> Result<Vec<Vec<i64>>, SectionError> {
        let (method, body) = self.section()?;
        match way_of(method) {
            Some((way, None)) => ints::read(body, lengths, way),
            _ if method == PLAIN => split(numbers::decompress::<i64>(body, lengths.iter().sum())?, lengths),
            _ => Err(SectionError::Method(method)),
        }
    }

    fn floats<T: decimals::Float + pco::data_types::Number + Default>(
        &mut self,
        lengths: &[usize],
    ) -> Result<Vec<Vec<T>>, SectionError> {
        let (method, body) = self.section()?;
        match way_of(method) {
            Some((way, Some(exponent))) => {
                let float =
                    |whole: i64| decimals::float::<T>(whole, exponent).ok_or(SectionError::Method(method));
                let columns = ints::read(body, lengths, way)?.into_iter();
                columns.map(|column| column.into_iter().map(float).collect()).collect()
            }
            _ if method == PLAIN => split(numbers::decompress::<T>(body, lengths.iter().sum())?, lengths),
            _ => Err(SectionError::Method(method)),
        }
    }

    pub(super) fn values(&mut self, kind: Kind, lengths: &[usize]) -> Result<Vec<Values>, SectionError> {
        Ok(match kind {
            Kind::Int => self.ints(lengths)?.into_iter().map(Values::Int).collect(),
            Kind::UInt => {
                let unsigned = |column: Vec<i64>| column.into_iter().map(i64::cast_unsigned).collect();
                self.ints(lengths)?.into_iter().map(unsigned).map(Values::UInt).collect()
            }
            Kind::Bool => self.ints(lengths)?.into_iter().map(bools).collect::<Result<_, _>>()?,
            Kind::Float32 => self.floats::<f32>(lengths)?.into_iter().map(Values::Float32).collect(),
            Kind::Float64 => self.floats::<f64>(lengths)?.into_iter().map(Values::Float64).collect(),
            Kind::Text => match self.section()? {
                (TEXTS, body) => {
                    let all = texts::read(body, lengths.iter().sum(), &mut self.texts_held)?;
                    split(all, lengths)?.into_iter().map(Values::Text).collect()
                }
                (method, _) => return Err(SectionError::Method(method)),
            },
        })
    }
}

fn bools(column: Vec<i64>) -> Result<Values, SectionError> {
    let bool = |value: i64| match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(SectionError::Value),
    };
    column.into_iter().map(bool).collect::<Result<_, _>>().map(Values::Bool)
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

pub(super) fn put_varint(bytes: &mut Vec<u8>, mut value: u64) {
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

pub(super) fn take_varint(bytes: &mut &[u8]) -> Result<u64, SectionError> {
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
