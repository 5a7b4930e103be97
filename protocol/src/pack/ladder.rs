//! Whole numbers that are mostly small, through the arithmetic coder.
//!
//! A number is how many bits its size has, rung by rung, then its bits: the first two below the top one are learnt, too,
//! the rest are as likely as not. How large the number before it in the same column was is a hint, so that quiet and
//! noisy columns of one class do not spoil each other.

use super::range::{Chance, Decoder, Encoder};

const RUNGS: usize = 65;
const HINTS: usize = 3;

/// What was learnt about one stream of numbers.
#[derive(Debug)]
pub(super) struct Ladder {
    rungs: [[Chance; RUNGS]; HINTS],
    tops: [[Chance; 4]; RUNGS],
}

impl Default for Ladder {
    fn default() -> Self {
        Self { rungs: [[Chance::default(); RUNGS]; HINTS], tops: [[Chance::default(); 4]; RUNGS] }
    }
}

/// The number before in the same column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hint(usize);

impl Hint {
    fn after(bits: u32) -> Self {
        match bits {
            0..=2 => Self(0),
            3..=6 => Self(1),
            _ => Self(2),
        }
    }
}

fn fold(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

fn unfold(folded: u64) -> i64 {
    (folded >> 1).cast_signed() ^ -((folded & 1).cast_signed())
}

/// How many bits the size of `value` has: a quick measure of what it costs.
pub(super) fn bits(value: i64) -> u32 {
    64 - fold(value).leading_zeros()
}

impl Ladder {
    pub(super) fn put(&mut self, to: &mut Encoder, hint: Hint, value: i64) -> Hint {
        let folded = fold(value);
        let bits = 64 - folded.leading_zeros();
        if let Some(rungs) = self.rungs.get_mut(hint.0) {
            for (rung, chance) in (0u32..64).zip(rungs) {
                to.bit(chance, bits > rung);
                if bits <= rung {
                    break;
                }
            }
        }
        if let Some(tops) = self.tops.get_mut(bits as usize) {
            // The top bit is known; the two below it are learnt.
            let mut seen = 1usize;
            for below in 2..=3 {
                if bits >= below {
                    let one = (folded >> (bits - below)) & 1 == 1;
                    if let Some(chance) = tops.get_mut(seen) {
                        to.bit(chance, one);
                    }
                    seen = seen * 2 + usize::from(one);
                }
            }
        }
        to.flat(folded, bits.saturating_sub(3));
        Hint::after(bits)
    }

    pub(super) fn take(&mut self, from: &mut Decoder<'_>, hint: Hint) -> (Hint, i64) {
        let mut bits = 64u32;
        if let Some(rungs) = self.rungs.get_mut(hint.0) {
            for (rung, chance) in (0u32..64).zip(rungs) {
                if !from.bit(chance) {
                    bits = rung;
                    break;
                }
            }
        }
        if bits == 0 {
            return (Hint::after(0), 0);
        }
        let mut folded = 1u64;
        if let Some(tops) = self.tops.get_mut(bits as usize) {
            let mut seen = 1usize;
            for below in 2..=3 {
                if bits >= below {
                    let one = tops.get_mut(seen).is_some_and(|chance| from.bit(chance));
                    seen = seen * 2 + usize::from(one);
                    folded = folded * 2 + u64::from(one);
                }
            }
        }
        let rest = bits.saturating_sub(3);
        folded = (folded << rest) | from.flat(rest);
        (Hint::after(bits), unfold(folded))
    }
}
