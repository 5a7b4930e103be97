//! Registers to raw values. Pure, bounds-checked, for every type and order of EDGE section 7.

use crate::profile::{Metric, Place, RegisterAt, ValueType};
use crate::reading::{Cell, Raw};
use riversync_protocol::v1::{Kind, Quality, QualityReason};

/// What one request brought, with the address at which it starts.
#[derive(Clone, Copy)]
pub(super) enum Block<'a> {
    Words(u16, &'a [u16]),
    Bits(u16, &'a [bool]),
}

/// The cell of a metric from the block that holds it; bad when the block is too short or the value is none.
pub(super) fn cell(metric: &Metric, block: Block<'_>) -> Cell {
    let Place::Register(at) = &metric.place else { return bad(metric, QualityReason::Malformed) };
    let raw = match block {
        Block::Bits(start, bits) => bit(at, start, bits),
        Block::Words(start, words) => slice(at, start, words).map(|words| value(metric.value, at, words)),
    };
    match raw {
        None => bad(metric, QualityReason::Malformed),
        Some(raw) if !is_plausible(&raw) || is_not_available(metric, &raw) => {
            bad(metric, QualityReason::OutOfRange)
        }
        Some(raw) => Cell { raw, quality: Quality::GOOD },
    }
}

/// A cell that says why there is no value.
pub(in crate::sources) fn bad(metric: &Metric, reason: QualityReason) -> Cell {
    let raw = match metric.kind() {
        Kind::Int => Raw::Int(0),
        Kind::UInt => Raw::UInt(0),
        Kind::Float32 => Raw::Float32(0.0),
        Kind::Float64 => Raw::Float64(0.0),
        Kind::Bool => Raw::Bool(false),
        Kind::Text => Raw::Text(String::new()),
    };
    Cell { raw, quality: Quality::bad(reason) }
}

/// A float that is no number is no measurement. Zero below zero and the smallest numbers are.
pub(in crate::sources) fn is_plausible(raw: &Raw) -> bool {
    match raw {
        Raw::Float32(value) => value.is_finite(),
        Raw::Float64(value) => value.is_finite(),
        Raw::Int(_) | Raw::UInt(_) | Raw::Bool(_) | Raw::Text(_) => true,
    }
}

fn is_not_available(metric: &Metric, raw: &Raw) -> bool {
    match (metric.not_available, raw) {
        (Some(none), Raw::Int(value)) => *value == none,
        (Some(none), Raw::UInt(value)) => u64::try_from(none) == Ok(*value),
        _ => false,
    }
}

fn bit(at: &RegisterAt, start: u16, bits: &[bool]) -> Option<Raw> {
    let index = at.address.checked_sub(start)?;
    bits.get(usize::from(index)).map(|bit| Raw::Bool(*bit))
}

fn slice<'a>(at: &RegisterAt, start: u16, words: &'a [u16]) -> Option<&'a [u16]> {
    let from = usize::from(at.address.checked_sub(start)?);
    words.get(from..from.checked_add(usize::from(at.count))?)
}

fn value(value: ValueType, at: &RegisterAt, words: &[u16]) -> Raw {
    if value == ValueType::Text {
        return Raw::Text(text(words, at));
    }
    let mut wire = [0; 8];
    for (bytes, word) in wire.chunks_exact_mut(2).zip(words) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    let number = at.order.number(wire.get(..words.len() * 2).unwrap_or(&wire));
    let [low, ..] = number.to_le_bytes();
    #[expect(clippy::cast_possible_truncation, reason = "each type is as wide as its words")]
    match value {
        ValueType::Bool => Raw::Bool(number != 0),
        ValueType::Bit(bit) => Raw::Bool(number >> bit & 1 == 1),
        ValueType::Bits { first, count } => {
            Raw::Int(i64::try_from(number >> first & ((1 << count) - 1)).unwrap_or(0))
        }
        ValueType::Int8 => Raw::Int(i64::from(low.cast_signed())),
        ValueType::UInt8 => Raw::Int(i64::from(low)),
        ValueType::Int16 => Raw::Int(i64::from((number as u16).cast_signed())),
        ValueType::UInt16 => Raw::Int(i64::from(number as u16)),
        ValueType::Int32 => Raw::Int(i64::from((number as u32).cast_signed())),
        ValueType::UInt32 => Raw::Int(i64::from(number as u32)),
        ValueType::Int64 => Raw::Int(number.cast_signed()),
        ValueType::UInt64 => Raw::UInt(number),
        ValueType::Float16 => Raw::Float32(half(number as u16)),
        ValueType::Float32 => Raw::Float32(f32::from_bits(number as u32)),
        ValueType::Float64 => Raw::Float64(f64::from_bits(number)),
        ValueType::Text => Raw::Text(String::new()),
    }
}

