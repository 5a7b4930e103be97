//! Registers to raw values. Pure, bounds-checked, for every type and order of EDGE section 7.

use crate::profile::{Characters, Metric, Place, RegisterAt, ValueType};
use crate::reading::{Cell, Raw};
use riversync_protocol::v1::{Quality, QualityReason};

/// What one request brought, with the address at which it starts.
#[derive(Clone, Copy)]
pub(super) enum Block<'a> {
    Words(u16, &'a [u16]),
    Bits(u16, &'a [bool]),
}

/// The cell of a metric from the block that holds it; bad when the block is too short or the value is none.
pub(super) fn cell(metric: &Metric, block: Block<'_>) -> Cell {
    let Place::Register(at) = &metric.place else { return bad(metric, QualityReason::Malformed) };
    let read = match block {
        Block::Bits(start, bits) => bit(at, start, bits),
        Block::Words(start, words) => slice(at, start, words).map(|words| value(metric.value, at, words)),
    };
    let Some((bits, raw)) = read else { return bad(metric, QualityReason::Malformed) };
    let Some(raw) = raw else { return bad(metric, QualityReason::OutOfRange) };
    if metric.not_available.iter().any(|pattern| pattern.is(bits, &raw)) {
        bad(metric, QualityReason::NotAvailable)
    } else if !is_plausible(&raw) {
        bad(metric, QualityReason::NotANumber)
    } else if !has_a_physical_value(metric, &raw) {
        bad(metric, QualityReason::Overflow)
    } else if metric.labels.is_empty() {
        Cell { raw, quality: Quality::GOOD }
    } else {
        named(metric, &raw)
    }
}

/// The name of a value; one without a name is shown as its number, in doubt.
fn named(metric: &Metric, raw: &Raw) -> Cell {
    let number = match raw {
        Raw::Int(value) => *value,
        Raw::Bool(value) => i64::from(*value),
        Raw::UInt(_) | Raw::Float32(_) | Raw::Float64(_) | Raw::Text(_) => {
            return bad(metric, QualityReason::Malformed);
        }
    };
    match metric.labels.get(&number) {
        Some(name) => Cell { raw: Raw::Text(name.clone()), quality: Quality::GOOD },
        None => {
            let quality = Quality::uncertain(QualityReason::OutOfRange);
            Cell { raw: Raw::Text(number.to_string()), quality }
        }
    }
}

/// Whether scale and offset lead to a number. Only the largest doubles can fail that.
fn has_a_physical_value(metric: &Metric, raw: &Raw) -> bool {
    let Raw::Float64(value) = raw else { return true };
    #[expect(clippy::cast_precision_loss, reason = "it is the magnitude that matters")]
    let scaled = value * metric.scale.numerator as f64 / metric.scale.denominator as f64;
    (scaled + metric.offset).is_finite()
}

/// A cell that says why there is no value.
pub(in crate::sources) fn bad(metric: &Metric, reason: QualityReason) -> Cell {
    Cell::none(metric.kind(), Quality::bad(reason))
}

/// A float that is no number is no measurement. Zero below zero and the smallest numbers are.
pub(in crate::sources) fn is_plausible(raw: &Raw) -> bool {
    match raw {
        Raw::Float32(value) => value.is_finite(),
        Raw::Float64(value) => value.is_finite(),
        Raw::Int(_) | Raw::UInt(_) | Raw::Bool(_) | Raw::Text(_) => true,
    }
}

fn bit(at: &RegisterAt, start: u16, bits: &[bool]) -> Option<(Option<u64>, Option<Raw>)> {
    let index = at.address.checked_sub(start)?;
    bits.get(usize::from(index)).map(|bit| (Some((*bit).into()), Some(Raw::Bool(*bit))))
}

fn slice<'a>(at: &RegisterAt, start: u16, words: &'a [u16]) -> Option<&'a [u16]> {
    let from = usize::from(at.address.checked_sub(start)?);
    words.get(from..from.checked_add(usize::from(at.count))?)
}

/// The bits as the order puts them, and what they mean; no meaning when they cannot be what the type says.
fn value(value: ValueType, at: &RegisterAt, words: &[u16]) -> (Option<u64>, Option<Raw>) {
    match value {
        ValueType::Text => return (None, Some(Raw::Text(text(words, at)))),
        ValueType::Bytes => {
            return (None, Some(Raw::Text(data_encoding::HEXLOWER.encode(&bytes(words, at)))));
        }
        _ => {}
    }
    let mut wire = [0; 8];
    for (bytes, word) in wire.chunks_exact_mut(2).zip(words) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    let number = at.order.number(wire.get(..words.len() * 2).unwrap_or(&wire));
    (Some(number), meaning(value, number))
}

