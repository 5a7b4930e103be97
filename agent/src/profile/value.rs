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
    /// The high byte of a word, signed.
    Int8High,
    /// The high byte of a word.
    UInt8High,
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
    /// A decimal digit in each half byte, this many words.
    Bcd(u8),
    /// Four decimal digits in each word, 0 to 9999, this many words.
    Mod10(u8),
    /// Seconds since 1970 in two words; travels as Unix milliseconds.
    EpochS,
    /// Milliseconds since 1970 in four words.
    EpochMs,
    /// Characters, cut at the first NUL.
    Text,
    /// Bytes as they are; travel as hexadecimal text.
    Bytes,
}

/// The plain names, for suggestions.
pub(crate) const NAMES: [&str; 27] = [
    "bool", "bit", "bits", "int8", "uint8", "int8h", "uint8h", "int16", "uint16", "int32", "uint32", "int64",
    "uint64", "float16", "float32", "float64", "bcd16", "bcd32", "mod10_32", "mod10_48", "mod10_64",
    "epoch_s", "epoch_ms", "string", "text", "bytes", "hex",
];

impl ValueType {
    /// Reads a name or one of the aliases of other tools; case, blanks, `_` and `-` are ignored. `bit` and `bits` begin
    /// at bit 0; `bit(3)` and `bits(4..6)` say which, the last one included.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let name: String =
            name.to_ascii_lowercase().chars().filter(|c| !matches!(c, '_' | '-' | ' ')).collect();
        if let Some(inside) = name.strip_suffix(')') {
            return ranged(inside);
        }
        Some(match name.as_str() {
            "bool" | "boolean" => Self::Bool,
            "bit" => Self::Bit(0),
            "bits" => Self::Bits { first: 0, count: 1 },
            "int8" | "i8" | "8int" | "int8l" | "sint" | "sint8" => Self::Int8,
            "uint8" | "u8" | "8uint" | "byte" | "uint8l" | "usint" => Self::UInt8,
            "int8h" => Self::Int8High,
            "uint8h" => Self::UInt8High,
            "int16" | "i16" | "16int" | "short" | "int" | "sint16" | "int16t" => Self::Int16,
            "uint16" | "u16" | "16uint" | "word" | "uint" | "ushort" | "uint16t" => Self::UInt16,
            "int32" | "i32" | "32int" | "dint" | "long" | "sint32" | "int32t" => Self::Int32,
            "uint32" | "u32" | "32uint" | "dword" | "udint" | "ulong" | "uint32t" => Self::UInt32,
            "int64" | "i64" | "64int" | "lint" | "sint64" | "int64t" => Self::Int64,
            "uint64" | "u64" | "64uint" | "qword" | "lword" | "ulint" | "uint64t" => Self::UInt64,
            "float16" | "f16" | "16float" | "half" | "float16ieee" => Self::Float16,
            "float32" | "f32" | "32float" | "real" | "float" | "float32ieee" => Self::Float32,
            "float64" | "f64" | "64float" | "lreal" | "double" | "float64ieee" => Self::Float64,
            "bcd" | "bcd16" => Self::Bcd(1),
            "bcd32" => Self::Bcd(2),
            "mod1032" | "mod10k32" | "m10k32" => Self::Mod10(2),
            "mod1048" | "mod10k48" | "m10k48" => Self::Mod10(3),
            "mod1064" | "mod10k64" | "m10k64" => Self::Mod10(4),
            "epochs" | "epoch" | "unixtime" | "epoch32" => Self::EpochS,
            "epochms" | "epoch64" => Self::EpochMs,
            "string" | "text" => Self::Text,
            "bytes" | "hex" => Self::Bytes,
            _ => return None,
        })
    }

    /// The plain name, as profiles write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Bit(_) => "bit",
            Self::Bits { .. } => "bits",
            Self::Int8 => "int8",
            Self::UInt8 => "uint8",
            Self::Int8High => "int8h",
            Self::UInt8High => "uint8h",
            Self::Int16 => "int16",
            Self::UInt16 => "uint16",
            Self::Int32 => "int32",
            Self::UInt32 => "uint32",
            Self::Int64 => "int64",
            Self::UInt64 => "uint64",
            Self::Float16 => "float16",
            Self::Float32 => "float32",
            Self::Float64 => "float64",
            Self::Bcd(1) => "bcd16",
            Self::Bcd(_) => "bcd32",
            Self::Mod10(2) => "mod10_32",
            Self::Mod10(3) => "mod10_48",
            Self::Mod10(_) => "mod10_64",
            Self::EpochS => "epoch_s",
            Self::EpochMs => "epoch_ms",
            Self::Text => "string",
            Self::Bytes => "bytes",
        }
    }

    /// How its raw values travel.
    pub fn kind(self) -> Kind {
        match self {
            Self::Bool | Self::Bit(_) => Kind::Bool,
            Self::UInt64 => Kind::UInt,
            Self::Float16 | Self::Float32 => Kind::Float32,
            Self::Float64 => Kind::Float64,
            Self::Text | Self::Bytes => Kind::Text,
            Self::Bits { .. }
            | Self::Int8
            | Self::UInt8
            | Self::Int8High
            | Self::UInt8High
            | Self::Int16
            | Self::UInt16
            | Self::Int32
            | Self::UInt32
            | Self::Int64
            | Self::Bcd(_)
            | Self::Mod10(_)
            | Self::EpochS
            | Self::EpochMs => Kind::Int,
        }
    }

    /// Words it takes; `None` for text and bytes, which say so themselves.
    pub(crate) fn words(self) -> Option<u16> {
        match self {
            Self::Text | Self::Bytes => None,
            Self::Bcd(words) | Self::Mod10(words) => Some(words.into()),
            Self::Int32 | Self::UInt32 | Self::Float32 | Self::EpochS => Some(2),
            Self::Int64 | Self::UInt64 | Self::Float64 | Self::EpochMs => Some(4),
            Self::Bool
            | Self::Bit(_)
            | Self::Bits { .. }
            | Self::Int8
            | Self::UInt8
            | Self::Int8High
            | Self::UInt8High
            | Self::Int16
            | Self::UInt16
            | Self::Float16 => Some(1),
        }
    }

    /// Whether a scale means anything for it.
    pub(crate) fn is_number(self) -> bool {
        !matches!(self.kind(), Kind::Bool | Kind::Text) && !matches!(self, Self::EpochS | Self::EpochMs)
    }

    /// Whether its values are whole numbers or switches, so that each can have a name.
    pub(crate) fn is_countable(self) -> bool {
        matches!(self.kind(), Kind::Int | Kind::Bool)
    }
}

