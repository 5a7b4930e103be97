//! How a raw value is coded: the types and byte orders of EDGE section 7, with the names other tools use.

use riversync_protocol::v1::Kind;

/// How a raw value is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// A bit of a bit table, or a word that is not 0.
    Bool,
    /// One bit of a word, 0 the least significant.
    Bit(u8),
    /// A run of bits of a word as an unsigned number.
    Bits {
        /// Lowest bit.
        first: u8,
        /// How many.
        count: u8,
    },
    /// The low byte of a word, signed.
    Int8,
    /// The low byte of a word.
    UInt8,
    /// One word, signed.
    Int16,
    /// One word.
    UInt16,
    /// Two words, signed.
    Int32,
    /// Two words.
    UInt32,
    /// Four words, signed.
    Int64,
    /// Four words.
    UInt64,
    /// IEEE 754 half precision in one word.
    Float16,
    /// IEEE 754 single precision in two words.
    Float32,
    /// IEEE 754 double precision in four words.
    Float64,
    /// Two characters a word, cut at the first NUL.
    Text,
}

/// The plain names, for suggestions.
pub(crate) const NAMES: [&str; 16] = [
    "bool", "bit", "bits", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
    "float16", "float32", "float64", "string", "text",
];

impl ValueType {
    /// Reads a name or one of the aliases of other tools, case ignored. `bit` and `bits` begin at bit 0.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Some(match name.as_str() {
            "bool" | "boolean" => Self::Bool,
            "bit" => Self::Bit(0),
            "bits" => Self::Bits { first: 0, count: 1 },
            "int8" | "i8" | "8int" => Self::Int8,
            "uint8" | "u8" | "8uint" | "byte" => Self::UInt8,
            "int16" | "i16" | "16int" | "short" | "int" => Self::Int16,
            "uint16" | "u16" | "16uint" | "word" => Self::UInt16,
            "int32" | "i32" | "32int" | "dint" | "long" => Self::Int32,
            "uint32" | "u32" | "32uint" | "dword" | "udint" => Self::UInt32,
            "int64" | "i64" | "64int" | "lint" => Self::Int64,
            "uint64" | "u64" | "64uint" | "qword" | "ulint" => Self::UInt64,
            "float16" | "f16" | "16float" | "half" => Self::Float16,
            "float32" | "f32" | "32float" | "real" | "float" | "float32-ieee" => Self::Float32,
            "float64" | "f64" | "64float" | "lreal" | "double" | "float64-ieee" => Self::Float64,
            "string" | "text" => Self::Text,
            _ => return None,
        })
    }

    /// How its raw values travel.
    pub fn kind(self) -> Kind {
        match self {
            Self::Bool | Self::Bit(_) => Kind::Bool,
            Self::UInt64 => Kind::UInt,
            Self::Float16 | Self::Float32 => Kind::Float32,
            Self::Float64 => Kind::Float64,
            Self::Text => Kind::Text,
            Self::Bits { .. }
            | Self::Int8
            | Self::UInt8
            | Self::Int16
            | Self::UInt16
            | Self::Int32
            | Self::UInt32
            | Self::Int64 => Kind::Int,
        }
    }

    /// Words it takes; `None` for text, which says so itself.
    pub(crate) fn words(self) -> Option<u16> {
        match self {
            Self::Text => None,
            Self::Int32 | Self::UInt32 | Self::Float32 => Some(2),
            Self::Int64 | Self::UInt64 | Self::Float64 => Some(4),
            Self::Bool
            | Self::Bit(_)
            | Self::Bits { .. }
            | Self::Int8
            | Self::UInt8
            | Self::Int16
            | Self::UInt16
            | Self::Float16 => Some(1),
        }
    }

    /// Whether a scale means anything for it.
    pub(crate) fn is_number(self) -> bool {
        !matches!(self.kind(), Kind::Bool | Kind::Text)
    }
}

/// Where each byte of the wire belongs: `ABCD` is most significant first; `CDAB` has its words exchanged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// For each byte of the wire, its place counted from the most significant.
    places: [u8; 8],
}

impl std::fmt::Debug for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let letters: String = self.places.iter().map(|place| char::from(b'A' + place)).collect();
        write!(f, "Order({letters})")
    }
}

impl Order {
    /// Most significant byte first, the order of the Modbus specification.
    pub const BIG: Self = Self { places: [0, 1, 2, 3, 4, 5, 6, 7] };