#[expect(clippy::cast_possible_truncation, reason = "each type is as wide as its words")]
fn meaning(value: ValueType, number: u64) -> Option<Raw> {
    let [low, high, ..] = number.to_le_bytes();
    Some(match value {
        ValueType::Bool => Raw::Bool(number != 0),
        ValueType::Bit(bit) => Raw::Bool(number >> bit & 1 == 1),
        ValueType::Bits { first, count } => {
            Raw::Int(i64::try_from(number >> first & ((1 << count) - 1)).unwrap_or(0))
        }
        ValueType::Int8 => Raw::Int(i64::from(low.cast_signed())),
        ValueType::UInt8 => Raw::Int(i64::from(low)),
        ValueType::Int8High => Raw::Int(i64::from(high.cast_signed())),
        ValueType::UInt8High => Raw::Int(i64::from(high)),
        ValueType::Int16 => Raw::Int(i64::from((number as u16).cast_signed())),
        ValueType::UInt16 => Raw::Int(i64::from(number as u16)),
        ValueType::Int32 => Raw::Int(i64::from((number as u32).cast_signed())),
        ValueType::UInt32 => Raw::Int(i64::from(number as u32)),
        ValueType::Int64 => Raw::Int(number.cast_signed()),
        ValueType::UInt64 => Raw::UInt(number),
        ValueType::Float16 => Raw::Float32(half(number as u16)),
        ValueType::Float32 => Raw::Float32(f32::from_bits(number as u32)),
        ValueType::Float64 => Raw::Float64(f64::from_bits(number)),
        ValueType::Bcd(words) => Raw::Int(digits(number, u32::from(words) * 4, 4, 10)?),
        ValueType::Mod10(words) => Raw::Int(digits(number, words.into(), 16, 10_000)?),
        ValueType::EpochS => Raw::Int(i64::from(number as u32) * 1_000),
        ValueType::EpochMs => Raw::Int(i64::try_from(number).ok()?),
        ValueType::Text | ValueType::Bytes => return None,
    })
}

/// `count` digits of `bits` bits each, most significant first, each less than `base`.
fn digits(number: u64, count: u32, bits: u32, base: i64) -> Option<i64> {
    (0..count).rev().try_fold(0, |sum: i64, index| {
        let digit = i64::try_from(number >> (index * bits) & ((1 << bits) - 1)).ok()?;
        (digit < base).then_some(sum * base + digit)
    })
}

/// The bytes of a run of words, each word in its order.
fn bytes(words: &[u16], at: &RegisterAt) -> Vec<u8> {
    let swapped = at.order.number(&[0, 1]) != 1;
    let pair = |word: &u16| if swapped { word.to_le_bytes() } else { word.to_be_bytes() };
    words.iter().flat_map(pair).collect()
}

