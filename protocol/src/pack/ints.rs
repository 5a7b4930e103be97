//! Columns of whole numbers as one section: where each column begins, then how it goes on, with what is learnt shared by all
//! columns of the class.
//!
//! Two ways, the cheaper one is taken: by *steps* (the difference to the value before: temperatures, counters) or around a
//! *middle* (the difference to one value per column: noise around a level). All differences wrap, so every number works.

use super::ladder::{Hint, Ladder, bits};
use super::range::{Decoder, Encoder};
use super::section::SectionError;

/// How a column goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Steps,
    Middle,
}

fn middle(column: &[i64]) -> i64 {
    let sum: i128 = column.iter().map(|v| i128::from(*v)).sum();
    let len = i128::try_from(column.len()).unwrap_or(1).max(1);
    i64::try_from((sum + len / 2).div_euclid(len)).unwrap_or(0)
}

/// The way that is likely cheaper.
pub(super) fn best_way(columns: &[&[i64]]) -> Way {
    let (mut steps, mut around) = (0u64, 0u64);
    for column in columns {
        let level = middle(column);
        let mut before = column.first().copied().unwrap_or(0);
        for value in column.iter().skip(1) {
            steps += cost(value.wrapping_sub(before));
            before = *value;
        }
        around += column.iter().map(|value| cost(value.wrapping_sub(level))).sum::<u64>();
    }
    if around < steps { Way::Middle } else { Way::Steps }
}

/// Sixteenths of a bit, about: finer than whole bits, because a noisy level is won or lost by half a bit.
fn cost(difference: i64) -> u64 {
    let size = difference.unsigned_abs();
    let whole = u64::from(bits(difference)) * 16;
    let top = 64 - size.leading_zeros();
    let below = if top > 4 { (size >> (top - 5)) & 15 } else { (size << (5 - top)) & 15 };
    whole + if size == 0 { 0 } else { below }
}

/// Writes all columns.
pub(super) fn write(columns: &[&[i64]], way: Way) -> Vec<u8> {
    let mut to = Encoder::default();
    let (mut begins, mut goes) = (Ladder::default(), Ladder::default());
    let mut hint = Hint::default();
    let mut begin_before = 0;
    for column in columns {
        let begin = match way {
            Way::Steps => column.first().copied().unwrap_or(0),
            Way::Middle => middle(column),
        };
        hint = begins.put(&mut to, hint, begin.wrapping_sub(begin_before));
        begin_before = begin;
        let mut before = begin;
        let mut hint = Hint::default();
        let rest = match way {
            Way::Steps => column.get(1..).unwrap_or_default(),
            Way::Middle => column,
        };
        for value in rest {
            hint = goes.put(&mut to, hint, value.wrapping_sub(before));
            if way == Way::Steps {
                before = *value;
            }
        }
    }
    to.finish()
}

/// Reads columns of these lengths; their sum is bounded by the caller.
pub(super) fn read(bytes: &[u8], lengths: &[usize], way: Way) -> Result<Vec<Vec<i64>>, SectionError> {
    let mut from = Decoder::new(bytes);
    let (mut begins, mut goes) = (Ladder::default(), Ladder::default());
    let mut hint = Hint::default();
    let mut begin = 0i64;
    let mut columns = Vec::with_capacity(lengths.len());
    for len in lengths {
        let (next, difference) = begins.take(&mut from, hint);
        hint = next;
        begin = begin.wrapping_add(difference);
        let mut column = Vec::with_capacity(*len);
        if way == Way::Steps && *len > 0 {
            column.push(begin);
        }
        let mut before = begin;
        let mut hint = Hint::default();
        while column.len() < *len {
            let (next, difference) = goes.take(&mut from, hint);
            hint = next;
            let value = before.wrapping_add(difference);
            if way == Way::Steps {
                before = value;
            }
            column.push(value);
        }
        if from.is_short() {
            return Err(SectionError::Short);
        }
        columns.push(column);
    }
    from.finish()?;
    Ok(columns)
}