    /// Reads `AB`, `CDAB`, `GHEFCDAB` for a value of `words` words. Four letters on a value of four words mean
    /// the same exchange of words and bytes.
    pub(crate) fn parse(text: &str, words: u16) -> Option<Self> {
        let text = text.to_ascii_uppercase();
        let bytes = usize::from(words) * 2;
        let spelled = match (text.as_str(), bytes) {
            ("ABCD", 8) => "ABCDEFGH",
            ("CDAB", 8) => "GHEFCDAB",
            ("BADC", 8) => "BADCFEHG",
            ("DCBA", 8) => "HGFEDCBA",
            (same, _) => same,
        };
        let mut order = Self::BIG;
        let mut seen = [false; 8];
        if spelled.len() != bytes || bytes > 8 {
            return None;
        }
        for (letter, place) in spelled.bytes().zip(&mut order.places) {
            let index = letter.checked_sub(b'A')?;
            let taken = seen.get_mut(usize::from(index)).filter(|_| usize::from(index) < bytes)?;
            if std::mem::replace(taken, true) {
                return None;
            }
            *place = index;
        }
        Some(order)
    }

    /// The two-flag form: whether words, and whether the bytes in a word, come least significant first.
    pub(crate) fn of_flags(words: u16, words_little: bool, bytes_little: bool) -> Option<Self> {
        let four = match (words_little, bytes_little) {
            (false, false) => "ABCD",
            (true, false) => "CDAB",
            (false, true) => "BADC",
            (true, true) => "DCBA",
        };
        match words {
            1 => Self::parse(if bytes_little { "BA" } else { "AB" }, 1),
            _ => Self::parse(four, words),
        }
    }

    /// The unsigned number that the bytes of the wire stand for; at most eight are looked at.
    pub(crate) fn number(self, wire: &[u8]) -> u64 {
        let bytes = wire.len().min(8);
        wire.iter().zip(self.places).take(bytes).fold(0, |sum, (byte, place)| {
            let shift = bytes.saturating_sub(1 + usize::from(place)) * 8;
            sum | u64::from(*byte) << shift
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_put_every_byte_where_it_belongs() {
        let of = |order, wire: &[u8]| {
            Order::parse(order, u16::try_from(wire.len() / 2).unwrap()).unwrap().number(wire)
        };
        assert_eq!(of("AB", &[1, 2]), 0x0102);
        assert_eq!(of("BA", &[1, 2]), 0x0201);
        assert_eq!(of("ABCD", &[1, 2, 3, 4]), 0x0102_0304);
        assert_eq!(of("CDAB", &[3, 4, 1, 2]), 0x0102_0304);
        assert_eq!(of("BADC", &[2, 1, 4, 3]), 0x0102_0304);
        assert_eq!(of("DCBA", &[4, 3, 2, 1]), 0x0102_0304);
        let eight = 0x0102_0304_0506_0708;
        assert_eq!(of("ABCDEFGH", &[1, 2, 3, 4, 5, 6, 7, 8]), eight);
        assert_eq!(of("GHEFCDAB", &[7, 8, 5, 6, 3, 4, 1, 2]), eight);
        assert_eq!(of("CDAB", &[7, 8, 5, 6, 3, 4, 1, 2]), eight);
        assert_eq!(of("BADCFEHG", &[2, 1, 4, 3, 6, 5, 8, 7]), eight);
        assert_eq!(of("HGFEDCBA", &[8, 7, 6, 5, 4, 3, 2, 1]), eight);
        assert_eq!(of("CDABGHEF", &[3, 4, 1, 2, 7, 8, 5, 6]), eight);
    }

    #[test]
    fn an_order_names_each_byte_once() {
        for (text, words) in [("AABB", 2), ("ABC", 2), ("ABCE", 2), ("", 1), ("ABCD", 1), ("ÄB", 1)] {
            assert_eq!(Order::parse(text, words), None, "{text}");
        }
        assert_eq!(Order::of_flags(2, true, false), Order::parse("CDAB", 2));
        assert_eq!(Order::of_flags(4, true, true), Order::parse("HGFEDCBA", 4));
        assert_eq!(Order::of_flags(1, true, false), Order::parse("AB", 1));
    }

    #[test]
    fn every_plain_name_is_understood() {
        for name in NAMES {
            assert!(ValueType::parse(name).is_some(), "{name}");
        }
        assert_eq!(ValueType::parse("REAL"), Some(ValueType::Float32));
        assert_eq!(ValueType::parse("DWORD"), Some(ValueType::UInt32));
        assert_eq!(ValueType::parse("number"), None);
    }
}