/// Text up to the first NUL, without the blanks that fill it up. What is not UTF-8 is shown as such.
fn text(words: &[u16], at: &RegisterAt) -> String {
    let swapped = at.order.number(&[0, 1]) != 1;
    let bytes = words.iter().flat_map(|word| if swapped { word.to_le_bytes() } else { word.to_be_bytes() });
    let ordered: Vec<u8> = bytes.take_while(|byte| *byte != 0).collect();
    String::from_utf8_lossy(&ordered).trim_end().to_owned()
}

/// IEEE 754 half precision, exactly.
fn half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(bits >> 10 & 0x1f);
    let fraction = f32::from(bits & 0x3ff);
    match exponent {
        0 => sign * fraction * 2_f32.powi(-24),
        31 if fraction == 0.0 => sign * f32::INFINITY,
        31 => f32::NAN,
        _ => sign * (1_024.0 + fraction) * 2_f32.powi(exponent - 25),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use riversync_protocol::v1::QualityLevel;

    fn metric(body: &str) -> Metric {
        let text = format!("name = \"p\"\nversion = 1\n[[metric]]\nname = \"m\"\n{body}");
        crate::profile::read("p.toml", &text).unwrap_or_else(|f| panic!("{f:?}")).metrics.remove(0)
    }

    fn words(kind: &str, words: &[u16]) -> Cell {
        cell(
            &metric(&format!("type = \"{kind}\"\nregister = \"holding\"\naddress = 10")),
            Block::Words(10, words),
        )
    }

    fn good(raw: Raw) -> Cell {
        Cell { raw, quality: Quality::GOOD }
    }

    #[test]
    fn golden_vectors_of_every_type() {
        assert_eq!(words("bool", &[2]), good(Raw::Bool(true)));
        assert_eq!(words("int8", &[0x12ff]), good(Raw::Int(-1)));
        assert_eq!(words("uint8", &[0x12ff]), good(Raw::Int(255)));
        assert_eq!(words("int16", &[0x8000]), good(Raw::Int(-32_768)));
        assert_eq!(words("uint16", &[0xffff]), good(Raw::Int(65_535)));
        assert_eq!(words("int32", &[0xffff, 0xfffe]), good(Raw::Int(-2)));
        assert_eq!(words("uint32", &[0xffff, 0xfffe]), good(Raw::Int(4_294_967_294)));
        assert_eq!(words("int64", &[0x8000, 0, 0, 0]), good(Raw::Int(i64::MIN)));
        assert_eq!(words("uint64", &[0xffff; 4]), good(Raw::UInt(u64::MAX)));
        assert_eq!(words("float16", &[0x3555]), good(Raw::Float32(0.333_251_95)));
        assert_eq!(words("float16", &[0xc000]), good(Raw::Float32(-2.0)));
        assert_eq!(words("float16", &[0x0001]), good(Raw::Float32(5.960_464_5e-8)));
        assert_eq!(words("float32", &[0x4049, 0x999a]), good(Raw::Float32(3.15)));
        assert_eq!(words("float64", &[0x4009, 0x3333, 0x3333, 0x3333]), good(Raw::Float64(3.15)));
        assert_eq!(words("bit\"\nbit = 15 #\"", &[0x8000]), good(Raw::Bool(true)));
        assert_eq!(words("bits\"\nbit = 4\nbits = 3 #\"", &[0x00d0]), good(Raw::Int(5)));
        assert_eq!(
            words("string\"\nwords = 3 #\"", &[0x5275, 0x6e20, 0x0041]),
            good(Raw::Text("Run".into()))
        );
        assert_eq!(
            words("string\"\nwords = 2\nbyte_order = \"little\" #\"", &[0x7552, 0x006e]),
            good(Raw::Text("Run".into()))
        );
    }

    #[test]
    fn orders_apply_to_integers_and_floats_alike() {
        assert_eq!(words("float32\"\norder = \"CDAB\" #\"", &[0x999a, 0x4049]), good(Raw::Float32(3.15)));
        assert_eq!(words("float32\"\norder = \"DCBA\" #\"", &[0x9a99, 0x4940]), good(Raw::Float32(3.15)));
        assert_eq!(words("uint32\"\norder = \"BADC\" #\"", &[0x0201, 0x0403]), good(Raw::Int(0x0102_0304)));
        assert_eq!(
            words("uint64\"\norder = \"CDAB\" #\"", &[4, 3, 2, 1]),
            good(Raw::UInt(0x0001_0002_0003_0004))
        );
    }

    #[test]
    fn no_number_and_the_not_available_pattern_are_bad_and_negative_zero_is_not() {
        let out_of_range = Quality::bad(QualityReason::OutOfRange);
        assert_eq!(words("float32", &[0x7fc0, 0]).quality, out_of_range);
        assert_eq!(words("float32", &[0xff80, 0]).quality, out_of_range);
        assert_eq!(words("float16", &[0x7c00]).quality, out_of_range);
        assert_eq!(words("uint16\"\nnot_available = 65535 #\"", &[0xffff]).quality, out_of_range);
        assert_eq!(words("int16\"\nnot_available = -32768 #\"", &[0x8000]).quality, out_of_range);
        let zero = words("float32", &[0x8000, 0]);
        assert!(
            matches!(zero, Cell { raw: Raw::Float32(z), quality: Quality::GOOD } if z.is_sign_negative())
        );
    }

    #[test]
    fn words_before_and_after_are_left_alone() {
        let middle = metric("type = \"uint16\"\nregister = \"holding\"\naddress = 12");
        assert_eq!(cell(&middle, Block::Words(10, &[1, 2, 3, 4])), good(Raw::Int(3)));
        let bit = metric("type = \"bool\"\nregister = \"coil\"\naddress = 5");
        assert_eq!(cell(&bit, Block::Bits(4, &[false, true, false])), good(Raw::Bool(true)));
    }

    proptest! {
        #[test]
        fn any_answer_of_any_length_decodes_or_is_bad(
            start in any::<u16>(), answer in proptest::collection::vec(any::<u16>(), 0..130), kind in 0_usize..8,
        ) {
            let kinds = ["uint16", "int32", "float32", "float64", "uint64", "float16", "bool", "string\"\nwords = 9 #\""];
            let metric = metric(&format!("type = \"{}\"\nregister = \"holding\"\naddress = 100", kinds[kind]));
            let decoded = cell(&metric, Block::Words(start, &answer));
            let Place::Register(at) = &metric.place else { unreachable!() };
            let whole = start <= 100 && usize::from(100 - start) + usize::from(at.count) <= answer.len();
            prop_assert_eq!(decoded.quality.reason == QualityReason::Malformed, !whole);
            if !whole {
                prop_assert_eq!(decoded.quality.level, QualityLevel::Bad);
            }
        }

        #[test]
        fn halves_agree_with_their_definition(sign in 0_u16..2, exponent in 1_u16..31, fraction in 0_u16..1_024) {
            let bits = sign << 15 | exponent << 10 | fraction;
            let value = f64::from(1_024 + fraction) / 1_024.0 * 2_f64.powi(i32::from(exponent) - 15);
            let expected = if sign == 0 { value } else { -value };
            prop_assert!((f64::from(half(bits)) - expected).abs() < f64::EPSILON * expected.abs());
        }
    }
}
