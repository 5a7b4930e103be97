//! The patterns with which devices say that they have no value: `0x8000`, all ones, −9999, a text.

use super::ValueType;
use crate::reading::Raw;

/// One pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// The bits as they are read, written in hexadecimal, octal or binary.
    Bits(u64),
    /// A whole number, after decoding and before scaling.
    Whole(i128),
    /// Any other number, after decoding and before scaling.
    Number(f64),
    /// A text.
    Text(String),
}

impl Pattern {
    /// Whether a value that was read as `bits` and decoded to `raw` says that there is none.
    pub(crate) fn is(&self, bits: Option<u64>, raw: &Raw) -> bool {
        match (self, raw) {
            (Self::Bits(none), _) => bits == Some(*none),
            (Self::Whole(none), Raw::Int(value)) => i128::from(*value) == *none,
            (Self::Whole(none), Raw::UInt(value)) => i128::from(*value) == *none,
            (Self::Whole(none), Raw::Bool(value)) => i128::from(*value) == *none,
            (Self::Whole(none), Raw::Float32(value)) => same(f64::from(*value), as_float(*none)),
            (Self::Whole(none), Raw::Float64(value)) => same(*value, as_float(*none)),
            // What is written in decimal means the nearest number of the type.
            #[expect(clippy::cast_possible_truncation, reason = "single precision is what is compared")]
            (Self::Number(none), Raw::Float32(value)) => same(f64::from(*value), f64::from(*none as f32)),
            (Self::Number(none), Raw::Float64(value)) => same(*value, *none),
            (Self::Text(none), Raw::Text(text)) => text == none,
            _ => false,
        }
    }

    /// Whether a value of this type can ever look like it.
    pub(crate) fn suits(&self, value: ValueType) -> bool {
        use riversync_protocol::v1::Kind;
        match self {
            Self::Bits(bits) => value.words().is_some_and(|words| words >= 4 || bits >> (words * 16) == 0),
            Self::Whole(_) => value.kind() != Kind::Text,
            Self::Number(_) => matches!(value.kind(), Kind::Float32 | Kind::Float64),
            Self::Text(_) => value.kind() == Kind::Text,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a pattern of a float is a number that floats can hold")]
fn as_float(whole: i128) -> f64 {
    whole as f64
}

fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a == 0.0 && b == 0.0)
}