/// Text up to the first NUL, without the blanks that fill it up. What is not UTF-8 is shown as such.
fn text(words: &[u16], at: &RegisterAt) -> String {
    let all = bytes(words, at);
    let mut ordered: Vec<u8> = match at.characters {
        Characters::Both => all,
        Characters::Upper => all.into_iter().step_by(2).collect(),
        Characters::Lower => all.into_iter().skip(1).step_by(2).collect(),
    };
    ordered.truncate(ordered.iter().position(|byte| *byte == 0).unwrap_or(ordered.len()));
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
        let no_number = Quality::bad(QualityReason::NotANumber);
        assert_eq!(words("float32", &[0x7fc0, 0]).quality, no_number);
        assert_eq!(words("float32", &[0xff80, 0]).quality, no_number);
        assert_eq!(words("float16", &[0x7c00]).quality, no_number);
        let not_available = Quality::bad(QualityReason::NotAvailable);
        for (body, held) in [
            ("uint16\"\nnot_available = 65535 #\"", &[0xffff][..]),
            ("int16\"\nnot_available = -32768 #\"", &[0x8000]),
            ("int16\"\nnot_available = 0x8000 #\"", &[0x8000]),
            ("int32\"\nnot_available = [0, 0x7fffffff] #\"", &[0x7fff, 0xffff]),
            ("uint64\"\nnot_available = 0xffff_ffff_ffff_ffff #\"", &[0xffff; 4]),
            ("uint64\"\nnot_available = 18446744073709551615 #\"", &[0xffff; 4]),
            ("float32\"\nnot_available = 0x7fc0_0000 #\"", &[0x7fc0, 0]),
            ("float32\"\nnot_available = -9999.9 #\"", &[0xc61c, 0x3f9a]),
            ("float64\"\nnot_available = -9999 #\"", &[0xc0c3, 0x8780, 0, 0]),
            ("string\"\nwords = 2\nnot_available = \"n/a\" #\"", &[0x6e2f, 0x6100]),
        ] {
            assert_eq!(words(body, held).quality, not_available, "{body}");
        }
        assert_eq!(words("int16\"\nnot_available = 0x8000 #\"", &[0x8001]), good(Raw::Int(-32_767)));
        let profile = "name = \"p\"\nversion = 1\n[not_available]\nint16 = 0x8000\nuint16 = 0xffff\n[[metric]]\nname = \"m\"\n\
            type = \"u16\"\nref = 40011\n[[metric]]\nname = \"n\"\ntype = \"int16\"\nnot_available = 0\nref = \"40011\"";
        let profile = crate::profile::read("p.toml", profile).unwrap_or_else(|f| panic!("{f:?}"));
        let held = |index: usize, word| cell(&profile.metrics[index], Block::Words(10, &[word])).quality;
        assert_eq!(
            [held(0, 0xffff), held(1, 0), held(1, 0x8000)],
            [not_available, not_available, Quality::GOOD]
        );
        let zero = words("float32", &[0x8000, 0]);
        assert!(
            matches!(zero, Cell { raw: Raw::Float32(z), quality: Quality::GOOD } if z.is_sign_negative())
        );
    }

    #[test]
    fn digits_times_bytes_and_names() {
        let out_of_range = Quality::bad(QualityReason::OutOfRange);
        assert_eq!(words("bcd16", &[0x9876]), good(Raw::Int(9_876)));
        assert_eq!(words("bcd16", &[0x987a]).quality, out_of_range);
        assert_eq!(words("bcd32", &[0x1234, 0x5678]), good(Raw::Int(12_345_678)));
        assert_eq!(words("bcd32\"\norder = \"CDAB\" #\"", &[0x5678, 0x1234]), good(Raw::Int(12_345_678)));
        assert_eq!(words("mod10_32", &[1_234, 5_678]), good(Raw::Int(12_345_678)));
        assert_eq!(words("mod10_48", &[1, 2, 3]), good(Raw::Int(100_020_003)));
        assert_eq!(
            words("mod10_64\"\nword_order = \"little\" #\"", &[4, 3, 2, 1]),
            good(Raw::Int(1_000_200_030_004))
        );
        assert_eq!(words("mod10_32", &[1, 10_000]).quality, out_of_range);
        assert_eq!(words("epoch_s", &[0x6a57, 0x7980]), good(Raw::Int(1_784_117_632_000)));
        assert_eq!(words("epoch_ms", &[0, 0x019f, 0x65bc, 0xe100]), good(Raw::Int(1_784_118_305_024)));
        assert_eq!(words("epoch_ms", &[0x8000, 0, 0, 0]).quality, out_of_range);
        assert_eq!(words("int8h", &[0x80ff]), good(Raw::Int(-128)));
        assert_eq!(words("uint8h", &[0x80ff]), good(Raw::Int(128)));
        assert_eq!(words("bits(4..6)", &[0x00d0]), good(Raw::Int(5)));
        assert_eq!(words("bytes\"\nwords = 2 #\"", &[0x00ff, 0x1a2b]), good(Raw::Text("00ff1a2b".into())));
        let upper = "string\"\nwords = 3\nstring_location = \"upper\" #\"";
        assert_eq!(words(upper, &[0x4f00, 0x6b01, 0x0002]), good(Raw::Text("Ok".into())));
        let lower = "string\"\nwords = 2\nstring_location = \"lower\" #\"";
        assert_eq!(words(lower, &[0x994f, 0x996b]), good(Raw::Text("Ok".into())));
        let named = "uint16\"\nvalues = { 0 = \"off\", 7 = \"on\" } #\"";
        assert_eq!(words(named, &[7]), good(Raw::Text("on".into())));
        let nameless = words(named, &[9]);
        assert_eq!((nameless.raw, nameless.quality.level), (Raw::Text("9".into()), QualityLevel::Uncertain));
        let switch = "bit(3)\"\nvalues = { 0 = \"shut\", 1 = \"open\" } #\"";
        assert_eq!(words(switch, &[8]), good(Raw::Text("open".into())));
    }

    #[test]
    fn a_scale_that_leads_out_of_all_numbers_is_bad() {
        let huge = f64::MAX.to_bits().to_be_bytes();
        let held: Vec<u16> = huge.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
        assert_eq!(words("float64", &held), good(Raw::Float64(f64::MAX)));
        let scaled = words("float64\"\nscale = 1000 #\"", &held);
        assert_eq!(scaled.quality, Quality::bad(QualityReason::Overflow));
    }

    #[test]
    fn whole_numbers_are_exact_to_the_last_bit() {
        for value in [(1_i64 << 53) + 1, i64::MAX, i64::MIN, -(1 << 53) - 1] {
            let held: Vec<u16> =
                value.to_be_bytes().chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            assert_eq!(words("int64\"\nscale = 0.001 #\"", &held), good(Raw::Int(value)));
        }
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
