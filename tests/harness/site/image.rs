//! What a device's registers hold: the points of its profile, and in every other register a canary.

use super::wave::Wave;
use crate::canary;
use std::collections::BTreeMap;

/// The four tables of Modbus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// Function 1.
    Coil,
    /// Function 2.
    DiscreteInput,
    /// Function 3.
    Holding,
    /// Function 4.
    Input,
}

impl Table {
    /// Whether it holds bits.
    pub fn is_bits(self) -> bool {
        matches!(self, Self::Coil | Self::DiscreteInput)
    }
}

/// How a value lies in registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// One bit.
    Bool,
    /// Unsigned integer of so many words.
    Unsigned(u16),
    /// Signed integer of so many words.
    Signed(u16),
    /// IEEE 754 single precision, two words.
    Float32,
    /// IEEE 754 double precision, four words.
    Float64,
}

impl Encoding {
    /// Registers it takes.
    pub fn words(self) -> u16 {
        match self {
            Self::Bool => 1,
            Self::Unsigned(words) | Self::Signed(words) => words,
            Self::Float32 => 2,
            Self::Float64 => 4,
        }
    }

    /// The words of `value`, most significant first.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "registers wrap, as real devices do"
    )]
    fn encode(self, value: f64) -> Vec<u16> {
        let bits = match self {
            Self::Bool => u64::from(value != 0.0),
            Self::Unsigned(_) => value.round().max(0.0) as u64,
            Self::Signed(_) => value.round() as i64 as u64,
            Self::Float32 => u64::from((value as f32).to_bits()),
            Self::Float64 => value.to_bits(),
        };
        (0..self.words()).rev().map(|word| (bits >> (16 * word)) as u16).collect()
    }
}

/// Order of words and of bytes in a word, named by where the bytes ABCD of a value end up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WordOrder {
    /// Most significant word first.
    #[default]
    Abcd,
    /// Least significant word first.
    Cdab,
    /// Most significant word first, bytes swapped.
    Badc,
    /// Least significant word first, bytes swapped.
    Dcba,
}

impl WordOrder {
    fn arrange(self, mut words: Vec<u16>) -> Vec<u16> {
        if matches!(self, Self::Cdab | Self::Dcba) {
            words.reverse();
        }
        if matches!(self, Self::Badc | Self::Dcba) {
            words.iter_mut().for_each(|word| *word = word.swap_bytes());
        }
        words
    }
}

/// One metric in the registers.
#[derive(Clone, Debug)]
pub struct Point {
    /// Its name in the profile.
    pub metric: String,
    /// Its table.
    pub table: Table,
    /// First register or bit, counted from 0.
    pub address: u16,
    /// How it is laid out.
    pub encoding: Encoding,
    /// In which order.
    pub order: WordOrder,
    /// How it moves.
    pub wave: Wave,
}

impl Point {
    fn covers(&self, table: Table, start: u16, count: u16) -> bool {
        let (first, end) =
            (u32::from(self.address), u32::from(self.address) + u32::from(self.encoding.words()));
        self.table == table && u32::from(start) <= first && end <= u32::from(start) + u32::from(count)
    }
}

/// A value that a device gave out whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Served {
    /// The metric.
    pub metric: String,
    /// Its raw value, before scale and offset.
    pub raw: f64,
}

/// A device's registers.
#[derive(Clone, Debug, Default)]
pub struct Image {
    points: Vec<Point>,
    readings: BTreeMap<String, u64>,
    forced: BTreeMap<String, f64>,
}

impl Image {
    /// Registers that hold `points`, and canaries everywhere else.
    pub fn new(points: Vec<Point>) -> Self {
        Self { points, ..Self::default() }
    }

    /// The points it holds.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Holds `metric` at the raw value `value`, or lets it move again.
    pub fn force(&mut self, metric: &str, value: Option<f64>) {
        match value {
            Some(value) => self.forced.insert(metric.to_owned(), value),
            None => self.forced.remove(metric),
        };
    }

    /// Makes `metric` a canary from now on, or a value again: what nobody granted must not be worth anything.
    pub fn replace(&mut self, metric: &str, wave: Wave) {
        for point in self.points.iter_mut().filter(|point| point.metric == metric) {
            point.wave = wave;
        }
    }

    /// The words (or bits, one per word) of `start..start + count` at `at_ms`, and the values that lie in it whole.
    pub fn read(&mut self, table: Table, start: u16, count: u16, at_ms: i64) -> (Vec<u16>, Vec<Served>) {
        let addresses = (0..count).map(|n| start.wrapping_add(n));
        let mut words: Vec<u16> = addresses.map(canary::word).collect();
        let mut served = Vec::new();
        for point in self.points.iter().filter(|point| point.covers(table, start, count)) {
            let readings = self.readings.entry(point.metric.clone()).or_default();
            let moving = point.wave.at(at_ms, *readings);
            *readings += 1;
            let value = self.forced.get(&point.metric).copied().unwrap_or(moving);
            let encoded = point.encoding.encode(value);
            served.push(Served { metric: point.metric.clone(), raw: seen(point.encoding, &encoded) });
            let at = usize::from(point.address - start);
            for (to, from) in words.iter_mut().skip(at).zip(point.order.arrange(encoded)) {
                *to = from;
            }
        }
        (words, served)
    }
}

/// The number that `words` say, as a reader with the right profile sees it.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a number for comparison; 16-bit words are cut on purpose"
)]
fn seen(encoding: Encoding, words: &[u16]) -> f64 {
    let bits = words.iter().fold(0_u64, |bits, word| bits << 16 | u64::from(*word));
    match encoding {
        Encoding::Bool | Encoding::Unsigned(_) => bits as f64,
        Encoding::Signed(words) => {
            let unused = 64 - 16 * u32::from(words);
            ((bits << unused) as i64 >> unused) as f64
        }
        Encoding::Float32 => f64::from(f32::from_bits(bits as u32)),
        Encoding::Float64 => f64::from_bits(bits),
    }
}

#[cfg(test)]
mod tests {
    use super::{Encoding, Image, Point, Served, Table, WordOrder};
    use crate::canary;
    use crate::site::Wave;

    fn point(metric: &str, address: u16, encoding: Encoding, order: WordOrder, wave: Wave) -> Point {
        Point { metric: metric.to_owned(), table: Table::Holding, address, encoding, order, wave }
    }

    #[test]
    fn values_lie_in_their_order_and_canaries_around_them() {
        let mut image = Image::new(vec![
            point("power", 2, Encoding::Signed(1), WordOrder::Abcd, Wave::Fixed(-5.0)),
            point("total", 4, Encoding::Unsigned(2), WordOrder::Cdab, Wave::Serial { start: 0x0001_0002 }),
        ]);
        let (words, served) = image.read(Table::Holding, 1, 6, 0);
        assert_eq!(words, [canary::word(1), 0xfffb, canary::word(3), 2, 1, canary::word(6)]);
        let expected = [("power", -5.0), ("total", f64::from(0x0001_0002))];
        let expected = expected.map(|(metric, raw)| Served { metric: metric.to_owned(), raw });
        assert_eq!(served, expected);
        let (_, second) = image.read(Table::Holding, 4, 2, 0);
        assert_eq!(second[0].raw, f64::from(0x0001_0003), "a serial counts its readings");
        assert!(image.read(Table::Holding, 5, 1, 0).1.is_empty(), "half a value is none");
    }
}