/// `bit(3` and `bits(4..6`.
fn ranged(text: &str) -> Option<ValueType> {
    let (name, range) = text.split_once('(')?;
    let (first, last) = match (name, range.split_once("..")) {
        ("bit", None) => return range.parse().ok().filter(|bit| *bit < 16).map(ValueType::Bit),
        ("bits", Some((first, last))) => (first.parse::<u8>().ok()?, last.parse::<u8>().ok()?),
        ("bits", None) => (range.parse().ok()?, range.parse().ok()?),
        _ => return None,
    };
    (first <= last && last < 16).then(|| ValueType::Bits { first, count: last - first + 1 })
}

/// Which bytes of its words a text stands in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Characters {
    /// Two characters a word.
    #[default]
    Both,
    /// One, in the high byte.
    Upper,
    /// One, in the low byte.
    Lower,
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
            let value = ValueType::parse(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(ValueType::parse(value.name()), Some(value));
        }
        for (alias, value) in [
            ("INT16", ValueType::Int16),
            ("FLOAT32-IEEE", ValueType::Float32),
            ("Uint16", ValueType::UInt16),
            ("uint32_t", ValueType::UInt32),
            ("16int", ValueType::Int16),
            ("INT8H", ValueType::Int8High),
            ("bit(15)", ValueType::Bit(15)),
            ("bits(4..6)", ValueType::Bits { first: 4, count: 3 }),
            ("BITS(9)", ValueType::Bits { first: 9, count: 1 }),
        ] {
            assert_eq!(ValueType::parse(alias), Some(value), "{alias}");
        }
        for wrong in ["bit(16)", "bits(6..4)", "bits(4..16)", "bit(", "bit()", "int16(1)", ""] {
            assert_eq!(ValueType::parse(wrong), None, "{wrong}");
        }
        assert_eq!(ValueType::parse("REAL"), Some(ValueType::Float32));
        assert_eq!(ValueType::parse("DWORD"), Some(ValueType::UInt32));
        assert_eq!(ValueType::parse("number"), None);
    }
}
