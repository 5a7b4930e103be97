//! A binary arithmetic coder with adaptive probabilities: what is learnt while coding need not be sent.
//!
//! The decoder reads exactly the bytes that the encoder wrote, so a section that is cut short or has bytes left over is
//! known to be damaged.

use super::section::SectionError;

/// The probability of a one, learnt from what was seen: quickly at first, then ever more slowly.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chance {
    /// Of a zero, in 1/65536.
    zero: u16,
    /// How many were seen, up to [`SETTLED`].
    seen: u8,
}

/// After so many the speed of learning stays.
const SETTLED: u8 = 126;
/// Nothing is certain, 1/65536.
const RAREST: u32 = 48;
const TOP: u32 = 1 << 24;

impl Default for Chance {
    fn default() -> Self {
        Self { zero: 1 << 15, seen: 0 }
    }
}

impl Chance {
    fn bound(self, range: u32) -> u32 {
        (range >> 16) * u32::from(self.zero).clamp(RAREST, 65_536 - RAREST)
    }

    fn learn(&mut self, one: bool) {
        // 1/(n + 1.5): the estimate of Krichevsky and Trofimov, in whole numbers.
        let speed = u32::from(self.seen) * 2 + 3;
        let zero = u32::from(self.zero);
        let zero = if one { zero - zero * 2 / speed } else { zero + (65_535 - zero) * 2 / speed };
        self.zero = u16::try_from(zero).unwrap_or(u16::MAX);
        self.seen = (self.seen + 1).min(SETTLED);
    }
}

/// Writes bits.
#[derive(Debug)]
pub(super) struct Encoder {
    low: u64,
    range: u32,
    /// The byte that a carry may still change, once there is one, and how many 0xff follow it.
    held: Option<u8>,
    full: usize,
    bytes: Vec<u8>,
}

impl Default for Encoder {
    fn default() -> Self {
        Self { low: 0, range: u32::MAX, held: None, full: 0, bytes: Vec::new() }
    }
}

impl Encoder {
    pub(super) fn bit(&mut self, chance: &mut Chance, one: bool) {
        let bound = chance.bound(self.range);
        if one {
            self.low += u64::from(bound);
            self.range -= bound;
        } else {
            self.range = bound;
        }
        chance.learn(one);
        self.settle();
    }

    /// The lowest `count` bits of `value`, each as likely as not.
    pub(super) fn flat(&mut self, value: u64, count: u32) {
        for at in (0..count).rev() {
            self.range >>= 1;
            if (value >> at) & 1 == 1 {
                self.low += u64::from(self.range);
            }
            self.settle();
        }
    }

    fn settle(&mut self) {
        while self.range < TOP {
            self.range <<= 8;
            self.shift();
        }
    }

    fn shift(&mut self) {
        let [.., carry, top, _, _, _] = self.low.to_be_bytes();
        if carry == 0 && top == 0xff {
            self.full += 1;
        } else {
            if let Some(held) = self.held {
                self.bytes.push(held.wrapping_add(carry));
            }
            self.bytes.extend(std::iter::repeat_n(carry.wrapping_sub(1), self.full));
            self.full = 0;
            self.held = Some(top);
        }
        self.low = (self.low & 0x00ff_ffff) << 8;
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        for _ in 0..5 {
            self.shift();
        }
        self.bytes
    }
}

/// Reads bits.
#[derive(Debug)]
pub(super) struct Decoder<'a> {
    code: u32,
    range: u32,
    rest: &'a [u8],
    /// Whether more was read than there is.
    short: bool,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let mut decoder = Self { code: 0, range: u32::MAX, rest: bytes, short: false };
        for _ in 0..4 {
            decoder.pull();
        }
        decoder
    }

    fn pull(&mut self) {
        let byte = match self.rest.split_first() {
            Some((byte, rest)) => {
                self.rest = rest;
                *byte
            }
            None => {
                self.short = true;
                0
            }
        };
        self.code = (self.code << 8) | u32::from(byte);
    }

    fn settle(&mut self) {
        while self.range < TOP {
            self.range <<= 8;
            self.pull();
        }
    }

    pub(super) fn bit(&mut self, chance: &mut Chance) -> bool {
        let bound = chance.bound(self.range);
        let one = self.code >= bound;
        if one {
            self.code -= bound;
            self.range -= bound;
        } else {
            self.range = bound;
        }
        chance.learn(one);
        self.settle();
        one
    }

    pub(super) fn flat(&mut self, count: u32) -> u64 {
        let mut value = 0;
        for _ in 0..count {
            self.range >>= 1;
            let one = self.code >= self.range;
            if one {
                self.code -= self.range;
            }
            self.settle();
            value = (value << 1) | u64::from(one);
        }
        value
    }

    /// Whether the bytes ran out; asked now and then, so that nonsense is not decoded at length.
    pub(super) fn is_short(&self) -> bool {
        self.short
    }

    pub(super) fn finish(self) -> Result<(), SectionError> {
        match (self.short, self.rest.is_empty()) {
            (true, _) => Err(SectionError::Short),
            (false, true) => Ok(()),
            (false, false) => Err(SectionError::Trailing),
        }
    }
}
